//! From raw scores to probabilities and thresholds.

use ndarray::Array2;
use nosolicit::model::Calibration;
use nosolicit::policy::Thresholds;

use crate::logistic::{self, LogisticError, Settings};
use crate::metrics::Counts;

/// Platt's sigmoid on out-of-fold scores (J. Platt, "Probabilistic outputs for support vector machines", 1999), itself a logistic
/// regression of one feature.
///
/// # Errors
/// When there is one class only, or the fit fails.
pub fn calibrate(raw: &[f64], positive: &[bool]) -> Result<Calibration, LogisticError> {
    let x = Array2::from_shape_vec((raw.len(), 1), raw.to_vec()).map_err(|e| LogisticError::Failed(e.to_string()))?;
    let fitted = logistic::fit(x.view(), positive, Settings { alpha: 1e-3, max_iterations: 500 })?;
    // a negative slope would turn the head upside down: then it knows nothing, and says the base rate
    let slope = fitted.weights[0].max(0.0);
    let share = positive.iter().filter(|&&p| p).count() as f64 / positive.len() as f64;
    let intercept = if slope > 0.0 { fitted.intercept } else { (share / (1.0 - share)).ln() };
    Ok(Calibration { slope, intercept })
}

/// Precision that a score must promise to block by itself.
const BLOCKING_PRECISION: f64 = 0.95;

/// `review` where F1 is highest (in the middle, where several are as good), `block` from where on at least 95 % of the rows found have the label.
pub fn choose_thresholds(scores: &[f64], positive: &[bool]) -> Thresholds {
    let grid: Vec<f64> = (1..100).map(|i| f64::from(i) / 100.0).collect();
    let counts: Vec<Counts> = grid.iter().map(|&t| Counts::at(scores, positive, t)).collect();
    let highest = counts.iter().map(Counts::f1).fold(0.0, f64::max);
    // where several are as good, as on few rows or well separated ones, neither side is favoured
    let as_good: Vec<usize> = (0..grid.len()).filter(|&i| counts[i].f1() >= highest).collect();
    let best = as_good[as_good.len() / 2];
    let precise = |c: &Counts| c.true_positive > 0 && c.precision().rate >= BLOCKING_PRECISION;
    // from here on every higher threshold is as precise
    let block = (best..grid.len()).rev().take_while(|&i| counts[i].true_positive == 0 || precise(&counts[i])).last();
    Thresholds { review: grid[best], block: block.map_or(0.99, |i| grid[i]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_follow_the_scores() {
        let scores: Vec<f64> = (0..100).map(|i| f64::from(i) / 100.0).collect();
        let positive: Vec<bool> = (0..100).map(|i| i >= 60 || i == 45).collect();
        let thresholds = choose_thresholds(&scores, &positive);
        assert_eq!(thresholds.review, 0.60);
        assert_eq!(thresholds.block, 0.60);
    }

    #[test]
    fn a_threshold_lies_between_rows_that_are_far_apart() {
        let positive: Vec<bool> = (0..100).map(|i| i < 50).collect();
        let scores: Vec<f64> = positive.iter().map(|&p| if p { 0.9 } else { 0.005 }).collect();
        assert_eq!(choose_thresholds(&scores, &positive).review, 0.46);
    }

    #[test]
    fn a_head_that_knows_nothing_says_the_base_rate() {
        let raw = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
        let calibration = calibrate(&raw, &[true, true, false, false, false, false, false, false]).expect("it is fitted");
        assert_eq!(calibration.slope, 0.0);
        assert!((calibration.probability(3.0) - 0.25).abs() < 1e-9);
    }
}
