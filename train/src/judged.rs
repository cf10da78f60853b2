//! Labelled rows as rules and model have read them.
//!
//! Reading is slow (the encoder), and what a policy makes of a reading takes microseconds; so rows are read once, and whatever
//! compares thresholds, policies or judges asks [`JudgedRow::decide`] again, which is the engine's own decision.

use std::path::PathBuf;

use nosolicit::document::Field;
use nosolicit::engine::{Engine, Reading, decide};
use nosolicit::judgement::{Finding, Judgement, Source, Verdict};
use nosolicit::message::Message;
use nosolicit::model::bundle::hex;
use nosolicit::model::transformer::weights::text_digest;
use nosolicit::model::{LabelScore, Model, Tier};
use nosolicit::policy::{Policy, Thresholds};
use rayon::prelude::*;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::corpus::{Corpus, Row};

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

impl Judges {
    /// All three, in the order of reports.
    pub const ALL: [Judges; 3] = [Judges::Rules, Judges::Model, Judges::Both];

    /// The word used in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Judges::Rules => "rules",
            Judges::Model => "model",
            Judges::Both => "both",
        }
    }
}

/// Rows with their labels and what was read in them.
#[derive(Debug)]
pub struct JudgedRows {
    /// Names of the model's labels. Every index of a label here and in the rows is one into this list.
    pub labels: Vec<String>,
    /// The policy that holds unless another is asked for.
    pub policy: Policy,
    /// The tier that read.
    pub tier: Tier,
    /// Name of the model.
    pub model: String,
    /// SHA-256 of the model's `manifest.json`, which has the digests of all its files.
    pub model_sha256: String,
    /// SHA-256 of the rows in canonical order, see [`Corpus::digest`].
    pub data_sha256: String,
    /// So many of the rows, or others of their families, the model is known to have been trained on: those that its readers were taught,
    /// or all where they are the rows of its last fit.
    pub seen_in_training: usize,
    /// The files that the rows stand in; [`Row::place`] points here.
    pub files: Vec<PathBuf>,
    /// The rows, in the corpus's canonical order.
    pub rows: Vec<JudgedRow>,
}

/// A row with what was read in it.
#[derive(Debug, Clone)]
pub struct JudgedRow {
    /// The row: true labels, marked words, family, origin, channel.
    pub row: Row,
    /// The message of the row.
    pub message: Message,
    /// What the rules hit, and the model's score and span per label, in the order of [`JudgedRows::labels`].
    pub reading: Reading,
}

impl JudgedRows {
    /// Has rules and a model read a corpus whose labels are those of the model, in its order (`Corpus::read` with `wanted`).
    /// `on_row` is called after each row, from several threads.
    ///
    /// # Errors
    /// When the labels of the corpus are not the model's.
    pub fn read(
        corpus: Corpus,
        files: Vec<PathBuf>,
        model: Model,
        tier: Tier,
        policy: Policy,
        on_row: &(dyn Fn() + Sync),
    ) -> anyhow::Result<Self> {
        let known = model.label_names();
        if known != corpus.labels {
            anyhow::bail!("the labels of the rows ({}) are not those of the model ({})", corpus.labels.join(", "), known.join(", "));
        }
        let data_sha256 = corpus.digest();
        let taught = model.taught().map_err(anyhow::Error::msg)?;
        let seen_in_training = if model.manifest().training.data_sha256 == data_sha256 {
            corpus.rows.len()
        } else {
            let known = corpus.with_families_of(|row| taught.binary_search(&text_digest(&row.text)).is_ok());
            known.into_iter().filter(|known| *known).count()
        };
        let (name, model_sha256) = (model.manifest().name.clone(), digest(&model)?);
        let engine = Engine::new(policy.clone(), Some(model)).with_tier(tier);
        let read = |row: Row| {
            let message = row.message();
            let reading = engine.read(&message);
            on_row();
            JudgedRow { row, message, reading }
        };
        let rows = corpus.rows.into_par_iter().map(read).collect();
        Ok(JudgedRows { labels: corpus.labels, policy, tier, model: name, model_sha256, data_sha256, seen_in_training, files, rows })
    }

    /// The thresholds that hold for each label: the policy's, else the model's.
    pub fn thresholds(&self) -> Vec<Thresholds> {
        let of_model = |l: usize| self.rows.first().map(|r| r.reading.scores[l].thresholds);
        let default = Thresholds { review: 1.0, block: 1.0 };
        self.labels.iter().enumerate().map(|(l, name)| self.policy.thresholds(name).or_else(|| of_model(l)).unwrap_or(default)).collect()
    }

    /// The judgement of every row under the policy that holds.
    pub fn judgements(&self, judges: Judges) -> Vec<Judgement> {
        self.rows.par_iter().map(|row| row.decide(&self.policy, judges)).collect()
    }

    /// Where a row stands, as `file:line`.
    pub fn place(&self, row: &JudgedRow) -> String {
        let file = self.files.get(row.row.place.file).map(|f| f.display().to_string()).unwrap_or_default();
        format!("{file}:{}", row.row.place.line)
    }
}

impl JudgedRow {
    /// What a policy makes of the row, as the engine decides it.
    pub fn decide(&self, policy: &Policy, judges: Judges) -> Judgement {
        let hits = if judges == Judges::Model { &[][..] } else { &self.reading.hits };
        let scores = if judges == Judges::Rules { &[][..] } else { &self.reading.scores };
        decide(policy, &self.message, hits, scores)
    }

    /// The verdict that a policy has for the row's true labels: what it would say if every label were certain and nothing else known.
    pub fn due(&self, policy: &Policy) -> Verdict {
        let certain = |l: &usize| LabelScore { score: 1.0, ..self.reading.scores[*l].clone() };
        let scores: Vec<LabelScore> = self.row.labels.iter().map(certain).collect();
        decide(policy, &self.message, &[], &scores).verdict.unwrap_or(Verdict::Allow)
    }

    /// Whether a rule on disguises (group `EVA`) hits.
    pub fn disguised(&self) -> bool {
        self.reading.hits.iter().any(|h| h.rule.code.starts_with("EVA"))
    }

    /// Number of words of the raw text.
    pub fn words(&self) -> usize {
        self.row.text.split_whitespace().count()
    }

    /// Whether a model finding in the body overlaps one of the marked stretches; `None` where nothing is marked or found.
    pub fn points_right(&self, labels: &[String], findings: &[Finding]) -> Option<bool> {
        let right = |label: &str| self.row.labels.iter().any(|&l| labels[l] == label);
        let pointed: Vec<&Finding> = findings
            .iter()
            .filter(|f| f.source == Source::Model && f.field == Field::Text && f.label.as_deref().is_some_and(right))
            .collect();
        let marked = self.marked();
        if marked.is_empty() || pointed.is_empty() {
            return None;
        }
        Some(marked.iter().any(|(start, end)| pointed.iter().any(|f| f.start < *end && *start < f.end)))
    }

    /// The marked stretches, in characters of the body.
    fn marked(&self) -> Vec<(usize, usize)> {
        let place = |evidence: &String| {
            let at = self.row.text.find(evidence.as_str())?;
            let start = self.row.text[..at].chars().count();
            Some((start, start + evidence.chars().count()))
        };
        self.row.evidence.iter().filter_map(place).collect()
    }
}

/// The verdict that the findings with a label give. Rules on other matters (styling, order context) have none, and the labels of a
/// row cannot say whether they are right; so figures leave them out.
pub fn verdict_of_labels(judgement: &Judgement) -> Verdict {
    judgement.findings.iter().filter(|f| f.label.is_some()).map(|f| Verdict::from(f.severity)).max().unwrap_or(Verdict::Allow)
}

/// The word for a tier, as on the command line.
pub fn tier_name(tier: Tier) -> &'static str {
    match tier {
        Tier::Fast => "fast",
        Tier::Full => "full",
        Tier::Auto => "auto",
    }
}

/// The tier of that name.
pub fn tier_named(name: &str) -> Option<Tier> {
    [Tier::Fast, Tier::Full, Tier::Auto].into_iter().find(|t| tier_name(*t) == name)
}

/// SHA-256 of the manifest as `fit` writes it.
fn digest(model: &Model) -> anyhow::Result<String> {
    let mut text = serde_json::to_vec_pretty(model.manifest())?;
    text.push(b'\n');
    Ok(hex(&Sha256::digest(&text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_that_of_the_manifest_on_disk() {
        let bytes = std::fs::read("../models/default/manifest.json").expect("it is there");
        assert_eq!(digest(&Model::built_in().expect("it is valid")).expect("a digest"), hex(&Sha256::digest(&bytes)));
    }
}
