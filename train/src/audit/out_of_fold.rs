//! Probabilities by a model that has not seen the row: n-grams and logistic regression, fitted anew for every fold. The encoder of
//! the models in use has been taught the corpus, and would find its faults probable.

use std::collections::BTreeMap;

use ndarray::Array2;
use nosolicit::model::wordpiece::WordPiece;
use rayon::prelude::*;

use super::ngrams::{Instance, instances};
use super::selection::{Selection, Sparse, lessons, select};
use crate::bearing::Bearing;
use crate::calibrate::calibrate;
use crate::corpus::Corpus;
use crate::fit::{FitError, NO_SCORE, rows_to_calibrate_on};
use crate::folds::{FOLDS, folds};
use crate::logistic::{self, Fitted, LogisticError, Settings};

/// N-grams chosen per label.
const PER_LABEL: usize = 3000;
const SETTINGS: Settings = Settings { alpha: 0.5, max_iterations: 500 };

/// Calibrated out-of-fold probabilities, `[row][label]`. `progress` is told the number of fits done and to do.
///
/// # Errors
/// When a label has too few rows, the tokenizer cannot be used, or a fit fails.
pub fn probabilities(corpus: &Corpus, tokenizer: &WordPiece, progress: &(dyn Fn(usize, usize) + Sync)) -> anyhow::Result<Vec<Vec<f64>>> {
    rows_to_calibrate_on(corpus, &vec![false; corpus.rows.len()])?;
    let (fold, _) = folds(corpus, FOLDS);
    let instances = instances(corpus, tokenizer).map_err(anyhow::Error::msg)?;
    let families = family_numbers(corpus);
    let labels = corpus.labels.len();
    let done = std::sync::atomic::AtomicUsize::new(0);
    let tick = || progress(done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1, FOLDS * labels);
    progress(0, FOLDS * labels);
    let mut raw = vec![vec![NO_SCORE; labels]; corpus.rows.len()];
    for held_out in 0..FOLDS {
        let (selection, heads) = learn(corpus, &instances, &families, |row| fold[row] != held_out, &tick)?;
        for (row, scores) in raw_scores(&selection, &heads, &instances, |row| fold[row] == held_out) {
            for (best, score) in raw[row].iter_mut().zip(scores) {
                *best = best.max(score);
            }
        }
    }
    let mut probabilities = vec![vec![0.0; labels]; corpus.rows.len()];
    for (l, label) in corpus.labels.iter().enumerate() {
        let column: Vec<f64> = raw.iter().map(|r| r[l]).collect();
        let positive: Vec<bool> = corpus.rows.iter().map(|r| r.labels.contains(&l)).collect();
        let calibration = calibrate(&column, &positive).map_err(|source| FitError::Head { label: label.clone(), source })?;
        for (row, raw) in column.into_iter().enumerate() {
            probabilities[row][l] = calibration.probability(raw);
        }
    }
    Ok(probabilities)
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

/// Chooses n-grams and fits all heads on the rows that `taught` admits. The head of a label without examples never fires.
fn learn(
    corpus: &Corpus,
    instances: &[Instance],
    families: &[usize],
    taught: impl Fn(usize) -> bool,
    tick: &(dyn Fn() + Sync),
) -> Result<(Selection, Vec<Fitted>), FitError> {
    let lessons = lessons(instances, taught);
    let targets: Vec<Vec<bool>> = (0..corpus.labels.len())
        .map(|l| lessons.iter().map(|i| i.bearing == Bearing::Carries && corpus.rows[i.row].labels.contains(&l)).collect())
        .collect();
    let selection = select(&lessons, &targets, families, PER_LABEL);
    let vectors: Vec<Sparse> = lessons.par_iter().map(|i| selection.vector(i)).collect();
    let vectors: Vec<&Sparse> = vectors.iter().collect();
    let heads: Result<Vec<Fitted>, FitError> = (0..corpus.labels.len())
        .into_par_iter()
        .map(|l| {
            let matrix: Array2<f64> = selection.matrix(&vectors, l);
            let fitted = match logistic::fit(matrix.view(), &targets[l], SETTINGS) {
                Err(LogisticError::OneClass { .. }) => {
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

/// Raw scores of the sentences of the rows admitted, one per label, with their rows.
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
        .filter(|i| admitted(i.row))
        .map(|instance| {
            let vector = selection.vector(instance);
            let score = |l: usize| heads[l].intercept + vector.iter().map(|&(c, v)| wide[l][c] * v).sum::<f64>();
            (instance.row, (0..heads.len()).map(score).collect())
        })
        .collect()
}
