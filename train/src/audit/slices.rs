//! Kinds of rows of which there are too few.

use std::collections::BTreeMap;

use super::{Check, Remark};
use crate::corpus::Corpus;

/// Rows of a label in a slice below which nothing can be learned or measured there.
const FEWEST: usize = 10;

/// Labels that are rare in an origin or channel.
pub fn remarks(corpus: &Corpus) -> Vec<Remark> {
    let mut counts: BTreeMap<(&str, &str, usize), usize> = BTreeMap::new();
    for row in &corpus.rows {
        for (slice, name) in [("origin", row.origin.as_str()), ("channel", row.channel.as_str())] {
            for l in 0..corpus.labels.len() {
                *counts.entry((slice, name, l)).or_default() += usize::from(row.labels.contains(&l));
            }
        }
    }
    let thin = counts.into_iter().filter(|((_, name, _), count)| !name.is_empty() && *count < FEWEST);
    thin.map(|((slice, name, l), count)| {
        let reason = format!("{slice} {name:?} has {count} rows of {}; {FEWEST} are the least", corpus.labels[l]);
        Remark::on_corpus(Check::ThinSlice, reason, "write more of them, or do not report figures there")
    })
    .collect()
}
