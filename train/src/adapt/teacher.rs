//! The encoder as it teaches the token network: what it says of sentences, computed as the full tier does.

use anyhow::{Context, Result};
use nosolicit::model::passage::Passage;
use nosolicit::model::transformer::SentenceEncoder;
use nosolicit::model::transformer::bert::BertEncoder;
use nosolicit::model::transformer::weights::EncoderConfig;
use nosolicit::model::{Heads, Model};
use rayon::prelude::*;

/// An encoder with heads.
pub enum Teacher {
    /// One that has just been adapted, with the heads it learned with.
    Adapted(BertEncoder, Heads),
    /// That of a bundle, with its heads and calibration.
    Bundle(Box<Model>),
}

impl Teacher {
    /// An encoder in the bytes of its file, with heads over its vectors.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn adapted(sizes: &EncoderConfig, encoder: &[u8], heads: Heads) -> Result<Self> {
        Ok(Teacher::Adapted(BertEncoder::new(sizes, encoder).map_err(anyhow::Error::msg)?, heads))
    }

    /// Raw scores of the sentences of some passages, in their order, one per label.
    ///
    /// # Errors
    /// When a passage cannot be read.
    pub fn scores(&self, passages: &[&Passage]) -> Result<Vec<Vec<f32>>> {
        let read = |passage: &&Passage| self.of_passage(passage);
        Ok(passages.par_iter().map(read).collect::<Result<Vec<_>>>()?.concat())
    }

    fn of_passage(&self, passage: &Passage) -> Result<Vec<Vec<f32>>> {
        let scores: Vec<Vec<f64>> = match self {
            Teacher::Adapted(encoder, heads) => {
                let vectors = encoder.encode(passage).map_err(anyhow::Error::msg)?;
                vectors.iter().map(|vector| heads.raw(vector)).collect()
            }
            Teacher::Bundle(model) => model.read_by_encoder(passage).context("the bundle has no encoder that can read the rows")?,
        };
        Ok(scores.into_iter().map(|of_sentence| of_sentence.into_iter().map(|s| s as f32).collect()).collect())
    }
}
