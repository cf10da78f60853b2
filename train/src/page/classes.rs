//! Decision tables: what the library decides on a row when no label, one label or two labels of the model are felt.
//!
//! The page moves thresholds, and a threshold decides one thing alone: whether a label is felt for review, for block, or not at all. The
//! interplay in a policy (a request that is steered, a finding graver beside another) is one of two findings at a time; so the verdict is
//! the gravest that the library gives to any two of the labels felt. [`Classes::class`] takes the tables from [`decide`] itself, and
//! [`Classes::verdict`] is what the page does with them. A policy for which this does not hold is found out by [`Classes::check`].

use std::collections::HashMap;

use nosolicit::engine::{LIKELY, decide};
use nosolicit::judgement::Verdict;
use nosolicit::message::Message;
use nosolicit::model::LabelScore;
use nosolicit::policy::{Policy, Thresholds};
use nosolicit::rules::Hit;

use crate::judged::{JudgedRow, verdict_of_labels};

/// What the model makes of a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Felt {
    /// Below both thresholds.
    Not,
    /// From the review threshold on.
    Review,
    /// From the block threshold on.
    Block,
}

/// The tables of all rows, those that are alike taken together.
#[derive(Debug)]
pub struct Classes {
    /// The policy with thresholds between which scores are made up.
    policy: Policy,
    /// Distinct tables.
    pub tables: Vec<Table>,
    /// Everything about a row that a decision depends on, besides the scores, and the number of its table.
    known: HashMap<String, usize>,
    numbers: HashMap<Table, usize>,
}

/// Verdicts where nothing is felt; one label, for review and for block; two labels, each for review or block.
pub type Table = Vec<Verdict>;

impl Classes {
    /// No classes yet.
    pub fn new(policy: &Policy, labels: &[String]) -> Self {
        let between = Thresholds { review: LIKELY / 4.0, block: (1.0 + LIKELY) / 2.0 };
        let policy = labels.iter().fold(policy.clone(), |policy, label| policy.with_thresholds(label, between));
        Classes { policy, tables: Vec::new(), known: HashMap::new(), numbers: HashMap::new() }
    }

    /// The number of a row's table.
    ///
    /// # Errors
    /// When the policy is not made of decisions on two labels at a time.
    pub fn class(&mut self, row: &JudgedRow) -> Result<usize, String> {
        let bare = Bare::of(row);
        let key = bare.key();
        if let Some(&class) = self.known.get(&key) {
            return Ok(class);
        }
        let table = self.table(&bare);
        self.check(&bare, &table)?;
        let next = self.tables.len();
        let class = *self.numbers.entry(table.clone()).or_insert(next);
        if class == next {
            self.tables.push(table);
        }
        self.known.insert(key, class);
        Ok(class)
    }

    fn table(&self, bare: &Bare<'_>) -> Table {
        let labels = bare.scores.len();
        let signs: Vec<(usize, Felt)> = (0..labels).flat_map(|l| [(l, Felt::Review), (l, Felt::Block)]).collect();
        let mut table = vec![bare.decide(&self.policy, &[])];
        table.extend(signs.iter().map(|&sign| bare.decide(&self.policy, &[sign])));
        for (b, &second) in signs.iter().enumerate() {
            // two signs of one label never come together
            table.extend(
                signs[..b].iter().map(
                    |&first| {
                        if first.0 == second.0 { Verdict::Allow } else { bare.decide(&self.policy, &[first, second]) }
                    },
                ),
            );
        }
        table
    }

    /// What the page decides: the gravest entry of any two signs.
    pub fn verdict(table: &Table, felt: &[Felt]) -> Verdict {
        let labels = felt.len();
        let signs: Vec<usize> = felt.iter().enumerate().filter(|(_, f)| **f != Felt::Not).map(|(l, f)| 2 * l + *f as usize - 1).collect();
        let mut verdict = table[0];
        for (i, &b) in signs.iter().enumerate() {
            verdict = verdict.max(table[1 + b]);
            for &a in &signs[..i] {
                verdict = verdict.max(table[1 + 2 * labels + b * (b - 1) / 2 + a]);
            }
        }
        verdict
    }

    /// Compares with the library's decision where many labels are felt.
    fn check(&self, bare: &Bare<'_>, table: &Table) -> Result<(), String> {
        /// Arbitrary; that every label is felt for review, or for block, is always tried.
        const TRIED: usize = 40;
        let mut state = 1_u64;
        let mut random = || {
            // a linear congruential generator (Knuth, MMIX)
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            [Felt::Not, Felt::Review, Felt::Block][((state >> 33) % 3) as usize]
        };
        let labels = bare.scores.len();
        let mut tried = vec![vec![Felt::Review; labels], vec![Felt::Block; labels]];
        tried.extend((0..TRIED).map(|_| (0..labels).map(|_| random()).collect()));
        for felt in tried {
            let signs: Vec<(usize, Felt)> = felt.iter().copied().enumerate().filter(|(_, f)| *f != Felt::Not).collect();
            if bare.decide(&self.policy, &signs) != Classes::verdict(table, &felt) {
                return Err(format!("the policy {} decides on more than two labels at once, or milder on more of them", self.policy.name));
            }
        }
        Ok(())
    }
}

/// A row without its words.
struct Bare<'a> {
    message: Message,
    hits: Vec<Hit>,
    scores: &'a [LabelScore],
}

impl<'a> Bare<'a> {
    fn of(row: &'a JudgedRow) -> Self {
        let message = Message {
            id: String::new(),
            text: String::new(),
            subject: None,
            attachments: Vec::new(),
            senders: Vec::new(),
            ..row.message.clone()
        };
        let bare = |h: &Hit| Hit { rule: h.rule, span: None, message: String::new(), tolerated: h.tolerated };
        let mut hits: Vec<Hit> = row.reading.hits.iter().map(bare).collect();
        hits.sort_by_key(|h| (h.rule.code, h.tolerated));
        hits.dedup_by_key(|h| (h.rule.code, h.tolerated));
        Bare { message, hits, scores: &row.reading.scores }
    }

    fn key(&self) -> String {
        let hits: Vec<(&str, bool)> = self.hits.iter().map(|h| (h.rule.code, h.tolerated)).collect();
        let likely: Vec<bool> = self.scores.iter().map(|s| s.score >= LIKELY).collect();
        format!("{:?} {hits:?} {likely:?}", self.message)
    }

    /// The library's decision where these labels alone are felt.
    fn decide(&self, policy: &Policy, signs: &[(usize, Felt)]) -> Verdict {
        let made_up = |&(l, felt): &(usize, Felt)| {
            let score = match felt {
                Felt::Not => 0.0,
                Felt::Review if self.scores[l].score >= LIKELY => LIKELY,
                Felt::Review => LIKELY / 2.0,
                Felt::Block => 1.0,
            };
            LabelScore { score, span: None, ..self.scores[l].clone() }
        };
        let scores: Vec<LabelScore> = signs.iter().map(made_up).collect();
        verdict_of_labels(&decide(policy, &self.message, &self.hits, &scores))
    }
}
