//! `nosolicit-train tune`.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use nosolicit_train::evaluate::{EvaluateSettings, evaluate};
use nosolicit_train::page::page;
use nosolicit_train::table;
use nosolicit_train::tune::{Aim, Costs, Promise, TuneSettings, certificate, policy_file, sections, tune};

use super::judging::{Judging, write};
use super::say;

#[derive(clap::Args)]
pub struct TuneArgs {
    #[command(flatten)]
    judging: Judging,
    #[command(flatten)]
    aim: AimArgs,
    /// Promise the rate with this confidence, by an exact test
    #[arg(long, value_name = "SHARE", value_parser = confidence, conflicts_with_all = ["cost", "maximize"])]
    confidence: Option<f64>,
    /// Block as much as possible while at most this share of the families to which no block is due is blocked [default: as large as
    /// with the thresholds in use]
    #[arg(long, value_name = "SHARE", value_parser = share, conflicts_with = "cost")]
    max_wrong_block_rate: Option<f64>,
    /// Share of messages with something to stop among those that will be judged; costs depend on it [default: as in the files]
    #[arg(long, value_name = "SHARE", value_parser = share, requires = "cost")]
    prevalence: Option<f64>,
    /// Write the policy here, and beside it the certificate [default: print the policy]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write a page with curves and an explorer that begins at the thresholds chosen; one file that needs no network
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct AimArgs {
    /// Miss at most this share of the families with something to stop, with as few false alarms as possible
    #[arg(long, value_name = "SHARE", value_parser = share)]
    max_miss_rate: Option<f64>,
    /// Raise false alarms on at most this share of the families that may pass, with as few misses as possible
    #[arg(long, value_name = "SHARE", value_parser = share)]
    max_false_alarm_rate: Option<f64>,
    /// The lowest cost, such as miss=20,false-alarm=1,review=0.2 (a false alarm is here a block that was not due)
    #[arg(long, value_name = "COSTS", value_parser = costs)]
    cost: Option<Costs>,
    /// The highest figure of each label's findings
    #[arg(long, value_name = "FIGURE")]
    maximize: Option<Figure>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Figure {
    F1,
}

impl AimArgs {
    fn aim(&self) -> Aim {
        match (self.max_miss_rate, self.max_false_alarm_rate, self.cost) {
            (Some(rate), ..) => Aim::MissRate(rate),
            (_, Some(rate), _) => Aim::FalseAlarmRate(rate),
            (_, _, Some(costs)) => Aim::Cost(costs),
            // clap has seen to it that one is given
            _ => Aim::F1,
        }
    }
}

fn share(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| format!("{text:?} is not a number"))?;
    if (0.0..1.0).contains(&share) { Ok(share) } else { Err(format!("{text} is not between 0 and 1")) }
}

fn confidence(text: &str) -> Result<f64, String> {
    let confidence = share(text)?;
    if confidence >= 0.5 { Ok(confidence) } else { Err(format!("{text} is less than 0.5: no confidence")) }
}

fn costs(text: &str) -> Result<Costs, String> {
    let (mut miss, mut false_alarm, mut review) = (None, None, None);
    for part in text.split(',') {
        let (name, value) = part.split_once('=').ok_or_else(|| format!("{part:?} is not NAME=COST"))?;
        let value: f64 = value.trim().parse().map_err(|_| format!("{value:?} is not a number"))?;
        if !value.is_finite() || value < 0.0 {
            return Err(format!("{part}: a cost is not below 0"));
        }
        let place = match name.trim() {
            "miss" => &mut miss,
            "false-alarm" => &mut false_alarm,
            "review" => &mut review,
            other => return Err(format!("there is no cost {other:?} (there are miss, false-alarm, review)")),
        };
        if place.replace(value).is_some() {
            return Err(format!("{} is given twice", name.trim()));
        }
    }
    let given = |cost: Option<f64>, name: &str| cost.ok_or_else(|| format!("the cost {name} is missing"));
    Ok(Costs { miss: given(miss, "miss")?, false_alarm: given(false_alarm, "false-alarm")?, review: given(review, "review")? })
}

/// Where the certificate of a policy goes.
fn certificate_beside(policy: &Path) -> PathBuf {
    policy.with_extension("certificate.toml")
}

/// Whether the promise asked for, if any, could be made.
pub fn run(args: &TuneArgs) -> Result<bool> {
    let beside = args.output.as_deref().map(certificate_beside);
    args.judging.refuse_inputs([&args.output, &args.report, &beside].into_iter().flatten())?;
    let judged = args.judging.read()?;
    ensure!(
        args.confidence.is_none() || judged.seen_in_training == 0,
        "the model was trained on {} of these rows, and no promise can rest on such; take other rows, or leave --confidence out",
        judged.seen_in_training
    );
    let settings = TuneSettings {
        aim: args.aim.aim(),
        confidence: args.confidence,
        wrongly_blocked: args.max_wrong_block_rate,
        prevalence: args.prevalence,
    };
    let tuned = tune(&judged, settings)?;
    let output = args.output.as_deref().filter(|path| path.as_os_str() != "-");
    let name = output.and_then(|p| p.file_stem()).map_or("tuned".to_owned(), |s| s.to_string_lossy().into_owned());
    let policy = policy_file(&args.judging.policy, &name, &judged, &tuned)?;
    say(&table::text(&sections(&judged, &tuned)));
    if let Some(path) = &args.report {
        let evaluation = evaluate(&judged, EvaluateSettings::default());
        write(path, page(&judged, &evaluation, Some(&tuned))?.as_bytes())?;
    }
    match output {
        Some(path) => {
            let beside = certificate_beside(path);
            write(path, policy.as_bytes())?;
            write(&beside, toml::to_string(&certificate(&judged, &tuned, &policy))?.as_bytes())?;
            say(&format!("\nwrote {} and {}", path.display(), beside.display()));
        }
        None => say(&format!("\n{policy}")),
    }
    Ok(!matches!(tuned.promise, Promise::TooFewRows { .. }))
}
