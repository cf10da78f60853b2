//! Writes a trained model as a bundle: all of it or nothing.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use nosolicit::model::bundle::{
    CARD, DEFAULT_TOKENIZER, FORMAT, FileManifest, FullManifest, HeadWeights, LabelManifest, MANIFEST, Manifest, TOKENIZER,
    TrainingManifest, WEIGHTS, Weights, built_in_file, read_encoder,
};
use nosolicit::model::token_network::TokenNetwork;
use nosolicit::model::transformer::files::{ENCODER, ENCODER_CONFIG, ENCODER_SOURCE, TOKENS};
use nosolicit::model::wordpiece::WordPiece;

use crate::card;
use crate::corpus::Corpus;
use crate::embed::Readers;
use crate::figures::Figures;
use crate::fit::{FitSettings, Trained};
use crate::logistic::Fitted;

/// The files of a bundle, by name.
pub type Files = BTreeMap<&'static str, Vec<u8>>;

/// The files of the token network and the encoder as they go into a bundle: those of the fast tier and, where there is one, of the full tier.
///
/// # Errors
/// When one cannot be read.
pub fn encoder_files(folder: Option<&Path>, with_full: bool) -> Result<Files> {
    let names: &[&str] = if with_full { &[TOKENS, ENCODER_SOURCE, ENCODER_CONFIG, ENCODER] } else { &[TOKENS, ENCODER_SOURCE] };
    let read = |&name: &&'static str| {
        let bytes = match folder {
            Some(folder) => std::fs::read(folder.join(name)).with_context(|| format!("cannot read {}", folder.join(name).display()))?,
            None => built_in_file(name).context("the program has no encoder built in")?.to_vec(),
        };
        Ok((name, bytes))
    };
    names.iter().map(read).collect()
}

/// What reads with the files of [`encoder_files`].
///
/// # Errors
/// When a file is damaged or does not fit the tokenizer.
pub fn readers(files: &Files) -> Result<Readers> {
    let tokenizer = WordPiece::new(DEFAULT_TOKENIZER.into()).map_err(|e| anyhow!("{TOKENIZER}: {e}"))?;
    let tokens = tokenizer.size();
    let network = TokenNetwork::new(files.get(TOKENS).context("no token network")?, tokens).map_err(|e| anyhow!("{TOKENS}: {e}"))?;
    let encoder = match (files.get(ENCODER_CONFIG), files.get(ENCODER)) {
        (Some(config), Some(weights)) => Some(read_encoder(config, weights.clone().into(), tokens).map_err(|e| anyhow!(e))?),
        _ => None,
    };
    Ok(Readers { tokenizer, network, encoder })
}

/// The bundle of a trained model with its encoders. The same corpus, settings and encoders give the same bytes.
///
/// # Errors
/// When the weights cannot be written.
pub fn files(name: &str, corpus: &Corpus, settings: &FitSettings, trained: &Trained, encoders: Files, figures: &Figures) -> Result<Files> {
    let heads = |heads: &[Fitted]| HeadWeights {
        heads: (0..heads[0].weights.len()).flat_map(|c| heads.iter().map(move |h| h.weights[c] as f32)).collect(),
        intercepts: heads.iter().map(|h| h.intercept as f32).collect(),
    };
    let full = trained.full.as_ref();
    let weights = Weights { fast: heads(&trained.fast.heads), full: full.map(|(tier, _)| heads(&tier.heads)) };
    let mut files = encoders;
    files.insert(WEIGHTS, weights.to_bytes().map_err(|e| anyhow!(e))?);
    files.insert(TOKENIZER, DEFAULT_TOKENIZER.to_vec());
    let settings = [
        ("alpha", settings.logistic.alpha.to_string()),
        ("max_iterations", settings.logistic.max_iterations.to_string()),
        ("folds", settings.folds.to_string()),
    ];
    let label = |(l, name): (usize, &String)| LabelManifest {
        name: name.clone(),
        calibration: trained.fast.calibrations[l],
        full_calibration: full.map(|(tier, _)| tier.calibrations[l]),
        thresholds: trained.thresholds[l],
    };
    let mut manifest = Manifest {
        format: FORMAT,
        name: name.to_owned(),
        written_by: format!("nosolicit-train {}", env!("CARGO_PKG_VERSION")),
        full: full.map(|(_, cascade)| FullManifest { suspicion: cascade.suspicion, share: cascade.share }),
        labels: corpus.labels.iter().enumerate().map(label).collect(),
        training: TrainingManifest {
            rows: corpus.rows.len(),
            families: corpus.families(),
            origins: corpus.origins().len(),
            data_sha256: corpus.digest(),
            settings: settings.into_iter().map(|(k, v)| (k.to_owned(), v)).collect(),
        },
        figures: serde_json::to_value(figures)?,
        files: BTreeMap::new(),
    };
    files.insert(CARD, card::card(&manifest, figures).into_bytes());
    manifest.files = files.iter().map(|(name, bytes)| ((*name).to_owned(), FileManifest::of(bytes))).collect();
    let mut text = serde_json::to_vec_pretty(&manifest)?;
    text.push(b'\n');
    files.insert(MANIFEST, text);
    Ok(files)
}

/// Writes a bundle beside its place and moves it there; a bundle that was there is replaced as a whole. Files of the
/// folder that are not a bundle's, such as licences, are kept.
///
/// # Errors
/// When the folder cannot be written; the old bundle is then as it was.
pub fn write(folder: &Path, files: &Files) -> Result<()> {
    let parent = folder.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
    let fresh =
        tempfile::Builder::new().prefix(".bundle-").tempdir_in(parent).with_context(|| format!("cannot write to {}", parent.display()))?;
    for (name, bytes) in files {
        std::fs::write(fresh.path().join(name), bytes).with_context(|| format!("cannot write {name}"))?;
    }
    if !folder.exists() {
        return std::fs::rename(fresh.keep(), folder).with_context(|| format!("cannot create {}", folder.display()));
    }
    for entry in std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        if !name.to_str().is_some_and(|n| files.contains_key(n) || [ENCODER, ENCODER_CONFIG].contains(&n)) {
            if !entry.file_type()?.is_file() {
                return Err(anyhow!("{} is a folder with folders in it, not a bundle; nothing was written", folder.display()));
            }
            std::fs::copy(entry.path(), fresh.path().join(&name)).with_context(|| format!("cannot copy {}", entry.path().display()))?;
        }
    }
    let old = tempfile::Builder::new().prefix(".bundle-old-").tempdir_in(parent)?;
    let aside = old.path().join("bundle");
    std::fs::rename(folder, &aside).with_context(|| format!("cannot replace {}", folder.display()))?;
    if let Err(e) = std::fs::rename(fresh.path(), folder) {
        // put the old one back before saying so
        if let Err(worse) = std::fs::rename(&aside, folder) {
            let kept = old.keep().join("bundle");
            return Err(worse).with_context(|| format!("the old bundle is left in {}", kept.display()));
        }
        return Err(e).with_context(|| format!("cannot replace {}", folder.display()));
    }
    // the folder under its temporary name is gone: nothing is left to clean up there
    let _ = fresh.keep();
    Ok(())
}
