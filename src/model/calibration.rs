//! From a head's raw score to a probability that means the same for every label and every encoder.

use serde::{Deserialize, Serialize};

/// Platt's sigmoid: `p = 1 / (1 + exp(-(slope · s + intercept)))` of the raw score `s`
/// (J. Platt, "Probabilistic outputs for support vector machines", 1999).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// Factor of the raw score; not negative.
    pub slope: f64,
    /// Constant.
    pub intercept: f64,
}

impl Calibration {
    /// The probability of a raw score.
    pub fn probability(&self, raw: f64) -> f64 {
        sigmoid(self.log_odds(raw))
    }

    /// The logarithm of the odds of a raw score.
    pub fn log_odds(&self, raw: f64) -> f64 {
        self.slope * raw + self.intercept
    }
}

/// `1 / (1 + exp(-x))`, without overflow.
pub fn sigmoid(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sigmoid_holds_at_its_ends() {
        assert_eq!(sigmoid(0.0), 0.5);
        assert_eq!(sigmoid(-1e4), 0.0);
        assert_eq!(sigmoid(1e4), 1.0);
    }
}
