use crate::document::Document;
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "STY016",
    name: "all-caps",
    clause: "S-12",
    label: None,
    scope: Scope::OutboundMail,
    summary: "A sentence shouts: in capitals, or with a row of exclamation marks.",
    why: "A sentence of four and more words with at least 60 % capital letters, or three exclamation marks in a row, reads as shouting. Acronyms, part numbers and headings of up to three words do not count.",
    instead: "Write it as you would say it.",
    fires: Examples::Code(&[
        Example::text("PLEASE OPEN THE BOX CAREFULLY. Thank you."),
        Example::text("It is here!!!"),
        Example::text("ok").subject("YOUR PARCEL IS WAITING FOR YOU"),
        Example::text("READ THIS FIRST BEFORE Use"),
    ]),
    passes: Examples::Code(&[
        Example::text("CARE INSTRUCTIONS\nWash cold."),
        Example::text("The USB-C hub has HDMI and VGA."),
        Example::text("Wow!! It fits."),
        Example::text("Part no. AB-12-XY-99 fits model QX200 LE."),
    ]),
    check: Check::Code(check),
};

fn check(document: &Document<'_>, hits: &mut Hits) {
    for part in document.parts() {
        let text = part.text();
        let mut shouted = 0;
        for sentence in &part.sentences {
            if shouts(&text[sentence.clone()]) && shouted < super::MOST_PLACES {
                hits.at(part.span(sentence.clone()), "this sentence is in capitals");
                shouted += 1;
            }
        }
        let mut at = 0;
        while let Some(found) = text[at..].find("!!!") {
            let start = at + found;
            let length = text[start..].bytes().take_while(|b| *b == b'!').count();
            hits.at(part.span(start..start + length), format!("{length} exclamation marks in a row"));
            at = start + length;
        }
    }
}

fn shouts(sentence: &str) -> bool {
    let (mut capitals, mut letters) = (0, 0);
    for c in sentence.chars().filter(|c| c.is_alphabetic()) {
        letters += 1;
        capitals += usize::from(c.is_uppercase());
    }
    // counted first: it settles almost every sentence
    if capitals * 10 < letters * 6 {
        return false;
    }
    let words = sentence
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|w| w.chars().filter(|c| c.is_alphabetic()).count() >= 2 && !w.chars().any(|c| c.is_ascii_digit()));
    words.count() >= 4
}
