//! `nosolicit-train evaluate`.

use std::path::PathBuf;

use anyhow::Result;
use nosolicit::model::{Model, Tier};
use nosolicit_train::corpus::Corpus;
use nosolicit_train::evaluate::evaluate;

use super::{Threads, say};

#[derive(clap::Args)]
pub struct EvaluateArgs {
    /// Labelled CSV files that the model was not trained on
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Model bundle [default: the one built in]
    #[arg(long, value_name = "FOLDER")]
    model: Option<PathBuf>,
    /// Which part of the model judges
    #[arg(long, value_enum, default_value = "auto")]
    tier: Tier,
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    threads: Threads,
}

pub fn run(args: &EvaluateArgs) -> Result<()> {
    args.threads.set()?;
    let corpus = Corpus::read(&args.files, None)?;
    let model = match &args.model {
        Some(folder) => Model::load(folder)?,
        None => Model::built_in()?,
    };
    let evaluation = evaluate(&corpus, model, args.tier)?;
    if args.json {
        say(&serde_json::to_string_pretty(&evaluation)?);
    } else {
        say(&evaluation.to_string());
    }
    Ok(())
}
