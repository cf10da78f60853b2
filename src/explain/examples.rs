//! Labelled rows, and which of them are most like a message.
//!
//! Likeness is the cosine of the words and pairs of words, each weighted by the logarithm of its rarity (TF-IDF; G. Salton and C. Buckley,
//! "Term-weighting approaches in automatic text retrieval", 1988). No row is in the model's bundle: the corpus would be larger than the
//! rest of it, and a user's own rows, which are named on the command line, tell more.

use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHasher};
use serde::Serialize;
use serde_json::Value;

use crate::document::Document;
use crate::io::{Extras, Input, InputError, Reader, Record, Settings};
use crate::judgement::round;
use crate::label::LABELS;
use crate::message::Message;

/// A labelled row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Where it stands, as `file:line`.
    pub place: String,
    /// The text, raw.
    pub text: String,
    /// Its labels; none: permitted.
    pub labels: Vec<String>,
}

/// A labelled row that is like a message.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Neighbour {
    /// Where it stands, as `file:line`.
    pub place: String,
    /// The text, raw.
    pub text: String,
    /// Its labels; none: permitted.
    pub labels: Vec<String>,
    /// From 0, no word in common, to 1.
    pub likeness: f64,
}

/// Labelled rows, ready to be searched.
#[derive(Debug, Default)]
pub struct Examples {
    rows: Vec<Example>,
    index: Index,
}

/// Labelled rows that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ExamplesError {
    /// A file cannot be read.
    #[error(transparent)]
    Input(#[from] InputError),
    /// A row is broken.
    #[error("{0}")]
    Row(String),
}

impl Examples {
    /// Reads labelled rows from files that have the column `text` and either `labels` (joined with `|`), `label`, or a 0/1 column per label.
    ///
    /// # Errors
    /// When a file or row cannot be read, or has no column with labels; the error names file and line.
    pub fn read(files: &[String]) -> Result<Self, ExamplesError> {
        let inputs: Vec<Input> = files.iter().map(|f| Input::new(f)).collect();
        let mut examples = Examples::default();
        for record in Reader::open(&inputs, &Settings::default())? {
            let Record { place, message, extras, .. } = record?;
            let message = message.map_err(|problem| ExamplesError::Row(format!("{place}: {problem}")))?;
            let no_labels = || ExamplesError::Row(format!("{place}: no column labels, label, or 0/1 column of a label"));
            let labels = labels(&extras).ok_or_else(no_labels)?;
            examples.index.add(&message);
            examples.rows.push(Example { place, text: message.text, labels });
        }
        Ok(examples)
    }

    /// The rows of a kind most like a message, the most alike first; rows without a word in common are left out.
    pub fn nearest(&self, message: &Message, most: usize, kind: impl Fn(&Example) -> bool) -> Vec<Neighbour> {
        let found = self.index.likeness(message).into_iter().filter(|(row, _)| kind(&self.rows[*row]));
        let neighbour = |(row, likeness): (usize, f64)| {
            let Example { place, text, labels } = self.rows[row].clone();
            Neighbour { place, text, labels, likeness: round(likeness) }
        };
        found.take(most).map(neighbour).collect()
    }
}

fn labels(extras: &Extras) -> Option<Vec<String>> {
    let cell = |name: &str| extras.iter().find(|(k, _)| k.trim() == name).map(|(_, v)| text_of(v));
    if let Some(joined) = cell("labels").or_else(|| cell("label")) {
        return Some(joined.split('|').map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect());
    }
    let flags: Vec<(&str, String)> = LABELS.iter().filter_map(|l| Some((l.name, cell(l.name)?))).collect();
    let set = |(name, cell): &(&str, String)| matches!(cell.trim(), "1" | "true" | "yes").then(|| (*name).to_owned());
    (!flags.is_empty()).then(|| flags.iter().filter_map(set).collect())
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Array(items) => items.iter().map(text_of).collect::<Vec<_>>().join("|"),
        other => other.to_string(),
    }
}

/// Messages by their words and pairs of words.
#[derive(Debug, Default)]
pub struct Index {
    /// By word or pair: the messages that have it, and how often.
    holders: FxHashMap<u64, Vec<(usize, f64)>>,
    messages: usize,
    /// Length of each message's vector of weights, once nothing is added any more.
    norms: OnceLock<Vec<f64>>,
}

impl Index {
    /// Adds a message; the first has number 0.
    pub fn add(&mut self, message: &Message) {
        for (term, count) in terms(message) {
            self.holders.entry(term).or_default().push((self.messages, count));
        }
        self.messages += 1;
        self.norms = OnceLock::new();
    }

    /// The messages with a word in common, the most alike first, with their likeness from 0 to 1.
    pub fn likeness(&self, message: &Message) -> Vec<(usize, f64)> {
        let mut products: FxHashMap<usize, f64> = FxHashMap::default();
        let mut norm = 0.0;
        for (term, count) in terms(message) {
            let holders = self.holders.get(&term).map_or(&[][..], Vec::as_slice);
            let rarity = self.rarity(holders.len());
            let weight = rarity * count;
            norm += weight * weight;
            for &(holder, times) in holders {
                *products.entry(holder).or_default() += weight * rarity * times;
            }
        }
        let norms = self.norms.get_or_init(|| self.all_norms());
        let mut found: Vec<(usize, f64)> =
            products.into_iter().map(|(holder, product)| (holder, product / (norm.sqrt() * norms[holder]))).collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found
    }

    /// The weight of a term that so many messages have.
    fn rarity(&self, holders: usize) -> f64 {
        ((1.0 + self.messages as f64) / (1.0 + holders as f64)).ln() + 1.0
    }

    fn all_norms(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.messages];
        for holders in self.holders.values() {
            for &(holder, times) in holders {
                sums[holder] += (self.rarity(holders.len()) * times).powi(2);
            }
        }
        sums.into_iter().map(f64::sqrt).collect()
    }
}

/// The words and pairs of neighbouring words of what the buyer sees, each with the square root of its count, in a fixed order.
fn terms(message: &Message) -> Vec<(u64, f64)> {
    let document = Document::parse(message);
    let mut hashes = Vec::new();
    for part in document.parts() {
        let words: Vec<String> =
            part.text().split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
        hashes.extend(words.windows(1).chain(words.windows(2)).map(|w| {
            let mut hasher = FxHasher::default();
            w.hash(&mut hasher);
            hasher.finish()
        }));
    }
    hashes.sort_unstable();
    hashes.chunk_by(|a, b| a == b).map(|same| (same[0], (same.len() as f64).sqrt())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_alike_comes_first_and_the_same_words_are_alike_in_full() {
        let mut index = Index::default();
        for text in ["The blue lid is here.", "The red lamp is here.", "Nothing in common"] {
            index.add(&Message::from_text(text));
        }
        let found = index.likeness(&Message::from_text("the BLUE lid is here"));
        assert_eq!(found.iter().map(|f| f.0).collect::<Vec<_>>(), [0, 1]);
        assert!((found[0].1 - 1.0).abs() < 1e-12 && found[1].1 < 0.6, "{found:?}");
        assert!(index.likeness(&Message::from_text("")).is_empty());
    }

    #[test]
    fn labels_are_read_from_each_kind_of_column() {
        let extras = |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| ((*k).to_owned(), Value::from(*v))).collect::<Extras>();
        assert_eq!(labels(&extras(&[("labels", "a|b")])), Some(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(labels(&extras(&[("label", "")])), Some(vec![]));
        assert_eq!(labels(&extras(&[("marketing", "1"), ("off_platform", "0")])), Some(vec!["marketing".to_owned()]));
        assert_eq!(labels(&extras(&[("other", "1")])), None);
    }
}
