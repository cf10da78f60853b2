//! The commands: arguments into plain structs, results into text.

#[cfg(feature = "rust-bert")]
pub mod adapt;
pub mod attack;
pub mod audit;
pub mod compare;
pub mod evaluate;
pub mod fit;
pub mod judging;
pub mod mine;
pub mod tune;

use std::io::{IsTerminal, Write as _};

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How many threads work.
#[derive(clap::Args)]
pub struct Threads {
    /// Threads [default: one per core]
    #[arg(long)]
    threads: Option<usize>,
}

impl Threads {
    fn set(&self) -> Result<()> {
        if let Some(threads) = self.threads {
            rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().context("cannot set the number of threads")?;
        }
        Ok(())
    }
}

/// On a terminal; silent in a pipe.
fn progress_bar(what: &str) -> ProgressBar {
    let target = if std::io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let style = ProgressStyle::with_template(&format!("{what} [{{bar:30}}] {{pos}}/{{len}}, {{elapsed}}, {{eta}} left"))
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::with_draw_target(None, target).with_style(style.progress_chars("=> "));
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    bar
}

/// A line to standard output; whoever has stopped reading has seen enough, and a fit goes on without them.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{}", nosolicit::report::printable(line));
}
