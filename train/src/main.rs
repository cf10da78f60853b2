//! `nosolicit-train`: trains and studies the models that `nosolicit` judges with.

mod cli;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use cli::{attack, audit, evaluate, fit};

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
    Fit(fit::FitArgs),
    /// Teach a BERT encoder the labels of a corpus (needs libtorch)
    #[cfg(feature = "rust-bert")]
    #[command(after_help = "\
Examples:
  train/libtorch/fetch_encoder.sh minilm
  nosolicit-train adapt data/corpus/*.csv --base minilm --output encoder
  nosolicit-train fit data/corpus/*.csv --encoder encoder --output models/mine

After each pass the weights are kept beside the output; an interrupted run goes on with --resume.")]
    Adapt(cli::adapt::AdaptArgs),
    /// Look for what is wrong with labelled CSV files
    #[command(after_help = "\
Examples:
  nosolicit-train audit data/corpus/*.csv --holdout data/holdout/*.csv
  nosolicit-train audit mine.csv --output remarks.csv --fail-on warning
  nosolicit-train audit data/corpus/*.csv --plant 1

Looks for broken rows, the same or almost the same texts (also across training and holdout), contradictory labels, families in several
files, damaged encoding, cells that a spreadsheet would run, personal data, missing evidence, labels that a model which had not seen
the row finds improbable, words that nearly decide a label, and slices with few rows.

Exit status: 0 nothing as grave as --fail-on; 1 something was; 2 usage or unreadable input.")]
    Audit(audit::AuditArgs),
    /// Measure a model, the rules and both on labelled files that the model has not seen
    #[command(after_help = "\
Examples:
  nosolicit-train evaluate data/holdout/*.csv
  nosolicit-train evaluate held-out.csv --model models/mine --json")]
    Evaluate(evaluate::EvaluateArgs),
    /// Measure what is still found when the words are disguised
    #[command(after_help = "\
Examples:
  nosolicit-train attack data/holdout/*.csv --tier fast
  nosolicit-train attack data/holdout/*.csv --rows 200 --json attack.json
  nosolicit-train attack --list

Every disguise of a fixed catalogue is put on the marked words of the violating rows (on the whole text where no words are marked) and on
the permitted rows. Counted are rows that the disguise changes, before and after. The same seed gives the same disguised texts.")]
    Attack(attack::AttackArgs),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

fn main() -> ExitCode {
    let run = match Cli::parse().command {
        Command::Fit(args) => fit::run(&args).map(|()| true),
        #[cfg(feature = "rust-bert")]
        Command::Adapt(args) => cli::adapt::run(&args).map(|()| true),
        Command::Audit(args) => audit::run(&args),
        Command::Evaluate(args) => evaluate::run(&args).map(|()| true),
        Command::Attack(args) => attack::run(&args).map(|()| true),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "nosolicit-train", &mut script);
            cli::say(&String::from_utf8_lossy(&script));
            Ok(true)
        }
    };
    match run {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "the edge of the program")]
            {
                eprintln!("{}", nosolicit::report::printable(&format!("error: {error:#}")));
            }
            ExitCode::from(2)
        }
    }
}
