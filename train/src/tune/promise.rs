//! Thresholds with a promise, along a sequence that was fixed beforehand.

use nosolicit::policy::Thresholds;

use super::choose::{set_blocks, share};
use super::search::rounded;
use super::testing::{self, fixed_sequence};
use super::{Aim, Cases, Outcome, Promise, TuneError, TuneSettings};

/// The shifts tested, in log odds: fixed, from the strictest to the most lenient.
pub fn shifts() -> impl DoubleEndedIterator<Item = f64> {
    (-64..=64).map(|step| f64::from(step) / 8.0)
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
pub(super) fn promised(
    cases: &Cases<'_>,
    old: &[Thresholds],
    settings: TuneSettings,
    rate: f64,
    confidence: f64,
) -> Result<(Vec<Thresholds>, Promise), TuneError> {
    let misses = matches!(settings.aim, Aim::MissRate(_));
    let counted = |outcome: Outcome| if misses { outcome.missed } else { outcome.false_alarms };
    // the safest first: for misses the strictest, for false alarms the most lenient
    let order: Vec<f64> = if misses { shifts().collect() } else { shifts().rev().collect() };
    let count = |shift: f64| counted(cases.outcome(&shifted(old, shift)));
    let points = order.iter().map(|&shift| count(shift)).map(|r| (r.hits, r.of));
    let (tests, chosen) = fixed_sequence(points, rate, confidence);
    let (shift, promise) = match chosen {
        Some(chosen) => (order[chosen.point], Promise::Kept { tests, chosen }),
        None => {
            let kept = order.iter().rev().find(|&&shift| share(count(shift)) <= rate);
            let needed = testing::needed(tests[0].hits, rate, confidence);
            (*kept.unwrap_or(&order[0]), Promise::TooFewRows { test: tests[0], needed })
        }
    };
    let mut thresholds = shifted(old, shift);
    set_blocks(cases, old, &mut thresholds, settings.wrongly_blocked)?;
    if chosen.is_some_and(|chosen| counted(cases.outcome(&thresholds)).hits > chosen.hits) {
        return Err(TuneError::NotMonotone);
    }
    Ok((thresholds, promise))
}
