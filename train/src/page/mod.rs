//! An evaluation as one HTML page: charts, and an explorer of thresholds that decides as the library does.
//!
//! The page fetches nothing. Everything from the data travels in one block of JSON in which no markup can stand, and the page's script
//! writes it as text alone.

mod classes;
mod counts;
mod rows;

use anyhow::{Result, ensure};
use nosolicit::policy::Thresholds;
use serde::Serialize;

pub use classes::{Classes, Felt};
pub use rows::{grid, position, reached};

use crate::evaluate::{self, Confusion, Evaluation, Said, Subjects};
use crate::judged::{JudgedRows, Judges};
use crate::table::Section;
use crate::tune::{self, Aim, Costs, Tuned};
use counts::{ByJudge, counts};
use rows::{Explorer, Room, explorer};

/// No page is larger.
pub const MOST_BYTES: usize = 2_000_000;

/// What the costs are until the reader sets others.
const COSTS: Costs = Costs { miss: 20.0, false_alarm: 1.0, review: 0.2 };

/// Everything that the page shows.
#[derive(Serialize)]
struct Data<'a> {
    of: &'a Subjects,
    /// What `tune` claims.
    claim: Option<String>,
    labels: Vec<PageLabel<'a>>,
    /// Grid for any label.
    grid: Vec<f64>,
    costs: Costs,
    prevalence: Option<f64>,
    explorer: Option<Explorer>,
    /// Why there is no explorer.
    unexplored: Option<String>,
    counts: Vec<ByJudge>,
    confusion: &'a Confusion,
    /// The report of the command line.
    sections: Vec<Section>,
}

/// A label with the thresholds that it can be given.
#[derive(Serialize)]
struct PageLabel<'a> {
    name: &'a str,
    grid: Vec<f64>,
    /// Positions in the grid of the thresholds in use.
    used: [usize; 2],
    /// Those that the sliders stand at first: those tuned, or those in use.
    first: [usize; 2],
}

/// The page for an evaluation, and for a choice of thresholds where there is one.
///
/// # Errors
/// When there are so many labels that no page could hold them.
pub fn page(judged: &JudgedRows, evaluation: &Evaluation, tuned: Option<&Tuned>) -> Result<String> {
    let used = judged.thresholds();
    let mut settings = vec![used.clone()];
    settings.extend(tuned.map(|t| t.new.clone()));
    let grids: Vec<Vec<f64>> =
        (0..judged.labels.len()).map(|l| grid(&settings.iter().map(|thresholds| thresholds[l]).collect::<Vec<_>>())).collect();
    let positions = |l: usize, t: Thresholds| [t.review, t.block].map(|t| position(&grids[l], t));
    let first = settings.last().unwrap_or(&used);
    let label = |(l, name): (usize, &'_ String)| (name.clone(), positions(l, used[l]), positions(l, first[l]));
    let labels: Vec<_> = judged.labels.iter().enumerate().map(label).collect();
    let counted: Vec<Vec<f64>> = grids.iter().cloned().chain([grid(&[])]).collect();
    let mut data = Data {
        of: &evaluation.of,
        claim: tuned.map(tune::claim),
        labels: labels
            .iter()
            .zip(&grids)
            .map(|((name, used, first), grid)| PageLabel { name, grid: grid.clone(), used: *used, first: *first })
            .collect(),
        grid: grid(&[]),
        costs: match tuned.map(|t| t.settings.aim) {
            Some(Aim::Cost(costs)) => costs,
            _ => COSTS,
        },
        prevalence: tuned.and_then(|t| t.settings.prevalence),
        explorer: None,
        unexplored: None,
        counts: [Judges::Model, Judges::Both].map(|judges| counts(&Said::by(judges, judged), &counted, evaluation)).into(),
        confusion: &evaluation.confusion,
        sections: tuned.map(|t| tune::sections(judged, t)).unwrap_or_default().into_iter().chain(evaluate::sections(evaluation)).collect(),
    };
    let mut room = Room { rows: 1_100_000, texts: 500_000 };
    loop {
        match explorer(judged, &grids, &settings, room) {
            Ok(explorer) => data.explorer = Some(explorer),
            Err(reason) => data.unexplored = Some(reason),
        }
        let html = html(&data)?;
        if html.len() <= MOST_BYTES {
            return Ok(html);
        }
        // escaped characters and many classes take more than their share
        room = Room { rows: room.rows / 2, texts: room.texts / 2 };
        ensure!(room.texts > 1000, "{} labels are too many for a page", judged.labels.len());
    }
}

fn html(data: &Data<'_>) -> Result<String> {
    let script = [
        include_str!("exact.js"),
        include_str!("decide.js"),
        include_str!("charts.js"),
        include_str!("explorer.js"),
        include_str!("page.js"),
    ]
    .join("\n");
    let mut html = include_str!("page.html").to_owned();
    for (place, text) in
        [("/* STYLE */", include_str!("page.css")), ("/* SCRIPT */", &script), ("/* DATA */", &inert(&serde_json::to_string(data)?))]
    {
        html = html.replacen(place, text, 1);
    }
    Ok(html)
}

/// JSON in which no markup and no line separator stands.
fn inert(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_in_a_page_is_inert() {
        let text = "</script><!--\u{2028}&amp;";
        let json = inert(&serde_json::to_string(text).expect("JSON"));
        assert!(!json.contains(['<', '>', '&', '\u{2028}']), "{json}");
        assert_eq!(serde_json::from_str::<String>(&json).expect("JSON"), text);
    }

    #[test]
    fn a_grid_has_the_thresholds_in_question_and_counts_scores_exactly() {
        let grid = grid(&[Thresholds { review: 0.1234, block: 2.0 }]);
        let at = |t: f64| position(&grid, t);
        assert_eq!((grid[at(0.1234)], grid[at(0.37)], at(2.0)), (0.1234, 0.37, grid.len()));
        for score in [0.0, 0.1233, 0.1234, 0.37, 0.3699999, 1.0] {
            for (position, &threshold) in grid.iter().enumerate() {
                assert_eq!(reached(&grid, score) > position, score >= threshold);
            }
        }
    }
}
