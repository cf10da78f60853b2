//! An evaluation as tables.

use super::{ByJudge, Confusion, Evaluation, Kind, Slice, WrongRow};
use crate::table::{Section, shortened};

/// How much of a text a table shows, in characters.
const SHOWN: usize = 120;

/// The sections of the report, in the order of reading.
pub fn sections(e: &Evaluation) -> Vec<Section> {
    let mut sections = vec![about(e), whole(e)];
    sections.extend(e.labels.iter().map(labels));
    sections.push(ranking(e));
    if !e.slices.is_empty() {
        sections.push(slices(&e.slices));
    }
    sections.push(confusion(&e.confusion));
    for (kind, title) in [(Kind::Missed, "Worst misses"), (Kind::FalseAlarm, "Worst false alarms")] {
        let rows: Vec<&WrongRow> = e.worst.iter().filter(|w| w.kind == kind).collect();
        if !rows.is_empty() {
            sections.push(worst(title, &rows));
        }
    }
    sections
}

fn about(e: &Evaluation) -> Section {
    let of = &e.of;
    let mut note = format!(
        "{} rows ({} violating, {} permitted) of {} families, judged by model {} (tier {}) under policy {}.\nRates: share (count, exact 95 % \
         interval). Others: value (95 % interval of {} draws of families, seed {}).",
        of.rows,
        of.violating,
        of.rows - of.violating,
        of.families,
        of.model,
        of.tier,
        of.policy,
        of.draws,
        of.seed
    );
    if of.seen_in_training > 0 {
        note.push_str(&format!(
            "\nThe model was trained on {} of these rows: these figures say nothing about others.",
            of.seen_in_training
        ));
    }
    Section { title: "Evaluation".to_owned(), note, ..Section::default() }
}

fn whole(e: &Evaluation) -> Section {
    let note = "A row is found when any label is found in it, whatever the severity. Findings without a label (styling, order context) are left out.";
    let header =
        ["judged by", "violating rows found", "permitted rows with a false alarm", "violating rows blocked", "permitted rows blocked"];
    let mut section = Section::new("Whole messages", note, &header);
    for j in &e.judged {
        let rates = [j.found, j.false_alarms, j.blocked, j.wrongly_blocked].map(|r| r.to_string());
        section.rows.push(std::iter::once(j.judges.as_str().to_owned()).chain(rates).collect());
    }
    section
}

fn labels(by: &ByJudge) -> Section {
    let title = format!("Labels, judged by {}", by.judges.as_str());
    let note = "The score of a label is 1 where a rule found it, else the model's.";
    let header = ["label", "threshold", "rows", "precision", "recall", "F1", "avg. precision", "ROC AUC", "Brier", "calibration error"];
    let mut section = Section::new(&title, note, &header);
    for m in &by.labels {
        let mut cells = vec![m.label.clone(), m.threshold.map_or("-".to_owned(), |t| t.to_string()), m.positives.to_string()];
        cells.extend([m.precision, m.recall].map(|r| r.to_string()));
        cells.extend([m.f1, m.average_precision, m.roc_auc, m.brier, m.calibration_error].map(|x| x.to_string()));
        section.rows.push(cells);
    }
    section
}

fn ranking(e: &Evaluation) -> Section {
    let note = format!("By the model's highest score. Where words are marked, the stretch pointed at overlaps them: {}.", e.pointing);
    let mut section = Section::new("Found at a given share of false alarms", note, &["false alarms at most", "violating rows found"]);
    for at in &e.at_false_alarms {
        section.rows.push(vec![format!("{} %", 100.0 * at.share), at.found.to_string()]);
    }
    section
}

fn slices(slices: &[Slice]) -> Section {
    let header = ["by", "part", "rows", "found by rules", "found by model", "found by both", "false alarms of both", "F1", "ROC AUC"];
    let mut section = Section::new("Slices", "F1 and ROC AUC are those of both.", &header);
    for slice in slices {
        let mut cells = vec![slice.division.clone(), slice.name.clone(), slice.rows.to_string()];
        cells.extend(slice.judged.iter().map(|j| j.found.to_string()));
        if let Some(both) = slice.judged.last() {
            cells.extend([both.false_alarms.to_string(), both.f1.to_string(), both.roc_auc.to_string()]);
        }
        section.rows.push(cells);
    }
    section
}

fn confusion(c: &Confusion) -> Section {
    let note =
        "A line per true label, a column per label found (by both). Off the diagonal only rows count that do not have the label found.";
    let mut header = vec!["true label", "rows"];
    header.extend(c.labels.iter().map(String::as_str));
    header.push("nothing");
    let mut section = Section::new("Confusion", note, &header);
    for line in &c.lines {
        let mut cells = vec![line.label.clone().unwrap_or_else(|| "permitted".to_owned()), line.rows.to_string()];
        cells.extend(line.found.iter().chain([&line.nothing]).map(usize::to_string));
        section.rows.push(cells);
    }
    section
}

fn worst(title: &str, rows: &[&WrongRow]) -> Section {
    let mut section = Section::new(title, "", &["row", "label", "score", "by", "words responsible"]);
    for w in rows {
        let name = if w.id.is_empty() { &w.place } else { &w.id };
        let by = w.code.clone().unwrap_or_else(|| "-".to_owned());
        let words = if w.words.is_empty() { &w.text } else { &w.words };
        section.rows.push(vec![shortened(name, 40), w.label.clone(), format!("{:.2}", w.score), by, shortened(words, SHOWN)]);
    }
    section
}
