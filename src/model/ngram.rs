//! The n-gram encoder: which n-grams of tokens occur in a text, weighted and scaled to unit length.

use std::borrow::Cow;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::encoder::{Encoder, Features};
use super::wordpiece::WordPiece;

/// Most tokens in an n-gram; three ids of 16 bits and their number fit a key of 64 bits.
pub const LONGEST: usize = 3;

/// An n-gram as one number: the ids plus one, 16 bits each, the last lowest.
pub type Key = u64;

/// Encodes a text by the n-grams of a fixed vocabulary.
#[derive(Debug)]
pub struct NgramEncoder {
    tokenizer: WordPiece,
    columns: FxHashMap<Key, u32>,
    /// Weight of each n-gram before scaling: its inverse document frequency.
    weights: Vec<f32>,
    edges: (u32, u32),
}

impl NgramEncoder {
    /// An encoder over a vocabulary of n-grams, each written as tokens between blanks, with their weights.
    ///
    /// # Errors
    /// When an n-gram has an unknown token, is too long or stands twice, or numbers differ; in words.
    pub fn new<'a>(tokenizer: WordPiece, vocabulary: impl Iterator<Item = &'a str>, weights: Vec<f32>) -> Result<Self, String> {
        let edges = tokenizer.edges()?;
        let mut columns = FxHashMap::with_capacity_and_hasher(weights.len(), Default::default());
        for (column, ngram) in vocabulary.enumerate() {
            let key = key_of(&tokenizer, ngram)
                .ok_or_else(|| format!("the vocabulary's n-gram {ngram:?} is not made of the tokenizer's tokens"))?;
            if columns.insert(key, u32::try_from(column).map_err(|_| "the vocabulary is too large")?).is_some() {
                return Err(format!("the vocabulary's n-gram {ngram:?} stands twice"));
            }
        }
        if columns.len() != weights.len() {
            return Err(format!("{} n-grams but {} weights", columns.len(), weights.len()));
        }
        Ok(NgramEncoder { tokenizer, columns, weights, edges })
    }

    /// The tokenizer.
    pub fn tokenizer(&self) -> &WordPiece {
        &self.tokenizer
    }
}

fn key_of(tokenizer: &WordPiece, ngram: &str) -> Option<Key> {
    let mut key = 0;
    for (n, token) in ngram.split(' ').enumerate() {
        if n == LONGEST {
            return None;
        }
        key = (key << 16) | Key::from(tokenizer.id(token).filter(|&id| id < 0xFFFF)? + 1);
    }
    Some(key)
}

/// Lists the n-grams of texts during training.
#[derive(Debug)]
pub struct NgramLister {
    tokenizer: WordPiece,
    tokens: Vec<String>,
    edges: (u32, u32),
}

impl NgramLister {
    /// A lister over a tokenizer.
    ///
    /// # Errors
    /// When the tokenizer has no tokens for the edges of a text; in words.
    pub fn new(json: Cow<'static, [u8]>) -> Result<Self, String> {
        let tokenizer = WordPiece::new(json)?;
        Ok(NgramLister { tokens: tokenizer.tokens(), edges: tokenizer.edges()?, tokenizer })
    }

    /// The tokenizer.
    pub fn tokenizer(&self) -> &WordPiece {
        &self.tokenizer
    }

    /// The distinct n-grams of some windows of sentences, sorted.
    pub fn keys(&self, sentences: &[Cow<'_, str>], windows: &[Range<usize>]) -> Vec<Vec<Key>> {
        let tokens = Tokens::of(&self.tokenizer, sentences);
        let keys = |window: &Range<usize>| {
            let mut keys = Vec::new();
            tokens.for_each_key(window, self.edges, |key| keys.push(key));
            keys.sort_unstable();
            keys.dedup();
            keys
        };
        windows.iter().map(keys).collect()
    }

    /// An n-gram as tokens between blanks.
    pub fn spelled(&self, key: Key) -> String {
        let ids = (0..LONGEST).rev().map(|n| (key >> (16 * n)) & 0xFFFF).filter(|&id| id > 0);
        ids.map(|id| self.tokens[id as usize - 1].as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// The token ids of some sentences, one after the other. White space separates tokens, so that the ids of a window are those
/// of its sentences.
struct Tokens {
    ids: Vec<u32>,
    /// Where each sentence begins, and where the last one ends.
    starts: Vec<usize>,
}

impl Tokens {
    fn of(tokenizer: &WordPiece, sentences: &[Cow<'_, str>]) -> Self {
        let mut ids = Vec::with_capacity(sentences.iter().map(|s| s.len() / 4).sum());
        let mut starts = Vec::with_capacity(sentences.len() + 1);
        for sentence in sentences {
            starts.push(ids.len());
            tokenizer.encode(sentence, &mut ids);
        }
        starts.push(ids.len());
        Tokens { ids, starts }
    }

    /// Calls `each` for every n-gram of a window, its edges included.
    fn for_each_key(&self, window: &Range<usize>, edges: (u32, u32), mut each: impl FnMut(Key)) {
        let inside = &self.ids[self.starts[window.start]..self.starts[window.end]];
        let (mut last, mut last_two) = (0, 0);
        for &id in std::iter::once(&edges.0).chain(inside).chain(std::iter::once(&edges.1)) {
            // ids beyond 16 bits do not occur in the supported vocabularies; they would only share a key
            let id = Key::from(id.min(0xFFFE)) + 1;
            each(id);
            if last > 0 {
                each((last << 16) | id);
            }
            if last_two > 0 {
                each((last_two << 16) | id);
            }
            last_two = if last > 0 { (last << 16) | id } else { 0 };
            last = id;
        }
    }
}

impl Encoder for NgramEncoder {
    fn dimension(&self) -> usize {
        self.weights.len()
    }

    fn encode(&self, sentences: &[Cow<'_, str>], windows: &[Range<usize>]) -> Vec<Features> {
        let tokens = Tokens::of(&self.tokenizer, sentences);
        let features = |window: &Range<usize>| {
            let mut columns = Vec::with_capacity(64);
            tokens.for_each_key(window, self.edges, |key| columns.extend(self.columns.get(&key)));
            columns.sort_unstable();
            columns.dedup();
            let norm = columns.iter().map(|&c| self.weights[c as usize].powi(2)).sum::<f32>().sqrt();
            let values = columns.iter().map(|&c| self.weights[c as usize] / norm).collect();
            Features { columns, values }
        };
        windows.iter().map(features).collect()
    }
}
