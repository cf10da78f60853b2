//! `nosolicit-train mine`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, ensure};
use nosolicit::engine::Engine;
use nosolicit::explain::examples::Index;
use nosolicit::io::output::refuse_inputs;
use nosolicit::io::spreadsheet::neutralised;
use nosolicit::io::{Columns, Defaults, Input, Reader, Settings};
use nosolicit::judgement::round;
use nosolicit::message::{Channel, Direction, Format};
use nosolicit::model::Tier;
use nosolicit::model::bundle::hex;
use nosolicit::policy::Policy;
use nosolicit::report::one_line;
use nosolicit_train::corpus::UNLABELLED;
use nosolicit_train::mine::{Asked, Library, Mined, mine};
use sha2::{Digest, Sha256};

use super::judging::{load_model, write};
use super::{Threads, progress_bar, say};

#[derive(clap::Args)]
pub struct MineArgs {
    /// Model bundle, or `default` for the one built in
    model: String,
    /// Unlabelled messages: CSV or JSONL files, folders, or - for standard input
    #[arg(required = true)]
    library: Vec<String>,
    /// The file to be labelled; - is standard output
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Most messages asked for
    #[arg(long, default_value_t = 200)]
    rows: usize,
    /// Files with the messages that have labels already, to find what is unlike them
    #[arg(long, value_name = "FILE", num_args = 1..)]
    known: Vec<String>,
    /// Which part of the model judges
    #[arg(long, value_enum, default_value = "auto")]
    tier: Tier,
    /// A built-in policy or a policy file
    #[arg(long, default_value = "amazon", value_name = "NAME|FILE")]
    policy: String,
    /// Read a field of the library from another column
    #[arg(long = "column", value_name = "FIELD=COLUMN")]
    columns: Vec<String>,
    /// Value for a field that the library does not give
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    defaults: Vec<String>,
    #[command(flatten)]
    threads: Threads,
}

/// What was read.
#[derive(Default)]
struct Counts {
    messages: usize,
    broken: usize,
    inbound: usize,
}

pub fn run(args: &MineArgs) -> Result<()> {
    ensure!(args.rows > 0, "--rows must be above 0");
    let inputs: Vec<&Path> = args.library.iter().chain(&args.known).map(Path::new).collect();
    refuse_inputs([args.output.as_path()], &inputs)?;
    args.threads.set()?;
    let model = load_model(&args.model)?;
    ensure!(args.tier != Tier::Full || model.has_full_tier(), "--tier full: the model {} has no encoder", model.manifest().name);
    let labels: Vec<String> = model.label_names().into_iter().map(str::to_owned).collect();
    let engine = Engine::new(Policy::load(&args.policy)?, Some(model)).with_tier(args.tier);
    let known = if args.known.is_empty() { None } else { Some(index(&args.known).context("--known")?) };
    let settings = Settings {
        columns: Columns::parse(&args.columns).map_err(|e| anyhow!("--column: {e}"))?,
        defaults: Defaults::parse(&args.defaults).map_err(|e| anyhow!("--set: {e}"))?,
        ..Settings::default()
    };
    let (library, counts) = read(&args.library, &settings)?;
    let bar = progress_bar("judging");
    bar.set_length(library.texts.len() as u64);
    let mined = mine(&engine, &library, known.as_ref(), args.rows, &|| bar.inc(1));
    bar.finish_and_clear();
    write(&args.output, &csv(&library, &mined, &labels)?)?;
    if args.output != Path::new("-") {
        say(&summary(args, &library, &counts, &mined));
    }
    Ok(())
}

fn index(files: &[String]) -> Result<Index> {
    let inputs: Vec<Input> = files.iter().map(|f| Input::new(f)).collect();
    let mut index = Index::default();
    for record in Reader::open(&inputs, &Settings::default())? {
        let record = record?;
        index.add(&record.message.map_err(|problem| anyhow!("{}: {problem}", record.place))?);
    }
    Ok(index)
}

/// The messages of the library that a seller writes; the labels say nothing of others.
fn read(inputs: &[String], settings: &Settings) -> Result<(Library, Counts)> {
    let inputs: Vec<Input> = inputs.iter().map(|i| Input::new(i)).collect();
    let (mut library, mut counts) = (Library::default(), Counts::default());
    for record in Reader::open(&inputs, settings)? {
        match record?.message {
            Err(_) => counts.broken += 1,
            Ok(message) if message.direction == Direction::Inbound => counts.inbound += 1,
            Ok(message) if message.text.trim().is_empty() => counts.broken += 1,
            Ok(message) => {
                counts.messages += 1;
                library.add(message);
            }
        }
    }
    ensure!(!library.texts.is_empty(), "the library holds no messages that could be labelled");
    Ok((library, counts))
}

/// The file to be labelled: what `fit` reads, and beside it why each row is asked for.
fn csv(library: &Library, mined: &Mined, labels: &[String]) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let own = ["id", "text", "subject", "channel", "format", "labels", "evidence", "family", "origin"];
    let why = ["reason", "label", "why", "messages", "verdict"];
    let scores = labels.iter().map(|l| format!("scores.{l}"));
    writer.write_record(own.iter().chain(&why).map(|c| (*c).to_owned()).chain(scores))?;
    for asked in &mined.asked {
        let message = &library.texts[asked.text].message;
        let channel = match message.channel {
            Channel::Message => "message",
            Channel::Insert => "insert",
            Channel::Subject => "subject",
        };
        let format = if message.effective_format() == Format::Html { "html" } else { "text" };
        let family = family(library, asked);
        let messages = asked.messages.to_string();
        let subject = message.subject.as_deref().unwrap_or_default();
        let own = [&message.id, &message.text, subject, channel, format, UNLABELLED, "", &family, "mined"];
        let why = [asked.reason.as_str(), &asked.label, &asked.why, &messages, asked.verdict.as_str()];
        let cells = own.into_iter().chain(why).map(|cell| neutralised(cell).into_owned());
        writer.write_record(cells.chain(asked.scores.iter().map(|s| round(*s).to_string())))?;
    }
    Ok(writer.into_inner().map_err(|e| e.into_error())?)
}

/// A name for a group that does not depend on what else the library holds, so that two minings of it do not share names by chance.
fn family(library: &Library, asked: &Asked) -> String {
    let digest = Sha256::digest(library.texts[asked.group].message.text.as_bytes());
    format!("mined-{}", hex(&digest[..6]))
}

fn summary(args: &MineArgs, library: &Library, counts: &Counts, mined: &Mined) -> String {
    let mut text =
        format!("{} messages, {} distinct texts, {} groups of almost the same texts\n", counts.messages, library.texts.len(), mined.groups);
    if counts.broken + counts.inbound > 0 {
        let _ = writeln!(text, "left out: {} that cannot be read or are empty, {} that buyers wrote", counts.broken, counts.inbound);
    }
    if args.known.is_empty() {
        let _ = writeln!(text, "what is unlike the known rows was not looked for (--known)");
    }
    let _ = writeln!(text, "\n{:<14}{:>8}{:>8}", "reason", "texts", "asked");
    for (reason, found) in &mined.found {
        let asked = mined.asked.iter().filter(|a| a.reason == *reason).count();
        let _ = writeln!(text, "{:<14}{found:>8}{asked:>8}", reason.as_str());
    }
    if !mined.asked.is_empty() {
        let _ = writeln!(text, "\nfirst of them");
    }
    for asked in mined.asked.iter().take(5) {
        let reason = [asked.reason.as_str(), asked.label.as_str()].join(" ");
        let _ = writeln!(text, "  {}: {}", reason.trim_end(), asked.why);
        let _ = writeln!(text, "    “{}”", one_line(&library.texts[asked.text].message.text, 100));
    }
    let _ = write!(text, "\n{} to be labelled: {}", mined.asked.len(), args.output.display());
    text
}
