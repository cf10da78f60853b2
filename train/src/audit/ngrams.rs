//! The n-grams of tokens in a sentence.

use nosolicit::document::Document;
use nosolicit::model::token_ids::TokenIds;
use nosolicit::model::unit::Units;
use nosolicit::model::wordpiece::WordPiece;
use rayon::prelude::*;

use crate::bearing::{Bearing, bearings};
use crate::corpus::{Corpus, Row};

/// An n-gram of one to three tokens as one number: the ids plus one, 16 bits each, the last lowest. The tokenizer has no larger ids.
pub type Key = u64;

/// A sentence of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// Index of the row.
    pub row: usize,
    /// The distinct n-grams, sorted.
    pub keys: Vec<Key>,
    /// What it shows.
    pub bearing: Bearing,
}

/// The sentences of all rows, in the order of rows.
///
/// # Errors
/// When the tokenizer has no special tokens; in words.
pub fn instances(corpus: &Corpus, tokenizer: &WordPiece) -> Result<Vec<Instance>, String> {
    let edges = tokenizer.edges()?;
    let of_row = |(index, row): (usize, &Row)| -> Vec<Instance> {
        let message = row.message();
        let document = Document::parse(&message);
        let units = Units::of(&document);
        let tokens = TokenIds::of(tokenizer, &units.sentences);
        let sentences = tokens.sentences().zip(bearings(row, &units));
        sentences.map(|(ids, bearing)| Instance { row: index, keys: keys(ids, edges), bearing }).collect()
    };
    let of_rows: Vec<Vec<Instance>> = corpus.rows.par_iter().enumerate().map(of_row).collect();
    Ok(of_rows.into_iter().flatten().collect())
}

fn keys(ids: &[u32], edges: (u32, u32)) -> Vec<Key> {
    let tokens: Vec<Key> = std::iter::once(&edges.0).chain(ids).chain(std::iter::once(&edges.1)).map(|&id| Key::from(id) + 1).collect();
    let of_length = |n: usize| tokens.windows(n).map(|ngram| ngram.iter().fold(0, |key, token| (key << 16) | token));
    let mut keys: Vec<Key> = (1..=3).flat_map(of_length).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ngrams_reach_over_the_edges_and_count_once() {
        assert_eq!(keys(&[7, 7], (0, 1)), [1, 2, 8, 0x1_0008, 0x8_0002, 0x8_0008, 0x1_0008_0008, 0x8_0008_0002]);
    }
}
