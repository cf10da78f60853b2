//! Linear layers in 8-bit integers: weights with one scale per output, activations with one scale per token.
//!
//! An activation takes 7 of its 8 bits. So no sum of two products leaves 16 bits, as x86-64 without VNNI needs it, and the integers
//! are the same on every machine.

use rten_gemm::{GemmExecutor, GemmInputA, GemmInputB, GemmOptions, PackedBMatrix};
use rten_simd::{Isa, SimdOp};
use rten_tensor::NdTensorView;
use rten_vecmath::{ExtendInit, MinMax, Quantize};

use super::weights::Matrix;

/// Steps between the least and the greatest activation of a token.
const STEPS: f32 = 127.0;

thread_local! {
    /// Multiplies 8-bit matrices by the best instructions of the CPU. It cannot go from thread to thread, and is costly to make.
    static KERNEL: GemmExecutor<u8, i8, i32> = GemmExecutor::new();
}

/// `y = W·x + b`.
pub struct Linear {
    weights: PackedBMatrix<i8>,
    /// Of each output's weights.
    totals: Vec<i32>,
    scales: Vec<f32>,
    bias: Vec<f32>,
}

impl Linear {
    /// A layer of a weight matrix, outputs × inputs, and its bias.
    pub fn new(weights: Matrix, bias: Vec<f32>) -> Self {
        let by_output = NdTensorView::from_data([weights.rows, weights.columns], weights.values.as_slice());
        let total = |row: &[i8]| row.iter().map(|&w| i32::from(w)).sum();
        Linear {
            weights: KERNEL.with(|kernel| kernel.prepack_b(by_output.transposed())),
            totals: weights.values.chunks_exact(weights.columns).map(total).collect(),
            scales: weights.scales,
            bias,
        }
    }

    /// Number of outputs.
    pub fn outputs(&self) -> usize {
        self.bias.len()
    }

    /// The outputs, tokens × outputs, of `activations`.
    pub fn apply(&self, activations: &Activations) -> Result<Vec<f32>, String> {
        let tokens = activations.scales.len();
        let mut sums = vec![0i32; tokens * self.outputs()];
        let input = NdTensorView::from_data([tokens, activations.values.len() / tokens.max(1)], activations.values.as_slice());
        KERNEL
            .with(|kernel| kernel.gemm(&mut sums, GemmInputA::Unpacked(input), GemmInputB::Packed(&self.weights), GemmOptions::default()))
            .map_err(|e| format!("a product of matrices failed: {e}"))?;
        let mut out = vec![0f32; sums.len()];
        Rescale { sums: &sums, activations, layer: self, out: &mut out }.dispatch();
        Ok(out)
    }
}

/// Activations in 8 bits: what `value` stands for is `scale · (value − zero)`, scale and zero being those of its token.
#[derive(Default)]
pub struct Activations {
    values: Vec<u8>,
    scales: Vec<f32>,
    zeros: Vec<u8>,
}

impl Activations {
    /// The vectors of some tokens, each of the given size, a multiple of which `vectors` holds.
    pub fn of(vectors: &[f32], size: usize) -> Self {
        let mut activations = Activations { values: Vec::with_capacity(vectors.len()), ..Activations::default() };
        for vector in vectors.chunks_exact(size) {
            let (least, greatest) = MinMax::new(vector).dispatch();
            let (least, greatest) = (least.min(0.0), greatest.max(0.0));
            let scale = if greatest > least { (greatest - least) / STEPS } else { 1.0 };
            let zero = (-least / scale).round() as u8;
            activations.values.extend_init(|room| Quantize::new(vector, &mut room[..size], 1.0 / scale, zero).dispatch());
            activations.scales.push(scale);
            activations.zeros.push(zero);
        }
        activations
    }
}

/// From sums of products of integers to what they stand for. It takes the zeros off too: rten-gemm 0.27 would, but takes those of
/// the first rows for all.
struct Rescale<'a> {
    sums: &'a [i32],
    activations: &'a Activations,
    layer: &'a Linear,
    out: &'a mut [f32],
}

impl SimdOp for Rescale<'_> {
    type Output = ();

    // the compiler makes the loop as wide as the instructions that `dispatch` found; without fused steps it gives the same by all
    #[inline(always)]
    fn eval<I: Isa>(self, _: I) {
        let Rescale { sums, activations, layer, out } = self;
        let outputs = layer.bias.len();
        let tokens = activations.scales.iter().zip(&activations.zeros);
        for ((out, sums), (&scale, &zero)) in out.chunks_exact_mut(outputs).zip(sums.chunks_exact(outputs)).zip(tokens) {
            let own = layer.totals.iter().zip(&layer.scales).zip(&layer.bias);
            for ((o, sum), ((total, own_scale), bias)) in out.iter_mut().zip(sums).zip(own) {
                *o = (sum - i32::from(zero) * total) as f32 * (scale * own_scale) + bias;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that look random, from -1 to 1.
    fn numbers(count: usize, seed: u64) -> Vec<f32> {
        let mix = |n: u64| (n ^ seed).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 40;
        (0..count as u64).map(|n| mix(n) as f32 / (1 << 23) as f32 - 1.0).collect()
    }

    fn layer(outputs: usize, inputs: usize) -> (Linear, Vec<i8>) {
        let values: Vec<i8> = numbers(outputs * inputs, 1).iter().map(|v| (v * 127.0) as i8).collect();
        let scales = numbers(outputs, 2).iter().map(|v| 0.01 + 0.005 * v).collect();
        (Linear::new(Matrix { rows: outputs, columns: inputs, values: values.clone(), scales }, numbers(outputs, 3)), values)
    }

    #[test]
    fn a_layer_multiplies_what_its_integers_stand_for() {
        // more tokens than a tile has rows, widths that no tile divides, more inputs than a block is deep
        for (tokens, inputs, outputs) in [(1, 3, 5), (3, 8, 16), (21, 40, 33), (70, 384, 50), (9, 1537, 7)] {
            let (layer, weights) = layer(outputs, inputs);
            // each token has other extremes
            let vectors: Vec<f32> =
                numbers(tokens * inputs, 4).iter().enumerate().map(|(i, v)| v * (1 + i / inputs) as f32 + 0.3).collect();
            let activations = Activations::of(&vectors, inputs);
            let got = layer.apply(&activations).expect("the shapes fit");
            for (t, o) in (0..tokens).flat_map(|t| (0..outputs).map(move |o| (t, o))) {
                let meant = |i: usize| i32::from(activations.values[t * inputs + i]) - i32::from(activations.zeros[t]);
                let sum: i32 = (0..inputs).map(|i| meant(i) * i32::from(weights[o * inputs + i])).sum();
                let exact = sum as f32 * (activations.scales[t] * layer.scales[o]) + layer.bias[o];
                assert_eq!(got[t * outputs + o], exact, "{tokens} x {inputs} x {outputs} at {t}, {o}");
            }
        }
    }

    #[test]
    fn activations_are_kept_within_half_a_step() {
        let vectors = [numbers(100, 5), vec![0.0; 100], vec![2.5; 100], numbers(100, 6).iter().map(|v| v - 7.0).collect()].concat();
        let activations = Activations::of(&vectors, 100);
        for (i, value) in vectors.iter().enumerate() {
            let scale = activations.scales[i / 100];
            let kept = scale * (f32::from(activations.values[i]) - f32::from(activations.zeros[i / 100]));
            assert!((kept - value).abs() <= 0.501 * scale, "{kept} for {value} in steps of {scale}");
            // what saturates no 16 bits
            assert!(activations.values[i] <= 128);
        }
    }

    #[test]
    fn threads_change_nothing() {
        let (layer, _) = layer(600, 384);
        let activations = Activations::of(&numbers(100 * 384, 7), 384);
        let by = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
            pool.install(|| layer.apply(&activations).expect("the shapes fit"))
        };
        assert_eq!(by(1), by(3));
    }
}
