//! The adapted encoder as a folder that `fit` takes.

use std::path::Path;

use anyhow::{Context, Result};
use nosolicit::model::passage::LONGEST_PASSAGE;
use nosolicit::model::transformer::files::{ENCODER, ENCODER_CONFIG, ENCODER_SOURCE, TOKENS};
use nosolicit::model::transformer::weights::{EncoderConfig, EncoderWeights, Tensor, text_digest};
use rust_bert::Config;
use rust_bert::bert::BertConfig;

use super::Progress;
use super::network::Network;
use crate::bundle;

/// Writes the encoder in `network`, made from `base`, and its token network; both have learned from the texts `seen` and not from
/// `held_out`.
pub fn write(
    output: &Path,
    base: &Path,
    network: &Network,
    mut tokens: EncoderWeights,
    seen: &[&str],
    held_out: &str,
    history: &[Progress],
) -> Result<()> {
    let config = BertConfig::from_file(base.join("config.json"));
    let mut weights = EncoderWeights::default();
    for (name, variable) in network.variables().variables() {
        if name.starts_with("head.") {
            continue;
        }
        let mut variable = variable;
        if name == "embeddings.position_embeddings.weight" {
            variable = variable.narrow(0, 0, LONGEST_PASSAGE as i64);
        }
        let shape: Vec<usize> = variable.size().iter().map(|&n| n as usize).collect();
        let data = Vec::<f32>::try_from(variable.to_device(tch::Device::Cpu).contiguous().view([-1]))
            .with_context(|| format!("cannot read the weights {name}"))?;
        weights.tensors.insert(name, Tensor { shape, data });
    }
    weights.seen = seen.iter().map(|text| text_digest(text)).collect();
    weights.seen.sort_unstable();
    weights.seen.dedup();
    tokens.seen.clone_from(&weights.seen);
    let name = base.file_name().and_then(|n| n.to_str()).unwrap_or("a BERT encoder");
    let about = EncoderConfig {
        base: name.to_owned(),
        hidden_size: config.hidden_size as usize,
        layers: config.num_hidden_layers as usize,
        attention_heads: config.num_attention_heads as usize,
        intermediate_size: config.intermediate_size as usize,
        vocabulary: config.vocab_size as usize,
        positions: LONGEST_PASSAGE,
        held_out: held_out.to_owned(),
    };
    let mut config = serde_json::to_vec_pretty(&about)?;
    config.push(b'\n');
    let files = bundle::Files::from([
        (ENCODER_CONFIG, config),
        (ENCODER, weights.to_bytes().map_err(anyhow::Error::msg)?),
        (TOKENS, tokens.to_bytes().map_err(anyhow::Error::msg)?),
        (ENCODER_SOURCE, source(name, history, held_out).into_bytes()),
    ]);
    bundle::write(output, &files)
}

/// Where the weights came from and how they were changed.
fn source(base: &str, history: &[Progress], held_out: &str) -> String {
    let mut text = format!(
        "# The adapted encoder\n\n\
        `{ENCODER}` was made from `{base}` by `nosolicit-train adapt`: all layers were taught the labels of a corpus, and the matrices stored in 8 bits.\n\
        `{TOKENS}` begins with its token vectors along their principal axes, and was taught by it.\n\
        all-MiniLM-L6-v2 (https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2) is licensed under Apache-2.0 by its authors; the changed weights are\n\
        under the same licence. Another base has its own source and licence: name them here.\n\n\
        Held out, and so fit to calibrate on: {held_out}.\n\n\
        | pass | loss | ROC AUC on the held-out rows | found at 1 % false alarms |\n|---:|---:|---:|---:|\n"
    );
    for p in history {
        text.push_str(&format!("| {} | {:.4} | {:.4} | {:.1} % |\n", p.epoch, p.loss, p.auc, 100.0 * p.recall));
    }
    text
}
