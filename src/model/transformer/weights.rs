//! The weights of an encoder as a file: matrices in 8 bits with one scale per row, everything else in 32.

use std::collections::BTreeMap;

use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use serde::{Deserialize, Serialize};

/// Name of the tensor with the digests of the texts that the encoder was taught.
const SEEN: &str = "seen";
/// What the name of a matrix's scales ends in.
const SCALE: &str = ".scale";
/// Largest absolute value of a matrix in 8 bits; -128 is left out so that the range is symmetric.
const LARGEST: f32 = 127.0;

/// No size is larger, so that sums of products of 8 bits stay within 32; BERT's largest vocabularies have some 120,000 tokens.
const LARGEST_SIZE: usize = 1 << 17;

/// What is known about an encoder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EncoderConfig {
    /// The encoder it was made from.
    pub base: String,
    /// Size of the vectors.
    pub hidden_size: usize,
    /// Number of layers.
    pub layers: usize,
    /// Attention heads in each layer.
    pub attention_heads: usize,
    /// Width of the inner layers.
    pub intermediate_size: usize,
    /// Number of tokens.
    pub vocabulary: usize,
    /// Number of positions.
    pub positions: usize,
    /// What its teaching was kept from, in words; empty where it was not adapted.
    pub held_out: String,
}

impl EncoderConfig {
    /// Whether there can be such an encoder.
    ///
    /// # Errors
    /// When there cannot; in words.
    pub fn check(&self) -> Result<(), String> {
        let sizes = [self.hidden_size, self.intermediate_size, self.attention_heads, self.vocabulary, self.positions];
        if sizes.iter().any(|size| !(1..=LARGEST_SIZE).contains(size)) || !self.hidden_size.is_multiple_of(self.attention_heads) {
            return Err(format!("no encoder has the sizes {sizes:?}"));
        }
        Ok(())
    }

    /// Whether an encoder of these sizes can read a passage.
    ///
    /// # Errors
    /// When it is too long or a token unknown; in words.
    pub fn admit(&self, ids: &[u32]) -> Result<(), String> {
        if ids.len() > self.positions {
            return Err(format!("a passage of {} tokens is longer than {}", ids.len(), self.positions));
        }
        match ids.iter().find(|&&id| id as usize >= self.vocabulary) {
            Some(id) => Err(format!("token {id} is not in the vocabulary of {}", self.vocabulary)),
            None => Ok(()),
        }
    }
}

/// A tensor of 32-bit floats.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    /// Its shape; matrices and vectors only.
    pub shape: Vec<usize>,
    /// Row-major.
    pub data: Vec<f32>,
}

/// The weights of an encoder under BERT's names, and the digests of the texts it was taught.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EncoderWeights {
    /// By name.
    pub tensors: BTreeMap<String, Tensor>,
    /// [`text_digest`] of each text, ascending.
    pub seen: Vec<u64>,
}

/// Identifies a text among those an encoder was taught.
pub fn text_digest(text: &str) -> u64 {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(text.as_bytes());
    u64::from_le_bytes([digest[0], digest[1], digest[2], digest[3], digest[4], digest[5], digest[6], digest[7]])
}

impl EncoderWeights {
    /// As safetensors. Matrices lose precision: what is read again differs by at most 1/254 of the largest value of a row.
    ///
    /// # Errors
    /// When a tensor does not have the size of its shape; in words.
    pub fn to_bytes(&self) -> Result<Vec<u8>, String> {
        let mut stored: BTreeMap<String, (Dtype, Vec<usize>, Vec<u8>)> = BTreeMap::new();
        let floats = |values: &[f32]| values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
        for (name, tensor) in &self.tensors {
            if tensor.data.len() != tensor.shape.iter().product::<usize>() {
                return Err(format!("tensor {name:?} has {} values for the shape {:?}", tensor.data.len(), tensor.shape));
            }
            if let [rows, columns] = tensor.shape[..] {
                let scales: Vec<f32> =
                    tensor.data.chunks_exact(columns).map(|row| row.iter().fold(0f32, |m, v| m.max(v.abs())) / LARGEST).collect();
                let small = |(i, &v): (usize, &f32)| {
                    let scale = scales[i / columns];
                    if scale > 0.0 { (v / scale).round() as i8 as u8 } else { 0 }
                };
                let bytes = tensor.data.iter().enumerate().map(small).collect();
                stored.insert(name.clone(), (Dtype::I8, tensor.shape.clone(), bytes));
                stored.insert(format!("{name}{SCALE}"), (Dtype::F32, vec![rows], floats(&scales)));
            } else {
                stored.insert(name.clone(), (Dtype::F32, tensor.shape.clone(), floats(&tensor.data)));
            }
        }
        let seen = self.seen.iter().flat_map(|v| v.to_le_bytes()).collect();
        stored.insert(SEEN.to_owned(), (Dtype::U64, vec![self.seen.len()], seen));
        let views: Result<Vec<_>, String> = stored
            .iter()
            .map(|(name, (kind, shape, bytes))| Ok((name, TensorView::new(*kind, shape.clone(), bytes).map_err(|e| e.to_string())?)))
            .collect();
        safetensors::serialize(views?, None).map_err(|e| e.to_string())
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// When it is something else; in words.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        let file = StoredWeights::open(bytes)?;
        let mut weights = EncoderWeights { seen: file.seen()?, ..EncoderWeights::default() };
        for (name, view) in file.0.iter() {
            let data = match (view.dtype(), view.shape()) {
                (Dtype::U64, _) if name == SEEN => continue,
                (Dtype::F32, _) if name.ends_with(SCALE) => continue,
                (Dtype::F32, shape) => file.floats(name, shape)?,
                (Dtype::I8, &[rows, columns]) => {
                    let matrix = file.matrix(name, [rows, columns])?;
                    (0..rows).flat_map(|r| matrix.row(r)).collect()
                }
                (kind, _) => return Err(format!("tensor {name:?} is of the unexpected type {kind:?}")),
            };
            weights.tensors.insert(name.to_owned(), Tensor { shape: view.shape().to_vec(), data });
        }
        Ok(weights)
    }
}

/// A matrix in 8 bits.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    /// Number of rows.
    pub rows: usize,
    /// Number of columns.
    pub columns: usize,
    /// Row-major.
    pub values: Vec<i8>,
    /// What one step of each row's values is worth.
    pub scales: Vec<f32>,
}

impl Matrix {
    /// A row in full.
    pub fn row(&self, row: usize) -> Vec<f32> {
        self.values[row * self.columns..(row + 1) * self.columns].iter().map(|&v| f32::from(v) * self.scales[row]).collect()
    }

    /// Adds the rows of a matrix of as many columns below its own.
    pub fn append(&mut self, below: Matrix) {
        self.rows += below.rows;
        self.values.extend(below.values);
        self.scales.extend(below.scales);
    }
}

/// A file of weights, read tensor by tensor.
#[derive(Debug)]
pub struct StoredWeights<'a>(SafeTensors<'a>);

impl<'a> StoredWeights<'a> {
    /// Opens what [`EncoderWeights::to_bytes`] wrote.
    ///
    /// # Errors
    /// When it is something else; in words.
    pub fn open(bytes: &'a [u8]) -> Result<Self, String> {
        Ok(StoredWeights(SafeTensors::deserialize(bytes).map_err(|e| e.to_string())?))
    }

    /// See [`EncoderWeights::seen`].
    ///
    /// # Errors
    /// When it is of another type; in words.
    pub fn seen(&self) -> Result<Vec<u64>, String> {
        let Ok(view) = self.0.tensor(SEEN) else { return Ok(Vec::new()) };
        if view.dtype() != Dtype::U64 {
            return Err(format!("tensor {SEEN:?} is of the unexpected type {:?}", view.dtype()));
        }
        let number = |b: &[u8]| u64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]);
        Ok(view.data().chunks_exact(8).map(number).collect())
    }

    /// The shape of a tensor.
    pub fn shape(&self, name: &str) -> Option<Vec<usize>> {
        self.0.tensor(name).ok().map(|view| view.shape().to_vec())
    }

    /// A matrix of the given rows and columns.
    ///
    /// # Errors
    /// When there is none; in words.
    pub fn matrix(&self, name: &str, shape: [usize; 2]) -> Result<Matrix, String> {
        let values = self.data(name, Dtype::I8, &shape)?.iter().map(|&b| b as i8).collect();
        let scales = self.floats(&format!("{name}{SCALE}"), &shape[..1])?;
        Ok(Matrix { rows: shape[0], columns: shape[1], values, scales })
    }

    /// A vector of the given length.
    ///
    /// # Errors
    /// When there is none; in words.
    pub fn vector(&self, name: &str, length: usize) -> Result<Vec<f32>, String> {
        self.floats(name, &[length])
    }

    fn floats(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, String> {
        let data = self.data(name, Dtype::F32, shape)?;
        let floats: Vec<f32> = data.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        if floats.iter().any(|v| !v.is_finite()) {
            return Err(format!("tensor {name:?} holds what is not a finite number"));
        }
        Ok(floats)
    }

    fn data(&self, name: &str, kind: Dtype, shape: &[usize]) -> Result<&'a [u8], String> {
        let view = self.0.tensor(name).map_err(|_| format!("there is no tensor {name:?}"))?;
        if view.dtype() != kind || view.shape() != shape {
            return Err(format!("tensor {name:?} is {:?} of {:?}, not {kind:?} of {shape:?}", view.dtype(), view.shape()));
        }
        Ok(view.data())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matrices_survive_within_their_precision() {
        let data: Vec<f32> = (0..12).map(|i| (i as f32 - 5.0) * 0.37).collect();
        let vector = Tensor { shape: vec![3], data: vec![1.0, -2.5e-7, 3.0] };
        let tensors = BTreeMap::from([
            ("m".to_owned(), Tensor { shape: vec![3, 4], data: data.clone() }),
            ("v".to_owned(), vector.clone()),
            ("zero".to_owned(), Tensor { shape: vec![1, 2], data: vec![0.0; 2] }),
        ]);
        let weights = EncoderWeights { tensors, seen: vec![text_digest("a"), u64::MAX] };
        let read = EncoderWeights::from_bytes(&weights.to_bytes().expect("it fits")).expect("it is whole");
        assert_eq!(read.seen, weights.seen);
        assert_eq!(read.tensors["v"], vector);
        assert_eq!(read.tensors["zero"].data, [0.0; 2]);
        for (row, (new, old)) in read.tensors["m"].data.chunks(4).zip(data.chunks(4)).enumerate() {
            let largest = old.iter().fold(0f32, |m, v| m.max(v.abs()));
            for (a, b) in new.iter().zip(old) {
                assert!((a - b).abs() <= largest / 253.0, "row {row}: {a} for {b}");
            }
        }
    }
}
