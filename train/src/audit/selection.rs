//! Which n-grams the heads look at: chosen on the training part alone, once per fold.

use std::collections::BTreeMap;

use ndarray::{Array2, ShapeBuilder};
use rustc_hash::{FxHashMap, FxHashSet};

use super::ngrams::{Instance, Key};
use crate::bearing::Bearing;

/// An n-gram must occur in this many families: what only one idea uses teaches that idea.
const FEWEST_FAMILIES: usize = 3;

/// The n-grams chosen, and which of them each label's head sees.
#[derive(Debug, Clone)]
pub struct Selection {
    /// All n-grams chosen for any label, ascending.
    pub keys: Vec<Key>,
    /// Inverse document frequency of each.
    pub weights: Vec<f32>,
    /// Columns of each label, ascending.
    pub columns: Vec<Vec<usize>>,
    column_of: FxHashMap<Key, usize>,
}

/// A feature vector: columns and values.
pub type Sparse = Vec<(usize, f64)>;

/// Chooses for every label the `per_label` n-grams that tell most, by the chi-squared statistic of occurrence against label.
pub fn select(instances: &[&Instance], labels: &[Vec<bool>], families: &[usize], per_label: usize) -> Selection {
    let mut families_of: FxHashMap<Key, FxHashSet<usize>> = FxHashMap::default();
    for instance in instances {
        for &key in &instance.keys {
            let set = families_of.entry(key).or_default();
            if set.len() < FEWEST_FAMILIES {
                set.insert(families[instance.row]);
            }
        }
    }
    families_of.retain(|_, set| set.len() >= FEWEST_FAMILIES);
    let mut candidates: Vec<Key> = families_of.into_keys().collect();
    candidates.sort_unstable();
    let index: FxHashMap<Key, usize> = candidates.iter().enumerate().map(|(i, &k)| (k, i)).collect();
    let mut frequency = vec![0usize; candidates.len()];
    let mut with_label = vec![vec![0usize; candidates.len()]; labels.len()];
    for (i, instance) in instances.iter().enumerate() {
        let found: Vec<usize> = instance.keys.iter().filter_map(|k| index.get(k).copied()).collect();
        for &c in &found {
            frequency[c] += 1;
        }
        for (l, label) in labels.iter().enumerate().filter(|(_, label)| label[i]) {
            debug_assert_eq!(label.len(), instances.len());
            for &c in &found {
                with_label[l][c] += 1;
            }
        }
    }
    let total = instances.len() as f64;
    let mut chosen: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    for (l, label) in labels.iter().enumerate() {
        let positives = label.iter().filter(|&&p| p).count() as f64;
        let mut ranked: Vec<(f64, usize)> =
            (0..candidates.len()).map(|c| (chi_squared(with_label[l][c] as f64, frequency[c] as f64, positives, total), c)).collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for &(_, c) in ranked.iter().take(per_label) {
            chosen.entry(candidates[c]).or_default().push(l);
        }
    }
    let keys: Vec<Key> = chosen.keys().copied().collect();
    let weights = keys.iter().map(|k| ((1.0 + total) / (1.0 + frequency[index[k]] as f64)).ln() as f32 + 1.0).collect();
    let mut columns = vec![Vec::new(); labels.len()];
    for (column, of) in chosen.values().enumerate() {
        for &l in of {
            columns[l].push(column);
        }
    }
    let column_of = keys.iter().enumerate().map(|(i, &k)| (k, i)).collect();
    Selection { keys, weights, columns, column_of }
}

/// Pearson's statistic of a two-by-two table: `both` of `a` and of `b` among `total`.
fn chi_squared(both: f64, a: f64, b: f64, total: f64) -> f64 {
    let expected = [a * b, a * (total - b), (total - a) * b, (total - a) * (total - b)].map(|x| x / total);
    let seen = [both, a - both, b - both, total - a - b + both];
    expected.iter().zip(seen).filter(|(e, _)| **e > 0.0).map(|(e, s)| (s - e).powi(2) / e).sum()
}

impl Selection {
    /// The unit-length feature vector of an instance.
    pub fn vector(&self, instance: &Instance) -> Sparse {
        let mut columns: Vec<usize> = instance.keys.iter().filter_map(|k| self.column_of.get(k).copied()).collect();
        columns.sort_unstable();
        let norm = columns.iter().map(|&c| f64::from(self.weights[c]).powi(2)).sum::<f64>().sqrt();
        columns.into_iter().map(|c| (c, f64::from(self.weights[c]) / norm)).collect()
    }

    /// The part of some feature vectors that a label's head sees, column-major as the fit wants it.
    pub fn matrix(&self, vectors: &[&Sparse], label: usize) -> Array2<f64> {
        let mut narrow = vec![usize::MAX; self.keys.len()];
        for (n, &column) in self.columns[label].iter().enumerate() {
            narrow[column] = n;
        }
        let mut matrix = Array2::zeros((vectors.len(), self.columns[label].len()).f());
        for (i, vector) in vectors.iter().enumerate() {
            for &(column, value) in vector.iter().filter(|(c, _)| narrow[*c] != usize::MAX) {
                matrix[[i, narrow[column]]] = value;
            }
        }
        matrix
    }
}

/// Which instances teach, and whether each carries a label.
pub fn lessons(instances: &[Instance], taught: impl Fn(usize) -> bool) -> Vec<&Instance> {
    instances.iter().filter(|i| i.bearing != Bearing::Unclear && taught(i.row)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chi_squared_is_zero_without_association_and_the_total_with_a_perfect_one() {
        assert_eq!(chi_squared(5.0, 10.0, 50.0, 100.0), 0.0);
        assert!((chi_squared(50.0, 50.0, 50.0, 100.0) - 100.0).abs() < 1e-9);
    }
}
