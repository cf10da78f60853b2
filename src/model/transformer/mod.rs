//! The task-adapted encoder: sentences in their context as vectors.

pub mod bert;
pub mod files;
mod linear;
pub mod weights;

use std::borrow::Cow;
use std::sync::OnceLock;

use super::passage::Passage;
use bert::BertEncoder;
use weights::{EncoderConfig, StoredWeights};

/// Turns the sentences of a passage into vectors.
pub trait SentenceEncoder: std::fmt::Debug + Send + Sync {
    /// Length of a vector.
    fn hidden_size(&self) -> usize;

    /// For each sentence of the passage, the mean of the vectors of its tokens, scaled to unit length.
    ///
    /// # Errors
    /// When an id is not of the encoder's vocabulary; in words.
    fn encode(&self, passage: &Passage) -> Result<Vec<Vec<f32>>, String>;
}

/// An encoder that is unpacked when it is first asked: most single messages never need it.
#[derive(Debug)]
pub struct LazyEncoder {
    config: EncoderConfig,
    bytes: Cow<'static, [u8]>,
    encoder: OnceLock<Result<Box<dyn SentenceEncoder>, String>>,
}

impl LazyEncoder {
    /// An encoder of the given sizes in the bytes of its weights.
    pub fn new(config: EncoderConfig, bytes: Cow<'static, [u8]>) -> Self {
        LazyEncoder { config, bytes, encoder: OnceLock::new() }
    }

    /// Unpacks it.
    ///
    /// # Errors
    /// When it is damaged; in words.
    pub fn unpacked(&self) -> Result<&dyn SentenceEncoder, String> {
        let unpack = || -> Result<Box<dyn SentenceEncoder>, String> { Ok(Box::new(BertEncoder::new(&self.config, &self.bytes)?)) };
        self.encoder.get_or_init(unpack).as_ref().map(AsRef::as_ref).map_err(Clone::clone)
    }

    /// Digests of the texts that it was taught, ascending; see [`weights::text_digest`].
    ///
    /// # Errors
    /// When it is damaged; in words.
    pub fn taught(&self) -> Result<Vec<u64>, String> {
        StoredWeights::open(&self.bytes)?.seen()
    }

    /// The bytes of its weights.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The sizes.
    pub fn config(&self) -> &EncoderConfig {
        &self.config
    }

    /// See [`SentenceEncoder::encode`].
    ///
    /// # Errors
    /// When the encoder is damaged or cannot read the passage; in words.
    pub fn encode(&self, passage: &Passage) -> Result<Vec<Vec<f32>>, String> {
        self.unpacked()?.encode(passage)
    }
}

/// The mean of some vectors of one length, scaled to unit length; empty for none.
fn unit_mean<'v>(mut vectors: impl Iterator<Item = &'v [f32]>) -> Vec<f32> {
    let mut sum = vectors.next().map_or_else(Vec::new, <[f32]>::to_vec);
    for vector in vectors {
        for (s, v) in sum.iter_mut().zip(vector) {
            *s += v;
        }
    }
    let norm = sum.iter().map(|v| v * v).sum::<f32>().sqrt();
    if norm > 0.0 {
        sum.iter_mut().for_each(|v| *v /= norm);
    }
    sum
}
