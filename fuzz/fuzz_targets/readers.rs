//! Reading CSV, JSON lines and mail: no panic, no end without an end, and what is written can be read again.
//!
//! The first byte says which format; the rest is the file.
#![no_main]

use std::io::Write;

use libfuzzer_sys::fuzz_target;
use nosolicit::io::output::Encoder;
use nosolicit::io::{Input, InputFormat, OutputFormat, Reader, Settings};
use nosolicit::judgement::Judgement;

fuzz_target!(|data: &[u8]| {
    let Some((&how, bytes)) = data.split_first() else { return };
    let formats = [Some(InputFormat::Csv), Some(InputFormat::Jsonl), None, Some(InputFormat::Eml), Some(InputFormat::Html)];
    let settings = Settings { format: formats[usize::from(how) % formats.len()], ..Settings::default() };
    let mut file = tempfile::NamedTempFile::new_in("/dev/shm").expect("a temporary file");
    file.write_all(bytes).expect("it is written");
    let Ok(reader) = Reader::open(&[Input::Path(file.path().to_owned())], &settings) else { return };
    let mut records = 0;
    let mut flat = Vec::new();
    let mut encoder = None;
    for record in reader {
        let Ok(record) = record else { break };
        records += 1;
        assert!(records <= bytes.len() + 1, "more records than bytes");
        let judgement = Judgement::failed(record.id.clone(), record.message.err().unwrap_or_default());
        let line = Encoder::new(OutputFormat::Jsonl, Vec::new(), Vec::new()).line(&judgement, &record.extras);
        serde_json::from_slice::<serde_json::Value>(&line).expect("a line is JSON");
        let encoder = encoder.get_or_insert_with(|| {
            let columns = record.extras.iter().map(|(k, _)| k.clone()).collect();
            Encoder::new(OutputFormat::Csv, Vec::new(), columns)
        });
        if flat.is_empty() {
            flat = encoder.header();
        }
        flat.extend(encoder.line(&judgement, &record.extras));
    }
    if records > 0 {
        let mut back = Reader::open(&[write(&flat)], &Settings { format: Some(InputFormat::Csv), ..column_text() }).expect("its own output");
        assert_eq!(back.by_ref().filter(Result::is_ok).count(), records, "a row is lost in the flat form");
    }
});

/// The flat form has no text: its error column is read in its place.
fn column_text() -> Settings {
    Settings { columns: nosolicit::io::Columns::parse(&["text=error".to_owned()]).expect("a field"), ..Settings::default() }
}

fn write(bytes: &[u8]) -> Input {
    let path = std::path::PathBuf::from(format!("/dev/shm/nosolicit-fuzz-{}.csv", std::process::id()));
    std::fs::write(&path, bytes).expect("it is written");
    Input::Path(path)
}
