//! What the heads learn from: the sentences and pairs of neighbours of every row, and which of them carry its labels.

use std::ops::Range;

use nosolicit::document::Document;
use nosolicit::model::ngram::{Key, NgramLister};
use nosolicit::model::unit::Units;
use rayon::prelude::*;

use crate::corpus::{Corpus, Row};

/// Whether a unit shows what its row's labels mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bearing {
    /// It carries the labels of its row.
    Carries,
    /// It carries none.
    Innocent,
    /// It holds part of the evidence, or nobody said where the evidence is: no lesson.
    Unclear,
}

/// One unit of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// Index of the row.
    pub row: usize,
    /// The sentences of the row that it covers.
    pub window: Range<usize>,
    /// The distinct n-grams, sorted.
    pub keys: Vec<Key>,
    /// What it shows.
    pub bearing: Bearing,
}

/// The instances of all rows, in the order of rows.
pub fn instances(corpus: &Corpus, lister: &NgramLister) -> Vec<Instance> {
    let of_row: Vec<Vec<Instance>> = corpus.rows.par_iter().enumerate().map(|(i, row)| of_row(i, row, lister)).collect();
    of_row.into_iter().flatten().collect()
}

fn of_row(index: usize, row: &Row, lister: &NgramLister) -> Vec<Instance> {
    let message = row.message();
    let document = Document::parse(&message);
    let units = Units::of(&document);
    let bearings = bearings(row, &units, &units.windows);
    let keys = lister.keys(&units.sentences, &units.windows);
    let windows = units.windows.into_iter();
    windows.zip(keys).zip(bearings).map(|((window, keys), bearing)| Instance { row: index, window, keys, bearing }).collect()
}

/// What each of some windows of a row shows.
pub fn bearings(row: &Row, units: &Units<'_>, windows: &[Range<usize>]) -> Vec<Bearing> {
    // stretches of evidence, as raw bytes
    let stretches: Vec<_> = row.evidence.iter().filter_map(|e| row.text.find(e.as_str()).map(|at| at..at + e.len())).collect();
    let alone = windows.len() == 1;
    let mut bearings: Vec<Bearing> = windows
        .iter()
        .map(|window| {
            if row.permitted() {
                return Bearing::Innocent;
            }
            if stretches.is_empty() {
                return if alone { Bearing::Carries } else { Bearing::Unclear };
            }
            let raw = units.span(window).raw;
            // the last characters of a stretch may be punctuation that the sentence leaves out
            let covers = |s: &std::ops::Range<usize>| raw.start <= s.start && s.end <= raw.end + 2;
            let touches = |s: &std::ops::Range<usize>| raw.start < s.end && s.start < raw.end;
            match () {
                () if stretches.iter().any(covers) => Bearing::Carries,
                () if stretches.iter().any(touches) => Bearing::Unclear,
                () => Bearing::Innocent,
            }
        })
        .collect();
    if !row.permitted() && !bearings.contains(&Bearing::Carries) {
        // evidence of three and more sentences, or none marked: every unit that might carry it is taken to
        for bearing in bearings.iter_mut().filter(|b| **b == Bearing::Unclear) {
            *bearing = Bearing::Carries;
        }
    }
    bearings
}
