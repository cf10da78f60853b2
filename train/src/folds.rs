//! Folds that keep together what belongs together: whole origins where there are enough, whole families always.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::corpus::Corpus;

/// Number of folds unless another is asked for.
pub const FOLDS: usize = 5;

/// How the folds were drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    /// Whole origins: what is held out was written from briefs not seen in training.
    Origin,
    /// Whole families.
    Family,
}

/// The fold of each row, below `count`, and how they were drawn. Depends on names alone, not on the order of rows.
/// As many folds as origins leave out one origin at a time.
pub fn folds(corpus: &Corpus, count: usize) -> (Vec<usize>, Grouping) {
    let origins = corpus.origins();
    let every_row_has_one = corpus.rows.iter().all(|r| !r.origin.is_empty());
    let grouping = if every_row_has_one && origins.len() >= count { Grouping::Origin } else { Grouping::Family };
    // a family that spans origins binds them together
    let mut group_of_family: BTreeMap<&str, &str> = BTreeMap::new();
    let mut joined: BTreeMap<&str, &str> = BTreeMap::new();
    if grouping == Grouping::Origin {
        for row in &corpus.rows {
            let first = *group_of_family.entry(&row.family).or_insert(&row.origin);
            let (a, b) = (root(&joined, first), root(&joined, &row.origin));
            if a != b {
                joined.insert(a.max(b), a.min(b));
            }
        }
    }
    let group = |i: usize| match grouping {
        Grouping::Origin => root(&joined, &corpus.rows[i].origin),
        Grouping::Family => corpus.rows[i].family.as_str(),
    };
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for i in 0..corpus.rows.len() {
        *sizes.entry(group(i)).or_default() += 1;
    }
    // the largest groups first, each into the fold with the fewest rows so far
    let mut order: Vec<(&str, usize)> = sizes.into_iter().collect();
    order.sort_by_cached_key(|(name, size)| (std::cmp::Reverse(*size), Sha256::digest(name.as_bytes()).to_vec()));
    let mut filled = vec![0; count];
    let mut fold_of: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, size) in order {
        let fold = (0..count).min_by_key(|&f| filled[f]).unwrap_or(0);
        filled[fold] += size;
        fold_of.insert(name, fold);
    }
    ((0..corpus.rows.len()).map(|i| fold_of[group(i)]).collect(), grouping)
}

fn root<'a>(joined: &BTreeMap<&'a str, &'a str>, mut name: &'a str) -> &'a str {
    while let Some(next) = joined.get(name) {
        name = next;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Row;

    fn corpus(rows: &[(&str, &str)]) -> Corpus {
        let rows = rows.iter().enumerate().map(|(i, (family, origin))| Row {
            text: format!("text {i}"),
            labels: vec![],
            evidence: vec![],
            family: (*family).to_owned(),
            origin: (*origin).to_owned(),
            channel: "message".to_owned(),
            format: String::new(),
            id: String::new(),
            place: crate::corpus::Place::default(),
        });
        Corpus { labels: vec!["x".to_owned()], rows: rows.collect() }
    }

    #[test]
    fn origins_are_never_divided_and_families_bind_them() {
        let names = ["a", "b", "c", "d", "e", "f"];
        let mut rows: Vec<(String, &str)> = names.iter().flat_map(|o| (0..4).map(move |i| (format!("{o}{i}"), *o))).collect();
        rows.push(("a0".to_owned(), "b"));
        let rows: Vec<(&str, &str)> = rows.iter().map(|(f, o)| (f.as_str(), *o)).collect();
        let (fold, grouping) = folds(&corpus(&rows), FOLDS);
        assert_eq!(grouping, Grouping::Origin);
        for (i, (_, origin)) in rows.iter().enumerate() {
            for (j, (_, other)) in rows.iter().enumerate() {
                let together = origin == other || matches!((*origin, *other), ("a", "b") | ("b", "a"));
                if together {
                    assert_eq!(fold[i], fold[j], "{origin} {other}");
                }
            }
        }
    }

    #[test]
    fn few_origins_divide_by_family() {
        let (fold, grouping) = folds(&corpus(&[("a", ""), ("a", ""), ("b", ""), ("c", "")]), FOLDS);
        assert_eq!(grouping, Grouping::Family);
        assert_eq!(fold[0], fold[1]);
    }
}
