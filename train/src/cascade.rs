//! From what probability of the fast tier on the full one reads.

use std::collections::BTreeSet;

use nosolicit::model::cascade::Judged;
use nosolicit::model::passage::Passage;

use crate::corpus::Corpus;
use crate::metrics::{recall_at_false_alarms, roc_auc};

/// What the cascade may lose against the full tier of the recall at 1 % false alarms.
const RECALL_LOSS: f64 = 0.005;
/// What it may lose of the area under the ROC curve.
const AUC_LOSS: f64 = 0.003;
/// Probabilities that are tried.
const SUSPICIONS: [f64; 9] = [0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2];

/// What is left to the full tier.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cascade {
    /// Probability of the fast tier from which on the full one reads.
    pub suspicion: f64,
    /// Share of the passages that it then reads.
    pub share: f64,
}

impl Cascade {
    /// The judgement of both tiers together.
    pub fn judged(&self, fast: &Judged, full: &Judged, passages: &[Passage]) -> Judged {
        joined(fast, full, &fast.suspected(passages, self.suspicion))
    }
}

/// The fast tier's judgement, overruled on the passages `read`.
fn joined(fast: &Judged, full: &Judged, read: &[&Passage]) -> Judged {
    let read: BTreeSet<usize> = read.iter().flat_map(|p| p.sentences.iter().map(|(s, _)| *s)).collect();
    fast.clone().overruled(Judged(full.0.iter().filter(|s| read.contains(&s.sentence)).cloned().collect()))
}

/// The probability that leaves the least to the encoder and loses no more than is allowed on some rows. What both tiers make of a row and its
/// passages is given for every row of the corpus.
pub fn choose(corpus: &Corpus, rows: &[usize], fast: &[Judged], full: &[Judged], passages: &[Vec<Passage>]) -> Cascade {
    let violating: Vec<bool> = rows.iter().map(|&r| !corpus.rows[r].permitted()).collect();
    let quality = |judged: &[Judged]| {
        let highest: Vec<f64> = judged.iter().map(|j| j.probabilities(corpus.labels.len()).into_iter().fold(0.0, f64::max)).collect();
        let recall = recall_at_false_alarms(&highest, &violating, 0.01).rate;
        (recall, roc_auc(&highest, &violating).unwrap_or(0.5))
    };
    let all: usize = rows.iter().map(|&r| passages[r].len()).sum();
    let (recall, auc) = quality(&rows.iter().map(|&r| full[r].clone()).collect::<Vec<_>>());
    let mut best = Cascade { suspicion: 0.0, share: 1.0 };
    for suspicion in SUSPICIONS {
        let suspected: Vec<Vec<&Passage>> = rows.iter().map(|&r| fast[r].suspected(&passages[r], suspicion)).collect();
        let share = suspected.iter().map(Vec::len).sum::<usize>() as f64 / all.max(1) as f64;
        if share >= best.share {
            continue;
        }
        let judged: Vec<Judged> = rows.iter().zip(&suspected).map(|(&r, read)| joined(&fast[r], &full[r], read)).collect();
        let (its_recall, its_auc) = quality(&judged);
        if its_recall >= recall - RECALL_LOSS && its_auc >= auc - AUC_LOSS {
            best = Cascade { suspicion, share };
        }
    }
    best
}
