//! The encoder as rust-bert runs and trains it, with one linear head per label over the vectors of sentences.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result};
use nosolicit::model::Heads;
use nosolicit::model::passage::Passage;
use nosolicit::model::transformer::libtorch::fill;
use rust_bert::bert::{BertConfig, BertEmbeddings, BertModel};
use tch::nn::{self, Module, OptimizerConfig};
use tch::{Device, Kind, Tensor};

use super::base::{Base, Weights};
use super::lessons::Lesson;
use super::variant::Variant;
use crate::bearing::Bearing;

/// Length of the sentence vectors the head sees: unit vectors would need weights too large to learn quickly.
const HEAD_SCALE: f64 = 16.0;
/// Raw score of no sentence at all.
const NO_SENTENCE: f64 = -1e4;
/// How much two readings of a row under different dropout must agree, against the loss proper (R-Drop; Liang et al. 2021).
const AGREEMENT: f64 = 1.0;
/// Each layer learns at this share of the rate of the one above it (layer-wise decay; Howard & Ruder 2018).
const LAYER_DECAY: f64 = 0.85;

/// Encoder and heads.
pub struct Network {
    variables: nn::VarStore,
    bert: BertModel<BertEmbeddings>,
    head: nn::Linear,
    labels: usize,
    layers: usize,
}

impl Network {
    /// The encoder of `base` with fresh heads.
    pub fn load(base: &Base, labels: usize, device: Device) -> Result<Self> {
        let mut network = Network::fresh(&base.config, labels, device);
        match &base.weights {
            Weights::Published(path) => {
                let missing = network.variables.load_partial(path).with_context(|| format!("cannot load {}", path.display()))?;
                let missing: Vec<&String> = missing.iter().filter(|name| !of_head(name)).collect();
                anyhow::ensure!(missing.is_empty(), "{} lacks {missing:?}", path.display());
            }
            Weights::Adapted(weights) => {
                let variables = network.variables.variables().into_iter().filter(|(name, _)| !of_head(name));
                fill(variables, weights).map_err(anyhow::Error::msg)?;
            }
        }
        Ok(network)
    }

    /// An encoder of the given sizes and heads, all with random weights.
    pub fn fresh(config: &BertConfig, labels: usize, device: Device) -> Self {
        let variables = nn::VarStore::new(device);
        let bert = BertModel::new_with_optional_pooler(variables.root(), config, false);
        let head = nn::linear(variables.root() / "head", config.hidden_size, labels as i64, Default::default());
        let layers = config.num_hidden_layers as usize;
        Network { variables, bert, head, labels, layers }
    }

    /// Where it computes.
    pub fn device(&self) -> Device {
        self.variables.device()
    }

    /// Number of labels.
    pub fn labels(&self) -> usize {
        self.labels
    }

    /// The vectors of all tokens: `[tokens, hidden]`.
    pub fn word_vectors(&self) -> Tensor {
        self.variables.variables()["embeddings.word_embeddings.weight"].shallow_clone()
    }

    /// The heads, over sentence vectors of unit length.
    ///
    /// # Errors
    /// When their weights cannot be read.
    pub fn heads(&self) -> Result<Heads> {
        let numbers = |tensor: Tensor| Vec::<f32>::try_from(tensor.to_device(Device::Cpu).contiguous().view([-1]));
        let weights = numbers((self.head.ws.detach() * HEAD_SCALE).transpose(0, 1))?;
        let intercepts = self.head.bs.as_ref().map_or_else(|| Ok(vec![0.0; self.labels]), |bs| numbers(bs.detach()))?;
        Heads::new(weights.len() / self.labels, weights, intercepts).map_err(anyhow::Error::msg)
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

    /// An optimiser of all weights. Its parameter groups: 0 the embeddings, then one per layer, last the heads.
    pub fn optimiser(&self) -> Result<nn::Optimizer> {
        let mut variables = self.variables.variables_.lock().map_err(|_| anyhow::anyhow!("another thread failed"))?;
        let groups: HashMap<_, _> = variables.named_variables.iter().map(|(name, v)| (v.data_ptr(), self.group(name))).collect();
        for variable in &mut variables.trainable_variables {
            variable.group = groups[&variable.tensor.data_ptr()];
        }
        drop(variables);
        Ok(nn::AdamW { wd: 0.01, ..nn::AdamW::default() }.build(&self.variables, 0.0)?)
    }

    /// The parameter group of a variable.
    fn group(&self, name: &str) -> usize {
        let layer = name.strip_prefix("encoder.layer.").and_then(|rest| rest.split('.').next()?.parse::<usize>().ok());
        match layer {
            Some(layer) => layer + 1,
            None if of_head(name) => self.layers + 1,
            None => 0,
        }
    }

    /// Sets the rates of learning: that of the encoder's last layer, which falls from layer to layer downwards, and that of the heads.
    pub fn set_rates(&self, optimiser: &mut nn::Optimizer, encoder: f64, head: f64) {
        for group in 0..=self.layers {
            optimiser.set_lr_group(group, encoder * LAYER_DECAY.powi((self.layers - group) as i32));
        }
        optimiser.set_lr_group(self.layers + 1, head);
    }

    /// Vectors of unit length of all sentences in some passages, in their order: `[sentences, hidden]`.
    pub fn sentence_vectors(&self, passages: &[&Passage], hide: Option<(f64, u32)>, train: bool) -> Result<Tensor> {
        let longest = passages.iter().map(|p| p.ids.len()).max().unwrap_or(0);
        let is_short = |p: &Passage| p.ids.len() * 3 <= longest * 2;
        if !passages.iter().any(|p| is_short(p)) {
            return self.vectors_together(passages, hide, train);
        }
        // shorter ones are read by themselves: among longer ones most of the time would go into padding
        let (short, long): (Vec<&Passage>, Vec<&Passage>) = passages.iter().partition(|p| is_short(p));
        let vectors = Tensor::cat(&[self.sentence_vectors(&short, hide, train)?, self.vectors_together(&long, hide, train)?], 0);
        let sentences = |passages: &[&Passage]| passages.iter().map(|p| p.sentences.len() as i64).sum::<i64>();
        let (mut next_short, mut next_long) = (0, sentences(&short));
        let mut places = Vec::new();
        for passage in passages {
            let next = if is_short(passage) { &mut next_short } else { &mut next_long };
            places.extend((*next..).take(passage.sentences.len()));
            *next += passage.sentences.len() as i64;
        }
        Ok(vectors.index_select(0, &Tensor::from_slice(&places).to_device(self.device())))
    }

    /// The same for passages of similar length.
    fn vectors_together(&self, passages: &[&Passage], hide: Option<(f64, u32)>, train: bool) -> Result<Tensor> {
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
        let device = self.device();
        let mut ids = Tensor::from_slice(&ids).to_device(device).view(shape);
        let mask = Tensor::from_slice(&mask).to_device(device).view(shape);
        if let Some((share, instead)) = hide {
            let hidden = Tensor::rand(shape, (Kind::Float, device)).lt(share).logical_and(&ids.gt(i64::from(instead)));
            ids = ids.masked_fill(&hidden, i64::from(instead));
        }
        let hidden = self.bert.forward_t(Some(&ids), Some(&mask), None, None, None, None, None, train)?.hidden_state;
        let owns = Tensor::from_slice(&owns).to_device(device).view([sentences as i64, 1, longest as i64]);
        let of_passage = Tensor::from_slice(&of_passage).to_device(device);
        let means = owns.bmm(&hidden.index_select(0, &of_passage)).squeeze_dim(1);
        Ok(&means / means.norm_scalaropt_dim(2, [1i64], true).clamp_min(1e-12))
    }

    /// Raw scores of sentence vectors: `[sentences, labels]`.
    pub fn scores(&self, vectors: &Tensor) -> Tensor {
        self.head.forward(&(vectors * HEAD_SCALE))
    }

    /// The highest raw scores of each of some rows: `[rows, labels]`, without training.
    pub fn judge(&self, lessons: &[&Lesson]) -> Result<Tensor> {
        let scores = self.sentence_scores(lessons)?;
        Ok(tch::no_grad(|| best_of_rows(&scores, lessons, |_, _| true)))
    }

    /// The loss of a batch, read once.
    pub fn loss(&self, lessons: &[&Lesson], hide: (f64, u32)) -> Result<Tensor> {
        Ok(Targets::of(self, lessons).loss(&self.read(lessons, hide)?))
    }

    /// The loss of a batch that is read twice under different dropout, as it is and as a variant of each row, and how far the two disagree
    /// about the sentences they share, as the symmetric Kullback-Leibler divergence of their probabilities.
    pub fn loss_of_both(&self, lessons: &[&Lesson], variants: &[Variant], hide: (f64, u32)) -> Result<Tensor> {
        let varied: Vec<&Lesson> = variants.iter().map(|v| &v.lesson).collect();
        let (one, other) = (self.read(lessons, hide)?, self.read(&varied, hide)?);
        let (of_one, of_other) = shared(lessons, variants);
        let chosen = |scores: &Tensor, which: &[i64]| scores.index_select(0, &Tensor::from_slice(which).to_device(self.device()));
        let (a, b) = (chosen(&one, &of_one), chosen(&other, &of_other));
        let divergence = ((a.sigmoid() - b.sigmoid()) * (&a - &b)).mean(Kind::Float);
        let loss = Targets::of(self, lessons).loss(&one) + Targets::of(self, &varied).loss(&other);
        Ok(loss * 0.5 + divergence * AGREEMENT)
    }

    /// Raw scores of all sentences of some rows, in training: `[sentences, labels]`.
    fn read(&self, lessons: &[&Lesson], hide: (f64, u32)) -> Result<Tensor> {
        let passages: Vec<&Passage> = lessons.iter().flat_map(|l| &l.passages).collect();
        Ok(self.scores(&self.sentence_vectors(&passages, Some(hide), true)?))
    }

    /// Raw scores of all sentences of some rows, without training: `[sentences, labels]`.
    pub fn sentence_scores(&self, lessons: &[&Lesson]) -> Result<Tensor> {
        let passages: Vec<&Passage> = lessons.iter().flat_map(|l| &l.passages).collect();
        tch::no_grad(|| Ok(self.scores(&self.sentence_vectors(&passages, None, false)?)))
    }
}

/// Whether a variable is not of the encoder but of the heads.
pub fn of_head(name: &str) -> bool {
    name.starts_with("head.")
}

/// The sentences that rows and their variants share: where they stand among the scores of the rows, and among those of the variants.
fn shared(lessons: &[&Lesson], variants: &[Variant]) -> (Vec<i64>, Vec<i64>) {
    let (mut of_rows, mut of_variants) = (Vec::new(), Vec::new());
    let (mut first, mut first_varied) = (0, 0);
    for (lesson, variant) in lessons.iter().zip(variants) {
        let (places, next) = places(lesson, first);
        let (varied, next_varied) = self::places(&variant.lesson, first_varied);
        for (&(row, sentence), place) in variant.from.iter().zip(varied) {
            let own = if row == lesson.row { places[sentence] } else { None };
            if let (Some(of_row), Some(of_variant)) = (own, place) {
                of_rows.push(of_row);
                of_variants.push(of_variant);
            }
        }
        (first, first_varied) = (next, next_varied);
    }
    (of_rows, of_variants)
}

/// Where each sentence of a row stands among scores of which the row's begin at `first`, and where they end. One that is longer than a
/// passage stands there several times; its first part counts.
fn places(lesson: &Lesson, first: i64) -> (Vec<Option<i64>>, i64) {
    let mut places = vec![None; lesson.sentences.len()];
    let mut next = first;
    for (sentence, _) in lesson.passages.iter().flat_map(|p| &p.sentences) {
        places[*sentence].get_or_insert(next);
        next += 1;
    }
    (places, next)
}

/// What the scores of a batch's sentences should be.
pub struct Targets<'l> {
    lessons: &'l [&'l Lesson],
    /// Wanted probabilities of sentences, and 1 where they are known: `[sentences, labels]`.
    of_sentences: Tensor,
    known: Tensor,
    /// Labels of rows: `[rows, labels]`.
    of_rows: Tensor,
}

impl<'l> Targets<'l> {
    /// The targets of some rows, on the device of `network`.
    pub fn of(network: &Network, lessons: &'l [&'l Lesson]) -> Self {
        let (mut targets, mut known) = (Vec::new(), Vec::new());
        for lesson in lessons {
            for (sentence, _) in lesson.passages.iter().flat_map(|p| &p.sentences) {
                for label in 0..network.labels {
                    let target = lesson.target(*sentence, label);
                    targets.push(f32::from(u8::from(target == Some(true))));
                    known.push(f32::from(u8::from(target.is_some())));
                }
            }
        }
        let labels: Vec<f32> =
            lessons.iter().flat_map(|l| (0..network.labels).map(|label| f32::from(u8::from(l.labels.contains(&label))))).collect();
        let tensor = |values: &[f32]| Tensor::from_slice(values).to_device(network.device()).view([-1, network.labels as i64]);
        Targets { lessons, of_sentences: tensor(&targets), known: tensor(&known), of_rows: tensor(&labels) }
    }

    /// Binary cross entropy of each row's best sentence, and of the sentences of which more is known.
    pub fn loss(&self, scores: &Tensor) -> Tensor {
        let known = self.known.shallow_clone();
        let of_sentences = scores.binary_cross_entropy_with_logits::<Tensor>(&self.of_sentences, Some(known), None, tch::Reduction::Sum);
        let of_sentences = of_sentences / self.known.sum(Kind::Float).clamp_min(1.0);
        // innocent sentences have their own targets; here the best of those that may carry the labels counts
        let counts = |lesson: &Lesson, s: usize| lesson.labels.is_empty() || lesson.bearings[s] != Bearing::Innocent;
        let best = best_of_rows(scores, self.lessons, counts);
        of_sentences + best.binary_cross_entropy_with_logits::<Tensor>(&self.of_rows, None, None, tch::Reduction::Mean)
    }
}

/// The highest of the scores of each row's sentences that count: `[rows, labels]`.
fn best_of_rows(scores: &Tensor, lessons: &[&Lesson], counts: impl Fn(&Lesson, usize) -> bool) -> Tensor {
    let (sentences, labels) = (scores.size()[0], scores.size()[1]);
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
    let none = Tensor::full([1, labels], NO_SENTENCE, (Kind::Float, scores.device()));
    let chosen = Tensor::cat(&[scores, &none], 0).index_select(0, &Tensor::from_slice(&padded).to_device(scores.device()));
    chosen.view([lessons.len() as i64, most as i64, labels]).amax([1i64], false)
}
