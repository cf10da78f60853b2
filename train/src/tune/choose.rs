//! Thresholds for an aim without a promise.

use nosolicit::judgement::Verdict;
use nosolicit::policy::Thresholds;

use super::search::{NEVER_BLOCK, NEVER_REVIEW, Side, descend, highest_f1, path};
use super::{Aim, Case, Cases, Costs, TuneError, TuneSettings};
use crate::metrics::Rate;

/// Thresholds for an aim, by descent over the grid.
pub fn choose(cases: &Cases<'_>, old: &[Thresholds], settings: TuneSettings) -> Result<Vec<Thresholds>, TuneError> {
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

/// The share itself, unrounded.
pub fn share(rate: Rate) -> f64 {
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
pub fn set_blocks(cases: &Cases<'_>, old: &[Thresholds], thresholds: &mut Vec<Thresholds>, wrongly: Option<f64>) -> Result<(), TuneError> {
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
    // a threshold that decides nothing, such as that of a review request, whose severity is the policy's, stays as it was
    let verdicts = cases.verdicts(thresholds);
    for label in 0..thresholds.len() {
        let mut kept = thresholds.clone();
        kept[label].block = old[label].block.max(kept[label].review);
        if cases.verdicts(&kept) == verdicts {
            *thresholds = kept;
        }
    }
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
pub fn mean_cost(cases: &Cases<'_>, thresholds: &[Thresholds], costs: Costs, prevalence: Option<f64>) -> f64 {
    let weight = balance(cases, prevalence);
    cases.cases.iter().zip(cases.verdicts(thresholds)).map(|(case, verdict)| weight(case) * costs.of(case.due, verdict)).sum()
}
