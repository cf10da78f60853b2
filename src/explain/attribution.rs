//! What each word adds to the score of each label.
//!
//! The words are masked one after the other, once from the front and once from the back, and a word's contribution is the mean of the two
//! changes of the log odds: a Shapley value estimated from one order of the words and its reverse (E. Štrumbelj and I. Kononenko, "An
//! efficient explanation of individual classifications using game theory", JMLR 11, 2010; R. Mitchell et al., "Sampling permutations for
//! Shapley value estimation", JMLR 23, 2022, for the reversed order). Each order takes the message from all of its words to none, so that
//! the contributions and the base (every word masked) add up to the log odds of the score, whatever the model is. A contribution says what
//! the word did in this text; it is an estimate from two orders of very many.
//!
//! Masked is not deleted: fragments such as "the" are like nothing the model was fitted on, and get wild scores.

use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;

use super::edit::{self, Place};
use crate::document::{Document, Span};
use crate::message::Message;
use crate::model::{Model, Tier};

/// Stands for a word that is not there, and is read as what it is, a word in brackets: neither tier was taught it.
const MASK: &str = "[MASK]";
/// Most groups of words; a message is judged twice for each.
const GROUPS: usize = 64;
/// Least distance of a probability from 0 and 1, so that its log odds are finite.
const LEAST: f64 = 1e-12;

/// What the words of a message add to its scores.
#[derive(Debug, Clone)]
pub struct Attribution {
    /// The words, in order; neighbours are together where the text is long and they matter little.
    pub words: Vec<Words>,
    /// Log odds of each label with every word masked.
    pub base: Vec<f64>,
    /// Log odds of each label: the base and all contributions added up.
    pub log_odds: Vec<f64>,
}

/// A word, or neighbours together.
#[derive(Debug, Clone)]
pub struct Words {
    /// Where they stand.
    pub place: Place,
    /// Log odds added, label by label.
    pub contributions: Vec<f64>,
}

/// The logarithm of the odds of a probability, between about -27.6 and 27.6.
pub fn log_odds(probability: f64) -> f64 {
    let p = probability.clamp(LEAST, 1.0 - LEAST);
    (p / (1.0 - p)).ln()
}

/// What the words of a message add to the scores that a tier of a model gives it.
pub fn attribute(model: &Model, tier: Tier, message: &Message) -> Attribution {
    let document = Document::parse(message);
    let words = edit::words(&document);
    let score = |masked: Range<usize>| -> Vec<f64> {
        let cuts: Vec<&Span> = words[masked].iter().map(|(_, span)| span).collect();
        let message = if cuts.is_empty() { message.clone() } else { edit::replaced(message, &cuts, MASK) };
        model.score(&Document::parse(&message), tier).iter().map(|s| log_odds(s.score)).collect()
    };
    let mut walk = Walk { score: &score, words: words.len(), from_front: BTreeMap::new(), from_back: BTreeMap::new() };
    // sentences first, then the words of those that matter most
    let bounds: Vec<usize> = (1..words.len()).filter(|&i| words[i].0 != words[i - 1].0).collect();
    walk.visit(thinned(&bounds, GROUPS / 2));
    let mut groups = walk.groups();
    groups.sort_by(|a, b| weight(&walk.change(b)).total_cmp(&weight(&walk.change(a))).then(a.start.cmp(&b.start)));
    let mut left = GROUPS.saturating_sub(groups.len());
    let mut inner = Vec::new();
    for group in groups {
        let bounds: Vec<usize> = (group.start + 1..group.end).collect();
        let chosen = thinned(&bounds, left);
        left -= chosen.len();
        inner.extend(chosen);
    }
    walk.visit(inner);
    let place = |group: &Range<usize>| {
        let (first, last) = (&words[group.start].1, &words[group.end - 1].1);
        // a group of very many sentences may begin in the subject and end in the body
        let end = if first.field == last.field { last.raw.end } else { edit::raw(message, first.field).len() };
        Place::of(message, &Span { field: first.field, raw: first.raw.start..end })
    };
    let of_group = |group: Range<usize>| Words { place: place(&group), contributions: walk.change(&group) };
    Attribution {
        words: walk.groups().into_iter().map(of_group).collect(),
        base: walk.from_back.get(&0).cloned().unwrap_or_default(),
        log_odds: walk.from_front.get(&0).cloned().unwrap_or_default(),
    }
}

/// At most `most` of some bounds, evenly chosen.
fn thinned(bounds: &[usize], most: usize) -> Vec<usize> {
    if bounds.len() <= most {
        return bounds.to_vec();
    }
    (0..most).map(|i| bounds[(i + 1) * bounds.len() / (most + 1)]).collect()
}

/// The largest change of any label.
fn weight(change: &[f64]) -> f64 {
    change.iter().fold(0.0, |most, c| c.abs().max(most))
}

/// The log odds at some bounds between words.
struct Walk<'a> {
    /// The log odds with a range of words masked.
    score: &'a (dyn Fn(Range<usize>) -> Vec<f64> + Sync),
    words: usize,
    /// By bound: with the words before it masked.
    from_front: BTreeMap<usize, Vec<f64>>,
    /// By bound: with the words from it on masked.
    from_back: BTreeMap<usize, Vec<f64>>,
}

impl Walk<'_> {
    /// Judges the message at some bounds, and at both ends.
    fn visit(&mut self, bounds: Vec<usize>) {
        let all: Vec<usize> = bounds.into_iter().chain([0, self.words]).filter(|b| !self.from_front.contains_key(b)).collect();
        let masked: Vec<Range<usize>> = all.iter().flat_map(|&b| [0..b, b..self.words]).collect();
        let scores: Vec<Vec<f64>> = masked.into_par_iter().map(self.score).collect();
        for (bound, pair) in all.into_iter().zip(scores.chunks_exact(2)) {
            self.from_front.insert(bound, pair[0].clone());
            self.from_back.insert(bound, pair[1].clone());
        }
    }

    /// The stretches of words between neighbouring bounds.
    fn groups(&self) -> Vec<Range<usize>> {
        let bounds: Vec<usize> = self.from_front.keys().copied().collect();
        bounds.windows(2).map(|b| b[0]..b[1]).collect()
    }

    /// What a group adds to each label: the mean of both orders.
    fn change(&self, group: &Range<usize>) -> Vec<f64> {
        let front = self.from_front[&group.start].iter().zip(&self.from_front[&group.end]);
        let back = self.from_back[&group.start].iter().zip(&self.from_back[&group.end]);
        front.zip(back).map(|((with, without), (fewer, more))| f64::midpoint(with - without, more - fewer)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sigmoid;

    const LETTER: &str = "Hello Ann,\n\nthe lid left our workshop on Monday. If the kettle made you smile, the internet should hear about it. \
                          Our shop has forty more lids: see www.lids.example.com for all of them.";

    /// Base and contributions add up to the score, on its own scale, to 1e-9.
    fn adds_up(message: &Message, tier: Tier) -> Attribution {
        let model = Model::built_in().expect("it is valid");
        let attribution = attribute(&model, tier, message);
        for (l, s) in model.score(&Document::parse(message), tier).iter().enumerate() {
            let sum: f64 = attribution.base[l] + attribution.words.iter().map(|w| w.contributions[l]).sum::<f64>();
            assert!((sum - attribution.log_odds[l]).abs() < 1e-9, "{}: {sum} for {}", s.label, attribution.log_odds[l]);
            assert!((sigmoid(sum) - s.score).abs() < 1e-9, "{}: {} for {}", s.label, sigmoid(sum), s.score);
        }
        attribution
    }

    #[test]
    fn contributions_add_up() {
        adds_up(&Message::from_text(LETTER), Tier::Fast);
        adds_up(&Message::from_text("<p>See <a href=\"http://x.example\">our <b>new</b> lids</a></p>"), Tier::Fast);
        adds_up(&Message { subject: Some("Your opinion".to_owned()), ..Message::from_text(LETTER) }, Tier::Fast);
        adds_up(&Message::from_text("If the kettle made you smile, the internet should hear about it."), Tier::Auto);
        for empty in ["", "!!", "<p></p>"] {
            assert!(adds_up(&Message::from_text(empty), Tier::Fast).words.len() <= 1, "{empty}");
        }
    }

    #[test]
    fn long_texts_are_grouped_and_still_add_up() {
        let attribution = adds_up(&Message::from_text(LETTER.repeat(40)), Tier::Fast);
        assert!(attribution.words.len() <= GROUPS, "{}", attribution.words.len());
        let one = "lid ".repeat(500);
        assert_eq!(adds_up(&Message::from_text(one), Tier::Fast).words.len(), GROUPS);
    }

    #[test]
    fn the_words_of_a_request_raise_it() {
        let model = Model::built_in().expect("it is valid");
        let message = Message::from_text("The blue lid left on Monday. Please leave us a review on the product page.");
        let attribution = attribute(&model, Tier::Fast, &message);
        let request = model.labels().iter().position(|l| &*l.name == "review_request").expect("the label");
        let sum = |from: usize, to: usize| -> f64 {
            attribution.words.iter().filter(|w| (from..to).contains(&w.place.start)).map(|w| w.contributions[request]).sum()
        };
        assert!(sum(29, 100) > 2.0 && sum(29, 100) > 3.0 * sum(0, 29).abs(), "{} {}", sum(29, 100), sum(0, 29));
    }

    #[test]
    fn bounds_are_thinned_evenly() {
        assert_eq!(thinned(&[1, 2, 3], 3), [1, 2, 3]);
        assert_eq!(thinned(&[1, 2, 3, 4, 5, 6, 7], 1), [4]);
        assert!(thinned(&[1, 2], 0).is_empty());
    }
}
