//! What the encoder learns from: each row as passages, with what is known of its sentences.

use std::borrow::Cow;

use nosolicit::document::Document;
use nosolicit::model::passage::{Passage, passages};
use nosolicit::model::token_ids::TokenIds;
use nosolicit::model::unit::Units;
use nosolicit::model::wordpiece::WordPiece;
use rayon::prelude::*;

use crate::bearing::{Bearing, bearings};
use crate::corpus::{Corpus, Row};

/// A row as the encoder sees it.
#[derive(Debug, Clone)]
pub struct Lesson {
    /// Index of the row.
    pub row: usize,
    /// Its sentences.
    pub sentences: Vec<String>,
    /// Its passages.
    pub passages: Vec<Passage>,
    /// What each of its sentences shows.
    pub bearings: Vec<Bearing>,
    /// Its labels.
    pub labels: Vec<usize>,
}

impl Lesson {
    /// Number of tokens of the longest passage.
    pub fn longest(&self) -> usize {
        self.passages.iter().map(|p| p.ids.len()).max().unwrap_or(0)
    }

    /// What a sentence must score for a label whatever the other sentences say: `None` where only the best of the row counts.
    pub fn target(&self, sentence: usize, label: usize) -> Option<bool> {
        match self.bearings[sentence] {
            Bearing::Innocent => Some(false),
            _ if !self.labels.contains(&label) => Some(false),
            Bearing::Carries if self.labels.len() == 1 => Some(true),
            _ => None,
        }
    }
}

/// The lessons of all rows that have words, in the order of rows.
///
/// # Errors
/// When the tokenizer cannot be used; in words.
pub fn lessons(corpus: &Corpus, tokenizer: &WordPiece) -> Result<Vec<Lesson>, String> {
    let edges = tokenizer.edges()?;
    let of_row = |(row, r): (usize, &Row)| {
        let message = r.message();
        let document = Document::parse(&message);
        let units = Units::of(&document);
        let passages = passages(&TokenIds::of(tokenizer, &units.sentences), edges);
        let bearings = bearings(r, &units);
        let sentences = units.sentences.into_iter().map(Cow::into_owned).collect();
        Lesson { row, sentences, passages, bearings, labels: r.labels.clone() }
    };
    let lessons: Vec<Lesson> = corpus.rows.par_iter().enumerate().map(of_row).collect();
    Ok(lessons.into_iter().filter(|l| !l.passages.is_empty()).collect())
}
