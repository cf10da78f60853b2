//! A reading of a text, with a map back to the raw characters.
//!
//! Every reading (visible text, entities decoded, …) is the one before it with some stretches replaced, so a view is
//! built by [`View::edited`] alone, and any position in it leads back to the raw text.

use std::borrow::Cow;
use std::ops::Range;

/// One stretch of a view's text to be replaced, in byte positions of that view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The bytes replaced.
    pub range: Range<usize>,
    /// What stands there instead; empty to delete.
    pub with: Cow<'static, str>,
}

impl Edit {
    /// Replaces `range` with a text.
    pub fn replace(range: Range<usize>, with: impl Into<Cow<'static, str>>) -> Self {
        Edit { range, with: with.into() }
    }

    /// Deletes `range`.
    pub fn delete(range: Range<usize>) -> Self {
        Edit::replace(range, "")
    }
}

/// A run of view bytes and the raw bytes it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    /// First byte in the view; the piece ends where the next begins.
    start: usize,
    raw: Range<usize>,
    /// Byte for byte the same as the raw text; otherwise the whole piece stands for the whole raw range.
    copied: bool,
}

/// A text derived from a raw text, and where each of its bytes came from.
#[derive(Debug, Clone)]
pub struct View<'r> {
    text: Cow<'r, str>,
    /// Empty: the view is the raw text itself.
    pieces: Vec<Piece>,
}

impl<'r> View<'r> {
    /// The raw text itself.
    pub fn identity(raw: &'r str) -> Self {
        View { text: Cow::Borrowed(raw), pieces: Vec::new() }
    }

    /// The text of this view.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The raw bytes that a range of view bytes stands for. An empty range gives an empty raw range.
    pub fn to_raw(&self, range: Range<usize>) -> Range<usize> {
        if self.pieces.is_empty() {
            return range;
        }
        if range.is_empty() {
            let at = self.raw_start(range.start);
            return at..at;
        }
        let start = self.raw_start(range.start);
        let last = self.piece_at(range.end - 1);
        let piece = &self.pieces[last];
        let end = if piece.copied { piece.raw.start + (range.end - piece.start) } else { piece.raw.end };
        start..end.max(start)
    }

    fn raw_start(&self, at: usize) -> usize {
        let Some(piece) = self.pieces.get(self.piece_at(at)) else { return 0 };
        if piece.copied { (piece.raw.start + (at - piece.start)).min(piece.raw.end) } else { piece.raw.start }
    }

    fn piece_at(&self, at: usize) -> usize {
        self.pieces.partition_point(|p| p.start <= at).saturating_sub(1)
    }

    /// The view with some stretches replaced. Edits are in order and do not overlap.
    pub fn edited(self, edits: &[Edit]) -> View<'r> {
        if edits.is_empty() {
            return self;
        }
        debug_assert!(edits.windows(2).all(|w| w[0].range.end <= w[1].range.start));
        let mut text = String::with_capacity(self.text.len());
        let mut pieces = Vec::with_capacity(self.pieces.len() + 2 * edits.len());
        let mut at = 0;
        for edit in edits {
            self.copy(at..edit.range.start, &mut text, &mut pieces);
            if !edit.with.is_empty() {
                pieces.push(Piece { start: text.len(), raw: self.to_raw(edit.range.clone()), copied: false });
                text.push_str(&edit.with);
            }
            at = edit.range.end;
        }
        self.copy(at..self.text.len(), &mut text, &mut pieces);
        if pieces.is_empty() {
            // nothing is left: one empty piece keeps the map from reading as the identity
            pieces.push(Piece { start: 0, raw: 0..0, copied: false });
        }
        View { text: Cow::Owned(text), pieces }
    }

    /// Appends an unchanged range, with its pieces, to a view under construction.
    fn copy(&self, range: Range<usize>, text: &mut String, pieces: &mut Vec<Piece>) {
        if range.is_empty() {
            return;
        }
        let base = text.len();
        text.push_str(&self.text[range.clone()]);
        if self.pieces.is_empty() {
            pieces.push(Piece { start: base, raw: range, copied: true });
            return;
        }
        let first = self.piece_at(range.start);
        for (i, piece) in self.pieces.iter().enumerate().skip(first) {
            if piece.start >= range.end {
                break;
            }
            let from = piece.start.max(range.start);
            let to = self.pieces.get(i + 1).map_or(self.text.len(), |next| next.start).min(range.end);
            let raw = if piece.copied {
                let offset = piece.raw.start + (from - piece.start);
                offset..offset + (to - from)
            } else {
                piece.raw.clone()
            };
            pieces.push(Piece { start: base + (from - range.start), raw, copied: piece.copied });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn positions_lead_back_through_two_edits() {
        let raw = "<b>Tom &amp; Ann</b>";
        let visible = View::identity(raw).edited(&[Edit::delete(0..3), Edit::delete(16..20)]);
        assert_eq!(visible.text(), "Tom &amp; Ann");
        let decoded = visible.edited(&[Edit::replace(4..9, "&")]);
        assert_eq!(decoded.text(), "Tom & Ann");
        assert_eq!(&raw[decoded.to_raw(4..5)], "&amp;");
        assert_eq!(&raw[decoded.to_raw(0..9)], "Tom &amp; Ann");
        assert_eq!(&raw[decoded.to_raw(6..9)], "Ann");
    }

    #[test]
    fn a_view_with_nothing_left_maps_to_the_start() {
        let view = View::identity("abc").edited(&[Edit::delete(0..3)]);
        assert_eq!(view.text(), "");
        assert_eq!(view.to_raw(0..0), 0..0);
    }

    /// Cuts for an edit list: ordered, on character boundaries.
    fn edits(text: &str, cuts: &[(usize, bool)]) -> Vec<Edit> {
        let bounds: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
        let mut at: Vec<(usize, bool)> = cuts.iter().map(|&(c, keep)| (bounds[c % bounds.len()], keep)).collect();
        at.sort_unstable();
        at.chunks_exact(2).map(|c| Edit::replace(c[0].0..c[1].0, if c[0].1 { "xy" } else { "" })).collect()
    }

    proptest! {
        #[test]
        fn every_position_leads_inside_the_raw_text_and_copied_text_is_the_same(
            raw in "[a-cé漢 ]{0,30}",
            first in proptest::collection::vec((0usize..40, any::<bool>()), 0..6),
            second in proptest::collection::vec((0usize..40, any::<bool>()), 0..6),
        ) {
            let view = View::identity(&raw);
            let list = edits(view.text(), &first);
            let view = view.edited(&list);
            let list = edits(view.text(), &second);
            let view = view.edited(&list);
            let mut last = 0;
            for (i, c) in view.text().char_indices() {
                let back = view.to_raw(i..i + c.len_utf8());
                prop_assert!(back.end <= raw.len() && raw.is_char_boundary(back.start) && raw.is_char_boundary(back.end));
                prop_assert!(back.start >= last, "positions never run backwards");
                last = back.start;
                if c != 'x' && c != 'y' {
                    prop_assert_eq!(raw[back].to_owned(), c.to_string());
                }
            }
        }
    }
}
