//! What both tiers make of every sentence of a corpus: the features of their heads.

use std::sync::atomic::{AtomicUsize, Ordering};

use nosolicit::document::Document;
use nosolicit::model::passage::{Passage, passages};
use nosolicit::model::token_ids::TokenIds;
use nosolicit::model::token_network::TokenNetwork;
use nosolicit::model::transformer::LazyEncoder;
use nosolicit::model::transformer::weights::text_digest;
use nosolicit::model::unit::Units;
use nosolicit::model::wordpiece::WordPiece;
use rayon::prelude::*;

use crate::bearing::{Bearing, bearings};
use crate::corpus::{Corpus, Row};

/// What reads.
#[derive(Debug)]
pub struct Readers {
    /// The tokenizer of both tiers.
    pub tokenizer: WordPiece,
    /// That of the fast tier.
    pub network: TokenNetwork,
    /// That of the full tier, where there is one.
    pub encoder: Option<LazyEncoder>,
}

/// A sentence as a tier sees it.
#[derive(Debug, Clone)]
pub struct Embedded {
    /// Index of the row.
    pub row: usize,
    /// Index of the sentence in its row.
    pub sentence: usize,
    /// What it shows.
    pub bearing: Bearing,
    /// Its features.
    pub features: Vec<f32>,
}

impl Readers {
    /// Whether a reader was taught each of the rows, or another of its family: what is almost the text that was taught measures nothing.
    ///
    /// # Errors
    /// When the encoder is damaged; in words.
    pub fn taught(&self, corpus: &Corpus) -> Result<Vec<bool>, String> {
        let of_encoder = self.encoder.as_ref().map_or(Ok(Vec::new()), LazyEncoder::taught)?;
        let known = |digest: u64| [&of_encoder[..], self.network.taught()].iter().any(|of| of.binary_search(&digest).is_ok());
        Ok(corpus.with_families_of(|row| known(text_digest(&row.text))))
    }
}

/// What is made of all rows.
#[derive(Debug, Default)]
pub struct Embedding {
    /// By the fast tier, in the order of rows.
    pub fast: Vec<Embedded>,
    /// By the full tier, in the order of rows; a sentence that is longer than a passage is there several times. Empty without one.
    pub full: Vec<Embedded>,
    /// The passages of each row.
    pub passages: Vec<Vec<Passage>>,
}

/// Reads every row. `progress` is told the number of rows done.
///
/// # Errors
/// When the tokenizer or the encoder cannot be used; in words.
pub fn embed(corpus: &Corpus, readers: &Readers, progress: &(dyn Fn(usize) + Sync)) -> Result<Embedding, String> {
    let edges = readers.tokenizer.edges()?;
    let done = AtomicUsize::new(0);
    let of_row = |(index, row): (usize, &Row)| -> Result<Embedding, String> {
        let message = row.message();
        let document = Document::parse(&message);
        let units = Units::of(&document);
        let bearings = bearings(row, &units);
        let embedded = |sentence: usize, features| Embedded { row: index, sentence, bearing: bearings[sentence], features };
        let tokens = TokenIds::of(&readers.tokenizer, &units.sentences);
        let mut own = Vec::new();
        let message = readers.network.read(&tokens, |responses| own.push(responses));
        let fast = own.into_iter().enumerate().map(|(s, own)| embedded(s, [own, message.clone()].concat()));
        let passages = passages(&tokens, edges);
        let mut full = Vec::new();
        if let Some(encoder) = &readers.encoder {
            for passage in &passages {
                let vectors = encoder.encode(passage)?;
                full.extend(passage.sentences.iter().zip(vectors).map(|(&(sentence, _), vector)| embedded(sentence, vector)));
            }
        }
        progress(done.fetch_add(1, Ordering::Relaxed) + 1);
        Ok(Embedding { fast: fast.collect(), full, passages: vec![passages] })
    };
    let rows: Result<Vec<Embedding>, String> = corpus.rows.par_iter().enumerate().map(of_row).collect();
    let mut all = Embedding::default();
    for row in rows? {
        all.fast.extend(row.fast);
        all.full.extend(row.full);
        all.passages.extend(row.passages);
    }
    Ok(all)
}
