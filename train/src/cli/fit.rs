//! `nosolicit-train fit`.

use std::path::PathBuf;

use anyhow::Result;
use nosolicit_train::bundle;
use nosolicit_train::corpus::Corpus;
use nosolicit_train::embed::embed;
use nosolicit_train::figures::figures;
use nosolicit_train::fit::{FitSettings, fit, rows_to_calibrate_on};
use nosolicit_train::logistic::Settings;

use super::{Threads, progress_bar, say};

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
    /// Folder of an adapted encoder and its token network [default: those built in]
    #[arg(long, value_name = "FOLDER")]
    encoder: Option<PathBuf>,
    /// No full tier
    #[arg(long)]
    fast_only: bool,
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
    let settings = FitSettings { logistic: Settings { alpha: args.alpha, max_iterations: args.max_iterations }, folds: args.folds };
    let encoders = bundle::encoder_files(args.encoder.as_deref(), !args.fast_only)?;
    let readers = bundle::readers(&encoders)?;
    let rows = rows_to_calibrate_on(&corpus, &readers.taught(&corpus).map_err(anyhow::Error::msg)?)?;
    let bar = progress_bar("reading");
    bar.set_length(corpus.rows.len() as u64);
    let embedding = embed(&corpus, &readers, &|done| bar.set_position(done as u64)).map_err(anyhow::Error::msg)?;
    bar.finish_and_clear();
    let bar = progress_bar("fitting");
    let trained = fit(&corpus, &embedding, rows, &settings, &|done, of| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    })?;
    bar.finish_and_clear();
    let figures = figures(&corpus, &trained);
    let name = args.output.file_name().and_then(|n| n.to_str()).unwrap_or("model");
    let files = bundle::files(name, &corpus, &settings, &trained, encoders, &figures)?;
    bundle::write(&args.output, &files)?;
    say(&format!("\n{figures}\n"));
    figures.cautions().iter().for_each(|caution| say(caution));
    if trained.full.as_ref().is_some_and(|(_, cascade)| cascade.share >= 1.0) {
        say("The encoder reads everything: with this model `--tier auto` is no quicker than `--tier full`.");
    } else if let Some((_, cascade)) = &trained.full {
        say(&format!(
            "The encoder reads {:.0} % of the passages: those with a probability of {} or more in the fast tier.",
            100.0 * cascade.share,
            cascade.suspicion
        ));
    }
    let bundle = args.output.display();
    say(&format!("\nThe bundle is in {bundle}; measure it on rows that it has not seen, and use it:"));
    say(&format!("  nosolicit-train evaluate {bundle} HELD-OUT.csv"));
    say(&format!("  nosolicit score LIBRARY --model {bundle}"));
    Ok(())
}
