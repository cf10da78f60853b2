//! Long numbers that are spelled out, digit by digit, or drawn as keycaps.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::super::view::{Edit, View};
use super::{Disguise, DisguiseKind};

/// Fewest digits in a row that are a number to be hidden.
const FEWEST: usize = 7;

const WORDS: &[(&str, &str)] = &[
    ("zero", "0"),
    ("oh", "0"),
    ("one", "1"),
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
];

static DIGITS: LazyLock<AhoCorasick> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(WORDS.iter().map(|w| w.0)).expect("the words are few"));

/// Digits drawn as keycaps, as digits.
pub fn plain_keycaps<'r>(view: View<'r>, found: &mut Vec<Disguise>) -> View<'r> {
    let text = view.text();
    if !text.contains('\u{20E3}') {
        return view;
    }
    let mut edits = Vec::new();
    let mut row: Option<(usize, usize, String)> = None;
    let mut close = |row: Option<(usize, usize, String)>| {
        if let Some((start, end, digits)) = row.filter(|(_, _, d)| d.len() >= FEWEST) {
            found.push(Disguise { kind: DisguiseKind::Digits, raw: view.to_raw(start..end), reading: digits });
        }
    };
    for (at, cap) in text.match_indices('\u{20E3}') {
        let before = &text[..at];
        let digit = before.trim_end_matches('\u{FE0F}');
        let Some(c) = digit.chars().next_back().filter(char::is_ascii_digit) else { continue };
        let (start, end) = (digit.len() - 1, at + cap.len());
        edits.push(Edit::delete(digit.len()..end));
        row = match row {
            Some((first, last, mut digits)) if text[last..start].chars().all(|c| matches!(c, ' ' | '-' | '.')) => {
                digits.push(c);
                Some((first, end, digits))
            }
            other => {
                close(other);
                Some((start, end, c.to_string()))
            }
        };
    }
    close(row);
    view.edited(&edits)
}

/// Digits spelled out in a long row, as digits. Counting ("one two three …") is left alone.
pub fn digits<'r>(view: View<'r>, found: &mut Vec<Disguise>) -> View<'r> {
    let text = view.text();
    let bytes = text.as_bytes();
    let mut edits = Vec::new();
    let mut row: (usize, usize, String) = (0, 0, String::new());
    let mut close = |row: &mut (usize, usize, String)| {
        let (start, end, digits) = std::mem::take(row);
        if digits.len() >= FEWEST && !"01234567890".contains(&digits) && !"9876543210".contains(&digits) {
            found.push(Disguise { kind: DisguiseKind::Digits, raw: view.to_raw(start..end), reading: digits.clone() });
            edits.push(Edit::replace(start..end, digits));
        }
    };
    for word in DIGITS.find_iter(text) {
        let letter = |at: Option<usize>| at.and_then(|a| bytes.get(a)).is_some_and(|b| b.is_ascii_alphanumeric() || *b >= 0x80);
        if letter(word.start().checked_sub(1)) || letter(Some(word.end())) {
            continue;
        }
        let gap = text.get(row.1..word.start()).unwrap_or_default();
        let joined = !row.2.is_empty() && gap.len() <= 3 && gap.bytes().all(|b| matches!(b, b' ' | b'-' | b',' | b'.' | b'/'));
        if !joined {
            close(&mut row);
            row.0 = word.start();
        }
        row.1 = word.end();
        row.2.push_str(WORDS[word.pattern().as_usize()].1);
    }
    close(&mut row);
    view.edited(&edits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, usize) {
        let mut found = Vec::new();
        let view = digits(plain_keycaps(View::identity(text), &mut found), &mut found);
        (view.text().to_owned(), found.len())
    }

    #[test]
    fn long_numbers_are_read_and_counting_is_not() {
        assert_eq!(read("call two zero two, five five five, zero one four three!"), ("call 2025550143!".into(), 1));
        assert_eq!(read("2️⃣0️⃣2️⃣ 5️⃣5️⃣5️⃣ 0️⃣1️⃣4️⃣3️⃣"), ("202 555 0143".into(), 1));
        assert_eq!(read("1️⃣ Open 2️⃣ Close"), ("1 Open 2 Close".into(), 0));
        for text in ["one two three four five six seven eight", "one or two, none of three", "someone threefold", "five, six or seven"] {
            assert_eq!(read(text), (text.to_owned(), 0));
        }
    }
}
