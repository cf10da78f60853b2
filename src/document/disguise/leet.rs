//! Letters written as digits and marks, as in `r3v!ew`. A token is folded only where that makes a word of it and its shape is not that of a size or a
//! part number: `4K`, `B2B`, `5in`, `step5` stay.

use super::super::view::{Edit, View};
use super::words::{is_word, masked, worth_hiding};

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

/// Folds tokens.
pub fn fold(view: View<'_>) -> View<'_> {
    let bytes = view.text().as_bytes();
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
        edits.extend(folded(view.text(), start, end));
        i = end + 1;
    }
    view.edited(&edits)
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
    let plain: Vec<u8> = lower.bytes().filter_map(|b| if b.is_ascii_alphabetic() { Some(b) } else { letter(b) }).collect();
    let either: Vec<usize> = (0..lower.len()).filter(|&i| matches!(lower.as_bytes()[i], b'1' | b'!' | b'|')).take(3).collect();
    if plain.contains(&b'*') {
        let known = plain.iter().filter(|b| **b != b'*').count();
        return (known >= 3).then(|| String::from_utf8(plain).ok())?.and_then(|p| masked(&p)).map(str::to_owned);
    }
    (0..1_usize << either.len()).find_map(|choice| {
        let mut reading = plain.clone();
        for (bit, &at) in either.iter().enumerate().filter(|(bit, _)| choice >> bit & 1 == 1) {
            debug_assert!(bit < 3);
            reading[at] = b'l';
        }
        let reading = String::from_utf8(reading).ok()?;
        fits(token, &lower, &reading).then_some(reading)
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
