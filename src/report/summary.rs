//! Counts over a batch, and its worst messages.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::judgement::{Judgement, Severity, Source, Verdict};
use crate::report::one_line;

/// Worst messages kept.
const WORST: usize = 5;
/// Failed records kept.
const FAILURES: usize = 5;

/// Counts over a batch. Its size does not grow with the batch.
#[derive(Debug, Default)]
pub struct Summary {
    /// Records judged.
    pub judged: usize,
    /// Records that could not be judged.
    pub failed: usize,
    by_verdict: BTreeMap<Verdict, usize>,
    /// Messages with a finding of a label at `review` or `block`, by label.
    by_label: BTreeMap<String, (usize, usize)>,
    /// Messages with a finding of a rule at `review` or `block`, by code and name.
    by_rule: BTreeMap<(String, String), (usize, usize)>,
    worst: Vec<Judgement>,
    failures: Vec<String>,
}

impl Summary {
    /// Counts a judgement.
    pub fn add(&mut self, judgement: Judgement) {
        let Some(verdict) = judgement.verdict else {
            self.failed += 1;
            if self.failures.len() < FAILURES {
                self.failures.extend(judgement.error);
            }
            return;
        };
        self.judged += 1;
        *self.by_verdict.entry(verdict).or_default() += 1;
        let mut labels: BTreeMap<&str, Severity> = BTreeMap::new();
        let mut rules: BTreeMap<(&str, &str), Severity> = BTreeMap::new();
        for finding in judgement.findings.iter().filter(|f| f.severity > Severity::Info) {
            if let Some(label) = &finding.label {
                let highest = labels.entry(label).or_insert(finding.severity);
                *highest = finding.severity.max(*highest);
            }
            if finding.source == Source::Rule {
                let highest = rules.entry((&finding.code, &finding.name)).or_insert(finding.severity);
                *highest = finding.severity.max(*highest);
            }
        }
        for (label, severity) in labels {
            count(self.by_label.entry(label.to_owned()).or_default(), severity);
        }
        for ((code, name), severity) in rules {
            count(self.by_rule.entry((code.to_owned(), name.to_owned())).or_default(), severity);
        }
        self.keep_worst(judgement);
    }

    fn keep_worst(&mut self, judgement: Judgement) {
        if judgement.verdict <= Some(Verdict::Allow) {
            return;
        }
        let place = self.worst.partition_point(|w| badness(w) >= badness(&judgement));
        if place < WORST {
            self.worst.insert(place, judgement);
            self.worst.truncate(WORST);
        }
    }

    /// The highest verdict of all; `None` when nothing was judged.
    pub fn highest(&self) -> Option<Verdict> {
        self.by_verdict.keys().next_back().copied()
    }

    /// The summary as text for a person. `written_to` says where the full output went.
    pub fn text(&self, written_to: &str) -> String {
        let mut text = String::new();
        let count = |v: Verdict| self.by_verdict.get(&v).copied().unwrap_or(0);
        let _ = writeln!(text, "{} messages judged", self.judged);
        for verdict in [Verdict::Block, Verdict::Review, Verdict::Allow] {
            let share = 100.0 * count(verdict) as f64 / self.judged.max(1) as f64;
            let _ = writeln!(text, "  {:<8}{:>8}  {share:>5.1} %", verdict.as_str(), count(verdict));
        }
        if self.failed > 0 {
            let _ = writeln!(text, "  {:<8}{:>8}  records that could not be judged", "failed", self.failed);
        }
        if !self.by_label.is_empty() {
            let _ = writeln!(text, "\nby label {:>26}{:>9}", "block", "review");
            for (label, (blocked, reviewed)) in &self.by_label {
                let _ = writeln!(text, "  {label:<25}{blocked:>8}{reviewed:>9}");
            }
        }
        if !self.by_rule.is_empty() {
            let mut rules: Vec<_> = self.by_rule.iter().collect();
            rules.sort_by_key(|(name, (b, r))| (std::cmp::Reverse(b + r), *name));
            let _ = writeln!(text, "\nby rule {:>27}{:>9}", "block", "review");
            for ((code, name), (blocked, reviewed)) in rules.iter().take(10) {
                let _ = writeln!(text, "  {:<25}{blocked:>8}{reviewed:>9}", format!("{code} {name}"));
            }
            if rules.len() > 10 {
                let _ = writeln!(text, "  and {} more rules", rules.len() - 10);
            }
        }
        if !self.worst.is_empty() {
            let _ = writeln!(text, "\nworst messages");
        }
        for judgement in &self.worst {
            let verdict = judgement.verdict.map_or("", Verdict::as_str);
            let _ = writeln!(text, "  {} ({verdict})", one_line(&judgement.id, 60));
            for finding in judgement.findings.iter().filter(|f| f.severity > Severity::Info).take(3) {
                let words =
                    if finding.text.is_empty() { one_line(&finding.message, 70) } else { format!("“{}”", one_line(&finding.text, 70)) };
                let _ = writeln!(text, "    {} {:<22} {words}", finding.code, finding.name);
            }
            let more = judgement.findings.iter().filter(|f| f.severity > Severity::Info).count().saturating_sub(3);
            if more > 0 {
                let _ = writeln!(text, "    and {more} more");
            }
        }
        if !self.failures.is_empty() {
            let _ = writeln!(text, "\nrecords that could not be judged");
            for failure in &self.failures {
                let _ = writeln!(text, "  {}", one_line(failure, 160));
            }
            if self.failed > self.failures.len() {
                let _ = writeln!(text, "  and {} more", self.failed - self.failures.len());
            }
        }
        let _ = write!(text, "\nfull output: {written_to}");
        text
    }
}

fn count(counts: &mut (usize, usize), severity: Severity) {
    if severity == Severity::Block { counts.0 += 1 } else { counts.1 += 1 }
}

/// Orders messages by verdict, then by the number of blocking findings, then by the highest score in thousandths.
fn badness(judgement: &Judgement) -> (Option<Verdict>, usize, u32) {
    let blocking = judgement.findings.iter().filter(|f| f.severity == Severity::Block).count();
    let score = judgement.scores.0.iter().map(|(_, s)| (s * 1000.0) as u32).max().unwrap_or(0);
    (judgement.verdict, blocking, score)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_counted_and_named() {
        let mut summary = Summary::default();
        for i in 0..7 {
            summary.add(Judgement::failed(i.to_string(), format!("a.csv:{i}: bad")));
        }
        let text = summary.text("nowhere");
        assert!(text.contains("failed         7"), "{text}");
        assert!(text.contains("a.csv:4: bad") && text.contains("and 2 more"), "{text}");
        assert_eq!(summary.highest(), None);
    }
}
