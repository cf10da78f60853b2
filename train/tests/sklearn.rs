//! The figures against those of scikit-learn on fixed scores. `sklearn/figures.py` made them.

use nosolicit_train::metrics::Counts;
use nosolicit_train::ranked::{Ranked, f1};
use serde::Deserialize;

#[derive(Deserialize)]
struct Fixture {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    scores: Vec<f64>,
    positive: Vec<bool>,
    threshold: f64,
    weights: Option<Vec<f64>>,
    figures: Figures,
}

#[derive(Deserialize)]
struct Figures {
    roc_auc: f64,
    average_precision: f64,
    brier: f64,
    calibration_error: f64,
    f1: f64,
    precision: f64,
    recall: f64,
}

fn close(case: &str, figure: &str, ours: Option<f64>, theirs: f64) {
    let ours = ours.unwrap_or_else(|| panic!("{case}: no {figure}"));
    assert!((ours - theirs).abs() < 1e-9, "{case}: {figure} is {ours}, scikit-learn says {theirs}");
}

#[test]
fn figures_are_those_of_scikit_learn() {
    let fixture: Fixture = serde_json::from_str(include_str!("sklearn/figures.json")).expect("the fixture is valid");
    for case in &fixture.cases {
        let rows: Vec<usize> = (0..case.scores.len()).collect();
        let weights = case.weights.clone().unwrap_or_else(|| vec![1.0; rows.len()]);
        let ranked = Ranked::new(&case.scores, &case.positive, rows.iter().copied());
        let found: Vec<bool> = case.scores.iter().map(|&s| s >= case.threshold).collect();
        let name = case.name.as_str();
        close(name, "ROC AUC", ranked.roc_auc(&weights), case.figures.roc_auc);
        close(name, "average precision", ranked.average_precision(&weights), case.figures.average_precision);
        close(name, "Brier score", ranked.brier(&weights), case.figures.brier);
        close(name, "calibration error", ranked.calibration_error(&weights), case.figures.calibration_error);
        close(name, "F1", f1(&found, &case.positive, &rows, &weights), case.figures.f1);
        if case.weights.is_none() {
            // counted rates are rounded to four decimals when they are shown; their counts are exact
            let counts = Counts::at(&case.scores, &case.positive, case.threshold);
            let share = |rate: nosolicit_train::metrics::Rate| Some(rate.hits as f64 / rate.of.max(1) as f64);
            close(name, "precision", share(counts.precision()), case.figures.precision);
            close(name, "recall", share(counts.recall()), case.figures.recall);
        }
    }
}
