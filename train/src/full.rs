//! The full tier's heads: what the adapted encoder makes of every sentence, and logistic regressions on it.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use ndarray::{Array2, Axis, ShapeBuilder};
use nosolicit::document::Document;
use nosolicit::model::passage::{Passage, passages};
use nosolicit::model::transformer::LazyEncoder;
use nosolicit::model::transformer::weights::text_digest;
use nosolicit::model::unit::Units;
use nosolicit::model::wordpiece::WordPiece;
use rayon::prelude::*;

use crate::corpus::{Corpus, Row};
use crate::fit::{FitError, NO_SCORE};
use crate::instances::{Bearing, bearings};
use crate::logistic::{self, Fitted, LogisticError, Settings};

/// The heads of the full tier are fitted with this penalty: on unit vectors weights must become large.
const SETTINGS: Settings = Settings { alpha: 0.05, max_iterations: 1000 };

/// A sentence as the encoder sees it; one that is longer than a passage counts several times.
#[derive(Debug, Clone)]
pub struct Embedded {
    /// Index of the row.
    pub row: usize,
    /// Index of the sentence in its row.
    pub sentence: usize,
    /// Index of the passage in its row.
    pub passage: usize,
    /// What it shows.
    pub bearing: Bearing,
    /// Its vector, of unit length.
    pub vector: Vec<f32>,
}

/// What the encoder makes of all rows.
#[derive(Debug)]
pub struct Embedding {
    /// In the order of rows.
    pub sentences: Vec<Embedded>,
    /// Whether the encoder was taught the row.
    pub seen: Vec<bool>,
}

/// Reads every row with an encoder. `progress` is told the number of rows done.
///
/// # Errors
/// When the encoder is damaged; in words.
pub fn embed(
    corpus: &Corpus,
    tokenizer: &WordPiece,
    encoder: &LazyEncoder,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Embedding, String> {
    let taught = encoder.taught()?;
    let seen = corpus.rows.iter().map(|r| taught.binary_search(&text_digest(&r.text)).is_ok()).collect();
    let done = AtomicUsize::new(0);
    let of_row = |(index, row): (usize, &Row)| -> Result<Vec<Embedded>, String> {
        let message = row.message();
        let document = Document::parse(&message);
        let units = Units::of(&document);
        let singles: Vec<Range<usize>> = (0..units.sentences.len()).map(|s| s..s + 1).collect();
        let bearings = bearings(row, &units, &singles);
        let mut found = Vec::new();
        for (p, passage) in passages(tokenizer, &units.sentences)?.iter().enumerate() {
            for ((sentence, _), vector) in passage.sentences.iter().zip(encoder.encode(passage)?) {
                found.push(Embedded { row: index, sentence: *sentence, passage: p, bearing: bearings[*sentence], vector });
            }
        }
        progress(done.fetch_add(1, Ordering::Relaxed) + 1);
        Ok(found)
    };
    let rows: Result<Vec<Vec<Embedded>>, String> = corpus.rows.par_iter().enumerate().map(of_row).collect();
    Ok(Embedding { sentences: rows?.into_iter().flatten().collect(), seen })
}

impl Embedding {
    /// The passages of each row as lists of sentences, for the cascade; without token ids.
    pub fn passages(&self, rows: usize) -> Vec<Vec<Passage>> {
        let mut of_row: Vec<Vec<Passage>> = vec![Vec::new(); rows];
        for s in &self.sentences {
            let passages = &mut of_row[s.row];
            if passages.len() <= s.passage {
                passages.push(Passage { ids: Vec::new(), sentences: Vec::new() });
            }
            passages[s.passage].sentences.push((s.sentence, 0..0));
        }
        of_row
    }
}

/// Fits the heads on the sentences of the rows that `taught` admits. With `strict`, a label without examples is an error; otherwise
/// its head never fires.
///
/// # Errors
/// When a fit fails or does not converge.
pub fn heads(corpus: &Corpus, embedding: &Embedding, taught: impl Fn(usize) -> bool, strict: bool) -> Result<Vec<Fitted>, FitError> {
    let lessons: Vec<&Embedded> = embedding.sentences.iter().filter(|s| s.bearing != Bearing::Unclear && taught(s.row)).collect();
    let width = lessons.first().map_or(0, |s| s.vector.len());
    let mut matrix = Array2::zeros((lessons.len(), width).f());
    for (mut row, lesson) in matrix.axis_iter_mut(Axis(0)).zip(&lessons) {
        row.iter_mut().zip(&lesson.vector).for_each(|(to, &from)| *to = f64::from(from));
    }
    let fit = |l: usize| {
        let targets: Vec<bool> = lessons.iter().map(|s| s.bearing == Bearing::Carries && corpus.rows[s.row].labels.contains(&l)).collect();
        match logistic::fit(matrix.view(), &targets, SETTINGS) {
            Err(LogisticError::OneClass { .. }) if !strict => Ok(Fitted { weights: ndarray::Array1::zeros(width), intercept: NO_SCORE }),
            other => other.map_err(|source| FitError::Head { label: corpus.labels[l].clone(), source }),
        }
    };
    (0..corpus.labels.len()).into_par_iter().map(fit).collect()
}

/// Raw scores of a sentence by some heads, in the precision in which they are used.
pub fn raw(heads: &[Fitted], vector: &[f32]) -> Vec<f64> {
    heads.iter().map(|h| h.intercept + h.weights.iter().zip(vector).map(|(w, &v)| w * f64::from(v)).sum::<f64>()).collect()
}
