//! The policy: how grave each finding is, and where. Kept in TOML; two policies are built in.

mod composite;
mod file;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use composite::{NeutralRequest, Together};

use crate::judgement::{Finding, Severity};
use crate::label::LABELS;
use crate::message::Message;
use file::Exception;

/// The severity that a policy gives; `off` drops the finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Not reported.
    Off,
    /// Worth knowing.
    Info,
    /// A person should look at it.
    Review,
    /// Must not be sent.
    Block,
}

impl Level {
    /// The severity, unless the finding is dropped.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Level::Off => None,
            Level::Info => Some(Severity::Info),
            Level::Review => Some(Severity::Review),
            Level::Block => Some(Severity::Block),
        }
    }

    /// The same, but not above `info`.
    #[must_use]
    pub fn at_most_info(self) -> Self {
        if self == Level::Off { Level::Off } else { Level::Info }
    }
}

/// From which calibrated probability on a label is a matter for a person, and from which it blocks.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// From here on `review`.
    pub review: f64,
    /// From here on `block`; above 1 never.
    pub block: f64,
}

impl Thresholds {
    /// Why they make no sense, if they do not.
    pub(crate) fn problem(&self) -> Option<String> {
        if !(0.0..=1.0).contains(&self.review) {
            Some(format!("review = {} is not between 0 and 1", self.review))
        } else if !(0.0..=2.0).contains(&self.block) {
            Some(format!("block = {} is not between 0 and 2", self.block))
        } else if self.block < self.review {
            Some(format!("block = {} is below review = {}", self.block, self.review))
        } else {
            None
        }
    }

    /// The level of a score; `None` below both thresholds.
    pub fn level(&self, score: f64) -> Option<Level> {
        if score >= self.block {
            Some(Level::Block)
        } else if score >= self.review {
            Some(Level::Review)
        } else {
            None
        }
    }
}

/// A policy ready for use.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// One line about it.
    pub description: String,
    rules: BTreeMap<String, Level>,
    labels: BTreeMap<String, Thresholds>,
    neutral: NeutralRequest,
    exceptions: Vec<Exception>,
    together: Vec<Together>,
}

/// A policy that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The file cannot be read.
    #[error("cannot read policy {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not a valid policy.
    #[error("{file}:{line}:{column}: {message}")]
    Invalid {
        /// File, or name of the built-in policy.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What is wrong.
        message: String,
    },
}

/// The policies that come with the program.
const BUILT_IN: &[(&str, &str)] =
    &[("amazon", include_str!("../../data/policies/amazon.toml")), ("strict", include_str!("../../data/policies/strict.toml"))];

impl Policy {
    /// The default policy.
    pub fn amazon() -> Self {
        Policy::built_in("amazon").expect("the built-in policy exists").expect("the built-in policy is valid")
    }

    /// A built-in policy by name.
    pub fn built_in(name: &str) -> Option<Result<Self, PolicyError>> {
        let (_, text) = BUILT_IN.iter().find(|(n, _)| *n == name)?;
        Some(Policy::parse(text, &format!("{name}.toml")))
    }

    /// Names of the built-in policies.
    pub fn built_in_names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// A built-in policy by name, or else a policy file.
    ///
    /// # Errors
    /// When the file cannot be read or is no valid policy; the error names line and column.
    pub fn load(name_or_path: &str) -> Result<Self, PolicyError> {
        if let Some(policy) = Policy::built_in(name_or_path) {
            return policy;
        }
        let path = Path::new(name_or_path);
        let text = std::fs::read_to_string(path).map_err(|source| PolicyError::Read { path: path.to_owned(), source })?;
        Policy::parse(&text, name_or_path)
    }

    /// The level of a rule's finding in a message.
    pub fn rule_level(&self, rule: &str, message: &Message) -> Level {
        self.excepted(rule, message).unwrap_or_else(|| self.rules.get(rule).copied().unwrap_or(Level::Review))
    }

    /// The level of a rule where no exception holds.
    pub fn plain_rule_level(&self, rule: &str) -> Option<Level> {
        self.rules.get(rule).copied()
    }

    /// Refuses thresholds for what is neither one of a model's labels nor of the guide's: a misspelt name would never apply.
    ///
    /// # Errors
    /// Names the label.
    pub fn check_labels(&self, of_model: &[&str]) -> Result<(), String> {
        let known = |name: &str| of_model.contains(&name) || LABELS.iter().any(|l| l.name == name);
        match self.labels.keys().find(|name| !known(name)) {
            Some(name) => Err(format!("policy {}, [labels]: the model has no label {name:?} (it has: {})", self.name, of_model.join(", "))),
            None => Ok(()),
        }
    }

    /// The level of a review request, given the labels that were found with it, and the reason in words.
    pub fn review_request_level<'a>(&self, message: &Message, found: impl Iterator<Item = (&'a str, Level)>) -> (Level, String) {
        self.neutral.level(message, found)
    }

    /// Makes findings graver that are so in the company of others.
    pub fn aggravate(&self, findings: &mut [Finding]) {
        for together in &self.together {
            together.apply(findings);
        }
    }

    /// The thresholds that this policy sets for a label, if it does.
    pub fn thresholds(&self, label: &str) -> Option<Thresholds> {
        self.labels.get(label).copied()
    }

    /// The same policy with other thresholds for a label.
    #[must_use]
    pub fn with_thresholds(mut self, label: &str, thresholds: Thresholds) -> Self {
        self.labels.insert(label.to_owned(), thresholds);
        self
    }

    /// The level of a model finding whose score gave it `level`.
    pub fn model_level(&self, finding: &str, level: Level, message: &Message) -> Level {
        match self.excepted(finding, message) {
            // an exception can only soften what the score gave
            Some(exception) if exception.severity() < level.severity() => exception,
            _ => level,
        }
    }

    fn excepted(&self, finding: &str, message: &Message) -> Option<Level> {
        let holds = |e: &&Exception| {
            e.channel.is_none_or(|c| c == message.channel)
                && e.message_type.as_deref().is_none_or(|t| message.message_type.as_deref() == Some(t))
                && e.findings.iter().any(|f| f.get_ref() == finding)
        };
        self.exceptions.iter().rev().find(holds).map(|e| e.severity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Channel;
    use crate::rules;

    fn error(text: &str) -> String {
        Policy::parse(text, "mine.toml").expect_err("the policy is wrong").to_string()
    }

    #[test]
    fn the_built_in_policies_name_every_rule() {
        let policy = Policy::amazon();
        let text = BUILT_IN[0].1;
        for rule in rules::all() {
            assert!(
                policy.rules.contains_key(rule.name) && text.contains(&format!("\n{} = ", rule.name)),
                "amazon.toml does not name {}",
                rule.name
            );
        }
        for name in Policy::built_in_names() {
            Policy::built_in(name).expect("it exists").expect("it is valid");
        }
    }

    #[test]
    fn errors_name_line_and_column() {
        assert!(error("name = \"x\"\n[rules]\ninsecure-lnk = \"block\"\n").starts_with("mine.toml:3:1: there is no rule \"insecure-lnk\""));
        assert!(error("name = \"x\"\nseverity = 3\n").starts_with("mine.toml:2:1: unknown field `severity`"));
        assert!(
            error("name = \"x\"\n[labels]\nmarketing = { review = 0.9, block = 0.5 }\n")
                .contains("3:13: label marketing: block = 0.5 is below")
        );
        assert!(error("name = \"x\"\n[labels]\nmarketing = { review = nan, block = 0.5 }\n").contains("is not between 0 and 1"));
        assert!(error("name = \"x\"\nextends = \"ebay\"\n").contains("mine.toml:2:11: there is no built-in policy"));
        assert!(error("name = ").starts_with("mine.toml:1:"));
    }

    #[test]
    fn a_policy_extends_another() {
        let text = "name = \"mine\"\nextends = \"amazon\"\n[rules]\ninsecure-link = \"info\"\n\
                    [[exceptions]]\nchannel = \"insert\"\nfindings = [\"insecure-link\"]\nseverity = \"off\"\n";
        let policy = Policy::parse(text, "mine.toml").expect("it is valid");
        let message = Message::from_text("x");
        assert_eq!(policy.rule_level("insecure-link", &message), Level::Info);
        assert_eq!(policy.rule_level("insecure-link", &Message { channel: Channel::Insert, ..message }), Level::Off);
    }

    #[test]
    fn a_claim_of_urgency_is_graver_on_a_message_that_asks_for_a_review() {
        let engine = crate::engine::Engine::new(Policy::amazon(), None);
        let verdict = |text: &str| {
            let message = Message { subject: Some("[Important] Your order".to_owned()), ..Message::from_text(text) };
            engine.judge(&message).findings.into_iter().find(|f| f.name == "critical-marker").map(|f| f.severity)
        };
        assert_eq!(verdict("Which name shall we engrave?"), Some(Severity::Review));
        assert_eq!(verdict("Please leave a review, good or bad."), Some(Severity::Block));
    }

    #[test]
    fn a_tolerated_finding_is_only_worth_knowing() {
        let engine = crate::engine::Engine::new(Policy::amazon(), None);
        let severity = |text: &str| {
            let judgement = engine.judge(&Message::from_text(text));
            judgement.findings.iter().find(|f| f.name == "phone-number").map(|f| f.severity)
        };
        assert_eq!(severity("Call us on +44 20 7946 0958."), Some(Severity::Block));
        assert_eq!(severity("The manufacturer's warranty line is +44 20 7946 0958."), Some(Severity::Info));
    }

    #[test]
    fn a_neutral_request_depends_on_the_order() {
        let policy = Policy::amazon();
        let level = |m: &Message, found: &[(&str, Level)]| policy.review_request_level(m, found.iter().copied()).0;
        let m = Message::from_text("x");
        let known = Message { prior_review_requests: Some(0), days_since_completion: Some(9), ..m.clone() };
        assert_eq!(level(&m, &[]), Level::Review);
        assert_eq!(level(&known, &[]), Level::Info);
        assert_eq!(level(&Message { days_since_completion: Some(31), ..known.clone() }, &[]), Level::Block);
        assert_eq!(level(&Message { prior_review_requests: Some(1), ..known.clone() }, &[]), Level::Block);
        assert_eq!(level(&Message { buyer_opted_out: Some(true), ..known.clone() }, &[]), Level::Block);
        assert_eq!(level(&known, &[("review_gating", Level::Block)]), Level::Block);
        assert_eq!(level(&known, &[("review_gating", Level::Review)]), Level::Review);
        assert_eq!(level(&known, &[("marketing", Level::Block)]), Level::Info);
        assert_eq!(level(&Message { channel: Channel::Insert, ..m }, &[]), Level::Info);
    }
}
