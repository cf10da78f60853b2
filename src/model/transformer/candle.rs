//! The encoder in pure Rust, by candle.

use std::collections::HashMap;

use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::{BertModel, Config, HiddenAct};

use super::SentenceEncoder;
use super::weights::{EncoderConfig, EncoderWeights};
use crate::model::passage::Passage;

/// A BERT encoder run by candle.
pub struct CandleEncoder {
    bert: BertModel,
    hidden_size: usize,
}

impl std::fmt::Debug for CandleEncoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CandleEncoder").field("hidden_size", &self.hidden_size).finish_non_exhaustive()
    }
}

impl CandleEncoder {
    /// An encoder of the given sizes and weights.
    ///
    /// # Errors
    /// When a weight is missing or of another shape; in words.
    pub fn new(config: &EncoderConfig, weights: EncoderWeights) -> Result<Self, String> {
        let build = || -> candle_core::Result<BertModel> {
            let tensors: candle_core::Result<HashMap<String, Tensor>> = weights
                .tensors
                .into_iter()
                .map(|(name, tensor)| Ok((name, Tensor::from_vec(tensor.data, tensor.shape, &Device::Cpu)?)))
                .collect();
            let sizes = Config {
                vocab_size: config.vocabulary,
                hidden_size: config.hidden_size,
                num_hidden_layers: config.layers,
                num_attention_heads: config.attention_heads,
                intermediate_size: config.intermediate_size,
                hidden_act: HiddenAct::Gelu,
                max_position_embeddings: config.positions,
                model_type: None,
                ..Config::default()
            };
            BertModel::load(VarBuilder::from_tensors(tensors?, DType::F32, &Device::Cpu), &sizes)
        };
        Ok(CandleEncoder { bert: build().map_err(|e| e.to_string())?, hidden_size: config.hidden_size })
    }

    fn vectors(&self, passage: &Passage) -> candle_core::Result<Vec<Vec<f32>>> {
        let ids = Tensor::new(passage.ids.as_slice(), &Device::Cpu)?.unsqueeze(0)?;
        // one passage at a time needs no padding, and its vectors do not depend on what else is judged
        let hidden = self.bert.forward(&ids, &ids.zeros_like()?, None)?.squeeze(0)?;
        let hidden = hidden.to_vec2::<f32>()?;
        Ok(passage.sentences.iter().map(|(_, range)| super::unit_mean(&hidden[range.clone()])).collect())
    }
}

impl SentenceEncoder for CandleEncoder {
    fn hidden_size(&self) -> usize {
        self.hidden_size
    }

    fn encode(&self, passage: &Passage) -> Result<Vec<Vec<f32>>, String> {
        self.vectors(passage).map_err(|e| e.to_string())
    }
}
