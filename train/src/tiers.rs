//! Both tiers together: calibration of the full one, the band that the fast one leaves to it, and the thresholds of the whole.
//!
//! All of it rests on rows that the encoder was not taught, scored by heads that had not seen them either.

use nosolicit::model::cascade::Judged;
use nosolicit::model::{Band, Calibration, sigmoid};

use crate::corpus::Corpus;
use crate::fit::{FEWEST, FitError, NO_SCORE, Trained, calibrate, choose_thresholds};
use crate::full::{self, Embedding};
use crate::logistic::Fitted;
use crate::metrics::{recall_at_false_alarms, roc_auc};
use nosolicit::policy::Thresholds;

/// What the cascade may lose against the full tier of the recall at 1 % false alarms; the bound the band is chosen by.
const RECALL_LOSS: f64 = 0.005;
/// What it may lose of the area under the ROC curve.
const AUC_LOSS: f64 = 0.003;
/// Ends of the bands that are tried.
const LOWS: [f64; 9] = [0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2];
const HIGHS: [f64; 5] = [1.0, 0.995, 0.98, 0.95, 0.9];

/// The full tier, fitted.
#[derive(Debug)]
pub struct FullTier {
    /// Heads over the encoder's vectors, in the order of labels.
    pub heads: Vec<Fitted>,
    /// Their calibrations.
    pub calibrations: Vec<Calibration>,
    /// What the fast tier leaves to this one.
    pub band: Band,
    /// Share of the passages that fall into the band.
    pub share: f64,
    /// Thresholds chosen on the scores of the cascade.
    pub thresholds: Vec<Thresholds>,
    /// The rows it was calibrated on: those the encoder was not taught.
    pub rows: Vec<usize>,
    /// Scores of these rows by the cascade, `[row][label]`.
    pub scores: Vec<Vec<f64>>,
}

/// Scores of one row before the cascade.
struct Parts {
    fast: Judged,
    full: Judged,
    passages: Vec<nosolicit::model::passage::Passage>,
}

/// Fits the full tier beside a trained fast one. `None` where too few rows are left that the encoder was not taught.
///
/// # Errors
/// When a fit fails or does not converge.
pub fn fit_full(corpus: &Corpus, trained: &Trained, embedding: &Embedding) -> Result<Option<FullTier>, FitError> {
    let rows: Vec<usize> = (0..corpus.rows.len()).filter(|&r| !embedding.seen[r]).collect();
    let labels = corpus.labels.len();
    let enough = (0..labels).all(|l| {
        let positives = rows.iter().filter(|&&r| corpus.rows[r].labels.contains(&l)).count();
        positives >= FEWEST && rows.len() - positives >= FEWEST
    });
    if !enough {
        return Ok(None);
    }
    // raw scores of every sentence by heads that have not seen its row
    let mut raw: Vec<Option<Vec<f64>>> = vec![None; embedding.sentences.len()];
    for fold in 0..trained.folds {
        let held_out = |row: usize| !embedding.seen[row] && trained.fold[row] == fold;
        if !rows.iter().any(|&r| held_out(r)) {
            continue;
        }
        let heads = full::heads(corpus, embedding, |row| !held_out(row), false)?;
        for (s, sentence) in embedding.sentences.iter().enumerate().filter(|(_, s)| held_out(s.row)) {
            raw[s] = Some(full::raw(&heads, &sentence.vector));
        }
    }
    let heads = full::heads(corpus, embedding, |_| true, true)?;

    let mut best = vec![vec![NO_SCORE; labels]; corpus.rows.len()];
    for (sentence, raw) in embedding.sentences.iter().zip(&raw) {
        for (best, raw) in best[sentence.row].iter_mut().zip(raw.iter().flatten()) {
            *best = best.max(*raw);
        }
    }
    let positive = |l: usize| -> Vec<bool> { rows.iter().map(|&r| corpus.rows[r].labels.contains(&l)).collect() };
    let mut calibrations = Vec::new();
    for (l, label) in corpus.labels.iter().enumerate() {
        let column: Vec<f64> = rows.iter().map(|&r| best[r][l]).collect();
        let calibration = calibrate(&column, &positive(l)).map_err(|source| FitError::Head { label: label.clone(), source })?;
        calibrations.push(calibration);
    }
    let parts = parts(corpus, trained, embedding, &raw, &calibrations);
    let (band, share) = choose_band(corpus, &rows, &parts, labels);
    let scores: Vec<Vec<f64>> = rows.iter().map(|&r| scores(&parts[r].cascaded(band).0, labels)).collect();
    let thresholds = (0..labels).map(|l| choose_thresholds(&scores.iter().map(|s| s[l]).collect::<Vec<_>>(), &positive(l))).collect();
    Ok(Some(FullTier { heads, calibrations, band, share, thresholds, rows, scores }))
}

/// Calibrated scores of both tiers for every row.
fn parts(corpus: &Corpus, trained: &Trained, embedding: &Embedding, raw: &[Option<Vec<f64>>], calibrations: &[Calibration]) -> Vec<Parts> {
    let odds = |raw: &[f64], by: &mut dyn Iterator<Item = &Calibration>| raw.iter().zip(by).map(|(&r, c)| c.log_odds(r)).collect();
    let mut parts: Vec<Parts> = embedding
        .passages(corpus.rows.len())
        .into_iter()
        .map(|passages| Parts { fast: Judged::default(), full: Judged::default(), passages })
        .collect();
    for unit in &trained.units {
        let fast = &mut parts[unit.row].fast;
        fast.windows.push(unit.window.clone());
        fast.log_odds.push(odds(&unit.raw, &mut trained.heads.iter().map(|h| &h.calibration)));
    }
    for (sentence, raw) in embedding.sentences.iter().zip(raw) {
        if let Some(raw) = raw {
            let full = &mut parts[sentence.row].full;
            full.windows.push(sentence.sentence..sentence.sentence + 1);
            full.log_odds.push(odds(raw, &mut calibrations.iter()));
        }
    }
    parts
}

impl Parts {
    /// The judgement with a band, and how many passages were left to the encoder.
    fn cascaded(&self, band: Band) -> (Judged, usize) {
        let doubtful = self.fast.in_doubt(&self.passages, band);
        let read = |window: &std::ops::Range<usize>| doubtful.iter().any(|p| p.sentences.iter().any(|(s, _)| window.contains(s)));
        let mut by = Judged::default();
        for (window, odds) in self.full.windows.iter().zip(&self.full.log_odds).filter(|(w, _)| read(w)) {
            by.windows.push(window.clone());
            by.log_odds.push(odds.clone());
        }
        (self.fast.clone().overruled(by), doubtful.len())
    }
}

fn scores(judged: &Judged, labels: usize) -> Vec<f64> {
    (0..labels).map(|l| judged.best(l).map_or(0.0, |(_, odds)| sigmoid(odds))).collect()
}

/// The band that leaves the least to the encoder and loses no more than is allowed.
fn choose_band(corpus: &Corpus, rows: &[usize], parts: &[Parts], labels: usize) -> (Band, f64) {
    let violating: Vec<bool> = rows.iter().map(|&r| !corpus.rows[r].permitted()).collect();
    let passages: usize = rows.iter().map(|&r| parts[r].passages.len()).sum();
    let quality = |judged: &dyn Fn(&Parts) -> Judged| {
        let highest: Vec<f64> = rows.iter().map(|&r| scores(&judged(&parts[r]), labels).into_iter().fold(0.0, f64::max)).collect();
        let recall = recall_at_false_alarms(&highest, &violating, 0.01).rate;
        (recall, roc_auc(&highest, &violating).unwrap_or(0.5))
    };
    let (recall, auc) = quality(&|p| p.full.clone());
    let everything = Band { low: 0.0, high: 1.0 };
    let mut best = (everything, 1.0);
    for low in LOWS {
        for high in HIGHS {
            let band = Band { low, high };
            let sent: usize = rows.iter().map(|&r| parts[r].cascaded(band).1).sum();
            let share = sent as f64 / passages.max(1) as f64;
            if share < best.1 {
                let (its_recall, its_auc) = quality(&|p| p.cascaded(band).0);
                if its_recall >= recall - RECALL_LOSS && its_auc >= auc - AUC_LOSS {
                    best = (band, share);
                }
            }
        }
    }
    best
}
