//! What the commands share that judge labelled rows: which model, which rows, under which policy.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use nosolicit::io::Writer;
use nosolicit::io::output::refuse_inputs;
use nosolicit::model::bundle::MANIFEST;
use nosolicit::model::{Model, Tier};
use nosolicit::policy::Policy;
use nosolicit_train::corpus::Corpus;
use nosolicit_train::judged::JudgedRows;
use nosolicit_train::saved;

use super::{Threads, progress_bar};

#[derive(clap::Args)]
pub struct Judging {
    /// Labelled CSV files that the model was not trained on; a model bundle's folder may stand before them
    #[arg(required_unless_present = "judged", value_name = "[MODEL] FILES")]
    paths: Vec<PathBuf>,
    /// Model bundle [default: the one built in]
    #[arg(long, value_name = "FOLDER")]
    model: Option<PathBuf>,
    /// Which part of the model judges
    #[arg(long, value_enum, default_value = "auto")]
    tier: Tier,
    /// A built-in policy or a policy file
    #[arg(long, default_value = "amazon", value_name = "NAME|FILE")]
    pub policy: String,
    /// Keep the rows as judged, so that other thresholds can be tried without judging again
    #[arg(long, value_name = "FILE")]
    save_judged: Option<PathBuf>,
    /// Take rows that --save-judged has kept
    #[arg(long, value_name = "FILE", conflicts_with_all = ["paths", "model", "tier", "save_judged"])]
    judged: Option<PathBuf>,
    #[command(flatten)]
    threads: Threads,
}

impl Judging {
    /// Has rules and model read the rows.
    pub fn read(&self) -> Result<JudgedRows> {
        self.threads.set()?;
        let policy = Policy::load(&self.policy)?;
        if let Some(path) = &self.judged {
            let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
            return saved::load(BufReader::new(file), path, policy);
        }
        let (folder, files) = self.model_and_files()?;
        let model = match folder {
            Some(folder) => Model::load(folder)?,
            None => Model::built_in()?,
        };
        policy.check_labels(&model.label_names()).map_err(anyhow::Error::msg)?;
        ensure!(self.tier != Tier::Full || model.has_full_tier(), "--tier full: the model {} has no encoder", model.manifest().name);
        let labels: Vec<String> = model.label_names().into_iter().map(str::to_owned).collect();
        let corpus = Corpus::read(&files, Some(&labels))?;
        let bar = progress_bar("judging");
        bar.set_length(corpus.rows.len() as u64);
        let judged = JudgedRows::read(corpus, files, model, self.tier, policy, &|| bar.inc(1))?;
        bar.finish_and_clear();
        if let Some(path) = &self.save_judged {
            let mut lines = Vec::new();
            saved::save(&judged, &mut lines)?;
            write(path, &lines)?;
        }
        Ok(judged)
    }

    /// Refuses outputs that are read as well.
    pub fn refuse_inputs<'p>(&'p self, outputs: impl IntoIterator<Item = &'p PathBuf>) -> Result<()> {
        let policy = Path::new(&self.policy);
        let inputs: Vec<&Path> = self.paths.iter().chain(&self.judged).map(PathBuf::as_path).chain([policy]).collect();
        refuse_inputs(outputs.into_iter().chain(&self.save_judged).map(PathBuf::as_path), &inputs)
    }

    fn model_and_files(&self) -> Result<(Option<&Path>, Vec<PathBuf>)> {
        let is_bundle = |path: &PathBuf| path.join(MANIFEST).is_file();
        let (folder, files) = match (&self.model, self.paths.split_first()) {
            (None, Some((first, rest))) if is_bundle(first) => (Some(first), rest),
            (given, _) => (given.as_ref(), &self.paths[..]),
        };
        if let Some(folder) = files.iter().find(|f| f.is_dir()) {
            bail!("{} is a folder; a model bundle stands first or behind --model, and rows in CSV files", folder.display());
        }
        if files.is_empty() {
            bail!("no labelled files given");
        }
        Ok((folder.map(PathBuf::as_path), files.to_vec()))
    }
}

/// The model of a folder; `default` is the one built in.
pub fn load_model(name: &str) -> Result<Model> {
    Ok(if name == "default" { Model::built_in()? } else { Model::load(Path::new(name))? })
}

/// Writes a file beside its place and moves it there; - is standard output.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut writer = if path.as_os_str() == "-" { Writer::stdout() } else { Writer::file(path)? };
    writer.write(bytes)?;
    Ok(writer.finish()?)
}
