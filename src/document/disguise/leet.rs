//! Letters written as digits and marks, as in `r3v!ew`. A token is folded only where that makes a word of it and its shape is not that of a size or a
//! part number: `4K`, `B2B`, `5in`, `step5` stay.

use std::ops::Range;

use super::super::stretch::first_touching;
use super::super::view::{Edit, View};
use super::words::{is_word, masked, reading_cost, tokens, worth_hiding};

/// The letter that a digit or mark stands for; `1`, `!` and `|` may also be an `l`.
pub const fn letter(b: u8) -> Option<u8> {
    Some(match b {
        b'0' => b'o',
        b'1' | b'!' | b'|' => b'i',
        b'2' => b'z',
        b'3' => b'e',
        b'4' | b'@' => b'a',
        b'5' | b'$' => b's',
        b'7' | b'+' => b't',
        b'8' => b'b',
        b'9' => b'g',
        b'*' => b'*',
        _ => return None,
    })
}

/// The longest token looked at.
const LONGEST: usize = 20;

/// Between so many words in digits, all is read as words.
const MANY: usize = 3;

/// Folds tokens.
pub fn fold(view: View<'_>) -> View<'_> {
    let mut edits = certain(view.text());
    if edits.len() >= MANY {
        edits.extend(between(view.text(), &edits));
        edits.sort_by_key(|e| e.range.start);
    }
    view.edited(&edits)
}

/// The tokens that are words by themselves.
fn certain(text: &str) -> Vec<Edit> {
    let bytes = text.as_bytes();
    let mut edits = Vec::new();
    let mut i = 1;
    while i < bytes.len() {
        // a mark or digit beside a letter, in either order
        let (a, b) = (bytes[i - 1], bytes[i]);
        let beside = a.is_ascii_alphabetic() && letter(b).is_some() || b.is_ascii_alphabetic() && letter(a).is_some();
        if !beside {
            i += 1;
            continue;
        }
        let part = |b: &u8| b.is_ascii_alphabetic() || letter(*b).is_some();
        let start = i - 1 - bytes[..i - 1].iter().rev().take(LONGEST).take_while(|b| part(b)).count();
        let end = i + bytes[i..].iter().take_while(|b| part(b)).count();
        edits.extend(folded(text, start, end));
        i = end + 1;
    }
    edits
}

/// Tokens between words in digits, whatever their shape: `4` is an "a" there, and `17` an "it".
fn between(text: &str, certain: &[Edit]) -> Vec<Edit> {
    let (Some(first), Some(last)) = (certain.first(), certain.last()) else { return Vec::new() };
    let (start, end) = (first.range.start, last.range.end + more(&text[last.range.end..]));
    let free = |range: &Range<usize>| first_touching(certain, range, |edit| &edit.range).is_none();
    let moved = tokens(&text[start..end]).map(|(range, token)| (start + range.start..start + range.end, token));
    moved.filter(|(range, _)| free(range)).filter_map(|(range, token)| Some(Edit::replace(range, likely(token)?))).collect()
}

/// How much of what follows words in digits is more of them: up to the last that has a letter, since numbers may follow too.
fn more(text: &str) -> usize {
    let following = tokens(text).filter(|(_, token)| !token.is_empty());
    let readable = following.take_while(|(_, token)| likely(token).is_some());
    readable.filter(|(_, token)| token.bytes().any(|b| b.is_ascii_lowercase())).last().map_or(0, |(range, _)| range.end)
}

/// What a token among words in digits is most likely read as.
fn likely(token: &str) -> Option<String> {
    let digits = token.bytes().filter(u8::is_ascii_digit).count();
    let alphanumeric = token.bytes().all(|b| b.is_ascii_alphabetic() || letter(b).is_some_and(|l| l != b'*'));
    if digits == 0 || !alphanumeric || token.len() > LONGEST {
        return None;
    }
    let lower = token.to_ascii_lowercase();
    let mut readings = readings(&lower);
    let first = readings.next()?;
    let known = std::iter::once(first.clone()).chain(readings).find(|r| reading_cost(r).is_some());
    // a number of more digits than a short word has letters is a number; a part number is written in capitals
    let written_as_word = token.bytes().any(|b| b.is_ascii_lowercase()) && token.len() >= 3;
    if digits == token.len() { known.filter(|_| digits <= 2) } else { known.or(written_as_word.then_some(first)) }
}

fn folded(text: &str, start: usize, end: usize) -> Option<Edit> {
    let bytes = text.as_bytes();
    // parts of addresses, paths, tags and assignments
    let glue = |b: Option<&u8>| {
        b.is_some_and(|b| {
            matches!(b, b'/' | b'_' | b'=' | b'&' | b'#' | b'?' | b'%' | b'\\' | b'{' | b'}' | b'<' | b'>')
                || *b >= 0x80
                || b.is_ascii_digit()
        })
    };
    if glue(start.checked_sub(1).and_then(|i| bytes.get(i))) || glue(bytes.get(end)) {
        return None;
    }
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let whole = &text[start..end];
    let front = whole.trim_start_matches(['!', '|', '*', '+']);
    let token = front.trim_end_matches(['!', '|', '*', '+', '@']);
    let start = start + (whole.len() - front.len());
    // "GT-R3V1EW"
    if start > 0 && bytes[start - 1] == b'-' && !token.bytes().any(|b| b.is_ascii_lowercase()) {
        return None;
    }
    let letters = token.bytes().filter(u8::is_ascii_alphabetic).count();
    if letters < 2 || letters == token.len() || !(4..=LONGEST).contains(&token.len()) {
        return None;
    }
    let word = word(token)?;
    Some(Edit::replace(start..start + token.len(), word))
}

/// The word that a token stands for.
fn word(token: &str) -> Option<String> {
    let lower = token.to_ascii_lowercase();
    if lower.contains('*') {
        let known = lower.bytes().filter(|b| *b != b'*').count();
        return (known >= 3).then(|| readings(&lower).next())?.and_then(|p| masked(&p)).map(str::to_owned);
    }
    readings(&lower).find(|reading| fits(token, &lower, reading))
}

/// What a token, in lower case, may be read as: the first three of the signs for `i` may also be an `l`.
fn readings(lower: &str) -> impl Iterator<Item = String> {
    let plain: String = lower.bytes().filter_map(|b| if b.is_ascii_alphabetic() { Some(b) } else { letter(b) }).map(char::from).collect();
    let either: Vec<usize> = lower.bytes().enumerate().filter(|(_, b)| matches!(b, b'1' | b'!' | b'|')).map(|(i, _)| i).take(3).collect();
    (0..1_usize << either.len()).map(move |choice| {
        let chosen = |at: &usize| either.iter().position(|e| e == at).is_some_and(|bit| choice >> bit & 1 == 1);
        plain.char_indices().map(|(at, c)| if chosen(&at) { 'l' } else { c }).collect()
    })
}

/// Whether a reading is a word, and the token no number with a unit or a name with a number.
fn fits(token: &str, lower: &str, reading: &str) -> bool {
    let digits = |c: char| c.is_ascii_digit();
    let stem = lower.trim_matches(digits);
    let one_sided = stem.bytes().all(|b| b.is_ascii_alphabetic());
    if worth_hiding(reading) {
        return !(one_sided && (is_word(stem) || stem.len() < 2));
    }
    // part numbers are written in capitals
    is_word(reading) && !one_sided && token.bytes().any(|b| b.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        fold(View::identity(text)).text().to_owned()
    }

    #[test]
    fn words_in_digits_are_read() {
        assert_eq!(read("a r3v!ew, a fr33 g1ft, 5tar rat1ng"), "a review, a free gift, star rating");
        assert_eq!(read("@mazon v0ucher! R3V1EW $tars d0ll@r"), "amazon voucher! review stars dollar");
        assert_eq!(read("r*view and **bold** w4rr4nty"), "review and **bold** warranty");
    }

    #[test]
    fn between_words_in_digits_short_ones_are_read_too() {
        assert_eq!(
            read("0rder 12: l34v3 4 r3v13w 4b0u7 7h3 h1ng3, 17 15 gr347 for 12 houses"),
            "0rder 12: leave a review about the hinge, it is great for 12 houses"
        );
        assert_eq!(read("The r3v13w of part 4a is 17 pages"), "The review of part 4a is 17 pages");
    }

    #[test]
    fn sizes_and_part_numbers_stay() {
        for text in [
            "4K B2B M8 A4 1st 2nd 3rd 4th 10x 8oz 5in 7in 5am 7am 9pm 5pack 5lot step5 size5 item5 part5 review5 H2O CO2 mp3 USB3 PS5 i5-8250U GT-R3V1EW",
            "https://x.example/r3view?fr33=1 r3view.pdf ann@mail.com {{star5}} $name$ S1ze_5tar 3.5mm 2x4s 100% 5% 114-3941689-8772232 B0C7K2XK4Q",
            "Hello! Yes!No a|b 50+ A+B C++ E=mc2",
        ] {
            assert_eq!(read(text), text);
        }
    }
}
