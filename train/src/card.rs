//! The model card that goes with every bundle.

use std::fmt::Write as _;

use nosolicit::label;
use nosolicit::model::Manifest;

use crate::figures::Figures;

/// A model card in Markdown, made from the manifest and the figures alone.
pub fn card(manifest: &Manifest, figures: &Figures) -> String {
    let mut text = String::new();
    let training = &manifest.training;
    let _ = writeln!(text, "# Model card: {}\n", manifest.name);
    let _ = writeln!(
        text,
        "Scores messages from marketplace sellers to buyers for solicitation and marketing, sentence by sentence; a message has the score of its most \
         telling one. Linear heads (logistic regression, L2) over a small network of token vectors, a convolution that learned from a BERT encoder. \
         Written by {}.\n",
        manifest.written_by
    );
    if let Some(full) = &manifest.full {
        let _ = writeln!(
            text,
            "What this fast tier suspects (a probability of {} or more, {:.0} % of the passages of the rows below) is read by a BERT encoder \
             itself (ENCODER.md says what it was taught), with linear heads of its own over its sentence vectors. The last digits of its scores may differ \
             between machines.\n",
            full.suspicion,
            100.0 * full.share
        );
    }
    let _ = writeln!(text, "## Labels\n");
    for label in &manifest.labels {
        let meaning = label::find(&label.name).map_or("(a label of the user's own)", |l| l.definition);
        let _ = writeln!(
            text,
            "- **{}** (review from {}, block from {}): {meaning}",
            label.name, label.thresholds.review, label.thresholds.block
        );
    }
    let _ = writeln!(text, "\n## Training data\n");
    let _ = writeln!(
        text,
        "{} rows in {} families from {} origins. SHA-256 of the rows in canonical order: `{}`.\n",
        training.rows, training.families, training.origins, training.data_sha256
    );
    for (name, value) in &training.settings {
        let _ = writeln!(text, "- {name}: {value}");
    }
    let _ = writeln!(text, "\n## Figures\n");
    let _ = writeln!(text, "{figures}\n");
    let _ = writeln!(
        text,
        "Each row was scored by a model whose heads had seen nothing of its {}. The calibration (one sigmoid per label) and the thresholds \
         were fitted to these same scores, so precision, recall and F1 at the thresholds are a little flattering; areas under curves are not touched by that. \
         On messages unlike those of the training data expect less.\n",
        if figures.held_out.contains("origins") { "origin" } else { "family" }
    );
    let _ = writeln!(text, "## Use and limits\n");
    let _ = writeln!(
        text,
        "For helping people who check message templates and inserts before they are sent, in English. Not for judging what buyers write, and not the only check: \
         a high score is a reason to look, a low one is no promise."
    );
    text
}
