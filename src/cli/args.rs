//! The arguments.

use std::path::PathBuf;

use anyhow::{Context, Result, anyhow};
use clap::{Args, Parser, Subcommand, ValueEnum};

use nosolicit::engine::Engine;
use nosolicit::io::{Columns, Defaults, InputFormat, OutputFormat, Settings};
use nosolicit::judgement::Verdict;
use nosolicit::model::{Model, Tier};
use nosolicit::policy::Policy;

/// Find solicitation and marketing in messages from marketplace sellers to buyers.
#[derive(Parser)]
#[command(name = "nosolicit", version, max_term_width = 110)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Judge a library of messages
    #[command(after_help = "\
Examples:
  nosolicit score templates.csv
  nosolicit score templates.csv --output judged.jsonl --fail-on block
  nosolicit score export.csv --column text=Body --column subject=Title --output judged.csv
  nosolicit score inserts/ --set channel=insert
  zcat library.jsonl.gz | nosolicit score - > judged.jsonl

Input is CSV with a header, JSON lines, a folder of .txt, .html and .eml files, or - for standard input. Fields: text, and if
known id, subject, channel (message, insert, subject), format (text, html), rendered, direction (outbound, inbound), marketplace,
message_type, buyer_opted_out, days_since_completion, prior_review_requests, attachments. Other columns are carried through.

Output is one JSON object a line. Without --output it goes to standard output when that is a file or pipe, with the summary on
standard error; on a terminal it goes to INPUT.judged.jsonl in the current folder. In CSV output, a cell that a spreadsheet would
run as a formula (= + - @ tab, but not a number) has an apostrophe before it; where there are apostrophes and then such a
character, taking the first one away gives the cell back.

Exit status: 0 nothing at or above --fail-on; 1 something was; 2 usage, unreadable input or a bad model; 3 some records could
not be judged.")]
    Score(ScoreArgs),
    /// Judge a few texts and point at the words
    #[command(after_help = "\
Examples:
  nosolicit check 'If the kettle made you smile, the internet should hear about it.'
  nosolicit check letter.html card.txt --set channel=insert
  pbpaste | nosolicit check -

An argument that is a file or folder is read like an input of `score`; anything else is the text itself.
Exit status: 0 nothing at or above --fail-on (block); 1 something was; 2 usage or unreadable input; 3 not all could be judged.")]
    Check(CheckArgs),
    /// Show what made each score of a message, and what would have to go for it to pass
    #[command(after_help = "\
Examples:
  nosolicit explain 'If the kettle made you smile, the internet should hear about it.'
  nosolicit explain letter.html --set channel=insert --examples data/corpus/witty-hints.csv
  nosolicit explain letter.txt --json

Words: what each adds to the log odds of a label. They are masked one after the other, from the front and from the back, and the mean
of the two changes is shown, so that base and contributions add up to the score. In a long text, neighbours that matter little stand together.

Exit status: 0, whatever the verdict; 2 usage or unreadable input; 3 not all could be judged.")]
    Explain(ExplainArgs),
    /// Explain a rule or label, or list them all
    #[command(after_help = "\
Examples:
  nosolicit rule
  nosolicit rule LNK002
  nosolicit rule review-gating --json")]
    Rule(RuleArgs),
    /// Show what is in a model bundle
    #[command(after_help = "\
Examples:
  nosolicit model
  nosolicit model models/mine --json")]
    Model(ModelArgs),
    /// Print a completion script for a shell
    #[command(after_help = "\
Example:
  nosolicit completions bash > ~/.local/share/bash-completion/completions/nosolicit")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// What judges.
#[derive(Args)]
pub struct EngineArgs {
    /// Model bundle [default: the one built in]
    #[arg(long, value_name = "FOLDER")]
    model: Option<PathBuf>,
    /// Which part of the model judges
    #[arg(long, value_enum, default_value = "auto")]
    tier: Tier,
    /// What computes the encoder
    #[cfg(feature = "rust-bert")]
    #[arg(long, value_enum, default_value = "rust")]
    engine: nosolicit::model::transformer::Runtime,
    /// Policy: amazon, strict, or a TOML file
    #[arg(long, value_name = "NAME|FILE", default_value = "amazon")]
    policy: String,
    /// Judge by the rules alone
    #[arg(long, conflicts_with = "model")]
    no_model: bool,
    /// Judge by the model alone
    #[arg(long, conflicts_with = "no_model")]
    no_rules: bool,
}

impl EngineArgs {
    pub fn engine(&self) -> Result<Engine> {
        let policy = Policy::load(&self.policy)?;
        let model = match (&self.model, self.no_model) {
            (_, true) => None,
            (Some(folder), _) => Some(Model::load(folder)?),
            (None, _) => Some(Model::built_in().context("the built-in model cannot be used")?),
        };
        if let Some(model) = &model {
            policy.check_labels(&model.label_names()).map_err(anyhow::Error::msg)?;
        }
        if let (Tier::Full, Some(model)) = (self.tier, &model) {
            anyhow::ensure!(model.has_full_tier(), "--tier full: the model {} has no encoder", model.manifest().name);
        }
        #[cfg(feature = "rust-bert")]
        let model = model.map(|m| m.with_runtime(self.engine)).transpose().map_err(anyhow::Error::msg)?;
        let engine = Engine::new(policy, model).with_tier(self.tier);
        Ok(if self.no_rules { engine.without_rules() } else { engine })
    }
}

/// How input is read.
#[derive(Args)]
pub struct InputArgs {
    /// Read a field from another column
    #[arg(long = "column", value_name = "FIELD=COLUMN")]
    columns: Vec<String>,
    /// Value for a field that records do not give
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    defaults: Vec<String>,
    /// Format of the input where its name does not tell
    #[arg(long, value_enum)]
    input_format: Option<InputFormatArg>,
}

impl InputArgs {
    pub fn settings(&self) -> Result<Settings> {
        Ok(Settings {
            columns: Columns::parse(&self.columns).map_err(|e| anyhow!("--column: {e}"))?,
            defaults: Defaults::parse(&self.defaults).map_err(|e| anyhow!("--set: {e}"))?,
            format: self.input_format.map(InputFormatArg::format),
            several: false,
        })
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub enum InputFormatArg {
    /// Comma-separated values with a header
    Csv,
    /// A JSON object a line
    Jsonl,
    /// One message as plain text
    Text,
    /// One message as HTML
    Html,
    /// One message as a mail file
    Eml,
}

impl InputFormatArg {
    fn format(self) -> InputFormat {
        match self {
            InputFormatArg::Csv => InputFormat::Csv,
            InputFormatArg::Jsonl => InputFormat::Jsonl,
            InputFormatArg::Text => InputFormat::Text,
            InputFormatArg::Html => InputFormat::Html,
            InputFormatArg::Eml => InputFormat::Eml,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub enum OutputFormatArg {
    /// A JSON object a line
    Jsonl,
    /// A row a message
    Csv,
}

impl OutputFormatArg {
    pub fn format(self) -> OutputFormat {
        match self {
            OutputFormatArg::Jsonl => OutputFormat::Jsonl,
            OutputFormatArg::Csv => OutputFormat::Csv,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub enum FailOn {
    /// Never
    Never,
    /// Where a person should look
    Review,
    /// Where a message must not be sent
    Block,
}

impl FailOn {
    /// Whether a verdict counts as failure.
    pub fn reached(self, highest: Option<Verdict>) -> bool {
        match self {
            FailOn::Never => false,
            FailOn::Review => highest >= Some(Verdict::Review),
            FailOn::Block => highest >= Some(Verdict::Block),
        }
    }
}

#[derive(Args)]
pub struct ScoreArgs {
    /// CSV or JSONL files, folders, or - for standard input
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<String>,
    /// File for the full output; its ending may tell the format
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Format of the output [default: by the ending of --output, else jsonl]
    #[arg(short, long, value_enum)]
    pub format: Option<OutputFormatArg>,
    /// Exit with status 1 when a message is judged so, or worse
    #[arg(long, value_enum, default_value = "never")]
    pub fail_on: FailOn,
    /// No summary and no progress
    #[arg(short, long)]
    pub quiet: bool,
    /// Threads [default: one per core]
    #[arg(long, value_parser = clap::value_parser!(u16).range(..=1024))]
    pub threads: Option<u16>,
    #[command(flatten)]
    pub engine: EngineArgs,
    #[command(flatten)]
    pub input: InputArgs,
}

#[derive(Args)]
pub struct CheckArgs {
    /// Texts, files, folders, or - for standard input
    #[arg(required = true, value_name = "TEXT|FILE")]
    pub texts: Vec<String>,
    /// Print judgements as JSON lines, as `score` does
    #[arg(long)]
    pub json: bool,
    /// Exit with status 1 when a message is judged so, or worse
    #[arg(long, value_enum, default_value = "block")]
    pub fail_on: FailOn,
    #[command(flatten)]
    pub engine: EngineArgs,
    #[command(flatten)]
    pub input: InputArgs,
}

#[derive(Args)]
pub struct ExplainArgs {
    /// Texts, files, folders, or - for standard input
    #[arg(required = true, value_name = "TEXT|FILE")]
    pub texts: Vec<String>,
    /// Labelled CSV file to show the rows most like the message from; may be given several times
    #[arg(long, value_name = "FILE")]
    pub examples: Vec<String>,
    /// Print explanations as JSON lines
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub engine: EngineArgs,
    #[command(flatten)]
    pub input: InputArgs,
}

#[derive(Args)]
pub struct RuleArgs {
    /// Code or name of a rule or of a model finding
    #[arg(value_name = "CODE|NAME")]
    pub rule: Option<String>,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub struct ModelArgs {
    /// Model bundle [default: the one built in]
    #[arg(value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
    /// Print the manifest as JSON
    #[arg(long)]
    pub json: bool,
}
