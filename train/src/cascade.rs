//! What the fast tier leaves to the full one.

use nosolicit::model::Band;
use nosolicit::model::cascade::Judged;
use nosolicit::model::passage::Passage;

use crate::corpus::Corpus;
use crate::metrics::{recall_at_false_alarms, roc_auc};

/// What the cascade may lose against the full tier of the recall at 1 % false alarms; the bound the band is chosen by.
const RECALL_LOSS: f64 = 0.005;
/// What it may lose of the area under the ROC curve.
const AUC_LOSS: f64 = 0.003;
/// Ends of the bands that are tried.
const LOWS: [f64; 9] = [0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2];
const HIGHS: [f64; 5] = [1.0, 0.995, 0.98, 0.95, 0.9];

/// What is left to the full tier.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cascade {
    /// Probabilities of the fast tier that leave a sentence in doubt.
    pub band: Band,
    /// Share of the passages with such a sentence.
    pub share: f64,
}

impl Cascade {
    /// The judgement of both tiers together.
    pub fn judged(&self, fast: &Judged, full: &Judged, passages: &[Passage]) -> Judged {
        joined(fast, full, &fast.in_doubt(passages, self.band))
    }
}

/// The fast tier's judgement, overruled on the passages `read`.
fn joined(fast: &Judged, full: &Judged, read: &[&Passage]) -> Judged {
    let is_read = |sentence: usize| read.iter().any(|p| p.sentences.iter().any(|(s, _)| *s == sentence));
    fast.clone().overruled(Judged(full.0.iter().filter(|s| is_read(s.sentence)).cloned().collect()))
}

/// The band that leaves the least to the encoder and loses no more than is allowed on some rows. What both tiers make of a row and its
/// passages is given for every row of the corpus.
pub fn choose_band(corpus: &Corpus, rows: &[usize], fast: &[Judged], full: &[Judged], passages: &[Vec<Passage>]) -> Cascade {
    let violating: Vec<bool> = rows.iter().map(|&r| !corpus.rows[r].permitted()).collect();
    let quality = |judged: &[Judged]| {
        let highest: Vec<f64> = judged.iter().map(|j| j.probabilities(corpus.labels.len()).into_iter().fold(0.0, f64::max)).collect();
        let recall = recall_at_false_alarms(&highest, &violating, 0.01).rate;
        (recall, roc_auc(&highest, &violating).unwrap_or(0.5))
    };
    let all: usize = rows.iter().map(|&r| passages[r].len()).sum();
    let (recall, auc) = quality(&rows.iter().map(|&r| full[r].clone()).collect::<Vec<_>>());
    let mut best = Cascade { band: Band { low: 0.0, high: 1.0 }, share: 1.0 };
    for band in LOWS.iter().flat_map(|&low| HIGHS.map(|high| Band { low, high })) {
        let doubtful: Vec<Vec<&Passage>> = rows.iter().map(|&r| fast[r].in_doubt(&passages[r], band)).collect();
        let share = doubtful.iter().map(Vec::len).sum::<usize>() as f64 / all.max(1) as f64;
        if share >= best.share {
            continue;
        }
        let judged: Vec<Judged> = rows.iter().zip(&doubtful).map(|(&r, read)| joined(&fast[r], &full[r], read)).collect();
        let (its_recall, its_auc) = quality(&judged);
        if its_recall >= recall - RECALL_LOSS && its_auc >= auc - AUC_LOSS {
            best = Cascade { band, share };
        }
    }
    best
}
