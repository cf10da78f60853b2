//! One quick pass over a text that says which readings can have anything to do: most texts need none.

use super::leet;

/// What a text might hold. A hint may be wrong, its absence is not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hints {
    /// A digit or mark stands beside a letter.
    pub leet: bool,
    /// Four letters or more stand alone in a row.
    pub lone: bool,
    /// Something could stand for a full stop or an `@` of an address.
    pub address: bool,
}

const LETTER: u8 = 1;
const DIGIT: u8 = 2;
/// Stands for a letter in [`leet`].
const LEET: u8 = 4;
/// Makes it worth looking for an address.
const TELLING: u8 = 8;
/// A letter that may begin the word for a full stop.
const DOT_WORD: u8 = 16;

const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut b = 0;
    while b < 256 {
        let byte = b as u8;
        classes[b] = (byte.is_ascii_alphabetic() as u8) * LETTER
            + (byte.is_ascii_digit() as u8) * DIGIT
            + (leet::letter(byte).is_some() as u8) * LEET
            + (matches!(byte, b'.' | b'(' | b'[' | b'{' | b'<' | b'/' | b'@') as u8) * TELLING
            + (matches!(byte, b'd' | b'D') as u8) * DOT_WORD;
        b += 1;
    }
    classes
};

/// The hints of a text.
pub fn hints(text: &str) -> Hints {
    let bytes = text.as_bytes();
    if !text.is_ascii() {
        // letters of other scripts may stand alone, and marks of other scripts for full stops
        let leet = bytes.windows(2).any(|w| beside(CLASSES[usize::from(w[0])], CLASSES[usize::from(w[1])]));
        return Hints { leet, lone: true, address: true };
    }
    let mut found = Hints::default();
    let (mut lone, mut last_lone) = (0, 0);
    let (mut a, mut b) = (0, 0);
    for (i, &byte) in bytes.iter().chain([&0]).enumerate() {
        let c = CLASSES[usize::from(byte)];
        found.leet |= beside(b, c);
        let word = LETTER | DIGIT;
        if b & (word | LEET) != 0 && a & word == 0 && c & word == 0 {
            lone = if i - last_lone <= 4 { lone + 1 } else { 1 };
            last_lone = i;
            found.lone |= lone >= 4;
        }
        if c & TELLING != 0 && !found.address {
            found.address = telling(bytes, i);
        } else if c & DOT_WORD != 0 && b & word == 0 {
            found.address |= bytes[i..].get(1..3).is_some_and(|w| w.eq_ignore_ascii_case(b"ot"));
        }
        (a, b) = (b, c);
    }
    found
}

fn beside(a: u8, b: u8) -> bool {
    a & LETTER != 0 && b & LEET != 0 || a & LEET != 0 && b & LETTER != 0
}

/// Whether a mark is one of those that addresses in disguise have.
fn telling(bytes: &[u8], i: usize) -> bool {
    let before = i.checked_sub(1).map(|p| bytes[p]);
    let after = bytes.get(i + 1);
    match bytes[i] {
        b'.' => {
            let rest = &bytes[i + 1..];
            let blank = |b: u8| matches!(b, b' ' | b'\t');
            let gap = rest.iter().take_while(|b| blank(**b)).count();
            // ". com": a small letter after a full stop and a gap
            before.is_some_and(blank) || gap > 0 && rest.get(gap).is_some_and(|b| matches!(b, b'c' | b'C' | b'o' | b'O'))
        }
        b'/' => after == Some(&b'/') && !(bytes[..i].ends_with(b"http:") || bytes[..i].ends_with(b"https:")),
        b'@' => before == Some(b' ') || after == Some(&b' '),
        _ => after.is_some_and(|b| matches!(b, b' ' | b'\t' | b'.' | b'@' | b'd' | b'D' | b'p' | b'P' | b'a' | b'A')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clean_text_gives_no_hint() {
        let text = "Hi Ann, your kettle left today (order 114-3941689-8772232). See https://www.amazon.com/x or reply. I am a seller. All for 5.99!";
        assert_eq!(hints(text), Hints::default());
    }

    #[test]
    fn what_is_disguised_gives_one() {
        assert!(hints("r3v!ew").leet && hints("a b c d").lone && hints("r.e.v.i.e.w").lone);
        for text in
            ["a dot com", "a [.] com", "a . com", "a. com", "hxxp://a", "a (at) b.com", "a @ b.com", "a(dot)com", "a at gmail dot com"]
        {
            assert!(hints(text).address, "{text}");
        }
    }
}
