//! The readings that follow the visible text: entities decoded, NFKC, typographic quotes and dashes as ASCII. A text
//! of plain ASCII without `&` passes untouched.

use unicode_normalization::{UnicodeNormalization, is_nfkc};

use super::view::{Edit, View};

/// Decodes character references such as `&amp;` and `&#114;`.
pub fn decode_entities(view: View<'_>) -> View<'_> {
    let text = view.text();
    let mut edits = Vec::new();
    let mut done = 0;
    for (at, _) in text.match_indices('&') {
        if at < done {
            continue;
        }
        // the longest name has 33 characters; leading zeros of a number may be longer but nobody needs them
        let end = text[at + 1..]
            .char_indices()
            .take(40)
            .find(|(_, c)| !(c.is_ascii_alphanumeric() || *c == '#'))
            .map_or(text.len().min(at + 41), |(i, c)| at + 1 + i + usize::from(c == ';'));
        let Some(reference) = text.get(at..end) else { continue };
        let decoded = htmlize::unescape(reference);
        if decoded != reference {
            edits.push(Edit::replace(at..end, decoded.into_owned()));
            done = end;
        }
    }
    view.edited(&edits)
}

/// Compatibility normalisation (NFKC), stretch by stretch so that positions stay known.
pub fn nfkc(view: View<'_>) -> View<'_> {
    let text = view.text();
    if text.is_ascii() || is_nfkc(text) {
        return view;
    }
    let mut edits = Vec::new();
    let mut starts = text.char_indices().filter(|&(i, c)| i == 0 || !combines(c)).map(|(i, _)| i).peekable();
    while let Some(start) = starts.next() {
        let end = starts.peek().copied().unwrap_or(text.len());
        let cluster = &text[start..end];
        if !cluster.is_ascii() && !is_nfkc(cluster) {
            edits.push(Edit::replace(start..end, cluster.nfkc().collect::<String>()));
        }
    }
    view.edited(&edits)
}

/// Whether a character may join with the one before it under NFKC.
fn combines(c: char) -> bool {
    unicode_normalization::char::canonical_combining_class(c) != 0
        || unicode_normalization::char::is_combining_mark(c)
        || matches!(c, '\u{1161}'..='\u{1175}' | '\u{11A8}'..='\u{11C2}' | '\u{3099}' | '\u{309A}' | '\u{FF9E}' | '\u{FF9F}')
}

/// Typographic quotes, dashes and ellipses as ASCII, so that one spelling of a phrase is enough.
pub fn plain_punctuation(view: View<'_>) -> View<'_> {
    if view.text().is_ascii() {
        return view;
    }
    let edits: Vec<Edit> = view
        .text()
        .char_indices()
        .filter_map(|(i, c)| {
            let plain = match c {
                '\u{2018}' | '\u{2019}' | '\u{201A}' | '\u{201B}' | '\u{2032}' | '\u{00B4}' | '\u{02BC}' => "'",
                '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{201F}' | '\u{2033}' | '\u{00AB}' | '\u{00BB}' => "\"",
                '\u{2010}'..='\u{2015}' | '\u{2212}' => "-",
                '\u{2026}' => "...",
                // a blank of Braille is nothing but a blank
                '\u{2800}' => " ",
                _ => return None,
            };
            Some(Edit::replace(i..i + c.len_utf8(), plain))
        })
        .collect();
    view.edited(&edits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(raw: &str) -> String {
        plain_punctuation(nfkc(decode_entities(View::identity(raw)))).text().to_owned()
    }

    #[test]
    fn each_reading_does_its_part() {
        assert_eq!(all("Tom &amp; Ann &#114;eview &unknown; &"), "Tom & Ann review &unknown; &");
        assert_eq!(all("ｒｅｖｉｅｗ ﬁne"), "review fine");
        assert_eq!(all("don’t – “so”…"), "don't - \"so\"...");
        assert_eq!(all("e\u{301}"), "é");
    }

    proptest! {
        #[test]
        fn stretch_by_stretch_is_the_same_as_the_whole(text in "[a-zé\u{300}-\u{310}ｱﾞ가-갛ᄀ-하-ᅵﬁ①½ ]{0,20}") {
            let view = nfkc(View::identity(&text));
            prop_assert_eq!(view.text(), text.nfkc().collect::<String>());
        }

        #[test]
        fn every_reading_leads_back_inside_the_raw_text(text in "\\PC{0,40}") {
            let view = plain_punctuation(nfkc(decode_entities(View::identity(&text))));
            for (i, c) in view.text().char_indices() {
                let raw = view.to_raw(i..i + c.len_utf8());
                prop_assert!(text.get(raw).is_some());
            }
        }
    }
}
