//! Words turned upside down, as in `ʍǝᴉʌǝɹ`: letters that look like others on their head, in the order from back to front.

use super::super::view::{Edit, View};
use super::words::{is_word, reading_cost, tokens};

/// A letter and how it looks on its head.
const TURNED: &[(char, char)] = &[
    ('a', 'ɐ'),
    ('b', 'q'),
    ('c', 'ɔ'),
    ('d', 'p'),
    ('e', 'ǝ'),
    ('f', 'ɟ'),
    ('g', 'ƃ'),
    ('h', 'ɥ'),
    ('i', 'ᴉ'),
    ('i', 'ı'),
    ('j', 'ɾ'),
    ('k', 'ʞ'),
    ('l', 'ʅ'),
    ('l', 'l'),
    ('m', 'ɯ'),
    ('n', 'u'),
    ('o', 'o'),
    ('p', 'd'),
    ('q', 'b'),
    ('r', 'ɹ'),
    ('s', 's'),
    ('t', 'ʇ'),
    ('u', 'n'),
    ('v', 'ʌ'),
    ('w', 'ʍ'),
    ('x', 'x'),
    ('y', 'ʎ'),
    ('z', 'z'),
];

/// Turns words back. Between turned words those are turned too whose letters look right either way.
pub fn turn_back(view: View<'_>) -> View<'_> {
    let text = view.text();
    if !text.contains(|c| !char::is_ascii(&c) && upright(c).is_some()) {
        return view;
    }
    let mut edits = Vec::new();
    let mut turned = false;
    for (range, token) in tokens(text) {
        let reading: Option<String> = token.chars().rev().map(upright).collect();
        let Some(reading) = reading.filter(|r| !r.is_empty()) else {
            turned = turned && token.is_empty();
            continue;
        };
        // the letter without a dot is Turkish, too
        let strange = token.chars().filter(|c| !c.is_ascii() && *c != 'ı').count();
        turned = strange > 1 || strange > 0 && is_word(&reading) || turned && reading_cost(&reading).is_some();
        if turned {
            edits.push(Edit::replace(range, reading));
        }
    }
    view.edited(&edits)
}

fn upright(c: char) -> Option<char> {
    TURNED.iter().find(|(_, turned)| *turned == c).map(|(letter, _)| *letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turned_words_are_read_and_phonetics_are_not() {
        let read = |text| turn_back(View::identity(text)).text().to_owned();
        assert_eq!(read("Hi, ǝʌɐǝl sn ɐ ʍǝᴉʌǝɹ, uo Monday"), "Hi, leave us a review, on Monday");
        for text in ["said /ɹɪˈvjuː/ and [ˈbɔtəl]", "no snow on us", "Satın aldığınız ürün"] {
            assert_eq!(read(text), text);
        }
    }
}
