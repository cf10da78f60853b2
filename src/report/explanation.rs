//! An explanation for a person.

use std::fmt::Write as _;

use crate::explain::{Contribution, Explanation, LabelExplanation, Neighbour, Shortening};
use crate::judgement::{Judgement, Severity, Verdict};
use crate::report::{one_line, printable};

/// Words shown that raised a score, and that lowered it.
const WORDS: usize = 8;
/// Contributions smaller than this are left out.
const LEAST: f64 = 0.05;
/// Characters of a text shown.
const WIDTH: usize = 100;

/// A record that could not be judged.
pub fn not_judged(judgement: &Judgement) -> String {
    format!("{}: not judged: {}\n", printable(&judgement.id), printable(judgement.error.as_deref().unwrap_or_default()))
}

/// An explanation as text.
pub fn explanation(explained: &Explanation) -> String {
    let judgement = &explained.judgement;
    let mut text = format!("{}: {}\n", printable(&judgement.id), judgement.verdict.map_or("", Verdict::as_str));
    for finding in &judgement.findings {
        let severity = match finding.severity {
            Severity::Block => "block",
            Severity::Review => "review",
            Severity::Info => "info",
        };
        let words = if finding.text.is_empty() { String::new() } else { format!(": “{}”", one_line(&finding.text, WIDTH)) };
        let _ = writeln!(text, "  {severity} {} {}{words}", finding.code, printable(&finding.name));
    }
    let (found, others): (Vec<_>, Vec<_>) = explained.labels.iter().partition(|l| l.found());
    for label in &found {
        text.push_str(&detail(label));
    }
    // for a message without a finding of the model: what came nearest
    if let (true, Some(nearest)) = (found.is_empty(), others.first()) {
        let _ = write!(text, "\nno label is found; the nearest is");
        text.push_str(&detail(nearest));
    }
    let rest = others.iter().skip(usize::from(found.is_empty()));
    let rest: Vec<String> = rest.map(|l| format!("{} {:.2} (review from {:.2})", printable(&l.label), l.score, l.review)).collect();
    if !rest.is_empty() {
        let _ = writeln!(text, "\nother labels: {}", rest.join(", "));
    }
    if let Some(shortening) = &explained.shortening {
        text.push_str(&would_pass(shortening));
    }
    if let Some(alike) = &explained.examples {
        text.push_str(&neighbours("violating", &alike.violating));
        text.push_str(&neighbours("permitted", &alike.permitted));
    }
    text
}

fn detail(label: &LabelExplanation) -> String {
    let block = if label.block > 1.0 { String::new() } else { format!(", block from {:.2}", label.block) };
    let mut text = format!("\n{} {:.2} (review from {:.2}{block})\n", printable(&label.label), label.score, label.review);
    let by_words = label.log_odds - label.base;
    let _ = writeln!(text, "  log odds {:+.2} = {:+.2} without its words {by_words:+.2} by them", label.log_odds, label.base);
    let mut words: Vec<&Contribution> = label.words.iter().filter(|w| w.contribution.abs() >= LEAST).collect();
    words.sort_by(|a, b| b.contribution.abs().total_cmp(&a.contribution.abs()).then(a.place.start.cmp(&b.place.start)));
    let (raised, lowered): (Vec<&Contribution>, Vec<&Contribution>) = words.into_iter().partition(|w| w.contribution > 0.0);
    for (how, words) in [("raised by ", raised), ("lowered by", lowered)] {
        if !words.is_empty() {
            let shown = words.iter().take(WORDS).map(|w| format!("{} {:+.2}", one_line(&w.place.text, 40), w.contribution));
            let more = if words.len() > WORDS { format!(", and {} more", words.len() - WORDS) } else { String::new() };
            let _ = writeln!(text, "  {how} {}{more}", shown.collect::<Vec<_>>().join(", "));
        }
    }
    text
}

fn would_pass(shortening: &Shortening) -> String {
    let Some(delete) = &shortening.delete else {
        let found = shortening.remaining.iter().map(|n| printable(n)).collect::<Vec<_>>().join(", ");
        let why = if shortening.proved() { "no deletion of sentences makes it pass" } else { "no deletion that makes it pass was found" };
        return format!("\n{why}; against it: {found}\n");
    };
    let count = |n: usize| if n == 1 { "1 sentence".to_owned() } else { format!("{n} sentences") };
    let mut text = format!("\nit would pass without {} of {}:\n", delete.len(), count(shortening.sentences));
    for place in delete {
        let _ = writeln!(text, "  - {}", one_line(&place.text, WIDTH));
    }
    let _ = match (shortening.proved(), delete.len()) {
        (true, 1) => Ok(()),
        (true, _) => writeln!(text, "  no fewer would do: every smaller deletion was judged"),
        (false, _) => writeln!(text, "  perhaps fewer would do: deletions of up to {} were all judged", count(shortening.tried_up_to)),
    };
    text
}

fn neighbours(kind: &str, rows: &[Neighbour]) -> String {
    let mut text = format!("\n{kind} rows most like it:{}\n", if rows.is_empty() { " none has a word in common" } else { "" });
    for row in rows {
        let labels = if row.labels.is_empty() { String::new() } else { format!(" {}", printable(&row.labels.join("|"))) };
        let _ = writeln!(text, "  {:.2}{labels} “{}” ({})", row.likeness, one_line(&row.text, WIDTH), printable(&row.place));
    }
    text
}
