//! How much is still found when the words are disguised: a fixed catalogue of disguises, each put on violating and on permitted
//! rows, and what rules, model and both find in them before and after.

mod catalogue;
mod letters;
mod links;
mod markup;
mod spacing;
mod table;
mod words;

use std::sync::atomic::{AtomicUsize, Ordering};

use nosolicit::engine::Engine;
use nosolicit::judgement::Source;
use rayon::prelude::*;
use serde::Serialize;

pub use catalogue::{Disguise, all};

use crate::corpus::{Corpus, Row};
use crate::metrics::Rate;
use crate::random::Random;

/// A rate on the rows that a disguise changes, before and after.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Change {
    /// On the rows as they are.
    pub before: Rate,
    /// On the same rows in disguise.
    pub after: Rate,
}

impl Change {
    /// Points by which the rate fell.
    pub fn lost(&self) -> f64 {
        let share = |r: &Rate| 100.0 * r.hits as f64 / r.of.max(1) as f64;
        share(&self.before) - share(&self.after)
    }
}

/// The same for each who judges. A row is found as in [`crate::evaluate`]: with a finding of any label, whatever its severity.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Changes {
    /// Findings of rules.
    pub rules: Change,
    /// Findings of the model.
    pub model: Change,
    /// Findings of either.
    pub both: Change,
}

/// What a disguise does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Effect {
    /// Name of the disguise.
    pub disguise: &'static str,
    /// What it does.
    pub about: &'static str,
    /// Violating rows found, among those it changes.
    pub found: Changes,
    /// Permitted rows with a false alarm, among those it changes.
    pub false_alarms: Changes,
}

/// The whole table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Attack {
    /// Seed of the disguises and of the sample.
    pub seed: u64,
    /// Rows of the sample.
    pub rows: usize,
    /// One line for each disguise that changes a violating row, in the order of the catalogue.
    pub effects: Vec<Effect>,
}

/// Who found something in a row: a rule, the model.
type Found = [bool; 2];

/// Judges rows in each of some disguises. `progress` is told how many judgements are made, and of how many.
pub fn attack(engine: &Engine, rows: &[Row], disguises: &[&Disguise], seed: u64, progress: &(dyn Fn(usize, usize) + Sync)) -> Attack {
    let disguised: Vec<(&Disguise, Vec<(usize, Row)>)> =
        disguises.iter().map(|d| (*d, rows.iter().enumerate().filter_map(|(i, r)| Some((i, d.of(r, seed)?))).collect())).collect();
    let total = rows.len() + disguised.iter().map(|(_, of)| of.len()).sum::<usize>();
    let done = AtomicUsize::new(0);
    let judge = |row: &Row| -> Found {
        let judgement = engine.judge(&row.message());
        progress(done.fetch_add(1, Ordering::Relaxed) + 1, total);
        [Source::Rule, Source::Model].map(|source| judgement.findings.iter().any(|f| f.label.is_some() && f.source == source))
    };
    let before: Vec<Found> = rows.par_iter().map(judge).collect();
    let effects = disguised.iter().filter_map(|(disguise, changed)| {
        let pairs: Vec<(bool, Found, Found)> = changed.par_iter().map(|(i, row)| (row.permitted(), before[*i], judge(row))).collect();
        let of = |permitted: bool| changes(pairs.iter().filter(|p| p.0 == permitted).map(|p| (p.1, p.2)));
        let effect = Effect { disguise: disguise.name, about: disguise.about, found: of(false), false_alarms: of(true) };
        (effect.found.both.before.of > 0).then_some(effect)
    });
    Attack { seed, rows: rows.len(), effects: effects.collect() }
}

fn changes(pairs: impl Iterator<Item = (Found, Found)> + Clone) -> Changes {
    let all = pairs.clone().count();
    let change = |is: &dyn Fn(Found) -> bool| Change {
        before: Rate::new(pairs.clone().filter(|p| is(p.0)).count(), all),
        after: Rate::new(pairs.clone().filter(|p| is(p.1)).count(), all),
    };
    Changes { rules: change(&|f| f[0]), model: change(&|f| f[1]), both: change(&|f| f[0] || f[1]) }
}

/// A sample with the shares of the label sets of the corpus, in the order of the corpus. Which rows depends on the seed alone.
pub fn sample(corpus: &Corpus, rows: usize, seed: u64) -> Vec<Row> {
    let mut order: Vec<&Row> = corpus.rows.iter().collect();
    order.sort_by_cached_key(|r| (r.labels.clone(), Random::of_words(seed, &r.text).draw()));
    let rows = rows.min(order.len());
    // every so many-th of the rows ordered by label set: each set has its share, up to one row
    let mut picked: Vec<Row> = (0..rows).map(|i| order[i * order.len() / rows].clone()).collect();
    picked.sort();
    picked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(text: &str, evidence: &[&str], format: &str) -> Row {
        Row {
            text: text.to_owned(),
            labels: Vec::new(),
            evidence: evidence.iter().map(|e| (*e).to_owned()).collect(),
            family: String::new(),
            origin: String::new(),
            channel: "message".to_owned(),
            format: format.to_owned(),
            id: String::new(),
            place: crate::corpus::Place::default(),
        }
    }

    fn disguised(name: &str, row: &Row) -> Option<String> {
        all().find(|d| d.name == name).expect("it is in the catalogue").of(row, 1).map(|r| r.text)
    }

    #[test]
    fn the_catalogue_has_many_names_and_each_once() {
        let names: std::collections::BTreeSet<&str> = all().map(|d| d.name).collect();
        assert_eq!(names.len(), all().count());
        assert!(names.len() >= 25, "{}", names.len());
        assert!(all().all(|d| !d.about.is_empty()));
    }

    #[test]
    fn only_marked_words_are_disguised_and_links_work_on() {
        let plain =
            row("Thanks. Leave a review at https://shop.example/review now.", &["Leave a review at https://shop.example/review"], "text");
        assert_eq!(disguised("leet", &plain).as_deref(), Some("Thanks. L34v3 4 r3v13w 47 https://shop.example/review now."));
        assert_eq!(
            disguised("spaced-letters", &plain).as_deref(),
            Some("Thanks. L e a v e a r e v i e w at https://shop.example/review now.")
        );
        assert_eq!(disguised("hxxp", &plain).as_deref(), Some("Thanks. Leave a review at hxxps://shop.example/review now."));
        assert_eq!(disguised("keycap-digits", &plain), None, "there is no digit to change");
    }

    #[test]
    fn markup_is_put_on_text_and_between_the_tags_of_html() {
        let plain = row("1 < 2: leave a review", &["review"], "text");
        assert_eq!(disguised("wbr", &plain).as_deref(), Some("<p>1 &lt; 2: leave a rev<wbr>iew</p>"));
        let html = row("<p class=\"review\">A re&shy;view, please</p>", &[], "html");
        assert_eq!(disguised("leet", &html).as_deref(), Some("<p class=\"review\">4 r3&shy;v13w, pl3453</p>"));
        assert_eq!(disguised("alt-text", &html), None, "an attribute holds no tags");
    }

    #[test]
    fn the_same_seed_gives_the_same_texts() {
        let plain = row("Leave us a lovely review on the product page", &[], "text");
        let texts = |seed| all().map(|d| d.of(&plain, seed).map(|r| r.text)).collect::<Vec<_>>();
        assert_eq!(texts(7), texts(7));
        assert_ne!(texts(7), texts(8));
    }

    #[test]
    fn a_sample_keeps_the_shares() {
        let mut rows: Vec<Row> = (0..90).map(|i| row(&format!("fine {i}"), &[], "text")).collect();
        rows.extend((0..10).map(|i| Row { labels: vec![0], ..row(&format!("buy {i}"), &[], "text") }));
        let corpus = Corpus { labels: vec!["marketing".to_owned()], rows };
        let picked = sample(&corpus, 20, 3);
        assert_eq!((picked.len(), picked.iter().filter(|r| !r.permitted()).count()), (20, 2));
        assert_eq!(picked, sample(&corpus, 20, 3));
        assert_ne!(picked, sample(&corpus, 20, 4));
    }
}
