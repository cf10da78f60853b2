//! What a model, the rules, and both together are worth on labelled rows that none of them has seen.

use nosolicit::document::Field;
use nosolicit::engine::Engine;
use nosolicit::judgement::{Judgement, Source, Verdict};
use nosolicit::model::{Model, Tier};
use nosolicit::policy::Policy;
use rayon::prelude::*;
use serde::Serialize;

use crate::corpus::{Corpus, Row};
use crate::figures::{Figures, figures_of};
use crate::metrics::Rate;

/// Who judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Judges {
    /// The rules alone.
    Rules,
    /// The model alone.
    Model,
    /// Both.
    Both,
}

/// Counts of whole judgements under the default policy.
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

/// Figures of a model on rows it has not seen.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    /// Rules, model and both.
    pub judged: Vec<Judged>,
    /// Figures of the model's scores.
    pub model: Figures,
    /// Among rows with marked words and a model finding of one of their labels: the stretch pointed at overlaps the marked words.
    pub pointing: Rate,
}

/// Evaluates a tier of a model on a corpus with the same labels.
///
/// # Errors
/// When the model lacks a label of the corpus.
pub fn evaluate(corpus: &Corpus, model: Model, tier: Tier) -> anyhow::Result<Evaluation> {
    let heads = model.labels().to_vec();
    let mut order = Vec::new();
    for label in &corpus.labels {
        let at = heads.iter().position(|h| *h.name == **label);
        order.push(at.ok_or_else(|| anyhow::anyhow!("the model does not know the label {label}"))?);
    }
    let judge = |engine: &Engine| -> Vec<Judgement> { corpus.rows.par_iter().map(|row| engine.judge(&row.message())).collect() };
    let by_rules = judge(&Engine::new(Policy::amazon(), None));
    let both = Engine::new(Policy::amazon(), Some(model)).with_tier(tier);
    let by_both = judge(&both);
    let by_model = judge(&both.without_rules());
    let scores: Vec<Vec<f64>> = by_model.iter().map(|j| order.iter().map(|&at| j.scores.0[at].1).collect()).collect();
    let thresholds: Vec<f64> = order.iter().map(|&at| heads[at].thresholds.review).collect();
    let judged =
        vec![judged(corpus, Judges::Rules, &by_rules), judged(corpus, Judges::Model, &by_model), judged(corpus, Judges::Both, &by_both)];
    let held_out = "rows that the model has not been trained on".to_owned();
    Ok(Evaluation { judged, model: figures_of(corpus, &scores, &thresholds, held_out), pointing: pointing(corpus, &by_model) })
}

fn judged(corpus: &Corpus, judges: Judges, judgements: &[Judgement]) -> Judged {
    let rate = |permitted: bool, is: &dyn Fn(&Judgement) -> bool| {
        let of: Vec<&Judgement> = corpus.rows.iter().zip(judgements).filter(|(r, _)| r.permitted() == permitted).map(|(_, j)| j).collect();
        Rate::new(of.iter().filter(|j| is(j)).count(), of.len())
    };
    let found = |j: &Judgement| j.findings.iter().any(|f| f.label.is_some());
    let blocked = |j: &Judgement| j.findings.iter().any(|f| f.label.is_some() && Verdict::from(f.severity) == Verdict::Block);
    Judged {
        judges,
        found: rate(false, &found),
        false_alarms: rate(true, &found),
        blocked: rate(false, &blocked),
        wrongly_blocked: rate(true, &blocked),
    }
}

/// Counts rows in which a model finding of a right label overlaps the marked words.
fn pointing(corpus: &Corpus, judgements: &[Judgement]) -> Rate {
    let (mut hits, mut of) = (0, 0);
    for (row, judgement) in corpus.rows.iter().zip(judgements) {
        let right = |label: &str| row.labels.iter().any(|&l| corpus.labels[l] == label);
        let spans: Vec<(usize, usize)> = judgement
            .findings
            .iter()
            .filter(|f| f.source == Source::Model && f.field == Field::Text && f.label.as_deref().is_some_and(right))
            .map(|f| (f.start, f.end))
            .collect();
        if row.evidence.is_empty() || spans.is_empty() {
            continue;
        }
        of += 1;
        hits += usize::from(marked(row).iter().any(|(start, end)| spans.iter().any(|(s, e)| s < end && start < e)));
    }
    Rate::new(hits, of)
}

/// The marked words as character positions.
fn marked(row: &Row) -> Vec<(usize, usize)> {
    let place = |evidence: &String| {
        let at = row.text.find(evidence.as_str())?;
        let start = row.text[..at].chars().count();
        Some((start, start + evidence.chars().count()))
    };
    row.evidence.iter().filter_map(place).collect()
}

impl std::fmt::Display for Evaluation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}", self.model)?;
        writeln!(f, "- the stretch pointed at overlaps the marked words: {}\n", self.pointing)?;
        writeln!(
            f,
            "| judged by | violating rows found | permitted rows with a false alarm | violating rows blocked | permitted rows blocked |"
        )?;
        write!(f, "|---|---:|---:|---:|---:|")?;
        for j in &self.judged {
            let name = match j.judges {
                Judges::Rules => "rules",
                Judges::Model => "model",
                Judges::Both => "both",
            };
            write!(f, "\n| {name} | {} | {} | {} | {} |", j.found, j.false_alarms, j.blocked, j.wrongly_blocked)?;
        }
        Ok(())
    }
}
