//! Labelled rows from CSV files.
//!
//! The project's own files have the columns `id,text,channel,format,labels,evidence,family,origin,note`; users' files need
//! `text` and either `labels` (joined with `|`), one `label`, or a 0/1 column per label.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Read;
use std::path::{Path, PathBuf};

use nosolicit::io::quotes::{QuoteWatch, holds_rows};
use nosolicit::label::LABELS;
use nosolicit::message::{Channel, Format, Message};
use sha2::{Digest, Sha256};

/// Separates stretches of evidence.
const EVIDENCE_SEPARATOR: &str = " || ";

/// In the place of labels that somebody has still to give: an empty cell would mean that the text is permitted.
pub const UNLABELLED: &str = "?";

/// One labelled message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// Body.
    pub text: String,
    /// Labels that hold, as indices into [`Corpus::labels`], ascending; none: permitted.
    pub labels: Vec<usize>,
    /// Exact words of the text that carry the labels.
    pub evidence: Vec<String>,
    /// Rows made from one idea; never divided between training and test.
    pub family: String,
    /// The writing brief the row came from; empty when not known.
    pub origin: String,
    /// Where the buyer meets the text, as written in the file.
    pub channel: String,
    /// How the text is written, as written in the file; empty: detected.
    pub format: String,
    /// Identifies the row in reports.
    pub id: String,
    /// Where the row stands.
    pub place: Place,
}

/// A line of one of the files read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// Index of the file among those read.
    pub file: usize,
    /// Line where the row begins, from 1.
    pub line: u64,
}

impl Row {
    /// The message of the row, as it would be judged.
    pub fn message(&self) -> Message {
        Message {
            id: self.id.clone(),
            channel: match self.channel.as_str() {
                "insert" => Channel::Insert,
                "subject" => Channel::Subject,
                _ => Channel::Message,
            },
            format: match self.format.as_str() {
                "html" => Some(Format::Html),
                "text" => Some(Format::Text),
                _ => None,
            },
            ..Message::from_text(self.text.clone())
        }
    }

    /// Whether no label holds.
    pub fn permitted(&self) -> bool {
        self.labels.is_empty()
    }
}

/// Rows in canonical order, so that the order of files and rows changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corpus {
    /// Names of the labels, in the order of heads.
    pub labels: Vec<String>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// A file that is no corpus.
#[derive(Debug, thiserror::Error)]
pub enum CorpusError {
    /// The file cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A row is broken.
    #[error("{}:{line}: {}{message}", path.display(), if column.is_empty() { String::new() } else { format!("column {column}: ") })]
    Row {
        /// The file.
        path: PathBuf,
        /// Line where the row begins, from 1.
        line: u64,
        /// Name of the column; empty when the whole row is meant.
        column: String,
        /// What is wrong.
        message: String,
    },
    /// There is nothing to train on.
    #[error("{0}")]
    Empty(String),
}

/// Where the labels of a file stand.
enum LabelColumns {
    /// One column, joined with `|`.
    Joined(usize),
    /// One 0/1 column per label.
    Flags(Vec<(usize, String)>),
}

/// A row before the label set is known.
struct RawRow {
    row: Row,
    labels: Vec<String>,
    column: String,
}

/// What is done about a fault: `Err` ends the reading.
type OnFault<'f> = &'f mut dyn FnMut(CorpusError) -> Result<(), CorpusError>;

impl Corpus {
    /// Reads files. `wanted` names the labels to train; `None` takes the seven of the guide when any of them occurs,
    /// and otherwise whatever labels the files use.
    ///
    /// # Errors
    /// When a file cannot be read, a column is missing, a row is broken or a label unknown; the error names file, line and column.
    pub fn read(paths: &[PathBuf], wanted: Option<&[String]>) -> Result<Self, CorpusError> {
        Corpus::read_with(paths, wanted, &mut Err)
    }

    /// The same, but leaves out rows that are broken and returns what is wrong with them.
    ///
    /// # Errors
    /// When a file cannot be read or has no rows, or a column is missing.
    pub fn read_what_is_sound(paths: &[PathBuf], wanted: Option<&[String]>) -> Result<(Self, Vec<CorpusError>), CorpusError> {
        let mut faults = Vec::new();
        let corpus = Corpus::read_with(paths, wanted, &mut |fault| {
            faults.push(fault);
            Ok(())
        })?;
        Ok((corpus, faults))
    }

    fn read_with(paths: &[PathBuf], wanted: Option<&[String]>, on_fault: OnFault<'_>) -> Result<Self, CorpusError> {
        let mut raw: Vec<RawRow> = Vec::new();
        for (file, path) in paths.iter().enumerate() {
            let mut bytes = Vec::new();
            std::fs::File::open(path)
                .and_then(|mut f| f.read_to_end(&mut bytes))
                .map_err(|source| CorpusError::Read { path: path.clone(), source })?;
            raw.extend(read_rows(path, file, &bytes, wanted, on_fault)?);
        }
        let used: BTreeSet<&str> = raw.iter().flat_map(|r| r.labels.iter().map(String::as_str)).collect();
        let guide = LABELS.iter().map(|l| l.name.to_owned());
        let labels: Vec<String> = match wanted {
            Some(wanted) => wanted.to_vec(),
            None if LABELS.iter().any(|l| used.contains(l.name)) => guide.filter(|l| used.contains(l.as_str())).collect(),
            None => used.iter().map(|l| (*l).to_owned()).collect(),
        };
        let index: BTreeMap<&str, usize> = labels.iter().enumerate().map(|(i, l)| (l.as_str(), i)).collect();
        let mut rows = Vec::with_capacity(raw.len());
        for RawRow { mut row, labels: names, column } in raw {
            match names.iter().find(|name| !index.contains_key(name.as_str())) {
                None => {
                    row.labels = names.iter().map(|name| index[name.as_str()]).collect();
                    row.labels.sort_unstable();
                    row.labels.dedup();
                    rows.push(row);
                }
                Some(unknown) => {
                    let known = labels.join(", ");
                    let hint = if wanted.is_none() { " (--labels names others)" } else { "" };
                    let message = format!("unknown label {unknown:?}; known are {known}{hint}");
                    on_fault(CorpusError::Row { path: paths[row.place.file].clone(), line: row.place.line, column, message })?;
                }
            }
        }
        if rows.is_empty() {
            return Err(CorpusError::Empty("the files hold no rows".to_owned()));
        }
        if labels.is_empty() {
            return Err(CorpusError::Empty("no row has a label: there is nothing to learn".to_owned()));
        }
        rows.sort();
        Ok(Corpus { labels, rows })
    }

    /// Names of a row's labels, joined with `|`.
    pub fn label_names(&self, row: &Row) -> String {
        row.labels.iter().map(|&l| self.labels[l].as_str()).collect::<Vec<_>>().join("|")
    }

    /// SHA-256 over all rows in canonical order.
    pub fn digest(&self) -> String {
        let mut text = self.labels.join("|");
        for row in &self.rows {
            let fields = [
                &row.text,
                &self.label_names(row),
                &row.evidence.join(EVIDENCE_SEPARATOR),
                &row.family,
                &row.origin,
                &row.channel,
                &row.format,
            ];
            for field in fields {
                // the length keeps two fields from flowing into each other
                let _ = write!(text, "\n{}:{field}", field.len());
            }
        }
        nosolicit::model::bundle::hex(&Sha256::digest(text.as_bytes()))
    }

    /// Number of distinct families.
    pub fn families(&self) -> usize {
        self.rows.iter().map(|r| r.family.as_str()).collect::<BTreeSet<_>>().len()
    }

    /// Which rows belong to a family of which some row is `chosen`.
    pub fn with_families_of(&self, chosen: impl Fn(&Row) -> bool) -> Vec<bool> {
        let families: BTreeSet<&str> = self.rows.iter().filter(|row| chosen(row)).map(|row| row.family.as_str()).collect();
        self.rows.iter().map(|row| families.contains(row.family.as_str())).collect()
    }

    /// Distinct origins, sorted; an unknown origin is none.
    pub fn origins(&self) -> Vec<String> {
        self.rows.iter().filter(|r| !r.origin.is_empty()).map(|r| r.origin.clone()).collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// The rows of one file. Faults of the whole file are errors; those of a row go to `on_fault`.
fn read_rows(path: &Path, file: usize, bytes: &[u8], wanted: Option<&[String]>, on_fault: OnFault<'_>) -> Result<Vec<RawRow>, CorpusError> {
    let error = |Fault { line, column, message }: Fault| CorpusError::Row { path: path.to_owned(), line, column, message };
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.is_empty() {
        return Err(error(Fault::new(1, "", "the file is empty")));
    }
    if let Err(e) = std::str::from_utf8(bytes) {
        let line = 1 + bytes[..e.valid_up_to()].iter().filter(|&&b| b == b'\n').count() as u64;
        return Err(error(Fault::new(line, "", "not UTF-8; convert the file first")));
    }
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(QuoteWatch::new(bytes));
    let header = reader.headers().map_err(|e| error(Fault::new(1, "", e.to_string())))?.clone();
    let columns = Columns::of(&header, wanted).map_err(error)?;
    // the header's own line
    let end = reader.position().byte();
    reader.get_mut().line_before(end);
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|e| error(Fault::new(e.position().map_or(0, csv::Position::line), "", e.to_string())))? {
        let end = reader.position().byte();
        let (stray, line) = (reader.get_mut().stray_before(end), reader.get_mut().line_before(end));
        if let Some(stray) = stray {
            on_fault(error(Fault::new(stray.opened, "", stray.to_string())))?;
            continue;
        }
        let line = line.or_else(|| record.position().map(csv::Position::line)).unwrap_or(0);
        let place = Place { file, line };
        match columns.row(&record, place) {
            Ok(row) => rows.push(row),
            Err(fault) => on_fault(error(fault))?,
        }
    }
    Ok(rows)
}

/// What is wrong with a row.
struct Fault {
    line: u64,
    column: String,
    message: String,
}

impl Fault {
    fn new(line: u64, column: &str, message: impl Into<String>) -> Self {
        Fault { line, column: column.to_owned(), message: message.into() }
    }
}

/// Which column of a file holds what.
struct Columns {
    header: csv::StringRecord,
    text: usize,
    labels: LabelColumns,
    /// id, channel, format, evidence, family and origin.
    others: [Option<usize>; 6],
}

impl Columns {
    fn of(header: &csv::StringRecord, wanted: Option<&[String]>) -> Result<Self, Fault> {
        let column = |name: &str| header.iter().position(|h| h.trim() == name);
        let text = column("text")
            .ok_or_else(|| Fault::new(1, "text", format!("missing (the header has: {})", header.iter().collect::<Vec<_>>().join(", "))))?;
        let labels = label_columns(header, wanted).ok_or_else(|| {
            Fault::new(1, "labels", "missing; labels stand in a column labels, in a column label, or in a 0/1 column each")
        })?;
        let others = ["id", "channel", "format", "evidence", "family", "origin"].map(column);
        Ok(Columns { header: header.clone(), text, labels, others })
    }

    fn row(&self, record: &csv::StringRecord, place: Place) -> Result<RawRow, Fault> {
        let fault = |column: &str, message: String| Fault::new(place.line, column, message);
        if record.len() != self.header.len() {
            return Err(fault("", format!("{} fields where the header has {}; is a quote missing?", record.len(), self.header.len())));
        }
        let field = |at: Option<usize>| at.and_then(|i| record.get(i)).map(str::trim).unwrap_or_default().to_owned();
        let [id, channel, format, evidence, family, origin] = self.others.map(field);
        let text = record.get(self.text).unwrap_or_default().to_owned();
        if let Some(at) = record.iter().position(|cell| holds_rows(cell, self.header.len())) {
            return Err(fault(&self.header[at], "lines that look like rows stand in quotes; is a quote stray?".to_owned()));
        }
        if text.trim().is_empty() {
            return Err(fault("text", "empty".to_owned()));
        }
        if !matches!(channel.as_str(), "" | "message" | "subject" | "insert") {
            return Err(fault("channel", format!("{channel:?} is none of message, insert, subject")));
        }
        if !matches!(format.as_str(), "" | "text" | "html") {
            return Err(fault("format", format!("{format:?} is neither text nor html")));
        }
        let evidence: Vec<String> = evidence.split(EVIDENCE_SEPARATOR).filter(|e| !e.is_empty()).map(str::to_owned).collect();
        if let Some(missing) = evidence.iter().find(|e| !text.contains(e.as_str())) {
            return Err(fault("evidence", format!("{missing:?} does not stand in the text")));
        }
        let (labels, column) = match &self.labels {
            LabelColumns::Joined(at) => {
                let cell = record.get(*at).unwrap_or_default();
                if cell.trim() == UNLABELLED {
                    let what = "still to be labelled: put the labels in the place of ?, or nothing where the text is permitted";
                    return Err(fault(&self.header[*at], what.to_owned()));
                }
                let name = self.header[*at].trim();
                if name == "label" && matches!(cell.trim(), "0" | "1") {
                    let what = format!("{} names no label; give the column the name of what 1 stands for, such as marketing", cell.trim());
                    return Err(fault(name, what));
                }
                let names = cell.split('|').map(str::trim).filter(|l| !l.is_empty());
                (names.map(str::to_owned).collect(), self.header[*at].to_owned())
            }
            LabelColumns::Flags(flags) => {
                let mut names = Vec::new();
                for (at, name) in flags {
                    match record.get(*at).unwrap_or_default().trim() {
                        "1" | "true" | "yes" => names.push(name.clone()),
                        "0" | "" | "false" | "no" => {}
                        other => return Err(fault(name, format!("{other:?} is neither 0 nor 1"))),
                    }
                }
                (names, "labels".to_owned())
            }
        };
        let channel = if channel.is_empty() { "message".to_owned() } else { channel };
        // without a family a row is a family of its own, together with rows of the same words
        let family = if family.is_empty() { same_words(&text) } else { family };
        let row = Row { text, labels: Vec::new(), evidence, family, origin, channel, format, id, place };
        Ok(RawRow { row, labels, column })
    }
}

fn label_columns(header: &csv::StringRecord, wanted: Option<&[String]>) -> Option<LabelColumns> {
    let column = |name: &str| header.iter().position(|h| h.trim() == name);
    if let Some(at) = column("labels").or_else(|| column("label")) {
        return Some(LabelColumns::Joined(at));
    }
    let names: Vec<String> = wanted.map_or_else(|| LABELS.iter().map(|l| l.name.to_owned()).collect(), <[String]>::to_vec);
    let flags: Vec<(usize, String)> = names.into_iter().filter_map(|name| Some((column(&name)?, name))).collect();
    (!flags.is_empty()).then_some(LabelColumns::Flags(flags))
}

/// A text's words in lower case, as the name of its family.
fn same_words(text: &str) -> String {
    let words: Vec<String> = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(csv: &str) -> Result<Corpus, String> {
        let file = tempfile::Builder::new().suffix(".csv").tempfile().expect("a temporary file");
        std::fs::write(file.path(), csv).expect("it is written");
        let name = file.path().display().to_string();
        Corpus::read(&[file.path().to_owned()], None).map_err(|e| e.to_string().replace(&name, "rows.csv"))
    }

    #[test]
    fn labels_stand_in_one_column_or_in_many() {
        let joined = rows("text,labels\nbuy,marketing|off_platform\nok,\n").expect("it is valid");
        let flags = rows("text,marketing,off_platform\nbuy,1,1\nok,0,0\n").expect("it is valid");
        assert_eq!(joined, flags);
        assert_eq!(joined.labels, ["marketing", "off_platform"]);
        assert_eq!(rows("text,label\nbuy,spam\nok,\n").expect("any label set").labels, ["spam"]);
    }

    #[test]
    fn faults_name_file_line_and_column() {
        assert_eq!(rows("txt,labels\nbuy,\n").unwrap_err(), "rows.csv:1: column text: missing (the header has: txt, labels)");
        assert!(rows("text\nbuy\n").unwrap_err().starts_with("rows.csv:1: column labels: missing"));
        let unknown = rows("text,labels\nok,\nbuy,marketing|review_gatin\n").unwrap_err();
        assert!(unknown.starts_with("rows.csv:3: column labels: unknown label \"review_gatin\""), "{unknown}");
        assert!(rows("text,labels\nok\n").unwrap_err().starts_with("rows.csv:2: 1 fields where the header has 2"));
        assert_eq!(rows("").unwrap_err(), "rows.csv:1: the file is empty");
        assert_eq!(
            rows("text,labels,evidence\nbuy now,marketing,by now\n").unwrap_err(),
            "rows.csv:2: column evidence: \"by now\" does not stand in the text"
        );
        assert!(rows("text,labels,channel\nbuy,marketing,fax\n").unwrap_err().contains("rows.csv:2: column channel: \"fax\""));
        assert_eq!(rows("text,labels\n").unwrap_err(), "the files hold no rows");
        assert!(rows("text,labels\nok,\n").unwrap_err().contains("nothing to learn"));
    }

    #[test]
    fn wrong_encoding_names_the_line() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), b"text,labels\nok,\ncaf\xe9,\n").expect("it is written");
        let error = Corpus::read(&[file.path().to_owned()], None).unwrap_err().to_string();
        assert!(error.ends_with(":3: not UTF-8; convert the file first"), "{error}");
    }

    #[test]
    fn the_order_of_rows_changes_nothing() {
        let a = rows("text,labels\nbuy,marketing\nok,\n").expect("it is valid");
        let b = rows("text,labels\nok,\nbuy,marketing\n").expect("it is valid");
        let texts = |c: &Corpus| c.rows.iter().map(|r| r.text.clone()).collect::<Vec<_>>();
        assert_eq!((a.digest(), texts(&a)), (b.digest(), texts(&b)));
    }
}
