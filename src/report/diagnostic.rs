//! Findings pointed at in the text, in the style of rustc.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::document::Field;
use crate::judgement::{Finding, Judgement, Severity, Verdict};
use crate::message::Message;
use crate::report::printable;

/// A judgement as text for a person, with colours if wished.
pub fn diagnostic(message: &Message, judgement: &Judgement, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    // the first half of a line end is no character to be shown; a blank keeps positions the same
    let body = printable(&message.text.replace("\r\n", " \n"));
    let subject = message.subject.as_deref().map(printable);
    let id = printable(&message.id);
    let mut text = String::new();
    for finding in &judgement.findings {
        let source = match finding.field {
            Field::Text => Some((message.text.as_str(), body.as_str())),
            Field::Subject => message.subject.as_deref().zip(subject.as_deref()),
            Field::Attachments => None,
        };
        text.push_str(&renderer.render(&[group(finding, source, &id)]));
        text.push_str("\n\n");
    }
    let verdict = match (judgement.verdict, &judgement.error) {
        (Some(verdict), _) => verdict,
        (None, error) => return format!("{}: not judged: {}\n", printable(&judgement.id), printable(error.as_deref().unwrap_or_default())),
    };
    text.push_str(&format!("{}: {}{}\n", printable(&judgement.id), verdict.as_str(), reason(judgement, verdict)));
    text
}

/// A finding with its place. `source` is the field as given and as printed, equal in length.
fn group<'a>(finding: &'a Finding, source: Option<(&'a str, &'a str)>, id: &'a str) -> Group<'a> {
    let level = match finding.severity {
        Severity::Block => Level::ERROR.with_name("block"),
        Severity::Review => Level::WARNING.with_name("review"),
        Severity::Info => Level::NOTE.with_name("info"),
    };
    let score = finding.score.map_or_else(String::new, |s| format!(" (score {s:.2})"));
    let title = level.primary_title(printable(&format!("{}{score}", finding.message))).id(format!("{} {}", finding.code, finding.name));
    let mut group = Group::with_title(title);
    if let (Some((raw, source)), false) = (source, finding.text.is_empty()) {
        let range = byte_range(raw, finding.start, finding.end);
        let place = if finding.field == Field::Subject { format!("{id} (subject)") } else { id.to_owned() };
        group = group.element(Snippet::source(source.to_owned()).path(place).annotation(AnnotationKind::Primary.span(range)));
    } else if !finding.text.is_empty() {
        group = group.element(Level::NOTE.message(printable(&finding.text)));
    }
    if finding.clause.is_empty() {
        group
    } else {
        group.element(Level::NOTE.with_name("clause").message(format!("{}; `nosolicit rule {}` explains", finding.clause, finding.code)))
    }
}

/// Character positions as bytes.
fn byte_range(text: &str, start: usize, end: usize) -> std::ops::Range<usize> {
    let byte = |n: usize| text.char_indices().nth(n).map_or(text.len(), |(i, _)| i);
    byte(start)..byte(end)
}

/// Why the verdict is what it is.
fn reason(judgement: &Judgement, verdict: Verdict) -> String {
    let deciding: Vec<&str> = judgement.findings.iter().filter(|f| Verdict::from(f.severity) == verdict).map(|f| &*f.name).collect();
    let mut names: Vec<&str> = Vec::new();
    for name in deciding {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    match verdict {
        Verdict::Allow => {
            let nearest = judgement.scores.0.iter().max_by(|a, b| a.1.total_cmp(&b.1));
            nearest.map_or_else(String::new, |(label, score)| format!(" (nearest label: {label}, score {score:.2})"))
        }
        _ => format!(" ({})", names.join(", ")),
    }
}
