//! The result of judging one message, as it is written out.

use std::borrow::Cow;

use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap};

use crate::document::Field;

/// How grave a finding is; also the verdict on a message, where the least grave stands for `allow`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// A person should look at it.
    Review,
    /// Must not be sent.
    Block,
}

/// What is to be done with a message: the highest severity that the policy leaves standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing stands against it.
    Allow,
    /// A person should look at it.
    Review,
    /// Must not be sent.
    Block,
}

impl From<Severity> for Verdict {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Info => Verdict::Allow,
            Severity::Review => Verdict::Review,
            Severity::Block => Verdict::Block,
        }
    }
}

impl Verdict {
    /// The word used in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Allow => "allow",
            Verdict::Review => "review",
            Verdict::Block => "block",
        }
    }
}

/// Who found something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The model.
    Model,
    /// A rule.
    Rule,
}

/// One thing found in a message.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// Who found it.
    pub source: Source,
    /// Code, such as `LNK001`.
    pub code: Cow<'static, str>,
    /// Name, such as `external-link`.
    pub name: Cow<'static, str>,
    /// The label it is evidence of, if any.
    pub label: Option<Cow<'static, str>>,
    /// How grave it is under the policy.
    pub severity: Severity,
    /// The model's calibrated probability; rules have none.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "rounded")]
    pub score: Option<f64>,
    /// The field it stands in.
    pub field: Field,
    /// First character in the raw field, counted in Unicode scalar values.
    pub start: usize,
    /// The character after the last one.
    pub end: usize,
    /// The words responsible, raw; empty when the whole message is.
    pub text: String,
    /// What is wrong, in a sentence.
    pub message: Cow<'static, str>,
    /// The clause of the policy.
    pub clause: Cow<'static, str>,
}

fn rounded<S: Serializer>(score: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    score.map(round).serialize(serializer)
}

/// Scores are written with four decimals.
pub fn round(score: f64) -> f64 {
    (score * 1e4).round() / 1e4
}

/// Scores by label, in the model's order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scores(pub Vec<(std::sync::Arc<str>, f64)>);

impl Serialize for Scores {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (label, score) in &self.0 {
            map.serialize_entry(&**label, &round(*score))?;
        }
        map.end()
    }
}

/// What is said about one message.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Judgement {
    /// The message's id.
    pub id: String,
    /// `None` where the record could not be judged.
    pub verdict: Option<Verdict>,
    /// The model's calibrated probability of each label; empty without a model.
    pub scores: Scores,
    /// What was found, gravest first, then in the order of the text.
    pub findings: Vec<Finding>,
    /// Why the record could not be judged.
    pub error: Option<String>,
}

impl Judgement {
    /// A record that could not be judged.
    pub fn failed(id: String, error: impl Into<String>) -> Self {
        Judgement { id, verdict: None, scores: Scores::default(), findings: Vec::new(), error: Some(error.into()) }
    }
}
