//! Logistic regression by `linfa-logistic`, with what that crate leaves to its callers: an explicit positive class, and the
//! word whether the fit converged.

use linfa::DatasetBase;
use linfa::traits::Fit;
use linfa_logistic::LogisticRegression;
use ndarray::{Array1, ArrayView2};
use nosolicit::model::calibration::sigmoid;

/// Settings of a fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Weight of the squared norm of the coefficients, against the *sum* of the losses: it does not grow with the rows.
    pub alpha: f64,
    /// Most iterations of L-BFGS.
    pub max_iterations: u64,
}

/// The gradient of a converged fit is below this, per row.
const GRADIENT_TOLERANCE: f64 = 1e-4;

/// A fitted model: the log odds of the positive class are `weights · x + intercept`.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// One per column.
    pub weights: Array1<f64>,
    /// Log odds where all features are zero.
    pub intercept: f64,
}

/// A fit that cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LogisticError {
    /// All rows are of one class.
    #[error("all {rows} rows are {}", if *positive { "positive" } else { "negative" })]
    OneClass {
        /// Number of rows.
        rows: usize,
        /// Their class.
        positive: bool,
    },
    /// The optimiser stopped before the optimum.
    #[error(
        "not converged after {iterations} iterations: the gradient is {gradient:.2e} per row where {GRADIENT_TOLERANCE:.0e} is expected"
    )]
    NotConverged {
        /// Iterations allowed.
        iterations: u64,
        /// Norm of the gradient divided by the number of rows.
        gradient: f64,
    },
    /// The optimiser failed.
    #[error("the optimiser failed: {0}")]
    Failed(String),
}

/// Fits `x` (rows by features, best in column-major order and with rows of unit length) to `y`.
///
/// # Errors
/// When one class is missing, or the optimiser fails or does not converge.
pub fn fit(x: ArrayView2<'_, f64>, y: &[bool], settings: Settings) -> Result<Fitted, LogisticError> {
    let positives = y.iter().filter(|&&y| y).count();
    if positives == 0 || positives == y.len() {
        return Err(LogisticError::OneClass { rows: y.len(), positive: positives > 0 });
    }
    let targets = Array1::from_iter(y.iter().copied());
    let fitted = LogisticRegression::default()
        .alpha(settings.alpha)
        .max_iterations(settings.max_iterations)
        .gradient_tolerance(0.2 * GRADIENT_TOLERANCE * y.len() as f64)
        .fit(&DatasetBase::new(x, targets))
        .map_err(|e| LogisticError::Failed(e.to_string()))?;
    // the crate calls the more frequent class positive; which one that was stands in its labels
    let sign = if fitted.labels().pos.class { 1.0 } else { -1.0 };
    let fitted = Fitted { weights: fitted.params() * sign, intercept: fitted.intercept() * sign };
    // it returns Ok when it runs out of iterations, so the optimum is checked here
    let gradient = gradient_norm(x, y, &fitted, settings.alpha) / y.len() as f64;
    if gradient.is_nan() || gradient > GRADIENT_TOLERANCE {
        return Err(LogisticError::NotConverged { iterations: settings.max_iterations, gradient });
    }
    Ok(fitted)
}

/// Norm of the gradient of `Σ log loss + alpha/2 · |w|²` at a solution; the intercept is not penalised.
fn gradient_norm(x: ArrayView2<'_, f64>, y: &[bool], fitted: &Fitted, alpha: f64) -> f64 {
    let scores = x.dot(&fitted.weights) + fitted.intercept;
    let residuals = Array1::from_iter(scores.iter().zip(y).map(|(&s, &y)| sigmoid(s) - f64::from(u8::from(y))));
    let gradient = x.t().dot(&residuals) + &fitted.weights * alpha;
    (gradient.mapv(|g| g * g).sum() + residuals.sum().powi(2)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    const SETTINGS: Settings = Settings { alpha: 0.1, max_iterations: 200 };

    /// Two overlapping classes on one informative and one noisy axis.
    fn data(rows: usize, positive_every: usize) -> (Array2<f64>, Vec<bool>) {
        let y: Vec<bool> = (0..rows).map(|i| i % positive_every == 0).collect();
        let x = Array2::from_shape_fn((rows, 2), |(i, j)| {
            let noise = ((i * 7919 + j * 104_729) % 1000) as f64 / 1000.0 - 0.5;
            if j == 0 { f64::from(u8::from(y[i])) * 0.6 + noise } else { noise }
        });
        (x, y)
    }

    #[test]
    fn the_positive_class_is_true_whichever_is_more_frequent() {
        let (x, y) = data(300, 10);
        let rare = fit(x.view(), &y, SETTINGS).expect("it converges");
        let inverted: Vec<bool> = y.iter().map(|y| !y).collect();
        let frequent = fit(x.view(), &inverted, SETTINGS).expect("it converges");
        assert!(rare.weights[0] > 0.5, "the informative feature speaks for the positive class: {rare:?}");
        // the probability of the same class is the same from both fits
        for row in x.rows() {
            let p = sigmoid(row.dot(&rare.weights) + rare.intercept);
            let q = 1.0 - sigmoid(row.dot(&frequent.weights) + frequent.intercept);
            assert!((p - q).abs() < 1e-3, "{p} {q}");
        }
        let scores = |positive: bool| -> f64 {
            let of = x.rows().into_iter().zip(&y).filter(|(_, y)| **y == positive);
            let (sum, n) = of.fold((0.0, 0), |(s, n), (r, _)| (s + sigmoid(r.dot(&rare.weights) + rare.intercept), n + 1));
            sum / f64::from(n)
        };
        assert!(scores(true) > scores(false) + 0.1);
    }

    #[test]
    fn a_fit_that_does_not_converge_is_reported() {
        let (x, y) = data(300, 3);
        let error = fit(x.view(), &y, Settings { max_iterations: 1, ..SETTINGS }).expect_err("one iteration is not enough");
        assert!(matches!(error, LogisticError::NotConverged { iterations: 1, .. }), "{error}");
    }

    #[test]
    fn one_class_is_no_training_set() {
        let x = Array2::zeros((4, 2));
        assert_eq!(fit(x.view(), &[true; 4], SETTINGS), Err(LogisticError::OneClass { rows: 4, positive: true }));
    }
}
