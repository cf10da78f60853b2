//! Linear heads: one weight vector and intercept per label, over any features.

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

    /// The heads of the first `columns` features, with the intercepts, and those of the others without: their raw scores add up.
    ///
    /// # Errors
    /// When there are fewer features; in words.
    pub fn split(mut self, columns: usize) -> Result<(Heads, Heads), String> {
        let at = columns * self.labels;
        if at > self.weights.len() {
            return Err(format!("{} features where there should be {columns} and more", self.weights.len() / self.labels.max(1)));
        }
        let rest = Heads { labels: self.labels, weights: self.weights.split_off(at), intercepts: vec![0.0; self.labels] };
        Ok((self, rest))
    }

    /// Raw scores (log odds before calibration) of a feature vector, one per label.
    pub fn raw(&self, features: &[f32]) -> Vec<f64> {
        let mut sums: Vec<f32> = self.intercepts.clone();
        for (value, weights) in features.iter().zip(self.weights.chunks_exact(self.labels)) {
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += value * weight;
            }
        }
        sums.into_iter().map(f64::from).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scores_of_both_parts_add_up() {
        let heads = Heads::new(3, vec![1.0, 2.0, 4.0, 8.0, 16.0, 32.0], vec![0.5, -0.5]).expect("it fits");
        let (first, rest) = heads.clone().split(1).expect("there are three");
        let sum: Vec<f64> = first.raw(&[1.0]).iter().zip(rest.raw(&[2.0, 3.0])).map(|(a, b)| a + b).collect();
        assert_eq!(sum, heads.raw(&[1.0, 2.0, 3.0]));
        assert_eq!(sum, [57.5, 113.5]);
        assert!(heads.split(4).is_err());
    }
}
