//! Parts of the rows that may fare differently: channel, origin, length, disguise.

use std::collections::BTreeMap;

use crate::judged::{JudgedRow, JudgedRows};

/// By what rows are divided, with the name of a row's part; a row without one is in no part.
type Divide = (&'static str, fn(&JudgedRow) -> Option<String>);

const DIVISIONS: &[Divide] = &[
    ("channel", |r| Some(r.row.channel.clone())),
    ("origin", |r| (!r.row.origin.is_empty()).then(|| r.row.origin.clone())),
    ("length", |r| Some(length(r.words()).to_owned())),
    ("disguise", |r| Some(if r.disguised() { "disguised" } else { "plain" }.to_owned())),
];

/// Names sort in the order of lengths.
fn length(words: usize) -> &'static str {
    match words {
        0..=15 => " 1-15 words",
        16..=40 => "16-40 words",
        41..=100 => "41-100 words",
        _ => "over 100 words",
    }
}

/// A part of the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// By what the rows are divided.
    pub division: &'static str,
    /// Which part this is.
    pub name: String,
    /// Its rows.
    pub rows: Vec<usize>,
}

/// The parts of all divisions. A division whose rows are all alike is left out.
pub fn parts(judged: &JudgedRows) -> Vec<Part> {
    let mut parts = Vec::new();
    for (division, name_of) in DIVISIONS {
        let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (row, read) in judged.rows.iter().enumerate() {
            if let Some(name) = name_of(read) {
                by_name.entry(name).or_default().push(row);
            }
        }
        if by_name.len() > 1 {
            parts.extend(by_name.into_iter().map(|(name, rows)| Part { division, name: name.trim().to_owned(), rows }));
        }
    }
    parts
}
