//! From paths and standard input to a stream of records.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs_io::DecodeReaderBytesBuilder;

use super::csv_input::CsvRecords;
use super::fields::{Columns, Defaults, Record};
use super::files::{self, FileKind};
use super::jsonl_input::JsonlRecords;
use super::quotes::LARGEST_RECORD;

/// How to read records.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Which column holds which field.
    pub columns: Columns,
    /// Values for fields that a record does not give.
    pub defaults: Defaults,
    /// Format of inputs whose name does not tell.
    pub format: Option<InputFormat>,
    /// More than one input: row numbers alone would not identify a record.
    pub several: bool,
}

impl Settings {
    /// The id of a record that has none: its row number, from 1.
    pub fn row_id(&self, name: &str, row: usize) -> String {
        if self.several { format!("{name}:{row}") } else { row.to_string() }
    }
}

/// The format of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputFormat {
    /// Comma-separated values with a header.
    Csv,
    /// A JSON object a line.
    Jsonl,
    /// One message as plain text.
    Text,
    /// One message as HTML.
    Html,
    /// One message as a mail file.
    Eml,
}

/// Where records come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Standard input.
    Stdin,
    /// A file or folder.
    Path(PathBuf),
}

impl Input {
    /// `-` is standard input.
    pub fn new(argument: &str) -> Self {
        if argument == "-" { Input::Stdin } else { Input::Path(argument.into()) }
    }
}

/// An input that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// It cannot be opened or read.
    #[error("cannot read {file}")]
    Read {
        /// File or folder.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// It is not what it should be.
    #[error("{file}:{line}: {message}")]
    Invalid {
        /// File.
        file: String,
        /// Line, from 1.
        line: u64,
        /// What is wrong.
        message: String,
    },
    /// Nothing tells its format.
    #[error("{file}: cannot tell the format; use --input-format csv, jsonl, text, html or eml")]
    UnknownFormat {
        /// File.
        file: String,
    },
    /// A folder without messages.
    #[error("{folder}: no .txt, .html or .eml file in it")]
    EmptyFolder {
        /// Folder.
        folder: String,
    },
}

/// A stream of records.
pub struct Reader {
    records: Box<dyn Iterator<Item = Result<Record, InputError>> + Send>,
    /// Bytes read so far.
    pub read: Arc<AtomicU64>,
    /// Bytes of all files, where that is known.
    pub total: Option<u64>,
}

impl Iterator for Reader {
    type Item = Result<Record, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.records.next()
    }
}

/// Counts the bytes that pass.
struct Counted<R> {
    inner: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

impl Reader {
    /// Opens inputs. Headers are read at once, so that a missing column is an error before anything is judged.
    ///
    /// # Errors
    /// When an input cannot be opened, its format is not known, or its header lacks a column.
    pub fn open(inputs: &[Input], settings: &Settings) -> Result<Self, InputError> {
        let settings = Settings { several: settings.several || inputs.len() > 1, ..settings.clone() };
        let read = Arc::new(AtomicU64::new(0));
        let mut total = Some(0);
        let mut sources = Vec::with_capacity(inputs.len());
        for input in inputs {
            let (size, next) = open_one(input, &settings, &read)?;
            total = total.zip(size).map(|(a, b)| a + b);
            sources.push(next);
        }
        Ok(Reader { records: Box::new(sources.into_iter().flatten()), read, total })
    }
}

type Records = Box<dyn Iterator<Item = Result<Record, InputError>> + Send>;

fn open_one(input: &Input, settings: &Settings, read: &Arc<AtomicU64>) -> Result<(Option<u64>, Records), InputError> {
    let Input::Path(path) = input else {
        let source = Counted { inner: std::io::stdin(), read: read.clone() };
        return Ok((None, stream(source, "<stdin>", settings.format, settings)?));
    };
    let name = path.display().to_string();
    let failed = |source| InputError::Read { file: name.clone(), source };
    let about = std::fs::metadata(path).map_err(failed)?;
    if about.is_dir() {
        return folder(path, settings, read).map(|records| (None, records));
    }
    let known = match path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase).as_deref() {
        Some("csv") => Some(InputFormat::Csv),
        Some("jsonl" | "ndjson") => Some(InputFormat::Jsonl),
        _ => files::kind(path).map(|kind| match kind {
            FileKind::Text => InputFormat::Text,
            FileKind::Html => InputFormat::Html,
            FileKind::Mail => InputFormat::Eml,
        }),
    };
    let source = Counted { inner: File::open(path).map_err(failed)?, read: read.clone() };
    // a pipe such as /dev/stdin has no size
    let size = about.is_file().then_some(about.len());
    Ok((size, stream(source, &name, settings.format.or(known), settings)?))
}

fn folder(path: &Path, settings: &Settings, read: &Arc<AtomicU64>) -> Result<Records, InputError> {
    let found = files::below(path)?;
    if found.is_empty() {
        return Err(InputError::EmptyFolder { folder: path.display().to_string() });
    }
    let (folder, settings, read) = (path.to_owned(), settings.clone(), read.clone());
    Ok(Box::new(found.into_iter().map(move |file| {
        let id = file.strip_prefix(&folder).unwrap_or(&file).display().to_string();
        let place = file.display().to_string();
        let kind = files::kind(&file).unwrap_or(FileKind::Text);
        Ok(match File::open(&file).and_then(limited) {
            Ok(bytes) => {
                read.fetch_add(bytes.len() as u64, Ordering::Relaxed);
                files::record(&bytes, kind, &id, &place, &settings)
            }
            // one unreadable file does not end the batch
            Err(e) => Record { id, message: Err(format!("cannot read {place}: {e}")), place, extras: Vec::new() },
        })
    })))
}

/// Bytes within which the first line ends, for the format to be told from it.
const LONGEST_HEADER: u64 = 1 << 16;

/// The records of an open source.
fn stream(source: impl Read + Send + 'static, name: &str, format: Option<InputFormat>, settings: &Settings) -> Result<Records, InputError> {
    let failed = |source| InputError::Read { file: name.to_owned(), source };
    if let Some(InputFormat::Text | InputFormat::Html | InputFormat::Eml) = format {
        return whole(source, name, format, settings);
    }
    // UTF-16 with a byte order mark is decoded on the way; UTF-8 passes as it is and is checked record by record
    let decoded = DecodeReaderBytesBuilder::new().utf8_passthru(true).strip_bom(true).build(source);
    let mut reader = BufReader::with_capacity(1 << 16, decoded);
    let mut start = Vec::new();
    // one read may bring as little as the byte order mark's place
    reader.by_ref().take(LONGEST_HEADER).read_until(b'\n', &mut start).map_err(failed)?;
    if start.contains(&0) {
        let message = "the first line holds NUL bytes: UTF-16 without a byte order mark, or no text; UTF-8 is expected".to_owned();
        return Err(InputError::Invalid { file: name.to_owned(), line: 1, message });
    }
    let format = match format {
        Some(format) => format,
        None => sniff(&start, settings).ok_or_else(|| InputError::UnknownFormat { file: name.to_owned() })?,
    };
    let reader = std::io::Cursor::new(start).chain(reader);
    match format {
        InputFormat::Csv => Ok(Box::new(CsvRecords::new(reader, name, settings)?)),
        InputFormat::Jsonl => Ok(Box::new(JsonlRecords::new(reader, name, settings))),
        other => whole(reader, name, Some(other), settings),
    }
}

/// A source that is one message.
fn whole(source: impl Read, name: &str, format: Option<InputFormat>, settings: &Settings) -> Result<Records, InputError> {
    let bytes = limited(source).map_err(|source| InputError::Read { file: name.to_owned(), source })?;
    let kind = match format {
        Some(InputFormat::Html) => FileKind::Html,
        Some(InputFormat::Eml) => FileKind::Mail,
        _ => FileKind::Text,
    };
    let id = Path::new(name).file_name().map_or_else(|| name.to_owned(), |n| n.to_string_lossy().into_owned());
    Ok(Box::new(std::iter::once(Ok(files::record(&bytes, kind, &id, name, settings)))))
}

/// All bytes of a source that is one record.
fn limited(source: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(LARGEST_RECORD as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > LARGEST_RECORD {
        return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, format!("it has more than {} MiB", LARGEST_RECORD >> 20)));
    }
    Ok(bytes)
}

/// The format that the first bytes show: a JSON object, or a header with the column of the text.
fn sniff(start: &[u8], settings: &Settings) -> Option<InputFormat> {
    if start.trim_ascii_start().starts_with(b"{") {
        return Some(InputFormat::Jsonl);
    }
    let line = start.split(|&b| b == b'\n').next().unwrap_or_default();
    let header = csv::ReaderBuilder::new().has_headers(false).from_reader(line).into_byte_records().next()?.ok()?;
    let text = settings.columns.of("text").as_bytes();
    header.iter().any(|h| h.trim_ascii() == text).then_some(InputFormat::Csv)
}
