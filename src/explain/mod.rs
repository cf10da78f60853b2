//! Why a message is judged as it is: what each word adds to each score, what would have to go for the message to pass, what came nearest
//! to a finding, and which labelled rows are most like it.

pub mod attribution;
pub mod edit;
pub mod examples;
pub mod shortening;

use serde::Serialize;

pub use attribution::{Attribution, attribute};
pub use examples::{Examples, Neighbour};
pub use shortening::{Shortening, shorten};

use crate::engine::Engine;
use crate::judgement::{Judgement, round};
use crate::message::Message;
use crate::model::LabelScore;

/// Most alike rows shown of each kind.
const NEIGHBOURS: usize = 2;

/// Why a message is judged as it is.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// The judgement explained.
    pub judgement: Judgement,
    /// The labels, the one nearest to or farthest above its review threshold first; empty without a model.
    pub labels: Vec<LabelExplanation>,
    /// Which sentences would have to go; `None` for a message that passes.
    pub shortening: Option<Shortening>,
    /// The labelled rows most like the message; `None` without examples.
    pub examples: Option<Alike>,
}

/// The labelled rows most like a message, the most alike first.
#[derive(Debug, Clone, Serialize)]
pub struct Alike {
    /// With a label.
    pub violating: Vec<Neighbour>,
    /// Without one.
    pub permitted: Vec<Neighbour>,
}

/// The score of a label and what made it.
#[derive(Debug, Clone, Serialize)]
pub struct LabelExplanation {
    /// Name.
    pub label: String,
    /// Calibrated probability.
    pub score: f64,
    /// From here on `review`.
    pub review: f64,
    /// From here on `block`; above 1 never.
    pub block: f64,
    /// Logarithm of the odds of the score: `base` and all contributions added up.
    pub log_odds: f64,
    /// The same with every word masked.
    pub base: f64,
    /// What the words add, in the order of the text.
    pub words: Vec<Contribution>,
}

impl LabelExplanation {
    /// Whether the score is a matter for a person, or worse.
    pub fn found(&self) -> bool {
        self.score >= self.review
    }

    /// How far the score is above the review threshold, in log odds; below it: negative.
    pub fn margin(&self) -> f64 {
        self.log_odds - attribution::log_odds(self.review)
    }
}

/// What a word, or neighbouring words together, add to the log odds of a label.
#[derive(Debug, Clone, Serialize)]
pub struct Contribution {
    /// Where it stands.
    #[serde(flatten)]
    pub place: edit::Place,
    /// Log odds added; taken away where it is negative.
    pub contribution: f64,
}

/// Explains the judgement of a message. With an encoder this takes up to some hundred judgements: a few seconds.
pub fn explain(engine: &Engine, message: &Message, examples: Option<&Examples>) -> Explanation {
    let reading = engine.read(message);
    let judgement = crate::engine::decide(engine.policy(), message, &reading.hits, &reading.scores);
    let attribution = engine.model().map(|m| attribute(m, engine.tier(), message));
    let mut labels: Vec<LabelExplanation> =
        attribution.iter().flat_map(|a| reading.scores.iter().enumerate().map(|(l, s)| of_label(engine, a, l, s))).collect();
    labels.sort_by(|a, b| b.margin().total_cmp(&a.margin()));
    let shortening = shorten(engine, message, &judgement);
    let examples = examples.map(|e| Alike {
        violating: e.nearest(message, NEIGHBOURS, |row| !row.labels.is_empty()),
        permitted: e.nearest(message, NEIGHBOURS, |row| row.labels.is_empty()),
    });
    Explanation { judgement, labels, shortening, examples }
}

fn of_label(engine: &Engine, attribution: &Attribution, l: usize, score: &LabelScore) -> LabelExplanation {
    let thresholds = engine.policy().thresholds(&score.label).unwrap_or(score.thresholds);
    let words = attribution.words.iter().map(|w| Contribution { place: w.place.clone(), contribution: w.contributions[l] });
    LabelExplanation {
        label: score.label.to_string(),
        score: round(score.score),
        review: thresholds.review,
        block: thresholds.block,
        log_odds: attribution.log_odds[l],
        base: attribution.base[l],
        words: words.collect(),
    }
}
