//! From a corpus to a trained model with honest figures.
//!
//! Heads are fitted on all rows. Calibration, thresholds, the cascade and the figures rest on rows that neither reader was
//! taught, scored by heads that had seen nothing of their fold.

use std::sync::atomic::{AtomicUsize, Ordering};

use nosolicit::model::Calibration;
use nosolicit::model::cascade::{Judged, SentenceScores};
use nosolicit::policy::Thresholds;

use crate::calibrate::{calibrate, choose_thresholds};
use crate::cascade::{self, Cascade};
use crate::corpus::Corpus;
use crate::embed::{Embedded, Embedding};
use crate::folds::{FOLDS, Grouping, folds};
use crate::heads::{fit_heads, raw};
use crate::logistic::{Fitted, LogisticError, Settings};

/// Settings of a training run.
#[derive(Debug, Clone, PartialEq)]
pub struct FitSettings {
    /// Settings of the heads.
    pub logistic: Settings,
    /// Number of folds for calibration, thresholds and figures.
    pub folds: usize,
}

impl Default for FitSettings {
    fn default() -> Self {
        // on vectors of unit length weights must become large
        FitSettings { logistic: Settings { alpha: 0.05, max_iterations: 1000 }, folds: FOLDS }
    }
}

/// What training brings forth.
#[derive(Debug)]
pub struct Trained {
    /// The fast tier.
    pub fast: FittedTier,
    /// The full tier and what is left to it, where there is an encoder.
    pub full: Option<(FittedTier, Cascade)>,
    /// Thresholds of each label, chosen on `scores`.
    pub thresholds: Vec<Thresholds>,
    /// The rows that neither reader was taught, on which all is calibrated.
    pub rows: Vec<usize>,
    /// Probabilities of these rows, `[row][label]`, by the cascade where there are two tiers. Their heads had not seen the row; the
    /// calibration has.
    pub scores: Vec<Vec<f64>>,
    /// How the folds were drawn.
    pub grouping: Grouping,
    /// Number of folds.
    pub folds: usize,
}

/// A tier's heads, in the order of the corpus's labels.
#[derive(Debug)]
pub struct FittedTier {
    /// Over the features of a sentence.
    pub heads: Vec<Fitted>,
    /// From raw score to probability.
    pub calibrations: Vec<Calibration>,
    /// What heads that had not seen it make of each row; nothing of rows that are not calibrated on.
    pub judged: Vec<Judged>,
}

/// A corpus that cannot be learned from.
#[derive(Debug, thiserror::Error)]
pub enum FitError {
    /// A label has too few rows of one kind.
    #[error("label {label}: {positives} rows have it and {negatives} do not; at least {FEWEST} of each are needed{}", of_taught(*taught))]
    TooFew {
        /// The label.
        label: String,
        /// Rows with it.
        positives: usize,
        /// Rows without it.
        negatives: usize,
        /// Rows that do not count.
        taught: usize,
    },
    /// A head cannot be fitted.
    #[error("label {label} cannot be fitted")]
    Head {
        /// The label.
        label: String,
        /// Why.
        source: LogisticError,
    },
}

fn of_taught(taught: usize) -> String {
    match taught {
        0 => String::new(),
        _ => format!(" beside the {taught} that the encoder was taught, on which nothing can be measured"),
    }
}

/// Fewest rows with and without a label from which it can be learned.
pub const FEWEST: usize = 5;

/// Raw score of a message without any sentence, or of a label that a fold had no example of.
pub(crate) const NO_SCORE: f64 = -20.0;

/// The rows that count, those not `taught`, where they suffice: every label has [`FEWEST`] rows of both kinds among them.
///
/// # Errors
/// Where they do not.
pub fn rows_to_calibrate_on(corpus: &Corpus, taught: &[bool]) -> Result<Vec<usize>, FitError> {
    let rows: Vec<usize> = (0..corpus.rows.len()).filter(|&r| !taught[r]).collect();
    for (l, label) in corpus.labels.iter().enumerate() {
        let positives = positive(corpus, &rows, l).into_iter().filter(|&p| p).count();
        let negatives = rows.len() - positives;
        if positives < FEWEST || negatives < FEWEST {
            return Err(FitError::TooFew { label: label.clone(), positives, negatives, taught: corpus.rows.len() - rows.len() });
        }
    }
    Ok(rows)
}

/// Trains on what was made of a corpus, and calibrates on some of its rows. `progress` is told the number of fits done and to do.
///
/// # Errors
/// When a fit fails or does not converge.
pub fn fit(
    corpus: &Corpus,
    embedding: &Embedding,
    rows: Vec<usize>,
    settings: &FitSettings,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Trained, FitError> {
    let (fold, grouping) = folds(corpus, settings.folds);
    // of the folds, those with rows to calibrate on
    let held_out: Vec<Vec<usize>> = (0..settings.folds)
        .map(|f| rows.iter().copied().filter(|&r| fold[r] == f).collect())
        .filter(|rows: &Vec<usize>| !rows.is_empty())
        .collect();
    let tiers = if embedding.full.is_empty() { 1 } else { 2 };
    let to_do = (held_out.len() + 1) * corpus.labels.len() * tiers;
    let done = AtomicUsize::new(0);
    let tick = || progress(done.fetch_add(1, Ordering::Relaxed) + 1, to_do);
    progress(0, to_do);

    let tier = |embedded| fit_tier(corpus, embedded, &rows, &held_out, settings.logistic, &tick);
    let fast = tier(&embedding.fast)?;
    let full = if embedding.full.is_empty() { None } else { Some(tier(&embedding.full)?) };
    let full = full.map(|full| {
        let cascade = cascade::choose(corpus, &rows, &fast.judged, &full.judged, &embedding.passages);
        (full, cascade)
    });
    let labels = corpus.labels.len();
    let of_row = |&r: &usize| match &full {
        None => fast.judged[r].probabilities(labels),
        Some((full, cascade)) => cascade.judged(&fast.judged[r], &full.judged[r], &embedding.passages[r]).probabilities(labels),
    };
    let scores: Vec<Vec<f64>> = rows.iter().map(of_row).collect();
    let thresholds =
        (0..labels).map(|l| choose_thresholds(&scores.iter().map(|s| s[l]).collect::<Vec<_>>(), &positive(corpus, &rows, l))).collect();
    Ok(Trained { fast, full, thresholds, rows, scores, grouping, folds: settings.folds })
}

/// Fits and calibrates a tier's heads.
fn fit_tier(
    corpus: &Corpus,
    embedded: &[Embedded],
    rows: &[usize],
    held_out: &[Vec<usize>],
    settings: Settings,
    tick: &(dyn Fn() + Sync),
) -> Result<FittedTier, FitError> {
    let labels = corpus.labels.len();
    let mut judged: Vec<Judged> = vec![Judged::default(); corpus.rows.len()];
    for part in held_out {
        let heads = fit_heads(corpus, embedded, settings, |row| part.binary_search(&row).is_err(), false, tick)?;
        for sentence in embedded.iter().filter(|s| part.binary_search(&s.row).is_ok()) {
            // raw scores for now
            judged[sentence.row].0.push(SentenceScores { sentence: sentence.sentence, log_odds: raw(&heads, &sentence.features) });
        }
    }
    let heads = fit_heads(corpus, embedded, settings, |_| true, true, tick)?;
    let mut calibrations = Vec::new();
    for (l, label) in corpus.labels.iter().enumerate() {
        let column: Vec<f64> = rows.iter().map(|&r| judged[r].best(l).map_or(NO_SCORE, |(_, raw)| raw)).collect();
        let calibration =
            calibrate(&column, &positive(corpus, rows, l)).map_err(|source| FitError::Head { label: label.clone(), source })?;
        calibrations.push(calibration);
    }
    for scores in judged.iter_mut().flat_map(|j| &mut j.0) {
        scores.log_odds = (0..labels).map(|l| calibrations[l].log_odds(scores.log_odds[l])).collect();
    }
    Ok(FittedTier { heads, calibrations, judged })
}

fn positive(corpus: &Corpus, rows: &[usize], label: usize) -> Vec<bool> {
    rows.iter().map(|&r| corpus.rows[r].labels.contains(&label)).collect()
}
