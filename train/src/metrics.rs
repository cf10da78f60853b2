//! Figures with counts and intervals.

use serde::Serialize;
use statrs::distribution::{Beta, ContinuousCDF};

pub use crate::ranked::Ranked;

/// A rate with its count and exact two-sided 95 % interval (Clopper and Pearson, 1934).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rate {
    /// Successes.
    pub hits: usize,
    /// Trials.
    pub of: usize,
    /// `hits / of`; 0 without trials.
    pub rate: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Rate {
    /// The rate of `hits` in `of`.
    pub fn new(hits: usize, of: usize) -> Self {
        let (k, n) = (hits as f64, of as f64);
        let quantile = |a: f64, b: f64, p: f64| Beta::new(a, b).map_or(0.0, |beta| beta.inverse_cdf(p));
        let low = if hits == 0 { 0.0 } else { quantile(k, n - k + 1.0, 0.025) };
        let high = if hits == of { 1.0 } else { quantile(k + 1.0, n - k, 0.975) };
        let round = |x: f64| (x * 1e4).round() / 1e4;
        Rate { hits, of, rate: if of == 0 { 0.0 } else { round(k / n) }, low: round(low), high: round(high) }
    }
}

impl std::fmt::Display for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let percent = |x: f64| 100.0 * x;
        write!(f, "{:.1} % ({}/{}, {:.1}-{:.1})", percent(self.rate), self.hits, self.of, percent(self.low), percent(self.high))
    }
}

/// Area under the ROC curve: the share of pairs in which the positive scores higher, ties counting half.
/// `None` when a class is missing.
pub fn roc_auc(scores: &[f64], positive: &[bool]) -> Option<f64> {
    Ranked::new(scores, positive, 0..scores.len()).roc_auc(&vec![1.0; scores.len()])
}

/// Average precision: the precision at each positive, in the order of scores, averaged; ties are taken together.
/// `None` without positives.
pub fn average_precision(scores: &[f64], positive: &[bool]) -> Option<f64> {
    Ranked::new(scores, positive, 0..scores.len()).average_precision(&vec![1.0; scores.len()])
}

/// Counts at a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Found and there.
    pub true_positive: usize,
    /// Found and not there.
    pub false_positive: usize,
    /// There and not found.
    pub false_negative: usize,
}

impl Counts {
    /// Counts where scores of at least `threshold` are found.
    pub fn at(scores: &[f64], positive: &[bool], threshold: f64) -> Self {
        let mut counts = Counts::default();
        for (&score, &positive) in scores.iter().zip(positive) {
            match (score >= threshold, positive) {
                (true, true) => counts.true_positive += 1,
                (true, false) => counts.false_positive += 1,
                (false, true) => counts.false_negative += 1,
                (false, false) => {}
            }
        }
        counts
    }

    /// Share of what was found that was there.
    pub fn precision(&self) -> Rate {
        Rate::new(self.true_positive, self.true_positive + self.false_positive)
    }

    /// Share of what was there that was found.
    pub fn recall(&self) -> Rate {
        Rate::new(self.true_positive, self.true_positive + self.false_negative)
    }

    /// Harmonic mean of precision and recall; 0 where nothing was found.
    pub fn f1(&self) -> f64 {
        let twice = 2 * self.true_positive;
        if twice == 0 { 0.0 } else { twice as f64 / (twice + self.false_positive + self.false_negative) as f64 }
    }
}

/// The lowest threshold at which at most `share` of the negatives score as high, and the recall there.
pub fn recall_at_false_alarms(scores: &[f64], positive: &[bool], share: f64) -> Rate {
    let mut negatives: Vec<f64> = scores.iter().zip(positive).filter(|(_, p)| !**p).map(|(s, _)| *s).collect();
    negatives.sort_by(|a, b| b.total_cmp(a));
    let allowed = (share * negatives.len() as f64).floor() as usize;
    // found is what scores higher than the first negative that would be one false alarm too many
    let bar = negatives.get(allowed).copied().unwrap_or(f64::NEG_INFINITY);
    let found = scores.iter().zip(positive).filter(|(s, p)| **p && **s > bar).count();
    Rate::new(found, positive.iter().filter(|&&p| p).count())
}

/// Expected calibration error over ten bins of equal width: the mean distance of score and share, weighted by counts
/// (Guo et al., "On calibration of modern neural networks", 2017).
pub fn calibration_error(scores: &[f64], positive: &[bool]) -> f64 {
    Ranked::new(scores, positive, 0..scores.len()).calibration_error(&vec![1.0; scores.len()]).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCORES: [f64; 8] = [0.1, 0.4, 0.35, 0.8, 0.8, 0.2, 0.6, 0.6];
    const POSITIVE: [bool; 8] = [false, false, true, true, false, false, true, true];

    #[test]
    fn areas_agree_with_hand_counts() {
        // 16 pairs: 0.35 beats 2, 0.8 beats 3 and ties 1, each 0.6 beats 3
        assert_eq!(roc_auc(&SCORES, &POSITIVE), Some((2.0 + 3.5 + 3.0 + 3.0) / 16.0));
        let expected = 0.25 * (1.0 / 2.0) + 0.5 * (3.0 / 4.0) + 0.25 * (4.0 / 6.0);
        assert!((average_precision(&SCORES, &POSITIVE).expect("positives") - expected).abs() < 1e-12);
        assert_eq!(roc_auc(&[0.5], &[true]), None);
    }

    #[test]
    fn intervals_are_exact() {
        // no miss in 59: the upper end of the one-sided 95 % bound is 5 %; two-sided 97.5 %: 1 - 0.025^(1/59)
        let rate = Rate::new(0, 59);
        assert_eq!((rate.low, rate.high), (0.0, 0.0606));
        let rate = Rate::new(5, 10);
        assert_eq!((rate.low, rate.high), (0.1871, 0.8129));
        assert_eq!(Rate::new(0, 0).to_string(), "0.0 % (0/0, 0.0-100.0)");
    }

    #[test]
    fn recall_is_counted_above_the_allowed_false_alarms() {
        assert_eq!(recall_at_false_alarms(&SCORES, &POSITIVE, 0.0).hits, 0);
        assert_eq!(recall_at_false_alarms(&SCORES, &POSITIVE, 0.25).hits, 3);
        assert_eq!(recall_at_false_alarms(&SCORES, &POSITIVE, 1.0).hits, 4);
    }

    #[test]
    fn counts_give_precision_recall_and_f1() {
        let counts = Counts::at(&SCORES, &POSITIVE, 0.6);
        assert_eq!(counts, Counts { true_positive: 3, false_positive: 1, false_negative: 1 });
        assert_eq!((counts.precision().rate, counts.recall().rate, counts.f1()), (0.75, 0.75, 0.75));
    }

    #[test]
    fn a_calibrated_score_has_no_calibration_error() {
        assert!(calibration_error(&[0.5, 0.5], &[true, false]) < 1e-12);
        assert!((calibration_error(&[0.9, 0.9], &[true, false]) - 0.4).abs() < 1e-12);
    }
}
