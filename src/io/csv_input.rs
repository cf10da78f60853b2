//! Messages from CSV, row by row.

use std::io::Read;

use csv::ByteRecord;
use serde_json::Value;

use super::fields::{Record, set_text};
use super::input::{InputError, Settings};

/// The rows of a CSV file.
pub struct CsvRecords<R> {
    reader: csv::Reader<R>,
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
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(source);
        let header = reader.byte_headers().map_err(|e| invalid(e.to_string()))?;
        let header: Result<Vec<String>, InputError> = header
            .iter()
            .map(|h| std::str::from_utf8(h).map(|h| h.trim().to_owned()).map_err(|_| invalid("the header is not UTF-8".to_owned())))
            .collect();
        let header = header?;
        if header.is_empty() || header == [""] {
            return Err(invalid("the file is empty; a header with at least the column text is expected".to_owned()));
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
        for (i, column) in header.iter().enumerate() {
            if fields[i].is_some() && header[..i].contains(column) {
                return Err(invalid(format!("the column {column:?} stands twice")));
            }
        }
        Ok(CsvRecords { reader, settings: settings.clone(), name: name.to_owned(), header, fields, row: 0 })
    }

    fn record(&self, row: &ByteRecord, line: u64) -> Record {
        let mut message = self.settings.defaults.message();
        let mut extras = Vec::new();
        let mut problem = (row.len() != self.header.len())
            .then(|| format!("{} fields where the header has {}; is a quote missing?", row.len(), self.header.len()));
        for (cell, (column, field)) in row.iter().zip(self.header.iter().zip(&self.fields)) {
            let Ok(cell) = std::str::from_utf8(cell) else {
                problem.get_or_insert_with(|| format!("column {column}: not UTF-8"));
                continue;
            };
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
        let line = row.position().map_or(0, csv::Position::line);
        match read {
            Ok(false) => None,
            Ok(true) => {
                self.row += 1;
                Some(Ok(self.record(&row, line)))
            }
            Err(e) => Some(Err(InputError::Invalid { file: self.name.clone(), line, message: e.to_string() })),
        }
    }
}
