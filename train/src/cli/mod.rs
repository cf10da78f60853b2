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

use std::io::{ErrorKind, IsTerminal, Write as _};
use std::sync::OnceLock;

use anyhow::{Context, Result, anyhow};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How many threads work.
#[derive(clap::Args)]
pub struct Threads {
    /// Threads [default: one per core]
    #[arg(long, value_parser = clap::value_parser!(u16).range(..=1024))]
    threads: Option<u16>,
}

impl Threads {
    fn set(&self) -> Result<()> {
        if let Some(threads) = self.threads {
            rayon::ThreadPoolBuilder::new().num_threads(threads.into()).build_global().context("cannot set the number of threads")?;
        }
        Ok(())
    }
}

/// On a terminal; silent in a pipe.
fn progress_bar(what: &str) -> ProgressBar {
    let target = if std::io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let style = ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len}, {elapsed}, {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::with_draw_target(None, target).with_style(style.progress_chars("=> ")).with_message(what.to_owned());
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    bar
}

/// The first line that could not be written, and why.
static UNWRITTEN: OnceLock<std::io::Error> = OnceLock::new();

/// A line to standard output. Where it cannot be written the work goes on, and [`all_written`] tells at the end; whoever has stopped
/// reading has seen enough.
pub fn say(line: &str) {
    if let Err(error) = writeln!(std::io::stdout(), "{}", nosolicit::report::printable(line))
        && error.kind() != ErrorKind::BrokenPipe
    {
        // only the first is told
        let _ = UNWRITTEN.set(error);
    }
}

/// Whether it is the reader of the output who has gone.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|e| e.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == ErrorKind::BrokenPipe))
}

/// Whether standard output took every line for which there was a reader.
pub fn all_written() -> Result<()> {
    UNWRITTEN.get().map_or(Ok(()), |error| Err(anyhow!("cannot write <stdout>: {error}")))
}
