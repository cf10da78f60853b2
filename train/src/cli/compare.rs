//! `nosolicit-train compare`.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use nosolicit::document::Document;
use nosolicit::explain::attribute;
use nosolicit::io::output::refuse_inputs;
use nosolicit::model::{Model, Tier};
use nosolicit::policy::Policy;
use nosolicit::report::{one_line, printable};
use nosolicit_train::bootstrap::{Draws, Estimate};
use nosolicit_train::compare::{CompareSettings, Comparison, Flip, broken_pins, compare, directions, disguised, in_disguise};
use nosolicit_train::corpus::Corpus;
use nosolicit_train::judged::JudgedRows;
use nosolicit_train::promote::promote;
use nosolicit_train::table::{self, Section};
use serde::Serialize;

use super::judging::{load_model, write};
use super::{Threads, progress_bar, say};

/// Words shown of a message that flips.
const WORDS: usize = 3;

#[derive(clap::Args)]
pub struct CompareArgs {
    /// Bundle of the model in use, or `default` for the one built in
    old: String,
    /// Bundle of the new model
    new: String,
    /// Labelled CSV files that neither model was trained on
    #[arg(required = true)]
    data: Vec<PathBuf>,
    /// Labelled CSV files whose rows the new model must judge rightly, every one
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pinned: Vec<PathBuf>,
    /// How much lower a figure of the new model may be
    #[arg(long, default_value_t = 0.02)]
    margin: f64,
    /// When accepted, put the new model in the place of the old one, which is kept beside it as OLD.previous
    #[arg(long)]
    promote: bool,
    /// Which part of both models judges
    #[arg(long, value_enum, default_value = "auto")]
    tier: Tier,
    /// A built-in policy or a policy file
    #[arg(long, default_value = "amazon", value_name = "NAME|FILE")]
    policy: String,
    /// Leave out the violating rows in disguise
    #[arg(long)]
    no_disguises: bool,
    /// Messages shown whose verdict flips
    #[arg(long, default_value_t = 10)]
    flips: usize,
    /// Draws of families for the intervals
    #[arg(long, value_name = "NUMBER", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    draws: u32,
    /// Seed of the draws and the disguises
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Write everything as JSON; - is standard output
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    #[command(flatten)]
    threads: Threads,
}

/// A model as it was run.
#[derive(Debug, Clone, Serialize)]
struct Run {
    model: String,
    sha256: String,
    /// Messages of the data read in a second.
    messages_a_second: f64,
    /// Bytes of the bundle's files.
    bytes: u64,
}

#[derive(Serialize)]
struct Report {
    accepted: bool,
    old: Run,
    new: Run,
    margin: f64,
    pinned: usize,
    broken_pins: Vec<String>,
    #[serde(flatten)]
    comparison: Comparison,
}

/// Whether the new model is accepted.
pub fn run(args: &CompareArgs) -> Result<bool> {
    ensure!((0.0..1.0).contains(&args.margin), "--margin must be from 0 to below 1");
    ensure!(!args.promote || args.old != "default", "--promote: the model built in cannot be replaced; name the folder of the one in use");
    let inputs: Vec<&Path> = args.data.iter().chain(&args.pinned).map(PathBuf::as_path).collect();
    refuse_inputs(args.json.as_deref(), &inputs)?;
    args.threads.set()?;
    let labels = |model: &Model| model.label_names().into_iter().map(str::to_owned).collect::<Vec<_>>();
    let (old_model, new_model) = (load_model(&args.old)?, load_model(&args.new)?);
    let names = labels(&new_model);
    ensure!(labels(&old_model) == names, "the models have other labels: {} and {}", labels(&old_model).join(", "), names.join(", "));
    let corpus = Corpus::read(&args.data, Some(&names))?;
    let pins = if args.pinned.is_empty() { None } else { Some(Corpus::read(&args.pinned, Some(&names)).context("--pinned")?) };
    let (old, old_run) = read(args, &corpus, old_model, "judging with the old model")?;
    let (new, new_run) = read(args, &corpus, new_model, "judging with the new model")?;
    let draws = Draws { number: args.draws as usize, seed: args.seed };
    let settings = CompareSettings { margin: args.margin, draws };
    let mut comparison = compare(&old, &new, settings)?;
    let hidden = disguised(&corpus, args.seed);
    if !args.no_disguises && !hidden.rows.is_empty() {
        let (old, _) = read(args, &hidden, load_model(&args.old)?, "judging disguises with the old model")?;
        let (new, _) = read(args, &hidden, load_model(&args.new)?, "judging disguises with the new model")?;
        let figure = in_disguise(&old, &new, settings)?;
        if figure.refused {
            let by = figure.difference.value.unwrap_or(0.0);
            comparison.refused.push(format!("{}: its difference is {by:+.3}, below the margin of {:+.3}", figure.name, -args.margin));
        }
        comparison.figures.push(figure);
    }
    let pinned = pins.as_ref().map_or(0, |p| p.rows.len());
    let broken_pins = match pins {
        Some(pins) => {
            let policy = Policy::load(&args.policy)?;
            broken_pins(&JudgedRows::read(pins, args.pinned.clone(), load_model(&args.new)?, args.tier, policy, &|| ())?)
        }
        None => Vec::new(),
    };
    if !broken_pins.is_empty() {
        comparison.refused.push(format!("{} of {pinned} pinned rows are not judged rightly", broken_pins.len()));
    }
    let models = [load_model(&args.old)?, load_model(&args.new)?];
    for flip in comparison.flips.iter_mut().take(args.flips) {
        flip.words = words(flip, &models, args.tier, &new);
    }
    let accepted = comparison.refused.is_empty();
    let report = Report { accepted, old: old_run, new: new_run, margin: args.margin, pinned, broken_pins, comparison };
    if let Some(path) = &args.json {
        write(path, (serde_json::to_string_pretty(&report)? + "\n").as_bytes())?;
    }
    let quiet = args.json.as_deref() == Some(Path::new("-"));
    if !quiet {
        say(&text(&report, args.flips));
    }
    if accepted && args.promote {
        let backup = promote(Path::new(&args.new), Path::new(&args.old))?;
        if !quiet {
            say(&format!("promoted: {} is in the place of the old model, which is kept in {}", args.new, backup.display()));
        }
    }
    Ok(accepted)
}

fn read(args: &CompareArgs, corpus: &Corpus, model: Model, what: &str) -> Result<(JudgedRows, Run)> {
    ensure!(args.tier != Tier::Full || model.has_full_tier(), "--tier full: the model {} has no encoder", model.manifest().name);
    // an encoder is unpacked when it is first asked: that is not the speed of judging
    if let Some(row) = corpus.rows.first() {
        model.score(&Document::parse(&row.message()), args.tier);
    }
    let bytes = model.manifest().files.values().map(|f| f.bytes).sum();
    let bar = progress_bar(what);
    bar.set_length(corpus.rows.len() as u64);
    let start = Instant::now();
    let judged = JudgedRows::read(corpus.clone(), args.data.clone(), model, args.tier, Policy::load(&args.policy)?, &|| bar.inc(1))?;
    let seconds = start.elapsed().as_secs_f64();
    bar.finish_and_clear();
    let run = Run {
        model: judged.model.clone(),
        sha256: judged.model_sha256.clone(),
        messages_a_second: (judged.rows.len() as f64 / seconds.max(1e-9)).round(),
        bytes,
    };
    Ok((judged, run))
}

/// The words that raise the label most, with the model that scores it higher.
fn words(flip: &Flip, models: &[Model; 2], tier: Tier, rows: &JudgedRows) -> Vec<String> {
    let model = &models[usize::from(flip.new_score >= flip.old_score)];
    let attribution = attribute(model, tier, &rows.rows[flip.row].message);
    let of = |w: &nosolicit::explain::attribution::Words| w.contributions[flip.label_index];
    let mut raising: Vec<_> = attribution.words.iter().filter(|w| of(w) > 0.0).collect();
    raising.sort_by(|a, b| of(b).total_cmp(&of(a)).then(a.place.start.cmp(&b.place.start)));
    raising.iter().take(WORDS).map(|w| w.place.text.clone()).collect()
}

fn text(report: &Report, most: usize) -> String {
    let comparison = &report.comparison;
    let mut runs = Section::new("Models", "", &["", "name", "messages a second", "MB"]);
    for (name, run) in [("old", &report.old), ("new", &report.new)] {
        let size = format!("{:.1}", run.bytes as f64 / 1e6);
        runs.rows.push(vec![name.to_owned(), printable(&run.model), format!("{:.0}", run.messages_a_second), size]);
    }
    let note = format!("{} rows; differences with 95 % intervals from draws of families", comparison.rows);
    let mut figures = Section::new("Figures", note, &["", "rows", "old", "new", "difference", ""]);
    let number = |x: Option<f64>| x.map_or("-".to_owned(), |x| format!("{x:.3}"));
    for f in &comparison.figures {
        let remark = if f.refused {
            "refused"
        } else if f.thin {
            "too few rows to decide"
        } else {
            ""
        };
        let cells = [printable(&f.name), f.rows.to_string(), number(f.old), number(f.new), difference(&f.difference), remark.to_owned()];
        figures.rows.push(cells.to_vec());
    }
    let m = &comparison.mcnemar;
    let paired = format!(
        "Judged rightly by the old model alone: {}; by the new one alone: {}; exact McNemar test: p = {:.4}",
        m.only_old, m.only_new, m.p
    );
    let counts: Vec<String> =
        directions(&comparison.flips).iter().map(|((was, is), n)| format!("{n} {} -> {}", was.as_str(), is.as_str())).collect();
    let note = if counts.is_empty() { "none".to_owned() } else { counts.join(", ") };
    let mut flips = Section::new("Verdicts that flip", note, &["", "", "label", "old", "new", "words", "text", "where"]);
    for flip in comparison.flips.iter().take(most) {
        flips.rows.push(vec![
            if flip.right { "now right" } else { "now wrong" }.to_owned(),
            format!("{} -> {}", flip.old.as_str(), flip.new.as_str()),
            printable(&flip.label),
            format!("{:.2}", flip.old_score),
            format!("{:.2}", flip.new_score),
            one_line(&flip.words.join(", "), 40),
            one_line(&flip.text, 60),
            printable(&flip.place),
        ]);
    }
    if flips.rows.is_empty() {
        flips.header.clear();
    }
    let mut text = table::text(&[runs, figures, Section::new("Paired test", paired, &[]), flips]);
    if report.pinned > 0 {
        text.push_str(&format!("\n\npinned rows judged rightly: {} of {}", report.pinned - report.broken_pins.len(), report.pinned));
        for place in &report.broken_pins {
            text.push_str(&format!("\n  not {}", printable(place)));
        }
    }
    text.push_str(if report.accepted { "\n\naccepted" } else { "\n\nrefused" });
    for reason in &comparison.refused {
        text.push_str(&format!("\n  - {}", printable(reason)));
    }
    text
}

fn difference(estimate: &Estimate) -> String {
    match (estimate.value, estimate.low, estimate.high) {
        (Some(value), Some(low), Some(high)) => format!("{value:+.3} ({low:+.3} to {high:+.3})"),
        (Some(value), ..) => format!("{value:+.3}"),
        _ => "-".to_owned(),
    }
}
