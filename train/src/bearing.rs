//! Which sentences of a row carry its labels.

use std::ops::Range;

use nosolicit::model::unit::Units;

use crate::corpus::Row;

/// Whether a sentence shows what its row's labels mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bearing {
    /// It carries the labels of its row.
    Carries,
    /// It carries none.
    Innocent,
    /// It holds part of the evidence, or nobody said where the evidence is: no lesson.
    Unclear,
}

/// What each sentence of a row shows.
pub fn bearings(row: &Row, units: &Units<'_>) -> Vec<Bearing> {
    // stretches of evidence, as raw bytes
    let stretches: Vec<Range<usize>> = row.evidence.iter().filter_map(|e| row.text.find(e.as_str()).map(|at| at..at + e.len())).collect();
    let count = units.sentences.len();
    let of_sentence = |sentence: usize| {
        if row.permitted() {
            return Bearing::Innocent;
        }
        if stretches.is_empty() {
            return if count == 1 { Bearing::Carries } else { Bearing::Unclear };
        }
        let raw = units.span(sentence).raw;
        // the last characters of a stretch may be punctuation that the sentence leaves out
        let covers = |s: &Range<usize>| raw.start <= s.start && s.end <= raw.end + 2;
        let touches = |s: &Range<usize>| raw.start < s.end && s.start < raw.end;
        match () {
            () if stretches.iter().any(covers) => Bearing::Carries,
            () if stretches.iter().any(touches) => Bearing::Unclear,
            () => Bearing::Innocent,
        }
    };
    let mut bearings: Vec<Bearing> = (0..count).map(of_sentence).collect();
    if !row.permitted() && !bearings.contains(&Bearing::Carries) {
        // evidence of two and more sentences, or none marked: every sentence that might carry it is taken to
        for bearing in bearings.iter_mut().filter(|b| **b == Bearing::Unclear) {
            *bearing = Bearing::Carries;
        }
    }
    bearings
}
