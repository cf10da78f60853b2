//! `nosolicit-train fit`.

use std::path::PathBuf;

use anyhow::Result;
use nosolicit::model::bundle::{DEFAULT_TOKENIZER, read_encoder};
use nosolicit::model::ngram::NgramLister;
use nosolicit_train::bundle::{self, EncoderFiles};
use nosolicit_train::corpus::Corpus;
use nosolicit_train::figures::figures;
use nosolicit_train::fit::{FitSettings, Trained};
use nosolicit_train::full::embed;
use nosolicit_train::logistic::Settings;
use nosolicit_train::tiers::{FullTier, fit_full};

use super::{Threads, fit_with_progress, progress_bar, say};

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
    /// Folder of an adapted encoder for the full tier [default: the one built in]
    #[arg(long, value_name = "FOLDER", conflicts_with = "fast_only")]
    encoder: Option<PathBuf>,
    /// No full tier
    #[arg(long)]
    fast_only: bool,
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
    let origins = match corpus.origins().len() {
        0 => "no origins given".to_owned(),
        n => format!("from {n} origins"),
    };
    let (rows, families) = (corpus.rows.len(), corpus.families());
    say(&format!("{rows} rows in {families} families, {origins}; labels: {}", corpus.labels.join(", ")));
    let lister = NgramLister::new(std::borrow::Cow::Borrowed(DEFAULT_TOKENIZER)).map_err(|e| anyhow::anyhow!(e))?;
    let settings = FitSettings {
        features_per_label: args.features,
        logistic: Settings { alpha: args.alpha, max_iterations: args.max_iterations },
        folds: args.folds,
    };
    let trained = fit_with_progress("fitting", &corpus, &lister, &settings)?;
    let encoder = if args.fast_only { None } else { Some(EncoderFiles::read(args.encoder.as_deref())?) };
    let full = encoder.as_ref().map(|files| fit_encoder(&corpus, &lister, &trained, files)).transpose()?.flatten();
    let figures = figures(&corpus, &trained, full.as_ref());
    let name = args.output.file_name().and_then(|n| n.to_str()).unwrap_or("model");
    let files = bundle::files(name, &corpus, &lister, &settings, &trained, full.as_ref().zip(encoder.as_ref()), &figures)?;
    bundle::write(&args.output, &files)?;
    say(&format!("\n{figures}\n"));
    figures.cautions().iter().for_each(|caution| say(caution));
    if full.as_ref().is_some_and(|full| full.share >= 1.0) {
        say("The encoder reads everything: with this model `--tier auto` is no quicker than `--tier full`.");
    } else if let Some(full) = &full {
        say(&format!(
            "The encoder reads {:.0} % of the passages: those with a probability from {} to {} in the fast tier.",
            100.0 * full.share,
            full.band.low,
            full.band.high
        ));
    }
    let bundle = args.output.display();
    say(&format!("\n{} n-grams. The bundle is in {bundle}; measure it on rows that it has not seen, and use it:", trained.selection.keys.len()));
    say(&format!("  nosolicit-train evaluate {bundle} HELD-OUT.csv"));
    say(&format!("  nosolicit score LIBRARY --model {bundle}"));
    Ok(())
}

/// The full tier over an encoder; `None`, and a word about it, where the encoder leaves nothing to calibrate on.
fn fit_encoder(corpus: &Corpus, lister: &NgramLister, trained: &Trained, files: &EncoderFiles) -> Result<Option<FullTier>> {
    let tokenizer = lister.tokenizer();
    let encoder = read_encoder(&files.config, files.weights.clone().into(), tokenizer.tokens().len()).map_err(anyhow::Error::msg)?;
    let bar = progress_bar("reading");
    bar.set_length(corpus.rows.len() as u64);
    let embedding = embed(corpus, tokenizer, &encoder, &|done| bar.set_position(done as u64)).map_err(anyhow::Error::msg)?;
    bar.finish_and_clear();
    let full = fit_full(corpus, trained, &embedding)?;
    if full.is_none() {
        say("The encoder was taught so many of these rows that too few are left to calibrate it on: this model has a fast tier only.");
    }
    Ok(full)
}
