//! Phrase rules: patterns kept as data in `data/phrases/`, matched all at once in linear time.
//!
//! Patterns are written in lower case for the visible text, where quotes and dashes are plain ASCII. A blank in a pattern
//! stands for any white space, `{word}` for an entry of the file's `[define]` table, and letters match in either case.
//! A match counts unless a pattern of `unless` matches in the same sentence.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use regex_automata::meta::Regex;
use regex_automata::util::syntax;
use regex_automata::{Input, MatchKind, PatternSet};
use serde::Deserialize;

use super::{Check, Examples, Hit, Rule, Scope};
use crate::document::Part;
use crate::message::{Channel, Direction, Message};

/// The phrase files, in the order of their codes.
const FILES: &[(&str, &str)] = &[
    ("contact-request.toml", include_str!("../../data/phrases/contact-request.toml")),
    ("credential-request.toml", include_str!("../../data/phrases/credential-request.toml")),
    ("discount-code.toml", include_str!("../../data/phrases/discount-code.toml")),
    ("promotion-phrase.toml", include_str!("../../data/phrases/promotion-phrase.toml")),
    ("follow-us-phrase.toml", include_str!("../../data/phrases/follow-us-phrase.toml")),
    ("cancel-request-phrase.toml", include_str!("../../data/phrases/cancel-request-phrase.toml")),
    ("off-amazon-payment.toml", include_str!("../../data/phrases/off-amazon-payment.toml")),
    ("payment-data-request.toml", include_str!("../../data/phrases/payment-data-request.toml")),
    ("positive-review-phrase.toml", include_str!("../../data/phrases/positive-review-phrase.toml")),
    ("review-gate-phrase.toml", include_str!("../../data/phrases/review-gate-phrase.toml")),
    ("incentive-phrase.toml", include_str!("../../data/phrases/incentive-phrase.toml")),
    ("review-removal-phrase.toml", include_str!("../../data/phrases/review-removal-phrase.toml")),
    ("review-request-phrase.toml", include_str!("../../data/phrases/review-request-phrase.toml")),
    ("repeat-review-request.toml", include_str!("../../data/phrases/repeat-review-request.toml")),
    ("sensitive-content.toml", include_str!("../../data/phrases/sensitive-content.toml")),
];

/// One file of `data/phrases/`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PhraseFile {
    code: String,
    name: String,
    clause: String,
    label: Option<String>,
    scope: Scope,
    summary: String,
    /// The message of a finding.
    message: String,
    why: String,
    instead: String,
    /// Named parts of patterns.
    #[serde(default)]
    define: BTreeMap<String, String>,
    patterns: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
    fires: Vec<PhraseExample>,
    passes: Vec<PhraseExample>,
}

/// An example in a phrase file: a text alone, or with what is known about it.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum PhraseExample {
    Text(String),
    Message {
        text: String,
        subject: Option<String>,
        #[serde(default)]
        channel: Channel,
        #[serde(default)]
        direction: Direction,
    },
}

/// A phrase file made ready.
struct PhraseRule {
    rule: Rule,
    message: String,
}

/// All phrase files made ready: one search tells which patterns occur, and only those are then located.
struct Phrases {
    rules: Vec<PhraseRule>,
    /// All patterns of all files; `unless` patterns too.
    any: Regex,
    patterns: Vec<Pattern>,
}

struct Pattern {
    rule: usize,
    unless: bool,
    regex: LazyLock<Regex, Box<dyn FnOnce() -> Regex + Send>>,
}

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| {
    let files = FILES.iter().map(|(path, text)| toml::from_str(text).unwrap_or_else(|e| panic!("data/phrases/{path}: {e}")));
    Phrases::new(files.collect())
});

fn syntax() -> syntax::Config {
    // word boundaries of ASCII keep the search linear and on its fast path; views are normalised before
    syntax::Config::new().case_insensitive(true).unicode(false)
}

fn build(patterns: &[String], kind: MatchKind) -> Regex {
    let config = Regex::config().match_kind(kind);
    Regex::builder().configure(config).syntax(syntax()).build_many(patterns).unwrap_or_else(|e| {
        let pattern = e.pattern().and_then(|id| patterns.get(id.as_usize()));
        panic!("a phrase pattern is not valid: {e}: {pattern:?}")
    })
}

/// A pattern as the engine reads it.
fn expanded(pattern: &str, define: &BTreeMap<String, String>) -> String {
    let mut pattern = pattern.to_owned();
    for (name, part) in define {
        pattern = pattern.replace(&format!("{{{name}}}"), &format!("(?:{part})"));
    }
    blanks(&pattern)
}

/// Blanks as any white space: one or more outside of classes, or any number where the blank is optional.
fn blanks(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 32);
    let mut class = false;
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                out.push(c);
                out.extend(chars.next());
            }
            ' ' if class => out.push_str(r"\s"),
            ' ' => out.push_str(if chars.next_if_eq(&'?').is_some() { r"\s*" } else { r"\s+" }),
            _ => {
                class = (class || c == '[') && c != ']';
                out.push(c);
            }
        }
    }
    out
}

fn leak(text: String) -> &'static str {
    // the phrase rules live as long as the program, like the code rules
    Box::leak(text.into_boxed_str())
}

fn examples(list: Vec<PhraseExample>) -> Examples {
    let messages = list.into_iter().map(|example| match example {
        PhraseExample::Text(text) => Message::from_text(text),
        PhraseExample::Message { text, subject, channel, direction } => Message { subject, channel, direction, ..Message::from_text(text) },
    });
    Examples::File(Box::leak(messages.collect::<Vec<_>>().into_boxed_slice()))
}

impl Phrases {
    fn new(files: Vec<PhraseFile>) -> Self {
        let mut rules = Vec::new();
        let mut patterns = Vec::new();
        let mut all = Vec::new();
        for (index, file) in files.into_iter().enumerate() {
            let both = file.patterns.iter().map(|p| (p, false)).chain(file.unless.iter().map(|p| (p, true)));
            for (pattern, unless) in both {
                let pattern = expanded(pattern, &file.define);
                all.push(pattern.clone());
                let regex =
                    LazyLock::new(Box::new(move || build(&[pattern], MatchKind::LeftmostFirst)) as Box<dyn FnOnce() -> Regex + Send>);
                patterns.push(Pattern { rule: index, unless, regex });
            }
            let rule = Rule {
                code: leak(file.code),
                name: leak(file.name),
                clause: leak(file.clause),
                label: file.label.map(leak),
                scope: file.scope,
                summary: leak(file.summary),
                why: leak(file.why),
                instead: leak(file.instead),
                fires: examples(file.fires),
                passes: examples(file.passes),
                check: Check::Phrases,
            };
            rules.push(PhraseRule { rule, message: file.message });
        }
        Phrases {
            rules, // a search for all patterns would miss some of those that overlap under any other kind
            any: build(&all, MatchKind::All),
            patterns,
        }
    }
}

/// The phrase rules.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    PHRASES.rules.iter().map(|r| &r.rule)
}

/// What the phrase rules find in a field: at most one finding of a rule in a sentence.
pub fn find(part: &Part<'_>) -> Vec<Hit> {
    let phrases = &*PHRASES;
    let text = part.text();
    let mut occurring = PatternSet::new(phrases.any.pattern_len());
    phrases.any.which_overlapping_matches(&Input::new(text), &mut occurring);
    if occurring.is_empty() {
        return Vec::new();
    }
    let mut matches: Vec<(usize, Range<usize>)> = Vec::new();
    let mut exempt: Vec<(usize, Range<usize>)> = Vec::new();
    for id in occurring.iter() {
        let pattern = &phrases.patterns[id.as_usize()];
        let list = if pattern.unless { &mut exempt } else { &mut matches };
        list.extend(pattern.regex.find_iter(text).map(|m| (pattern.rule, m.range())));
    }
    matches.sort_by_key(|(rule, range)| (*rule, range.start, std::cmp::Reverse(range.end)));
    let mut hits: Vec<Hit> = Vec::new();
    let mut last: Option<(usize, Range<usize>)> = None;
    for (rule, range) in matches {
        let sentence = part.sentence_at(range.start).unwrap_or(range.clone());
        let excused = exempt.iter().any(|(r, e)| *r == rule && e.start < sentence.end.max(range.end) && e.end > sentence.start);
        if excused || last.as_ref() == Some(&(rule, sentence.clone())) {
            continue;
        }
        let phrase_rule = &phrases.rules[rule];
        hits.push(Hit { rule: &phrase_rule.rule, span: Some(part.span(range)), message: phrase_rule.message.clone() });
        last = Some((rule, sentence));
    }
    hits
}
