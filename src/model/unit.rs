//! What the model reads: sentences, with addresses, merge tags and long numbers put in words.

use std::borrow::Cow;
use std::ops::Range;

use crate::document::{Document, Part, Span, TagKind, hosts};

/// What the model reads of a document.
#[derive(Debug)]
pub struct Units<'d> {
    /// The sentences of all fields as the model reads them, in order.
    pub sentences: Vec<Cow<'d, str>>,
    /// Where each sentence stands: its field, and its bytes of the visible text.
    places: Vec<(&'d Part<'d>, Range<usize>)>,
}

impl<'d> Units<'d> {
    /// The units of a document.
    pub fn of(document: &'d Document<'d>) -> Self {
        let mut units = Units { sentences: Vec::new(), places: Vec::new() };
        for part in document.parts() {
            let masks = masks(part);
            for range in &part.sentences {
                units.sentences.push(masked(part.text(), range.clone(), &masks));
                units.places.push((part, range.clone()));
            }
        }
        units
    }

    /// The raw stretch behind a sentence.
    pub fn span(&self, sentence: usize) -> Span {
        let (part, range) = &self.places[sentence];
        part.span(range.clone())
    }
}

/// Stretches to be put in words, in order, not overlapping.
fn masks(part: &Part<'_>) -> Vec<(Range<usize>, &'static str)> {
    let tags = part.tags.iter().map(|tag| {
        let words = match tag.kind {
            TagKind::OrderId => "order number",
            TagKind::OptOut => "unsubscribe link",
            TagKind::ReviewLink => "review link",
            TagKind::Link => "link",
            TagKind::Name => "name",
            TagKind::Other => "field",
        };
        (tag.range.clone(), words)
    });
    let links = part.links.iter().filter_map(|link| {
        let words = match () {
            () if link.email => "mail address",
            () if hosts::is_amazon(link) => "amazon page",
            () if hosts::is_carrier(link) => "carrier page",
            () => "web address",
        };
        Some((link.shown.clone()?, words))
    });
    let mut masks: Vec<_> = tags.chain(links).collect();
    masks.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    let mut end = 0;
    masks.retain(|(range, _)| {
        let keep = range.start >= end;
        if keep {
            end = range.end;
        }
        keep
    });
    masks
}

fn masked<'t>(text: &'t str, range: Range<usize>, masks: &[(Range<usize>, &'static str)]) -> Cow<'t, str> {
    let first = masks.partition_point(|(m, _)| m.end <= range.start);
    let inside = masks[first..].iter().take_while(|(m, _)| m.start < range.end);
    let mut out: Option<String> = None;
    let mut at = range.start;
    for (mask, words) in inside {
        let out = out.get_or_insert_default();
        out.push_str(&text[at..mask.start.max(at)]);
        out.push_str(words);
        at = mask.end.min(range.end);
    }
    match out {
        Some(mut out) => {
            out.push_str(&text[at..range.end]);
            Cow::Owned(short_numbers(&out).into_owned())
        }
        None => short_numbers(&text[range]),
    }
}

/// Runs of three and more digits as `000`: which number it is says nothing.
fn short_numbers(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    if !bytes.windows(3).any(|w| w.iter().all(u8::is_ascii_digit)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let length = rest[start..].bytes().take_while(u8::is_ascii_digit).count();
        out.push_str(&rest[..start]);
        out.push_str(if length >= 3 { "000" } else { &rest[start..start + length] });
        rest = &rest[start + length..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Message;

    #[test]
    fn units_are_sentences_in_words() {
        let message = Message::from_text("Hi [[first-name]], order 114-3941689-8772232 left. See shop.example.com now! Bye");
        let document = Document::parse(&message);
        let units = Units::of(&document);
        assert_eq!(units.sentences, ["Hi name, order 000-000-000 left.", "See web address now!", "Bye"]);
        assert_eq!(units.span(1).raw, 51..76);
    }
}
