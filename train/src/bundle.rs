//! Writes a trained model as a bundle: all of it or nothing.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use nosolicit::model::bundle::{
    CARD, DEFAULT_ENCODER, DEFAULT_TOKENIZER, EncoderManifest, FORMAT, FileManifest, FullManifest, HeadWeights, LabelManifest, MANIFEST,
    Manifest, TOKENIZER, TrainingManifest, VOCABULARY, WEIGHTS, Weights,
};
use nosolicit::model::ngram::NgramLister;
use nosolicit::model::transformer::files::{ENCODER, ENCODER_CONFIG, ENCODER_SOURCE};

use crate::card;
use crate::corpus::Corpus;
use crate::figures::Figures;
use crate::fit::{FitSettings, Trained};
use crate::logistic::Fitted;
use crate::tiers::FullTier;

/// The files of a bundle, by name.
pub type Files = BTreeMap<&'static str, Vec<u8>>;

/// An encoder as it goes into a bundle: its files.
#[derive(Debug, Clone)]
pub struct EncoderFiles {
    /// Sizes and source.
    pub config: Vec<u8>,
    /// Weights.
    pub weights: Vec<u8>,
    /// Source and licence in words.
    pub source: Vec<u8>,
}

impl EncoderFiles {
    /// The files in a folder; of the encoder built in, where there is none.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn read(folder: Option<&Path>) -> Result<Self> {
        let Some(folder) = folder else {
            let [config, weights, source] = DEFAULT_ENCODER.map(<[u8]>::to_vec);
            return Ok(EncoderFiles { config, weights, source });
        };
        let read = |name: &str| std::fs::read(folder.join(name)).with_context(|| format!("cannot read {}", folder.join(name).display()));
        Ok(EncoderFiles { config: read(ENCODER_CONFIG)?, weights: read(ENCODER)?, source: read(ENCODER_SOURCE)? })
    }
}

/// The bundle of a trained model, with its full tier and the encoder of that where there is one. The same corpus, settings and encoder
/// give the same bytes.
///
/// # Errors
/// When the weights cannot be written.
pub fn files(
    name: &str,
    corpus: &Corpus,
    lister: &NgramLister,
    settings: &FitSettings,
    trained: &Trained,
    full: Option<(&FullTier, &EncoderFiles)>,
    figures: &Figures,
) -> Result<Files> {
    let labels = corpus.labels.len();
    let mut heads = vec![0.0f32; trained.selection.keys.len() * labels];
    for (l, head) in trained.heads.iter().enumerate() {
        for (&column, &weight) in trained.selection.columns[l].iter().zip(&head.fitted.weights) {
            heads[column * labels + l] = weight as f32;
        }
    }
    let intercepts = |of: &mut dyn Iterator<Item = &Fitted>| of.map(|h| h.intercept as f32).collect();
    let weights = Weights {
        features: trained.selection.weights.clone(),
        fast: HeadWeights { heads, intercepts: intercepts(&mut trained.heads.iter().map(|h| &h.fitted)) },
        full: full.map(|(tier, _)| HeadWeights {
            heads: (0..tier.heads[0].weights.len()).flat_map(|c| tier.heads.iter().map(move |h| h.weights[c] as f32)).collect(),
            intercepts: intercepts(&mut tier.heads.iter()),
        }),
    };
    let mut vocabulary = String::new();
    for &key in &trained.selection.keys {
        vocabulary.push_str(&lister.spelled(key));
        vocabulary.push('\n');
    }
    let mut files: Files = BTreeMap::new();
    files.insert(WEIGHTS, weights.to_bytes().map_err(|e| anyhow!(e))?);
    files.insert(VOCABULARY, vocabulary.into_bytes());
    files.insert(TOKENIZER, DEFAULT_TOKENIZER.to_vec());
    if let Some((_, encoder)) = full {
        files.insert(ENCODER_CONFIG, encoder.config.clone());
        files.insert(ENCODER, encoder.weights.clone());
        files.insert(ENCODER_SOURCE, encoder.source.clone());
    }
    let tier = full.map(|(tier, _)| tier);
    let settings = [
        ("features_per_label", settings.features_per_label.to_string()),
        ("alpha", settings.logistic.alpha.to_string()),
        ("max_iterations", settings.logistic.max_iterations.to_string()),
    ];
    let mut manifest = Manifest {
        format: FORMAT,
        name: name.to_owned(),
        written_by: format!("nosolicit-train {}", env!("CARGO_PKG_VERSION")),
        encoder: EncoderManifest::TokenNgrams { features: trained.selection.keys.len() },
        full: tier.map(|t| FullManifest { band: t.band, share: t.share }),
        labels: corpus
            .labels
            .iter()
            .zip(&trained.heads)
            .enumerate()
            .map(|(l, (label, head))| LabelManifest {
                name: label.clone(),
                calibration: head.calibration,
                full_calibration: tier.map(|t| t.calibrations[l]),
                thresholds: tier.map_or(head.thresholds, |t| t.thresholds[l]),
            })
            .collect(),
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
        if !name.to_str().is_some_and(|n| files.contains_key(n)) {
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
        std::fs::rename(&aside, folder).with_context(|| format!("the old bundle is left in {}", aside.display()))?;
        return Err(e).with_context(|| format!("cannot replace {}", folder.display()));
    }
    // the folder under its temporary name is gone: nothing is left to clean up there
    let _ = fresh.keep();
    Ok(())
}
