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
    /// The same at 2 %.
    pub recall_at_2_percent_false_alarms: Rate,
    /// The same at 5 %.
    pub recall_at_5_percent_false_alarms: Rate,
    /// Permitted rows with any label at or above its review threshold.
    pub false_alarms_at_review: Rate,
    /// Violating rows with any label at or above its review threshold.
    pub found_at_review: Rate,
}

/// The figures of a training run, on the rows that it was calibrated on.
pub fn figures(corpus: &Corpus, trained: &Trained) -> Figures {
    let part = Corpus { labels: corpus.labels.clone(), rows: trained.rows.iter().map(|&r| corpus.rows[r].clone()).collect() };
    let thresholds: Vec<f64> = trained.thresholds.iter().map(|t| t.review).collect();
    let groups = match trained.grouping {
        Grouping::Origin => "origins",
        Grouping::Family => "families",
    };
    let held_out = format!("the {} rows that the encoder was not taught, in {} folds of whole {groups}", part.rows.len(), trained.folds);
    figures_of(&part, &trained.scores, &thresholds, held_out)
}

/// The figures of calibrated scores, `[row][label]`, with a review threshold per label. `held_out` says who had not seen the rows.
pub fn figures_of(corpus: &Corpus, all_scores: &[Vec<f64>], thresholds: &[f64], held_out: String) -> Figures {
    let labels = corpus
        .labels
        .iter()
        .enumerate()
        .map(|(l, label)| {
            let scores: Vec<f64> = all_scores.iter().map(|s| s[l]).collect();
            let positive: Vec<bool> = corpus.rows.iter().map(|r| r.labels.contains(&l)).collect();
            let counts = Counts::at(&scores, &positive, thresholds[l]);
            LabelFigures {
                label: label.clone(),
                positives: positive.iter().filter(|&&p| p).count(),
                roc_auc: roc_auc(&scores, &positive).map(rounded),
                average_precision: average_precision(&scores, &positive).map(rounded),
                threshold: thresholds[l],
                precision: counts.precision(),
                recall: counts.recall(),
                f1: rounded(counts.f1()),
                calibration_error: rounded(calibration_error(&scores, &positive)),
            }
        })
        .collect();
    let highest: Vec<f64> = all_scores.iter().map(|s| s.iter().copied().fold(0.0, f64::max)).collect();
    let violating: Vec<bool> = corpus.rows.iter().map(|r| !r.permitted()).collect();
    let flagged = |row: usize| all_scores[row].iter().zip(thresholds).any(|(s, t)| s >= t);
    let of = |kind: bool| {
        let rows: Vec<usize> = (0..violating.len()).filter(|&i| violating[i] == kind).collect();
        Rate::new(rows.iter().filter(|&&i| flagged(i)).count(), rows.len())
    };
    Figures {
        held_out,
        labels,
        any_label_roc_auc: roc_auc(&highest, &violating).map(rounded),
        recall_at_1_percent_false_alarms: recall_at_false_alarms(&highest, &violating, 0.01),
        recall_at_2_percent_false_alarms: recall_at_false_alarms(&highest, &violating, 0.02),
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
        writeln!(f, "- violating rows found at 2 % false alarms: {}", self.recall_at_2_percent_false_alarms)?;
        writeln!(f, "- violating rows found at 5 % false alarms: {}", self.recall_at_5_percent_false_alarms)?;
        writeln!(f, "- violating rows found at the review thresholds: {}", self.found_at_review)?;
        write!(f, "- permitted rows flagged at the review thresholds: {}", self.false_alarms_at_review)
    }
}
