//! Rules, model and policy together: from a message to a judgement.

use std::borrow::Cow;
use std::ops::Range;

use crate::document::{Document, Field, Span};
use crate::judgement::{Finding, Judgement, Scores, Severity, Source, Verdict};
use crate::label;
use crate::message::{Direction, Message};
use crate::model::{LabelScore, Model, Tier};
use crate::policy::{Level, Policy};
use crate::rules::{self, Hit};

/// From this probability on a label beside a review request counts as found, whatever it takes to block by itself.
pub const LIKELY: f64 = 0.5;

/// Judges messages. Cheap to share between threads.
#[derive(Debug)]
pub struct Engine {
    policy: Policy,
    model: Option<Model>,
    tier: Tier,
    rules: bool,
}

impl Engine {
    /// An engine with rules and a model.
    pub fn new(policy: Policy, model: Option<Model>) -> Self {
        Engine { policy, model, tier: Tier::default(), rules: true }
    }

    /// The same engine without its rules.
    #[must_use]
    pub fn without_rules(self) -> Self {
        Engine { rules: false, ..self }
    }

    /// The same engine with another tier of its model.
    #[must_use]
    pub fn with_tier(self, tier: Tier) -> Self {
        Engine { tier, ..self }
    }

    /// The policy.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The tier of the model.
    pub fn tier(&self) -> Tier {
        self.tier
    }

    /// The model, where there is one.
    pub fn model(&self) -> Option<&Model> {
        self.model.as_ref()
    }

    /// Judges a message. Never fails: every text has a judgement.
    pub fn judge(&self, message: &Message) -> Judgement {
        let reading = self.read(message);
        decide(&self.policy, message, &reading.hits, &reading.scores)
    }

    /// Reads a message: what the rules hit and what the model scores, before a policy says what it means.
    pub fn read(&self, message: &Message) -> Reading {
        let document = Document::parse(message);
        let hits = if self.rules { rules::check(&document) } else { Vec::new() };
        let scores = self.model.as_ref().map(|m| m.score(&document, self.tier)).unwrap_or_default();
        Reading { hits, scores }
    }
}

/// What rules and model have read in a message. Reading is slow; what it means under a policy is decided in microseconds.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// What the rules hit.
    pub hits: Vec<Hit>,
    /// What the model scores, label by label; empty without a model.
    pub scores: Vec<LabelScore>,
}

/// What a policy makes of hits and scores: the judgement of a message. Empty `hits` stand for no rules, empty `scores` for no model.
pub fn decide(policy: &Policy, message: &Message, hits: &[Hit], scores: &[LabelScore]) -> Judgement {
    // the labels describe what a seller writes
    let outbound = message.direction == Direction::Outbound;
    let felt: Vec<(&LabelScore, Level)> = scores
        .iter()
        .filter(|_| outbound)
        .filter_map(|s| Some((s, policy.thresholds(&s.label).unwrap_or(s.thresholds).level(s.score)?)))
        .collect();
    let request = {
        let of_rules = hits.iter().filter_map(|h| Some((h.rule.label?, policy.rule_level(h.rule.name, message))));
        let of_model = felt.iter().map(|(s, level)| (&*s.label, if s.score >= LIKELY { Level::Block } else { *level }));
        policy.review_request_level(message, of_rules.chain(of_model))
    };
    let mut decision = Decision { policy, message, request, places: Places::new(message) };
    let mut findings: Vec<Finding> = hits.iter().filter_map(|h| decision.rule_finding(h)).collect();
    findings.extend(felt.iter().filter_map(|(s, level)| decision.model_finding(s, *level)));
    policy.aggravate(&mut findings);
    findings.sort_by(|a, b| (b.severity, a.field, a.start, a.end, &a.code).cmp(&(a.severity, b.field, b.start, b.end, &b.code)));
    let verdict = findings.iter().map(|f| Verdict::from(f.severity)).max().unwrap_or(Verdict::Allow);
    let scores = Scores(scores.iter().map(|s| (s.label.clone(), s.score)).collect());
    Judgement { id: message.id.clone(), verdict: Some(verdict), scores, findings, error: None }
}

/// What the findings of one message have in common.
struct Decision<'a> {
    policy: &'a Policy,
    message: &'a Message,
    /// Level of a review request in this company, and the reason.
    request: (Level, String),
    places: Places<'a>,
}

impl Decision<'_> {
    fn rule_finding(&mut self, hit: &Hit) -> Option<Finding> {
        let level = self.policy.rule_level(hit.rule.name, self.message);
        let (level, text) = if hit.rule.label == Some(label::REVIEW_REQUEST) && level != Level::Off {
            (self.request.0, Cow::Owned(format!("{} ({})", hit.message, self.request.1)))
        } else {
            (if hit.tolerated { level.at_most_info() } else { level }, Cow::Owned(hit.message.clone()))
        };
        let place = self.places.of(hit.span.as_ref());
        Some(place.finding(Head {
            source: Source::Rule,
            code: Cow::Borrowed(hit.rule.code),
            name: Cow::Borrowed(hit.rule.name),
            label: hit.rule.label.map(Cow::Borrowed),
            severity: level.severity()?,
            score: None,
            message: text,
            clause: Cow::Borrowed(hit.rule.clause),
        }))
    }

    fn model_finding(&mut self, score: &LabelScore, level: Level) -> Option<Finding> {
        let shown = label::presented(&score.label);
        let (level, text) = if &*score.label == label::REVIEW_REQUEST {
            (self.request.0, Cow::Owned(format!("{} ({})", shown.message, self.request.1)))
        } else {
            (self.policy.model_level(&shown.finding, level, self.message), shown.message)
        };
        let place = self.places.of(score.span.as_ref());
        Some(place.finding(Head {
            source: Source::Model,
            code: shown.code,
            name: shown.finding,
            label: Some(Cow::Owned(score.label.to_string())),
            severity: level.severity()?,
            score: Some(score.score),
            message: text,
            clause: shown.clause,
        }))
    }
}

/// A finding without its place.
struct Head {
    source: Source,
    code: Cow<'static, str>,
    name: Cow<'static, str>,
    label: Option<Cow<'static, str>>,
    severity: Severity,
    score: Option<f64>,
    message: Cow<'static, str>,
    clause: Cow<'static, str>,
}

/// A place in a raw field, counted in characters.
struct Place {
    field: Field,
    start: usize,
    end: usize,
    text: String,
}

impl Place {
    fn finding(self, head: Head) -> Finding {
        Finding {
            source: head.source,
            code: head.code,
            name: head.name,
            label: head.label,
            severity: head.severity,
            score: head.score,
            field: self.field,
            start: self.start,
            end: self.end,
            text: self.text,
            message: head.message,
            clause: head.clause,
        }
    }
}

/// Turns byte positions into character positions.
struct Places<'m> {
    message: &'m Message,
    ascii: bool,
    /// The position counted last: its field, byte and character.
    last: (Field, usize, usize),
}

impl<'m> Places<'m> {
    fn new(message: &'m Message) -> Self {
        Places {
            message,
            ascii: message.text.is_ascii() && message.subject.as_deref().is_none_or(str::is_ascii),
            last: (Field::Text, 0, 0),
        }
    }

    /// The number of characters before a byte. Findings of a rule come in order: counting goes on where it ended.
    fn characters(&mut self, raw: &str, field: Field, byte: usize) -> usize {
        let (of, from, before) = self.last;
        let (from, before) = if of == field && from <= byte { (from, before) } else { (0, 0) };
        let count = before + raw[from..byte].chars().count();
        self.last = (field, byte, count);
        count
    }

    fn of(&mut self, span: Option<&Span>) -> Place {
        let Some(span) = span else { return Place { field: Field::Text, start: 0, end: 0, text: String::new() } };
        let raw = match span.field {
            Field::Text => self.message.text.as_str(),
            Field::Subject => self.message.subject.as_deref().unwrap_or_default(),
            // attachments have no text of their own: the position is that in the list
            Field::Attachments => {
                let name = self.message.attachments.get(span.raw.start).map_or(String::new(), |a| a.name.clone());
                return Place { field: Field::Attachments, start: span.raw.start, end: span.raw.end, text: name };
            }
        };
        let Range { start, end } = span.raw.clone();
        let Some(text) = raw.get(start..end) else {
            return Place { field: span.field, start: 0, end: 0, text: String::new() };
        };
        let (first, length) =
            if self.ascii { (start, end - start) } else { (self.characters(raw, span.field, start), text.chars().count()) };
        Place { field: span.field, start: first, end: first + length, text: text.to_owned() }
    }
}
