//! BERT's forward pass on the CPU ("BERT: Pre-training of Deep Bidirectional Transformers", Devlin et al. 2019), with its linear
//! layers in 8-bit integers.

use rten_gemm::{GemmExecutor, GemmInputA, GemmInputB, GemmOptions};
use rten_simd::{SimdOp, SimdUnaryOp};
use rten_tensor::NdTensorView;
use rten_vecmath::{Gelu, Normalize, NormalizeOptions, Softmax, Sum, SumSquareSub};

use super::SentenceEncoder;
use super::linear::{Activations, Linear};
use super::weights::{EncoderConfig, Matrix, StoredWeights};
use crate::model::passage::Passage;

/// What BERT adds to a variance before dividing by its root.
const EPSILON: f32 = 1e-12;

thread_local! {
    /// Multiplies matrices by the best instructions of the CPU. It cannot go from thread to thread, and is costly to make.
    static KERNEL: GemmExecutor = GemmExecutor::new();
}

/// A BERT encoder.
pub struct BertEncoder {
    sizes: EncoderConfig,
    words: Matrix,
    /// Positions × hidden size; what marks the first of two texts is added, since there is only one.
    positions: Vec<f32>,
    norm: LayerNorm,
    layers: Vec<Layer>,
}

struct Layer {
    /// Queries, divided by the root of a head's size, keys and values, one after the other.
    queries_keys_values: Linear,
    attended: Linear,
    attended_norm: LayerNorm,
    inner: Linear,
    outer: Linear,
    outer_norm: LayerNorm,
}

struct LayerNorm {
    weight: Vec<f32>,
    bias: Vec<f32>,
}

impl std::fmt::Debug for BertEncoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BertEncoder").field("sizes", &self.sizes).finish_non_exhaustive()
    }
}

impl BertEncoder {
    /// An encoder of the given sizes from the bytes of its weights.
    ///
    /// # Errors
    /// When a weight is missing or of another shape; in words.
    pub fn new(sizes: &EncoderConfig, bytes: &[u8]) -> Result<Self, String> {
        sizes.check()?;
        let file = StoredWeights::open(bytes)?;
        let hidden = sizes.hidden_size;
        let first = file.matrix("embeddings.token_type_embeddings.weight", [2, hidden])?.row(0);
        let places = file.matrix("embeddings.position_embeddings.weight", [sizes.positions, hidden])?;
        let positions = (0..sizes.positions).flat_map(|p| places.row(p).into_iter().zip(&first).map(|(a, b)| a + b).collect::<Vec<_>>());
        Ok(BertEncoder {
            words: file.matrix("embeddings.word_embeddings.weight", [sizes.vocabulary, hidden])?,
            positions: positions.collect(),
            norm: LayerNorm::read(&file, "embeddings.LayerNorm", hidden)?,
            layers: (0..sizes.layers).map(|n| Layer::read(&file, n, sizes)).collect::<Result<_, _>>()?,
            sizes: sizes.clone(),
        })
    }

    /// The vectors of the tokens, one after the other.
    fn tokens(&self, ids: &[u32]) -> Result<Vec<f32>, String> {
        let hidden = self.sizes.hidden_size;
        let mut vectors = Vec::with_capacity(ids.len() * hidden);
        for (&id, position) in ids.iter().zip(self.positions.chunks_exact(hidden)) {
            vectors.extend(self.words.row(id as usize).iter().zip(position).map(|(a, b)| a + b));
        }
        self.norm.apply(&mut vectors);
        for layer in &self.layers {
            layer.apply(self.sizes.attention_heads, &mut vectors)?;
        }
        Ok(vectors)
    }
}

impl SentenceEncoder for BertEncoder {
    fn encode(&self, passage: &Passage) -> Result<Vec<Vec<f32>>, String> {
        self.sizes.admit(&passage.ids)?;
        super::sentence_vectors(passage, &self.tokens(&passage.ids)?, self.sizes.hidden_size)
    }
}

impl Layer {
    fn read(file: &StoredWeights<'_>, number: usize, sizes: &EncoderConfig) -> Result<Self, String> {
        let (hidden, inner) = (sizes.hidden_size, sizes.intermediate_size);
        let name = |part: &str| format!("encoder.layer.{number}.{part}");
        let dense = |part: &str, outputs, inputs| -> Result<(Matrix, Vec<f32>), String> {
            let weights = file.matrix(&name(&format!("{part}.weight")), [outputs, inputs])?;
            Ok((weights, file.vector(&name(&format!("{part}.bias")), outputs)?))
        };
        let linear = |part: &str, outputs, inputs| dense(part, outputs, inputs).map(|(w, b)| Linear::new(w, b));
        let norm = |part: &str| LayerNorm::read(file, &name(part), hidden);
        let (mut joint, mut bias) = dense("attention.self.query", hidden, hidden)?;
        let root = ((hidden / sizes.attention_heads) as f32).sqrt();
        joint.scales.iter_mut().chain(&mut bias).for_each(|v| *v /= root);
        for part in ["attention.self.key", "attention.self.value"] {
            let (more, more_bias) = dense(part, hidden, hidden)?;
            joint.append(more);
            bias.extend(more_bias);
        }
        Ok(Layer {
            queries_keys_values: Linear::new(joint, bias),
            attended: linear("attention.output.dense", hidden, hidden)?,
            attended_norm: norm("attention.output.LayerNorm")?,
            inner: linear("intermediate.dense", inner, hidden)?,
            outer: linear("output.dense", hidden, inner)?,
            outer_norm: norm("output.LayerNorm")?,
        })
    }

    fn apply(&self, heads: usize, vectors: &mut [f32]) -> Result<(), String> {
        let hidden = self.attended.outputs();
        let queries_keys_values = self.queries_keys_values.apply(&Activations::of(vectors, hidden))?;
        let context = attention(&queries_keys_values, hidden, heads)?;
        add(vectors, &self.attended.apply(&Activations::of(&context, hidden))?);
        self.attended_norm.apply(vectors);
        let mut inner = self.inner.apply(&Activations::of(vectors, hidden))?;
        Gelu {}.map_mut(&mut inner);
        add(vectors, &self.outer.apply(&Activations::of(&inner, self.inner.outputs()))?);
        self.outer_norm.apply(vectors);
        Ok(())
    }
}

/// Each token's mix of the values of all, head by head, from rows of queries, keys and values.
fn attention(queries_keys_values: &[f32], hidden: usize, heads: usize) -> Result<Vec<f32>, String> {
    let (tokens, size) = (queries_keys_values.len() / (3 * hidden), hidden / heads);
    let all = NdTensorView::from_data([tokens, 3 * hidden], queries_keys_values);
    let mut context = vec![0f32; tokens * hidden];
    let mut weights = vec![0f32; tokens * tokens];
    let mut mixed = vec![0f32; tokens * size];
    for head in 0..heads {
        let part = |n: usize| all.slice((.., n * hidden + head * size..n * hidden + (head + 1) * size));
        let keys = part(1).transposed();
        product(&mut weights, part(0), keys)?;
        for row in weights.chunks_exact_mut(tokens) {
            Softmax::new_mut(row).dispatch();
        }
        let by_token = NdTensorView::from_data([tokens, tokens], weights.as_slice());
        product(&mut mixed, by_token, part(2))?;
        for (to, from) in context.chunks_exact_mut(hidden).zip(mixed.chunks_exact(size)) {
            to[head * size..(head + 1) * size].copy_from_slice(from);
        }
    }
    Ok(context)
}

fn product(out: &mut [f32], a: NdTensorView<'_, f32, 2>, b: NdTensorView<'_, f32, 2>) -> Result<(), String> {
    KERNEL
        .with(|kernel| kernel.gemm(out, GemmInputA::Unpacked(a), GemmInputB::Unpacked(b), GemmOptions::default()))
        .map_err(|e| format!("a product of matrices failed: {e}"))
}

impl LayerNorm {
    fn read(file: &StoredWeights<'_>, name: &str, size: usize) -> Result<Self, String> {
        Ok(LayerNorm { weight: file.vector(&format!("{name}.weight"), size)?, bias: file.vector(&format!("{name}.bias"), size)? })
    }

    fn apply(&self, vectors: &mut [f32]) {
        let size = self.weight.len();
        for vector in vectors.chunks_exact_mut(size) {
            let mean = Sum::new(vector).dispatch() / size as f32;
            let variance = SumSquareSub::new(vector, mean).dispatch() / size as f32;
            let options = NormalizeOptions {
                pre_scale_bias: mean,
                scale: 1.0 / (variance + EPSILON).sqrt(),
                element_scale: Some(&self.weight),
                element_bias: Some(&self.bias),
                ..NormalizeOptions::default()
            };
            Normalize::new_mut(vector, options).dispatch();
        }
    }
}

fn add(to: &mut [f32], more: &[f32]) {
    for (a, b) in to.iter_mut().zip(more) {
        *a += b;
    }
}
