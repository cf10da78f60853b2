//! Figures of scores under weights of the rows. Scores are sorted once; a bootstrap then asks for many weightings.

/// Scores of some rows for one label, the highest first.
#[derive(Debug, Clone)]
pub struct Ranked {
    ranked: Vec<Case>,
}

/// One row's score and truth.
#[derive(Debug, Clone, Copy)]
struct Case {
    row: usize,
    score: f64,
    positive: bool,
}

impl Ranked {
    /// Ranks some rows; `scores` and `positive` are those of all rows.
    pub fn new(scores: &[f64], positive: &[bool], rows: impl IntoIterator<Item = usize>) -> Self {
        let mut ranked: Vec<Case> = rows.into_iter().map(|row| Case { row, score: scores[row], positive: positive[row] }).collect();
        ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.row.cmp(&b.row)));
        Ranked { ranked }
    }

    /// Weight of positives and negatives at each distinct score, the highest first.
    fn steps<'a>(&'a self, weights: &'a [f64]) -> impl Iterator<Item = (f64, f64)> + 'a {
        self.ranked.chunk_by(|a, b| a.score == b.score).map(|tied| {
            tied.iter().fold((0.0, 0.0), |(p, n), c| {
                let weight = weights[c.row];
                if c.positive { (p + weight, n) } else { (p, n + weight) }
            })
        })
    }

    /// Area under the ROC curve: the share of pairs in which the positive scores higher, ties counting half. `weights` are those of
    /// all rows. `None` when a class has no weight.
    pub fn roc_auc(&self, weights: &[f64]) -> Option<f64> {
        let (mut positives, mut negatives, mut pairs) = (0.0, 0.0, 0.0);
        for (p, n) in self.steps(weights) {
            pairs += n * (positives + p / 2.0);
            positives += p;
            negatives += n;
        }
        (positives > 0.0 && negatives > 0.0).then(|| pairs / (positives * negatives))
    }

    /// Average precision: the precision at each positive, in the order of scores, averaged; ties are taken together.
    /// `None` when the positives have no weight.
    pub fn average_precision(&self, weights: &[f64]) -> Option<f64> {
        let (mut found, mut all, mut sum) = (0.0, 0.0, 0.0);
        for (p, n) in self.steps(weights).filter(|(p, n)| p + n > 0.0) {
            found += p;
            all += p + n;
            sum += p * found / all;
        }
        (found > 0.0).then(|| sum / found)
    }

    /// Mean square of the distance between score and truth (Brier, 1950). `None` without weight.
    pub fn brier(&self, weights: &[f64]) -> Option<f64> {
        let (mut sum, mut all) = (0.0, 0.0);
        for case in &self.ranked {
            let truth = if case.positive { 1.0 } else { 0.0 };
            sum += weights[case.row] * (case.score - truth).powi(2);
            all += weights[case.row];
        }
        (all > 0.0).then(|| sum / all)
    }

    /// Expected calibration error over ten bins of equal width (Guo et al., 2017). `None` without weight.
    pub fn calibration_error(&self, weights: &[f64]) -> Option<f64> {
        let mut bins = [(0.0, 0.0); 10];
        let mut all = 0.0;
        for case in &self.ranked {
            let weight = weights[case.row];
            let bin = &mut bins[((case.score * 10.0) as usize).min(9)];
            bin.0 += weight * case.score;
            bin.1 += if case.positive { weight } else { 0.0 };
            all += weight;
        }
        (all > 0.0).then(|| bins.iter().map(|(said, was)| (said - was).abs()).sum::<f64>() / all)
    }
}

/// Harmonic mean of precision and recall, where `found` says of all rows what was found. `None` where nothing was found and nothing
/// was there to find.
pub fn f1(found: &[bool], positive: &[bool], rows: &[usize], weights: &[f64]) -> Option<f64> {
    let (mut both, mut one) = (0.0, 0.0);
    for &row in rows {
        match (found[row], positive[row]) {
            (true, true) => both += weights[row],
            (false, false) => {}
            _ => one += weights[row],
        }
    }
    (both + one > 0.0).then(|| 2.0 * both / (2.0 * both + one))
}
