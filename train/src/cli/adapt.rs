//! `nosolicit-train adapt`.

use std::path::PathBuf;

use anyhow::Result;
use nosolicit_train::adapt::{AdaptSettings, Event, adapt};
use nosolicit_train::corpus::Corpus;

use super::{Threads, progress_bar, say};

#[derive(clap::Args)]
pub struct AdaptArgs {
    /// Labelled CSV files
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Folder of the encoder to begin with: one as published (config.json, model.safetensors, tokenizer.json), or a bundle, whose encoder
    /// is taught on
    #[arg(long)]
    base: PathBuf,
    /// Folder of the adapted encoder
    #[arg(short, long)]
    output: PathBuf,
    /// Labels to teach, separated by commas [default: those of the guide that occur, else all that occur]
    #[arg(long, value_delimiter = ',')]
    labels: Option<Vec<String>>,
    /// One in so many origins (families where there are too few) is held out, to stop in time and to calibrate on
    #[arg(long, default_value_t = 6)]
    held_out: usize,
    /// Which of these parts is held out, from 0; the figures of all parts together are those of messages from unknown writers
    #[arg(long, default_value_t = 0)]
    part: usize,
    /// Most passes over the rows
    #[arg(long, default_value_t = 10)]
    epochs: usize,
    /// Rows of a step
    #[arg(long, default_value_t = 16)]
    batch: usize,
    /// Highest rate of learning, that of the last layer
    #[arg(long, default_value_t = 2e-4)]
    learning_rate: f64,
    /// Read each row once in a pass, by turns as it is and as a variant among sentences of others, instead of both at once: less than half
    /// the time, for encoders that were adapted before
    #[arg(long)]
    once: bool,
    /// Leave the encoder of the bundle as it is, and teach only the token network, by it
    #[arg(long, conflicts_with_all = ["epochs", "batch", "learning_rate", "once", "resume"])]
    tokens_only: bool,
    /// Seed
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where to compute [default: on a GPU where libtorch finds one]
    #[arg(long, value_enum)]
    device: Option<Device>,
    /// Go on from the last pass of an interrupted run with the same settings; the optimiser's moments begin anew
    #[arg(long)]
    resume: bool,
    #[command(flatten)]
    threads: Threads,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Device {
    Cpu,
    Cuda,
}

pub fn run(args: &AdaptArgs) -> Result<()> {
    if args.held_out < 2 || args.epochs == 0 || args.batch == 0 {
        anyhow::bail!("--held-out must be at least 2, --epochs and --batch above 0");
    }
    if args.part >= args.held_out {
        anyhow::bail!("--part must be below --held-out");
    }
    if !(args.learning_rate > 0.0 && args.learning_rate < 1.0) {
        anyhow::bail!("--learning-rate must be above 0 and below 1");
    }
    args.threads.set()?;
    let corpus = Corpus::read(&args.files, args.labels.as_deref())?;
    let device = match args.device {
        Some(Device::Cpu) => tch::Device::Cpu,
        Some(Device::Cuda) => tch::Device::Cuda(0),
        None => tch::Device::cuda_if_available(),
    };
    say(&format!("computing on {device:?}"));
    let settings = AdaptSettings {
        base: args.base.clone(),
        output: args.output.clone(),
        held_out: args.held_out,
        part: args.part,
        epochs: args.epochs,
        batch: args.batch,
        rate: args.learning_rate,
        once: args.once,
        tokens_only: args.tokens_only,
        seed: args.seed,
        device,
        resume: args.resume,
    };
    let bar = progress_bar("teaching");
    adapt(&corpus, &settings, &mut |event| match event {
        Event::Step(work, done, of) => {
            if bar.message() != work {
                bar.set_message(work);
                bar.reset_eta();
            }
            bar.set_length(of as u64);
            bar.set_position(done as u64);
        }
        Event::Epoch(p) => bar.suspend(|| {
            say(&format!("pass {}: loss {:.4}", p.epoch, p.loss));
            say(&format!("  held-out rows: ROC AUC {:.4}, {:.1} % found at 1 % false alarms", p.auc, 100.0 * p.recall));
            say(&format!(
                "  among sentences of others: ROC AUC {:.4}, {:.1} % found at 1 % false alarms",
                p.auc_among_others,
                100.0 * p.recall_among_others
            ));
        }),
    })?;
    bar.finish_and_clear();
    say(&format!("The encoder is in {}; use it with", args.output.display()));
    say(&format!("  nosolicit-train fit FILES --encoder {} --output models/mine", args.output.display()));
    Ok(())
}
