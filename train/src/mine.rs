//! Which messages of an unlabelled library are worth a label: those that rules and model disagree on, those that the model is unsure of
//! (D. Lewis and W. Gale, "A sequential algorithm for training text classifiers", 1994), and those unlike everything known.

use std::collections::{BTreeMap, BTreeSet};

use nosolicit::engine::{Engine, decide};
use nosolicit::explain::attribution::log_odds;
use nosolicit::explain::examples::Index;
use nosolicit::judgement::{Severity, Verdict};
use nosolicit::message::Message;
use rayon::prelude::*;
use serde::Serialize;

use crate::audit::duplicates::{canonical, near_texts};

/// Farthest from a threshold, in log odds, that a score is unsure; from 0.5 that is 0.27 to 0.73.
const UNSURE: f64 = 1.0;
/// From this likeness on to a known row a message is not unlike.
const LIKE: f64 = 0.5;
/// From this likeness to a known row on there is nothing to ask.
const SAME: f64 = 0.99;

/// Why a message is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// A rule finds a label that the model does not.
    RuleAlone,
    /// The model blocks, and no rule finds a label.
    ModelAlone,
    /// A score is close to a threshold.
    Unsure,
    /// No known row is like it.
    Unlike,
}

impl Reason {
    /// The word used in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::RuleAlone => "rule-alone",
            Reason::ModelAlone => "model-alone",
            Reason::Unsure => "unsure",
            Reason::Unlike => "unlike",
        }
    }
}

/// A text of the library; the same words (but for case, digits and merge tags) stand for one.
#[derive(Debug, Clone)]
pub struct Text {
    /// The first message with these words.
    pub message: Message,
    /// How many messages have them.
    pub times: usize,
}

/// The texts of a library, in the order in which they first stand there.
#[derive(Debug, Default)]
pub struct Library {
    /// The texts.
    pub texts: Vec<Text>,
    by_words: BTreeMap<Vec<String>, usize>,
}

impl Library {
    /// Adds a message.
    pub fn add(&mut self, message: Message) {
        let words = canonical(&format!("{}\n{}", message.subject.as_deref().unwrap_or_default(), message.text));
        let next = self.texts.len();
        let at = *self.by_words.entry(words).or_insert(next);
        if at == next {
            self.texts.push(Text { message, times: 0 });
        }
        self.texts[at].times += 1;
    }
}

/// A message to be labelled.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Index into [`Library::texts`].
    pub text: usize,
    /// Why.
    pub reason: Reason,
    /// The label that the reason is about; empty where it is about none.
    pub label: String,
    /// In words.
    pub why: String,
    /// Number of its group of almost the same texts.
    pub group: usize,
    /// Messages in the group.
    pub messages: usize,
    /// The verdict of rules and model.
    pub verdict: Verdict,
    /// Scores, in the order of the model's labels.
    pub scores: Vec<f64>,
}

/// What was chosen.
#[derive(Debug, Clone, Default)]
pub struct Mined {
    /// The messages to be labelled.
    pub asked: Vec<Asked>,
    /// Groups of almost the same texts in the library.
    pub groups: usize,
    /// Texts for each reason, asked for or not.
    pub found: BTreeMap<Reason, usize>,
}

/// What is known of a text.
struct Read {
    scores: Vec<f64>,
    verdict: Verdict,
    reasons: Vec<Candidate>,
}

/// A reason to ask for a text, with its urgency: the lowest comes first.
#[derive(Debug, Clone)]
struct Candidate {
    text: usize,
    reason: Reason,
    label: String,
    why: String,
    rank: f64,
}

/// Chooses at most `rows` messages; reasons, and within them labels, take turns. `known` are messages that have labels already.
/// The same library gives the same choice on any number of threads.
pub fn mine(engine: &Engine, library: &Library, known: Option<&Index>, rows: usize, on_text: &(dyn Fn() + Sync)) -> Mined {
    let texts = &library.texts;
    let read: Vec<Read> = (0..texts.len())
        .into_par_iter()
        .map(|t| {
            let read = read(engine, t, &texts[t].message, known);
            on_text();
            read
        })
        .collect();
    let groups = groups(library);
    let mut messages: BTreeMap<usize, usize> = BTreeMap::new();
    for (t, text) in texts.iter().enumerate() {
        *messages.entry(groups[t]).or_default() += text.times;
    }
    let mut queues: BTreeMap<Reason, BTreeMap<&str, Vec<&Candidate>>> = BTreeMap::new();
    for candidate in read.iter().flat_map(|r| &r.reasons) {
        queues.entry(candidate.reason).or_default().entry(&candidate.label).or_default().push(candidate);
    }
    let distinct = |of: &BTreeMap<&str, Vec<&Candidate>>| of.values().flatten().map(|c| c.text).collect::<BTreeSet<_>>().len();
    let found = queues.iter().map(|(reason, of)| (*reason, distinct(of))).collect();
    let by_reason = queues.into_values().map(|labels| {
        let sorted = labels.into_values().map(|mut queue| {
            queue.sort_by(|a, b| a.rank.total_cmp(&b.rank).then(a.text.cmp(&b.text)));
            queue
        });
        in_turn(sorted.collect())
    });
    // one of a group: within a reason first, so that a reason's turn is not lost on what has been asked
    let mut asked_groups = BTreeSet::new();
    let mut waiting: Vec<std::vec::IntoIter<&Candidate>> = by_reason.map(Vec::into_iter).collect();
    let mut asked = Vec::new();
    while asked.len() < rows && !waiting.is_empty() {
        waiting.retain_mut(|queue| {
            if asked.len() >= rows {
                return false;
            }
            let next = queue.find(|c| asked_groups.insert(groups[c.text]));
            asked.extend(next.map(|c| Asked {
                text: c.text,
                reason: c.reason,
                label: c.label.clone(),
                why: c.why.clone(),
                group: groups[c.text],
                messages: messages[&groups[c.text]],
                verdict: read[c.text].verdict,
                scores: read[c.text].scores.clone(),
            }));
            next.is_some()
        });
    }
    Mined { asked, groups: messages.len(), found }
}

/// The first of each, then the second of each, and so on.
fn in_turn(queues: Vec<Vec<&Candidate>>) -> Vec<&Candidate> {
    let longest = queues.iter().map(Vec::len).max().unwrap_or(0);
    (0..longest).flat_map(|n| queues.iter().filter_map(move |q| q.get(n).copied())).collect()
}

fn read(engine: &Engine, text: usize, message: &Message, known: Option<&Index>) -> Read {
    let reading = engine.read(message);
    let policy = engine.policy();
    let both = decide(policy, message, &reading.hits, &reading.scores);
    let by_rules = decide(policy, message, &reading.hits, &[]);
    let by_model = decide(policy, message, &[], &reading.scores);
    let ruled: BTreeSet<&str> =
        by_rules.findings.iter().filter(|f| f.severity > Severity::Info).filter_map(|f| f.label.as_deref()).collect();
    let mut reasons = Vec::new();
    let mut add = |reason, label: &str, why: String, rank| reasons.push(Candidate { text, reason, label: label.to_owned(), why, rank });
    for score in &reading.scores {
        let thresholds = policy.thresholds(&score.label).unwrap_or(score.thresholds);
        let odds = log_odds(score.score);
        let above = odds - log_odds(thresholds.review);
        if ruled.contains(&*score.label) && score.score < thresholds.review {
            let rule = by_rules.findings.iter().find(|f| f.label.as_deref() == Some(&*score.label)).map_or("", |f| &f.name);
            add(Reason::RuleAlone, &score.label, format!("{rule}, but the model scores {:.2}", score.score), above);
        }
        let nearest = [thresholds.review, thresholds.block]
            .into_iter()
            .filter(|t| (0.0..1.0).contains(t))
            .min_by(|a, b| (odds - log_odds(*a)).abs().total_cmp(&(odds - log_odds(*b)).abs()));
        if let Some(nearest) = nearest.filter(|t| (odds - log_odds(*t)).abs() <= UNSURE) {
            let why = format!("{:.2} is close to the threshold {nearest:.2}", score.score);
            add(Reason::Unsure, &score.label, why, (odds - log_odds(nearest)).abs());
        }
    }
    let highest = reading.scores.iter().max_by(|a, b| a.score.total_cmp(&b.score));
    if let (Some(highest), Some(Verdict::Block), true) = (highest, by_model.verdict, ruled.is_empty()) {
        add(Reason::ModelAlone, &highest.label, format!("{:.2}, and no rule finds a label", highest.score), -log_odds(highest.score));
    }
    if let Some(known) = known {
        let likeness = known.likeness(message).first().map_or(0.0, |n| n.1);
        if likeness >= SAME {
            reasons.clear();
        } else if likeness < LIKE {
            add(Reason::Unlike, "", format!("its likeness to the nearest known row is {likeness:.2}"), likeness);
        }
    }
    Read { scores: reading.scores.iter().map(|s| s.score).collect(), verdict: both.verdict.unwrap_or(Verdict::Allow), reasons }
}

/// The number of each text's group: texts that are almost the same, directly or by way of others.
fn groups(library: &Library) -> Vec<usize> {
    let texts: Vec<&str> = library.texts.iter().map(|t| t.message.text.as_str()).collect();
    let mut parent: Vec<usize> = (0..texts.len()).collect();
    fn root(parent: &mut [usize], mut of: usize) -> usize {
        while parent[of] != of {
            parent[of] = parent[parent[of]];
            of = parent[of];
        }
        of
    }
    for (a, b, _) in near_texts(&texts, &|_, _| true) {
        let (a, b) = (root(&mut parent, a), root(&mut parent, b));
        parent[a.max(b)] = a.min(b);
    }
    (0..texts.len()).map(|t| root(&mut parent, t)).collect()
}
