//! Where both together are wrong: labels taken for others, and the worst rows with the words responsible.

use serde::Serialize;

use super::said::Said;
use crate::judged::{JudgedRow, JudgedRows};

/// Which labels are taken for which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Confusion {
    /// The columns: labels found.
    pub labels: Vec<String>,
    /// A line per true label, and one for permitted rows.
    pub lines: Vec<ConfusionLine>,
}

/// Rows with a label (or with none), and what was found in them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConfusionLine {
    /// The true label; `None`: permitted.
    pub label: Option<String>,
    /// Rows.
    pub rows: usize,
    /// Rows in which each label was found. On the diagonal that is right; elsewhere only rows are counted that do not have the label found.
    pub found: Vec<usize>,
    /// Rows in which no label was found.
    pub nothing: usize,
}

/// Counts what was found beside what was there.
pub fn confusion(said: &Said, judged: &JudgedRows) -> Confusion {
    let line = |label: Option<usize>| {
        let holds = |row: &&usize| match label {
            Some(l) => said.labels[l].positive[**row],
            None => !said.any.positive[**row],
        };
        let all: Vec<usize> = (0..judged.rows.len()).collect();
        let rows: Vec<usize> = all.iter().filter(holds).copied().collect();
        let found = said
            .labels
            .iter()
            .enumerate()
            .map(|(f, subject)| rows.iter().filter(|&&row| subject.found[row] && (Some(f) == label || !subject.positive[row])).count());
        ConfusionLine {
            label: label.map(|l| judged.labels[l].clone()),
            rows: rows.len(),
            found: found.collect(),
            nothing: rows.iter().filter(|&&row| !said.any.found[row]).count(),
        }
    };
    let lines = (0..judged.labels.len()).map(Some).chain([None]).map(line).collect();
    Confusion { labels: judged.labels.clone(), lines }
}

/// What went wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// It violates, and no label was found.
    Missed,
    /// It is permitted, and a label was found.
    FalseAlarm,
}

/// A row that was judged wrongly.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WrongRow {
    /// What went wrong.
    pub kind: Kind,
    /// Id of the row.
    pub id: String,
    /// File and line.
    pub place: String,
    /// Origin; may be empty.
    pub origin: String,
    /// True labels.
    pub labels: Vec<String>,
    /// The label that scored highest: of those missed, or of those found.
    pub label: String,
    /// Its score; 1 where a rule found it.
    pub score: f64,
    /// Code of the finding; `None` for a miss.
    pub code: Option<String>,
    /// The words responsible: those pointed at; for a miss those marked in the corpus, else where the model came nearest.
    pub words: String,
    /// The whole text.
    pub text: String,
}

/// The `most` worst misses (the lowest scores first) and the `most` worst false alarms (the highest first).
pub fn worst(said: &Said, judged: &JudgedRows, most: usize) -> Vec<WrongRow> {
    let rows = 0..judged.rows.len();
    let missed = rows.clone().filter(|&row| said.any.positive[row] && !said.any.found[row]).filter_map(|row| miss(row, said, judged));
    let alarms = rows.filter(|&row| !said.any.positive[row] && said.any.found[row]).filter_map(|row| alarm(row, said, judged));
    let (mut missed, mut alarms): (Vec<WrongRow>, Vec<WrongRow>) = (missed.collect(), alarms.collect());
    missed.sort_by(|a, b| a.score.total_cmp(&b.score));
    alarms.sort_by(|a, b| b.score.total_cmp(&a.score));
    missed.truncate(most);
    alarms.truncate(most);
    missed.into_iter().chain(alarms).collect()
}

fn miss(row: usize, said: &Said, judged: &JudgedRows) -> Option<WrongRow> {
    let read = &judged.rows[row];
    let label = read.row.labels.iter().copied().max_by(|&a, &b| said.labels[a].scores[row].total_cmp(&said.labels[b].scores[row]))?;
    let pointed = || {
        let span = read.reading.scores[label].span.as_ref()?;
        (span.field == nosolicit::document::Field::Text).then(|| read.row.text.get(span.raw.clone()).map(str::to_owned))?
    };
    let words = if read.row.evidence.is_empty() { pointed().unwrap_or_default() } else { read.row.evidence.join(" … ") };
    Some(wrong(Kind::Missed, read, judged, label_name(judged, label), said.labels[label].scores[row], None, words))
}

fn alarm(row: usize, said: &Said, judged: &JudgedRows) -> Option<WrongRow> {
    let findings = said.judgements[row].findings.iter().filter(|f| f.label.is_some());
    let finding = findings.max_by(|a, b| a.score.unwrap_or(1.0).total_cmp(&b.score.unwrap_or(1.0)))?;
    let (label, code) = (finding.label.as_deref().unwrap_or_default().to_owned(), Some(finding.code.to_string()));
    Some(wrong(Kind::FalseAlarm, &judged.rows[row], judged, label, finding.score.unwrap_or(1.0), code, finding.text.clone()))
}

fn wrong(kind: Kind, read: &JudgedRow, judged: &JudgedRows, label: String, score: f64, code: Option<String>, words: String) -> WrongRow {
    WrongRow {
        kind,
        id: read.row.id.clone(),
        place: judged.place(read),
        origin: read.row.origin.clone(),
        labels: read.row.labels.iter().map(|&l| label_name(judged, l)).collect(),
        label,
        score: nosolicit::judgement::round(score),
        code,
        words,
        text: read.row.text.clone(),
    }
}

fn label_name(judged: &JudgedRows, label: usize) -> String {
    judged.labels[label].clone()
}
