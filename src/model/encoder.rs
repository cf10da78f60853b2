//! From text to numbers. Heads know encoders by this interface alone, so that one can take another's place.

use std::borrow::Cow;
use std::fmt::Debug;
use std::ops::Range;

/// A feature vector with most entries zero.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Features {
    /// Columns that are not zero, ascending.
    pub columns: Vec<u32>,
    /// Their values.
    pub values: Vec<f32>,
}

/// Turns texts into feature vectors of a fixed dimension.
pub trait Encoder: Debug + Send + Sync {
    /// Number of columns.
    fn dimension(&self) -> usize;

    /// The feature vectors of some windows, each of unit length or zero. A window is a range of neighbouring `sentences`, read as one
    /// text; an encoder may look at each sentence once however many windows it is in.
    fn encode(&self, sentences: &[Cow<'_, str>], windows: &[Range<usize>]) -> Vec<Features>;
}
