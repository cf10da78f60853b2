//! Loading a bundle: no panic and no absurd allocation whatever stands in its files, and what loads also judges.
//!
//! Starts from a whole bundle of a few tokens with both tiers. The first byte names the file that is changed, the second how:
//! replaced by the rest, or patched by the rest (two bytes of position, one of content). The manifest's digests are made to fit,
//! so that what stands behind them is reached.
#![no_main]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use nosolicit::engine::Engine;
use nosolicit::message::Message;
use nosolicit::model::bundle::{FileManifest, HeadWeights, MANIFEST, TOKENIZER, WEIGHTS, Weights};
use nosolicit::model::token_network::{BIASES, FILTERS, VECTORS};
use nosolicit::model::transformer::files::{ENCODER, ENCODER_CONFIG, TOKENS};
use nosolicit::model::transformer::weights::{EncoderWeights, Tensor};
use nosolicit::model::{Model, Tier};
use nosolicit::policy::Policy;
use serde_json::{Value, json};
use tempfile::TempDir;

const HIDDEN: usize = 4;
const INNER: usize = 8;
const POSITIONS: usize = 512;
const FILTERED: usize = 3;
const WIDTH: usize = 3;
const VOCABULARY: [&str; 12] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "leave", "a", "review", "please", ".", "e", "##s"];

/// Every file of the bundle but the manifest.
static FILES: LazyLock<BTreeMap<&str, Vec<u8>>> = LazyLock::new(|| {
    let heads = |rows: usize| HeadWeights { heads: vec![0.5; rows], intercepts: vec![0.1] };
    let weights = Weights { fast: heads(2 * FILTERED), full: Some(heads(HIDDEN)) };
    BTreeMap::from([
        (WEIGHTS, weights.to_bytes().expect("it fits")),
        (TOKENS, network().to_bytes().expect("it fits")),
        (TOKENIZER, tokenizer().to_string().into_bytes()),
        (ENCODER_CONFIG, encoder_config().to_string().into_bytes()),
        (ENCODER, encoder().to_bytes().expect("it fits")),
    ])
});

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir_in("/dev/shm").expect("a folder");
    write(&folder, &FILES, &manifest(&FILES).to_string().into_bytes());
    Model::load(folder.path()).expect("the bundle itself is whole");
    folder
});

fuzz_target!(|data: &[u8]| {
    let [which, how, rest @ ..] = data else { return };
    let mut files = FILES.clone();
    let names: Vec<&str> = files.keys().copied().chain([MANIFEST]).collect();
    let name = names[usize::from(*which) % names.len()];
    let manifest = if name == MANIFEST {
        changed(manifest(&files).to_string().into_bytes(), *how, rest)
    } else {
        let bytes = changed(files[name].clone(), *how, rest);
        files.insert(name, bytes);
        manifest(&files).to_string().into_bytes()
    };
    write(&FOLDER, &files, &manifest);
    match Model::load(FOLDER.path()) {
        Ok(model) => {
            let engine = Engine::new(Policy::amazon(), Some(model)).with_tier(Tier::Auto).without_rules();
            let _ = engine.judge(&Message::from_text("Please leave a review. Reviews please, é ꙮ."));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});

fn changed(mut bytes: Vec<u8>, how: u8, rest: &[u8]) -> Vec<u8> {
    if how % 2 == 0 {
        return rest.to_vec();
    }
    for patch in rest.chunks_exact(3) {
        let at = usize::from(u16::from_le_bytes([patch[0], patch[1]]));
        if let Some(byte) = bytes.get_mut(at) {
            *byte = patch[2];
        }
    }
    bytes
}

fn write(folder: &TempDir, files: &BTreeMap<&str, Vec<u8>>, manifest: &[u8]) {
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).expect("it is written");
    }
    std::fs::write(folder.path().join(MANIFEST), manifest).expect("it is written");
}

fn manifest(files: &BTreeMap<&str, Vec<u8>>) -> Value {
    let digests: BTreeMap<&str, FileManifest> = files.iter().map(|(name, bytes)| (*name, FileManifest::of(bytes))).collect();
    let calibration = json!({ "slope": 1.0, "intercept": 0.0 });
    json!({
        "format": nosolicit::model::bundle::FORMAT, "name": "fuzz", "written_by": "fuzz",
        "full": { "suspicion": 0.0, "share": 1.0 },
        "labels": [{ "name": "review_request", "calibration": calibration, "full_calibration": calibration,
                     "thresholds": { "review": 0.5, "block": 0.9 } }],
        "training": { "rows": 1, "families": 1, "origins": 1, "data_sha256": "", "settings": {} },
        "figures": {}, "files": digests,
    })
}

fn tokenizer() -> Value {
    let vocabulary: BTreeMap<&str, usize> = VOCABULARY.iter().enumerate().map(|(id, token)| (*token, id)).collect();
    let mut file: Value = serde_json::from_slice(nosolicit::model::bundle::DEFAULT_TOKENIZER).expect("it is JSON");
    file["model"]["vocab"] = json!(vocabulary);
    let special = |token: &str| json!({ "id": token, "ids": [vocabulary[token]], "tokens": [token] });
    file["post_processor"]["special_tokens"] = json!({ "[CLS]": special("[CLS]"), "[SEP]": special("[SEP]") });
    for token in file["added_tokens"].as_array_mut().expect("a list") {
        token["id"] = json!(vocabulary[token["content"].as_str().expect("a text")]);
    }
    file
}

fn encoder_config() -> Value {
    json!({ "base": "fuzz", "hidden_size": HIDDEN, "layers": 1, "attention_heads": 2, "intermediate_size": INNER,
            "vocabulary": VOCABULARY.len(), "positions": POSITIONS, "held_out": "" })
}

fn encoder() -> EncoderWeights {
    let layer = |name: &str| format!("encoder.layer.0.{name}");
    let mut shapes: Vec<(String, Vec<usize>)> = vec![
        ("embeddings.word_embeddings.weight".to_owned(), vec![VOCABULARY.len(), HIDDEN]),
        ("embeddings.position_embeddings.weight".to_owned(), vec![POSITIONS, HIDDEN]),
        ("embeddings.token_type_embeddings.weight".to_owned(), vec![2, HIDDEN]),
    ];
    let dense = [
        ("attention.self.query", HIDDEN, HIDDEN),
        ("attention.self.key", HIDDEN, HIDDEN),
        ("attention.self.value", HIDDEN, HIDDEN),
        ("attention.output.dense", HIDDEN, HIDDEN),
        ("intermediate.dense", INNER, HIDDEN),
        ("output.dense", HIDDEN, INNER),
    ];
    for (name, rows, columns) in dense {
        shapes.push((layer(&format!("{name}.weight")), vec![rows, columns]));
        shapes.push((layer(&format!("{name}.bias")), vec![rows]));
    }
    let norms = ["embeddings.LayerNorm".to_owned(), layer("attention.output.LayerNorm"), layer("output.LayerNorm")];
    for name in norms {
        shapes.push((format!("{name}.weight"), vec![HIDDEN]));
        shapes.push((format!("{name}.bias"), vec![HIDDEN]));
    }
    EncoderWeights { tensors: shapes.into_iter().map(|(name, shape)| (name, tensor(shape))).collect(), seen: vec![1] }
}

fn network() -> EncoderWeights {
    let shapes = [(VECTORS, vec![VOCABULARY.len(), HIDDEN]), (FILTERS, vec![FILTERED * WIDTH * HIDDEN]), (BIASES, vec![FILTERED])];
    EncoderWeights { tensors: shapes.into_iter().map(|(name, shape)| (name.to_owned(), tensor(shape))).collect(), seen: vec![1] }
}

fn tensor(shape: Vec<usize>) -> Tensor {
    Tensor { data: (0..shape.iter().product()).map(|i| (i % 7) as f32 * 0.1).collect(), shape }
}
