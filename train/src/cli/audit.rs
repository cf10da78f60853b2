//! `nosolicit-train audit`.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::ValueEnum;
use nosolicit::io::output::refuse_inputs;
use nosolicit::model::bundle::DEFAULT_TOKENIZER;
use nosolicit::model::wordpiece::WordPiece;
use nosolicit_train::audit::planting::{Catch, copies_caught, flips_caught, plant};
use nosolicit_train::audit::{self, Audited, Gravity, improbable, out_of_fold, report};
use nosolicit_train::corpus::Corpus;

use super::{Threads, progress_bar, say};

#[derive(clap::Args)]
pub struct AuditArgs {
    /// Labelled CSV files
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Files of the holdout, whose texts must not stand in the others
    #[arg(long, num_args = 1..)]
    holdout: Vec<PathBuf>,
    /// Write all remarks as CSV
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Exit with status 1 when something is as grave as this
    #[arg(long, value_enum, default_value = "error")]
    fail_on: FailOn,
    /// Leave out the check by a model, which trains on the rows and takes minutes for thousands
    #[arg(long)]
    no_model: bool,
    /// Labels to look at, separated by commas [default: those of the guide that occur, else all that occur]
    #[arg(long, value_delimiter = ',')]
    labels: Option<Vec<String>>,
    /// Plant known faults (5 % of labels flipped, 200 near-duplicates) and report how many the audit finds
    #[arg(long, value_name = "SEED", conflicts_with_all = ["output", "fail_on", "holdout"])]
    plant: Option<u64>,
    #[command(flatten)]
    threads: Threads,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Never,
    Note,
    Warning,
    Error,
}

impl FailOn {
    fn reached(self, highest: Option<Gravity>) -> bool {
        let least = match self {
            FailOn::Never => return false,
            FailOn::Note => Gravity::Note,
            FailOn::Warning => Gravity::Warning,
            FailOn::Error => Gravity::Error,
        };
        highest >= Some(least)
    }
}

/// Whether the audit passed.
pub fn run(args: &AuditArgs) -> Result<bool> {
    args.threads.set()?;
    let files: Vec<PathBuf> = args.files.iter().chain(&args.holdout).cloned().collect();
    refuse_inputs(args.output.as_deref(), &files.iter().map(PathBuf::as_path).collect::<Vec<_>>())?;
    let (corpus, faults) = Corpus::read_what_is_sound(&files, args.labels.as_deref())?;
    let audited = Audited { corpus, faults, holdout_from: args.files.len() };
    if let Some(seed) = args.plant {
        plant_and_report(&audited.corpus, seed)?;
        return Ok(true);
    }
    let mut remarks = audit::remarks(&audited);
    if !args.no_model {
        let probabilities = probabilities(&audited.corpus).context("the check by a model (--no-model leaves it out)")?;
        remarks.extend(improbable::remarks(&audited.corpus, &probabilities));
    }
    if let Some(path) = &args.output {
        report::write(path, &audited, &remarks, &files)?;
    }
    say(&report::summary(&audited, &remarks, &files));
    Ok(!args.fail_on.reached(remarks.iter().map(|r| r.check.gravity()).max()))
}

fn probabilities(corpus: &Corpus) -> Result<Vec<Vec<f64>>> {
    let tokenizer = WordPiece::new(DEFAULT_TOKENIZER.into()).map_err(anyhow::Error::msg)?;
    let bar = progress_bar("reading with a model");
    let probabilities = out_of_fold::probabilities(corpus, &tokenizer, &|done, of| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    })?;
    bar.finish_and_clear();
    Ok(probabilities)
}

/// Share of rows whose labels are flipped, and near-duplicates added, to measure the audit.
const FLIPPED: f64 = 0.05;
const COPIES: usize = 200;

fn plant_and_report(corpus: &Corpus, seed: u64) -> Result<()> {
    let planted = plant(corpus, FLIPPED, COPIES, seed);
    let (top, all) = flips_caught(&planted, &probabilities(&planted.corpus)?);
    let line = |what: &str, catch: &Catch| say(&format!("{what:<58}recall {}, precision {}", catch.recall, catch.precision));
    say(&format!("planted with seed {seed}: {} flipped labels, {} near-duplicates", planted.flipped.len(), planted.copies.len()));
    line("near-duplicates", &copies_caught(&planted));
    line("flipped labels, among as many of the most suspicious", &top);
    line("flipped labels, among all suspicious", &all);
    say("Faults that the corpus had before count against the precision.");
    Ok(())
}
