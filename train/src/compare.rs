//! Whether a retrained model may take the place of the one in use: both judge the same rows, with rules and policy.

use std::collections::BTreeMap;

use nosolicit::judgement::Verdict;
use serde::Serialize;
use statrs::distribution::{Binomial, DiscreteCDF};

use crate::attack;
use crate::bootstrap::{Draws, Estimate, estimates};
use crate::corpus::{Corpus, Row};
use crate::evaluate::said::{Said, Subject};
use crate::evaluate::slices::parts;
use crate::judged::{JudgedRow, JudgedRows, Judges, verdict_of_labels};
use crate::ranked::f1;

/// A slice with fewer rows is shown, but decides nothing: one row would be more than any margin.
const FEWEST_ROWS: usize = 10;
/// A difference as improbable as this among equal models is a difference.
const SIGNIFICANT: f64 = 0.05;

/// What is asked of the new model.
#[derive(Debug, Clone, Copy)]
pub struct CompareSettings {
    /// How much lower a figure may be.
    pub margin: f64,
    /// Draws of families for the intervals.
    pub draws: Draws,
}

/// Rows that only one of two models judges rightly, and the probability of so uneven a split among equal models: the exact two-sided
/// sign test on them (Q. McNemar, "Note on the sampling error of the difference between correlated proportions or percentages", 1947).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct McNemar {
    /// Rightly judged by the old model alone.
    pub only_old: usize,
    /// Rightly judged by the new model alone.
    pub only_new: usize,
    /// Two-sided.
    pub p: f64,
}

impl McNemar {
    /// From the two counts.
    pub fn new(only_old: usize, only_new: usize) -> Self {
        let fewer = only_old.min(only_new) as u64;
        let tail = Binomial::new(0.5, (only_old + only_new) as u64).map_or(1.0, |b| b.cdf(fewer));
        McNemar { only_old, only_new, p: (2.0 * tail).min(1.0) }
    }

    /// Whether the new model is shown to be worse.
    pub fn worse(&self) -> bool {
        self.only_old > self.only_new && self.p < SIGNIFICANT
    }
}

/// A figure of both models.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Compared {
    /// What.
    pub name: String,
    /// Rows that it is about.
    pub rows: usize,
    /// The figure of the old model, where it is defined.
    pub old: Option<f64>,
    /// The figure of the new model.
    pub new: Option<f64>,
    /// New less old, with its 95 % interval from draws of families.
    pub difference: Estimate,
    /// Too few rows to decide anything.
    pub thin: bool,
    /// Lower by more than the margin.
    pub refused: bool,
}

/// A message whose verdict is another with the new model. Verdicts are those of findings with a label.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Flip {
    /// Index into the rows.
    #[serde(skip)]
    pub row: usize,
    /// File and line.
    pub place: String,
    /// True labels, joined with `|`.
    pub labels: String,
    /// With the old model.
    pub old: Verdict,
    /// With the new one.
    pub new: Verdict,
    /// Whether the new model finds something where there is something, and nothing where there is nothing.
    pub right: bool,
    /// Index of the label whose score changed most.
    #[serde(skip)]
    pub label_index: usize,
    /// The label whose score changed most.
    pub label: String,
    /// Its score with the old model.
    pub old_score: f64,
    /// Its score with the new one.
    pub new_score: f64,
    /// The words that raise it most, with the model that scores higher; filled in for those that are shown.
    pub words: Vec<String>,
    /// The text.
    pub text: String,
}

/// Two models on the same rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Number of rows.
    pub rows: usize,
    /// Violating rows found and permitted rows left alone, together.
    pub mcnemar: McNemar,
    /// Violating rows found, permitted rows left alone; then the labels; then the slices.
    pub figures: Vec<Compared>,
    /// Rows whose verdict is another, those that the new model gets wrong first.
    pub flips: Vec<Flip>,
    /// Why the new model is refused, in words; empty: accepted.
    pub refused: Vec<String>,
}

/// What a figure is of.
enum Figure<'a> {
    /// Share of rows judged rightly.
    Right(Vec<usize>),
    /// F1 of a label.
    Label(&'a Subject, &'a Subject),
}

/// Compares two models on rows that both have read.
///
/// # Errors
/// When they have not read the same rows, or have other labels; in words.
pub fn compare(old: &JudgedRows, new: &JudgedRows, settings: CompareSettings) -> anyhow::Result<Comparison> {
    anyhow::ensure!(old.data_sha256 == new.data_sha256 && old.labels == new.labels, "the models have not read the same rows");
    let (by_old, by_new) = (Said::by(Judges::Both, old), Said::by(Judges::Both, new));
    let rows: Vec<usize> = (0..new.rows.len()).collect();
    let right = |said: &Said, row: usize| said.any.found[row] == said.any.positive[row];
    let only = |a: &Said, b: &Said| rows.iter().filter(|&&r| right(a, r) && !right(b, r)).count();
    let mcnemar = McNemar::new(only(&by_old, &by_new), only(&by_new, &by_old));
    let of_kind = |violating: bool| rows.iter().copied().filter(|&r| by_new.any.positive[r] == violating).collect::<Vec<_>>();
    let mut wanted: Vec<(String, Figure<'_>)> = vec![
        ("violating rows found".to_owned(), Figure::Right(of_kind(true))),
        ("permitted rows left alone".to_owned(), Figure::Right(of_kind(false))),
    ];
    let whole = wanted.len();
    wanted.extend(by_old.labels.iter().zip(&by_new.labels).map(|(o, n)| (format!("F1 of {}", n.label), Figure::Label(o, n))));
    wanted.extend(parts(new).into_iter().map(|p| (format!("judged rightly, {} {}", p.division, p.name), Figure::Right(p.rows))));
    let value = |figure: &Figure<'_>, weights: &[f64], is_new: bool| -> Option<f64> {
        match figure {
            Figure::Label(o, n) => {
                let of = if is_new { n } else { o };
                f1(&of.found, &of.positive, &rows, weights)
            }
            Figure::Right(part) => {
                let of: f64 = part.iter().map(|&r| weights[r]).sum();
                let said = if is_new { &by_new } else { &by_old };
                // a sum of nothing is -0
                let hits = part.iter().filter(|&&r| right(said, r)).fold(0.0, |sum, &r| sum + weights[r]);
                (of > 0.0).then(|| hits / of)
            }
        }
    };
    let difference = |figure: &Figure<'_>, weights: &[f64]| Some(value(figure, weights, true)? - value(figure, weights, false)?);
    // intervals are kept from 0 to 1, differences go from -1 to 1
    let halved = |weights: &[f64]| wanted.iter().map(|(_, f)| difference(f, weights).map(|d| 0.5 + d / 2.0)).collect::<Vec<_>>();
    let families: Vec<&str> = new.rows.iter().map(|r| r.row.family.as_str()).collect();
    let intervals = estimates(&families, settings.draws, &halved);
    let ones = vec![1.0; rows.len()];
    let of_figure = |(at, (name, figure)): (usize, &(String, Figure<'_>))| {
        let back = |end: Option<f64>| end.map(|e| 2.0 * e - 1.0);
        let exact = difference(figure, &ones);
        let interval = Estimate { value: exact, low: back(intervals[at].low), high: back(intervals[at].high) };
        let rows = match figure {
            Figure::Right(part) => part.len(),
            Figure::Label(_, n) => n.positive.iter().filter(|&&p| p).count(),
        };
        let decides = if at < whole { interval.low } else { exact };
        let thin = at >= whole && rows < FEWEST_ROWS;
        // a rounded interval must not refuse what is equal
        let refused = !thin && decides.is_some_and(|d| d < -settings.margin - 1e-9);
        let (old, new) = (value(figure, &ones, false), value(figure, &ones, true));
        Compared { name: name.clone(), rows, old, new, difference: interval, thin, refused }
    };
    let figures: Vec<Compared> = wanted.iter().enumerate().map(of_figure).collect();
    let mut refused = Vec::new();
    if new.seen_in_training > 0 {
        refused.push(format!("the new model was trained on {} of these rows", new.seen_in_training));
    }
    if mcnemar.worse() {
        refused.push(format!(
            "{} rows are judged rightly by the old model alone, {} by the new one alone",
            mcnemar.only_old, mcnemar.only_new
        ));
    }
    refused.extend(figures.iter().enumerate().filter(|(_, f)| f.refused).map(|(at, f)| {
        let what = if at < whole { "its difference may be" } else { "its difference is" };
        let by = if at < whole { f.difference.low } else { f.difference.value };
        format!("{}: {what} {:+.3}, below the margin of {:+.3}", f.name, by.unwrap_or(0.0), -settings.margin)
    }));
    Ok(Comparison { rows: rows.len(), mcnemar, figures, flips: flips(&by_old, &by_new, old, new), refused })
}

fn flips(by_old: &Said, by_new: &Said, old: &JudgedRows, new: &JudgedRows) -> Vec<Flip> {
    let flip = |row: usize| {
        let (was, is) = (verdict_of_labels(&by_old.judgements[row]), verdict_of_labels(&by_new.judgements[row]));
        if was == is {
            return None;
        }
        let score = |judged: &JudgedRows, l: usize| judged.rows[row].reading.scores[l].score;
        let change = |l: &usize| (score(new, *l) - score(old, *l)).abs();
        let label = (0..new.labels.len()).max_by(|a, b| change(a).total_cmp(&change(b)).then(b.cmp(a)))?;
        let read = &new.rows[row];
        Some(Flip {
            row,
            place: new.place(read),
            labels: read.row.labels.iter().map(|&l| new.labels[l].as_str()).collect::<Vec<_>>().join("|"),
            old: was,
            new: is,
            right: by_new.any.found[row] == by_new.any.positive[row],
            label_index: label,
            label: new.labels[label].clone(),
            old_score: nosolicit::judgement::round(score(old, label)),
            new_score: nosolicit::judgement::round(score(new, label)),
            words: Vec::new(),
            text: read.row.text.clone(),
        })
    };
    let mut flips: Vec<Flip> = (0..new.rows.len()).filter_map(flip).collect();
    flips.sort_by(|a, b| a.right.cmp(&b.right).then(b.change().total_cmp(&a.change())).then(a.row.cmp(&b.row)));
    flips
}

impl Flip {
    fn change(&self) -> f64 {
        (self.new_score - self.old_score).abs()
    }
}

/// The pinned rows that a model does not judge rightly, as `file:line`: every label must be found, and on a permitted row none.
pub fn broken_pins(judged: &JudgedRows) -> Vec<String> {
    let said = Said::by(Judges::Both, judged);
    let holds = |row: usize, read: &JudgedRow| match read.row.permitted() {
        true => !said.any.found[row],
        false => read.row.labels.iter().all(|&l| said.labels[l].found[row]),
    };
    judged.rows.iter().enumerate().filter(|(row, read)| !holds(*row, read)).map(|(_, read)| judged.place(read)).collect()
}

/// The violating rows of a corpus, each in one disguise of the catalogue; they take turns, and one that changes nothing in a row leaves
/// it to the next.
pub fn disguised(corpus: &Corpus, seed: u64) -> Corpus {
    let disguises: Vec<&attack::Disguise> = attack::all().collect();
    let violating = corpus.rows.iter().filter(|r| !r.permitted()).enumerate();
    let in_one = |(n, row): (usize, &Row)| (0..disguises.len()).find_map(|i| disguises[(n + i) % disguises.len()].of(row, seed));
    Corpus { labels: corpus.labels.clone(), rows: violating.filter_map(in_one).collect() }
}

/// The share of disguised rows found; it decides like that of a slice.
///
/// # Errors
/// When the models have not read the same rows.
pub fn in_disguise(old: &JudgedRows, new: &JudgedRows, settings: CompareSettings) -> anyhow::Result<Compared> {
    let figures = compare(old, new, settings)?.figures;
    let found = figures.into_iter().next().ok_or_else(|| anyhow::anyhow!("there is no figure"))?;
    let thin = found.rows < FEWEST_ROWS;
    let refused = !thin && found.difference.value.is_some_and(|d| d < -settings.margin - 1e-9);
    Ok(Compared { name: "violating rows found in disguise".to_owned(), thin, refused, ..found })
}

/// Counts of flips by direction, such as `allow -> block`.
pub fn directions(flips: &[Flip]) -> BTreeMap<(Verdict, Verdict), usize> {
    let mut counts = BTreeMap::new();
    for flip in flips {
        *counts.entry((flip.old, flip.new)).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paired_test_is_exact() {
        // 2 · (1 + 10 + 45) / 1024
        assert!((McNemar::new(8, 2).p - 0.109_375).abs() < 1e-12);
        assert!((McNemar::new(2, 8).p - 0.109_375).abs() < 1e-12);
        assert_eq!(McNemar::new(0, 0).p, 1.0);
        assert_eq!(McNemar::new(5, 5).p, 1.0);
        assert!(McNemar::new(6, 0).worse() && !McNemar::new(5, 0).worse() && !McNemar::new(0, 6).worse());
    }
}
