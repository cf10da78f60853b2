//! Measures the audit itself: plants faults that are known, and counts which of them it finds.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::duplicates;
use super::improbable::{Suspicion, suspicions};
use crate::corpus::{Corpus, Row};
use crate::metrics::Rate;

/// What was planted where.
#[derive(Debug)]
pub struct Planted {
    /// The corpus with the faults in it.
    pub corpus: Corpus,
    /// Rows and labels that were flipped, as indices of `corpus`.
    pub flipped: BTreeSet<(usize, usize)>,
    /// Rows that are near-duplicates of others.
    pub copies: BTreeSet<usize>,
}

/// A number from a seed and some words, the same on every machine.
fn draw(seed: u64, words: &str) -> u64 {
    let digest = Sha256::digest(format!("{seed}:{words}").as_bytes());
    digest.iter().take(8).fold(0, |n, b| (n << 8) | u64::from(*b))
}

/// Plants faults: in `share` of the rows one label is flipped, and `copies` rows are added that change a few words of others
/// and call themselves a family of their own.
pub fn plant(corpus: &Corpus, share: f64, copies: usize, seed: u64) -> Planted {
    let ranked = |what: &str| {
        let mut order: Vec<usize> = (0..corpus.rows.len()).collect();
        order.sort_by_cached_key(|&i| draw(seed, &format!("{what}:{}:{i}", corpus.rows[i].text)));
        order
    };
    let mut rows: Vec<(Row, Option<usize>, bool)> = corpus.rows.iter().map(|r| (r.clone(), None, false)).collect();
    for i in ranked("flip").into_iter().take((share * corpus.rows.len() as f64) as usize) {
        let row = &mut rows[i];
        // a violating row loses one of its labels, a permitted one gets one
        let n = draw(seed, &row.0.text) as usize;
        let label = if row.0.labels.is_empty() { n % corpus.labels.len() } else { row.0.labels[n % row.0.labels.len()] };
        match row.0.labels.iter().position(|&l| l == label) {
            Some(at) => drop(row.0.labels.remove(at)),
            None => row.0.labels.push(label),
        }
        row.1 = Some(label);
    }
    let long_enough = |i: &usize| corpus.rows[*i].text.split_whitespace().count() >= 12;
    for i in ranked("copy").into_iter().filter(long_enough).take(copies) {
        let mut copy = corpus.rows[i].clone();
        copy.text = reworded(&copy.text);
        copy.family = format!("{}-copy", copy.family);
        copy.evidence.retain(|e| copy.text.contains(e.as_str()));
        rows.push((copy, None, true));
    }
    rows.sort();
    let flipped = rows.iter().enumerate().filter_map(|(i, r)| Some((i, r.1?))).collect();
    let copies = rows.iter().enumerate().filter(|(_, r)| r.2).map(|(i, _)| i).collect();
    Planted { corpus: Corpus { labels: corpus.labels.clone(), rows: rows.into_iter().map(|r| r.0).collect() }, flipped, copies }
}

/// Every eleventh word replaced, and another word in front: what a careless editor does to a template.
fn reworded(text: &str) -> String {
    let words = text.split(' ').enumerate().map(|(i, w)| if i % 11 == 5 { "altogether" } else { w });
    format!("Well, {}", words.collect::<Vec<_>>().join(" "))
}

/// What the audit found of what was planted.
#[derive(Debug, Clone, PartialEq)]
pub struct Catch {
    /// Planted faults found.
    pub recall: Rate,
    /// Planted among those reported; the corpus's own faults count as wrong here, so it is a lower bound.
    pub precision: Rate,
}

/// Flipped labels among as many of the most suspicious as were planted, and among all suspicions.
pub fn flips_caught(planted: &Planted, scores: &[Vec<f64>]) -> (Catch, Catch) {
    let found = suspicions(&planted.corpus, scores);
    let catch = |found: &[Suspicion]| {
        let right = found.iter().filter(|s| planted.flipped.contains(&(s.row, s.label))).count();
        Catch { recall: Rate::new(right, planted.flipped.len()), precision: Rate::new(right, found.len()) }
    };
    (catch(&found[..found.len().min(planted.flipped.len())]), catch(&found))
}

/// Near-duplicates found.
pub fn copies_caught(planted: &Planted) -> Catch {
    let reported: BTreeSet<usize> = {
        let pairs = duplicates::near_pairs(&planted.corpus.rows);
        pairs.iter().map(|&(a, b, _)| if planted.copies.contains(&a) { a } else { b }).collect()
    };
    let right = reported.intersection(&planted.copies).count();
    Catch { recall: Rate::new(right, planted.copies.len()), precision: Rate::new(right, reported.len()) }
}
