//! Rows whose decision is asked for again and again under moved thresholds, and what comes of it per family.

use std::collections::BTreeMap;

use nosolicit::judgement::Verdict;
use nosolicit::policy::{Policy, Thresholds};
use rayon::prelude::*;
use serde::Serialize;

use crate::judged::{JudgedRow, JudgedRows, Judges, verdict_of_labels};
use crate::metrics::Rate;

/// A row with the verdict that is due to it and the family it counts in.
#[derive(Debug)]
pub struct Case<'a> {
    /// The row.
    pub read: &'a JudgedRow,
    /// The verdict that the policy has for the true labels, see [`JudgedRow::due`].
    pub due: Verdict,
    /// Number of the family.
    pub family: usize,
    /// One over the number of rows of the family: a family counts once, however many rows it has.
    pub weight: f64,
}

/// Rows under a policy whose thresholds are moved.
#[derive(Debug)]
pub struct Cases<'a> {
    /// The model's labels.
    pub labels: &'a [String],
    /// The rows.
    pub cases: Vec<Case<'a>>,
    policy: &'a Policy,
}

impl<'a> Cases<'a> {
    /// All rows.
    pub fn new(judged: &'a JudgedRows) -> Self {
        let mut number_of: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for read in &judged.rows {
            let next = number_of.len();
            number_of.entry(&read.row.family).or_insert((next, 0)).1 += 1;
        }
        let case = |read: &'a JudgedRow| {
            let (family, rows) = number_of[read.row.family.as_str()];
            Case { read, due: read.due(&judged.policy), family, weight: 1.0 / rows as f64 }
        };
        Cases { labels: &judged.labels, cases: judged.rows.iter().map(case).collect(), policy: &judged.policy }
    }

    /// The families in two halves that have as many families with something to stop, and as many without. Which family goes where
    /// hangs on its name alone.
    pub fn halves(judged: &'a JudgedRows) -> [Self; 2] {
        let all = Cases::new(judged);
        let mut families: BTreeMap<usize, (bool, u64)> = BTreeMap::new();
        for case in &all.cases {
            let entry = families.entry(case.family).or_insert_with(|| (false, mixed(&case.read.row.family)));
            entry.0 |= case.due >= Verdict::Review;
        }
        let mut order: Vec<(usize, (bool, u64))> = families.into_iter().collect();
        order.sort_by_key(|&(family, key)| (key, family));
        let half_of: BTreeMap<usize, usize> = order.iter().enumerate().map(|(place, (family, _))| (*family, place % 2)).collect();
        let mut halves = [0, 1].map(|_| Cases { labels: all.labels, cases: Vec::new(), policy: all.policy });
        for case in all.cases {
            halves[half_of[&case.family]].cases.push(case);
        }
        halves
    }

    /// The policy with these thresholds, one per label.
    pub fn policy(&self, thresholds: &[Thresholds]) -> Policy {
        let set = |policy: Policy, (label, t): (&String, &Thresholds)| policy.with_thresholds(label, *t);
        self.labels.iter().zip(thresholds).fold(self.policy.clone(), set)
    }

    /// The verdict of every case: rules and model together, composites and exceptions included, findings with a label alone.
    pub fn verdicts(&self, thresholds: &[Thresholds]) -> Vec<Verdict> {
        let policy = self.policy(thresholds);
        self.cases.par_iter().map(|case| case.verdict(&policy)).collect()
    }

    /// What comes of these thresholds.
    pub fn outcome(&self, thresholds: &[Thresholds]) -> Outcome {
        self.outcome_of(&self.verdicts(thresholds))
    }

    /// What comes of these verdicts, one per case.
    pub fn outcome_of(&self, verdicts: &[Verdict]) -> Outcome {
        let families = |among: &dyn Fn(&Case<'_>) -> bool, is: &dyn Fn(Verdict) -> bool| {
            let mut hit: BTreeMap<usize, bool> = BTreeMap::new();
            for (case, verdict) in self.cases.iter().zip(verdicts).filter(|(case, _)| among(case)) {
                *hit.entry(case.family).or_default() |= is(*verdict);
            }
            Rate::new(hit.values().filter(|&&h| h).count(), hit.len())
        };
        let count = |is: Verdict| Rate::new(verdicts.iter().filter(|&&v| v == is).count(), verdicts.len());
        Outcome {
            missed: families(&|c| c.due >= Verdict::Review, &|v| v == Verdict::Allow),
            false_alarms: families(&|c| c.due == Verdict::Allow, &|v| v >= Verdict::Review),
            wrongly_blocked: families(&|c| c.due < Verdict::Block, &|v| v == Verdict::Block),
            not_blocked: families(&|c| c.due == Verdict::Block, &|v| v < Verdict::Block),
            reviewed: count(Verdict::Review),
            blocked: count(Verdict::Block),
        }
    }
}

impl Case<'_> {
    /// The verdict under a policy.
    pub fn verdict(&self, policy: &Policy) -> Verdict {
        verdict_of_labels(&self.read.decide(policy, Judges::Both))
    }
}

/// What comes of a choice of thresholds. The first four count families: a family counts as soon as one of its rows does.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Outcome {
    /// Of the families with a row that must be stopped (review or block): one is let through.
    pub missed: Rate,
    /// Of the families with a row that may pass: one is stopped.
    pub false_alarms: Rate,
    /// Of the families with a row that must not be blocked: one is blocked.
    pub wrongly_blocked: Rate,
    /// Of the families with a row that must be blocked: one is not.
    pub not_blocked: Rate,
    /// Rows that a person must look at.
    pub reviewed: Rate,
    /// Rows blocked.
    pub blocked: Rate,
}

impl Outcome {
    /// The counts of two disjoint sets of families together.
    #[must_use]
    pub fn and(&self, other: &Outcome) -> Outcome {
        let sum = |a: Rate, b: Rate| Rate::new(a.hits + b.hits, a.of + b.of);
        Outcome {
            missed: sum(self.missed, other.missed),
            false_alarms: sum(self.false_alarms, other.false_alarms),
            wrongly_blocked: sum(self.wrongly_blocked, other.wrongly_blocked),
            not_blocked: sum(self.not_blocked, other.not_blocked),
            reviewed: sum(self.reviewed, other.reviewed),
            blocked: sum(self.blocked, other.blocked),
        }
    }
}

/// FNV-1a (Fowler, Noll and Vo) of a name: an order of families that no score has a part in.
fn mixed(name: &str) -> u64 {
    name.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}
