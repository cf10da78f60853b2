//! Thresholds chosen for a stated aim, judged on the whole decision: rules and model together, the policy's composites included.
//!
//! What is *due* to a row is the verdict that the policy has for its true labels ([`crate::judged::JudgedRow::due`]). A row is *missed*
//! when `review` or `block` is due and it is let through; a *false alarm* when it may pass and is stopped. Both are counted per family:
//! a family counts as soon as one of its rows does. Findings without a label (styling, order context) are left out throughout.
//!
//! With a confidence, review thresholds are chosen along a sequence that no score of these rows has a part in: the thresholds in use,
//! all shifted together in log odds ([`shifted`]); see [`testing`] for why the promise then holds. (A sequence sought on one half of the
//! families and tested on the other was tried on three origins of the corpus that the model had not seen: it halves the families that
//! count, and promised no better thresholds.)

mod cases;
mod choose;
mod promise;
mod search;
pub mod testing;
mod written;

use nosolicit::judgement::Verdict;
use nosolicit::policy::Thresholds;
use serde::Serialize;

pub use cases::{Case, Cases, Outcome};
pub use promise::{shifted, shifts};
pub use written::{Certificate, certificate, claim, policy_file, sections};

use crate::judged::JudgedRows;
use choose::{choose, mean_cost};
use promise::promised;
use testing::Test;

/// What thresholds are chosen for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Aim {
    /// At most this share of the families with something to stop is missed; as few false alarms as possible.
    MissRate(f64),
    /// At most this share of the families that may pass has a false alarm; as few misses as possible.
    FalseAlarmRate(f64),
    /// The lowest cost.
    Cost(Costs),
    /// The highest F1 of each label's findings.
    F1,
}

/// What it costs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Costs {
    /// A row that must be stopped is let through.
    pub miss: f64,
    /// A row is blocked to which no block is due.
    pub false_alarm: f64,
    /// A person looks at a row, rightly or not.
    pub review: f64,
}

impl Costs {
    fn of(&self, due: Verdict, verdict: Verdict) -> f64 {
        match verdict {
            Verdict::Allow if due >= Verdict::Review => self.miss,
            Verdict::Review => self.review,
            Verdict::Block if due < Verdict::Block => self.false_alarm,
            _ => 0.0,
        }
    }
}

/// What to choose.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TuneSettings {
    /// The aim; it decides on the review thresholds, and that of cost on the block thresholds too.
    pub aim: Aim,
    /// Promise the rate of the aim with this confidence. Only for [`Aim::MissRate`] and [`Aim::FalseAlarmRate`].
    pub confidence: Option<f64>,
    /// The other aims block as much as they can while at most this share of the families to which no block is due is blocked.
    /// `None`: the share of the thresholds in use.
    pub wrongly_blocked: Option<f64>,
    /// Share of rows with something to stop among those that will be judged; only the aim of cost depends on it. `None`: as in the rows.
    pub prevalence: Option<f64>,
}

/// Whether a promise was asked for, and kept.
#[derive(Debug, Clone, PartialEq)]
pub enum Promise {
    /// None was asked for. `crossed` counts what comes of choosing on one half of the families and counting on the other, both ways.
    None {
        /// Counts on families that had no part in the choice.
        crossed: Outcome,
    },
    /// The last test that passed chose the thresholds.
    Kept {
        /// All tests made, in order; at most the last one failed.
        tests: Vec<Test>,
        /// The one chosen.
        chosen: Test,
    },
    /// Even the safest thresholds of the sequence could not be shown to keep the rate.
    TooFewRows {
        /// The test of the safest thresholds.
        test: Test,
        /// With so many families in all and no further wrong one, they would.
        needed: usize,
    },
}

/// The choice.
#[derive(Debug, Clone, PartialEq)]
pub struct Tuned {
    /// What was asked for.
    pub settings: TuneSettings,
    /// Thresholds so far, per label.
    pub old: Vec<Thresholds>,
    /// Thresholds chosen.
    pub new: Vec<Thresholds>,
    /// What comes of the old ones.
    pub before: Outcome,
    /// What comes of the new ones, on the rows that they were chosen on.
    pub after: Outcome,
    /// The promise.
    pub promise: Promise,
    /// Cost per row before and after, where costs are the aim.
    pub cost: Option<(f64, f64)>,
}

/// The least rate that can be promised: with 95 % confidence it takes three million families.
const LEAST_RATE: f64 = 1e-6;

/// Why no thresholds can be chosen.
#[derive(Debug, thiserror::Error)]
pub enum TuneError {
    /// No thresholds reach the aim on these rows.
    #[error("no thresholds reach the aim: at best {0}")]
    OutOfReach(String),
    /// There is nothing to count.
    #[error("{0}")]
    NothingToCount(&'static str),
    /// No number of rows shows that something never happens.
    #[error("a rate of {0} cannot be promised: no number of rows would show it (the least is {LEAST_RATE})")]
    NeverShown(f64),
    /// The policy makes a message milder when a label is found with more certainty, so that a tested promise does not carry over.
    #[error("the policy lets through with a block what it stops with a review; no promise can be made")]
    NotMonotone,
}

/// Chooses thresholds.
///
/// # Errors
/// When no thresholds reach the aim, or there are no rows of the kind that it counts.
pub fn tune(judged: &JudgedRows, settings: TuneSettings) -> Result<Tuned, TuneError> {
    let cases = Cases::new(judged);
    let old = judged.thresholds();
    let before = cases.outcome(&old);
    match settings.aim {
        Aim::MissRate(_) if before.missed.of == 0 => {
            return Err(TuneError::NothingToCount("no row holds anything that the policy stops: there is nothing to miss"));
        }
        Aim::FalseAlarmRate(_) if before.false_alarms.of == 0 => {
            return Err(TuneError::NothingToCount("no row may pass: there is nothing to raise a false alarm on"));
        }
        Aim::MissRate(rate) | Aim::FalseAlarmRate(rate) if settings.confidence.is_some() && rate < LEAST_RATE => {
            return Err(TuneError::NeverShown(rate));
        }
        _ => {}
    }
    let (new, promise) = match (settings.confidence, settings.aim) {
        (Some(confidence), Aim::MissRate(rate) | Aim::FalseAlarmRate(rate)) => promised(&cases, &old, settings, rate, confidence)?,
        _ => (choose(&cases, &old, settings)?, Promise::None { crossed: crossed(judged, &old, settings) }),
    };
    let cost = match settings.aim {
        Aim::Cost(costs) => Some([&old, &new].map(|t| mean_cost(&cases, t, costs, settings.prevalence)).into()),
        _ => None,
    };
    Ok(Tuned { settings, before, after: cases.outcome(&new), old, new, promise, cost })
}

/// What comes of choosing on one half of the families and counting on the other, both ways.
fn crossed(judged: &JudgedRows, old: &[Thresholds], settings: TuneSettings) -> Outcome {
    let [one, other] = Cases::halves(judged);
    let outcome = |chosen_on: &Cases<'_>, counted_on: &Cases<'_>| {
        // half of the rows may not reach what all of them do: the thresholds in use stand in then
        counted_on.outcome(&choose(chosen_on, old, settings).unwrap_or_else(|_| old.to_vec()))
    };
    outcome(&one, &other).and(&outcome(&other, &one))
}
