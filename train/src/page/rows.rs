//! Rows for the explorer, packed: whether a new family begins, the verdict due, the class, the true labels, the thresholds reached.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use nosolicit::judgement::Verdict;
use nosolicit::policy::{Policy, Thresholds};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::classes::{Classes, Felt, Table};
use crate::judged::{JudgedRow, JudgedRows, Judges, verdict_of_labels};
use crate::table::shortened;

/// How much of a text the page shows, in characters.
const SHOWN: usize = 320;

/// How much goes into the page.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// Bytes for packed rows; whole families are left out beyond.
    pub rows: usize,
    /// Bytes for texts; the least telling are left out beyond.
    pub texts: usize,
}

/// What the explorer works on.
#[derive(Debug, Serialize)]
pub struct Explorer {
    /// Rows packed; fewer than there are where they are too many for a page.
    pub rows: usize,
    /// Families packed.
    pub families: usize,
    /// The distinct [`Table`]s; a digit per verdict.
    tables: Vec<String>,
    /// The rows in base64.
    packed: String,
    /// Texts of some of the rows.
    texts: Vec<Shown>,
}

/// A row with its text.
#[derive(Debug, Serialize)]
struct Shown {
    /// Number of the row among those packed.
    row: usize,
    place: String,
    text: String,
}

/// The thresholds that a label's sliders can be set to, ascending: hundredths, finer steps at the ends, and those in question.
pub fn grid(in_question: &[Thresholds]) -> Vec<f64> {
    let hundredths = (0..=100).map(|k| f64::from(k) / 100.0);
    let ends = [0.001, 0.002, 0.005, 0.995, 0.998, 0.999];
    let given = in_question.iter().flat_map(|t| [t.review, t.block]).filter(|t| *t <= 1.0);
    let mut grid: Vec<f64> = hundredths.chain(ends).chain(given).collect();
    grid.sort_by(f64::total_cmp);
    grid.dedup();
    grid
}

/// How many thresholds of a grid a score reaches. A score is at least the threshold at a position where this is above the position.
pub fn reached(grid: &[f64], score: f64) -> usize {
    grid.partition_point(|&t| t <= score)
}

/// The position of a threshold in a grid that has it; beyond the grid is never.
pub fn position(grid: &[f64], threshold: f64) -> usize {
    grid.partition_point(|&t| t < threshold)
}

/// Packs the rows. `grids` has a grid per label, `settings` the thresholds in question: those in use first.
///
/// # Errors
/// When the page could not decide as the library does; the reason is for the reader of the page.
pub fn explorer(judged: &JudgedRows, grids: &[Vec<f64>], settings: &[Vec<Thresholds>], room: Room) -> Result<Explorer, String> {
    let policies: Vec<Policy> = settings.iter().map(|thresholds| with(&judged.policy, &judged.labels, thresholds)).collect();
    let stride = 3 + judged.labels.len().div_ceil(8) + judged.labels.len();
    let mut families: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, read) in judged.rows.iter().enumerate() {
        families.entry(&read.row.family).or_default().push(at);
    }
    let mut chosen: Vec<Vec<usize>> = families.values().cloned().collect();
    // base64 takes four bytes for three
    let most = room.rows * 3 / 4 / stride;
    if judged.rows.len() > most {
        // which families are taken hangs on their names alone
        chosen.sort_by_key(|rows| Sha256::digest(judged.rows[rows[0]].row.family.as_bytes()));
        let mut rows = 0;
        chosen.retain(|family| {
            rows += family.len();
            rows <= most
        });
    }
    let mut classes = Classes::new(&judged.policy, &judged.labels);
    let (mut packed, mut telling) = (Vec::new(), Vec::new());
    for rows in &chosen {
        for (nth, &at) in rows.iter().enumerate() {
            let read = &judged.rows[at];
            let class = classes.class(read)?;
            let class_bytes = u16::try_from(class).map_err(|_| "there are too many kinds of rows")?.to_le_bytes();
            let due = read.due(&judged.policy);
            telling.push((tell(read, due, &policies, settings, &classes.tables[class])?, telling.len(), at));
            packed.push(u8::from(nth == 0) | (due as u8) << 1);
            packed.extend(class_bytes);
            packed.extend(read.row.labels.iter().fold(vec![0; judged.labels.len().div_ceil(8)], |mut bytes, l| {
                bytes[l / 8] |= 1 << (l % 8);
                bytes
            }));
            for (grid, score) in grids.iter().zip(&read.reading.scores) {
                packed.push(u8::try_from(reached(grid, score.score)).map_err(|_| "there are too many thresholds")?);
            }
        }
    }
    let digits = |table: &Table| table.iter().map(|v| char::from(b'0' + *v as u8)).collect();
    Ok(Explorer {
        rows: telling.len(),
        families: chosen.len(),
        tables: classes.tables.iter().map(digits).collect(),
        packed: BASE64_STANDARD.encode(&packed),
        texts: texts(judged, telling, room.texts),
    })
}

fn with(policy: &Policy, labels: &[String], thresholds: &[Thresholds]) -> Policy {
    labels.iter().zip(thresholds).fold(policy.clone(), |policy, (label, t)| policy.with_thresholds(label, *t))
}

/// How little a reader of changes would miss a row: 0 where it is wrong, else how far its nearest score is from a threshold. On the way the
/// page's decision is compared with the library's.
fn tell(read: &JudgedRow, due: Verdict, policies: &[Policy], settings: &[Vec<Thresholds>], table: &Table) -> Result<f64, String> {
    let mut least = f64::INFINITY;
    for (policy, thresholds) in policies.iter().zip(settings) {
        let scores = || read.reading.scores.iter().map(|s| s.score).zip(thresholds);
        let felt: Vec<Felt> = scores().map(|(score, t)| felt(score, *t)).collect();
        let verdict = verdict_of_labels(&read.decide(policy, Judges::Both));
        if Classes::verdict(table, &felt) != verdict {
            return Err(format!("the policy {} decides on more than the labels and the kind of a message", policy.name));
        }
        let margin = scores().map(|(score, t)| (score - t.review).abs().min((score - t.block).abs())).fold(f64::INFINITY, f64::min);
        least = least.min(if verdict == due { margin } else { 0.0 });
    }
    Ok(least)
}

fn felt(score: f64, thresholds: Thresholds) -> Felt {
    match thresholds.level(score) {
        None => Felt::Not,
        Some(nosolicit::policy::Level::Block) => Felt::Block,
        Some(_) => Felt::Review,
    }
}

/// The texts of the most telling rows, as many as there is room for. `telling`: how far from telling, number among those packed, number.
fn texts(judged: &JudgedRows, mut telling: Vec<(f64, usize, usize)>, room: usize) -> Vec<Shown> {
    telling.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut left = room;
    let mut shown = Vec::new();
    for (_, row, at) in telling {
        let read = &judged.rows[at];
        let place = if read.row.id.is_empty() { judged.place(read) } else { read.row.id.clone() };
        let next = Shown { row, place: shortened(&place, 60), text: shortened(&read.row.text, SHOWN) };
        // keys, quotation marks and a number beside them
        let size = next.place.len() + next.text.len() + 40;
        if size > left {
            break;
        }
        left -= size;
        shown.push(next);
    }
    shown.sort_by_key(|s| s.row);
    shown
}
