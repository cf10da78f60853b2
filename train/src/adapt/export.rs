//! The adapted encoder as a folder that `fit` takes.

use std::path::Path;

use anyhow::{Context, Result};
use nosolicit::model::passage::LONGEST_PASSAGE;
use nosolicit::model::transformer::files::{ENCODER, ENCODER_CONFIG, ENCODER_SOURCE, TOKENS};
use nosolicit::model::transformer::weights::{EncoderConfig, EncoderWeights, Tensor, text_digest};

use super::Progress;
use super::base::Base;
use super::network::{Network, of_head};
use crate::bundle;

/// The encoder in `network`, made from `base`, that has learned from the texts `seen`.
pub fn encoder(base: &Base, network: &Network, seen: &[&str]) -> Result<EncoderWeights> {
    let mut weights = EncoderWeights::default();
    for (name, variable) in network.variables().variables() {
        if of_head(&name) {
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
    weights.seen = seen.iter().map(|text| text_digest(text)).chain(base.seen().iter().copied()).collect();
    weights.seen.sort_unstable();
    weights.seen.dedup();
    Ok(weights)
}

/// Writes the encoder in `network`, made from `base`, and its token network; both have learned from the texts `seen` and not from
/// `held_out`.
pub fn write(
    output: &Path,
    base: &Base,
    network: &Network,
    mut tokens: EncoderWeights,
    seen: &[&str],
    held_out: &str,
    history: &[Progress],
) -> Result<()> {
    let weights = encoder(base, network, seen)?;
    tokens.seen.clone_from(&weights.seen);
    let about = EncoderConfig { held_out: held_out.to_owned(), ..base.sizes.clone() };
    let mut config = serde_json::to_vec_pretty(&about)?;
    config.push(b'\n');
    let files = bundle::Files::from([
        (ENCODER_CONFIG, config),
        (ENCODER, weights.to_bytes().map_err(anyhow::Error::msg)?),
        (TOKENS, tokens.to_bytes().map_err(anyhow::Error::msg)?),
        (ENCODER_SOURCE, source(base, history, held_out).into_bytes()),
    ]);
    bundle::write(output, &files)
}

/// First line of what is said about an encoder's source.
const TITLE: &str = "# The adapted encoder";

/// Where the weights came from and how they were changed.
fn source(base: &Base, history: &[Progress], held_out: &str) -> String {
    if let (Some(before), []) = (&base.source, history) {
        // the encoder is as it was
        return before.clone();
    }
    let name = &base.sizes.base;
    let before = if base.source.is_some() { ", adapted before as said below," } else { "" };
    let mut text = format!(
        "{TITLE}\n\n\
        `{ENCODER}` was made from `{name}`{before} by `nosolicit-train adapt`: all layers were taught the labels of a corpus, and the matrices stored in 8 bits.\n\
        `{TOKENS}` begins with its token vectors along their principal axes, and was taught by it.\n\
        all-MiniLM-L6-v2 (https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2) is licensed under Apache-2.0 by its authors; the changed weights are\n\
        under the same licence. Another base has its own source and licence: name them here.\n\n\
        Held out, and so fit to calibrate on: {held_out}.\n\n\
        | pass | loss | ROC AUC on the held-out rows | found at 1 % false alarms | the same among four sentences of others | found |\n\
        |---:|---:|---:|---:|---:|---:|\n"
    );
    for p in history {
        text.push_str(&format!(
            "| {} | {:.4} | {:.4} | {:.1} % | {:.4} | {:.1} % |\n",
            p.epoch,
            p.loss,
            p.auc,
            100.0 * p.recall,
            p.auc_among_others,
            100.0 * p.recall_among_others
        ));
    }
    if let Some(before) = &base.source {
        text.push_str("\n## What it began with");
        text.push_str(before.strip_prefix(TITLE).unwrap_or(before));
    }
    text
}
