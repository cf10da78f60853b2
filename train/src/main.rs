//! `nosolicit-train`: trains and studies the models that `nosolicit` judges with.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{CommandFactory, Parser, Subcommand};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use nosolicit::model::bundle::DEFAULT_TOKENIZER;
use nosolicit::model::ngram::NgramLister;
use nosolicit_train::bundle;
use nosolicit_train::corpus::Corpus;
use nosolicit_train::figures::figures;
use nosolicit_train::fit::{FitSettings, fit};
use nosolicit_train::logistic::Settings;

/// Train the models that nosolicit judges with.
#[derive(Parser)]
#[command(name = "nosolicit-train", version, max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Train a model from labelled CSV files and write it as a bundle
    #[command(after_help = "\
Examples:
  nosolicit-train fit data/corpus/*.csv --output models/mine
  nosolicit-train fit mine.csv --labels spam,phishing --output models/spam
  nosolicit score library.csv --model models/mine

A file needs the column `text` and the labels: in a column `labels` (joined with |), in a column `label`, or in a 0/1
column each. Optional: evidence (the exact words, stretches joined with ` || `), family, origin, channel, format, id.
The same rows give the same bundle, byte for byte, whatever their order and the number of threads.")]
    Fit(FitArgs),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(clap::Args)]
struct FitArgs {
    /// Labelled CSV files
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Folder of the bundle; one that is there is replaced when the fit has succeeded
    #[arg(short, long)]
    output: PathBuf,
    /// Labels to train, separated by commas [default: those of the guide that occur, else all that occur]
    #[arg(long, value_delimiter = ',')]
    labels: Option<Vec<String>>,
    /// N-grams chosen per label
    #[arg(long, default_value_t = FitSettings::default().features_per_label)]
    features: usize,
    /// Strength of the L2 penalty, against the sum of the losses
    #[arg(long, default_value_t = FitSettings::default().logistic.alpha)]
    alpha: f64,
    /// Most iterations of a fit
    #[arg(long, default_value_t = FitSettings::default().logistic.max_iterations)]
    max_iterations: u64,
    /// Threads [default: one per core]
    #[arg(long)]
    threads: Option<usize>,
}

fn main() -> ExitCode {
    let run = match Cli::parse().command {
        Command::Fit(args) => run_fit(&args),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "nosolicit-train", &mut std::io::stdout());
            Ok(())
        }
    };
    match run {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "the edge of the program")]
            {
                eprintln!("error: {error:#}");
            }
            ExitCode::from(2)
        }
    }
}

fn run_fit(args: &FitArgs) -> Result<()> {
    if !(args.alpha > 0.0 && args.alpha.is_finite()) {
        anyhow::bail!("--alpha must be above 0");
    }
    if args.features == 0 {
        anyhow::bail!("--features must be above 0");
    }
    if let Some(threads) = args.threads {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().context("cannot set the number of threads")?;
    }
    let corpus = Corpus::read(&args.files, args.labels.as_deref())?;
    say(&format!(
        "{} rows in {} families from {} origins; labels: {}",
        corpus.rows.len(),
        corpus.families(),
        corpus.origins().len(),
        corpus.labels.join(", ")
    ));
    let lister = NgramLister::new(std::borrow::Cow::Borrowed(DEFAULT_TOKENIZER)).map_err(|e| anyhow::anyhow!(e))?;
    let settings =
        FitSettings { features_per_label: args.features, logistic: Settings { alpha: args.alpha, max_iterations: args.max_iterations } };
    let bar = progress_bar();
    let trained = fit(&corpus, &lister, &settings, &|done, of| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    })?;
    bar.finish_and_clear();
    let figures = figures(&corpus, &trained);
    let name = args.output.file_name().and_then(|n| n.to_str()).unwrap_or("model");
    let files = bundle::files(name, &corpus, &lister, &settings, &trained, &figures)?;
    bundle::write(&args.output, &files)?;
    say(&format!("\n{figures}\n"));
    say(&format!("{} n-grams. The bundle is in {}; use it with", trained.selection.keys.len(), args.output.display()));
    say(&format!("  nosolicit score LIBRARY --model {}", display(&args.output)));
    Ok(())
}

fn display(path: &Path) -> String {
    path.display().to_string()
}

/// On a terminal; silent in a pipe.
fn progress_bar() -> ProgressBar {
    let target = if std::io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let style = ProgressStyle::with_template("fitting [{bar:30}] {pos}/{len}, {elapsed}, {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::with_draw_target(None, target).with_style(style.progress_chars("=> "));
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    bar
}

#[expect(clippy::print_stdout, reason = "the edge of the program")]
fn say(line: &str) {
    println!("{line}");
}
