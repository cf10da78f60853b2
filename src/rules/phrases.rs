//! Phrase rules: patterns kept as data in `data/phrases/`.
//!
//! Patterns are written in lower case for the visible text, where quotes and dashes are plain ASCII. A blank in a pattern
//! stands for any white space, `{word}` for an entry of the file's `[define]` table, and letters match in either case. A
//! pattern is looked for inside one sentence, and counts unless a pattern of `unless` matches in the same sentence.
//!
//! One pass over the text finds the anchors of all files; a file's patterns are tried only in sentences that hold one of
//! its anchors. That costs next to nothing for most sentences, and a pattern that no message needs is never compiled.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex_automata::meta::Regex;
use regex_automata::util::syntax;
use serde::Deserialize;

use super::quoted::quoted;
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
    /// Words without which no pattern matches: a sentence with none of them is not searched.
    anchors: Vec<String>,
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
    patterns: LazyRegex,
    unless: Option<LazyRegex>,
}

type LazyRegex = LazyLock<Regex, Box<dyn FnOnce() -> Regex + Send>>;

/// All phrase files made ready.
struct Phrases {
    rules: Vec<PhraseRule>,
    anchors: AhoCorasick,
    /// The rule of each anchor.
    rule_of: Vec<usize>,
}

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| {
    let files = FILES.iter().map(|(path, text)| toml::from_str(text).unwrap_or_else(|e| panic!("data/phrases/{path}: {e}")));
    Phrases::new(files.collect())
});

/// Bytes that a rule's automaton may grow to in each thread.
const CACHE: usize = 1 << 19;

/// A search for any of some patterns, compiled when it is first needed.
fn lazy(patterns: Vec<String>) -> LazyRegex {
    LazyLock::new(Box::new(move || {
        // classes and word boundaries of ASCII keep the search on its fast path; views are normalised before
        let syntax = syntax::Config::new().case_insensitive(true).unicode(false);
        // two threads with all rules stay within some megabytes, however long the library
        let config = Regex::config().hybrid_cache_capacity(CACHE);
        Regex::builder().configure(config).syntax(syntax).build_many(&patterns).unwrap_or_else(|e| {
            let pattern = e.pattern().and_then(|id| patterns.get(id.as_usize()));
            panic!("a phrase pattern is not valid: {e}: {pattern:?}")
        })
    }))
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
        let mut anchors = Vec::new();
        let mut rule_of = Vec::new();
        for (index, file) in files.into_iter().enumerate() {
            let expanded = |patterns: &[String]| patterns.iter().map(|p| expanded(p, &file.define)).collect::<Vec<_>>();
            let patterns = lazy(expanded(&file.patterns));
            let unless = (!file.unless.is_empty()).then(|| lazy(expanded(&file.unless)));
            rule_of.resize(rule_of.len() + file.anchors.len(), index);
            anchors.extend(file.anchors);
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
            rules.push(PhraseRule { rule, message: file.message, patterns, unless });
        }
        let anchors = AhoCorasick::builder().ascii_case_insensitive(true).build(&anchors).expect("the anchors are few");
        Phrases { rules, anchors, rule_of }
    }
}

/// The phrase rules.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    PHRASES.rules.iter().map(|r| &r.rule)
}

/// Adds what the phrase rules admitted find in a field: at most one finding of a rule in a sentence.
pub fn find(part: &Part<'_>, admitted: impl Fn(&Rule) -> bool, found: &mut Vec<Hit>) {
    let phrases = &*PHRASES;
    let text = part.text();
    // pairs of rule and sentence worth a look
    let mut worth: Vec<(usize, usize)> = Vec::new();
    for anchor in phrases.anchors.find_overlapping_iter(text) {
        let sentence = part.sentences.partition_point(|s| s.end <= anchor.start());
        worth.push((phrases.rule_of[anchor.pattern().as_usize()], sentence));
    }
    worth.sort_unstable();
    worth.dedup();
    for (rule, sentence) in worth {
        let Some(range) = part.sentences.get(sentence).cloned() else { continue };
        let rule = &phrases.rules[rule];
        if !admitted(&rule.rule) {
            continue;
        }
        let sentence = &text[range.clone()];
        let Some(words) = rule.patterns.find(sentence) else { continue };
        if rule.unless.as_ref().is_some_and(|unless| unless.is_match(sentence)) {
            continue;
        }
        if quoted(sentence, words.range()) {
            continue;
        }
        let span = part.span(range.start + words.start()..range.start + words.end());
        found.push(Hit { rule: &rule.rule, span: Some(span), message: rule.message.clone(), tolerated: false });
    }
}
