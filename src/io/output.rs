//! Judgements as JSON lines or CSV.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;
use tempfile::NamedTempFile;

use super::fields::Extras;
use super::files;
use super::spreadsheet::neutralised;
use crate::judgement::{Judgement, round};

/// The format of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputFormat {
    /// A JSON object a line.
    Jsonl,
    /// The flat form.
    Csv,
}

/// An output that cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}", target.display())]
pub struct OutputError {
    /// The file, or `<stdout>`.
    pub target: PathBuf,
    /// Why.
    pub source: io::Error,
}

impl OutputError {
    /// Whether the reader of the output has gone away, which is its right.
    pub fn is_broken_pipe(&self) -> bool {
        self.source.kind() == io::ErrorKind::BrokenPipe
    }
}

/// The keys of a judgement in either format, which unknown columns may not take.
const OWN_KEYS: &[&str] = &["id", "verdict", "scores", "findings", "error", "rules"];

/// An unknown column under a name that is free beside the `others`.
fn free_name<'k>(key: &str, others: impl Iterator<Item = &'k str> + Clone) -> String {
    let mut name = key.to_owned();
    while OWN_KEYS.contains(&name.as_str()) || name.starts_with("scores.") || (name != key && others.clone().any(|other| other == name)) {
        name.insert_str(0, "input_");
    }
    name
}

/// A judgement with the unknown columns of its record.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    judgement: &'a Judgement,
    #[serde(flatten)]
    extras: ExtrasMap<'a>,
}

struct ExtrasMap<'a>(&'a Extras);

impl Serialize for ExtrasMap<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let others = self.0.iter().map(|(key, _)| key.as_str());
        serializer.collect_map(self.0.iter().map(|(key, value)| (free_name(key, others.clone()), value)))
    }
}

/// Turns judgements into lines. Shared by the threads that judge.
#[derive(Debug, Clone)]
pub struct Encoder {
    format: OutputFormat,
    labels: Vec<String>,
    /// Unknown columns of the first record, which the flat form has.
    columns: Vec<String>,
}

impl Encoder {
    /// An encoder for judgements with these labels. `columns` are the unknown columns of the first record.
    pub fn new(format: OutputFormat, labels: Vec<String>, columns: Vec<String>) -> Self {
        Encoder { format, labels, columns }
    }

    /// What stands before the first judgement.
    pub fn header(&self) -> Vec<u8> {
        if self.format == OutputFormat::Jsonl {
            return Vec::new();
        }
        let own = ["id", "verdict"].map(str::to_owned).into_iter();
        let scores = self.labels.iter().map(|l| format!("scores.{l}"));
        let rest = ["rules", "findings", "error"].map(str::to_owned).into_iter();
        let others = self.columns.iter().map(String::as_str);
        // no reader of CSV takes a NUL in the header for text
        let names = self.columns.iter().map(|c| free_name(c, others.clone()).replace('\0', "\u{fffd}"));
        csv_line(own.chain(scores).chain(rest).chain(names))
    }

    /// One judgement as a line.
    pub fn line(&self, judgement: &Judgement, extras: &Extras) -> Vec<u8> {
        match self.format {
            OutputFormat::Jsonl => {
                // without unknown columns the derived form is written straight through
                let mut line = if extras.is_empty() {
                    serde_json::to_vec(judgement)
                } else {
                    serde_json::to_vec(&Line { judgement, extras: ExtrasMap(extras) })
                }
                .unwrap_or_default();
                line.push(b'\n');
                line
            }
            OutputFormat::Csv => self.flat(judgement, extras),
        }
    }

    fn flat(&self, judgement: &Judgement, extras: &Extras) -> Vec<u8> {
        let verdict = judgement.verdict.map_or("", |v| v.as_str());
        let score = |label: &String| {
            let found = judgement.scores.0.iter().find(|(l, _)| **l == **label);
            found.map_or_else(String::new, |(_, s)| round(*s).to_string())
        };
        let mut names: Vec<&str> = judgement.findings.iter().map(|f| &*f.name).collect();
        names.dedup();
        let findings =
            if judgement.findings.is_empty() { String::new() } else { serde_json::to_string(&judgement.findings).unwrap_or_default() };
        let extra = |(n, column): (usize, &String)| {
            // records of one file have their columns in one order
            let found = extras.get(n).filter(|(k, _)| k == column).or_else(|| extras.iter().find(|(k, _)| k == column));
            match found {
                Some((_, Value::String(text))) => text.clone(),
                Some((_, Value::Null)) | None => String::new(),
                Some((_, value)) => value.to_string(),
            }
        };
        let own = [judgement.id.clone(), verdict.to_owned()].into_iter();
        let rest = [names.join("|"), findings, judgement.error.clone().unwrap_or_default()].into_iter();
        csv_line(own.chain(self.labels.iter().map(score)).chain(rest).chain(self.columns.iter().enumerate().map(extra)))
    }
}

fn csv_line(fields: impl Iterator<Item = String>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // writing to memory cannot fail
    let _ = writer.write_record(fields.map(|f| neutralised(&f).into_owned()));
    writer.into_inner().unwrap_or_default()
}

/// Refuses outputs that are inputs as well, or messages in a folder that is one: what they hold would be lost.
///
/// # Errors
/// Names the first such file.
pub fn refuse_inputs<'p>(outputs: impl IntoIterator<Item = &'p Path>, inputs: &[&Path]) -> anyhow::Result<()> {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    for output in outputs {
        let Some(there) = real(output).filter(|path| path.is_file()) else { continue };
        let is_read = |input: &Path| there == input || input.is_dir() && there.starts_with(input) && files::kind(&there).is_some();
        anyhow::ensure!(
            !inputs.iter().filter_map(|input| real(input)).any(|input| is_read(&input)),
            "{} is an input as well and would be overwritten; name another output",
            output.display()
        );
    }
    Ok(())
}

/// Where judgements go: standard output, or a file that takes its place only when all is written.
pub struct Writer {
    target: PathBuf,
    sink: Sink,
}

enum Sink {
    Stdout(BufWriter<io::Stdout>),
    File(BufWriter<NamedTempFile>),
    /// A device or pipe that cannot be renamed over.
    Device(BufWriter<File>),
}

impl Writer {
    /// Writes to standard output.
    pub fn stdout() -> Self {
        Writer { target: "<stdout>".into(), sink: Sink::Stdout(BufWriter::with_capacity(1 << 16, io::stdout())) }
    }

    /// Writes to a file: to a temporary one beside it, until [`Writer::finish`].
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn file(path: &Path) -> Result<Self, OutputError> {
        let failed = |source| OutputError { target: path.to_owned(), source };
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let sink = if std::fs::metadata(path).is_ok_and(|m| !m.is_file()) {
            Sink::Device(BufWriter::new(File::create(path).map_err(failed)?))
        } else {
            Sink::File(BufWriter::with_capacity(1 << 16, beside(folder).map_err(failed)?))
        };
        Ok(Writer { target: path.to_owned(), sink })
    }

    /// The temporary file, which whoever ends the program early has to remove.
    pub fn temporary(&self) -> Option<&Path> {
        if let Sink::File(file) = &self.sink { Some(file.get_ref().path()) } else { None }
    }

    /// Writes some lines.
    ///
    /// # Errors
    /// When the disk is full or the reader has gone.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), OutputError> {
        let result = match &mut self.sink {
            Sink::Stdout(w) => w.write_all(bytes),
            Sink::File(w) => w.write_all(bytes),
            Sink::Device(w) => w.write_all(bytes),
        };
        result.map_err(|source| OutputError { target: self.target.clone(), source })
    }

    /// Completes the output; a file takes its place now.
    ///
    /// # Errors
    /// When the rest cannot be written or the file cannot take its place.
    pub fn finish(self) -> Result<(), OutputError> {
        let Writer { target, sink } = self;
        let result = match sink {
            Sink::Stdout(mut w) => w.flush(),
            Sink::Device(mut w) => w.flush(),
            Sink::File(w) => {
                let file = w.into_inner().map_err(io::IntoInnerError::into_error);
                file.and_then(|file| file.persist(&target).map(|_| ()).map_err(|e| e.error))
            }
        };
        result.map_err(|source| OutputError { target, source })
    }
}

/// A temporary file that becomes a file of this folder, with the permissions that a new file has there.
///
/// # Errors
/// When the folder cannot be written to.
pub fn beside(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".nosolicit-");
    // temporary files are private otherwise; what the user's mask takes away is taken away
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}
