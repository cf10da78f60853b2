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

/// With fewer rows of a label, an interval is so wide that it says little.
const FEW: usize = 30;

impl Figures {
    /// Percentages of false alarms with what is found there; only those that come to a permitted row or more, since below that a
    /// single row decides.
    fn found_at(&self) -> impl Iterator<Item = (usize, Rate)> {
        let rates = [
            (1, self.recall_at_1_percent_false_alarms),
            (2, self.recall_at_2_percent_false_alarms),
            (5, self.recall_at_5_percent_false_alarms),
        ];
        let permitted = self.false_alarms_at_review.of;
        rates.into_iter().filter(move |(percent, _)| permitted * percent >= 100)
    }

    /// What must be known to read the figures rightly, in sentences.
    pub fn cautions(&self) -> Vec<String> {
        let mut said = vec![
            "Calibration and thresholds were chosen on these very scores: at the thresholds expect somewhat less on other messages, and still less \
             on messages of another kind."
                .to_owned(),
        ];
        let few: Vec<String> = self.labels.iter().filter(|l| l.positives < FEW).map(|l| format!("{} ({})", l.label, l.positives)).collect();
        if !few.is_empty() {
            said.push(format!("Fewer than {FEW} rows have {}: see how wide the intervals are. More rows help most there.", few.join(", ")));
        }
        if self.found_at().next().is_none_or(|(percent, _)| percent > 1) {
            let permitted = self.false_alarms_at_review.of;
            said.push(format!("What is found at 1 % false alarms cannot be told from {permitted} permitted rows; it takes 100 and more."));
        }
        said
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
        for (percent, found) in self.found_at() {
            writeln!(f, "- violating rows found at {percent} % false alarms: {found}")?;
        }
        writeln!(f, "- violating rows found at the review thresholds: {}", self.found_at_review)?;
        write!(f, "- permitted rows flagged at the review thresholds: {}", self.false_alarms_at_review)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{Place, Row};

    /// `rows` of each kind, the first `violating` of the violating ones with the label.
    fn few(rows: usize, violating: usize) -> Figures {
        let row = |i: usize| Row {
            text: i.to_string(),
            labels: if i < violating { vec![0] } else { vec![] },
            evidence: vec![],
            family: i.to_string(),
            origin: String::new(),
            channel: "message".to_owned(),
            format: String::new(),
            id: String::new(),
            place: Place::default(),
        };
        let corpus = Corpus { labels: vec!["x".to_owned()], rows: (0..rows).map(row).collect() };
        let scores: Vec<Vec<f64>> = (0..rows).map(|i| vec![if i < violating { 0.9 } else { 0.1 }]).collect();
        figures_of(&corpus, &scores, &[0.5], "nobody".to_owned())
    }

    #[test]
    fn few_rows_are_said_to_be_few() {
        let cautions = few(90, 20).cautions().join("\n");
        assert!(cautions.contains("Fewer than 30 rows have x (20)") && cautions.contains("from 70 permitted rows"), "{cautions}");
        let shown = few(90, 20).to_string();
        assert!(!shown.contains("at 1 %") && shown.contains("at 2 %"), "{shown}");
        let many = few(200, 90);
        assert!(many.to_string().contains("at 1 %") && many.cautions().len() == 1, "{many}");
    }
}
