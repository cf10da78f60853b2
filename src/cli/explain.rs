//! `nosolicit explain`.

use anyhow::{Context, Result};

use super::args::ExplainArgs;
use super::check::records;
use super::{Exit, say};
use nosolicit::explain::{Examples, explain};
use nosolicit::io::Settings;
use nosolicit::judgement::Judgement;
use nosolicit::report::explanation::{explanation, not_judged};

pub fn run(args: &ExplainArgs) -> Result<Exit> {
    let engine = args.engine.engine()?;
    let examples = match args.examples.as_slice() {
        [] => None,
        files => Some(Examples::read(files).context("--examples")?),
    };
    let settings = Settings { several: args.texts.len() > 1, ..args.input.settings()? };
    let mut exit = Exit::Passed;
    for (n, argument) in args.texts.iter().enumerate() {
        for record in records(argument, n + 1, &settings)? {
            let record = record?;
            let text = match &record.message {
                Err(problem) => {
                    exit = Exit::Incomplete;
                    let judgement = Judgement::failed(record.id.clone(), format!("{}: {problem}", record.place));
                    if args.json { serde_json::to_string(&serde_json::json!({ "judgement": judgement }))? } else { not_judged(&judgement) }
                }
                Ok(message) => {
                    let explained = explain(&engine, message, examples.as_ref());
                    if args.json { serde_json::to_string(&explained)? } else { explanation(&explained) }
                }
            };
            say(&format!("{text}\n"))?;
        }
    }
    Ok(exit)
}
