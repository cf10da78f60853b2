//! From a corpus to a trained model with honest figures.
//!
//! Everything that is chosen (n-grams, weights) is chosen anew inside each fold; calibration, thresholds and figures come from
//! scores that no row's own fold had a part in.

use std::collections::BTreeMap;
use std::ops::Range;

use ndarray::Array2;
use nosolicit::model::Calibration;
use nosolicit::model::ngram::NgramLister;
use nosolicit::policy::Thresholds;
use rayon::prelude::*;

use crate::corpus::Corpus;
use crate::features::{Selection, Sparse, lessons, select};
use crate::folds::{FOLDS, Grouping, folds};
use crate::instances::{Bearing, Instance, instances};
use crate::logistic::{self, Fitted, LogisticError, Settings};
use crate::metrics::Counts;

/// Settings of a training run.
#[derive(Debug, Clone, PartialEq)]
pub struct FitSettings {
    /// N-grams chosen per label.
    pub features_per_label: usize,
    /// Settings of the heads.
    pub logistic: Settings,
    /// Number of folds for calibration, thresholds and figures.
    pub folds: usize,
}

impl Default for FitSettings {
    fn default() -> Self {
        FitSettings { features_per_label: 3000, logistic: Settings { alpha: 0.5, max_iterations: 500 }, folds: FOLDS }
    }
}

/// What training brings forth.
#[derive(Debug)]
pub struct Trained {
    /// The n-grams of the final model.
    pub selection: Selection,
    /// The heads of the final model, in the order of the corpus's labels.
    pub heads: Vec<Head>,
    /// The units of all rows with their raw out-of-fold scores, in the order of rows.
    pub units: Vec<UnitScores>,
    /// Calibrated out-of-fold scores, `[row][label]`; the calibration of a row's score has seen the row.
    pub scores: Vec<Vec<f64>>,
    /// How the folds were drawn.
    pub grouping: Grouping,
    /// Number of folds.
    pub folds: usize,
    /// The fold of each row.
    pub fold: Vec<usize>,
}

/// Raw scores of a unit.
#[derive(Debug, Clone)]
pub struct UnitScores {
    /// Index of the row.
    pub row: usize,
    /// The sentences of the row that it covers.
    pub window: Range<usize>,
    /// One number per label.
    pub raw: Vec<f64>,
}

/// A label's head with its calibration.
#[derive(Debug, Clone)]
pub struct Head {
    /// Weights over the columns of the label, and intercept.
    pub fitted: Fitted,
    /// From raw score to probability.
    pub calibration: Calibration,
    /// Thresholds chosen on the out-of-fold scores.
    pub thresholds: Thresholds,
}

/// A corpus that cannot be learned from.
#[derive(Debug, thiserror::Error)]
pub enum FitError {
    /// A label has too few rows of one kind.
    #[error("label {label}: {positives} rows have it and {negatives} do not; at least {FEWEST} of each are needed")]
    TooFew {
        /// The label.
        label: String,
        /// Rows with it.
        positives: usize,
        /// Rows without it.
        negatives: usize,
    },
    /// A head cannot be fitted.
    #[error("label {label}: {source}")]
    Head {
        /// The label.
        label: String,
        /// Why.
        source: LogisticError,
    },
    /// The tokenizer cannot be used.
    #[error("tokenizer: {0}")]
    Tokenizer(String),
}

/// Fewest rows with and without a label from which it can be learned.
pub(crate) const FEWEST: usize = 5;

/// Raw score of a message without any sentence, or of a label that a fold had no example of.
pub(crate) const NO_SCORE: f64 = -20.0;

/// Trains on a corpus. `progress` is told the number of fits done and to do.
///
/// # Errors
/// When a label has too few rows, or a fit fails or does not converge.
pub fn fit(
    corpus: &Corpus,
    lister: &NgramLister,
    settings: &FitSettings,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Trained, FitError> {
    for (l, label) in corpus.labels.iter().enumerate() {
        let positives = corpus.rows.iter().filter(|r| r.labels.contains(&l)).count();
        let negatives = corpus.rows.len() - positives;
        if positives < FEWEST || negatives < FEWEST {
            return Err(FitError::TooFew { label: label.clone(), positives, negatives });
        }
    }
    let (fold, grouping) = folds(corpus, settings.folds);
    let instances = instances(corpus, lister);
    let families = family_numbers(corpus);
    let to_do = (settings.folds + 1) * corpus.labels.len();
    let done = std::sync::atomic::AtomicUsize::new(0);
    let tick = || progress(done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1, to_do);
    progress(0, to_do);

    let mut units: Vec<UnitScores> =
        instances.iter().map(|i| UnitScores { row: i.row, window: i.window.clone(), raw: Vec::new() }).collect();
    for held_out in 0..settings.folds {
        let (selection, heads) = train_part(corpus, &instances, &families, settings, |row| fold[row] != held_out, false, &tick)?;
        for (unit, raw) in raw_scores(&selection, &heads, &instances, |row| fold[row] == held_out) {
            units[unit].raw = raw;
        }
    }
    let mut raw = vec![vec![NO_SCORE; corpus.labels.len()]; corpus.rows.len()];
    for unit in &units {
        for (best, raw) in raw[unit.row].iter_mut().zip(&unit.raw) {
            *best = best.max(*raw);
        }
    }
    let (selection, fitted) = train_part(corpus, &instances, &families, settings, |_| true, true, &tick)?;
    let mut heads = Vec::new();
    let mut scores = vec![vec![0.0; corpus.labels.len()]; corpus.rows.len()];
    for (l, fitted) in fitted.into_iter().enumerate() {
        let label = &corpus.labels[l];
        let column: Vec<f64> = raw.iter().map(|r| r[l]).collect();
        let positive: Vec<bool> = corpus.rows.iter().map(|r| r.labels.contains(&l)).collect();
        let calibration = calibrate(&column, &positive).map_err(|source| FitError::Head { label: label.clone(), source })?;
        let calibrated: Vec<f64> = column.iter().map(|&r| calibration.probability(r)).collect();
        let thresholds = choose_thresholds(&calibrated, &positive);
        for (row, score) in calibrated.into_iter().enumerate() {
            scores[row][l] = score;
        }
        heads.push(Head { fitted, calibration, thresholds });
    }
    Ok(Trained { selection, heads, units, scores, grouping, folds: settings.folds, fold })
}

/// Families by number, in the order of rows.
fn family_numbers(corpus: &Corpus) -> Vec<usize> {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &corpus.rows {
        let next = numbers.len();
        numbers.entry(&row.family).or_insert(next);
    }
    corpus.rows.iter().map(|r| numbers[r.family.as_str()]).collect()
}

/// Chooses n-grams and fits all heads on the rows that `taught` admits. With `strict`, a label without examples is an
/// error; otherwise its head never fires.
fn train_part(
    corpus: &Corpus,
    instances: &[Instance],
    families: &[usize],
    settings: &FitSettings,
    taught: impl Fn(usize) -> bool,
    strict: bool,
    tick: &(dyn Fn() + Sync),
) -> Result<(Selection, Vec<Fitted>), FitError> {
    let lessons = lessons(instances, taught);
    let targets: Vec<Vec<bool>> = (0..corpus.labels.len())
        .map(|l| lessons.iter().map(|i| i.bearing == Bearing::Carries && corpus.rows[i.row].labels.contains(&l)).collect())
        .collect();
    let selection = select(&lessons, &targets, families, settings.features_per_label);
    let vectors: Vec<Sparse> = lessons.par_iter().map(|i| selection.vector(i)).collect();
    let vectors: Vec<&Sparse> = vectors.iter().collect();
    let heads: Result<Vec<Fitted>, FitError> = (0..corpus.labels.len())
        .into_par_iter()
        .map(|l| {
            let matrix: Array2<f64> = selection.matrix(&vectors, l);
            let fitted = match logistic::fit(matrix.view(), &targets[l], settings.logistic) {
                Err(LogisticError::OneClass { .. }) if !strict => {
                    Ok(Fitted { weights: ndarray::Array1::zeros(selection.columns[l].len()), intercept: NO_SCORE })
                }
                other => other.map_err(|source| FitError::Head { label: corpus.labels[l].clone(), source }),
            };
            tick();
            fitted
        })
        .collect();
    Ok((selection, heads?))
}

/// Raw scores of the units of the rows admitted, per label, with their numbers.
fn raw_scores(
    selection: &Selection,
    heads: &[Fitted],
    instances: &[Instance],
    admitted: impl Fn(usize) -> bool + Sync,
) -> Vec<(usize, Vec<f64>)> {
    // weights over all columns, label by label
    let wide: Vec<Vec<f64>> = heads
        .iter()
        .enumerate()
        .map(|(l, head)| {
            let mut weights = vec![0.0; selection.keys.len()];
            for (&column, &weight) in selection.columns[l].iter().zip(&head.weights) {
                weights[column] = weight;
            }
            weights
        })
        .collect();
    instances
        .par_iter()
        .enumerate()
        .filter(|(_, i)| admitted(i.row))
        .map(|(unit, instance)| {
            let vector = selection.vector(instance);
            let score = |l: usize| heads[l].intercept + vector.iter().map(|&(c, v)| wide[l][c] * v).sum::<f64>();
            (unit, (0..heads.len()).map(score).collect())
        })
        .collect()
}

/// Platt's sigmoid on out-of-fold scores, itself a logistic regression of one feature.
pub(crate) fn calibrate(raw: &[f64], positive: &[bool]) -> Result<Calibration, LogisticError> {
    let x = Array2::from_shape_vec((raw.len(), 1), raw.to_vec()).map_err(|e| LogisticError::Failed(e.to_string()))?;
    let fitted = logistic::fit(x.view(), positive, Settings { alpha: 1e-3, max_iterations: 500 })?;
    // a negative slope would turn the head upside down: then it knows nothing, and says the base rate
    let slope = fitted.weights[0].max(0.0);
    let share = positive.iter().filter(|&&p| p).count() as f64 / positive.len() as f64;
    let intercept = if slope > 0.0 { fitted.intercept } else { (share / (1.0 - share)).ln() };
    Ok(Calibration { slope, intercept })
}

/// Precision that a score must promise to block by itself.
const BLOCKING_PRECISION: f64 = 0.95;

/// `review` where F1 is highest (in the middle, if that is a stretch), `block` from where on at least 95 % of the rows found have the label.
pub(crate) fn choose_thresholds(scores: &[f64], positive: &[bool]) -> Thresholds {
    let grid: Vec<f64> = (1..100).map(|i| f64::from(i) / 100.0).collect();
    let counts: Vec<Counts> = grid.iter().map(|&t| Counts::at(scores, positive, t)).collect();
    let highest = counts.iter().map(Counts::f1).fold(0.0, f64::max);
    // where several are as good, as on few rows or well separated ones, neither side is favoured
    let as_good: Vec<usize> = (0..grid.len()).filter(|&i| counts[i].f1() >= highest).collect();
    let best = as_good[as_good.len() / 2];
    let precise = |c: &Counts| c.true_positive > 0 && c.precision().rate >= BLOCKING_PRECISION;
    // from here on every higher threshold is as precise
    let block = (best..grid.len()).rev().take_while(|&i| counts[i].true_positive == 0 || precise(&counts[i])).last();
    Thresholds { review: grid[best], block: block.map_or(0.99, |i| grid[i]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_follow_the_scores() {
        let scores: Vec<f64> = (0..100).map(|i| f64::from(i) / 100.0).collect();
        let positive: Vec<bool> = (0..100).map(|i| i >= 60 || i == 45).collect();
        let thresholds = choose_thresholds(&scores, &positive);
        assert_eq!(thresholds.review, 0.60);
        assert_eq!(thresholds.block, 0.60);
    }

    #[test]
    fn a_threshold_lies_between_rows_that_are_far_apart() {
        let positive: Vec<bool> = (0..100).map(|i| i < 50).collect();
        let scores: Vec<f64> = positive.iter().map(|&p| if p { 0.9 } else { 0.005 }).collect();
        assert_eq!(choose_thresholds(&scores, &positive).review, 0.46);
    }

    #[test]
    fn a_head_that_knows_nothing_says_the_base_rate() {
        let raw = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
        let calibration = calibrate(&raw, &[true, true, false, false, false, false, false, false]).expect("it is fitted");
        assert_eq!(calibration.slope, 0.0);
        assert!((calibration.probability(3.0) - 0.25).abs() < 1e-9);
    }
}
