//! Messages from JSON lines.

use std::io::BufRead;

use serde_json::{Map, Value};

use super::fields::{Record, set_value};
use super::input::{InputError, Settings};

/// The lines of a JSONL file.
pub struct JsonlRecords<R> {
    reader: R,
    settings: Settings,
    name: String,
    line: u64,
    row: usize,
}

impl<R: BufRead> JsonlRecords<R> {
    /// Reads from the first line.
    pub fn new(reader: R, name: &str, settings: &Settings) -> Self {
        JsonlRecords { reader, settings: settings.clone(), name: name.to_owned(), line: 0, row: 0 }
    }

    fn record(&self, line: &[u8]) -> Record {
        let mut message = self.settings.defaults.message();
        let mut extras = Vec::new();
        let mut problem = None;
        match serde_json::from_slice::<Map<String, Value>>(line) {
            Err(e) => problem = Some(format!("not a JSON object: {e}").replace("line 1 column", "column")),
            Ok(object) => {
                let mut has_text = false;
                for (key, value) in object {
                    match self.settings.columns.field(&key) {
                        Some(field) => {
                            has_text |= field == "text" && !value.is_null();
                            if let Err(e) = set_value(&mut message, field, value) {
                                problem.get_or_insert(e);
                            }
                        }
                        None => extras.push((key, value)),
                    }
                }
                if !has_text {
                    problem.get_or_insert_with(|| format!("no field {:?}", self.settings.columns.of("text")));
                }
            }
        }
        if message.id.is_empty() {
            message.id = self.settings.row_id(&self.name, self.row);
        }
        Record { id: message.id.clone(), place: format!("{}:{}", self.name, self.line), message: problem.map_or(Ok(message), Err), extras }
    }
}

impl<R: BufRead> Iterator for JsonlRecords<R> {
    type Item = Result<Record, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut line = Vec::new();
        loop {
            line.clear();
            self.line += 1;
            match self.reader.read_until(b'\n', &mut line) {
                Ok(0) => return None,
                Ok(_) if line.trim_ascii().is_empty() => {}
                Ok(_) => {
                    self.row += 1;
                    return Some(Ok(self.record(line.trim_ascii())));
                }
                Err(source) => return Some(Err(InputError::Read { file: self.name.clone(), source })),
            }
        }
    }
}
