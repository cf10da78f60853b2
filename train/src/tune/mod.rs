//! Thresholds chosen for a stated aim, judged on the whole decision: rules and model together, the policy's composites included.
//!
//! What is *due* to a row is the verdict that the policy has for its true labels ([`crate::judged::JudgedRow::due`]). A row is *missed*
//! when `review` or `block` is due and it is let through; a *false alarm* when it may pass and is stopped. Both are counted per family:
//! a family counts as soon as one of its rows does. Findings without a label (styling, order context) are left out throughout.
//!
//! With a confidence, review thresholds are chosen along a sequence that no score of these rows has a part in: the thresholds in use,
//! all shifted together in log odds ([`shifted`]). See [`testing`] for why the promise then holds.

mod cases;
mod search;
pub mod testing;
mod written;

use nosolicit::judgement::Verdict;
use nosolicit::policy::Thresholds;
use serde::Serialize;

pub use cases::{Case, Cases, Outcome};
pub use written::{Certificate, certificate, policy_file, sections};

use crate::judged::JudgedRows;
use search::{NEVER_BLOCK, NEVER_REVIEW, Side, descend, highest_f1, path, rounded};
use testing::{Test, fixed_sequence};

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
    pub wrongly_blocked: f64,
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

/// Why no thresholds can be chosen.
#[derive(Debug, thiserror::Error)]
pub enum TuneError {
    /// No thresholds reach the aim on these rows.
    #[error("no thresholds reach the aim: at best {0}")]
    OutOfReach(String),
    /// There is nothing to count.
    #[error("{0}")]
    NothingToCount(&'static str),
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
        _ => {}
    }
    let (new, promise) = match (settings.confidence, settings.aim) {
        (Some(confidence), Aim::MissRate(rate)) => promised(&cases, &old, settings, rate, confidence)?,
        (Some(confidence), Aim::FalseAlarmRate(rate)) => promised(&cases, &old, settings, rate, confidence)?,
        _ => {
            let new = choose(&cases, &old, settings)?;
            let [one, other] = Cases::halves(judged);
            let crossed = |chosen_on: &Cases<'_>, counted_on: &Cases<'_>| {
                // half of the rows may not reach what all of them do: the thresholds in use stand in then
                counted_on.outcome(&choose(chosen_on, &old, settings).unwrap_or_else(|_| old.clone()))
            };
            (new, Promise::None { crossed: crossed(&one, &other).and(&crossed(&other, &one)) })
        }
    };
    let cost = match settings.aim {
        Aim::Cost(costs) => Some((mean_cost(&cases, &old, costs), mean_cost(&cases, &new, costs))),
        _ => None,
    };
    Ok(Tuned { settings, before, after: cases.outcome(&new), old, new, promise, cost })
}

/// Thresholds for an aim without a promise, by descent over the grid.
fn choose(cases: &Cases<'_>, old: &[Thresholds], settings: TuneSettings) -> Result<Vec<Thresholds>, TuneError> {
    let mut thresholds = match settings.aim {
        Aim::Cost(costs) => return Ok(cheapest(cases, old, costs)),
        Aim::F1 => {
            let mut thresholds = old.to_vec();
            highest_f1(cases, &mut thresholds);
            thresholds
        }
        Aim::MissRate(rate) => {
            // from strict to lenient: the last that keeps the rate
            let kept = |points: Vec<Vec<Thresholds>>| points.into_iter().find(|t| share(cases.outcome(t).missed) <= rate);
            let path = review_path(cases);
            let best = path.last().map(|t| format!("{} of the families are missed", cases.outcome(t).missed)).unwrap_or_default();
            kept(path).ok_or(TuneError::OutOfReach(best))?
        }
        Aim::FalseAlarmRate(rate) => {
            let path = review_path(cases);
            let best = path.first().map(|t| format!("{} of the families have a false alarm", cases.outcome(t).false_alarms));
            let kept = path.into_iter().rev().find(|t| share(cases.outcome(t).false_alarms) <= rate);
            kept.ok_or(TuneError::OutOfReach(best.unwrap_or_default()))?
        }
    };
    set_blocks(cases, &mut thresholds, settings.wrongly_blocked);
    Ok(thresholds)
}

fn share(rate: crate::metrics::Rate) -> f64 {
    rate.hits as f64 / rate.of.max(1) as f64
}

/// Review thresholds from lenient to strict; nothing blocks.
fn review_path(cases: &Cases<'_>) -> Vec<Vec<Thresholds>> {
    let start = vec![Thresholds { review: NEVER_REVIEW, block: NEVER_BLOCK }; cases.labels.len()];
    let weight = |due: bool| cases.cases.iter().filter(|c| (c.due >= Verdict::Review) == due).map(|c| c.weight).sum::<f64>().max(1e-9);
    let (to_stop, to_pass) = (weight(true), weight(false));
    path(cases, start, Side::Review, &|misses, case, verdict| match (case.due >= Verdict::Review, verdict >= Verdict::Review) {
        (true, false) => misses * case.weight / to_stop,
        (false, true) => case.weight / to_pass,
        _ => 0.0,
    })
}

/// Block thresholds as low as they may be while at most a share of the families is wrongly blocked.
fn set_blocks(cases: &Cases<'_>, thresholds: &mut Vec<Thresholds>, wrongly: f64) {
    let start: Vec<Thresholds> = thresholds.iter().map(|t| Thresholds { block: NEVER_BLOCK, ..*t }).collect();
    let weight = |due: bool| cases.cases.iter().filter(|c| (c.due == Verdict::Block) == due).map(|c| c.weight).sum::<f64>().max(1e-9);
    let (to_block, to_leave) = (weight(true), weight(false));
    let points =
        path(cases, start.clone(), Side::Block, &|left, case, verdict| match (case.due == Verdict::Block, verdict == Verdict::Block) {
            (true, false) => left * case.weight / to_block,
            (false, true) => case.weight / to_leave,
            _ => 0.0,
        });
    // where the rules alone block more than that, the model blocks nothing
    *thresholds = points.into_iter().rev().find(|t| share(cases.outcome(t).wrongly_blocked) <= wrongly).unwrap_or(start);
}

/// The lowest cost found by descent from the thresholds in use and from those at which the model says nothing.
fn cheapest(cases: &Cases<'_>, old: &[Thresholds], costs: Costs) -> Vec<Thresholds> {
    let silent = vec![Thresholds { review: NEVER_REVIEW, block: NEVER_BLOCK }; old.len()];
    let found = [old.to_vec(), silent].map(|mut thresholds| {
        descend(cases, &mut thresholds, &[Side::Review, Side::Block], false, &|case, verdict| case.weight * costs.of(case.due, verdict));
        (mean_cost(cases, &thresholds, costs), thresholds)
    });
    let [from_old, from_silent] = found;
    if from_silent.0 < from_old.0 { from_silent.1 } else { from_old.1 }
}

/// Cost per family: the mean over its rows, averaged.
fn mean_cost(cases: &Cases<'_>, thresholds: &[Thresholds], costs: Costs) -> f64 {
    let (mut sum, mut all) = (0.0, 0.0);
    for (case, verdict) in cases.cases.iter().zip(cases.verdicts(thresholds)) {
        sum += case.weight * costs.of(case.due, verdict);
        all += case.weight;
    }
    sum / f64::max(all, 1e-9)
}

/// The shifts tested, in log odds: fixed, from the strictest to the most lenient.
pub fn shifts() -> impl DoubleEndedIterator<Item = f64> {
    (-32..=32).map(|step| f64::from(step) / 4.0)
}

/// All review thresholds moved by a shift in log odds; the block thresholds stay, or lie at the review threshold where that is higher.
pub fn shifted(thresholds: &[Thresholds], shift: f64) -> Vec<Thresholds> {
    let moved = |t: &Thresholds| {
        let review = t.review.clamp(0.001, 0.999);
        let review = rounded(nosolicit::model::sigmoid((review / (1.0 - review)).ln() + shift));
        Thresholds { review, block: t.block.max(review) }
    };
    thresholds.iter().map(moved).collect()
}

/// Thresholds with a promise; where none can be made, those that keep the rate on these rows.
fn promised(
    cases: &Cases<'_>,
    old: &[Thresholds],
    settings: TuneSettings,
    rate: f64,
    confidence: f64,
) -> Result<(Vec<Thresholds>, Promise), TuneError> {
    let misses = matches!(settings.aim, Aim::MissRate(_));
    let counted = |outcome: Outcome| if misses { outcome.missed } else { outcome.false_alarms };
    let count = |shift: f64| counted(cases.outcome(&shifted(old, shift)));
    // the safest first: for misses the strictest, for false alarms the most lenient
    let order: Vec<f64> = if misses { shifts().collect() } else { shifts().rev().collect() };
    let points = order.iter().map(|&shift| (shift, count(shift)));
    let (tests, chosen) = fixed_sequence(points.map(|(shift, r)| (shift, r.hits, r.of)), rate, confidence);
    let (shift, promise) = match chosen.map(|at| tests[at]) {
        Some(chosen) => (chosen.shift, Promise::Kept { tests, chosen }),
        None => {
            let test = tests[0];
            let kept = order.iter().rev().find(|&&shift| share(count(shift)) <= rate);
            (*kept.unwrap_or(&order[0]), Promise::TooFewRows { test, needed: testing::needed(test.hits, rate, confidence) })
        }
    };
    let mut thresholds = shifted(old, shift);
    set_blocks(cases, &mut thresholds, settings.wrongly_blocked);
    if let Promise::Kept { chosen, .. } = &promise
        && counted(cases.outcome(&thresholds)).hits > chosen.hits
    {
        return Err(TuneError::NotMonotone);
    }
    Ok((thresholds, promise))
}
