//! Labels that a model which had not seen the row finds improbable.
//!
//! Confident learning (C. Northcutt, L. Jiang, I. Chuang, "Confident learning: estimating uncertainty in dataset labels", 2021), label by
//! label: a row is suspicious when its out-of-fold probability of the other class is at least the mean probability that the rows
//! of that class get.

use super::{Check, Remark};
use crate::corpus::Corpus;

/// A suspicious label of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Suspicion {
    /// Index of the row.
    pub row: usize,
    /// Index of the label.
    pub label: usize,
    /// Whether the row has the label, as given.
    pub given: bool,
    /// Out-of-fold probability of the label.
    pub probability: f64,
}

impl Suspicion {
    /// Probability of what is given; the lower, the more suspicious.
    pub fn self_confidence(&self) -> f64 {
        if self.given { self.probability } else { 1.0 - self.probability }
    }
}

/// All suspicious labels, most suspicious first. `scores` are calibrated out-of-fold probabilities, `[row][label]`.
pub fn suspicions(corpus: &Corpus, scores: &[Vec<f64>]) -> Vec<Suspicion> {
    let mut found = Vec::new();
    for label in 0..corpus.labels.len() {
        let given: Vec<bool> = corpus.rows.iter().map(|r| r.labels.contains(&label)).collect();
        let mean = |class: bool| {
            let of = given.iter().zip(scores).filter(|(g, _)| **g == class).map(|(_, s)| if class { s[label] } else { 1.0 - s[label] });
            let (sum, count) = of.fold((0.0, 0usize), |(s, n), p| (s + p, n + 1));
            sum / count.max(1) as f64
        };
        let (threshold_with, threshold_without) = (mean(true), mean(false));
        for (row, &given) in given.iter().enumerate() {
            let probability = scores[row][label];
            let other = if given { 1.0 - probability >= threshold_without } else { probability >= threshold_with };
            let suspicion = Suspicion { row, label, given, probability };
            if other && suspicion.self_confidence() < 0.5 {
                found.push(suspicion);
            }
        }
    }
    found.sort_by(|a, b| a.self_confidence().total_cmp(&b.self_confidence()).then((a.row, a.label).cmp(&(b.row, b.label))));
    found
}

/// The suspicions as remarks.
pub fn remarks(corpus: &Corpus, scores: &[Vec<f64>]) -> Vec<Remark> {
    let remark = |s: Suspicion| {
        let label = &corpus.labels[s.label];
        let has = if s.given { "has" } else { "lacks" };
        let reason = format!("{has} {label}, to which a model that had not seen it gives {:.2}", s.probability);
        let mut labels = corpus.rows[s.row].labels.clone();
        if s.given {
            labels.retain(|&l| l != s.label);
        } else {
            labels.push(s.label);
            labels.sort_unstable();
        }
        let names: Vec<&str> = labels.iter().map(|&l| corpus.labels[l].as_str()).collect();
        let suggestion = format!("read it again; if the model is right, labels are {:?}", names.join("|"));
        Remark::on_row(Check::ImprobableLabel, s.row, reason, suggestion)
    };
    suspicions(corpus, scores).into_iter().map(remark).collect()
}
