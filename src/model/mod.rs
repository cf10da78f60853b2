//! The model: two tiers of encoder → heads → calibration, applied to the sentences of a message.
//!
//! A message's score for a label is that of its most telling sentence, so that one bad sentence in a long letter counts in
//! full and the finding can point at it.

pub mod bundle;
pub mod calibration;
pub mod cascade;
pub mod heads;
pub mod passage;
pub mod token_ids;
pub mod token_network;
pub mod transformer;
pub mod unit;
pub mod wordpiece;

use std::sync::Arc;

pub use bundle::{BundleError, Manifest};
pub use calibration::{Calibration, sigmoid};
pub use cascade::Tier;
pub use heads::Heads;

use crate::document::{Document, Span};
use crate::policy::Thresholds;
use cascade::{Judged, SentenceScores};
use passage::{Passage, passages};
use token_ids::TokenIds;
use token_network::TokenNetwork;
use transformer::{LazyEncoder, Runtime};
use unit::Units;
use wordpiece::WordPiece;

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
    tokenizer: WordPiece,
    /// The special tokens before and after a passage.
    edges: (u32, u32),
    fast: Fast,
    full: Option<Full>,
    labels: Vec<ModelLabel>,
    manifest: Manifest,
}

/// The fast tier.
#[derive(Debug)]
struct Fast {
    network: TokenNetwork,
    /// Heads over a sentence's own responses.
    own: Heads,
    /// Heads over those of its message.
    message: Heads,
}

/// The full tier.
#[derive(Debug)]
struct Full {
    encoder: LazyEncoder,
    heads: Heads,
    /// Probability of the fast tier from which on the encoder reads.
    suspicion: f64,
}

/// What the model says of one label.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelScore {
    /// The label.
    pub label: Arc<str>,
    /// Calibrated probability.
    pub score: f64,
    /// The sentence responsible; `None` for a text without any.
    pub span: Option<Span>,
    /// Thresholds chosen in training.
    pub thresholds: Thresholds,
}

impl Model {
    /// The labels, in the order of scores.
    pub fn labels(&self) -> &[ModelLabel] {
        &self.labels
    }

    /// Names of the labels, in the order of scores.
    pub fn label_names(&self) -> Vec<&str> {
        self.labels.iter().map(|l| &*l.name).collect()
    }

    /// What is known about the model.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Digests of the texts that its readers were taught, ascending; see [`text_digest`](transformer::weights::text_digest).
    ///
    /// # Errors
    /// When the encoder is damaged; in words.
    pub fn taught(&self) -> Result<Vec<u64>, String> {
        let of_encoder = self.full.as_ref().map_or(Ok(Vec::new()), |full| full.encoder.taught())?;
        let mut taught = [of_encoder.as_slice(), self.fast.network.taught()].concat();
        taught.sort_unstable();
        taught.dedup();
        Ok(taught)
    }

    /// Whether there is an encoder: without one every tier is the fast one.
    pub fn has_full_tier(&self) -> bool {
        self.full.is_some()
    }

    /// The same model, its encoder computed by another runtime.
    ///
    /// # Errors
    /// When that cannot read the encoder; in words.
    pub fn with_runtime(mut self, runtime: Runtime) -> Result<Self, String> {
        self.full = self.full.map(|full| Full { encoder: full.encoder.with_runtime(runtime), ..full });
        if let Some(full) = &self.full {
            full.encoder.unpacked()?;
        }
        Ok(self)
    }

    /// Scores a document: for each label the highest of its sentences.
    pub fn score(&self, document: &Document<'_>, tier: Tier) -> Vec<LabelScore> {
        let units = Units::of(document);
        let tokens = TokenIds::of(&self.tokenizer, &units.sentences);
        let mut judged = self.fast(&tokens);
        if let (Some(full), Tier::Full | Tier::Auto) = (&self.full, tier) {
            let passages = passages(&tokens, self.edges);
            let suspicion = if tier == Tier::Full { 0.0 } else { full.suspicion };
            // what the encoder cannot read keeps the scores of the fast tier
            let read = self.full(full, judged.suspected(&passages, suspicion).into_iter());
            judged = judged.overruled(read);
        }
        let of_label = |(l, label): (usize, &ModelLabel)| {
            let best = judged.best(l);
            LabelScore {
                label: label.name.clone(),
                score: best.map_or(0.0, |(_, highest)| sigmoid(highest)),
                span: best.map(|(sentence, _)| units.span(sentence)),
                thresholds: label.thresholds,
            }
        };
        self.labels.iter().enumerate().map(of_label).collect()
    }

    /// What the full tier says of the sentences of a passage, in their order: calibrated log odds, one per label. `None` where there is no
    /// encoder, or it cannot read the passage.
    pub fn read_by_encoder(&self, passage: &Passage) -> Option<Vec<Vec<f64>>> {
        let judged = self.full(self.full.as_ref()?, std::iter::once(passage));
        (!judged.0.is_empty()).then(|| judged.0.into_iter().map(|s| s.log_odds).collect())
    }

    fn fast(&self, tokens: &TokenIds) -> Judged {
        let mut own = Vec::new();
        let message = self.fast.network.read(tokens, |responses| own.push(self.fast.own.raw(&responses)));
        let of_message = self.fast.message.raw(&message);
        let of_sentence = |(sentence, own): (usize, Vec<f64>)| {
            let raw = own.into_iter().zip(&of_message).map(|(own, message)| own + message);
            let log_odds = raw.zip(&self.labels).map(|(raw, label)| label.calibration.log_odds(raw)).collect();
            SentenceScores { sentence, log_odds }
        };
        Judged(own.into_iter().enumerate().map(of_sentence).collect())
    }

    fn full<'p>(&self, full: &Full, passages: impl Iterator<Item = &'p Passage>) -> Judged {
        let calibrations: Vec<&Calibration> = self.labels.iter().filter_map(|l| l.full_calibration.as_ref()).collect();
        let mut judged = Judged::default();
        for passage in passages {
            let Ok(vectors) = full.encoder.encode(passage) else { continue };
            for (&(sentence, _), vector) in passage.sentences.iter().zip(vectors) {
                let log_odds = full.heads.raw(&vector).into_iter().zip(&calibrations).map(|(raw, c)| c.log_odds(raw)).collect();
                judged.0.push(SentenceScores { sentence, log_odds });
            }
        }
        judged
    }
}
