//! What a model is worth, in figures that no row's own fold had a part in.

use serde::Serialize;

use crate::corpus::Corpus;
use crate::fit::Trained;
use crate::folds::Grouping;
use crate::metrics::{Counts, Rate, average_precision, calibration_error, recall_at_false_alarms, roc_auc};

/// Figures of one label, or of "any label".
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LabelFigures {
    /// Label.
    pub label: String,
    /// Rows with it.
    pub positives: usize,
    /// Area under the ROC curve.
    pub roc_auc: Option<f64>,
    /// Average precision.
    pub average_precision: Option<f64>,
    /// Threshold of the counts that follow.
    pub threshold: f64,
    /// Precision there.
    pub precision: Rate,
    /// Recall there.
    pub recall: Rate,
    /// F1 there.
    pub f1: f64,
    /// Expected calibration error.
    pub calibration_error: f64,
}

/// All figures of a training run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// How training and test were divided.
    pub held_out: String,
    /// Per label, in the order of heads.
    pub labels: Vec<LabelFigures>,
    /// Area under the ROC curve of the highest score of any label, violating against permitted rows.
    pub any_label_roc_auc: Option<f64>,
    /// Share of violating rows found where at most 1 % of permitted rows raise a false alarm.
    pub recall_at_1_percent_false_alarms: Rate,
    /// The same at 5 %.
    pub recall_at_5_percent_false_alarms: Rate,
    /// Permitted rows with any label at or above its review threshold.
    pub false_alarms_at_review: Rate,
    /// Violating rows with any label at or above its review threshold.
    pub found_at_review: Rate,
}

/// The figures of a training run on its out-of-fold scores.
pub fn figures(corpus: &Corpus, trained: &Trained) -> Figures {
    let column = |l: usize| -> Vec<f64> { trained.scores.iter().map(|s| s[l]).collect() };
    let labels = corpus
        .labels
        .iter()
        .enumerate()
        .map(|(l, label)| {
            let scores = column(l);
            let positive: Vec<bool> = corpus.rows.iter().map(|r| r.labels.contains(&l)).collect();
            let threshold = trained.heads[l].thresholds.review;
            let counts = Counts::at(&scores, &positive, threshold);
            LabelFigures {
                label: label.clone(),
                positives: positive.iter().filter(|&&p| p).count(),
                roc_auc: roc_auc(&scores, &positive).map(rounded),
                average_precision: average_precision(&scores, &positive).map(rounded),
                threshold,
                precision: counts.precision(),
                recall: counts.recall(),
                f1: rounded(counts.f1()),
                calibration_error: rounded(calibration_error(&scores, &positive)),
            }
        })
        .collect();
    let highest: Vec<f64> = trained.scores.iter().map(|s| s.iter().copied().fold(0.0, f64::max)).collect();
    let violating: Vec<bool> = corpus.rows.iter().map(|r| !r.permitted()).collect();
    let flagged = |row: usize| trained.scores[row].iter().zip(&trained.heads).any(|(s, h)| *s >= h.thresholds.review);
    let of = |kind: bool| {
        let rows: Vec<usize> = (0..violating.len()).filter(|&i| violating[i] == kind).collect();
        Rate::new(rows.iter().filter(|&&i| flagged(i)).count(), rows.len())
    };
    Figures {
        held_out: match trained.grouping {
            Grouping::Origin => "whole origins, five folds".to_owned(),
            Grouping::Family => "whole families, five folds".to_owned(),
        },
        labels,
        any_label_roc_auc: roc_auc(&highest, &violating).map(rounded),
        recall_at_1_percent_false_alarms: recall_at_false_alarms(&highest, &violating, 0.01),
        recall_at_5_percent_false_alarms: recall_at_false_alarms(&highest, &violating, 0.05),
        false_alarms_at_review: of(false),
        found_at_review: of(true),
    }
}

fn rounded(x: f64) -> f64 {
    (x * 1e4).round() / 1e4
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let number = |x: Option<f64>| x.map_or("-".to_owned(), |x| format!("{x:.3}"));
        writeln!(f, "| label | rows | ROC AUC | avg. precision | threshold | precision | recall | F1 | calibration error |")?;
        writeln!(f, "|---|---:|---:|---:|---:|---:|---:|---:|---:|")?;
        for l in &self.labels {
            writeln!(
                f,
                "| {} | {} | {} | {} | {:.2} | {} | {} | {:.3} | {:.3} |",
                l.label,
                l.positives,
                number(l.roc_auc),
                number(l.average_precision),
                l.threshold,
                l.precision,
                l.recall,
                l.f1,
                l.calibration_error
            )?;
        }
        writeln!(f)?;
        writeln!(f, "Held out: {}. Each rate: (count, exact 95 % interval).", self.held_out)?;
        writeln!(f, "- any label, violating against permitted: ROC AUC {}", number(self.any_label_roc_auc))?;
        writeln!(f, "- violating rows found at 1 % false alarms: {}", self.recall_at_1_percent_false_alarms)?;
        writeln!(f, "- violating rows found at 5 % false alarms: {}", self.recall_at_5_percent_false_alarms)?;
        writeln!(f, "- violating rows found at the review thresholds: {}", self.found_at_review)?;
        write!(f, "- permitted rows flagged at the review thresholds: {}", self.false_alarms_at_review)
    }
}
