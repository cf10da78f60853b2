//! Promises: exact binomial tests along a sequence of thresholds that was fixed beforehand.
//!
//! Fixed-sequence testing, as in "Learn then test" (Angelopoulos, Bates, Candès, Jordan and Lei, 2021): the points of the sequence are
//! tested one after the other, each at the full level, up to the first that cannot be shown to keep the rate. The last one shown is
//! chosen, and the chance that it breaks the promise is at most one minus the confidence, however many points there are. The test of
//! a point is the exact one-sided binomial one, the counterpart of the bound of Clopper and Pearson (1934).

use serde::Serialize;
use statrs::distribution::{Beta, Binomial, ContinuousCDF, DiscreteCDF};

/// A point of the sequence with its counts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Test {
    /// Place of the point in the sequence, from 0.
    pub point: usize,
    /// Families that went wrong.
    pub hits: usize,
    /// Families.
    pub of: usize,
    /// The chance of so few wrong ones if the true rate were the promised one.
    pub p_value: f64,
}

/// The chance of at most `hits` in `of` when each has the chance `rate`.
pub fn p_value(hits: usize, of: usize, rate: f64) -> f64 {
    Binomial::new(rate, of as u64).map_or(1.0, |b| b.cdf(hits as u64))
}

/// Upper end of the exact one-sided interval (Clopper and Pearson, 1934).
pub fn upper_bound(hits: usize, of: usize, confidence: f64) -> f64 {
    if hits >= of {
        return 1.0;
    }
    Beta::new(hits as f64 + 1.0, (of - hits) as f64).map_or(1.0, |b| b.inverse_cdf(confidence))
}

/// Tests points, given as how many of how many families went wrong, in order up to the first that fails, which is the last one
/// returned. The one chosen is the last that passed.
pub fn fixed_sequence(points: impl Iterator<Item = (usize, usize)>, rate: f64, confidence: f64) -> (Vec<Test>, Option<Test>) {
    let mut tests = Vec::new();
    let mut chosen = None;
    for (point, (hits, of)) in points.enumerate() {
        let test = Test { point, hits, of, p_value: p_value(hits, of, rate) };
        tests.push(test);
        if test.p_value > 1.0 - confidence {
            break;
        }
        chosen = Some(test);
    }
    (tests, chosen)
}

/// The fewest families with which so many wrong ones still keep the promise. `rate` must lie above 0: nothing shows that something never
/// happens.
pub fn needed(hits: usize, rate: f64, confidence: f64) -> usize {
    let keeps = |of: usize| p_value(hits, of, rate) <= 1.0 - confidence;
    // the p-value falls as families are added: double, then halve
    let mut high = hits + 1;
    while !keeps(high) {
        high *= 2;
    }
    let mut low = hits;
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if keeps(middle) { high = middle } else { low = middle }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_textbook_numbers_of_rows_are_needed() {
        assert_eq!((needed(0, 0.05, 0.95), needed(0, 0.01, 0.95)), (59, 299));
        assert_eq!((needed(1, 0.05, 0.95), needed(2, 0.05, 0.95)), (93, 124));
        assert!(p_value(0, 58, 0.05) > 0.05 && p_value(0, 59, 0.05) <= 0.05);
    }

    #[test]
    fn bound_and_test_agree() {
        for (hits, of) in [(0, 59), (3, 153), (31, 836), (5, 100)] {
            for rate in [0.01, 0.03, 0.05, 0.1] {
                assert_eq!(p_value(hits, of, rate) <= 0.05, upper_bound(hits, of, 0.95) <= rate, "{hits} of {of} at {rate}");
            }
        }
        assert_eq!((upper_bound(0, 0, 0.95), upper_bound(4, 4, 0.95)), (1.0, 1.0));
    }

    #[test]
    fn testing_ends_at_the_first_failure() {
        let counts = [(0, 100), (1, 100), (2, 100), (0, 100)];
        let (tests, chosen) = fixed_sequence(counts.into_iter(), 0.05, 0.95);
        // 1 in 100 keeps 5 % (p = 0.037), 2 do not (p = 0.118); the 0 behind it is never looked at
        assert_eq!((tests.len(), chosen.map(|t| t.point)), (3, Some(1)));
        assert_eq!(fixed_sequence([(0, 58)].into_iter(), 0.05, 0.95).1, None);
    }
}
