//! The model: encoder → features → heads → calibration, applied to sentences and pairs of neighbours.
//!
//! A message's score for a label is that of its most telling unit, so that one bad sentence in a long letter counts in
//! full and the finding can point at it.

pub mod bundle;
pub mod calibration;
pub mod encoder;
pub mod heads;
pub mod ngram;
pub mod unit;
pub mod wordpiece;

use std::ops::Range;
use std::sync::Arc;

pub use bundle::{BundleError, Manifest};
pub use calibration::Calibration;
pub use encoder::{Encoder, Features};
pub use heads::Heads;

use crate::document::{Document, Span};
use crate::policy::Thresholds;
use unit::Units;

/// A single sentence stands for a pair of which it is part when its raw score comes this close: pointing at fewer words
/// is worth a little score.
const SENTENCE_PREFERENCE: f64 = 0.7;

/// A label of a model, with what turns its head's raw score into a judgement.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelLabel {
    /// Name.
    pub name: Arc<str>,
    /// From raw score to probability.
    pub calibration: Calibration,
    /// Thresholds chosen in training; a policy may set others.
    pub thresholds: Thresholds,
}

/// A trained model ready for use.
#[derive(Debug)]
pub struct Model {
    encoder: Box<dyn Encoder>,
    heads: Heads,
    labels: Vec<ModelLabel>,
    manifest: Manifest,
}

/// What the model says of one label.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelScore {
    /// The label.
    pub label: Arc<str>,
    /// Calibrated probability.
    pub score: f64,
    /// The sentence or sentences responsible; `None` for a text without any.
    pub span: Option<Span>,
    /// Thresholds chosen in training.
    pub thresholds: Thresholds,
}

impl Model {
    /// The labels, in the order of scores.
    pub fn labels(&self) -> &[ModelLabel] {
        &self.labels
    }

    /// What is known about the model.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Scores a document: for each label the highest of its units.
    pub fn score(&self, document: &Document<'_>) -> Vec<LabelScore> {
        let units = Units::of(document);
        let features = self.encoder.encode(&units.sentences, &units.windows);
        let raw: Vec<Vec<f64>> = features.iter().map(|f| self.heads.raw(f)).collect();
        self.labels
            .iter()
            .enumerate()
            .map(|(l, label)| {
                let best = best_window(&units.windows, &raw, l);
                LabelScore {
                    label: label.name.clone(),
                    score: best.map_or(0.0, |(_, highest)| label.calibration.probability(highest)),
                    span: best.map(|(w, _)| units.span(&units.windows[w])),
                    thresholds: label.thresholds,
                }
            })
            .collect()
    }
}

/// The window to point at for a label, and the highest raw score of all.
fn best_window(windows: &[Range<usize>], raw: &[Vec<f64>], label: usize) -> Option<(usize, f64)> {
    let best =
        |candidates: &mut dyn Iterator<Item = usize>| candidates.max_by(|&a, &b| raw[a][label].total_cmp(&raw[b][label]).then(b.cmp(&a)));
    let highest = best(&mut (0..windows.len()))?;
    let (whole, score) = (&windows[highest], raw[highest][label]);
    let inside = |w: &usize| {
        let window = &windows[*w];
        window.len() < whole.len()
            && whole.start <= window.start
            && window.end <= whole.end
            && raw[*w][label] >= score - SENTENCE_PREFERENCE
    };
    let narrower = best(&mut (0..windows.len()).filter(inside));
    Some((narrower.unwrap_or(highest), score))
}
