//! The task-adapted encoder: sentences in their context as vectors.

pub mod bert;
pub mod files;
#[cfg(feature = "rust-bert")]
pub mod libtorch;
mod linear;
pub mod weights;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use super::passage::Passage;
use bert::BertEncoder;
use weights::{EncoderConfig, StoredWeights};

/// Turns the sentences of a passage into vectors.
pub trait SentenceEncoder: std::fmt::Debug + Send + Sync {
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
    runtime: Runtime,
    encoder: OnceLock<Result<Box<dyn SentenceEncoder>, String>>,
}

/// What computes an encoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "rust-bert", derive(clap::ValueEnum))]
pub enum Runtime {
    /// Pure Rust, in 8-bit integers
    #[default]
    Rust,
    /// rust-bert on libtorch, in 32-bit floats: for comparison, several times slower
    #[cfg(feature = "rust-bert")]
    Libtorch,
}

impl LazyEncoder {
    /// An encoder of the given sizes in the bytes of its weights.
    pub fn new(config: EncoderConfig, bytes: Cow<'static, [u8]>) -> Self {
        LazyEncoder { config, bytes, runtime: Runtime::default(), encoder: OnceLock::new() }
    }

    /// The same encoder, computed by another runtime.
    #[must_use]
    pub fn with_runtime(self, runtime: Runtime) -> Self {
        LazyEncoder { runtime, encoder: OnceLock::new(), ..self }
    }

    /// Unpacks it.
    ///
    /// # Errors
    /// When it is damaged; in words.
    pub fn unpacked(&self) -> Result<&dyn SentenceEncoder, String> {
        let unpack = || -> Result<Box<dyn SentenceEncoder>, String> {
            Ok(match self.runtime {
                Runtime::Rust => Box::new(BertEncoder::new(&self.config, &self.bytes)?),
                #[cfg(feature = "rust-bert")]
                Runtime::Libtorch => Box::new(libtorch::LibtorchEncoder::new(&self.config, &self.bytes)?),
            })
        };
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

/// The vectors of a passage's sentences from those of its tokens, tokens × hidden size.
fn sentence_vectors(passage: &Passage, tokens: &[f32], hidden: usize) -> Result<Vec<Vec<f32>>, String> {
    let own = |range: &Range<usize>| tokens.get(range.start * hidden..range.end * hidden);
    let vector = |range| own(range).map(|own| unit_mean(own.chunks_exact(hidden))).ok_or("a sentence ends after its passage");
    passage.sentences.iter().map(|(_, range)| vector(range).map_err(str::to_owned)).collect()
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
