//! Messages from CSV, row by row.

use std::io::Read;

use csv::ByteRecord;
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;

use super::fields::{Record, set_text};
use super::input::{InputError, Settings};
use super::quotes::{QuoteWatch, StrayQuote, holds_rows};

/// The rows of a CSV file.
pub struct CsvRecords<R> {
    reader: csv::Reader<QuoteWatch<R>>,
    settings: Settings,
    name: String,
    header: Vec<String>,
    /// The field of each column, if it holds one.
    fields: Vec<Option<&'static str>>,
    row: usize,
}

impl<R: Read> CsvRecords<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// When it cannot be read, a column is missing, or a field stands twice.
    pub fn new(source: R, name: &str, settings: &Settings) -> Result<Self, InputError> {
        let invalid = |message: String| InputError::Invalid { file: name.to_owned(), line: 1, message };
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(QuoteWatch::new(source));
        let header = reader.byte_headers().map_err(|e| invalid(e.to_string()))?;
        let header: Result<Vec<String>, InputError> = header
            .iter()
            .map(|h| std::str::from_utf8(h).map(|h| h.trim().to_owned()).map_err(|_| invalid("the header is not UTF-8".to_owned())))
            .collect();
        let header = header?;
        // the header's own line
        let end = reader.position().byte();
        reader.get_mut().line_before(end);
        if header.is_empty() || header == [""] {
            return Err(invalid("the file is empty; a header with at least the column text is expected".to_owned()));
        }
        // the first line was looked at before; a name in quotes may go on after it
        if header.iter().any(|column| column.contains('\0')) {
            return Err(invalid("a column's name holds NUL bytes".to_owned()));
        }
        let fields: Vec<Option<&'static str>> = header.iter().map(|column| settings.columns.field(column)).collect();
        for (field, column) in settings.columns.renamed().chain([("text", settings.columns.of("text"))]) {
            if !header.iter().any(|h| h == column) {
                let known = header.join(", ");
                return Err(invalid(format!(
                    "there is no column {column:?} for the field {field} (the header has: {known}); --column {field}=NAME names another"
                )));
            }
        }
        let mut seen = FxHashSet::default();
        if let Some((column, _)) = header.iter().zip(&fields).find(|(column, field)| field.is_some() && !seen.insert(*column)) {
            return Err(invalid(format!("the column {column:?} stands twice")));
        }
        let header = unlike(header);
        Ok(CsvRecords { reader, settings: settings.clone(), name: name.to_owned(), header, fields, row: 0 })
    }

    fn record(&self, row: &ByteRecord, line: u64, stray: Option<StrayQuote>) -> Record {
        let mut message = self.settings.defaults.message();
        let mut extras = Vec::new();
        let ragged = (row.len() != self.header.len())
            .then(|| format!("{} fields where the header has {}; is a quote missing?", row.len(), self.header.len()));
        let mut problem = stray.map(|s| s.to_string()).or(ragged);
        for (cell, (column, field)) in row.iter().zip(self.header.iter().zip(&self.fields)) {
            let Ok(cell) = std::str::from_utf8(cell) else {
                problem.get_or_insert_with(|| format!("column {column}: not UTF-8"));
                continue;
            };
            if holds_rows(cell, self.header.len()) {
                problem.get_or_insert_with(|| {
                    format!("column {column}: {} lines that look like rows stand in quotes; is a quote stray?", cell.lines().count())
                });
            }
            match field {
                Some(field) => {
                    if let Err(e) = set_text(&mut message, field, cell) {
                        problem.get_or_insert(e);
                    }
                }
                None => extras.push((column.clone(), Value::String(cell.to_owned()))),
            }
        }
        if message.id.is_empty() {
            message.id = self.settings.row_id(&self.name, self.row);
        }
        Record { id: message.id.clone(), place: format!("{}:{line}", self.name), message: problem.map_or(Ok(message), Err), extras }
    }
}

impl<R: Read> Iterator for CsvRecords<R> {
    type Item = Result<Record, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut row = ByteRecord::new();
        let read = self.reader.read_byte_record(&mut row);
        match read {
            Ok(false) => None,
            Ok(true) => {
                self.row += 1;
                let next = self.reader.position().byte();
                let watch = self.reader.get_mut();
                let stray = watch.stray_before(next);
                let line = watch.line_before(next).or_else(|| row.position().map(csv::Position::line)).unwrap_or(0);
                Some(Ok(self.record(&row, line, stray)))
            }
            Err(e) => {
                let line = self.reader.position().line();
                let message = match e.into_kind() {
                    csv::ErrorKind::Io(e) => e.to_string(),
                    other => format!("{other:?}"),
                };
                Some(Err(InputError::Invalid { file: self.name.clone(), line, message }))
            }
        }
    }
}

/// Columns of one name, such as the empty one of a comma too many, are numbered from the second on.
fn unlike(header: Vec<String>) -> Vec<String> {
    // a numbered name must not take that of a later column
    let mut taken: FxHashSet<String> = header.iter().cloned().collect();
    let mut counts: FxHashMap<&str, usize> = FxHashMap::default();
    let mut name = |column: &String, count: &mut usize| {
        *count += 1;
        if *count == 1 {
            return column.clone();
        }
        while !taken.insert(format!("{column}_{count}")) {
            *count += 1;
        }
        format!("{column}_{count}")
    };
    header.iter().map(|column| name(column, counts.entry(column).or_default())).collect()
}
