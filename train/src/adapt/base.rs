//! The encoder that an adaptation begins with.

use std::path::Path;

use anyhow::{Context, Result};
use nosolicit::model::bundle::TOKENIZER;
use nosolicit::model::passage::LONGEST_PASSAGE;
use nosolicit::model::transformer::files::{ENCODER, ENCODER_CONFIG, ENCODER_SOURCE};
use nosolicit::model::transformer::libtorch::bert_config;
use nosolicit::model::transformer::weights::{EncoderConfig, EncoderWeights};
use nosolicit::model::wordpiece::WordPiece;
use rust_bert::Config;
use rust_bert::bert::BertConfig;

/// An encoder as it was published, or one that was adapted before.
pub struct Base {
    /// Its sizes; `held_out` is what it was kept from before.
    pub sizes: EncoderConfig,
    /// Its sizes in rust-bert's terms.
    pub config: BertConfig,
    /// Its tokenizer.
    pub tokenizer: WordPiece,
    /// Its weights.
    pub weights: Weights,
    /// What is said about its source, where it was adapted before.
    pub source: Option<String>,
}

/// Where an encoder's weights are.
pub enum Weights {
    /// In a file as published.
    Published(std::path::PathBuf),
    /// In memory, with the digests of the texts they were taught.
    Adapted(EncoderWeights),
}

impl Base {
    /// The encoder in a folder: a bundle, or `config.json`, `model.safetensors` and `tokenizer.json`.
    pub fn open(folder: &Path) -> Result<Self> {
        let read = |name: &str| {
            let path = folder.join(name);
            std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
        };
        let tokenizer = WordPiece::new(read(TOKENIZER)?.into()).map_err(anyhow::Error::msg)?;
        if !folder.join(ENCODER_CONFIG).exists() {
            let path = folder.join("config.json");
            anyhow::ensure!(path.exists(), "{} has neither {ENCODER_CONFIG} nor config.json", folder.display());
            let config = BertConfig::from_file(path);
            let sizes = EncoderConfig {
                base: folder.file_name().and_then(|n| n.to_str()).unwrap_or("a BERT encoder").to_owned(),
                hidden_size: config.hidden_size as usize,
                layers: config.num_hidden_layers as usize,
                attention_heads: config.num_attention_heads as usize,
                intermediate_size: config.intermediate_size as usize,
                vocabulary: config.vocab_size as usize,
                positions: LONGEST_PASSAGE,
                held_out: String::new(),
            };
            return Ok(Base { sizes, config, tokenizer, weights: Weights::Published(folder.join("model.safetensors")), source: None });
        }
        let sizes: EncoderConfig =
            serde_json::from_slice(&read(ENCODER_CONFIG)?).with_context(|| format!("{ENCODER_CONFIG} is damaged"))?;
        sizes.check().map_err(anyhow::Error::msg)?;
        let weights =
            EncoderWeights::from_bytes(&read(ENCODER)?).map_err(anyhow::Error::msg).with_context(|| format!("{ENCODER} is damaged"))?;
        let source = String::from_utf8(read(ENCODER_SOURCE)?).with_context(|| format!("{ENCODER_SOURCE} is damaged"))?;
        Ok(Base { config: bert_config(&sizes), sizes, tokenizer, weights: Weights::Adapted(weights), source: Some(source) })
    }

    /// Digests of the texts it was taught before, ascending.
    pub fn seen(&self) -> &[u64] {
        match &self.weights {
            Weights::Published(_) => &[],
            Weights::Adapted(weights) => &weights.seen,
        }
    }
}
