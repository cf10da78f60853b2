//! The command line: turns arguments into plain structs, and results into text and exit status.

mod args;
mod check;
mod explain;
mod model;
mod rule;
mod score;

use std::process::ExitCode;

use anyhow::Context as _;
use clap::{CommandFactory, Parser};

use args::{Cli, Command};

/// How the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    /// Nothing at or above `--fail-on`.
    Passed,
    /// Something was.
    Failed,
    /// Some records could not be judged.
    Incomplete,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(match exit {
            Exit::Passed => 0,
            Exit::Failed => 1,
            Exit::Incomplete => 3,
        })
    }
}

/// Runs the program.
pub fn run() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Score(args) => score::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Rule(args) => rule::run(&args),
        Command::Model(args) => model::run(&args),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "nosolicit", &mut script);
            say(&String::from_utf8_lossy(&script)).map(|()| Exit::Passed)
        }
    };
    match result {
        Ok(exit) => exit.into(),
        // whoever read our output has seen enough
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // names of files and what stands in them are input too
            warn(&nosolicit::report::printable(&format!("error: {error:#}")));
            ExitCode::from(2)
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|e| e.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe))
}

/// A line to standard error.
#[expect(clippy::print_stderr, reason = "the edge of the program")]
fn warn(line: &str) {
    eprintln!("{line}");
}

/// Text to standard output; a reader who has gone away is an error of the kind broken pipe.
fn say(text: &str) -> anyhow::Result<()> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).context("cannot write <stdout>")
}
