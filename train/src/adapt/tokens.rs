//! The token network of the fast tier, taught by the adapted encoder: it learns the corpus's labels and the encoder's scores of every
//! sentence (distillation; Hinton, Vinyals & Dean 2015).

use std::collections::{BTreeMap, HashMap};

use anyhow::Result;
use nosolicit::model::passage::Passage;
use nosolicit::model::token_network::{BIASES, FILTERS, VECTORS};
use nosolicit::model::transformer::weights::{EncoderWeights, Tensor as Stored};
use tch::nn::{self, Module, OptimizerConfig};
use tch::{Kind, Tensor};

use super::lessons::Lesson;
use super::neighbours::Neighbours;
use super::network::{Network, Targets};
use super::teacher::Teacher;
use super::variant::{Variant, Variants};
use super::{batches, rate_factor, turns};
use crate::random::Random;

/// Length of a token's vector.
const DIMENSION: i64 = 64;
/// Number of filters.
const FILTER_COUNT: i64 = 256;
/// Tokens a filter sees at once.
const WIDTH: i64 = 5;
/// Passes over the rows.
const EPOCHS: usize = 12;
/// Rows of a step.
const BATCH: usize = 64;
/// Highest rate of learning.
const RATE: f64 = 3e-3;
/// Spread of the vectors at the beginning.
const SPREAD: f64 = 0.3;
/// Share of the filters' responses left out of a step.
const DROPOUT: f64 = 0.2;
/// Share of tokens hidden.
const HIDDEN: f64 = 0.1;
/// Weight of the encoder's scores against the corpus's labels.
const FROM_ENCODER: f64 = 2.0;

/// The network while it learns.
struct Learner {
    variables: nn::VarStore,
    vectors: Tensor,
    filters: nn::Conv1D,
    own: nn::Linear,
    context: nn::Linear,
}

/// Teaches a token network the `lessons`, with `teacher` for what their labels do not say, and for what they say in other words. It begins with
/// the token vectors of `encoder`. `tell` hears the step and of how many. Returns its weights.
///
/// # Errors
/// When libtorch fails, or the teacher cannot read a row.
pub fn teach(
    encoder: &Network,
    teacher: &Teacher,
    lessons: &[&Lesson],
    variants: &Variants<'_>,
    tell: &mut dyn FnMut(usize, usize),
) -> Result<EncoderWeights> {
    let learner = Learner::new(encoder);
    let neighbours = Neighbours::among(lessons, &encoder.word_vectors())?;
    let mut optimiser = nn::AdamW { wd: 0.01, ..nn::AdamW::default() }.build(&learner.variables, 0.0)?;
    let known = known(teacher, lessons)?;
    let steps = lessons.len().div_ceil(BATCH) * EPOCHS;
    let mut step = 0;
    for epoch in 0..EPOCHS {
        for batch in batches(lessons, BATCH)? {
            let (plain, to_vary) = turns(&batch, epoch);
            let varied: Vec<Variant> = to_vary.iter().map(|l| variants.draw(l, epoch)).collect();
            let altered: Vec<Lesson> = batch.iter().map(|l| in_other_words(variants, &neighbours, l, epoch)).collect();
            // a sentence is wanted to say what it says to the encoder in its own row, without slips
            let of_plain = plain.iter().flat_map(|l| parts(l).map(|s| &known[&(l.row, s)]));
            let of_varied = varied.iter().flat_map(|v| parts(&v.lesson).map(|s| &known[&v.from[s]]));
            let of_altered = teacher.scores(&altered.iter().flat_map(|l| &l.passages).collect::<Vec<_>>())?;
            let wanted: Vec<f32> = of_plain.chain(of_varied).chain(&of_altered).flatten().copied().collect();
            let wanted = Tensor::from_slice(&wanted).to_device(encoder.device()).view([-1, encoder.labels() as i64]).sigmoid();
            // whether the labels still hold in other words only the encoder can tell
            let labelled: Vec<&Lesson> = plain.iter().copied().chain(varied.iter().map(|v| &v.lesson)).collect();
            let all: Vec<&Lesson> = labelled.iter().copied().chain(&altered).collect();
            optimiser.set_lr(RATE * rate_factor(step, steps));
            let scores = learner.scores(&all);
            let targets = Targets::of(encoder, &labelled);
            let with_labels = scores.narrow(0, 0, scores.size()[0] - of_altered.len() as i64);
            let from_encoder = scores.binary_cross_entropy_with_logits::<Tensor>(&wanted, None, None, tch::Reduction::Mean);
            let loss = targets.loss(&with_labels) + from_encoder * FROM_ENCODER;
            optimiser.backward_step(&loss);
            step += 1;
            tell(step, steps);
        }
    }
    learner.weights()
}

/// What the teacher says of each sentence of some rows, by row and place in it; of one that is longer than a passage the best of its parts.
fn known(teacher: &Teacher, lessons: &[&Lesson]) -> Result<HashMap<(usize, usize), Vec<f32>>> {
    let passages: Vec<&Passage> = lessons.iter().flat_map(|l| &l.passages).collect();
    let sentences = lessons.iter().flat_map(|l| parts(l).map(|s| (l.row, s)));
    let mut all: HashMap<(usize, usize), Vec<f32>> = HashMap::new();
    for (sentence, scores) in sentences.zip(teacher.scores(&passages)?) {
        let best = all.entry(sentence).or_insert_with(|| scores.clone());
        best.iter_mut().zip(scores).for_each(|(best, score)| *best = best.max(score));
    }
    Ok(all)
}

/// A variant of a row with words replaced by others of similar meaning, another one in each pass.
fn in_other_words(variants: &Variants<'_>, neighbours: &Neighbours, lesson: &Lesson, pass: usize) -> Lesson {
    // not the variant that is read with its labels
    let mut altered = variants.draw(lesson, EPOCHS + pass).lesson;
    neighbours.replace(&mut altered, &mut Random::new(pass as u64, lesson.row as u64));
    altered
}

/// The sentences of a lesson as its passages have them.
fn parts(lesson: &Lesson) -> impl Iterator<Item = usize> {
    lesson.passages.iter().flat_map(|p| &p.sentences).map(|(sentence, _)| *sentence)
}

impl Learner {
    fn new(encoder: &Network) -> Self {
        let variables = nn::VarStore::new(encoder.device());
        let root = variables.root();
        let vectors = root.var_copy("vectors", &principal(&encoder.word_vectors()));
        let config = nn::ConvConfig { padding: WIDTH / 2, ..Default::default() };
        let filters = nn::conv1d(&root / "filters", DIMENSION, FILTER_COUNT, WIDTH, config);
        let own = nn::linear(&root / "own", FILTER_COUNT, encoder.labels() as i64, Default::default());
        let context = nn::linear(&root / "context", FILTER_COUNT, encoder.labels() as i64, Default::default());
        Learner { variables, vectors, filters, own, context }
    }

    /// Raw scores of all sentences of some rows, `[sentences, labels]`.
    fn scores(&self, lessons: &[&Lesson]) -> Tensor {
        let device = self.variables.device();
        // the sentences of a row stand in one line, with room between them so that no filter sees two
        let gap = WIDTH as usize / 2;
        let lines: Vec<Vec<(i64, i64)>> = lines(lessons, gap);
        let longest = lines.iter().map(Vec::len).max().unwrap_or(0).max(1);
        let sentences: i64 = lessons.iter().flat_map(|l| &l.passages).map(|p| p.sentences.len() as i64).sum();
        let padded = lines.iter().flat_map(|line| line.iter().copied().chain(std::iter::repeat((-1, sentences))).take(longest));
        let (ids, of_sentence): (Vec<i64>, Vec<i64>) = padded.unzip();
        let of_row: Vec<i64> = lessons
            .iter()
            .enumerate()
            .flat_map(|(r, l)| std::iter::repeat_n(r as i64, l.passages.iter().map(|p| p.sentences.len()).sum()))
            .collect();
        let tensor = |values: &[i64]| Tensor::from_slice(values).to_device(device);
        let (ids, of_sentence, of_row) = (tensor(&ids), tensor(&of_sentence), tensor(&of_row));
        let hidden = Tensor::rand([ids.size()[0]], (Kind::Float, device)).lt(HIDDEN);
        let shown = ids.ge(0).logical_and(&hidden.logical_not()).to_kind(Kind::Float).unsqueeze(1);
        let vectors = self.vectors.index_select(0, &ids.clamp_min(0)) * shown;
        let lines = vectors.view([lessons.len() as i64, longest as i64, DIMENSION]).transpose(1, 2);
        let responses = self.filters.forward(&lines).relu().transpose(1, 2).reshape([-1, FILTER_COUNT]);
        let strongest = highest(&responses, &of_sentence, sentences + 1).narrow(0, 0, sentences).dropout(DROPOUT, true);
        let in_row = highest(&strongest, &of_row, lessons.len() as i64);
        self.own.forward(&strongest) + self.context.forward(&in_row).index_select(0, &of_row)
    }

    fn weights(&self) -> Result<EncoderWeights> {
        let stored = |tensor: &Tensor, shape: Vec<usize>| -> Result<Stored> {
            let tensor = tensor.to_device(tch::Device::Cpu).contiguous().view([-1]);
            Ok(Stored { shape, data: Vec::<f32>::try_from(tensor)? })
        };
        let size = |tensor: &Tensor| tensor.size().iter().product::<i64>() as usize;
        let vectors = self.vectors.size().iter().map(|&n| n as usize).collect();
        let filters = self.filters.ws.detach().permute([0, 2, 1]);
        let biases =
            self.filters.bs.as_ref().map_or_else(|| Tensor::zeros([FILTER_COUNT], (Kind::Float, filters.device())), Tensor::detach);
        let tensors = BTreeMap::from([
            (VECTORS.to_owned(), stored(&self.vectors.detach(), vectors)?),
            (FILTERS.to_owned(), stored(&filters, vec![size(&filters)])?),
            (BIASES.to_owned(), stored(&biases, vec![size(&biases)])?),
        ]);
        Ok(EncoderWeights { tensors, seen: Vec::new() })
    }
}

/// For each row its tokens, each with the number of its sentence in the batch; -1 is no token.
fn lines(lessons: &[&Lesson], gap: usize) -> Vec<Vec<(i64, i64)>> {
    let sentences: usize = lessons.iter().flat_map(|l| &l.passages).map(|p| p.sentences.len()).sum();
    let mut next = 0;
    let of_row = |lesson: &&Lesson| {
        let mut line = Vec::new();
        for passage in &lesson.passages {
            for (_, range) in &passage.sentences {
                line.extend(passage.ids[range.clone()].iter().map(|&id| (i64::from(id), next)));
                line.extend(std::iter::repeat_n((-1, sentences as i64), gap));
                next += 1;
            }
        }
        line
    };
    lessons.iter().map(of_row).collect()
}

/// The highest of the rows of `values` that go into each of `count` groups; none below zero.
fn highest(values: &Tensor, groups: &Tensor, count: i64) -> Tensor {
    Tensor::zeros([count, values.size()[1]], (Kind::Float, values.device())).index_reduce(0, groups, values, "amax", true)
}

/// The encoder's token vectors along their principal axes.
fn principal(vectors: &Tensor) -> Tensor {
    let centred = vectors.detach().to_kind(Kind::Float) - vectors.detach().mean_dim([0i64].as_slice(), true, Kind::Float);
    let covariance = centred.transpose(0, 1).matmul(&centred);
    // ascending eigenvalues: the last axes carry most
    let (_, axes) = covariance.linalg_eigh("L");
    let axes = axes.narrow(1, axes.size()[1] - DIMENSION, DIMENSION);
    let projected = centred.matmul(&axes);
    &projected * (SPREAD / projected.std(true).double_value(&[]))
}
