//! What an audit found, as a summary and as a CSV.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use nosolicit::io::spreadsheet::neutralised;

use super::{Audited, Check, Gravity, Remark};
use crate::metrics::Rate;

/// Remarks shown per check in the summary; the CSV has all.
const SHOWN: usize = 5;

/// The summary for a person.
pub fn summary(audited: &Audited, remarks: &[Remark], files: &[PathBuf]) -> String {
    let corpus = &audited.corpus;
    let mut text = String::new();
    let holdout = corpus.rows.iter().filter(|r| audited.is_holdout(r)).count();
    let _ = writeln!(text, "{} rows in {} families from {} origins", corpus.rows.len(), corpus.families(), corpus.origins().len());
    if holdout > 0 {
        let _ = writeln!(text, "{holdout} of them in the holdout");
    }
    text.push_str(&counts(audited));
    let mut by_check: BTreeMap<Check, Vec<&Remark>> = BTreeMap::new();
    for remark in remarks {
        by_check.entry(remark.check).or_default().push(remark);
    }
    for (check, mut of_check) in by_check {
        // the most improbable label comes first; others stand in no order but that of the texts
        if check != Check::ImprobableLabel {
            of_check.sort_by_key(|remark| remark.row.map(|row| corpus.rows[row].place));
        }
        let _ = writeln!(text, "\n{} {} ({})", of_check.len(), check.as_str(), check.gravity().as_str());
        for remark in of_check.iter().take(SHOWN) {
            let _ = writeln!(text, "  {}{}", place(audited, remark, files), nosolicit::report::one_line(&remark.reason, 150));
        }
        if of_check.len() > SHOWN {
            let _ = writeln!(text, "  and {} more", of_check.len() - SHOWN);
        }
    }
    let of = |gravity| remarks.iter().filter(|r| r.check.gravity() == gravity).count();
    let _ = write!(text, "\n{} errors, {} warnings, {} notes", of(Gravity::Error), of(Gravity::Warning), of(Gravity::Note));
    text
}

/// Rows by label, channel, origin and length.
fn counts(audited: &Audited) -> String {
    let corpus = &audited.corpus;
    let mut text = String::new();
    let all = corpus.rows.len();
    let mut line = |name: &str, count: usize| {
        let _ = writeln!(text, "  {name:<32}{count:>7}  {:>5.1} %", 100.0 * Rate::new(count, all).rate);
    };
    line("permitted", corpus.rows.iter().filter(|r| r.permitted()).count());
    for (l, label) in corpus.labels.iter().enumerate() {
        line(label, corpus.rows.iter().filter(|r| r.labels.contains(&l)).count());
    }
    if let Some(request) = corpus.labels.iter().position(|l| l == nosolicit::label::REVIEW_REQUEST) {
        line("review_request alone", corpus.rows.iter().filter(|r| r.labels == [request]).count());
    }
    let mut slices: BTreeMap<String, usize> = BTreeMap::new();
    for row in &corpus.rows {
        let words = row.text.split_whitespace().count();
        let length = ["up to 12", "13 to 40", "41 to 80", "over 80"][[13, 41, 81].iter().filter(|&&from| words >= from).count()];
        for slice in [format!("channel {}", row.channel), format!("words {length}")] {
            *slices.entry(slice).or_default() += 1;
        }
        if !row.origin.is_empty() {
            *slices.entry(format!("origin {}", row.origin)).or_default() += 1;
        }
        if words > 80 && !row.permitted() {
            *slices.entry("words over 80, violating".to_owned()).or_default() += 1;
        }
    }
    let mut members: BTreeMap<&str, [bool; 2]> = BTreeMap::new();
    for row in &corpus.rows {
        members.entry(&row.family).or_default()[usize::from(row.permitted())] = true;
    }
    slices.insert("families of both kinds".to_owned(), members.values().filter(|kinds| **kinds == [true, true]).count());
    for (slice, count) in slices {
        line(&slice, count);
    }
    text
}

fn place(audited: &Audited, remark: &Remark, files: &[PathBuf]) -> String {
    let Some(row) = remark.row.map(|i| &audited.corpus.rows[i]) else { return String::new() };
    let file = files.get(row.place.file).map(|f| f.display().to_string()).unwrap_or_default();
    format!("{file}:{}: {}{}", row.place.line, row.id, if row.id.is_empty() { "" } else { ": " })
}

/// Writes all remarks as CSV, to a temporary file first.
///
/// # Errors
/// When the file cannot be written.
pub fn write(path: &Path, audited: &Audited, remarks: &[Remark], files: &[PathBuf]) -> Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = nosolicit::io::output::beside(folder).with_context(|| format!("cannot write to {}", folder.display()))?;
    {
        let mut writer = csv::Writer::from_writer(&mut file);
        writer.write_record(["file", "line", "id", "check", "gravity", "reason", "suggestion"])?;
        for remark in remarks {
            let row = remark.row.map(|i| &audited.corpus.rows[i]);
            let name = row.and_then(|r| files.get(r.place.file)).map(|f| f.display().to_string()).unwrap_or_default();
            let line = row.map(|r| r.place.line.to_string()).unwrap_or_default();
            let id = row.map_or("", |r| r.id.as_str());
            let check = remark.check;
            let cells = [&name, &line, id, check.as_str(), check.gravity().as_str(), &remark.reason, &remark.suggestion];
            writer.write_record(cells.map(|c| neutralised(c).into_owned()))?;
        }
        writer.flush()?;
    }
    file.persist(path).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(())
}
