//! The same and almost the same texts: within the corpus, and across training and holdout.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use std::hash::{Hash, Hasher};

use super::{Audited, Check, Remark};
use crate::corpus::Row;

/// Words in a shingle; short texts are compared by pairs of words.
const SHINGLE: usize = 3;
const SHORT_TEXT: usize = 12;
/// Share of shingles in common (Jaccard) from which texts are almost the same.
pub const NEAR: f64 = 0.45;
/// A shingle in more rows than this is a phrase of the trade and tells nothing; it also keeps the search linear.
const COMMON: usize = 60;

/// A text as it is compared: words in lower case, digits as `0`, merge tags as one word.
pub fn canonical(text: &str) -> Vec<String> {
    let tags = nosolicit::document::merge_tag::merge_tags(text);
    let mut plain = String::with_capacity(text.len());
    let mut at = 0;
    for tag in tags {
        plain.push_str(&text[at..tag.range.start]);
        plain.push_str(" mergetag ");
        at = tag.range.end;
    }
    plain.push_str(&text[at..]);
    let words = plain.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    words.map(|w| w.chars().flat_map(char::to_lowercase).map(|c| if c.is_numeric() { '0' } else { c }).collect()).collect()
}

fn shingles(words: &[String]) -> FxHashSet<u64> {
    let length = if words.len() < SHORT_TEXT { 2 } else { SHINGLE };
    let hash = |window: &[String]| {
        let mut hasher = FxHasher::default();
        window.hash(&mut hasher);
        hasher.finish()
    };
    if words.len() < length {
        return FxHashSet::from_iter([hash(words)]);
    }
    words.windows(length).map(hash).collect()
}

/// Pairs of rows of different families with their share of common shingles, at least [`NEAR`]. The smaller index comes first.
pub fn near_pairs(rows: &[Row]) -> Vec<(usize, usize, f64)> {
    let texts: Vec<&str> = rows.iter().map(|r| r.text.as_str()).collect();
    near_texts(&texts, &|a, b| rows[a].family != rows[b].family)
}

/// The same of texts, where two of them are to be `compared`.
pub fn near_texts(texts: &[&str], compared: &dyn Fn(usize, usize) -> bool) -> Vec<(usize, usize, f64)> {
    let sets: Vec<FxHashSet<u64>> = texts.iter().map(|t| shingles(&canonical(t))).collect();
    let mut holders: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
    for (i, set) in sets.iter().enumerate() {
        for &shingle in set {
            holders.entry(shingle).or_default().push(i);
        }
    }
    let mut pairs = Vec::new();
    let mut common: FxHashMap<usize, usize> = FxHashMap::default();
    for (i, set) in sets.iter().enumerate() {
        common.clear();
        for holder in set.iter().map(|s| &holders[s]).filter(|h| h.len() <= COMMON) {
            for &j in holder.iter().filter(|&&j| j < i) {
                *common.entry(j).or_default() += 1;
            }
        }
        let near = common.iter().filter(|(j, _)| compared(**j, i)).map(|(&j, _)| {
            let both = set.intersection(&sets[j]).count();
            (j, i, both as f64 / (set.len() + sets[j].len() - both) as f64)
        });
        pairs.extend(near.filter(|(_, _, share)| *share >= NEAR));
    }
    pairs.sort_by_key(|&(a, b, _)| (a, b));
    pairs
}

/// What is the same, almost the same, contradictory, leaking or split.
pub fn remarks(audited: &Audited) -> Vec<Remark> {
    let corpus = &audited.corpus;
    let rows = &corpus.rows;
    let name = |i: usize| if rows[i].id.is_empty() { format!("line {}", rows[i].place.line) } else { rows[i].id.clone() };
    let mut found = Vec::new();
    let mut first_with: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    let mut exact: FxHashSet<(usize, usize)> = FxHashSet::default();
    for (i, row) in rows.iter().enumerate() {
        let words = canonical(&row.text);
        let Some(&first) = first_with.get(&words) else {
            first_with.insert(words, i);
            continue;
        };
        exact.insert((first, i));
        if rows[first].labels != row.labels {
            let (a, b) = (corpus.label_names(&rows[first]), corpus.label_names(row));
            let reason = format!("the same words as {} with other labels: {b:?} here, {a:?} there", name(first));
            found.push(Remark::on_row(Check::ConflictingLabels, i, reason, "decide by the label guide and keep one"));
        } else {
            found.push(Remark::on_row(Check::ExactDuplicate, i, format!("the same words as {}", name(first)), "keep one"));
        }
        if audited.is_holdout(&rows[first]) != audited.is_holdout(row) {
            found.push(Remark::on_row(
                Check::Leakage,
                i,
                format!("stands in training and holdout, see {}", name(first)),
                "take it out of training",
            ));
        }
    }
    for (a, b, share) in near_pairs(rows).into_iter().filter(|&(a, b, _)| !exact.contains(&(a, b))) {
        let percent = (share * 100.0).round();
        if audited.is_holdout(&rows[a]) != audited.is_holdout(&rows[b]) {
            let reason = format!("{percent} % of its phrases are those of {}, on the other side of training and holdout", name(a));
            found.push(Remark::on_row(Check::Leakage, b, reason, "take one of them out, or write it anew"));
        } else {
            let reason = format!("{percent} % of its phrases are those of {} in another family", name(a));
            found.push(Remark::on_row(Check::NearDuplicate, b, reason, "give both one family, or write one anew"));
        }
    }
    let mut files_of: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (i, row) in rows.iter().enumerate() {
        let &mut (file, first) = files_of.entry(&row.family).or_insert((row.place.file, i));
        if file != row.place.file {
            let reason = format!("family {:?} stands in another file too, see {}", row.family, name(first));
            found.push(Remark::on_row(Check::SplitFamily, i, reason, "keep a family in one file, or name the families apart"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_compared_without_case_digits_and_tag_names() {
        assert_eq!(canonical("Hi {{name}}, order 12!"), canonical("hi [[first-name]] ORDER 34"));
        assert_ne!(canonical("order 12"), canonical("order 123"));
    }

    #[test]
    fn one_word_of_many_makes_near_duplicates_and_another_text_does_not() {
        let row = |text: &str, family: &str| Row {
            text: text.to_owned(),
            labels: vec![],
            evidence: vec![],
            family: family.to_owned(),
            origin: String::new(),
            channel: "message".to_owned(),
            format: String::new(),
            id: String::new(),
            place: Default::default(),
        };
        let text = "The lid of the blue jar was missing from your parcel, and a new one leaves the workshop on Monday morning.";
        let other = text.replace("Monday", "Tuesday");
        let rows =
            [row(text, "a"), row(&other, "b"), row(&other, "a"), row("A red lamp stands on the table and shines all night long.", "c")];
        let pairs: Vec<(usize, usize)> = near_pairs(&rows).into_iter().map(|(a, b, _)| (a, b)).collect();
        assert_eq!(pairs, [(0, 1), (1, 2)], "not within family a");
    }
}
