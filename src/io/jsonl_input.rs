//! Messages from JSON lines.

use std::io::{BufRead, Read};

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use serde_json::Value;

use super::fields::{Record, set_value};
use super::input::{InputError, Settings};
use super::quotes::LARGEST_RECORD;

/// An object's keys and values in their order. A key that stands twice is refused: either value may be the one that counts.
struct Object(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Object;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut pairs: Vec<(String, Value)> = Vec::new();
                let mut seen = rustc_hash::FxHashSet::default();
                while let Some((key, value)) = map.next_entry::<String, Value>()? {
                    if !seen.insert(key.clone()) {
                        return Err(A::Error::custom(format!("the key {key:?} stands twice")));
                    }
                    pairs.push((key, value));
                }
                Ok(Object(pairs))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

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

    /// Passes over the rest of a line.
    fn skip_line(&mut self) -> std::io::Result<()> {
        loop {
            let buffer = self.reader.fill_buf()?;
            let (used, ends) = match buffer.iter().position(|&b| b == b'\n') {
                Some(at) => (at + 1, true),
                None => (buffer.len(), buffer.is_empty()),
            };
            self.reader.consume(used);
            if ends {
                return Ok(());
            }
        }
    }

    /// A line that is too long to be held.
    fn too_long(&self) -> Record {
        let id = self.settings.row_id(&self.name, self.row);
        let message = Err(format!("the line has more than {} MiB", LARGEST_RECORD >> 20));
        Record { id, place: format!("{}:{}", self.name, self.line), message, extras: Vec::new() }
    }

    fn record(&self, line: &[u8]) -> Record {
        let mut message = self.settings.defaults.message();
        let mut extras = Vec::new();
        let mut problem = None;
        match serde_json::from_slice::<Object>(line) {
            Err(e) => problem = Some(format!("not a JSON object: {e}").replace("line 1 column", "column")),
            Ok(Object(object)) => {
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
            match self.reader.by_ref().take(LARGEST_RECORD as u64 + 1).read_until(b'\n', &mut line) {
                Ok(0) => return None,
                Ok(_) if line.trim_ascii().is_empty() => {}
                Ok(_) if line.len() > LARGEST_RECORD => {
                    self.row += 1;
                    return Some(
                        self.skip_line().map(|()| self.too_long()).map_err(|source| InputError::Read { file: self.name.clone(), source }),
                    );
                }
                Ok(_) => {
                    self.row += 1;
                    return Some(Ok(self.record(line.trim_ascii())));
                }
                Err(source) => return Some(Err(InputError::Read { file: self.name.clone(), source })),
            }
        }
    }
}
