//! The encoder as rust-bert runs and trains it, with one linear head per label over the vectors of sentences.

use std::path::Path;

use anyhow::{Context, Result};
use nosolicit::model::passage::Passage;
use rust_bert::Config;
use rust_bert::bert::{BertConfig, BertEmbeddings, BertModel};
use tch::nn::{self, Module, OptimizerConfig};
use tch::{Device, Kind, Tensor};

use super::lessons::Lesson;
use crate::instances::Bearing;

/// Length of the sentence vectors the head sees: unit vectors would need weights too large to learn quickly.
const HEAD_SCALE: f64 = 16.0;
/// Raw score of no sentence at all.
const NO_SENTENCE: f64 = -1e4;
/// Parameter group of the head; the encoder is group 0.
const HEAD_GROUP: usize = 1;

/// Encoder and heads.
pub struct Network {
    variables: nn::VarStore,
    bert: BertModel<BertEmbeddings>,
    head: nn::Linear,
    labels: usize,
}

impl Network {
    /// The encoder in `folder` (`config.json`, `model.safetensors`) with fresh heads.
    pub fn load(folder: &Path, labels: usize) -> Result<Self> {
        let mut network = Network::fresh(&BertConfig::from_file(folder.join("config.json")), labels);
        let weights = folder.join("model.safetensors");
        let missing = network.variables.load_partial(&weights).with_context(|| format!("cannot load {}", weights.display()))?;
        let missing: Vec<&String> = missing.iter().filter(|name| !name.starts_with("head.")).collect();
        anyhow::ensure!(missing.is_empty(), "{} lacks {missing:?}", weights.display());
        Ok(network)
    }

    /// An encoder of the given sizes and heads, all with random weights.
    pub fn fresh(config: &BertConfig, labels: usize) -> Self {
        let variables = nn::VarStore::new(Device::Cpu);
        let bert = BertModel::new_with_optional_pooler(variables.root(), config, false);
        let head = nn::linear(variables.root().set_group(HEAD_GROUP) / "head", config.hidden_size, labels as i64, Default::default());
        Network { variables, bert, head, labels }
    }

    /// All weights by name.
    pub fn variables(&self) -> &nn::VarStore {
        &self.variables
    }

    /// Writes all weights.
    pub fn save(&self, path: &Path) -> Result<()> {
        self.variables.save(path).with_context(|| format!("cannot write {}", path.display()))
    }

    /// Reads all weights.
    pub fn restore(&mut self, path: &Path) -> Result<()> {
        self.variables.load(path).with_context(|| format!("cannot read {}", path.display()))
    }

    /// An optimiser of all weights.
    pub fn optimiser(&self) -> Result<nn::Optimizer> {
        Ok(nn::AdamW { wd: 0.01, ..nn::AdamW::default() }.build(&self.variables, 0.0)?)
    }

    /// Sets the rates of learning of encoder and heads.
    pub fn set_rates(optimiser: &mut nn::Optimizer, encoder: f64, head: f64) {
        optimiser.set_lr_group(0, encoder);
        optimiser.set_lr_group(HEAD_GROUP, head);
    }

    /// Vectors of unit length of all sentences in some passages, in their order: `[sentences, hidden]`.
    pub fn sentence_vectors(&self, passages: &[&Passage], hide: Option<(f64, u32)>, train: bool) -> Result<Tensor> {
        let longest = passages.iter().map(|p| p.ids.len()).max().unwrap_or(0);
        let count = passages.len();
        let mut ids = vec![0i64; count * longest];
        let mut mask = vec![0i64; count * longest];
        let sentences: usize = passages.iter().map(|p| p.sentences.len()).sum();
        // which tokens make up each sentence
        let mut owns = vec![0f32; sentences * longest];
        let mut of_passage = Vec::with_capacity(sentences);
        for (p, passage) in passages.iter().enumerate() {
            for (t, &id) in passage.ids.iter().enumerate() {
                ids[p * longest + t] = i64::from(id);
                mask[p * longest + t] = 1;
            }
            for (_, range) in &passage.sentences {
                let row = of_passage.len() * longest;
                owns[row + range.start..row + range.end].fill(1.0 / range.len() as f32);
                of_passage.push(p as i64);
            }
        }
        let shape = [count as i64, longest as i64];
        let mut ids = Tensor::from_slice(&ids).view(shape);
        let mask = Tensor::from_slice(&mask).view(shape);
        if let Some((share, instead)) = hide {
            let hidden = Tensor::rand(shape, (Kind::Float, Device::Cpu)).lt(share).logical_and(&ids.gt(i64::from(instead)));
            ids = ids.masked_fill(&hidden, i64::from(instead));
        }
        let hidden = self.bert.forward_t(Some(&ids), Some(&mask), None, None, None, None, None, train)?.hidden_state;
        let owns = Tensor::from_slice(&owns).view([sentences as i64, 1, longest as i64]);
        let means = owns.bmm(&hidden.index_select(0, &Tensor::from_slice(&of_passage))).squeeze_dim(1);
        Ok(&means / means.norm_scalaropt_dim(2, [1i64], true).clamp_min(1e-12))
    }

    /// Raw scores of sentence vectors: `[sentences, labels]`.
    pub fn scores(&self, vectors: &Tensor) -> Tensor {
        self.head.forward(&(vectors * HEAD_SCALE))
    }

    /// The highest raw scores of each of some rows: `[rows, labels]`, without training.
    pub fn judge(&self, lessons: &[&Lesson]) -> Result<Tensor> {
        tch::no_grad(|| {
            let passages: Vec<&Passage> = lessons.iter().flat_map(|l| &l.passages).collect();
            let scores = self.scores(&self.sentence_vectors(&passages, None, false)?);
            Ok(self.best_of_rows(&scores, lessons, |_, _| true))
        })
    }

    /// The loss of a batch: binary cross entropy of each row's best sentence, and of the sentences of which more is known.
    pub fn loss(&self, lessons: &[&Lesson], hide: (f64, u32)) -> Result<Tensor> {
        let passages: Vec<&Passage> = lessons.iter().flat_map(|l| &l.passages).collect();
        let scores = self.scores(&self.sentence_vectors(&passages, Some(hide), true)?);
        let (mut targets, mut known) = (Vec::new(), Vec::new());
        for lesson in lessons {
            for (sentence, _) in lesson.passages.iter().flat_map(|p| &p.sentences) {
                for label in 0..self.labels {
                    let target = lesson.target(*sentence, label);
                    targets.push(f32::from(u8::from(target == Some(true))));
                    known.push(f32::from(u8::from(target.is_some())));
                }
            }
        }
        let (targets, known) = (Tensor::from_slice(&targets).view_as(&scores), Tensor::from_slice(&known).view_as(&scores));
        let of_sentences =
            scores.binary_cross_entropy_with_logits::<Tensor>(&targets, Some(known.shallow_clone()), None, tch::Reduction::Sum);
        let of_sentences = of_sentences / known.sum(Kind::Float).clamp_min(1.0);
        // innocent sentences have their own targets; here the best of those that may carry the labels counts
        let best = self.best_of_rows(&scores, lessons, |lesson, s| lesson.labels.is_empty() || lesson.bearings[s] != Bearing::Innocent);
        let labels: Vec<f32> =
            lessons.iter().flat_map(|l| (0..self.labels).map(|label| f32::from(u8::from(l.labels.contains(&label))))).collect();
        let of_rows =
            best.binary_cross_entropy_with_logits::<Tensor>(&Tensor::from_slice(&labels).view_as(&best), None, None, tch::Reduction::Mean);
        Ok(of_rows + of_sentences)
    }

    fn best_of_rows(&self, scores: &Tensor, lessons: &[&Lesson], counts: impl Fn(&Lesson, usize) -> bool) -> Tensor {
        let sentences = scores.size()[0];
        let mut of_row: Vec<Vec<i64>> = Vec::with_capacity(lessons.len());
        let mut next = 0;
        for lesson in lessons {
            let mut own = Vec::new();
            for (sentence, _) in lesson.passages.iter().flat_map(|p| &p.sentences) {
                if counts(lesson, *sentence) {
                    own.push(next);
                }
                next += 1;
            }
            of_row.push(own);
        }
        let most = of_row.iter().map(Vec::len).max().unwrap_or(0).max(1);
        let padded: Vec<i64> = of_row.iter().flat_map(|own| own.iter().copied().chain(std::iter::repeat(sentences)).take(most)).collect();
        let none = Tensor::full([1, self.labels as i64], NO_SENTENCE, (Kind::Float, Device::Cpu));
        let all = Tensor::cat(&[scores, &none], 0);
        let chosen = all.index_select(0, &Tensor::from_slice(&padded));
        chosen.view([lessons.len() as i64, most as i64, self.labels as i64]).amax([1i64], false)
    }
}
