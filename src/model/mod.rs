//! The model: two tiers of encoder → features → heads → calibration, applied to the sentences of a message.
//!
//! A message's score for a label is that of its most telling sentences, so that one bad sentence in a long letter counts in
//! full and the finding can point at it.

pub mod bundle;
pub mod calibration;
pub mod cascade;
pub mod encoder;
pub mod heads;
pub mod ngram;
pub mod passage;
pub mod transformer;
pub mod unit;
pub mod wordpiece;

use std::sync::Arc;

pub use bundle::{BundleError, Manifest};
pub use calibration::{Calibration, sigmoid};
pub use cascade::{Band, Tier};
pub use encoder::{Encoder, Features};
pub use heads::Heads;

use crate::document::{Document, Span};
use crate::policy::Thresholds;
use cascade::Judged;
use ngram::NgramEncoder;
use passage::{Passage, passages};
use transformer::LazyEncoder;
use unit::Units;

/// A label of a model, with what turns its heads' raw scores into a judgement.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelLabel {
    /// Name.
    pub name: Arc<str>,
    /// From raw score of the fast tier to probability.
    pub calibration: Calibration,
    /// From raw score of the full tier to probability, where there is one.
    pub full_calibration: Option<Calibration>,
    /// Thresholds chosen in training; a policy may set others.
    pub thresholds: Thresholds,
}

/// A trained model ready for use.
#[derive(Debug)]
pub struct Model {
    encoder: NgramEncoder,
    heads: Heads,
    full: Option<Full>,
    labels: Vec<ModelLabel>,
    manifest: Manifest,
}

/// The full tier.
#[derive(Debug)]
struct Full {
    encoder: LazyEncoder,
    heads: Heads,
    band: Band,
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

    /// Whether there is an encoder: without one every tier is the fast one.
    pub fn has_full_tier(&self) -> bool {
        self.full.is_some()
    }

    /// Scores a document: for each label the highest of its windows.
    pub fn score(&self, document: &Document<'_>, tier: Tier) -> Vec<LabelScore> {
        let units = Units::of(document);
        let judged = match (&self.full, tier) {
            (None, _) | (_, Tier::Fast) => self.fast(&units),
            (Some(full), Tier::Full) => self.full(full, self.passages(&units).iter()),
            (Some(full), Tier::Auto) => {
                let fast = self.fast(&units);
                let passages = self.passages(&units);
                let doubtful = fast.in_doubt(&passages, full.band);
                let read = self.full(full, doubtful.into_iter());
                fast.overruled(read)
            }
        };
        let of_label = |(l, label): (usize, &ModelLabel)| {
            let best = judged.best(l);
            LabelScore {
                label: label.name.clone(),
                score: best.map_or(0.0, |(_, highest)| sigmoid(highest)),
                span: best.map(|(window, _)| units.span(window)),
                thresholds: label.thresholds,
            }
        };
        self.labels.iter().enumerate().map(of_label).collect()
    }

    fn passages(&self, units: &Units<'_>) -> Vec<Passage> {
        // a bundle whose tokenizer lacks the special tokens has been refused
        passages(self.encoder.tokenizer(), &units.sentences).unwrap_or_default()
    }

    fn fast(&self, units: &Units<'_>) -> Judged {
        let features = self.encoder.encode(&units.sentences, &units.windows);
        let calibrations: Vec<&Calibration> = self.labels.iter().map(|l| &l.calibration).collect();
        Judged {
            windows: units.windows.clone(),
            log_odds: features.iter().map(|f| calibrated(&self.heads.raw(f), &calibrations)).collect(),
        }
    }

    fn full<'p>(&self, full: &Full, passages: impl Iterator<Item = &'p Passage>) -> Judged {
        let calibrations: Vec<&Calibration> = self.labels.iter().filter_map(|l| l.full_calibration.as_ref()).collect();
        let mut judged = Judged::default();
        for passage in passages {
            // what the encoder cannot read keeps the scores of the fast tier
            let Ok(vectors) = full.encoder.encode(passage) else { continue };
            for ((sentence, _), vector) in passage.sentences.iter().zip(vectors) {
                judged.windows.push(*sentence..*sentence + 1);
                judged.log_odds.push(calibrated(&full.heads.raw_dense(&vector), &calibrations));
            }
        }
        judged
    }
}

fn calibrated(raw: &[f64], by: &[&Calibration]) -> Vec<f64> {
    raw.iter().zip(by).map(|(&r, c)| c.log_odds(r)).collect()
}
