//! Teaches a BERT encoder the labels of a corpus, by rust-bert, and from it the token network of the fast tier.
//!
//! Whole origins are held out: on them it is decided when to stop, and since the encoder has not learned from them they are what a later fit
//! calibrates on.

mod base;
mod export;
mod lessons;
mod neighbours;
mod network;
mod teacher;
mod tokens;
mod variant;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use base::Base;
use lessons::Lesson;
use network::Network;
use nosolicit::model::Model;
use nosolicit::model::transformer::weights::text_digest;
use teacher::Teacher;
use variant::{Variant, Variants};

use crate::corpus::Corpus;
use crate::folds::{Grouping, folds};
use crate::metrics::{recall_at_false_alarms, roc_auc};

/// Settings of an adaptation.
#[derive(Debug, Clone)]
pub struct AdaptSettings {
    /// Folder of the encoder to begin with: a bundle, or `config.json`, `model.safetensors` and `tokenizer.json`.
    pub base: PathBuf,
    /// Folder to write.
    pub output: PathBuf,
    /// One in so many groups (origins, or families where there are too few) is held out.
    pub held_out: usize,
    /// Which of these is held out, from 0.
    pub part: usize,
    /// Most passes over the rows.
    pub epochs: usize,
    /// Rows of a step.
    pub batch: usize,
    /// Highest rate of learning of the encoder's last layer; that of the heads is [`HEAD_RATE`].
    pub rate: f64,
    /// Whether each row is read once in a pass, by turns as it is and as a variant, and not as both.
    pub once: bool,
    /// Whether the encoder stays as it is in a bundle, and only the token network is taught, by it.
    pub tokens_only: bool,
    /// Seeds order, dropout and heads.
    pub seed: u64,
    /// Where to compute.
    pub device: tch::Device,
    /// Whether to go on from a checkpoint.
    pub resume: bool,
}

/// Highest rate of learning of the heads.
const HEAD_RATE: f64 = 1e-3;
/// Share of the steps in which the rates rise.
const WARM_UP: f64 = 0.06;
/// Share of tokens hidden from the encoder while it learns, so that no single word is relied on.
const HIDDEN: f64 = 0.1;
/// Rows judged at once.
const JUDGED: usize = 32;
/// Rows of similar length are taken together from so many batches.
const POOL: usize = 16;
/// Gradients are scaled down to this norm.
const GRADIENT_NORM: f64 = 1.0;

/// How good the encoder is on what it has not seen.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Progress {
    /// Passes over the rows done.
    pub epoch: usize,
    /// Mean loss of the last pass.
    pub loss: f64,
    /// Any-label ROC AUC on the held-out rows.
    pub auc: f64,
    /// Share of violating held-out rows found at 1 % false alarms.
    pub recall: f64,
    /// Any-label ROC AUC on the held-out rows among sentences of others.
    pub auc_among_others: f64,
    /// Share of violating held-out rows found among sentences of others, at 1 % false alarms on permitted ones among such.
    pub recall_among_others: f64,
}

impl Progress {
    /// What the best pass has most of.
    fn worth(&self) -> f64 {
        self.auc + self.auc_among_others
    }
}

/// What is told while it goes on.
pub enum Event {
    /// So much of so much of a kind of work is done.
    Step(&'static str, usize, usize),
    /// A pass is done.
    Epoch(Progress),
}

/// Adapts an encoder, teaches a token network what it says, and writes both. Returns how good the encoder was after each pass; the best was
/// written.
///
/// # Errors
/// When a file cannot be read or written, or libtorch fails.
pub fn adapt(corpus: &Corpus, settings: &AdaptSettings, tell: &mut dyn FnMut(Event)) -> Result<Vec<Progress>> {
    let base = Base::open(&settings.base)?;
    let all = lessons::lessons(corpus, &base.tokenizer).map_err(anyhow::Error::msg)?;
    let (fold, grouping) = folds(corpus, settings.held_out);
    // what the base was taught measures nothing
    let known = corpus.with_families_of(|row| base.seen().binary_search(&text_digest(&row.text)).is_ok());
    let (held_out, taught): (Vec<&Lesson>, Vec<&Lesson>) = all.iter().partition(|l| fold[l.row] == settings.part && !known[l.row]);
    anyhow::ensure!(!taught.is_empty() && !held_out.is_empty(), "too few rows");
    let variants = Variants::new(&taught, &base.tokenizer, settings.seed).map_err(anyhow::Error::msg)?;
    let seen: Vec<&str> = taught.iter().map(|l| corpus.rows[l.row].text.as_str()).collect();
    tch::manual_seed(settings.seed as i64);
    let mut network = Network::load(&base, corpus.labels.len(), settings.device)?;
    let (teacher, history) = if settings.tokens_only {
        (of_bundle(corpus, &settings.base)?, Vec::new())
    } else {
        let strangers = Variants::new(&held_out, &base.tokenizer, settings.seed).map_err(anyhow::Error::msg)?;
        let history = teach(&mut network, &taught, &held_out, (&variants, &strangers), &base, settings, tell)?;
        let encoder = export::encoder(&base, &network, &seen)?.to_bytes().map_err(anyhow::Error::msg)?;
        (Teacher::adapted(&base.sizes, &encoder, network.heads()?)?, history)
    };
    let tokens =
        tokens::teach(&network, &teacher, &taught, &variants, &mut |step, of| tell(Event::Step("teaching the token network", step, of)))?;
    let unseen = match grouping {
        Grouping::Origin => {
            let mut origins: Vec<&str> = held_out.iter().map(|l| corpus.rows[l.row].origin.as_str()).collect();
            origins.sort_unstable();
            origins.dedup();
            origins.join(", ")
        }
        Grouping::Family => "families drawn by name".to_owned(),
    };
    export::write(&settings.output, &base, &network, tokens, &seen, &unseen, &history)?;
    for file in kept(&settings.output).into_iter().filter(|f| f.exists()) {
        std::fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
    }
    Ok(history)
}

/// The encoder of a bundle as a teacher of the labels of a corpus.
fn of_bundle(corpus: &Corpus, folder: &Path) -> Result<Teacher> {
    let model = Model::load(folder)?;
    let labels = model.label_names();
    anyhow::ensure!(
        corpus.labels.iter().map(|l| &**l).eq(labels.iter().copied()),
        "{} has the labels {}: name them in that order with --labels",
        folder.display(),
        labels.join(",")
    );
    Ok(Teacher::Bundle(Box::new(model)))
}

/// What is kept beside the output from pass to pass: weights and figures of the last one, and weights of the best.
fn kept(output: &Path) -> [PathBuf; 3] {
    ["checkpoint.ot", "checkpoint.json", "best.ot"].map(|extension| output.with_extension(extension))
}

/// Teaches the encoder, and leaves in `network` the best of all passes. Returns how good each was on the rows held out, as they are and among
/// sentences of each other.
fn teach(
    network: &mut Network,
    taught: &[&Lesson],
    held_out: &[&Lesson],
    (variants, strangers): (&Variants<'_>, &Variants<'_>),
    base: &Base,
    settings: &AdaptSettings,
    tell: &mut dyn FnMut(Event),
) -> Result<Vec<Progress>> {
    let mask = base.tokenizer.id("[MASK]").context("the tokenizer has no token [MASK]")?;
    let among_others: Vec<Variant> = held_out.iter().map(|l| strangers.among_others(l)).collect();
    let among_others: Vec<&Lesson> = among_others.iter().map(|v| &v.lesson).collect();
    let [checkpoint, log, best_file] = kept(&settings.output);
    let mut history: Vec<Progress> = Vec::new();
    if settings.resume {
        let text = std::fs::read(&log).with_context(|| format!("no checkpoint at {}", log.display()))?;
        history = serde_json::from_slice(&text).with_context(|| format!("{} is damaged", log.display()))?;
        network.restore(&checkpoint)?;
    }
    let mut optimiser = network.optimiser()?;
    let steps_each = taught.len().div_ceil(settings.batch);
    let steps = steps_each * settings.epochs;
    for epoch in history.len()..settings.epochs {
        // each pass has its own seed, so that one that was resumed sees the same order
        tch::manual_seed(settings.seed.wrapping_add(1 + epoch as u64) as i64);
        let mut total = 0.0;
        for (n, batch) in batches(taught, settings.batch)?.iter().enumerate() {
            let step = epoch * steps_each + n;
            let factor = rate_factor(step, steps);
            network.set_rates(&mut optimiser, settings.rate * factor, HEAD_RATE * factor);
            let loss = if settings.once {
                let (plain, to_vary) = turns(batch, epoch);
                let varied: Vec<Variant> = to_vary.iter().map(|l| variants.draw(l, epoch)).collect();
                let batch: Vec<&Lesson> = plain.into_iter().chain(varied.iter().map(|v| &v.lesson)).collect();
                network.loss(&batch, (HIDDEN, mask))?
            } else {
                let varied: Vec<Variant> = batch.iter().map(|l| variants.draw(l, epoch)).collect();
                network.loss_of_both(batch, &varied, (HIDDEN, mask))?
            };
            optimiser.backward_step_clip_norm(&loss, GRADIENT_NORM);
            let loss = loss.double_value(&[]);
            anyhow::ensure!(loss.is_finite(), "the loss is no longer finite; try a lower --learning-rate");
            total += loss;
            tell(Event::Step("teaching", step + 1, steps));
        }
        let measured = held_out.len() + among_others.len();
        let (auc, recall) = quality(network, held_out, &mut |done| tell(Event::Step("measuring", done, measured)))?;
        let (auc_among_others, recall_among_others) =
            quality(network, &among_others, &mut |done| tell(Event::Step("measuring", held_out.len() + done, measured)))?;
        let loss = total / steps_each as f64;
        let progress = Progress { epoch: epoch + 1, loss, auc, recall, auc_among_others, recall_among_others };
        let best = history.iter().all(|p| p.worth() < progress.worth());
        history.push(progress);
        network.save(&checkpoint)?;
        if best {
            network.save(&best_file)?;
        }
        std::fs::write(&log, serde_json::to_vec(&history)?).with_context(|| format!("cannot write {}", log.display()))?;
        tell(Event::Epoch(progress));
    }
    network.restore(&best_file)?;
    Ok(history)
}

/// Rises in the first steps, then falls in a straight line to nothing.
fn rate_factor(step: usize, steps: usize) -> f64 {
    let (step, steps) = (step as f64, steps as f64);
    let rise = (WARM_UP * steps).max(1.0);
    ((step + 1.0) / rise).min((steps - step) / (steps - rise).max(1.0)).min(1.0)
}

/// The rows in random order, those of a batch of similar length.
fn batches<'l>(lessons: &[&'l Lesson], size: usize) -> Result<Vec<Vec<&'l Lesson>>> {
    let mut order = shuffled(lessons)?;
    for pool in order.chunks_mut(size * POOL) {
        pool.sort_by_key(|l| l.longest());
    }
    let batches: Vec<Vec<&Lesson>> = order.chunks(size).map(<[_]>::to_vec).collect();
    shuffled(&batches)
}

/// In the order of libtorch's seeded generator.
fn shuffled<T: Clone>(items: &[T]) -> Result<Vec<T>> {
    let order = Vec::<i64>::try_from(tch::Tensor::randperm(items.len() as i64, (tch::Kind::Int64, tch::Device::Cpu)))?;
    Ok(order.into_iter().map(|i| items[i as usize].clone()).collect())
}

/// Which rows of a batch are read as they are, and which as a variant: every other one, the other half in the next pass.
fn turns<'l>(batch: &[&'l Lesson], pass: usize) -> (Vec<&'l Lesson>, Vec<&'l Lesson>) {
    batch.iter().partition(|l| (l.row + pass) % 2 == 1)
}

/// Any-label AUC and recall at 1 % false alarms. `tell` hears the number of rows judged.
fn quality(network: &Network, lessons: &[&Lesson], tell: &mut dyn FnMut(usize)) -> Result<(f64, f64)> {
    let mut by_length = lessons.to_vec();
    by_length.sort_by_key(|l| l.longest());
    let (mut scores, mut positive) = (Vec::new(), Vec::new());
    for batch in by_length.chunks(JUDGED) {
        let best = network.judge(batch)?.amax([1i64], false);
        scores.extend(Vec::<f64>::try_from(best.to_kind(tch::Kind::Double))?);
        positive.extend(batch.iter().map(|l| !l.labels.is_empty()));
        tell(positive.len());
    }
    Ok((roc_auc(&scores, &positive).unwrap_or(0.5), recall_at_false_alarms(&scores, &positive, 0.01).rate))
}
