//! `nosolicit score`.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::args::ScoreArgs;
use super::{Exit, say, warn};
use nosolicit::batch;
use nosolicit::io::output::refuse_inputs;
use nosolicit::io::{Input, OutputFormat, Reader, Writer};

/// Exit status of an interrupted run, as shells have it for SIGINT.
const INTERRUPTED: i32 = 130;

pub fn run(args: &ScoreArgs) -> Result<Exit> {
    if let Some(threads) = args.threads {
        rayon::ThreadPoolBuilder::new().num_threads(threads.into()).build_global().context("cannot set the number of threads")?;
    }
    let engine = args.engine.engine()?;
    let inputs: Vec<Input> = args.inputs.iter().map(|i| Input::new(i)).collect();
    let reader = Reader::open(&inputs, &args.input.settings()?)?;
    let read: Vec<&Path> = args.inputs.iter().map(Path::new).collect();
    refuse_inputs(args.output.as_deref(), &read)?;
    let by_ending = args.output.as_deref().and_then(Path::extension).filter(|e| e.eq_ignore_ascii_case("csv")).map(|_| OutputFormat::Csv);
    let format = args.format.map(super::args::OutputFormatArg::format).or(by_ending).unwrap_or(OutputFormat::Jsonl);
    let to_terminal = std::io::stdout().is_terminal();
    let target = args.output.clone().or_else(|| to_terminal.then(|| beside(&args.inputs[0], format)));
    let mut writer = match &target {
        Some(path) => Writer::file(path)?,
        None => Writer::stdout(),
    };
    if let Some(unfinished) = writer.temporary() {
        remove_when_interrupted(unfinished.to_owned())?;
    }
    let bar = progress_bar(reader.total, args.quiet);
    let read = reader.read.clone();
    let summary = batch::run(&engine, reader, &mut writer, format, &|done| {
        bar.set_position(read.load(Ordering::Relaxed));
        bar.set_message(format!("{done} messages"));
    });
    bar.finish_and_clear();
    // lines already written to standard output stay; an unfinished file does not take its place
    let summary = summary?;
    writer.finish()?;
    if !args.quiet {
        let written_to = target.as_ref().map_or_else(|| "standard output".to_owned(), |path| path.display().to_string());
        let text = summary.text(&written_to);
        // the summary must not mix with judgements
        if target.is_some() { say(&(text + "\n"))? } else { warn(&text) }
    }
    Ok(match () {
        () if args.fail_on.reached(summary.highest()) => Exit::Failed,
        () if summary.failed > 0 => Exit::Incomplete,
        () => Exit::Passed,
    })
}

/// Removes the unfinished output when the run is interrupted; what stood in its place before stays.
#[expect(clippy::exit, reason = "the edge of the program, in the handler's own thread")]
fn remove_when_interrupted(unfinished: PathBuf) -> Result<()> {
    let remove = move || {
        let _ = std::fs::remove_file(&unfinished);
        std::process::exit(INTERRUPTED);
    };
    ctrlc::set_handler(remove).context("cannot prepare for an interruption")
}

/// Where the full output goes when standard output is a terminal.
fn beside(input: &str, format: OutputFormat) -> PathBuf {
    let stem = Path::new(input).file_stem().filter(|_| input != "-").map_or_else(|| "stdin".into(), |s| s.to_string_lossy().into_owned());
    let ending = if format == OutputFormat::Csv { "csv" } else { "jsonl" };
    PathBuf::from(format!("{stem}.judged.{ending}"))
}

/// On a terminal; silent in a pipe.
fn progress_bar(total: Option<u64>, quiet: bool) -> ProgressBar {
    let show = !quiet && std::io::stderr().is_terminal();
    let target = if show { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let template = if total.is_some() { "[{bar:30}] {percent}% {msg}, {elapsed}, {eta} left" } else { "{spinner} {msg}, {elapsed}" };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(total, target).with_style(style.progress_chars("=> "))
}
