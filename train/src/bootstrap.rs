//! Intervals by drawing families: rows of one family are alike, so a draw takes all of them or none (cluster bootstrap; Davison and
//! Hinkley, "Bootstrap methods and their application", 1997, section 3.8). The same seed gives the same draws on any number of threads.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;

use crate::random::Random;

/// A figure with its 95 % interval; all `None` where it is not defined.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Estimate {
    /// The figure on the rows as they are.
    pub value: Option<f64>,
    /// Lower end.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

impl std::fmt::Display for Estimate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.value, self.low, self.high) {
            (Some(value), Some(low), Some(high)) => write!(f, "{value:.3} ({low:.3}-{high:.3})"),
            (Some(value), ..) => write!(f, "{value:.3}"),
            _ => write!(f, "-"),
        }
    }
}

/// How families are drawn.
#[derive(Debug, Clone, Copy)]
pub struct Draws {
    /// How many times.
    pub number: usize,
    /// The same seed gives the same draws.
    pub seed: u64,
}

/// Figures and their intervals: from the 2.5th to the 97.5th percentile of the draws, moved so that the draws' mean lies on the figure.
/// (A draw's calibration error is too high, since drawing makes its bins noisier; for other figures the move is next to nothing.)
/// `figures` computes all figures from the weights of the rows, so that every figure sees the same draws; a draw in which a figure is
/// not defined does not count for it. Figures lie between 0 and 1, and so do their intervals.
pub fn estimates(families: &[&str], draws: Draws, figures: &(dyn Fn(&[f64]) -> Vec<Option<f64>> + Sync)) -> Vec<Estimate> {
    let mut number_of: BTreeMap<&str, usize> = BTreeMap::new();
    for family in families {
        let next = number_of.len();
        number_of.entry(family).or_insert(next);
    }
    let family_of: Vec<usize> = families.iter().map(|f| number_of[f]).collect();
    let draw = |n: usize| {
        let mut random = Random::new(draws.seed, n as u64);
        let mut times = vec![0.0; number_of.len()];
        for _ in 0..times.len() {
            let family = random.below(times.len());
            times[family] += 1.0;
        }
        figures(&family_of.iter().map(|&f| times[f]).collect::<Vec<f64>>())
    };
    let drawn: Vec<Vec<Option<f64>>> = (0..draws.number).into_par_iter().map(draw).collect();
    let values = figures(&vec![1.0; families.len()]);
    let of_figure = |(at, value): (usize, &Option<f64>)| {
        let mut seen: Vec<f64> = drawn.iter().filter_map(|d| d[at]).collect();
        seen.sort_by(f64::total_cmp);
        let mean = seen.iter().sum::<f64>() / seen.len().max(1) as f64;
        let end = |share: f64| Some(rounded((quantile(&seen, share)? + (*value)? - mean).clamp(0.0, 1.0)));
        Estimate { value: value.map(rounded), low: end(0.025), high: end(0.975) }
    };
    values.iter().enumerate().map(of_figure).collect()
}

/// The quantile of sorted values, interpolated between neighbours.
fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let at = share * sorted.len().checked_sub(1)? as f64;
    let (low, high) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
    Some(low + (high - low) * at.fract())
}

fn rounded(x: f64) -> f64 {
    (x * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean of 200 rows in families of `size` whose rows are all alike.
    fn mean(size: usize) -> Estimate {
        let names: Vec<String> = (0..200).map(|i| (i / size).to_string()).collect();
        let families: Vec<&str> = names.iter().map(String::as_str).collect();
        let figures = |weights: &[f64]| {
            let hits: f64 = weights.iter().enumerate().filter(|(i, _)| (i / size).is_multiple_of(2)).map(|(_, w)| w).sum();
            vec![Some(hits / weights.iter().sum::<f64>())]
        };
        estimates(&families, Draws { number: 2000, seed: 1 }, &figures)[0]
    }

    #[test]
    fn the_interval_of_a_mean_is_that_of_the_textbook_and_families_widen_it() {
        let width = |e: Estimate| e.high.unwrap_or(0.0) - e.low.unwrap_or(0.0);
        // a share of one half: 2 · 1.96 · sqrt(0.25 / number of families)
        assert!((width(mean(1)) - 0.139).abs() < 0.01, "{}", mean(1));
        assert!((width(mean(4)) - 0.277).abs() < 0.02, "{}", mean(4));
    }

    #[test]
    fn threads_change_nothing() {
        let pool = |n| rayon::ThreadPoolBuilder::new().num_threads(n).build().expect("a pool");
        assert_eq!(pool(1).install(|| mean(2)), pool(3).install(|| mean(2)));
    }
}
