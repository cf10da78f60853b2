//! Writes a library of as many messages as wished, for measuring: `cargo run --release --example library -- 100000 > library.csv`.
//!
//! Each message strings texts of the corpus together until it has 60 words; which ones depends on its number alone.

use std::io::Write;
use std::path::Path;

/// Words in a message.
const WORDS: usize = 60;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: usize = std::env::args().nth(1).ok_or("usage: library COUNT")?.parse()?;
    let texts = texts()?;
    let mut out = csv::Writer::from_writer(std::io::BufWriter::new(std::io::stdout().lock()));
    out.write_record(["id", "text"])?;
    for i in 0..count {
        out.write_record([i.to_string(), message(&texts, i)])?;
    }
    out.into_inner().map_err(|e| e.into_error())?.flush()?;
    Ok(())
}

/// The plain texts of the corpus.
fn texts() -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/corpus");
    let mut files: Vec<_> = std::fs::read_dir(folder)?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
    files.sort();
    let mut texts = Vec::new();
    for file in files.iter().filter(|f| f.extension().is_some_and(|e| e == "csv")) {
        for record in csv::Reader::from_path(file)?.records() {
            let record = record?;
            if &record[3] != "html" {
                texts.push(record[1].to_owned());
            }
        }
    }
    Ok(texts)
}

fn message(texts: &[String], number: usize) -> String {
    let mut words: Vec<&str> = Vec::with_capacity(WORDS);
    // a step with no factor in common with most counts goes through all texts in another order each time round
    let mut at = number.wrapping_mul(7919);
    while words.len() < WORDS {
        words.extend(texts[at % texts.len()].split_whitespace());
        at = at.wrapping_add(104_729 + number / texts.len());
    }
    words.truncate(WORDS);
    words.join(" ")
}
