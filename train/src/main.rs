//! `nosolicit-train`: trains and studies the models that `nosolicit` judges with.

mod cli;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use cli::{attack, audit, compare, evaluate, fit, mine, tune};

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
  nosolicit-train evaluate models/mine held-out.csv --json figures.json --markdown figures.md
  nosolicit-train evaluate held-out.csv --report report.html

Whole messages, then label by label for rules, model and both: counts, precision and recall with exact 95 % intervals, F1, average
precision, ROC AUC, Brier score and calibration error with intervals from draws of whole families; slices by channel, origin, length
and disguise; which labels are taken for which; the worst errors with the words responsible.")]
    Evaluate(evaluate::EvaluateArgs),
    /// Choose review and block thresholds for a stated aim, and write them as a policy
    #[command(after_help = "\
Examples:
  nosolicit-train tune held-out.csv --max-miss-rate 0.05 --confidence 0.95 --output mine.toml
  nosolicit-train tune models/mine held-out.csv --cost miss=20,false-alarm=1,review=0.2 --output mine.toml
  nosolicit score templates.csv --policy mine.toml
  nosolicit-train tune held-out.csv --maximize f1 --report report.html

Judged is the whole decision, rules and model together, counted per family. With --confidence the rate is promised: an exact test along
a sequence of thresholds that was fixed beforehand. Beside the policy stands mine.certificate.toml: claim, counts, digests.

Exit status: 0 done; 1 thresholds were chosen, but too few labelled rows for the promise; 2 usage, unreadable input, aim out of reach.")]
    Tune(tune::TuneArgs),
    /// Choose from an unlabelled library the messages whose labels would teach a model most
    #[command(after_help = "\
Examples:
  nosolicit-train mine models/mine library.csv --output to-label.csv
  nosolicit-train mine default letters/ --rows 100 --known data/corpus/*.csv --output to-label.csv
  nosolicit-train fit data/corpus/*.csv to-label.csv --output models/new

Asked for are messages on which rules and model disagree, those whose scores are close to a threshold, and with --known those unlike
all known rows; of almost the same texts one is asked for. They are chosen, not drawn: rates counted on them say nothing of the library.
Put the labels in the place of the ? in the column labels (joined with |; nothing where the text is permitted); fit refuses the rest.")]
    Mine(mine::MineArgs),
    /// Judge whether a retrained model may take the place of the one in use
    #[command(after_help = "\
Examples:
  nosolicit-train compare default models/new held-out.csv
  nosolicit-train compare models/mine models/new held-out.csv --pinned must-hold.csv --margin 0.01 --promote

Both models, with rules and policy, judge the same rows, which neither may have been trained on. The new one is accepted when
  - it is not shown to be worse: exact McNemar test on the rows that only one of them judges rightly, at 5 %;
  - found violating rows and permitted rows left alone: the lower end of the difference's 95 % interval is not below -margin;
  - F1 of no label, and the share judged rightly of no slice, is lower by more than the margin;
  - nor is the share found of the violating rows in disguise, each in one of the disguises of `attack`;
  - every pinned row is judged rightly.

Exit status: 0 accepted; 1 refused; 2 usage or unreadable input.")]
    Compare(compare::CompareArgs),
    /// Measure what is still found when the words are disguised
    #[command(after_help = "\
Examples:
  nosolicit-train attack data/holdout/*.csv --tier fast
  nosolicit-train attack data/holdout/*.csv --rows 200 --worst 5 --json attack.json
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
        Command::Tune(args) => tune::run(&args),
        Command::Mine(args) => mine::run(&args).map(|()| true),
        Command::Compare(args) => compare::run(&args),
        Command::Attack(args) => attack::run(&args).map(|()| true),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "nosolicit-train", &mut script);
            cli::say(&String::from_utf8_lossy(&script));
            Ok(true)
        }
    };
    match run.and_then(|done| cli::all_written().map(|()| done)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        // whoever read the output has seen enough
        Err(error) if cli::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "the edge of the program")]
            {
                eprintln!("{}", nosolicit::report::printable(&format!("error: {error:#}")));
            }
            ExitCode::from(2)
        }
    }
}
