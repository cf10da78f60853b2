//! Rows as they might as well have been written: among sentences of others, and with slips of the finger.
//!
//! What is said of a sentence should depend neither on what stands around it nor on a slip. Rows are as their writers wrote them; who
//! hides a request writes it between sentences that ask for nothing.

use std::borrow::Cow;

use nosolicit::model::passage::passages;
use nosolicit::model::token_ids::TokenIds;
use nosolicit::model::wordpiece::WordPiece;

use super::lessons::Lesson;
use crate::bearing::Bearing;
use crate::random::Random;

/// Most sentences of others before a row, and most after it.
const MOST_STRANGERS: usize = 3;
/// How often one stands between two sentences of the row.
const BETWEEN: f64 = 0.15;
/// Longest sentence of others, in bytes: a longer one would leave little room in a passage.
const LONGEST_STRANGER: usize = 200;
/// Share of the variants with slips.
const WITH_SLIPS: f64 = 0.5;
/// Largest share of such a variant's words that have one.
const MOST_SLIPS: f64 = 0.5;
/// Words of fewer letters have no slips: they would become other words.
const SHORTEST_WORD: usize = 4;

/// A row as it might as well have been written.
pub struct Variant {
    /// The row.
    pub lesson: Lesson,
    /// For each of its sentences the row it is from and which of that row's it is.
    pub from: Vec<(usize, usize)>,
}

/// Draws variants.
pub struct Variants<'l> {
    /// Sentences of permitted rows, with the row and the sentence's place in it.
    strangers: Vec<((usize, usize), &'l str)>,
    tokenizer: &'l WordPiece,
    edges: (u32, u32),
    seed: u64,
}

impl<'l> Variants<'l> {
    /// Variants with the sentences of the permitted ones of some rows.
    ///
    /// # Errors
    /// When the tokenizer cannot be used; in words.
    pub fn new(lessons: &[&'l Lesson], tokenizer: &'l WordPiece, seed: u64) -> Result<Self, String> {
        let permitted = lessons.iter().filter(|l| l.labels.is_empty());
        let sentences = permitted.flat_map(|l| l.sentences.iter().enumerate().map(|(s, sentence)| ((l.row, s), sentence.as_str())));
        let strangers = sentences.filter(|(_, sentence)| sentence.len() <= LONGEST_STRANGER).collect();
        Ok(Variants { strangers, tokenizer, edges: tokenizer.edges()?, seed })
    }

    /// A variant of a row, another one in each pass.
    pub fn draw(&self, lesson: &Lesson, pass: usize) -> Variant {
        let mut random = Random::new(self.seed.wrapping_add(pass as u64), lesson.row as u64);
        let (before, after) = (random.below(MOST_STRANGERS + 1), random.below(MOST_STRANGERS + 1));
        let slips = if random.unit() < WITH_SLIPS { random.unit() * MOST_SLIPS } else { 0.0 };
        self.variant(lesson, (before, BETWEEN, after), slips, &mut random)
    }

    /// A row between two sentences of others before it and two after it.
    pub fn among_others(&self, lesson: &Lesson) -> Variant {
        self.variant(lesson, (2, 0.0, 2), 0.0, &mut Random::new(self.seed, lesson.row as u64))
    }

    fn variant(&self, lesson: &Lesson, (before, between, after): (usize, f64, usize), slips: f64, random: &mut Random) -> Variant {
        let mut sentences: Vec<((usize, usize), Cow<'_, str>)> = Vec::new();
        let stranger = |random: &mut Random| self.strangers.get(random.below(self.strangers.len())).map(|(from, s)| (*from, Cow::from(*s)));
        sentences.extend((0..before).filter_map(|_| stranger(random)));
        for (s, sentence) in lesson.sentences.iter().enumerate() {
            if s > 0 && random.unit() < between {
                sentences.extend(stranger(random));
            }
            let sentence = if slips > 0.0 { mistyped(sentence, slips, random).into() } else { Cow::from(sentence) };
            sentences.push(((lesson.row, s), sentence));
        }
        sentences.extend((0..after).filter_map(|_| stranger(random)));
        let (from, sentences): (Vec<(usize, usize)>, Vec<Cow<'_, str>>) = sentences.into_iter().unzip();
        let passages = passages(&TokenIds::of(self.tokenizer, &sentences), self.edges);
        let bearing = |&(row, s): &(usize, usize)| if row == lesson.row { lesson.bearings[s] } else { Bearing::Innocent };
        let bearings = from.iter().map(bearing).collect();
        let sentences = sentences.into_iter().map(Cow::into_owned).collect();
        Variant { lesson: Lesson { row: lesson.row, sentences, passages, bearings, labels: lesson.labels.clone() }, from }
    }
}

/// The sentence with a slip in a `share` of its longer words: a letter left out, typed twice, or two of them swapped.
fn mistyped(sentence: &str, share: f64, random: &mut Random) -> String {
    let mut out = String::with_capacity(sentence.len() + 8);
    for word in sentence.split_inclusive(' ') {
        let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
        if letters < SHORTEST_WORD || random.unit() >= share {
            out.push_str(word);
            continue;
        }
        let (word, rest) = word.split_at(letters);
        // the first letter is the one that is typed with most care
        let at = 1 + random.below(letters - 2);
        let (kept, slip) = word.split_at(at);
        let (letter, after) = slip.split_at(1);
        out.push_str(kept);
        match random.below(3) {
            0 => out.push_str(after),
            1 => out.extend([letter, letter, after]),
            _ => out.extend([&after[..1], letter, &after[1..]]),
        }
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use nosolicit::model::bundle::DEFAULT_TOKENIZER;

    use super::*;

    fn lesson(row: usize, sentences: &[&str], labels: &[usize], tokenizer: &WordPiece) -> Lesson {
        let texts: Vec<Cow<'_, str>> = sentences.iter().map(|s| Cow::from(*s)).collect();
        let bearing = if labels.is_empty() { Bearing::Innocent } else { Bearing::Carries };
        Lesson {
            row,
            sentences: sentences.iter().map(|s| (*s).to_owned()).collect(),
            passages: passages(&TokenIds::of(tokenizer, &texts), tokenizer.edges().expect("there are special tokens")),
            bearings: vec![bearing; sentences.len()],
            labels: labels.to_vec(),
        }
    }

    #[test]
    fn a_variant_keeps_the_row_in_order_among_sentences_that_ask_for_nothing() {
        let tokenizer = WordPiece::new(Cow::Borrowed(DEFAULT_TOKENIZER)).expect("the tokenizer is valid");
        let own = lesson(0, &["Please leave five stars.", "We would love it."], &[1], &tokenizer);
        let other = lesson(1, &["Your kettle left today.", "The invoice is enclosed."], &[], &tokenizer);
        let variants = Variants::new(&[&own, &other], &tokenizer, 1).expect("the tokenizer has special tokens");
        for pass in 0..20 {
            let Variant { lesson, from } = variants.draw(&own, pass);
            assert_eq!(from.iter().filter(|(row, _)| *row == 0).collect::<Vec<_>>(), [&(0, 0), &(0, 1)]);
            assert_eq!(lesson.labels, [1]);
            for ((from, bearing), sentence) in from.iter().zip(&lesson.bearings).zip(&lesson.sentences) {
                let stranger = from.0 == 1;
                assert_eq!(*bearing == Bearing::Innocent, stranger, "{sentence}");
                assert!(!stranger || *sentence == other.sentences[from.1], "{sentence}");
            }
        }
        let among = variants.among_others(&own);
        assert_eq!(among.from.iter().map(|from| from.0).collect::<Vec<_>>(), [1, 1, 0, 0, 1, 1]);
    }

    #[test]
    fn a_slip_changes_one_place_of_a_word() {
        let slips: Vec<String> = (0..40).map(|n| mistyped("Review it", 1.0, &mut Random::new(n, 0))).collect();
        for slip in ["Rview it", "Revview it", "Reivew it", "Revieew it"] {
            assert!(slips.iter().any(|s| s == slip), "{slip} is not among {slips:?}");
        }
        assert!(slips.iter().all(|s| s.starts_with('R') && s.ends_with(" it") && s != "Review it"), "{slips:?}");
    }
}
