//! `nosolicit-train fit`.

use std::path::PathBuf;

use anyhow::Result;
use nosolicit::model::bundle::DEFAULT_TOKENIZER;
use nosolicit::model::ngram::NgramLister;
use nosolicit_train::bundle;
use nosolicit_train::corpus::Corpus;
use nosolicit_train::figures::figures;
use nosolicit_train::fit::FitSettings;
use nosolicit_train::logistic::Settings;

use super::{Threads, fit_with_progress, say};

#[derive(clap::Args)]
pub struct FitArgs {
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
    /// Folds for calibration, thresholds and figures; as many as there are origins leave out one origin at a time
    #[arg(long, default_value_t = FitSettings::default().folds)]
    folds: usize,
    #[command(flatten)]
    threads: Threads,
}

pub fn run(args: &FitArgs) -> Result<()> {
    if !(args.alpha > 0.0 && args.alpha.is_finite()) {
        anyhow::bail!("--alpha must be above 0");
    }
    if args.features == 0 {
        anyhow::bail!("--features must be above 0");
    }
    if args.folds < 2 {
        anyhow::bail!("--folds must be at least 2");
    }
    args.threads.set()?;
    let corpus = Corpus::read(&args.files, args.labels.as_deref())?;
    say(&format!(
        "{} rows in {} families from {} origins; labels: {}",
        corpus.rows.len(),
        corpus.families(),
        corpus.origins().len(),
        corpus.labels.join(", ")
    ));
    let lister = NgramLister::new(std::borrow::Cow::Borrowed(DEFAULT_TOKENIZER)).map_err(|e| anyhow::anyhow!(e))?;
    let settings = FitSettings {
        features_per_label: args.features,
        logistic: Settings { alpha: args.alpha, max_iterations: args.max_iterations },
        folds: args.folds,
    };
    let trained = fit_with_progress("fitting", &corpus, &lister, &settings)?;
    let figures = figures(&corpus, &trained);
    let name = args.output.file_name().and_then(|n| n.to_str()).unwrap_or("model");
    let files = bundle::files(name, &corpus, &lister, &settings, &trained, &figures)?;
    bundle::write(&args.output, &files)?;
    say(&format!("\n{figures}\n"));
    say(&format!("{} n-grams. The bundle is in {}; use it with", trained.selection.keys.len(), args.output.display()));
    say(&format!("  nosolicit score LIBRARY --model {}", args.output.display()));
    Ok(())
}
