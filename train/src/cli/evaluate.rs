//! `nosolicit-train evaluate`.

use std::path::PathBuf;

use anyhow::Result;
use nosolicit_train::bootstrap::Draws;
use nosolicit_train::evaluate::{EvaluateSettings, evaluate, sections};
use nosolicit_train::page::page;
use nosolicit_train::table;

use super::judging::{Judging, write};
use super::say;

#[derive(clap::Args)]
pub struct EvaluateArgs {
    #[command(flatten)]
    judging: Judging,
    /// Write all figures as JSON; - is standard output
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the tables as Markdown; - is standard output
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Write a page with curves and an explorer of thresholds; one file that needs no network
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
    /// How many of the worst errors of each kind are listed
    #[arg(long, value_name = "NUMBER", default_value_t = 10)]
    worst: usize,
    /// Draws of families for the bootstrap intervals
    #[arg(long, value_name = "NUMBER", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    draws: u32,
    /// Seed of the draws
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub fn run(args: &EvaluateArgs) -> Result<()> {
    args.judging.refuse_inputs([&args.json, &args.markdown, &args.report].into_iter().flatten())?;
    let judged = args.judging.read()?;
    let draws = Draws { number: args.draws as usize, seed: args.seed };
    let evaluation = evaluate(&judged, EvaluateSettings { draws, worst: args.worst });
    let sections = sections(&evaluation);
    if let Some(path) = &args.markdown {
        write(path, table::markdown(&sections).as_bytes())?;
    }
    if let Some(path) = &args.json {
        write(path, (serde_json::to_string_pretty(&evaluation)? + "\n").as_bytes())?;
    }
    if let Some(path) = &args.report {
        write(path, page(&judged, &evaluation, None)?.as_bytes())?;
    }
    // one thing at a time on standard output
    if ![&args.json, &args.markdown, &args.report].into_iter().flatten().any(|path| path.as_os_str() == "-") {
        say(&table::text(&sections));
    }
    Ok(())
}
