//! `nosolicit check`.

use std::io::{IsTerminal, Read};
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::args::CheckArgs;
use super::{Exit, say};
use nosolicit::batch;
use nosolicit::io::output::Encoder;
use nosolicit::io::{Input, OutputFormat, Reader, Record, Settings};
use nosolicit::judgement::Verdict;
use nosolicit::report::diagnostic::diagnostic;
use nosolicit::report::printable_json;

pub fn run(args: &CheckArgs) -> Result<Exit> {
    let engine = args.engine.engine()?;
    let settings = Settings { several: args.texts.len() > 1, ..args.input.settings()? };
    let colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let encoder = Encoder::new(OutputFormat::Jsonl, Vec::new(), Vec::new());
    let mut highest: Option<Verdict> = None;
    let mut failed = 0;
    for (n, argument) in args.texts.iter().enumerate() {
        for record in records(argument, n + 1, &settings)? {
            let record = record?;
            let judgement = batch::judge(&engine, &record);
            highest = highest.max(judgement.verdict);
            failed += usize::from(judgement.verdict.is_none());
            if args.json {
                say(&printable_json(&String::from_utf8_lossy(&encoder.line(&judgement, &record.extras))))?;
            } else {
                let message = record.message.unwrap_or_default();
                say(&diagnostic(&message, &judgement, colour))?;
            }
        }
    }
    Ok(match () {
        () if args.fail_on.reached(highest) => Exit::Failed,
        () if failed > 0 => Exit::Incomplete,
        () => Exit::Passed,
    })
}

pub(super) type Records = Box<dyn Iterator<Item = Result<Record, nosolicit::io::InputError>>>;

/// The records of one argument: those of a file, or the argument itself as a text.
pub(super) fn records(argument: &str, number: usize, settings: &Settings) -> Result<Records> {
    if argument != "-" && Path::new(argument).exists() {
        return Ok(Box::new(Reader::open(&[Input::new(argument)], settings)?));
    }
    let text = if argument == "-" {
        if settings.format.is_some() {
            return Ok(Box::new(Reader::open(&[Input::Stdin], settings)?));
        }
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("standard input is not UTF-8 text")?;
        text
    } else {
        if looks_like_a_path(argument) {
            bail!("there is no file {argument}");
        }
        argument.to_owned()
    };
    let mut message = settings.defaults.message();
    message.text = text;
    message.id = if settings.several { format!("text-{number}") } else { "text".to_owned() };
    let record = Record { id: message.id.clone(), place: message.id.clone(), message: Ok(message), extras: Vec::new() };
    Ok(Box::new(std::iter::once(Ok(record))))
}

/// A mistyped file name should not be judged as if it were a message.
fn looks_like_a_path(argument: &str) -> bool {
    let ending = Path::new(argument).extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    !argument.contains(char::is_whitespace)
        && !argument.contains("://")
        && !argument.starts_with("www.")
        && (matches!(ending.as_str(), "csv" | "jsonl" | "ndjson" | "txt" | "html" | "htm" | "eml") || argument.starts_with(['/', '.']))
}
