//! Models on disk: a folder with a readable manifest, the heads, the token network and the encoder as safetensors, and the frozen tokenizer.
//!
//! The manifest holds size and SHA-256 of every other file; what does not match is refused.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::token_network::TokenNetwork;
use super::transformer::LazyEncoder;
use super::transformer::files::{ENCODER, ENCODER_CONFIG, ENCODER_SOURCE, TOKENS};
use super::transformer::weights::EncoderConfig;
use super::wordpiece::WordPiece;
use super::{Calibration, Fast, Full, Heads, Model, ModelLabel};
use crate::policy::Thresholds;

/// The layout of bundles that this program writes and reads.
pub const FORMAT: u32 = 3;
/// Name of the manifest in a bundle.
pub const MANIFEST: &str = "manifest.json";
/// Name of the heads in a bundle.
pub const WEIGHTS: &str = "weights.safetensors";
/// Name of the tokenizer in a bundle.
pub const TOKENIZER: &str = "tokenizer.json";
/// Name of the generated model card in a bundle.
pub const CARD: &str = "MODEL_CARD.md";

/// What is known about a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Layout of the bundle.
    pub format: u32,
    /// Name of the model.
    pub name: String,
    /// Version of the program that wrote it.
    pub written_by: String,
    /// The full tier, where there is one.
    pub full: Option<FullManifest>,
    /// The labels, in the order of the heads.
    pub labels: Vec<LabelManifest>,
    /// What it was trained on.
    pub training: TrainingManifest,
    /// Figures measured in training, for the card.
    pub figures: serde_json::Value,
    /// Every other file of the bundle.
    pub files: BTreeMap<String, FileManifest>,
}

/// The full tier in the manifest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FullManifest {
    /// Probability of the fast tier, of any label, from which on the full tier reads a sentence in `auto`.
    pub suspicion: f64,
    /// Share of the passages that it reads in `auto`, of the rows that the probability was chosen on.
    pub share: f64,
}

/// A label in the manifest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelManifest {
    /// Name.
    pub name: String,
    /// From raw score of the fast tier to probability.
    pub calibration: Calibration,
    /// From raw score of the full tier to probability.
    pub full_calibration: Option<Calibration>,
    /// Thresholds chosen in training.
    pub thresholds: Thresholds,
}

/// What a model was trained on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingManifest {
    /// Number of rows.
    pub rows: usize,
    /// Number of families.
    pub families: usize,
    /// Number of origins.
    pub origins: usize,
    /// SHA-256 over the rows in canonical order: the same rows give the same digest whatever their files and order.
    pub data_sha256: String,
    /// Settings of the fit, as given.
    pub settings: BTreeMap<String, String>,
}

/// Size and digest of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileManifest {
    /// Bytes.
    pub bytes: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
}

impl FileManifest {
    /// Size and digest of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        FileManifest { bytes: bytes.len() as u64, sha256: hex(&Sha256::digest(bytes)) }
    }
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// A bundle that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// A file cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The manifest is no manifest.
    #[error("{}:{line}:{column}: not a valid model manifest: {message}", path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// A file is not the one the manifest speaks of, or does not fit the others.
    #[error("model bundle {} is damaged: {message}", path.display())]
    Damaged {
        /// The bundle.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// The bundle was written by another version of the program.
    #[error("model bundle {} has format {found}; this program reads format {FORMAT}", path.display())]
    Format {
        /// The bundle.
        path: PathBuf,
        /// Its format.
        found: u32,
    },
}

/// Heads as numbers.
#[derive(Debug, Clone, Default)]
pub struct HeadWeights {
    /// Row-major, one row per feature, one column per label.
    pub heads: Vec<f32>,
    /// One per label.
    pub intercepts: Vec<f32>,
}

/// The heads of a bundle.
pub struct Weights {
    /// Heads of the fast tier: over a sentence's own features, then over those of its message.
    pub fast: HeadWeights,
    /// Heads of the full tier.
    pub full: Option<HeadWeights>,
}

impl Weights {
    /// As safetensors.
    ///
    /// # Errors
    /// When the shapes do not fit; in words.
    pub fn to_bytes(&self) -> Result<Vec<u8>, String> {
        let bytes = |values: &[f32]| values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
        let mut stored = Vec::new();
        let mut heads = |names: [&'static str; 2], weights: &HeadWeights| {
            let labels = weights.intercepts.len();
            stored.push((names[0], vec![weights.heads.len() / labels.max(1), labels], bytes(&weights.heads)));
            stored.push((names[1], vec![labels], bytes(&weights.intercepts)));
        };
        heads(["fast.heads", "fast.intercepts"], &self.fast);
        if let Some(full) = &self.full {
            heads(["full.heads", "full.intercepts"], full);
        }
        let views: Result<Vec<_>, String> = stored
            .iter()
            .map(|(name, shape, bytes)| Ok((name, TensorView::new(Dtype::F32, shape.clone(), bytes).map_err(|e| e.to_string())?)))
            .collect();
        safetensors::serialize(views?, None).map_err(|e| e.to_string())
    }

    fn from_bytes(bytes: &[u8], with_full: bool) -> Result<Self, String> {
        let file = SafeTensors::deserialize(bytes).map_err(|e| format!("{WEIGHTS}: {e}"))?;
        let tensor = |name: &str| -> Result<Vec<f32>, String> {
            let view = file.tensor(name).map_err(|_| format!("{WEIGHTS} has no tensor {name:?}"))?;
            if view.dtype() != Dtype::F32 {
                return Err(format!("{WEIGHTS}: tensor {name:?} is not of 32-bit floats"));
            }
            Ok(view.data().chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect())
        };
        let heads = |heads: &str, intercepts: &str| Ok::<_, String>(HeadWeights { heads: tensor(heads)?, intercepts: tensor(intercepts)? });
        let full = with_full.then(|| heads("full.heads", "full.intercepts")).transpose()?;
        Ok(Weights { fast: heads("fast.heads", "fast.intercepts")?, full })
    }
}

/// The tokenizer that new models are given.
pub static DEFAULT_TOKENIZER: &[u8] = include_bytes!("../../models/default/tokenizer.json");

/// The files of the model built into the program.
static BUILT_IN: [(&str, &[u8]); 7] = [
    (MANIFEST, include_bytes!("../../models/default/manifest.json")),
    (WEIGHTS, include_bytes!("../../models/default/weights.safetensors")),
    (TOKENIZER, DEFAULT_TOKENIZER),
    (TOKENS, include_bytes!("../../models/default/tokens.safetensors")),
    (ENCODER_CONFIG, include_bytes!("../../models/default/encoder.json")),
    (ENCODER, include_bytes!("../../models/default/encoder.safetensors")),
    (ENCODER_SOURCE, include_bytes!("../../models/default/ENCODER.md")),
];

/// A file of the bundle built into the program.
pub fn built_in_file(name: &str) -> Option<&'static [u8]> {
    BUILT_IN.iter().find(|(n, _)| *n == name).map(|(_, bytes)| *bytes)
}

impl Model {
    /// The model built into the program.
    ///
    /// # Errors
    /// Never with a program that passed its tests.
    pub fn built_in() -> Result<Self, BundleError> {
        let path = PathBuf::from("(built in)");
        // what was compiled in cannot have been damaged since: the digests are checked by a test
        assemble(&path, false, |name| built_in_file(name).map(Cow::Borrowed).ok_or(std::io::ErrorKind::NotFound.into()))
    }

    /// Reads a bundle.
    ///
    /// # Errors
    /// When a file is missing, does not match the manifest, or does not fit the others.
    pub fn load(folder: &Path) -> Result<Self, BundleError> {
        assemble(folder, true, |name| std::fs::read(folder.join(name)).map(Cow::Owned))
    }
}

/// Puts a model together from the files that `read` brings.
fn assemble(path: &Path, verify: bool, read: impl Fn(&str) -> Result<Cow<'static, [u8]>, std::io::Error>) -> Result<Model, BundleError> {
    let read = |name: &str| read(name).map_err(|source| BundleError::Read { path: path.join(name), source });
    let damaged = |message: String| BundleError::Damaged { path: path.to_owned(), message };
    let manifest = parse_manifest(path, &read(MANIFEST)?)?;
    let checked = |name: &str| -> Result<Cow<'static, [u8]>, BundleError> {
        let bytes = read(name)?;
        let expected = manifest.files.get(name).ok_or_else(|| damaged(format!("the manifest does not name {name}")))?;
        if verify && *expected != FileManifest::of(&bytes) {
            return Err(damaged(format!("{name} is not the file that the manifest describes")));
        }
        Ok(bytes)
    };
    let weights = Weights::from_bytes(&checked(WEIGHTS)?, manifest.full.is_some()).map_err(damaged)?;
    let tokenizer = WordPiece::new(checked(TOKENIZER)?).map_err(|e| damaged(format!("{TOKENIZER}: {e}")))?;
    if verify {
        tokenizer.check().map_err(|e| damaged(format!("{TOKENIZER}: {e}")))?;
    }
    let edges = tokenizer.edges().map_err(|e| damaged(format!("{TOKENIZER}: {e}")))?;
    let tokens = tokenizer.size();
    let network = TokenNetwork::new(&checked(TOKENS)?, tokens).map_err(|e| damaged(format!("{TOKENS}: {e}")))?;
    let labels: Vec<ModelLabel> = manifest
        .labels
        .iter()
        .map(|l| ModelLabel {
            name: l.name.as_str().into(),
            calibration: l.calibration,
            full_calibration: l.full_calibration,
            thresholds: l.thresholds,
        })
        .collect();
    if labels.is_empty() {
        return Err(damaged("the model has no labels".to_owned()));
    }
    if let Some((label, problem)) = labels.iter().find_map(|l| Some((l, l.thresholds.problem()?))) {
        return Err(damaged(format!("label {}: {problem}", label.name)));
    }
    let finite = |c: &Calibration| c.slope.is_finite() && c.intercept.is_finite();
    if let Some(label) = labels.iter().find(|l| !finite(&l.calibration) || l.full_calibration.as_ref().is_some_and(|c| !finite(c))) {
        return Err(damaged(format!("the calibration of {} is not finite", label.name)));
    }
    let heads_of = |dimension: usize, weights: HeadWeights| {
        if weights.intercepts.len() != labels.len() {
            return Err(damaged(format!("{} heads for {} labels", weights.intercepts.len(), labels.len())));
        }
        Heads::new(dimension, weights.heads, weights.intercepts).map_err(damaged)
    };
    let (own, message) = heads_of(2 * network.filters(), weights.fast)?.split(network.filters()).map_err(damaged)?;
    let fast = Fast { network, own, message };
    let full = match (&manifest.full, weights.full) {
        (Some(full), Some(weights)) => {
            if !(0.0..=1.0).contains(&full.suspicion) {
                return Err(damaged(format!("{} is no probability from which on the full tier reads", full.suspicion)));
            }
            if let Some(label) = labels.iter().find(|l| l.full_calibration.is_none()) {
                return Err(damaged(format!("the full tier has no calibration for {}", label.name)));
            }
            let encoder = read_encoder(&checked(ENCODER_CONFIG)?, checked(ENCODER)?, tokens).map_err(damaged)?;
            // what was compiled in is known to unpack, and only needed for messages under suspicion
            if verify {
                encoder.unpacked().map_err(|e| damaged(format!("{ENCODER}: {e}")))?;
            }
            Some(Full { heads: heads_of(encoder.config().hidden_size, weights)?, encoder, suspicion: full.suspicion })
        }
        _ => None,
    };
    Ok(Model { tokenizer, edges, fast, full, labels, manifest })
}

/// An encoder from the bytes of its two files, for a tokenizer of so many tokens.
///
/// # Errors
/// When the sizes cannot be read or do not fit; in words.
pub fn read_encoder(config: &[u8], weights: Cow<'static, [u8]>, tokens: usize) -> Result<LazyEncoder, String> {
    let config: EncoderConfig = serde_json::from_slice(config).map_err(|e| format!("{ENCODER_CONFIG}:{}:{}: {e}", e.line(), e.column()))?;
    if tokens > config.vocabulary || config.positions < super::passage::LONGEST_PASSAGE {
        return Err(format!("{ENCODER_CONFIG}: the encoder is too small for {tokens} tokens and the longest passage"));
    }
    Ok(LazyEncoder::new(config, weights))
}

/// The format is read first, so that another version's manifest is named as such.
fn parse_manifest(path: &Path, bytes: &[u8]) -> Result<Manifest, BundleError> {
    #[derive(Deserialize)]
    struct Head {
        format: u32,
    }
    let invalid = |e: serde_json::Error| BundleError::Manifest {
        path: path.join(MANIFEST),
        line: e.line(),
        column: e.column(),
        message: e.to_string(),
    };
    let head: Head = serde_json::from_slice(bytes).map_err(invalid)?;
    if head.format != FORMAT {
        return Err(BundleError::Format { path: path.to_owned(), found: head.format });
    }
    serde_json::from_slice(bytes).map_err(invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_bundle_is_what_its_manifest_says() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/default");
        let model = Model::load(&folder).expect("the bundle is whole");
        assert_eq!(model.manifest(), Model::built_in().expect("the same files").manifest());
    }
}
