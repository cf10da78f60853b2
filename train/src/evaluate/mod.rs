//! What a model, the rules, and both together are worth on labelled rows that none of them has seen.
//!
//! Counted rates have exact intervals (Clopper and Pearson, 1934), which take rows for independent; figures that are no plain rate have
//! bootstrap intervals, which draw whole families.

mod errors;
pub mod said;
pub mod slices;
mod tables;

use serde::Serialize;

pub use errors::{Confusion, ConfusionLine, Kind, WrongRow};
pub use said::{ANY, Said, Subject};
pub use tables::sections;

use crate::bootstrap::{Draws, Estimate, estimates};
use crate::judged::{JudgedRows, Judges, tier_name};
use crate::metrics::{Rate, recall_at_false_alarms};
use crate::ranked::{Ranked, f1};
use slices::Part;

/// Counts of whole judgements under the policy. Only findings with a label count; see [`crate::judged::verdict_of_labels`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Judged {
    /// Who judged.
    pub judges: Judges,
    /// Violating rows with a finding of any label, whatever its severity.
    pub found: Rate,
    /// Permitted rows with such a finding.
    pub false_alarms: Rate,
    /// Violating rows blocked.
    pub blocked: Rate,
    /// Permitted rows blocked by such a finding.
    pub wrongly_blocked: Rate,
}

/// Figures of one judge on one label, or on any label.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measures {
    /// Label.
    pub label: String,
    /// The score from which on the model's finding holds; `None` without a model and for any label.
    pub threshold: Option<f64>,
    /// Rows with it.
    pub positives: usize,
    /// Found and there.
    pub true_positive: usize,
    /// Found and not there.
    pub false_positive: usize,
    /// There and not found.
    pub false_negative: usize,
    /// Neither.
    pub true_negative: usize,
    /// Share of what was found that was there.
    pub precision: Rate,
    /// Share of what was there that was found.
    pub recall: Rate,
    /// Their harmonic mean.
    pub f1: Estimate,
    /// Average precision.
    pub average_precision: Estimate,
    /// Area under the ROC curve.
    pub roc_auc: Estimate,
    /// Brier score.
    pub brier: Estimate,
    /// Expected calibration error.
    pub calibration_error: Estimate,
}

/// All labels by one judge.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ByJudge {
    /// Who judged.
    pub judges: Judges,
    /// Every label, and any label last. A label's score is 1 where a rule found it, else the model's, and 0 without a model.
    pub labels: Vec<Measures>,
}

/// Violating rows found where a share of the permitted ones raise a false alarm.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AtFalseAlarms {
    /// The share at most.
    pub share: f64,
    /// Violating rows whose highest score lies above.
    pub found: Rate,
}

/// Figures of one judge on a part of the rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SliceFigures {
    /// Who judged.
    pub judges: Judges,
    /// Violating rows with a finding of any label.
    pub found: Rate,
    /// Permitted rows with one.
    pub false_alarms: Rate,
    /// F1, any label.
    pub f1: Estimate,
    /// Area under the ROC curve of the highest score, violating against permitted rows.
    pub roc_auc: Estimate,
}

/// A part of the rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Slice {
    /// By what the rows are divided: `channel`, `origin`, `length`, `disguise`.
    pub division: String,
    /// Which part this is.
    pub name: String,
    /// Rows in it.
    pub rows: usize,
    /// Rules, model, both.
    pub judged: Vec<SliceFigures>,
}

/// What was evaluated.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Subjects {
    /// Name of the model.
    pub model: String,
    /// SHA-256 of its manifest.
    pub model_sha256: String,
    /// The tier that judged.
    pub tier: String,
    /// Name of the policy.
    pub policy: String,
    /// SHA-256 of the rows.
    pub data_sha256: String,
    /// So many of the rows the model is known to have been trained on: with any, the figures say little.
    pub seen_in_training: usize,
    /// Rows.
    pub rows: usize,
    /// Rows with a label.
    pub violating: usize,
    /// Families.
    pub families: usize,
    /// Draws of the bootstrap.
    pub draws: usize,
    /// Its seed.
    pub seed: u64,
}

/// All figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    /// What was evaluated.
    pub of: Subjects,
    /// Whole judgements: rules, model, both.
    pub judged: Vec<Judged>,
    /// Label by label: rules, model, both.
    pub labels: Vec<ByJudge>,
    /// The model's highest score as a ranking.
    pub at_false_alarms: Vec<AtFalseAlarms>,
    /// Among rows with marked words and a model finding of one of their labels: the stretch pointed at overlaps the marked words.
    pub pointing: Rate,
    /// Parts of the rows.
    pub slices: Vec<Slice>,
    /// Labels taken for others, by both.
    pub confusion: Confusion,
    /// The worst errors of both.
    pub worst: Vec<WrongRow>,
}

/// What to compute.
#[derive(Debug, Clone, Copy)]
pub struct EvaluateSettings {
    /// How the bootstrap draws.
    pub draws: Draws,
    /// How many of the worst errors of each kind are listed.
    pub worst: usize,
}

impl Default for EvaluateSettings {
    fn default() -> Self {
        EvaluateSettings { draws: Draws { number: 1000, seed: 1 }, worst: 10 }
    }
}

/// Evaluates rows that have been read.
pub fn evaluate(judged: &JudgedRows, settings: EvaluateSettings) -> Evaluation {
    let said = Judges::ALL.map(|judges| Said::by(judges, judged));
    let [_, model, both] = &said;
    let all: Vec<usize> = (0..judged.rows.len()).collect();
    let parts = slices::parts(judged);
    let mut estimated = estimated(judged, &said, &parts, settings.draws).into_iter();
    let labels = said.iter().map(|s| by_judge(s, judged, &all, &mut estimated)).collect();
    let slices = parts.iter().map(|part| slice(part, &said, &mut estimated)).collect();
    let pointing: Vec<bool> =
        judged.rows.iter().zip(&model.judgements).filter_map(|(r, j)| r.points_right(&judged.labels, &j.findings)).collect();
    let at = |share| AtFalseAlarms { share, found: recall_at_false_alarms(&model.any.scores, &model.any.positive, share) };
    let whole = |s: &Said| Judged {
        judges: s.judges,
        found: s.rate(&all, true, false),
        false_alarms: s.rate(&all, false, false),
        blocked: s.rate(&all, true, true),
        wrongly_blocked: s.rate(&all, false, true),
    };
    Evaluation {
        of: subjects(judged, settings.draws),
        judged: said.iter().map(whole).collect(),
        labels,
        at_false_alarms: [0.01, 0.02, 0.05].map(at).to_vec(),
        pointing: Rate::new(pointing.iter().filter(|&&hit| hit).count(), pointing.len()),
        slices,
        confusion: errors::confusion(both, judged),
        worst: errors::worst(both, judged, settings.worst),
    }
}

/// Every figure with a bootstrap interval, in the order in which [`by_judge`] and [`slice`] take them.
fn estimated(judged: &JudgedRows, said: &[Said; 3], parts: &[Part], draws: Draws) -> Vec<Estimate> {
    let all: Vec<usize> = (0..judged.rows.len()).collect();
    let ranked = |subject: &Subject, rows: &[usize]| Ranked::new(&subject.scores, &subject.positive, rows.iter().copied());
    let subjects: Vec<(&Subject, Ranked)> = said.iter().flat_map(Said::subjects).map(|s| (s, ranked(s, &all))).collect();
    let slices: Vec<(&Subject, &[usize], Ranked)> =
        parts.iter().flat_map(|p| said.iter().map(|s| (&s.any, &*p.rows, ranked(&s.any, &p.rows)))).collect();
    let figures = |weights: &[f64]| {
        let of_subject = subjects.iter().flat_map(|(s, ranked)| {
            [
                f1(&s.found, &s.positive, &all, weights),
                ranked.average_precision(weights),
                ranked.roc_auc(weights),
                ranked.brier(weights),
                ranked.calibration_error(weights),
            ]
        });
        let of_slice = slices.iter().flat_map(|(s, rows, ranked)| [f1(&s.found, &s.positive, rows, weights), ranked.roc_auc(weights)]);
        of_subject.chain(of_slice).collect()
    };
    let families: Vec<&str> = judged.rows.iter().map(|r| r.row.family.as_str()).collect();
    estimates(&families, draws, &figures)
}

fn by_judge(said: &Said, judged: &JudgedRows, all: &[usize], estimated: &mut impl Iterator<Item = Estimate>) -> ByJudge {
    let mut next = || estimated.next().unwrap_or_default();
    let thresholds = judged.thresholds();
    let measures = |(l, subject): (usize, &Subject)| {
        let counts = subject.counts(all);
        let wrong_or_there = counts.true_positive + counts.false_positive + counts.false_negative;
        Measures {
            label: subject.label.clone(),
            threshold: thresholds.get(l).filter(|_| said.judges != Judges::Rules).map(|t| t.review),
            positives: counts.true_positive + counts.false_negative,
            true_positive: counts.true_positive,
            false_positive: counts.false_positive,
            false_negative: counts.false_negative,
            true_negative: all.len() - wrong_or_there,
            precision: counts.precision(),
            recall: counts.recall(),
            f1: next(),
            average_precision: next(),
            roc_auc: next(),
            brier: next(),
            calibration_error: next(),
        }
    };
    ByJudge { judges: said.judges, labels: said.subjects().enumerate().map(measures).collect() }
}

fn slice(part: &Part, said: &[Said; 3], estimated: &mut impl Iterator<Item = Estimate>) -> Slice {
    let mut next = || estimated.next().unwrap_or_default();
    let figures = |s: &Said| SliceFigures {
        judges: s.judges,
        found: s.rate(&part.rows, true, false),
        false_alarms: s.rate(&part.rows, false, false),
        f1: next(),
        roc_auc: next(),
    };
    Slice { division: part.division.to_owned(), name: part.name.clone(), rows: part.rows.len(), judged: said.iter().map(figures).collect() }
}

fn subjects(judged: &JudgedRows, draws: Draws) -> Subjects {
    let families: std::collections::BTreeSet<&str> = judged.rows.iter().map(|r| r.row.family.as_str()).collect();
    Subjects {
        model: judged.model.clone(),
        model_sha256: judged.model_sha256.clone(),
        tier: tier_name(judged.tier).to_owned(),
        policy: judged.policy.name.clone(),
        data_sha256: judged.data_sha256.clone(),
        seen_in_training: judged.seen_in_training,
        rows: judged.rows.len(),
        violating: judged.rows.iter().filter(|r| !r.row.permitted()).count(),
        families: families.len(),
        draws: draws.number,
        seed: draws.seed,
    }
}
