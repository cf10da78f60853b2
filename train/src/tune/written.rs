//! A choice of thresholds as a report, a policy file and a certificate.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use nosolicit::model::bundle::hex;
use nosolicit::policy::{Policy, Thresholds};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::testing::{Test, upper_bound};
use super::{Aim, Outcome, Promise, TuneSettings, Tuned};
use crate::judged::{JudgedRows, tier_name};
use crate::metrics::Rate;
use crate::table::Section;

/// What a promise rests on.
const ASSUMPTION: &str = "The families of the rows are drawn independently from those that the promise is about; neither the model nor the thresholds in \
                          use so far were made with them or rows like them; rows of one family may be alike. Texts of another kind are not covered.";

/// How thresholds with a promise are chosen.
const TESTED: &str = "Fixed-sequence testing (Angelopoulos et al. 2021) with the exact one-sided binomial test (Clopper and Pearson 1934). Grid: the \
                      review thresholds in use, all shifted together by -8 to 8 in log odds in steps of 1/8, the safest first; the last that \
                      passed is chosen. Block thresholds are chosen on the same rows and are no part of the promise.";

/// How the others are.
const SOUGHT: &str =
    "Coordinate descent over a grid of 61 thresholds, equal steps of 1/4 in log odds from 0.0006 to 0.9994, on these rows.";

/// The policy as a TOML file: the policy that the thresholds were chosen under, with these thresholds. A built-in policy is extended;
/// of a policy file everything but its thresholds is taken over. `given` is what the user named.
///
/// # Errors
/// When the policy file cannot be read, or what is written would not be a policy.
pub fn policy_file(given: &str, name: &str, judged: &JudgedRows, tuned: &Tuned) -> Result<String> {
    let mut table = if Policy::built_in(given).is_some() {
        toml::Table::from_iter([("extends".to_owned(), given.into())])
    } else {
        let text = std::fs::read_to_string(given).with_context(|| format!("cannot read policy {given}"))?;
        text.parse::<toml::Table>().with_context(|| format!("cannot read policy {given}"))?
    };
    table.insert("name".to_owned(), name.into());
    table.insert("description".to_owned(), claim(tuned).into());
    let labels = table.entry("labels").or_insert_with(|| toml::Table::new().into());
    for (label, t) in judged.labels.iter().zip(&tuned.new) {
        let thresholds = toml::Table::from_iter([("review".to_owned(), t.review.into()), ("block".to_owned(), t.block.into())]);
        if let Some(labels) = labels.as_table_mut() {
            labels.insert(label.clone(), thresholds.into());
        }
    }
    let text = format!("# Written by nosolicit-train tune for the model {}; see the certificate beside it.\n{table}", judged.model);
    Policy::parse(&text, "the tuned policy").context("the thresholds make no policy")?;
    Ok(text)
}

/// The statement that the certificate makes.
pub fn claim(tuned: &Tuned) -> String {
    let percent = |share: f64| format!("{} %", rounded(100.0 * share));
    let aim = match tuned.settings.aim {
        Aim::MissRate(rate) => format!("of the families with something to stop, at most {} are missed", percent(rate)),
        Aim::FalseAlarmRate(rate) => format!("of the families that may pass, at most {} have a false alarm", percent(rate)),
        Aim::Cost(c) => format!("lowest cost where a miss costs {}, a wrong block {}, a review {}", c.miss, c.false_alarm, c.review),
        Aim::F1 => "highest F1 of each label".to_owned(),
    };
    match (&tuned.promise, tuned.settings.confidence) {
        (Promise::Kept { .. }, Some(confidence)) => format!("With {} confidence: {aim}.", percent(confidence)),
        (Promise::TooFewRows { test, needed }, Some(confidence)) => format!(
            "No promise: too few labelled rows for {} confidence that {aim}. The safest thresholds tested went wrong in {} of {} families; it takes {} \
             more families without a further one. The thresholds here are others: those that keep the rate on these rows with least to spare.",
            percent(confidence),
            test.hits,
            test.of,
            needed.saturating_sub(test.of)
        ),
        _ => format!("No promise; chosen so that on these rows: {aim}."),
    }
}

fn rounded(x: f64) -> f64 {
    (x * 1e6).round() / 1e6
}

/// The record of how thresholds came about.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Certificate {
    claim: String,
    promised: bool,
    aim: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rate: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confidence: Option<f64>,
    /// Upper end of the exact one-sided interval at the thresholds chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    bound: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    families_needed: Option<usize>,
    method: &'static str,
    assumption: &'static str,
    written_by: String,
    policy: PolicyIdentity,
    model: ModelIdentity,
    data: DataIdentity,
    #[serde(skip_serializing_if = "Option::is_none")]
    costs: Option<super::Costs>,
    before: Outcome,
    after: Outcome,
    /// Chosen on one half of the families and counted on the other, both ways.
    #[serde(skip_serializing_if = "Option::is_none")]
    crossed: Option<Outcome>,
    thresholds: BTreeMap<String, Thresholds>,
    /// The sequence as far as it was tested.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tested: Vec<Test>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct PolicyIdentity {
    base: String,
    /// SHA-256 of the policy file written.
    sha256: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct ModelIdentity {
    name: String,
    tier: &'static str,
    manifest_sha256: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct DataIdentity {
    files: Vec<String>,
    rows: usize,
    rows_sha256: String,
}

/// The certificate for a policy file written by [`policy_file`].
pub fn certificate(judged: &JudgedRows, tuned: &Tuned, policy_text: &str) -> Certificate {
    let TuneSettings { aim, confidence, .. } = tuned.settings;
    let (aim_name, rate, costs) = match aim {
        Aim::MissRate(rate) => ("max-miss-rate", Some(rate), None),
        Aim::FalseAlarmRate(rate) => ("max-false-alarm-rate", Some(rate), None),
        Aim::Cost(costs) => ("cost", None, Some(costs)),
        Aim::F1 => ("maximize f1", None, None),
    };
    let (bound, families_needed, crossed, tested) = match &tuned.promise {
        Promise::None { crossed } => (None, None, Some(*crossed), Vec::new()),
        Promise::Kept { tests, chosen } => (confidence.map(|c| rounded(upper_bound(chosen.hits, chosen.of, c))), None, None, tests.clone()),
        Promise::TooFewRows { test, needed } => (None, Some(*needed), None, vec![*test]),
    };
    Certificate {
        claim: claim(tuned),
        promised: matches!(tuned.promise, Promise::Kept { .. }),
        aim: aim_name,
        rate,
        confidence,
        bound,
        families_needed,
        method: if confidence.is_some() { TESTED } else { SOUGHT },
        assumption: ASSUMPTION,
        written_by: format!("nosolicit-train {}", env!("CARGO_PKG_VERSION")),
        policy: PolicyIdentity { base: judged.policy.name.clone(), sha256: hex(&Sha256::digest(policy_text.as_bytes())) },
        model: ModelIdentity { name: judged.model.clone(), tier: tier_name(judged.tier), manifest_sha256: judged.model_sha256.clone() },
        data: DataIdentity {
            files: judged.files.iter().map(|f| f.display().to_string()).collect(),
            rows: judged.rows.len(),
            rows_sha256: judged.data_sha256.clone(),
        },
        costs,
        before: tuned.before,
        after: tuned.after,
        crossed,
        thresholds: judged.labels.iter().cloned().zip(tuned.new.iter().copied()).collect(),
        tested,
    }
}

/// The report.
pub fn sections(judged: &JudgedRows, tuned: &Tuned) -> Vec<Section> {
    let mut note = claim(tuned);
    if let (Promise::Kept { chosen, .. }, Some(confidence)) = (&tuned.promise, tuned.settings.confidence) {
        note.push_str(&format!(
            "\n{} of {} families went wrong; exact one-sided bound {:.2} %. {ASSUMPTION}",
            chosen.hits,
            chosen.of,
            100.0 * upper_bound(chosen.hits, chosen.of, confidence)
        ));
    }
    if judged.seen_in_training > 0 {
        note.push_str(&format!("\nThe model was trained on {} of these rows: nothing here holds for others.", judged.seen_in_training));
    }
    let mut thresholds = Section::new("Thresholds", note, &["label", "review", "block", "review before", "block before"]);
    for (label, (new, old)) in judged.labels.iter().zip(tuned.new.iter().zip(&tuned.old)) {
        let cell = |t: f64| if t > 1.0 { "never".to_owned() } else { t.to_string() };
        thresholds.rows.push(vec![label.clone(), cell(new.review), cell(new.block), cell(old.review), cell(old.block)]);
    }
    vec![thresholds, outcomes(tuned)]
}

fn outcomes(tuned: &Tuned) -> Section {
    let note = "Rules and model together; families, and rows in the last two lines: share (count, exact 95 % interval).";
    let mut header = vec!["", "before", "after, on the rows chosen on"];
    let mut columns = vec![tuned.before, tuned.after];
    if let Promise::None { crossed } = &tuned.promise {
        header.push("chosen on one half, counted on the other");
        columns.push(*crossed);
    }
    let mut section = Section::new("Whole decision", note, &header);
    type Pick = fn(&Outcome) -> Rate;
    let lines: [(&str, Pick); 6] = [
        ("something to stop, let through", |o| o.missed),
        ("may pass, stopped", |o| o.false_alarms),
        ("no block due, blocked", |o| o.wrongly_blocked),
        ("block due, not blocked", |o| o.not_blocked),
        ("rows under review", |o| o.reviewed),
        ("rows blocked", |o| o.blocked),
    ];
    for (name, pick) in lines {
        section.rows.push(std::iter::once(name.to_owned()).chain(columns.iter().map(|o| pick(o).to_string())).collect());
    }
    if let Some((before, after)) = tuned.cost {
        section.rows.push(vec!["mean cost".to_owned(), format!("{before:.4}"), format!("{after:.4}")]);
    }
    section
}
