//! Thresholds for an aim, label by label: coordinate descent over a fixed grid, on the whole decision.

use nosolicit::judgement::Verdict;
use nosolicit::policy::Thresholds;
use rayon::prelude::*;

use super::cases::{Case, Cases};
use crate::judged::Judges;

/// A review threshold that only a certain score reaches.
pub const NEVER_REVIEW: f64 = 1.0;
/// A block threshold that no score reaches.
pub const NEVER_BLOCK: f64 = 2.0;

/// Which threshold of a label is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// That of `review`, at most the one of `block`.
    Review,
    /// That of `block`, at least the one of `review`.
    Block,
}

impl Side {
    fn of(self, thresholds: &mut Thresholds) -> &mut f64 {
        match self {
            Side::Review => &mut thresholds.review,
            Side::Block => &mut thresholds.block,
        }
    }

    /// What the threshold may be, ascending.
    fn candidates(self, thresholds: Thresholds) -> Vec<f64> {
        match self {
            Side::Review => grid().into_iter().chain([NEVER_REVIEW]).filter(|&t| t <= thresholds.block).collect(),
            Side::Block => {
                let above = grid().into_iter().chain([NEVER_BLOCK]).filter(|&t| t > thresholds.review);
                std::iter::once(thresholds.review).chain(above).collect()
            }
        }
    }
}

/// The thresholds tried: equal steps of a quarter in log odds, from 0.0006 to 0.9994.
pub fn grid() -> Vec<f64> {
    (-30..=30).map(|step| rounded(nosolicit::model::sigmoid(f64::from(step) / 4.0))).collect()
}

/// Thresholds are written with four decimals.
pub fn rounded(threshold: f64) -> f64 {
    (threshold * 1e4).round() / 1e4
}

/// What a verdict costs in a case.
pub type Loss<'l> = &'l (dyn Fn(&Case<'_>, Verdict) -> f64 + Sync);

/// Moves thresholds, label by label, as long as that lowers the loss. `lower_only` lets no threshold rise.
pub fn descend(cases: &Cases<'_>, thresholds: &mut [Thresholds], sides: &[Side], lower_only: bool, loss: Loss<'_>) {
    /// More rounds have not been seen to change anything.
    const ROUNDS: usize = 8;
    for _ in 0..ROUNDS {
        let mut moved = false;
        for label in 0..thresholds.len() {
            for &side in sides {
                moved |= sweep(cases, thresholds, label, side, lower_only, loss);
            }
        }
        if !moved {
            break;
        }
    }
}

/// Moves one threshold to where the loss is lowest; it stays where nothing is lower. Whether it moved.
fn sweep(cases: &Cases<'_>, thresholds: &mut [Thresholds], label: usize, side: Side, lower_only: bool, loss: Loss<'_>) -> bool {
    let now = *side.of(&mut thresholds[label]);
    let mut candidates = side.candidates(thresholds[label]);
    candidates.retain(|&c| !lower_only || c < now);
    candidates.push(now);
    candidates.sort_by(f64::total_cmp);
    let (low, high) = (candidates[0], candidates[candidates.len() - 1]);
    let policy_at = |threshold: f64| {
        let mut moved = thresholds.to_vec();
        *side.of(&mut moved[label]) = threshold;
        cases.policy(&moved)
    };
    let (lowest, highest) = (policy_at(low), policy_at(high));
    // the score of a row lies below the threshold or not, so that each row has two verdicts and not one per candidate
    let gain = |case: &Case<'_>| {
        let score = case.read.reading.scores[label].score;
        (low..high).contains(&score).then(|| (score, loss(case, case.verdict(&lowest)) - loss(case, case.verdict(&highest))))
    };
    let mut gains: Vec<(f64, f64)> = cases.cases.par_iter().filter_map(gain).collect();
    gains.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.total_cmp(&b.1)));
    let total_at = |threshold: f64| gains.iter().take_while(|(score, _)| *score >= threshold).map(|(_, gain)| gain).sum::<f64>();
    let (mut best, mut least) = (now, total_at(now));
    for &candidate in candidates.iter().rev() {
        let total = total_at(candidate);
        if total < least - 1e-12 {
            (best, least) = (candidate, total);
        }
    }
    *side.of(&mut thresholds[label]) = best;
    best != now
}

/// From lenient to strict: where the thresholds go as the weight of what is let through grows. `loss` takes that weight.
pub fn path(
    cases: &Cases<'_>,
    start: Vec<Thresholds>,
    side: Side,
    loss: &(dyn Fn(f64, &Case<'_>, Verdict) -> f64 + Sync),
) -> Vec<Vec<Thresholds>> {
    let mut points = vec![start.clone()];
    let mut thresholds = start;
    // weights from 1/100 to 1,000, eight to the power of ten
    for step in -16..=24 {
        let weight = 10f64.powf(f64::from(step) / 8.0);
        descend(cases, &mut thresholds, &[side], true, &|case, verdict| loss(weight, case, verdict));
        if points.last() != Some(&thresholds) {
            points.push(thresholds.clone());
        }
    }
    points
}

/// For each label the review threshold at which the findings of the label, the rules' and the model's, have the highest F1.
pub fn highest_f1(cases: &Cases<'_>, thresholds: &mut [Thresholds]) {
    let at = |review: f64| cases.policy(&vec![Thresholds { review, block: NEVER_BLOCK }; cases.labels.len()]);
    let (all, none) = (at(0.0), at(NEVER_REVIEW));
    for (label, name) in cases.labels.iter().enumerate() {
        let found = |case: &Case<'_>, policy| {
            let judgement = case.read.decide(policy, Judges::Both);
            judgement.findings.iter().any(|f| f.label.as_deref() == Some(name))
        };
        struct Seen {
            score: f64,
            weight: f64,
            positive: bool,
            above: bool,
            below: bool,
        }
        let seen = |case: &Case<'_>| Seen {
            score: case.read.reading.scores[label].score,
            weight: case.weight,
            positive: case.read.row.labels.contains(&label),
            above: found(case, &all),
            below: found(case, &none),
        };
        let seen: Vec<Seen> = cases.cases.par_iter().map(seen).collect();
        let f1 = |threshold: f64| {
            let (mut both, mut one) = (0.0, 0.0);
            for s in &seen {
                match (if s.score >= threshold { s.above } else { s.below }, s.positive) {
                    (true, true) => both += s.weight,
                    (false, false) => {}
                    _ => one += s.weight,
                }
            }
            if both > 0.0 { 2.0 * both / (2.0 * both + one) } else { 0.0 }
        };
        let grid = grid();
        let values: Vec<f64> = grid.iter().map(|&t| f1(t)).collect();
        let highest = values.iter().copied().fold(0.0, f64::max);
        // the middle of those that are as good
        let best: Vec<f64> = grid.iter().zip(&values).filter(|(_, v)| **v >= highest - 1e-12).map(|(t, _)| *t).collect();
        if highest > 0.0 {
            thresholds[label].review = best[best.len() / 2];
        }
    }
}
