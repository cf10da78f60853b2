//! Linear heads: one weight vector and intercept per label, over any encoder.

use super::encoder::Features;

/// The heads of all labels.
#[derive(Debug, Clone, PartialEq)]
pub struct Heads {
    labels: usize,
    /// `weights[column * labels + label]`.
    weights: Vec<f32>,
    intercepts: Vec<f32>,
}

impl Heads {
    /// Heads from a row-major matrix of `dimension` rows and one column per label, and an intercept per label.
    ///
    /// # Errors
    /// When sizes do not fit or a number is not finite; in words.
    pub fn new(dimension: usize, weights: Vec<f32>, intercepts: Vec<f32>) -> Result<Self, String> {
        let labels = intercepts.len();
        if weights.len() != dimension * labels {
            return Err(format!("{} weights for {dimension} features and {labels} labels", weights.len()));
        }
        if weights.iter().chain(&intercepts).any(|w| !w.is_finite()) {
            return Err("a weight is not a finite number".to_owned());
        }
        Ok(Heads { labels, weights, intercepts })
    }

    /// Raw scores (log odds before calibration) of a feature vector, one per label.
    pub fn raw(&self, features: &Features) -> Vec<f64> {
        let mut sums: Vec<f32> = self.intercepts.clone();
        for (&column, &value) in features.columns.iter().zip(&features.values) {
            let row = column as usize * self.labels;
            for (sum, weight) in sums.iter_mut().zip(&self.weights[row..row + self.labels]) {
                *sum += value * weight;
            }
        }
        sums.into_iter().map(f64::from).collect()
    }

    /// The same of a vector without zeros.
    pub fn raw_dense(&self, vector: &[f32]) -> Vec<f64> {
        let mut sums: Vec<f32> = self.intercepts.clone();
        for (value, weights) in vector.iter().zip(self.weights.chunks_exact(self.labels)) {
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += value * weight;
            }
        }
        sums.into_iter().map(f64::from).collect()
    }
}
