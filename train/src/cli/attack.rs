//! `nosolicit-train attack`.

use std::path::PathBuf;

use anyhow::{Result, bail, ensure};
use nosolicit::engine::Engine;
use nosolicit::io::output::refuse_inputs;
use nosolicit::model::{Model, Tier};
use nosolicit::policy::Policy;
use nosolicit_train::attack::{all, attack, sample};
use nosolicit_train::corpus::Corpus;

use super::judging::write;
use super::{Threads, progress_bar, say};

#[derive(clap::Args)]
pub struct AttackArgs {
    /// Labelled CSV files that the model was not trained on
    #[arg(required_unless_present = "list", value_name = "DATA")]
    files: Vec<PathBuf>,
    /// Model bundle [default: the one built in]
    #[arg(long, value_name = "FOLDER")]
    model: Option<PathBuf>,
    /// Which part of the model judges
    #[arg(long, value_enum, default_value = "auto")]
    tier: Tier,
    /// Judge by the rules alone
    #[arg(long, conflicts_with_all = ["model", "tier"])]
    no_model: bool,
    /// Judge a sample of so many rows, drawn with the shares of the label sets
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    rows: Option<u64>,
    /// Seed of the disguises and the sample
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// Show only the mean and the N disguises that cost most
    #[arg(long, value_name = "N")]
    worst: Option<usize>,
    /// Write the whole table, with intervals for rules and model too, as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Only these disguises, separated by commas
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    only: Vec<String>,
    /// List the disguises and leave
    #[arg(long)]
    list: bool,
    #[command(flatten)]
    threads: Threads,
}

pub fn run(args: &AttackArgs) -> Result<()> {
    if args.list {
        all().for_each(|d| say(&format!("{:<24}{}", d.name, d.about)));
        return Ok(());
    }
    refuse_inputs(args.json.as_deref(), &args.files.iter().map(PathBuf::as_path).collect::<Vec<_>>())?;
    if let Some(unknown) = args.only.iter().find(|name| all().all(|d| d.name != name.as_str())) {
        bail!("there is no disguise {unknown}; --list shows all");
    }
    let disguises: Vec<_> = all().filter(|d| args.only.is_empty() || args.only.iter().any(|name| name == d.name)).collect();
    args.threads.set()?;
    let corpus = Corpus::read(&args.files, None)?;
    let rows = args.rows.map_or_else(|| corpus.rows.clone(), |n| sample(&corpus, usize::try_from(n).unwrap_or(usize::MAX), args.seed));
    let model = match (&args.model, args.no_model) {
        (_, true) => None,
        (Some(folder), _) => Some(Model::load(folder)?),
        (None, _) => Some(Model::built_in()?),
    };
    let lacks_encoder = model.as_ref().filter(|m| args.tier == Tier::Full && !m.has_full_tier());
    ensure!(lacks_encoder.is_none(), "--tier full: the model has no encoder");
    let engine = Engine::new(Policy::amazon(), model).with_tier(args.tier);
    let bar = progress_bar("judging");
    let attack = attack(&engine, &rows, &disguises, args.seed, &|done, of| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    if let Some(path) = &args.json {
        write(path, &serde_json::to_vec_pretty(&attack)?)?;
    }
    say(&attack.markdown(args.worst));
    Ok(())
}
