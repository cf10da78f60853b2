//! The encoder as rust-bert runs it and as `nosolicit` does must agree.

use std::borrow::Cow;

use nosolicit::model::bundle::{DEFAULT_TOKENIZER, built_in_file};
use nosolicit::model::passage::passages;
use nosolicit::model::token_ids::TokenIds;
use nosolicit::model::transformer::SentenceEncoder;
use nosolicit::model::transformer::candle::CandleEncoder;
use nosolicit::model::transformer::files::{ENCODER, ENCODER_CONFIG};
use nosolicit::model::transformer::weights::{EncoderConfig, EncoderWeights};
use nosolicit::model::wordpiece::WordPiece;
use rust_bert::bert::BertConfig;
use tch::Tensor;

use super::network::Network;

/// Largest difference of a number of a unit vector.
const TOLERANCE: f32 = 1e-5;

#[test]
fn candle_and_libtorch_give_the_same_vectors() {
    let file = |name| built_in_file(name).expect("it is built in");
    let about: EncoderConfig = serde_json::from_slice(file(ENCODER_CONFIG)).expect("the sizes");
    let weights = EncoderWeights::from_bytes(file(ENCODER)).expect("the weights");
    let sizes = BertConfig {
        hidden_size: about.hidden_size as i64,
        intermediate_size: about.intermediate_size as i64,
        max_position_embeddings: about.positions as i64,
        num_attention_heads: about.attention_heads as i64,
        num_hidden_layers: about.layers as i64,
        vocab_size: about.vocabulary as i64,
        ..BertConfig::default()
    };
    let network = Network::fresh(&sizes, 1, tch::Device::Cpu);
    tch::no_grad(|| {
        for (name, mut variable) in network.variables().variables() {
            if let Some(tensor) = weights.tensors.get(&name) {
                variable.copy_(&Tensor::from_slice(&tensor.data).view_as(&variable));
            } else {
                assert!(name.starts_with("head."), "no weights for {name}");
            }
        }
    });
    let candle = CandleEncoder::new(&about, weights).expect("it fits");
    let tokenizer = WordPiece::new(Cow::Borrowed(DEFAULT_TOKENIZER)).expect("the tokenizer");
    let long = "The spare gasket is on its way and should be with you by Thursday. ".repeat(20);
    let sentences = ["Thank you.", "If the kettle made you smile, the internet should hear about it.", &long].map(Cow::from);
    for passage in passages(&TokenIds::of(&tokenizer, &sentences), tokenizer.edges().expect("there are special tokens")) {
        let ours = candle.encode(&passage).expect("it reads");
        let theirs = tch::no_grad(|| network.sentence_vectors(&[&passage], None, false)).expect("it reads");
        let theirs = Vec::<f32>::try_from(theirs.contiguous().view([-1])).expect("floats");
        let largest = ours.concat().iter().zip(&theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(largest <= TOLERANCE, "{largest}");
    }
}
