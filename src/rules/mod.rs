//! Deterministic checks. One rule, one file: code rules in the folders here, phrase rules in `data/phrases/`.
//!
//! Each rule carries its clause, its documentation and its own examples; everything else (listing, documentation,
//! policies, tests) is derived from [`all`].

pub mod attachments;
pub mod contact;
pub mod disguise;
pub mod example;
pub mod inbound;
pub mod links;
pub mod message_types;
pub mod order;
pub mod phrases;
mod quoted;
pub mod reviews;
pub mod styling;
pub mod wording;

use std::sync::LazyLock;

use crate::document::{Document, Span};
use crate::message::{Channel, Direction};

pub use example::{Example, Examples};

/// Which messages a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Everything that goes to a buyer: messages, subject lines and inserts.
    Outbound,
    /// Messages and subject lines to a buyer, not inserts.
    OutboundMail,
    /// Messages to a buyer, neither inserts nor subject lines alone.
    OutboundMessage,
    /// What reaches the seller.
    Inbound,
    /// Everything.
    Any,
}

impl Scope {
    /// Whether a message is in scope.
    pub fn covers(self, direction: Direction, channel: Channel) -> bool {
        let outbound = direction == Direction::Outbound;
        match self {
            Scope::Outbound => outbound,
            Scope::OutboundMail => outbound && channel != Channel::Insert,
            Scope::OutboundMessage => outbound && channel == Channel::Message,
            Scope::Inbound => !outbound,
            Scope::Any => true,
        }
    }
}

/// A deterministic check.
#[derive(Debug)]
pub struct Rule {
    /// Group letters and number, such as `LNK002`.
    pub code: &'static str,
    /// What is wrong, in kebab case, such as `insecure-link`.
    pub name: &'static str,
    /// Clause of the policy that it enforces, such as `C-02`.
    pub clause: &'static str,
    /// The label that a finding is evidence of, if any.
    pub label: Option<&'static str>,
    /// Which messages it looks at.
    pub scope: Scope,
    /// One line: what it finds.
    pub summary: &'static str,
    /// Why that is a fault, and what is deliberately left alone.
    pub why: &'static str,
    /// What to do instead.
    pub instead: &'static str,
    /// At least three messages that must fire.
    pub fires: Examples,
    /// At least three near-misses that must not.
    pub passes: Examples,
    /// How it is checked.
    pub check: Check,
}

/// How a rule is checked.
#[derive(Debug)]
pub enum Check {
    /// By a function that reports to [`Hits`].
    Code(fn(&Document<'_>, &mut Hits)),
    /// By the phrases in its file, all files at once.
    Phrases,
}

/// Something that a rule found.
#[derive(Debug, Clone)]
pub struct Hit {
    /// The rule.
    pub rule: &'static Rule,
    /// The words responsible; `None` when the whole message is.
    pub span: Option<Span>,
    /// What is wrong here, in a sentence for the reader of the report.
    pub message: String,
    /// The policy's own text tolerates this one: it is at most worth knowing.
    pub tolerated: bool,
}

/// Collects what rules find.
#[derive(Debug)]
pub struct Hits {
    rule: &'static Rule,
    found: Vec<Hit>,
}

impl Hits {
    /// Reports a stretch of a field.
    pub fn at(&mut self, span: Span, message: impl Into<String>) {
        self.found.push(Hit { rule: self.rule, span: Some(span), message: message.into(), tolerated: false });
    }

    /// Reports a stretch of a field that the marketplace tolerates, so that a person knows of it.
    pub fn tolerated(&mut self, span: Span, message: impl Into<String>) {
        self.found.push(Hit { rule: self.rule, span: Some(span), message: message.into(), tolerated: true });
    }

    /// Reports the message as a whole.
    pub fn whole(&mut self, message: impl Into<String>) {
        self.found.push(Hit { rule: self.rule, span: None, message: message.into(), tolerated: false });
    }
}

/// The groups of code rules, in the order of their codes.
const GROUPS: &[&[Rule]] = &[
    links::RULES,
    contact::RULES,
    reviews::RULES,
    styling::RULES,
    wording::RULES,
    order::RULES,
    attachments::RULES,
    message_types::RULES,
    inbound::RULES,
    disguise::RULES,
];

/// All rules, sorted by code within their groups.
pub fn all() -> &'static [&'static Rule] {
    static ALL: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| {
        let mut rules: Vec<&Rule> = GROUPS.iter().flat_map(|g| g.iter()).chain(phrases::rules()).collect();
        rules.sort_by_key(|r| r.code);
        rules
    });
    &ALL
}

/// The rule with a code or a name, in any letter case.
pub fn find(code_or_name: &str) -> Option<&'static Rule> {
    all().iter().copied().find(|r| r.code.eq_ignore_ascii_case(code_or_name) || r.name.eq_ignore_ascii_case(code_or_name))
}

/// What all rules find in a document, in the order of their codes.
pub fn check(document: &Document<'_>) -> Vec<Hit> {
    let (direction, channel) = (document.message.direction, document.message.channel);
    let mut found = Vec::new();
    for rule in GROUPS.iter().flat_map(|g| g.iter()) {
        if let (Check::Code(check), true) = (&rule.check, rule.scope.covers(direction, channel)) {
            let mut hits = Hits { rule, found };
            check(document, &mut hits);
            found = hits.found;
        }
    }
    for part in document.parts() {
        phrases::find(part, |rule| rule.scope.covers(direction, channel), &mut found);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn fires(rule: &Rule, message: &crate::message::Message) -> bool {
        check(&Document::parse(message)).iter().any(|h| h.rule.code == rule.code)
    }

    #[test]
    fn every_rule_is_documented_and_has_examples_of_both_kinds() {
        let mut problems = Vec::new();
        for rule in all() {
            let mut need = |ok: bool, what: &str| {
                if !ok {
                    problems.push(format!("{} {}: {what}", rule.code, rule.name));
                }
            };
            need(!rule.clause.is_empty(), "no clause");
            need(rule.summary.ends_with('.') && !rule.summary.contains('\n'), "the summary is one sentence");
            need(rule.why.len() > 60, "no explanation");
            need(rule.instead.len() > 20, "does not say what to do instead");
            need(rule.fires.messages().len() >= 3, "fewer than three messages that must fire");
            need(rule.passes.messages().len() >= 3, "fewer than three messages that must not");
            need(rule.code.len() == 6 && rule.code[3..].bytes().all(|b| b.is_ascii_digit()), "the code is not AAA000");
        }
        assert!(problems.is_empty(), "{problems:#?}");
    }

    #[test]
    fn codes_and_names_are_unique() {
        let codes: BTreeSet<_> = all().iter().map(|r| r.code).collect();
        let names: BTreeSet<_> = all().iter().map(|r| r.name).collect();
        assert_eq!((codes.len(), names.len()), (all().len(), all().len()));
    }

    #[test]
    fn every_example_does_what_it_says() {
        let mut problems = Vec::new();
        for rule in all() {
            for message in rule.fires.messages() {
                if !fires(rule, &message) {
                    problems.push(format!("{} should fire: {:?}", rule.name, message.text));
                }
            }
            for message in rule.passes.messages() {
                if fires(rule, &message) {
                    problems.push(format!("{} should not fire: {:?}", rule.name, message.text));
                }
            }
        }
        assert!(problems.is_empty(), "{problems:#?}");
    }
}
