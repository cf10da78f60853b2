//! The policy: how grave each finding is, and where. Kept in TOML; two policies are built in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::judgement::Severity;
use crate::label;
use crate::message::{Channel, Message};
use crate::rules;

/// The severity that a policy gives; `off` drops the finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
    fn problem(&self) -> Option<String> {
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

/// How grave a review request is that is neither steered, gated nor rewarded (P-14, R-01, R-02, T-01, T-05, I-02).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NeutralRequest {
    /// The order context shows the first request, in time.
    pub first: Level,
    /// The order context is not given.
    pub unknown: Level,
    /// On a card in the box.
    pub insert: Level,
    /// There has been a request before.
    pub repeated: Level,
    /// After the window.
    pub late: Level,
    /// To a buyer who opted out.
    pub opted_out: Level,
    /// Length of the window after the order's completion, in days.
    pub window_days: i64,
    /// Together with a finding of one of `aggravating`.
    pub aggravated: Level,
    /// Labels that turn a request into a prohibited one.
    pub aggravating: Vec<String>,
}

/// Another severity for some findings, where channel or message type say so.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Exception {
    /// Only on this channel.
    channel: Option<Channel>,
    /// Only in messages of this type.
    message_type: Option<String>,
    /// Findings by name: rules, or the model's such as `off-platform`.
    findings: Vec<Spanned<String>>,
    /// The severity there.
    severity: Level,
    /// Why, for the reader of the file.
    #[serde(rename = "reason")]
    _reason: Option<String>,
}

/// A policy file as written; what it does not say comes from the policy it extends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct PolicyFile {
    name: String,
    description: Option<String>,
    extends: Option<Spanned<String>>,
    #[serde(default)]
    rules: BTreeMap<Spanned<String>, Level>,
    #[serde(default)]
    labels: BTreeMap<Spanned<String>, Spanned<Thresholds>>,
    neutral_request: Option<NeutralRequest>,
    #[serde(default)]
    exceptions: Vec<Exception>,
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
    &[("amazon", include_str!("../data/policies/amazon.toml")), ("strict", include_str!("../data/policies/strict.toml"))];

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

    /// Reads a policy from TOML. `file` is named in errors.
    ///
    /// # Errors
    /// When the text is no valid policy: syntax, unknown keys, unknown rules, thresholds out of range.
    pub fn parse(text: &str, file: &str) -> Result<Self, PolicyError> {
        let invalid = |at: usize, message: String| {
            let before = text.get(..at).unwrap_or(text);
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            PolicyError::Invalid { file: file.to_owned(), line, column, message }
        };
        let read: PolicyFile = toml::from_str(text).map_err(|e| invalid(e.span().map_or(0, |s| s.start), e.message().to_owned()))?;
        let mut policy = match &read.extends {
            None => None,
            Some(base) => match Policy::built_in(base.get_ref()) {
                Some(policy) => Some(policy?),
                None => {
                    let known: Vec<_> = Policy::built_in_names().collect();
                    let message = format!("there is no built-in policy {:?} to extend (there are {})", base.get_ref(), known.join(", "));
                    return Err(invalid(base.span().start, message));
                }
            },
        }
        .unwrap_or_else(|| Policy {
            name: String::new(),
            description: String::new(),
            rules: rules::all().iter().map(|r| (r.name.to_owned(), Level::Review)).collect(),
            labels: BTreeMap::new(),
            neutral: NeutralRequest::default(),
            exceptions: Vec::new(),
        });
        policy.name = read.name;
        policy.description = read.description.unwrap_or_default();
        for (name, level) in read.rules {
            if rules::find(name.get_ref()).is_none_or(|r| r.name != name.get_ref()) {
                return Err(invalid(name.span().start, format!("there is no rule {:?}; `nosolicit rule` lists them", name.get_ref())));
            }
            policy.rules.insert(name.into_inner(), level);
        }
        for (name, thresholds) in read.labels {
            if let Some(problem) = thresholds.get_ref().problem() {
                return Err(invalid(thresholds.span().start, format!("label {}: {problem}", name.get_ref())));
            }
            policy.labels.insert(name.into_inner(), thresholds.into_inner());
        }
        if let Some(neutral) = read.neutral_request {
            policy.neutral = neutral;
        }
        for exception in &read.exceptions {
            for name in &exception.findings {
                let known = rules::find(name.get_ref()).is_some() || label::LABELS.iter().any(|l| l.finding == name.get_ref());
                if !known {
                    let message = format!("there is no rule or model finding {:?}; `nosolicit rule` lists them", name.get_ref());
                    return Err(invalid(name.span().start, message));
                }
            }
        }
        policy.exceptions.extend(read.exceptions);
        Ok(policy)
    }

    /// The level of a rule's finding in a message.
    pub fn rule_level(&self, rule: &str, message: &Message) -> Level {
        self.excepted(rule, message).unwrap_or_else(|| self.rules.get(rule).copied().unwrap_or(Level::Review))
    }

    /// The level of a rule where no exception holds.
    pub fn plain_rule_level(&self, rule: &str) -> Option<Level> {
        self.rules.get(rule).copied()
    }

    /// The thresholds that this policy sets for a label, if it does.
    pub fn thresholds(&self, label: &str) -> Option<Thresholds> {
        self.labels.get(label).copied()
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

    /// The level of a review request, given the labels that were found with it, and the reason in words.
    pub fn review_request_level<'a>(&self, message: &Message, mut found: impl Iterator<Item = &'a str>) -> (Level, String) {
        let neutral = &self.neutral;
        if let Some(label) = found.find(|label| neutral.aggravating.iter().any(|a| a == label)) {
            return (neutral.aggravated, format!("a request together with {}", label.replace('_', " ")));
        }
        if message.buyer_opted_out == Some(true) && !message.is_reply() {
            return (neutral.opted_out, "the buyer has opted out".to_owned());
        }
        if let Some(prior) = message.prior_review_requests.filter(|&n| n > 0) {
            let times = if prior == 1 { "once".to_owned() } else { format!("{prior} times") };
            return (neutral.repeated, format!("the buyer has been asked {times} already"));
        }
        if let Some(days) = message.days_since_completion.filter(|&d| d > neutral.window_days) {
            return (neutral.late, format!("{days} days after completion, past the window of {}", neutral.window_days));
        }
        if message.channel == Channel::Insert {
            return (neutral.insert, "a neutral request on an insert".to_owned());
        }
        match (message.prior_review_requests, message.days_since_completion) {
            (Some(0), Some(_)) => (neutral.first, "the first request for this order, in time; it uses up the one permitted".to_owned()),
            _ => (neutral.unknown, "neutral, but the order context does not show that it is the first and in time".to_owned()),
        }
    }
}

impl Default for NeutralRequest {
    fn default() -> Self {
        NeutralRequest {
            first: Level::Info,
            unknown: Level::Review,
            insert: Level::Info,
            repeated: Level::Block,
            late: Level::Block,
            opted_out: Level::Block,
            window_days: 30,
            aggravated: Level::Block,
            aggravating: ["positive_steering", "review_gating", "incentivized_review"].map(str::to_owned).to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn a_neutral_request_depends_on_the_order() {
        let policy = Policy::amazon();
        let level = |m: &Message, found: &[&str]| policy.review_request_level(m, found.iter().copied()).0;
        let m = Message::from_text("x");
        let known = Message { prior_review_requests: Some(0), days_since_completion: Some(9), ..m.clone() };
        assert_eq!(level(&m, &[]), Level::Review);
        assert_eq!(level(&known, &[]), Level::Info);
        assert_eq!(level(&Message { days_since_completion: Some(31), ..known.clone() }, &[]), Level::Block);
        assert_eq!(level(&Message { prior_review_requests: Some(1), ..known.clone() }, &[]), Level::Block);
        assert_eq!(level(&Message { buyer_opted_out: Some(true), ..known.clone() }, &[]), Level::Block);
        assert_eq!(level(&known, &["review_gating"]), Level::Block);
        assert_eq!(level(&Message { channel: Channel::Insert, ..m }, &[]), Level::Info);
    }
}
