//! The encoder by rust-bert, on libtorch and in 32-bit floats: what `adapt` taught, as it was taught.

use std::sync::{Mutex, PoisonError};

use rust_bert::bert::{BertConfig, BertEmbeddings, BertModel};
use tch::{Device, Tensor, nn};

use super::SentenceEncoder;
use super::weights::{EncoderConfig, EncoderWeights};
use crate::model::passage::Passage;

/// A BERT encoder run by libtorch, a passage at a time: libtorch has threads of its own.
pub struct LibtorchEncoder {
    bert: Mutex<BertModel<BertEmbeddings>>,
    sizes: EncoderConfig,
}

impl std::fmt::Debug for LibtorchEncoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LibtorchEncoder").field("sizes", &self.sizes).finish_non_exhaustive()
    }
}

impl LibtorchEncoder {
    /// An encoder of the given sizes from the bytes of its weights.
    ///
    /// # Errors
    /// When a weight is missing or of another shape; in words.
    pub fn new(sizes: &EncoderConfig, bytes: &[u8]) -> Result<Self, String> {
        sizes.check()?;
        let weights = EncoderWeights::from_bytes(bytes)?;
        let variables = nn::VarStore::new(Device::Cpu);
        let bert = BertModel::new_with_optional_pooler(variables.root(), &bert_config(sizes), false);
        fill(variables.variables(), &weights)?;
        Ok(LibtorchEncoder { bert: Mutex::new(bert), sizes: sizes.clone() })
    }
}

/// An encoder's sizes in rust-bert's terms.
pub fn bert_config(sizes: &EncoderConfig) -> BertConfig {
    BertConfig {
        hidden_size: sizes.hidden_size as i64,
        intermediate_size: sizes.intermediate_size as i64,
        max_position_embeddings: sizes.positions as i64,
        num_attention_heads: sizes.attention_heads as i64,
        num_hidden_layers: sizes.layers as i64,
        vocab_size: sizes.vocabulary as i64,
        ..BertConfig::default()
    }
}

/// Gives variables the weights of their names.
///
/// # Errors
/// When one is missing or of another shape; in words.
pub fn fill(variables: impl IntoIterator<Item = (String, Tensor)>, weights: &EncoderWeights) -> Result<(), String> {
    for (name, mut variable) in variables {
        let tensor = weights.tensors.get(&name).ok_or_else(|| format!("there is no tensor {name:?}"))?;
        let shape: Vec<i64> = tensor.shape.iter().map(|&n| n as i64).collect();
        if shape != variable.size() {
            return Err(format!("tensor {name:?} is of {shape:?}, not {:?}", variable.size()));
        }
        let copy = || variable.f_copy_(&Tensor::from_slice(&tensor.data).f_view(shape.as_slice())?);
        tch::no_grad(copy).map_err(|e| e.to_string())?;
    }
    Ok(())
}

impl SentenceEncoder for LibtorchEncoder {
    fn encode(&self, passage: &Passage) -> Result<Vec<Vec<f32>>, String> {
        self.sizes.admit(&passage.ids)?;
        let ids: Vec<i64> = passage.ids.iter().map(|&id| i64::from(id)).collect();
        let ids = Tensor::from_slice(&ids).unsqueeze(0);
        let bert = self.bert.lock().unwrap_or_else(PoisonError::into_inner);
        let read = || bert.forward_t(Some(&ids), None, None, None, None, None, None, false);
        let tokens = tch::no_grad(read).map_err(|e| e.to_string())?.hidden_state;
        let tokens = Vec::<f32>::try_from(tokens.contiguous().view([-1])).map_err(|e| e.to_string())?;
        super::sentence_vectors(passage, &tokens, self.sizes.hidden_size)
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::model::bundle::{DEFAULT_TOKENIZER, built_in_file};
    use crate::model::passage::passages;
    use crate::model::token_ids::TokenIds;
    use crate::model::transformer::bert::BertEncoder;
    use crate::model::transformer::files::{ENCODER, ENCODER_CONFIG};
    use crate::model::wordpiece::WordPiece;

    /// Least cosine of a sentence's two vectors: what 7 bits an activation cost.
    const LEAST_COSINE: f32 = 0.99;

    #[test]
    fn both_runtimes_give_the_same_vectors() {
        let file = |name| built_in_file(name).expect("it is built in");
        let sizes: EncoderConfig = serde_json::from_slice(file(ENCODER_CONFIG)).expect("the sizes");
        let ours = BertEncoder::new(&sizes, file(ENCODER)).expect("it fits");
        let theirs = LibtorchEncoder::new(&sizes, file(ENCODER)).expect("it fits");
        let tokenizer = WordPiece::new(Cow::Borrowed(DEFAULT_TOKENIZER)).expect("the tokenizer");
        let long = "The spare gasket is on its way and should be with you by Thursday. ".repeat(20);
        let sentences = ["Thank you.", "If the kettle made you smile, the internet should hear about it.", &long].map(Cow::from);
        for passage in passages(&TokenIds::of(&tokenizer, &sentences), tokenizer.edges().expect("there are special tokens")) {
            let pairs = ours.encode(&passage).expect("it reads").into_iter().zip(theirs.encode(&passage).expect("it reads"));
            for (a, b) in pairs {
                let cosine: f32 = a.iter().zip(&b).map(|(a, b)| a * b).sum();
                assert!(cosine >= LEAST_COSINE, "{cosine}");
            }
        }
    }
}
