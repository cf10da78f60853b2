//! Letters of other scripts that are taken for letters of English.
//!
//! Only words are folded that mix scripts, that are written wholly in look-alikes and are an English word, or that are an English word once their
//! marks are taken off: ordinary Greek, Russian, German or Turkish stays as it is.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::super::view::{Edit, View};
use super::confusables::{LOOSE, STRICT};
use super::words::{is_word, worth_hiding};
use super::{Disguise, DisguiseKind};

fn of(table: &[(char, char)], c: char) -> Option<char> {
    table.binary_search_by_key(&c, |e| e.0).ok().map(|i| table[i].1)
}

/// The letter of ASCII that a character is taken for.
pub fn latin(c: char) -> Option<char> {
    match c {
        _ if c.is_ascii_alphabetic() => Some(c),
        // letters on black discs and squares
        '\u{1F150}'..='\u{1F169}' => char::from_u32(u32::from(c) - 0x1F150 + u32::from('a')),
        '\u{1F170}'..='\u{1F189}' => char::from_u32(u32::from(c) - 0x1F170 + u32::from('a')),
        // letters that flags are made of
        '\u{1F1E6}'..='\u{1F1FF}' => char::from_u32(u32::from(c) - 0x1F1E6 + u32::from('a')),
        _ => of(STRICT, c).or_else(|| of(LOOSE, c)),
    }
}

/// A letter of a script with look-alikes of English that is not Latin.
fn is_foreign(c: char) -> bool {
    matches!(c, '\u{0370}'..='\u{03FF}' | '\u{0400}'..='\u{052F}' | '\u{0530}'..='\u{058F}' | '\u{13A0}'..='\u{13FF}' | '\u{1C80}'..='\u{1C8A}' | '\u{1F00}'..='\u{1FFF}'
        | '\u{2C80}'..='\u{2CFF}' | '\u{A4D0}'..='\u{A4FF}' | '\u{AB70}'..='\u{ABBF}')
}

fn is_drawn(c: char) -> bool {
    matches!(c, '\u{1F150}'..='\u{1F189}' | '\u{1F1E6}'..='\u{1F1FF}')
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, '\u{00C0}'..='\u{024F}' | '\u{1E00}'..='\u{1EFF}')
}

/// Folds words in look-alike letters. Those that mix scripts to deceive are disguises.
pub fn fold<'r>(view: View<'r>, found: &mut Vec<Disguise>) -> View<'r> {
    let text = view.text();
    if text.is_ascii() {
        return view;
    }
    let mut edits = Vec::new();
    let mut mostly_latin = None;
    let mut start = None;
    for (i, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if c.is_alphanumeric() || is_combining_mark(c) || is_drawn(c) {
            start.get_or_insert(i);
        } else if let Some(start) = start.take() {
            let word = &text[start..i];
            if word.is_ascii() {
                continue;
            }
            let majority = || *mostly_latin.get_or_insert_with(|| latin_majority(text));
            if let Some((reading, deceives)) = reading(word, majority) {
                if deceives {
                    found.push(Disguise { kind: DisguiseKind::MixedScript, raw: view.to_raw(start..i), reading: reading.clone() });
                }
                edits.push(Edit::replace(start..i, Cow::Owned(reading)));
            }
        }
    }
    view.edited(&edits)
}

fn latin_majority(text: &str) -> bool {
    let latin = text.chars().filter(|c| c.is_ascii_alphabetic()).count();
    2 * latin > text.chars().filter(|c| c.is_alphabetic()).count()
}

/// What a word with letters beyond ASCII is read as, where it is another than its letters say, and whether that deceives.
fn reading(word: &str, mostly_latin: impl FnOnce() -> bool) -> Option<(String, bool)> {
    let letters: Vec<char> = word.chars().filter(|c| c.is_alphabetic() || is_drawn(*c)).collect();
    let folded: Option<String> =
        word.nfd().filter(|c| !is_combining_mark(*c)).map(|c| if c.is_ascii_digit() { Some(c) } else { latin(c) }).collect();
    let folded = folded.filter(|f| f != word)?;
    let lower = folded.to_ascii_lowercase();
    let foreign = letters.iter().filter(|c| is_foreign(**c)).count();
    if foreign == 0 {
        let marked_only = word.chars().all(|c| is_latin(c) || c.is_ascii_digit() || is_combining_mark(c));
        let precomposed = word.chars().all(|c| !is_combining_mark(c));
        // "café" and "für" are words of their own; a line through every letter is not
        let known = if marked_only && precomposed { worth_hiding(&lower) } else { is_word(&lower) };
        // letters on black discs and squares, and small capitals that no phonetic alphabet has
        let drawn = letters.iter().any(|c| matches!(c, '\u{1F150}'..='\u{1F189}' | '\u{1D00}'..='\u{1D22}' | 'ꜰ' | 'ꜱ'));
        return (known || drawn).then_some((folded, false));
    }
    if foreign == letters.len() {
        let strict = letters.iter().all(|c| of(STRICT, *c).is_some());
        return (strict && letters.len() >= 4 && is_word(&lower) && mostly_latin()).then_some((folded, true));
    }
    if letters.len() < 3 {
        return None;
    }
    let switches = letters.windows(2).filter(|w| is_foreign(w[0]) != is_foreign(w[1])).count();
    let strict = letters.iter().filter(|c| is_foreign(**c)).all(|c| of(STRICT, *c).is_some());
    // "TNFα", "βcarotene": a sign of science before or after a word
    let sign = foreign == 1
        && switches == 1
        && letters.iter().any(|c| matches!(c, 'α' | 'β' | 'γ' | 'δ' | 'ε' | 'κ' | 'μ' | 'σ' | 'π' | 'ω' | 'θ'));
    // "SMSка": a foreign ending on an English stem
    let ending = switches == 1 && !strict;
    let known = is_word(&lower);
    (known || !sign && !ending && (strict || switches >= 2)).then_some((folded, known || strict))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> (String, usize) {
        let mut found = Vec::new();
        let text = fold(View::identity(text), &mut found).text().to_owned();
        (text, found.len())
    }

    #[test]
    fn tables_are_in_order() {
        assert!(STRICT.windows(2).all(|w| w[0].0 < w[1].0) && LOOSE.windows(2).all(|w| w[0].0 < w[1].0));
    }

    #[test]
    fn words_in_look_alikes_are_read() {
        assert_eq!(folded("rеviеw"), ("review".into(), 1));
        assert_eq!(folded("GΙFT"), ("GIFT".into(), 1));
        assert_eq!(folded("ᴀ ʀᴇᴠɪᴇᴡ ᴏꜰ ᴛᴏʀᴋᴍᴀꜱᴛᴇʀ"), ("a review of torkmaster".into(), 0));
        assert_eq!(folded("rëvïew"), ("review".into(), 0));
        assert_eq!(folded("r\u{336}e\u{336}v\u{336}i\u{336}e\u{336}w\u{336}"), ("review".into(), 0));
        assert_eq!(folded("🅡🅔🅥🅘🅔🅦 🇷🇪🇻🇮🇪🇼"), ("review review".into(), 0));
        assert_eq!(folded("please сору it"), ("please copy it".into(), 1));
    }

    #[test]
    fn everyday_words_stay() {
        for text in [
            "Привет, спасибо за заказ SMSка",
            "Ευχαριστώ για την αγορά",
            "10 μF, 4 kΩ, ΔT, TNFα, β-carotene",
            "für Größe, café, señor, İstanbul satın alın",
            "USBケーブル",
            "🇺🇸 🇮🇹",
            "сор",
            "РОМА",
        ] {
            assert_eq!(folded(text), (text.to_owned(), 0));
        }
    }
}
