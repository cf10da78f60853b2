use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::document::Document;
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "CON004",
    name: "qr-code",
    clause: "I-08",
    label: Some("off_platform"),
    scope: Scope::Outbound,
    summary: "The text sends the buyer to a QR code.",
    why: "A code on a card or in a message is a link that nobody can read. Most lead off the marketplace, so a person should see where it goes. \
          Codes for a return label, and codes that the product itself reads or makes, do not count.",
    instead: "Say in words what the code would have opened.",
    fires: Examples::Code(&[
        Example::text("Scan the QR code to register your drill.").insert(),
        Example::text("SCAN ME! [QR code]").insert(),
        Example::text("<img src=\"cid:qr-code.png\" alt=\"QR code\"> for more"),
        Example::text("Point your camera at the code and tell us."),
        Example::text("Use the QR on the back of this card."),
    ]),
    passes: Examples::Code(&[
        Example::text("Show the QR code of your return label at the post office."),
        Example::text("The scanner reads QR codes and EAN codes."),
        Example::text("Scan the document face down and press start."),
        Example::text("The drop-off point scans the return QR code from your phone."),
    ]),
    check: Check::Code(check),
};

/// Words without which no sentence sends to a code.
static HINT: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let words = ["qr", "scan", "camera"];
    AhoCorasick::builder().ascii_case_insensitive(true).build(words).expect("the words are few")
});

fn check(document: &Document<'_>, hits: &mut Hits) {
    for part in document.parts() {
        let text = part.text();
        let hint = HINT.is_match(text);
        if !hint {
            continue;
        }
        for sentence in &part.sentences {
            if let Some(range) = code(&text[sentence.clone()]) {
                hits.at(part.span(sentence.start + range.start..sentence.start + range.end), "nobody can read where this code leads");
            }
        }
    }
}

/// The words that send to a code.
fn code(sentence: &str) -> Option<Range<usize>> {
    let lower = sentence.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|w| lower.contains(w));
    if has(&[
        "return",
        "label",
        "drop-off",
        "drop off",
        "parcel shop",
        "scanner",
        "barcode",
        "reads",
        "locker",
        "wifi",
        "wi-fi",
        "pairing",
        "pair ",
        "pair it",
        "post office",
        "counter",
        "depot",
        "bluetooth",
    ]) {
        return None;
    }
    let found = |phrase: &str| lower.find(phrase).map(|at| at..at + phrase.len());
    for phrase in [
        "scan me",
        "scan the code",
        "scan this code",
        "scan the square",
        "scan here",
        "scan the qr",
        "scan this qr",
        "scan our qr",
        "scan below",
        "scan the little square",
        "scan the black square",
        "scan the small",
    ] {
        if let Some(range) = found(phrase) {
            return Some(range);
        }
    }
    if has(&["camera", "phone", "scan"]) && has(&["point", "hold", "aim", "scan"]) && has(&[" code", "qr"]) {
        return found("qr code").or_else(|| found("code")).or_else(|| found("qr"));
    }
    let word = |at: usize, length: usize| {
        let before = lower[..at].chars().next_back();
        let after = lower[at + length..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(|c| c.is_alphanumeric())
    };
    let bare = lower.match_indices("qr").map(|(at, _)| at).find(|&at| word(at, 2))?;
    // the plural speaks of codes in general
    (!lower[bare..].starts_with("qr codes")).then(|| bare..bare + if lower[bare..].starts_with("qr code") { 7 } else { 2 })
}
