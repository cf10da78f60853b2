//! Where sentences begin and end.

use std::ops::Range;

/// Abbreviations after which a full stop does not end the sentence.
const ABBREVIATIONS: &[&str] = &[
    "mr", "mrs", "ms", "dr", "no", "nr", "st", "e.g", "i.e", "eg", "ie", "etc", "approx", "incl", "excl", "tel", "fig", "vs", "p.s", "co",
    "inc", "ltd", "dept", "max", "min", "art", "ref", "pos", "vol", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct",
    "nov", "dec",
];

/// The sentences of a text as byte ranges, in order, trimmed, none empty.
///
/// A sentence ends at `.`, `!`, `?` or `…` before white space, at an empty line, and at a line end that closes a
/// sentence, precedes a list item or follows a heading; a line end in the middle of running text is white space.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut start = 0;
    let mut i = 0;
    while i < bytes.len() {
        let mut next = i + 1;
        let end = match bytes[i] {
            b'.' | b'!' | b'?' => {
                let after =
                    i + 1 + bytes[i + 1..].iter().take_while(|b| matches!(b, b'.' | b'!' | b'?' | b'"' | b'\'' | b')' | b']')).count();
                let spaced = bytes.get(after).is_none_or(u8::is_ascii_whitespace);
                if !spaced {
                    // nor do the marks between end anything
                    next = after;
                }
                (spaced && !(bytes[i] == b'.' && after == i + 1 && abbreviates(&text[start..i], &text[after..]))).then_some(after)
            }
            b'\n' if ends_line(&text[start..i], &text[i + 1..]) => Some(i),
            // full stops of Chinese and Japanese
            0xE3 if bytes[i..].starts_with("。".as_bytes()) => Some(i + 3),
            0xEF if bytes[i..].starts_with("！".as_bytes()) || bytes[i..].starts_with("？".as_bytes()) => Some(i + 3),
            _ => None,
        };
        if let Some(end) = end {
            push_trimmed(text, start..end, &mut found);
            start = end;
            next = end.max(i + 1);
        }
        i = next;
    }
    push_trimmed(text, start..text.len(), &mut found);
    found
}

fn push_trimmed(text: &str, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let part = &text[range.clone()];
    let start = range.start + (part.len() - part.trim_start().len());
    let end = range.start + part.trim_end().len();
    if start >= end {
        return;
    }
    // punctuation or a list number alone belongs to what follows; at the end, to what went before
    if text[start..end].chars().any(char::is_alphanumeric) || found.is_empty() {
        found.push(start..end);
    } else if let Some(last) = found.last_mut() {
        last.end = end;
    }
}

/// Whether the full stop after `before` belongs to an abbreviation, an initial or a list number.
fn abbreviates(before: &str, after: &str) -> bool {
    let word = before.rsplit(|c: char| c.is_whitespace() || matches!(c, '(' | '"')).next().unwrap_or_default();
    if word.is_empty() {
        return false;
    }
    let next = after.trim_start().chars().next();
    let number_alone = word.bytes().all(|b| b.is_ascii_digit()) && before.trim_start().len() == word.len() && word.len() < 3;
    let initial = word.len() == 1 && word.bytes().all(|b| b.is_ascii_uppercase()) && word != "I";
    let short = word.to_ascii_lowercase();
    let known = ABBREVIATIONS.contains(&short.as_str());
    // "No." ends a sentence unless a number follows
    let refused = matches!(short.as_str(), "no" | "co" | "min" | "max" | "inc" | "mar" | "art" | "etc")
        && !next.is_some_and(|c| c.is_ascii_digit() || c.is_lowercase());
    number_alone || initial || (known && !refused)
}

/// Whether a line end between `before` (the sentence so far) and `after` ends the sentence.
fn ends_line(before: &str, after: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or_default().trim();
    let next_line = after.split('\n').next().unwrap_or_default();
    let next = next_line.trim_start();
    if line.is_empty() || next.is_empty() {
        return true;
    }
    let Some(first) = next.chars().next() else { return true };
    let item = matches!(first, '-' | '*' | '•' | '·' | '–' | '>' | '✓' | '►' | '[' | '#' | '|') || first.is_ascii_digit();
    let closes = line.ends_with([':', ';', '.', '!', '?', ',']) && !line.ends_with(',');
    // running text is wrapped near a margin; a short line before a capital is a line of its own
    item || closes || (!first.is_lowercase() && line.chars().count() < 45)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(text: &str) -> Vec<&str> {
        sentences(text).into_iter().map(|r| &text[r]).collect()
    }

    #[test]
    fn full_stops_end_sentences_and_abbreviations_do_not() {
        assert_eq!(split("It works. Does it? Yes!  Fine..."), ["It works.", "Does it?", "Yes!", "Fine..."]);
        assert_eq!(split("See fig. 3, i.e. the lid (approx. 3.5 cm). Ok"), ["See fig. 3, i.e. the lid (approx. 3.5 cm).", "Ok"]);
        assert_eq!(split("Order no. 5 of Mr. J. Hill came. No. Thanks"), ["Order no. 5 of Mr. J. Hill came.", "No.", "Thanks"]);
    }

    #[test]
    fn lists_and_headings_stand_alone_and_wrapped_lines_do_not() {
        assert_eq!(
            split("Hi Ann,\n\nthe lid\nis here\n1. Open it\n2. Close it"),
            ["Hi Ann,", "the lid\nis here", "1. Open it", "2. Close it"]
        );
        assert_eq!(split("CARE CARD\nWash cold"), ["CARE CARD", "Wash cold"]);
    }

    #[test]
    fn quotes_and_stars_stay_with_their_sentence() {
        assert_eq!(split("He said \"no.\" Then left. ★★★★★"), ["He said \"no.\"", "Then left. ★★★★★"]);
    }

    proptest! {
        #[test]
        fn sentences_are_ordered_and_cover_every_letter(text in "[a-zA-Z0-9.!?\n ,é。\"-]{0,80}") {
            let found = sentences(&text);
            for w in found.windows(2) { prop_assert!(w[0].end <= w[1].start); }
            let inside: usize = found.iter().map(|r| text[r.clone()].chars().filter(|c| c.is_alphanumeric()).count()).sum();
            prop_assert_eq!(inside, text.chars().filter(|c| c.is_alphanumeric()).count());
        }
    }
}
