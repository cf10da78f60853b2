//! Thresholds chosen for a stated aim, judged on the whole decision: rules and model together, the policy's composites included.
//!
//! What is *due* to a row is the verdict that the policy has for its true labels ([`crate::judged::JudgedRow::due`]). A row is *missed*
//! when `review` or `block` is due and it is let through; a *false alarm* when it may pass and is stopped. Both are counted per family:
//! a family counts as soon as one of its rows does. Findings without a label (styling, order context) are left out throughout.
//!
//! With a confidence, review thresholds are chosen along a sequence that no score of the rows tested has a part in; see [`testing`] for
//! why the promise then holds. Where families are many, the sequence is sought on one half of them and tested on the other; where they
//! are few, all are tested along the thresholds in use, shifted together in log odds ([`shifted`]).

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
        /// How the sequence came about.
        sequence: Sequence,
        /// All tests made, in order, with the review thresholds tested; at most the last one failed.
        tests: Vec<(Test, Vec<f64>)>,
        /// The one chosen.
        chosen: Test,
    },
    /// Even the safest thresholds of the sequence could not be shown to keep the rate.
    TooFewRows {
        /// How the sequence came about.
        sequence: Sequence,
        /// The test of the safest thresholds.
        test: Test,
        /// With so many families tested and no further wrong one, they would.
        needed: usize,
    },
}

/// How the sequence of thresholds to be tested came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sequence {
    /// The thresholds in use, shifted; all families are tested.
    Shifted,
    /// Descent on one half of the families; the other half is tested.
    Sought,
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
    /// What comes of the old ones, on the same rows as `after`.
    pub before: Outcome,
    /// What comes of the new ones: on the families tested where there is a test, else on the rows that they were chosen on.
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
    if let (Some(confidence), Aim::MissRate(rate) | Aim::FalseAlarmRate(rate)) = (settings.confidence, settings.aim) {
        return promised(judged, cases, old, settings, rate, confidence);
    }
    let new = choose(&cases, &old, settings)?;
    let [one, other] = Cases::halves(judged);
    let crossed = |chosen_on: &Cases<'_>, counted_on: &Cases<'_>| {
        // half of the rows may not reach what all of them do: the thresholds in use stand in then
        counted_on.outcome(&choose(chosen_on, &old, settings).unwrap_or_else(|_| old.clone()))
    };
    let promise = Promise::None { crossed: crossed(&one, &other).and(&crossed(&other, &one)) };
    let cost = match settings.aim {
        Aim::Cost(costs) => Some([&old, &new].map(|t| mean_cost(&cases, t, costs, settings.prevalence)).into()),
        _ => None,
    };
    Ok(Tuned { settings, before, after: cases.outcome(&new), old, new, promise, cost })
}

/// Thresholds for an aim without a promise, by descent over the grid.
fn choose(cases: &Cases<'_>, old: &[Thresholds], settings: TuneSettings) -> Result<Vec<Thresholds>, TuneError> {
    let mut thresholds = match settings.aim {
        Aim::Cost(costs) => return Ok(cheapest(cases, old, costs, settings.prevalence)),
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
    set_blocks(cases, old, &mut thresholds, settings.wrongly_blocked)?;
    Ok(thresholds)
}

fn share(rate: crate::metrics::Rate) -> f64 {
    rate.hits as f64 / rate.of.max(1) as f64
}

/// Review thresholds from lenient to strict; nothing blocks.
pub fn review_path(cases: &Cases<'_>) -> Vec<Vec<Thresholds>> {
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
fn set_blocks(cases: &Cases<'_>, old: &[Thresholds], thresholds: &mut Vec<Thresholds>, wrongly: Option<f64>) -> Result<(), TuneError> {
    let most = wrongly.unwrap_or_else(|| share(cases.outcome(old).wrongly_blocked));
    let start: Vec<Thresholds> = thresholds.iter().map(|t| Thresholds { block: NEVER_BLOCK, ..*t }).collect();
    let weight = |due: bool| cases.cases.iter().filter(|c| (c.due == Verdict::Block) == due).map(|c| c.weight).sum::<f64>().max(1e-9);
    let (to_block, to_leave) = (weight(true), weight(false));
    let points = path(cases, start, Side::Block, &|left, case, verdict| match (case.due == Verdict::Block, verdict == Verdict::Block) {
        (true, false) => left * case.weight / to_block,
        (false, true) => case.weight / to_leave,
        _ => 0.0,
    });
    let blocked = |t: &Vec<Thresholds>| cases.outcome(t).wrongly_blocked;
    *thresholds = match points.iter().rev().find(|t| share(blocked(t)) <= most) {
        Some(kept) => kept.clone(),
        // rules and composites alone block more than that: the least there can be, unless another share was asked for
        None if wrongly.is_none() => points[0].clone(),
        None => return Err(TuneError::OutOfReach(format!("{} of the families are blocked wrongly", blocked(&points[0])))),
    };
    Ok(())
}

/// The weight of each kind of case, of those with something to stop and of the others, so that the former have a share of `prevalence`.
fn balance(cases: &Cases<'_>, prevalence: Option<f64>) -> impl Fn(&Case<'_>) -> f64 + Sync {
    let weight = |due: bool| cases.cases.iter().filter(|c| (c.due >= Verdict::Review) == due).map(|c| c.weight).sum::<f64>().max(1e-9);
    let (to_stop, to_pass) = (weight(true), weight(false));
    let share = prevalence.unwrap_or(to_stop / (to_stop + to_pass));
    move |case| case.weight * if case.due >= Verdict::Review { share / to_stop } else { (1.0 - share) / to_pass }
}

/// The lowest cost found by descent from the thresholds in use and from those at which the model says nothing.
fn cheapest(cases: &Cases<'_>, old: &[Thresholds], costs: Costs, prevalence: Option<f64>) -> Vec<Thresholds> {
    let silent = vec![Thresholds { review: NEVER_REVIEW, block: NEVER_BLOCK }; old.len()];
    let weight = balance(cases, prevalence);
    let found = [old.to_vec(), silent].map(|mut thresholds| {
        descend(cases, &mut thresholds, &[Side::Review, Side::Block], false, &|case, verdict| weight(case) * costs.of(case.due, verdict));
        (mean_cost(cases, &thresholds, costs, prevalence), thresholds)
    });
    let [from_old, from_silent] = found;
    if from_silent.0 < from_old.0 { from_silent.1 } else { from_old.1 }
}

/// Cost per row, where a family counts as one row.
fn mean_cost(cases: &Cases<'_>, thresholds: &[Thresholds], costs: Costs, prevalence: Option<f64>) -> f64 {
    let weight = balance(cases, prevalence);
    cases.cases.iter().zip(cases.verdicts(thresholds)).map(|(case, verdict)| weight(case) * costs.of(case.due, verdict)).sum()
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

/// Halves are tested where each has at least this many times the families that a promise takes at best.
const PLENTY: usize = 2;

/// Thresholds with a promise; where none can be made, those that keep the rate on the rows tested.
fn promised(
    judged: &JudgedRows,
    all: Cases<'_>,
    old: Vec<Thresholds>,
    settings: TuneSettings,
    rate: f64,
    confidence: f64,
) -> Result<Tuned, TuneError> {
    let misses = matches!(settings.aim, Aim::MissRate(_));
    let counted = |outcome: Outcome| if misses { outcome.missed } else { outcome.false_alarms };
    // numbers of families alone decide this, and no score
    let many = counted(all.outcome(&old)).of >= 2 * PLENTY * testing::needed(0, rate, confidence);
    let (sequence, mut points, tested) = if many {
        let [sought_on, tested] = Cases::halves(judged);
        (Sequence::Sought, review_path(&sought_on), tested)
    } else {
        (Sequence::Shifted, shifts().rev().map(|shift| shifted(&old, shift)).collect(), all)
    };
    // the safest first: for misses the strictest, for false alarms the most lenient
    if misses {
        points.reverse();
    }
    let count = |t: &Vec<Thresholds>| counted(tested.outcome(t));
    let (tests, chosen) = fixed_sequence(points.iter().map(count).map(|r| (r.hits, r.of)), rate, confidence);
    let (mut new, promise) = match chosen {
        Some(chosen) => {
            let reviews = |test: &Test| points[test.point].iter().map(|t| t.review).collect();
            (points[chosen.point].clone(), Promise::Kept { sequence, tests: tests.iter().map(|t| (*t, reviews(t))).collect(), chosen })
        }
        None => {
            let kept = points.iter().rev().find(|t| share(count(t)) <= rate).unwrap_or(&points[0]);
            (kept.clone(), Promise::TooFewRows { sequence, test: tests[0], needed: testing::needed(tests[0].hits, rate, confidence) })
        }
    };
    set_blocks(&Cases::new(judged), &old, &mut new, settings.wrongly_blocked)?;
    let after = tested.outcome(&new);
    if chosen.is_some_and(|chosen| counted(after).hits > chosen.hits) {
        return Err(TuneError::NotMonotone);
    }
    Ok(Tuned { settings, before: tested.outcome(&old), after, old, new, promise, cost: None })
}
