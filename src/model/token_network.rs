//! The token network: a convolution over the vectors of tokens, the strongest response of each filter in a sentence.
//!
//! A filter's response to neighbouring tokens is a sum of one number per token and place, so that the vectors are folded into tables of
//! such numbers when a token is first met, and reading a sentence is adding up whole numbers: quick, and the same on every machine.

use std::sync::OnceLock;

use super::token_ids::TokenIds;
use super::transformer::weights::{Matrix, StoredWeights};

/// Name of the matrix of token vectors, `[tokens, dimension]`.
pub const VECTORS: &str = "vectors";
/// Name of the filters, `filters × width × dimension` numbers.
pub const FILTERS: &str = "filters";
/// Name of the filters' biases.
pub const BIASES: &str = "biases";
/// Responses are whole multiples of this.
const STEP: f32 = 1.0 / 1024.0;
/// Filters added up together: so many that their sums stay in registers.
const BLOCK: usize = 32;

/// Numbers of neighbouring filters; those beyond the last filter are zero.
type Block = [i16; BLOCK];

/// A network ready for use.
pub struct TokenNetwork {
    vectors: Matrix,
    /// Weights for each dimension of a vector, place after place and filter after filter: so many are multiplied at once.
    weights: Vec<f32>,
    width: usize,
    /// Number of filters.
    count: usize,
    biases: Vec<Block>,
    /// Responses to each token, place after place; filled when it is first met.
    tables: Vec<OnceLock<Box<[Block]>>>,
    /// [`text_digest`](super::transformer::weights::text_digest) of each text it was taught, ascending.
    taught: Vec<u64>,
}

impl std::fmt::Debug for TokenNetwork {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenNetwork").field("filters", &self.count).field("width", &self.width).finish_non_exhaustive()
    }
}

impl TokenNetwork {
    /// The network in the bytes of a file, for a tokenizer of so many tokens.
    ///
    /// # Errors
    /// When it is damaged or does not fit the tokenizer; in words.
    pub fn new(bytes: &[u8], tokens: usize) -> Result<Self, String> {
        let file = StoredWeights::open(bytes)?;
        let shape = |name: &str| file.shape(name).ok_or_else(|| format!("there is no tensor {name:?}"));
        let [known, dimension] = shape(VECTORS)?[..] else { return Err(format!("{VECTORS:?} is no matrix")) };
        let vector = |name: &str| file.vector(name, shape(name)?.iter().product());
        let (vectors, filters, biases) = (file.matrix(VECTORS, [known, dimension])?, vector(FILTERS)?, vector(BIASES)?);
        let each = biases.len() * dimension;
        if each == 0 || filters.is_empty() || !filters.len().is_multiple_of(each) {
            return Err(format!("{} numbers of filters for {} biases and vectors of {dimension}", filters.len(), biases.len()));
        }
        if known < tokens {
            return Err(format!("vectors of {known} tokens where the tokenizer has {tokens}"));
        }
        let width = filters.len() / each;
        Ok(TokenNetwork {
            vectors,
            weights: by_dimension(&filters, width, dimension),
            width,
            count: biases.len(),
            biases: blocks(biases.iter().copied()),
            tables: std::iter::repeat_with(OnceLock::new).take(known).collect(),
            taught: file.seen()?,
        })
    }

    /// Number of filters.
    pub fn filters(&self) -> usize {
        self.count
    }

    /// Digests of the texts it was taught, ascending.
    pub fn taught(&self) -> &[u64] {
        &self.taught
    }

    /// Reads the sentences of one message. `sentence` is told of each the strongest response of each filter, none below zero; what comes
    /// back are the strongest of the whole message. The features of a sentence are its own responses, then those of its message.
    pub fn read(&self, tokens: &TokenIds, mut sentence: impl FnMut(Vec<f32>)) -> Vec<f32> {
        let numbers = |responses: &[Block]| responses.as_flattened()[..self.count].iter().map(|&r| f32::from(r) * STEP).collect();
        let mut highest = vec![[0; BLOCK]; self.biases.len()];
        for ids in tokens.sentences() {
            let responses = self.responses(ids);
            highest.iter_mut().zip(&responses).for_each(|(highest, block)| raise(highest, block));
            sentence(numbers(&responses));
        }
        numbers(&highest)
    }

    /// The strongest response of each filter in a sentence, none below zero.
    fn responses(&self, ids: &[u32]) -> Vec<Block> {
        let blocks = self.biases.len();
        let before = self.width / 2;
        let tables: Vec<&[Block]> = ids.iter().map(|&id| self.table(id)).collect();
        let mut strongest = vec![[0; BLOCK]; blocks];
        for at in 0..ids.len() {
            // the places of the filter that have a token
            let places = before.saturating_sub(at)..self.width.min(ids.len() + before - at);
            for (block, (strongest, bias)) in strongest.iter_mut().zip(&self.biases).enumerate() {
                let mut sums = *bias;
                for place in places.clone() {
                    let parts = &tables[at + place - before][place * blocks + block];
                    for (sum, &part) in sums.iter_mut().zip(parts) {
                        *sum = sum.saturating_add(part);
                    }
                }
                raise(strongest, &sums);
            }
        }
        strongest
    }

    fn table(&self, id: u32) -> &[Block] {
        // an id beyond the vocabulary cannot come from the tokenizer that was checked against it
        let id = (id as usize).min(self.tables.len() - 1);
        self.tables[id].get_or_init(|| {
            let mut responses = vec![0.0; self.width * self.count];
            for (value, weights) in self.vectors.row(id).into_iter().zip(self.weights.chunks_exact(responses.len())) {
                responses.iter_mut().zip(weights).for_each(|(response, weight)| *response += value * weight);
            }
            responses.chunks_exact(self.count).flat_map(|of_place| blocks(of_place.iter().copied())).collect()
        })
    }
}

/// The weights of filters, `filters × width × dimension`, as `dimension × width × filters`.
fn by_dimension(filters: &[f32], width: usize, dimension: usize) -> Vec<f32> {
    let at = |d, place| filters.iter().skip(place * dimension + d).step_by(width * dimension);
    (0..dimension).flat_map(|d| (0..width).flat_map(move |place| at(d, place))).copied().collect()
}

/// Whole numbers of steps, block by block.
fn blocks(numbers: impl Iterator<Item = f32>) -> Vec<Block> {
    let numbers: Vec<i16> = numbers.map(in_steps).collect();
    let block = |part: &[i16]| std::array::from_fn(|i| part.get(i).copied().unwrap_or(0));
    numbers.chunks(BLOCK).map(block).collect()
}

fn in_steps(number: f32) -> i16 {
    // out of range saturates
    (number / STEP).round() as i16
}

fn raise(highest: &mut Block, by: &Block) {
    for (h, &b) in highest.iter_mut().zip(by) {
        *h = (*h).max(b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::transformer::weights::{EncoderWeights, Tensor};
    use std::collections::BTreeMap;

    /// Two tokens along the axes of a plane; the one filter of width three wants the first before the second.
    fn network() -> TokenNetwork {
        let tensor = |shape: &[usize], data: &[f32]| Tensor { shape: shape.to_vec(), data: data.to_vec() };
        let tensors = BTreeMap::from([
            (VECTORS.to_owned(), tensor(&[2, 2], &[1.0, 0.0, 0.0, 1.0])),
            (FILTERS.to_owned(), tensor(&[6], &[1.0, 0.0, 0.0, 1.0, 0.0, 0.0])),
            (BIASES.to_owned(), tensor(&[1], &[-0.5])),
        ]);
        let bytes = EncoderWeights { tensors, seen: vec![] }.to_bytes().expect("it fits");
        TokenNetwork::new(&bytes, 2).expect("it is whole")
    }

    #[test]
    fn a_filter_answers_to_its_order_and_the_message_has_the_best_of_its_sentences() {
        let sentences: [&[u32]; 4] = [&[0, 1], &[1, 0], &[0], &[]];
        let mut read = Vec::new();
        let message = network().read(&sentences.into_iter().collect(), |responses| read.push(responses));
        assert_eq!(read, [[1.5], [0.5], [0.0], [0.0]]);
        assert_eq!(message, [1.5]);
    }

    #[test]
    fn a_file_that_does_not_fit_is_refused() {
        let mut weights = EncoderWeights::default();
        weights.tensors.insert(VECTORS.to_owned(), Tensor { shape: vec![2, 2], data: vec![0.0; 4] });
        weights.tensors.insert(BIASES.to_owned(), Tensor { shape: vec![1], data: vec![0.0] });
        let bytes = weights.to_bytes().expect("it fits");
        assert_eq!(TokenNetwork::new(&bytes, 2).expect_err("no filters"), "there is no tensor \"filters\"");
    }
}
