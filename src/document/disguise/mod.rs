//! What a buyer understands where the letters say something else: the readings after the visible text.
//!
//! Invisible characters removed, compatibility forms (NFKC), look-alike letters, rows of stars, letters written as digits, letters spaced out, addresses
//! and numbers spelled out, rows of words written wrong: each reading is the one before it with some stretches replaced, and begins with a check that leaves a clean text untouched.
//! Folding for reading is generous, for nothing is accused by it; what rules accuse is kept in [`Disguise`], and told from everyday text there.

mod address;
mod confusables;
mod hints;
mod invisible;
mod leet;
mod lookalike;
mod misspelt;
mod numbers;
mod spaced;
mod stars;
mod turned;
mod words;

use std::ops::Range;

pub use invisible::is_invisible;
pub use lookalike::latin;
pub use words::worth_hiding;

use super::normalize;
use super::view::View;

/// How words were disguised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DisguiseKind {
    /// Characters that take no room stand between the letters of a word, or turn its direction round.
    Invisible,
    /// Letters of another script stand for those of English.
    MixedScript,
    /// The letters of words stand apart.
    Spaced,
    /// An address is spelled out, bracketed or spaced.
    Address,
    /// Five filled stars.
    Stars,
    /// The digits of a long number are spelled out or drawn.
    Digits,
    /// A word in a row of words written wrong.
    Misspelt,
}

/// A stretch that does not say what it is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disguise {
    /// How it is disguised.
    pub kind: DisguiseKind,
    /// Bytes of the raw text.
    pub raw: Range<usize>,
    /// What a buyer reads.
    pub reading: String,
}

/// The last reading of a text whose entities are decoded, and what was disguised in it, in order of kind and place.
pub fn undisguise(view: View<'_>) -> (View<'_>, Vec<Disguise>) {
    let mut found = Vec::new();
    let view = if view.text().is_ascii() {
        view
    } else {
        let view = invisible::remove(invisible::turn_round(view, &mut found), &mut found);
        let view = normalize::plain_punctuation(normalize::nfkc(view));
        let view = numbers::plain_keycaps(view, &mut found);
        let view = lookalike::fold(turned::turn_back(view), &mut found);
        stars::read(view, &mut found)
    };
    let hints = hints::hints(view.text());
    let view = if hints.leet { leet::fold(view) } else { view };
    let view = if hints.lone { spaced::join(view, &mut found) } else { view };
    // joined letters may be the parts of an address
    let address = hints.address || hints.lone && !found.is_empty();
    let view = if address { address::plain(view, &mut found) } else { view };
    let view = misspelt::respell(numbers::digits(view, &mut found), &mut found);
    found.sort_by_key(|d| (d.kind, d.raw.start, d.raw.end));
    (view, found)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(raw: &str) -> String {
        undisguise(View::identity(raw)).0.text().to_owned()
    }

    #[test]
    fn disguises_on_top_of_each_other_are_seen_through() {
        assert_eq!(read("leave a r\u{200B} \u{435} v i \u{435} w"), "leave a review");
        assert_eq!(read("ｒ３ｖｉｅｗ"), "review");
        assert_eq!(read("m y s t o r e [ d o t ] c o m"), "my store.com");
        assert_eq!(read("m y s t o r e . c o m"), "mystore.com");
        assert_eq!(read("mystоre [dоt] com"), "mystore.com");
    }

    proptest! {
        #[test]
        fn every_reading_leads_back_inside_the_raw_text_and_never_runs_backwards(
            text in "([a-z0-9]{1,3}|[ .\\-@!$|*\\[\\]()\n]|dot|com|\\(at\\)|two|five|★|⭐|\u{200B}|\u{202E}|\u{202C}|\u{AD}|[аеоіνοα]|[0-9]\u{FE0F}\u{20E3}|🅰|🇷|。|é|漢|r e v i e w|hxxp:|\\PC){0,24}"
        ) {
            let (view, found) = undisguise(View::identity(&text));
            let mut last = 0;
            for (i, c) in view.text().char_indices() {
                let raw = view.to_raw(i..i + c.len_utf8());
                prop_assert!(text.get(raw.clone()).is_some());
                prop_assert!(raw.start >= last);
                last = raw.start;
            }
            let whole = view.to_raw(0..view.text().len());
            prop_assert!(whole.end <= text.len());
            for disguise in found {
                prop_assert!(text.get(disguise.raw.clone()).is_some_and(|t| !t.is_empty()), "{:?}", disguise);
            }
        }

        #[test]
        fn a_reading_is_read_as_itself(text in "[a-z]{1,8}( [a-z]{2,8}){0,6}") {
            // words without digits, marks or foreign letters have nothing to be seen through, but for spelled numbers
            let once = read(&text);
            prop_assert_eq!(read(&once), once);
        }
    }
}
