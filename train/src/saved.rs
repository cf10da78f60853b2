//! Rows that have been read, kept as JSON lines: the first says what read them, and each further one is a row. Trying thresholds on them
//! needs no model then.

use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use nosolicit::document::{Field, Span};
use nosolicit::engine::Reading;
use nosolicit::model::LabelScore;
use nosolicit::policy::{Policy, Thresholds};
use nosolicit::rules::{self, Hit};
use serde::{Deserialize, Serialize};

use crate::corpus::{Place, Row};
use crate::judged::{JudgedRow, JudgedRows, tier_name, tier_named};

/// What is known about all rows.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    read_by: String,
    model: String,
    model_sha256: String,
    tier: String,
    data_sha256: String,
    seen_in_training: usize,
    files: Vec<PathBuf>,
    labels: Vec<SavedLabel>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedLabel {
    name: String,
    thresholds: Thresholds,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedRow {
    id: String,
    text: String,
    labels: Vec<usize>,
    evidence: Vec<String>,
    family: String,
    origin: String,
    channel: String,
    format: String,
    file: usize,
    line: u64,
    hits: Vec<SavedHit>,
    scores: Vec<SavedScore>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedHit {
    code: String,
    span: Option<SavedSpan>,
    message: String,
    tolerated: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedScore {
    score: f64,
    span: Option<SavedSpan>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedSpan {
    field: Field,
    start: usize,
    end: usize,
}

impl SavedSpan {
    fn of(span: &Span) -> Self {
        SavedSpan { field: span.field, start: span.raw.start, end: span.raw.end }
    }

    fn span(self) -> Span {
        Span { field: self.field, raw: self.start..self.end }
    }
}

/// What reads the rows; another version's rules may read them otherwise.
fn reader() -> String {
    format!("nosolicit-train {}", env!("CARGO_PKG_VERSION"))
}

/// Writes rows.
///
/// # Errors
/// When `out` cannot be written.
pub fn save(judged: &JudgedRows, out: &mut impl Write) -> Result<()> {
    let thresholds = judged.rows.first().map(|r| r.reading.scores.iter().map(|s| s.thresholds).collect::<Vec<_>>()).unwrap_or_default();
    let labels = judged.labels.iter().cloned().zip(thresholds).map(|(name, thresholds)| SavedLabel { name, thresholds });
    let head = Head {
        read_by: reader(),
        model: judged.model.clone(),
        model_sha256: judged.model_sha256.clone(),
        tier: tier_name(judged.tier).to_owned(),
        data_sha256: judged.data_sha256.clone(),
        seen_in_training: judged.seen_in_training,
        files: judged.files.clone(),
        labels: labels.collect(),
    };
    writeln!(out, "{}", serde_json::to_string(&head)?)?;
    for read in &judged.rows {
        writeln!(out, "{}", serde_json::to_string(&saved(read))?)?;
    }
    Ok(())
}

fn saved(read: &JudgedRow) -> SavedRow {
    let row = read.row.clone();
    let hit = |h: &Hit| SavedHit {
        code: h.rule.code.to_owned(),
        span: h.span.as_ref().map(SavedSpan::of),
        message: h.message.clone(),
        tolerated: h.tolerated,
    };
    SavedRow {
        id: row.id,
        text: row.text,
        labels: row.labels,
        evidence: row.evidence,
        family: row.family,
        origin: row.origin,
        channel: row.channel,
        format: row.format,
        file: row.place.file,
        line: row.place.line,
        hits: read.reading.hits.iter().map(hit).collect(),
        scores: read.reading.scores.iter().map(|s| SavedScore { score: s.score, span: s.span.as_ref().map(SavedSpan::of) }).collect(),
    }
}

/// Reads rows that [`save`] wrote; `path` is named in errors.
///
/// # Errors
/// When the lines are not what [`save`] writes, or another version of the program has read the rows.
pub fn load(from: impl BufRead, path: &Path, policy: Policy) -> Result<JudgedRows> {
    let mut lines = from.lines().enumerate();
    let place = |line: usize| format!("{}:{}", path.display(), line + 1);
    let Some((_, first)) = lines.next() else { bail!("{}: the file is empty", place(0)) };
    let head: Head = serde_json::from_str(&first?).with_context(|| format!("{}: not what --save-judged writes", place(0)))?;
    if head.read_by != reader() {
        bail!("{}: the rows were read by {}, and this is {}: judge them anew", place(0), head.read_by, reader());
    }
    let Some(tier) = tier_named(&head.tier) else { bail!("{}: there is no tier {:?}", place(0), head.tier) };
    let labels: Vec<(Arc<str>, Thresholds)> = head.labels.iter().map(|l| (Arc::from(l.name.as_str()), l.thresholds)).collect();
    let mut rows = Vec::new();
    for (at, line) in lines {
        let saved: SavedRow = serde_json::from_str(&line?).with_context(|| format!("{}: not a judged row", place(at)))?;
        rows.push(row(saved, &labels).map_err(|problem| anyhow::anyhow!("{}: {problem}", place(at)))?);
    }
    if rows.is_empty() {
        bail!("{}: the file holds no rows", path.display());
    }
    Ok(JudgedRows {
        labels: head.labels.into_iter().map(|l| l.name).collect(),
        policy,
        tier,
        model: head.model,
        model_sha256: head.model_sha256,
        data_sha256: head.data_sha256,
        seen_in_training: head.seen_in_training,
        files: head.files,
        rows,
    })
}

fn row(saved: SavedRow, labels: &[(Arc<str>, Thresholds)]) -> Result<JudgedRow, String> {
    if saved.scores.len() != labels.len() {
        return Err(format!("{} scores for {} labels", saved.scores.len(), labels.len()));
    }
    if let Some(label) = saved.labels.iter().find(|&&l| l >= labels.len()) {
        return Err(format!("label {label} of {}", labels.len()));
    }
    let hit = |h: SavedHit| {
        let rule = rules::find(&h.code).ok_or_else(|| format!("there is no rule {:?}", h.code))?;
        Ok(Hit { rule, span: h.span.map(SavedSpan::span), message: h.message, tolerated: h.tolerated })
    };
    let hits = saved.hits.into_iter().map(hit).collect::<Result<Vec<Hit>, String>>()?;
    let score = |(s, (label, thresholds)): (SavedScore, &(Arc<str>, Thresholds))| LabelScore {
        label: label.clone(),
        score: s.score,
        span: s.span.map(SavedSpan::span),
        thresholds: *thresholds,
    };
    let scores = saved.scores.into_iter().zip(labels).map(score).collect();
    let row = Row {
        text: saved.text,
        labels: saved.labels,
        evidence: saved.evidence,
        family: saved.family,
        origin: saved.origin,
        channel: saved.channel,
        format: saved.format,
        id: saved.id,
        place: Place { file: saved.file, line: saved.line },
    };
    Ok(JudgedRow { message: row.message(), row, reading: Reading { hits, scores } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Corpus;
    use crate::judged::Judges;
    use nosolicit::model::{Model, Tier};

    #[test]
    fn rows_come_back_as_they_were() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        let csv = "text,labels,evidence,channel\n\"Größe 5: leave us a 5-star review at shop.example\",review_request,leave us,insert\n\"x\",,,message\n";
        std::fs::write(file.path(), csv).expect("it is written");
        let model = Model::built_in().expect("it is valid");
        let labels: Vec<String> = model.labels().iter().map(|l| l.name.to_string()).collect();
        let files = vec![file.path().to_owned()];
        let corpus = Corpus::read(&files, Some(&labels)).expect("it is valid");
        let judged = JudgedRows::read(corpus, files, model, Tier::Fast, Policy::amazon(), &|| ()).expect("they are read");
        let mut bytes = Vec::new();
        save(&judged, &mut bytes).expect("they are saved");
        let back = load(bytes.as_slice(), Path::new("rows.jsonl"), Policy::amazon()).expect("they are loaded");
        assert_eq!(judged.judgements(Judges::Both), back.judgements(Judges::Both));
        assert_eq!(format!("{:?}", judged.rows), format!("{:?}", back.rows));
        assert_eq!((judged.thresholds(), judged.model_sha256), (back.thresholds(), back.model_sha256));
        let text = String::from_utf8(bytes).expect("UTF-8");
        let error = |text: &str| load(text.as_bytes(), Path::new("rows.jsonl"), Policy::amazon()).expect_err("it is damaged").to_string();
        assert_eq!(error(""), "rows.jsonl:1: the file is empty");
        assert_eq!(error(&text.replace("\"code\":\"", "\"code\":\"X")).split(": ").next(), Some("rows.jsonl:2"));
        assert_eq!(error(&text.replacen("\"scores\":[{", "\"scores\":[3,{", 1)), "rows.jsonl:2: not a judged row");
        assert!(error(&text.replace("nosolicit-train", "another")).contains("judge them anew"));
    }
}
