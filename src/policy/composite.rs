//! What findings mean together: the composites of a policy.

use serde::Deserialize;
use toml::Spanned;

use super::Level;
use crate::judgement::Finding;
use crate::message::{Channel, Message};

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
    /// Together with a finding of one of `aggravating` that blocks; with one that a person should look at, at least `review`.
    pub aggravated: Level,
    /// Labels that turn a request into a prohibited one.
    pub aggravating: Vec<String>,
}

impl NeutralRequest {
    /// The level of a review request and the reason in words, given the labels that were found with it and their levels.
    pub fn level<'a>(&self, message: &Message, found: impl Iterator<Item = (&'a str, Level)>) -> (Level, String) {
        let gravest = found.filter(|(label, _)| self.aggravating.iter().any(|a| a == label)).max_by_key(|(_, level)| *level);
        let alone = self.level_alone(message);
        match gravest {
            Some((label, Level::Block)) => (self.aggravated, format!("a request together with {}", label.replace('_', " "))),
            Some((label, Level::Review)) if alone.0 < Level::Review => {
                (Level::Review, format!("a request, perhaps together with {}", label.replace('_', " ")))
            }
            _ => alone,
        }
    }

    /// The same for a request with nothing beside it.
    fn level_alone(&self, message: &Message) -> (Level, String) {
        if message.buyer_opted_out == Some(true) && !message.is_reply() {
            return (self.opted_out, "the buyer has opted out".to_owned());
        }
        if let Some(prior) = message.prior_review_requests.filter(|&n| n > 0) {
            let times = if prior == 1 { "once".to_owned() } else { format!("{prior} times") };
            return (self.repeated, format!("the buyer has been asked {times} already"));
        }
        if let Some(days) = message.days_since_completion.filter(|&d| d > self.window_days) {
            return (self.late, format!("{days} days after completion, past the window of {}", self.window_days));
        }
        if message.channel == Channel::Insert {
            return (self.insert, "a neutral request on an insert".to_owned());
        }
        match (message.prior_review_requests, message.days_since_completion) {
            (Some(0), Some(_)) => (self.first, "the first request for this order, in time; it uses up the one permitted".to_owned()),
            _ => (self.unknown, "neutral, but the order context does not show that it is the first and in time".to_owned()),
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

/// A finding that is graver beside findings of some labels (T-09, C-06).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Together {
    /// Names of the findings that become graver.
    pub findings: Vec<Spanned<String>>,
    /// Labels, one of which a reportable finding must have.
    pub with: Vec<Spanned<String>>,
    /// The severity then.
    pub severity: Level,
    /// Why, for the reader of the file.
    #[serde(rename = "reason")]
    _reason: Option<String>,
}

impl Together {
    /// Raises the findings meant, where one of the labels was found as well.
    pub fn apply(&self, findings: &mut [Finding]) {
        let Some(severity) = self.severity.severity() else { return };
        let meant = |f: &Finding| self.findings.iter().any(|n| *n.get_ref() == *f.name);
        let beside = findings.iter().any(|f| !meant(f) && f.label.as_ref().is_some_and(|l| self.with.iter().any(|w| **w.get_ref() == **l)));
        if beside {
            for finding in findings.iter_mut().filter(|f| meant(f)) {
                finding.severity = finding.severity.max(severity);
            }
        }
    }
}
