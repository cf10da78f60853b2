//! Rows of stars, which say a rating without a word.

use super::super::view::{Edit, View};
use super::{Disguise, DisguiseKind};

fn is_filled_star(c: char) -> bool {
    matches!(c, '★' | '⭐' | '🌟' | '✭' | '✮' | '🟊' | '⋆' | '✪' | '✯')
}

/// Reads a row of exactly five filled stars as "5 stars", and a star after a number as the word.
pub fn read<'r>(view: View<'r>, found: &mut Vec<Disguise>) -> View<'r> {
    let text = view.text();
    if !text.contains(is_filled_star) {
        return view;
    }
    let mut edits = Vec::new();
    let mut row: Option<(std::ops::Range<usize>, usize)> = None;
    for (i, c) in text.char_indices().chain([(text.len(), '.')]) {
        if is_filled_star(c) {
            let (range, count) = row.get_or_insert((i..i, 0));
            range.end = i + c.len_utf8();
            *count += 1;
        } else if !matches!(c, ' ' | '\u{A0}' | '\u{FE0F}')
            && let Some((range, count)) = row.take()
        {
            let before = &text[..range.start];
            let after = text[range.end..].trim_start_matches('\u{FE0F}');
            let words = if count == 5 {
                found.push(Disguise { kind: DisguiseKind::Stars, raw: view.to_raw(range.clone()), reading: "5 stars".into() });
                let thing =
                    after.trim_start().get(..6).is_some_and(|w| ["review", "rating", "feedba"].iter().any(|t| w.eq_ignore_ascii_case(t)));
                if thing { "5-star" } else { "5 stars" }
            } else if count == 1 && names_a_number(before) {
                "stars"
            } else {
                continue;
            };
            let lead = if before.ends_with(char::is_alphanumeric) { " " } else { "" };
            let tail = if after.starts_with(char::is_alphanumeric) { " " } else { "" };
            edits.push(Edit::replace(range, format!("{lead}{words}{tail}")));
        }
    }
    view.edited(&edits)
}

fn names_a_number(before: &str) -> bool {
    let word = before.trim_end().rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    matches!(word, "1" | "2" | "3" | "4" | "5") || ["one", "two", "three", "four", "five"].iter().any(|n| word.eq_ignore_ascii_case(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_stars_are_read_and_ornaments_are_not() {
        let read = |text| read(View::identity(text), &mut Vec::new()).text().to_owned();
        assert_eq!(read("Rate us ⭐⭐⭐⭐⭐!"), "Rate us 5 stars!");
        assert_eq!(read("a ★ ★ ★ ★ ★ review"), "a 5-star review");
        assert_eq!(read("give 5⭐ or five ⭐️"), "give 5 stars or five stars\u{FE0F}");
        for text in ["★★★★ hotel", "★ wash ★ dry ★", "★★★★★★★★", "☆☆☆☆☆"] {
            assert_eq!(read(text), text);
        }
    }
}
