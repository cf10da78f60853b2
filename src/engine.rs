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
const LIKELY: f64 = 0.5;

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

    /// The model, where there is one.
    pub fn model(&self) -> Option<&Model> {
        self.model.as_ref()
    }

    /// Judges a message. Never fails: every text has a judgement.
    pub fn judge(&self, message: &Message) -> Judgement {
        let document = Document::parse(message);
        let hits = if self.rules { rules::check(&document) } else { Vec::new() };
        let scored = self.model.as_ref().map(|m| m.score(&document, self.tier)).unwrap_or_default();
        let scores = Scores(scored.iter().map(|s| (s.label.clone(), s.score)).collect());
        // the labels describe what a seller writes
        let outbound = message.direction == Direction::Outbound;
        let felt: Vec<(LabelScore, Level)> = scored
            .into_iter()
            .filter(|_| outbound)
            .filter_map(|s| {
                let level = self.policy.thresholds(&s.label).unwrap_or(s.thresholds).level(s.score)?;
                Some((s, level))
            })
            .collect();
        let request = {
            let of_rules = hits.iter().filter_map(|h| Some((h.rule.label?, self.policy.rule_level(h.rule.name, message))));
            let of_model = felt.iter().map(|(s, level)| (&*s.label, if s.score >= LIKELY { Level::Block } else { *level }));
            self.policy.review_request_level(message, of_rules.chain(of_model))
        };
        let mut places = Places::new(message);
        let mut findings: Vec<Finding> = hits.iter().filter_map(|h| self.rule_finding(h, message, &request, &mut places)).collect();
        findings.extend(felt.iter().filter_map(|(s, level)| self.model_finding(s, *level, message, &request, &mut places)));
        self.policy.aggravate(&mut findings);
        findings.sort_by(|a, b| (b.severity, a.field, a.start, a.end, &a.code).cmp(&(a.severity, b.field, b.start, b.end, &b.code)));
        let verdict = findings.iter().map(|f| Verdict::from(f.severity)).max().unwrap_or(Verdict::Allow);
        Judgement { id: message.id.clone(), verdict: Some(verdict), scores, findings, error: None }
    }

    fn rule_finding(&self, hit: &Hit, message: &Message, request: &(Level, String), places: &mut Places<'_>) -> Option<Finding> {
        let level = self.policy.rule_level(hit.rule.name, message);
        let (level, text) = if hit.rule.label == Some(label::REVIEW_REQUEST) && level != Level::Off {
            (request.0, Cow::Owned(format!("{} ({})", hit.message, request.1)))
        } else {
            (if hit.tolerated { level.at_most_info() } else { level }, Cow::Owned(hit.message.clone()))
        };
        let place = places.of(hit.span.as_ref());
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

    fn model_finding(
        &self,
        score: &LabelScore,
        level: Level,
        message: &Message,
        request: &(Level, String),
        places: &mut Places<'_>,
    ) -> Option<Finding> {
        let shown = label::presented(&score.label);
        let (level, text) = if &*score.label == label::REVIEW_REQUEST {
            (request.0, Cow::Owned(format!("{} ({})", shown.message, request.1)))
        } else {
            (self.policy.model_level(&shown.finding, level, message), shown.message)
        };
        let place = places.of(score.span.as_ref());
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
}

impl<'m> Places<'m> {
    fn new(message: &'m Message) -> Self {
        Places { message, ascii: message.text.is_ascii() && message.subject.as_deref().is_none_or(str::is_ascii) }
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
        let (first, length) = if self.ascii { (start, end - start) } else { (raw[..start].chars().count(), text.chars().count()) };
        Place { field: span.field, start: first, end: first + length, text: text.to_owned() }
    }
}
