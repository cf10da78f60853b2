use crate::document::Document;
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "STY015",
    name: "emoticon",
    clause: "S-02",
    label: None,
    scope: Scope::OutboundMail,
    summary: "The message has emoticons made of ordinary characters.",
    why: "Faces and hearts such as :-) and <3 count as emoji do. They stand alone between spaces or at the end of a sentence; colons in times, addresses, lists and code do not count.",
    instead: "Say it in words, without faces.",
    fires: Examples::Code(&[
        Example::text("See you soon :-)"),
        Example::text("Thank you so much <3"),
        Example::text("Enjoy ;) and write"),
        Example::text("Great :D!"),
        Example::text("We are sorry :("),
        Example::text("ok").subject("Your parcel ^_^"),
    ]),
    passes: Examples::Code(&[
        Example::text("At 10:30 (see page 8)"),
        Example::text("Options: a) red b) blue 8) green"),
        Example::text("http://example.com:8080/)"),
        Example::text("if x <3 then y; use (:) here"),
        Example::text("Ratio 3:0 and C:\\drive"),
        Example::text("Size: (S) or (M)"),
    ]),
    check: Check::Code(check),
};

const FACES: &[&str] = &[
    ":-)", ":)", ";-)", ";)", ":-(", ":(", ":-D", ":D", ";D", ":-P", ":P", ":-p", ":p", "=)", "=D", ":'(", ":-/", ":-*", ":*", ":-O", "xD",
    "XD", "<3", "^_^", "^^", "-_-", "\\o/", ":]", "(:", "(-:", ":o)", ":-|",
];

fn check(document: &Document<'_>, hits: &mut Hits) {
    for part in document.parts() {
        let text = part.text();
        let mut found = 0;
        for (at, word) in words(text) {
            let bare = word.trim_end_matches(['.', ',', '!', '?']);
            // a face may be glued to the end of a word only where it cannot be anything else: "thanks:-)"
            let face =
                FACES.iter().find(|f| bare == **f || (f.len() > 2 && bare.ends_with(**f) && bare.len() > f.len() && !bare.contains("//")));
            if let Some(face) = face {
                // "x <3 then" compares
                if *face == "<3" && text[at + bare.len()..].trim_start().starts_with(|c: char| c.is_ascii_digit() || c == 't') {
                    continue;
                }
                let start = at + bare.len() - face.len();
                hits.at(part.span(start..start + face.len()), format!("{face} is an emoticon"));
                found += 1;
                if found == super::MOST_PLACES {
                    break;
                }
            }
        }
    }
}

/// White-space separated words that may hold a face, with their places.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_ascii_whitespace()
        .filter(|w| {
            w.len() >= 2 && (w.bytes().any(|b| matches!(b, b':' | b';' | b'=' | b'^' | b'<' | b'_' | b'\\')) || w.starts_with(['x', 'X']))
        })
        .map(|w| (w.as_ptr() as usize - text.as_ptr() as usize, w))
}
