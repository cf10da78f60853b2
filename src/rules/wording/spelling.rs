use std::hash::Hasher;
use std::sync::LazyLock;

use rustc_hash::FxHasher;

use crate::document::{DisguiseKind, Document, Part, Span};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "TXT004",
    name: "spelling",
    clause: "S-11",
    label: None,
    scope: Scope::OutboundMail,
    summary: "An English word is misspelt.",
    why: "Messages may not be full of errors. Words are looked up in a list of known misspellings, so that product names, jargon and British or American usage are left \
          alone; names, codes, addresses and merge tags are too.",
    instead: "Correct the word in the template.",
    fires: Examples::Code(&[
        Example::text("You will recieve the lid tomorrow."),
        Example::text("Sorry for the inconvinience."),
        Example::text("ok").subject("Your adress is incomplete"),
        Example::text("The seperate screws are in the bag."),
    ]),
    passes: Examples::Code(&[
        Example::text("The colour of the aluminium grey centre is fine."),
        Example::text("Mr Recieve lives in Teh Street."),
        Example::text("The SKU is TEH-42, the file is at https://www.amazon.com/adress"),
        Example::text("Das Paket wird morgen geliefert, bitte öffnen Sie die Adresse nicht."),
        Example::text("The Torkmaster QX needs a M8 grub screw."),
    ]),
    check: Check::Code(check),
};

/// Places reported of one message.
const MOST_PLACES: usize = 10;

fn check(document: &Document<'_>, hits: &mut Hits) {
    let mut found = 0;
    for part in document.parts() {
        let text = part.text();
        // where most words are wrong, what is read is spelled well already
        for wrong in part.disguises.iter().filter(|d| d.kind == DisguiseKind::Misspelt).take(MOST_PLACES - found) {
            let written = part.raw.get(wrong.raw.clone()).unwrap_or_default();
            hits.at(Span { field: part.field, raw: wrong.raw.clone() }, format!("{written} is spelt {}", wrong.reading));
            found += 1;
        }
        for (start, word) in words(text) {
            if found == MOST_PLACES {
                return;
            }
            let Some(right) = correction(word) else { continue };
            let range = start..start + word.len();
            if is_code(text, start, word) || in_address(part, start) {
                continue;
            }
            hits.at(part.span(range), format!("{word} is spelt {right}"));
            found += 1;
        }
    }
}

/// Runs of ASCII letters, with their places.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = text;
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = rest.bytes().position(|b| b.is_ascii_alphabetic())?;
        let length = rest[start..].bytes().take_while(u8::is_ascii_alphabetic).count();
        let found = (at + start, &rest[start..start + length]);
        at += start + length;
        rest = &rest[start + length..];
        Some(found)
    })
}

/// A bit for every hash of a known misspelling: tells in one look that a word is none, as nearly all words are.
static KNOWN: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let mut bits = vec![0; 1 << (BITS - 6)];
    for (misspelling, _) in &typos_dict::WORD.map {
        let hash = hash(misspelling.into_inner());
        bits[hash >> 6] |= 1 << (hash & 63);
    }
    bits
});
/// Logarithm of the number of bits; there are some 60,000 misspellings.
const BITS: u32 = 20;

fn hash(word: &str) -> usize {
    let mut hasher = FxHasher::default();
    hasher.write(word.as_bytes());
    (hasher.finish() >> (64 - BITS)) as usize
}

/// The right spelling of a known misspelling. Capitals inside or at the beginning may make it a name.
fn correction(word: &str) -> Option<&'static str> {
    if word.len() < 4 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return None;
    }
    let hash = hash(word);
    if KNOWN[hash >> 6] & (1 << (hash & 63)) == 0 {
        return None;
    }
    let right = typos_dict::WORD.find(&word.into())?;
    right.first().copied().filter(|r| !r.is_empty())
}

/// Part of a word with an accent, a code or a file name.
fn is_code(text: &str, start: usize, word: &str) -> bool {
    let before = text[..start].chars().next_back();
    let after = text[start + word.len()..].chars().next();
    let glued = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '@' | '/' | '#' | '\'' | '.');
    before.is_some_and(glued) || after.is_some_and(|c| glued(c) && !matches!(c, '.' | '\''))
}

fn in_address(part: &Part<'_>, at: usize) -> bool {
    part.tag_in(&(at..at + 1)).is_some() || part.link_in(&(at..at + 1)).is_some()
}
