//! Characters that take no room, and text that is written backwards.

use super::super::view::{Edit, View};
use super::{Disguise, DisguiseKind};

/// Characters that take no room: zero-width, joiners, bidirectional controls, soft hyphen, tag characters, variation
/// selectors of text.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180E}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0E}'
        | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// A letter of a script with capitals: other scripts need joiners to be written at all.
fn is_cased(c: char) -> bool {
    c.is_lowercase() || c.is_uppercase()
}

/// Puts stretches that are written backwards and shown forwards into the order in which they are read.
pub fn turn_round<'r>(view: View<'r>, found: &mut Vec<Disguise>) -> View<'r> {
    const OVERRIDE: char = '\u{202E}';
    let text = view.text();
    let mut edits = Vec::new();
    let mut done = 0;
    for (start, _) in text.match_indices(OVERRIDE) {
        if start < done {
            continue;
        }
        let rest = &text[start..];
        let end = start + rest.find(['\u{202C}', '\n']).unwrap_or(rest.len());
        done = end;
        // letters that run from right to left by themselves are in order
        let right_to_left = |c: char| matches!(c, '\u{0590}'..='\u{08FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}');
        let inside = &text[start..end];
        if inside.contains(right_to_left) || !inside.contains(is_cased) {
            continue;
        }
        let reading: String = inside.chars().rev().filter(|c| !is_invisible(*c)).collect();
        found.push(Disguise { kind: DisguiseKind::Invisible, raw: view.to_raw(start..end), reading: reading.clone() });
        edits.push(Edit::replace(start..end, reading));
    }
    view.edited(&edits)
}

/// Removes invisible characters. Those inside words are disguises, unless they are the soft hyphens of a long word.
pub fn remove<'r>(view: View<'r>, found: &mut Vec<Disguise>) -> View<'r> {
    let text = view.text();
    let edits: Vec<Edit> = text.char_indices().filter(|(_, c)| is_invisible(*c)).map(|(i, c)| Edit::delete(i..i + c.len_utf8())).collect();
    let mut done = 0;
    for edit in &edits {
        if edit.range.start < done {
            continue;
        }
        let part = |c: char| is_cased(c) || is_invisible(c);
        let start = text[..edit.range.start].char_indices().rev().take_while(|(_, c)| part(*c)).last().map_or(edit.range.start, |(i, _)| i);
        let end = edit.range.start + text[edit.range.start..].find(|c| !part(c)).unwrap_or(text.len() - edit.range.start);
        done = end;
        let word = text[start..end].trim_matches(is_invisible);
        let letters = word.chars().filter(|c| is_cased(*c)).count();
        let hidden = word.chars().count() - letters;
        let hyphens = word.chars().filter(|c| *c == '\u{AD}').count();
        let hyphenated = hyphens == hidden && letters >= 8 && hyphens * 2 < letters;
        if hidden > 0 && !hyphenated {
            let start = start + (text[start..end].len() - text[start..end].trim_start_matches(is_invisible).len());
            let reading = word.chars().filter(|c| !is_invisible(*c)).collect();
            found.push(Disguise { kind: DisguiseKind::Invisible, raw: view.to_raw(start..start + word.len()), reading });
        }
    }
    view.edited(&edits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disguised(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        remove(turn_round(View::identity(text), &mut found), &mut found);
        found.into_iter().map(|d| d.reading).collect()
    }

    #[test]
    fn invisible_characters_inside_words_are_disguises() {
        assert_eq!(disguised("leave a re\u{200B}vi\u{2060}ew now"), ["review"]);
        assert_eq!(disguised("a \u{202E}weiver\u{202C} please"), ["review"]);
        assert_eq!(disguised("f\u{AD}r\u{AD}e\u{AD}e"), ["free"]);
    }

    #[test]
    fn those_of_everyday_text_are_none() {
        for text in [
            "\u{FEFF}Hello",
            "end.\u{200B} Next",
            "Versand\u{AD}kosten\u{AD}rechnung",
            "می\u{200C}خواهم",
            "👩\u{200D}🔧",
            "क्\u{200D}ष",
            "\u{200E}שלום\u{200F} ok",
        ] {
            assert_eq!(disguised(text), [] as [&str; 0], "{text:?}");
        }
    }
}
