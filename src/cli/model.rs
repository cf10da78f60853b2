//! `nosolicit model`.

use std::fmt::Write as _;

use anyhow::Result;

use super::args::ModelArgs;
use super::{Exit, say};
use nosolicit::model::Model;

pub fn run(args: &ModelArgs) -> Result<Exit> {
    let model = match &args.folder {
        Some(folder) => Model::load(folder)?,
        None => Model::built_in()?,
    };
    let manifest = model.manifest();
    if args.json {
        say(&(serde_json::to_string_pretty(manifest)? + "\n"))?;
        return Ok(Exit::Passed);
    }
    let training = &manifest.training;
    let mut text = format!("{} (written by {})\n", manifest.name, manifest.written_by);
    let _ = writeln!(text, "fast tier: a token network, sentence by sentence");
    if let Some(full) = &manifest.full {
        let (from, share) = (full.suspicion, 100.0 * full.share);
        let _ = writeln!(
            text,
            "full tier: an adapted encoder; in `auto` it reads what the fast tier gives {from} or more ({share:.0} % of passages)"
        );
    }
    let _ = writeln!(text, "trained on: {} rows, {} families, {} origins", training.rows, training.families, training.origins);
    let _ = writeln!(text, "data: {}", training.data_sha256);
    let _ = writeln!(text, "\n{:<25}{:>8}{:>8}", "label", "review", "block");
    for label in &manifest.labels {
        let _ = writeln!(text, "{:<25}{:>8.2}{:>8.2}", label.name, label.thresholds.review, label.thresholds.block);
    }
    let _ = writeln!(text, "\nfigures:");
    if let Some(figures) = manifest.figures.as_object() {
        for (name, value) in figures.iter().filter(|(name, _)| *name != "labels") {
            let shown = value.get("rate").map_or_else(|| value.to_string(), |rate| format!("{rate} ({}/{})", value["hits"], value["of"]));
            let _ = writeln!(text, "  {:<40}{}", name.replace('_', " "), shown.trim_matches('"'));
        }
    }
    say(&text)?;
    Ok(Exit::Passed)
}
