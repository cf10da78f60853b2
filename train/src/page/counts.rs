//! Counts of all rows for the charts: how many scores lie between neighbouring thresholds, and how calibrated they are.

use serde::Serialize;

use super::rows::reached;
use crate::bootstrap::Estimate;
use crate::evaluate::{Evaluation, Said, Subject};
use crate::judged::Judges;

/// Scores of one judge.
#[derive(Debug, Serialize)]
pub struct ByJudge {
    judges: Judges,
    /// Every label, and any label last.
    subjects: Vec<Scores>,
}

/// Scores for one label, or any.
#[derive(Debug, Serialize)]
struct Scores {
    /// Rows with the label by the number of grid thresholds that their score reaches: exact for every threshold of the grid.
    with: Vec<usize>,
    /// Rows without it.
    without: Vec<usize>,
    /// Ten bins of equal width.
    bins: Vec<Bin>,
    average_precision: Estimate,
    roc_auc: Estimate,
    calibration_error: Estimate,
}

/// A bin of the reliability diagram.
#[derive(Debug, Clone, Copy, Default, Serialize)]
struct Bin {
    rows: usize,
    with: usize,
    /// Mean score.
    mean: f64,
}

/// Counts of what a judge says; `grids` has a grid per label and one for any label.
pub fn counts(said: &Said, grids: &[Vec<f64>], evaluation: &Evaluation) -> ByJudge {
    let measures = evaluation.labels.iter().find(|by| by.judges == said.judges).map(|by| &by.labels[..]).unwrap_or_default();
    let subjects = said.subjects().zip(grids).zip(measures).map(|((subject, grid), m)| {
        let [with, without] = [true, false].map(|positive| histogram(subject, grid, positive));
        Scores {
            with,
            without,
            bins: bins(subject),
            average_precision: m.average_precision,
            roc_auc: m.roc_auc,
            calibration_error: m.calibration_error,
        }
    });
    ByJudge { judges: said.judges, subjects: subjects.collect() }
}

fn histogram(subject: &Subject, grid: &[f64], positive: bool) -> Vec<usize> {
    let mut counts = vec![0; grid.len() + 1];
    for (score, _) in subject.scores.iter().zip(&subject.positive).filter(|(_, p)| **p == positive) {
        counts[reached(grid, *score)] += 1;
    }
    counts
}

fn bins(subject: &Subject) -> Vec<Bin> {
    let mut bins = vec![Bin::default(); 10];
    for (&score, &positive) in subject.scores.iter().zip(&subject.positive) {
        let bin = &mut bins[((score * 10.0) as usize).min(9)];
        bin.rows += 1;
        bin.with += usize::from(positive);
        bin.mean += score;
    }
    for bin in bins.iter_mut().filter(|b| b.rows > 0) {
        bin.mean = (bin.mean / bin.rows as f64 * 1e4).round() / 1e4;
    }
    bins
}
