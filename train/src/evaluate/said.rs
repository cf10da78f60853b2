//! What one judge says of every row, label by label.

use nosolicit::judgement::{Judgement, Source, Verdict};

use crate::judged::{JudgedRows, Judges, verdict_of_labels};
use crate::metrics::{Counts, Rate};

/// What rules, model or both say of one label, or of "any label".
#[derive(Debug)]
pub struct Subject {
    /// The label.
    pub label: String,
    /// Per row: 1 where a rule found the label, else the model's score; 0 without a model. For any label: the highest.
    pub scores: Vec<f64>,
    /// Per row: there is a finding of the label, whatever its severity.
    pub found: Vec<bool>,
    /// Per row: the label holds.
    pub positive: Vec<bool>,
}

impl Subject {
    /// Counts over some rows.
    pub fn counts(&self, rows: &[usize]) -> Counts {
        let mut counts = Counts::default();
        for &row in rows {
            match (self.found[row], self.positive[row]) {
                (true, true) => counts.true_positive += 1,
                (true, false) => counts.false_positive += 1,
                (false, true) => counts.false_negative += 1,
                (false, false) => {}
            }
        }
        counts
    }
}

/// Everything that one judge says.
#[derive(Debug)]
pub struct Said {
    /// Who.
    pub judges: Judges,
    /// The judgement of each row.
    pub judgements: Vec<Judgement>,
    /// The model's labels, in their order.
    pub labels: Vec<Subject>,
    /// Any label.
    pub any: Subject,
}

/// Name of the subject that stands for all labels together.
pub const ANY: &str = "any label";

impl Said {
    /// Has one judge decide on all rows under the policy that holds.
    pub fn by(judges: Judges, judged: &JudgedRows) -> Self {
        let judgements = judged.judgements(judges);
        let found_by = |row: usize, label: &str, source: Option<Source>| {
            let is = |f: &nosolicit::judgement::Finding| f.label.as_deref() == Some(label) && source.is_none_or(|s| f.source == s);
            judgements[row].findings.iter().any(is)
        };
        let rows = 0..judged.rows.len();
        let of_label = |(l, label): (usize, &String)| {
            let score = |row: usize| match judges {
                _ if found_by(row, label, Some(Source::Rule)) => 1.0,
                Judges::Rules => 0.0,
                Judges::Model | Judges::Both => judged.rows[row].reading.scores[l].score,
            };
            Subject {
                label: label.clone(),
                scores: rows.clone().map(score).collect(),
                found: rows.clone().map(|row| found_by(row, label, None)).collect(),
                positive: judged.rows.iter().map(|r| r.row.labels.contains(&l)).collect(),
            }
        };
        let labels: Vec<Subject> = judged.labels.iter().enumerate().map(of_label).collect();
        let any = Subject {
            label: ANY.to_owned(),
            scores: rows.clone().map(|row| labels.iter().map(|s| s.scores[row]).fold(0.0, f64::max)).collect(),
            found: judgements.iter().map(|j| j.findings.iter().any(|f| f.label.is_some())).collect(),
            positive: judged.rows.iter().map(|r| !r.row.permitted()).collect(),
        };
        Said { judges, judgements, labels, any }
    }

    /// The labels, and any label after them.
    pub fn subjects(&self) -> impl Iterator<Item = &Subject> {
        self.labels.iter().chain([&self.any])
    }

    /// Rows found (or, with `blocked`, blocked by a finding with a label) among those that violate or are permitted.
    pub fn rate(&self, rows: &[usize], violating: bool, blocked: bool) -> Rate {
        let of = rows.iter().filter(|&&row| self.any.positive[row] == violating);
        let is = |row: usize| if blocked { verdict_of_labels(&self.judgements[row]) == Verdict::Block } else { self.any.found[row] };
        let (mut hits, mut all) = (0, 0);
        for &row in of {
            all += 1;
            hits += usize::from(is(row));
        }
        Rate::new(hits, all)
    }
}
