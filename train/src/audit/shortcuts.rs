//! Words that nearly decide a label: a model would learn the word instead of the act.

use std::collections::{BTreeMap, BTreeSet};

use super::duplicates::canonical;
use super::{Check, Remark};
use crate::corpus::Corpus;
use crate::metrics::Rate;

/// Families a word must occur in to be a pattern of the corpus and not of one idea.
const FEWEST_FAMILIES: usize = 20;
/// Share of a word's rows that have the label (or lack every label) from which the word decides.
const DECIDES: f64 = 0.9;

/// Words whose rows nearly all have a label.
pub fn remarks(corpus: &Corpus) -> Vec<Remark> {
    let mut rows_with: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (i, row) in corpus.rows.iter().enumerate() {
        let words: BTreeSet<String> = canonical(&row.text).into_iter().collect();
        for word in words {
            rows_with.entry(word).or_default().push(i);
        }
    }
    let mut found = Vec::new();
    for (word, rows) in rows_with {
        let families: BTreeSet<&str> = rows.iter().map(|&i| corpus.rows[i].family.as_str()).collect();
        if families.len() < FEWEST_FAMILIES {
            continue;
        }
        for (l, label) in corpus.labels.iter().enumerate() {
            let with = rows.iter().filter(|&&i| corpus.rows[i].labels.contains(&l)).count();
            let of_label = corpus.rows.iter().filter(|r| r.labels.contains(&l)).count();
            if with as f64 >= DECIDES * rows.len() as f64 {
                let reason = format!(
                    "{word:?} nearly decides {label}: {} of its rows have it, {with} of the label's {of_label}",
                    Rate::new(with, rows.len())
                );
                found.push(Remark::on_corpus(Check::ShortcutWord, reason, format!("write permitted rows with {word:?}")));
            }
        }
    }
    found
}
