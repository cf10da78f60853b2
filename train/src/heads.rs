//! Heads: one logistic regression per label on the features of sentences.

use ndarray::{Array2, Axis, ShapeBuilder};
use rayon::prelude::*;

use crate::bearing::Bearing;
use crate::corpus::Corpus;
use crate::embed::Embedded;
use crate::fit::{FitError, NO_SCORE};
use crate::logistic::{self, Fitted, LogisticError, Settings};

/// Fits the heads on the sentences of the rows that `taught` admits. With `strict`, a label without examples is an error; otherwise
/// its head never fires. `tick` is called after each.
///
/// # Errors
/// When a fit fails or does not converge.
pub fn fit_heads(
    corpus: &Corpus,
    embedded: &[Embedded],
    settings: Settings,
    taught: impl Fn(usize) -> bool,
    strict: bool,
    tick: &(dyn Fn() + Sync),
) -> Result<Vec<Fitted>, FitError> {
    let lessons: Vec<&Embedded> = embedded.iter().filter(|s| s.bearing != Bearing::Unclear && taught(s.row)).collect();
    let width = lessons.first().map_or(0, |s| s.features.len());
    let scale = scale(&lessons);
    let mut matrix = Array2::zeros((lessons.len(), width).f());
    for (mut row, lesson) in matrix.axis_iter_mut(Axis(0)).zip(&lessons) {
        row.iter_mut().zip(&lesson.features).for_each(|(to, &from)| *to = f64::from(from) * scale);
    }
    let fit = |l: usize| {
        let targets: Vec<bool> = lessons.iter().map(|s| s.bearing == Bearing::Carries && corpus.rows[s.row].labels.contains(&l)).collect();
        let fitted = match logistic::fit(matrix.view(), &targets, settings) {
            Ok(fitted) => Ok(Fitted { weights: fitted.weights * scale, ..fitted }),
            Err(LogisticError::OneClass { .. }) if !strict => Ok(Fitted { weights: ndarray::Array1::zeros(width), intercept: NO_SCORE }),
            Err(source) => Err(FitError::Head { label: corpus.labels[l].clone(), source }),
        };
        tick();
        fitted
    };
    (0..corpus.labels.len()).into_par_iter().map(fit).collect()
}

/// What brings the features to unit length on average (root mean square), as the optimiser and the penalty want them.
fn scale(lessons: &[&Embedded]) -> f64 {
    let squares: f64 = lessons.iter().flat_map(|l| &l.features).map(|&f| f64::from(f).powi(2)).sum();
    if squares > 0.0 { (lessons.len() as f64 / squares).sqrt() } else { 1.0 }
}

/// Raw scores of a sentence by some heads.
pub fn raw(heads: &[Fitted], features: &[f32]) -> Vec<f64> {
    heads.iter().map(|h| h.intercept + h.weights.iter().zip(features).map(|(w, &v)| w * f64::from(v)).sum::<f64>()).collect()
}
