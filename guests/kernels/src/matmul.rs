//! Loads of `f64` at two strides, multiply and add: the product of two matrices as the textbook has it.

use crate::{Rng, mix};
use alloc::vec::Vec;

/// Multiplies two matrices of `n` by `n`.
pub fn run(n: u32) -> u64 {
    let n = n as usize;
    let mut rng = Rng::new(n as u32);
    let mut random = || -> Vec<f64> { (0..n * n).map(|_| (rng.next() >> 40) as f64 / 4096.0).collect() };
    let (a, b) = (random(), random());
    let mut sum = 0;
    for i in 0..n {
        for j in 0..n {
            let mut dot = 0.0;
            for k in 0..n {
                dot += a[i * n + k] * b[k * n + j];
            }
            sum = mix(sum, dot.to_bits());
        }
    }
    sum
}
