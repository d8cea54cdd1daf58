//! 128-bit vectors: bytes, 16-bit products, floats and shuffles in every round.
//!
//! On WebAssembly it is written with the `simd128` instructions, elsewhere with plain loops over the lanes that give
//! the same results to the bit.

use crate::{Rng, mix};

const BLOCKS: usize = 256;

type Block = [u8; 16];

/// Which byte of a block goes where when blocks are shuffled.
const ORDER: Block = [3, 2, 1, 0, 7, 6, 5, 4, 15, 14, 13, 12, 11, 10, 9, 8];

/// Goes `n` times over two buffers of 4 KiB.
pub fn run(n: u32) -> u64 {
    let mut rng = Rng::new(n);
    let mut random = || core::array::from_fn(|i| if i % 2 == 0 { rng.next() } else { !rng.next() });
    let blocks = |words: [u64; 2 * BLOCKS]| -> [Block; BLOCKS] {
        core::array::from_fn(|i| {
            let both = u128::from(words[2 * i]) << 64 | u128::from(words[2 * i + 1]);
            both.to_le_bytes()
        })
    };
    let (mut a, b) = (blocks(random()), blocks(random()));
    let mut sum = 0;
    for _ in 0..n {
        sum = pass(&mut a, &b, sum);
    }
    a.iter().fold(sum, |sum, block| mix(sum, u128::from_le_bytes(*block) as u64))
}

#[cfg(target_arch = "wasm32")]
#[target_feature(enable = "simd128")]
fn pass(a: &mut [Block; BLOCKS], b: &[Block; BLOCKS], seed: u64) -> u64 {
    use core::arch::wasm32::*;
    let load = |block: &Block| {
        // SAFETY: a block has 16 bytes, and the load needs no alignment.
        unsafe { v128_load(block.as_ptr().cast()) }
    };
    let mut dots = i64x2(seed as i64, 0);
    let mut floats = f32x4_splat(0.0);
    let mut greater = 0;
    for (a, b) in a.iter_mut().zip(b) {
        let (x, y) = (load(a), load(b));
        greater += u64::from(u8x16_bitmask(u8x16_gt(x, y)).count_ones());
        let dot = i32x4_dot_i16x8(x, y);
        dots = i64x2_add(dots, i64x2_extmul_low_i32x4(dot, i32x4_shr(dot, 7)));
        floats = f32x4_add(f32x4_mul(floats, f32x4_splat(0.5)), f32x4_convert_i32x4(dot));
        let mixed = v128_xor(u8x16_avgr(u8x16_add_sat(x, y), y), dot);
        let mixed = i8x16_swizzle(mixed, load(&ORDER));
        // SAFETY: as above.
        unsafe { v128_store(a.as_mut_ptr().cast(), mixed) };
    }
    let sum = mix(greater, i64x2_extract_lane::<0>(dots) as u64);
    let sum = mix(sum, i64x2_extract_lane::<1>(dots) as u64);
    let sum = mix(sum, i64x2_extract_lane::<0>(floats) as u64);
    mix(sum, i64x2_extract_lane::<1>(floats) as u64)
}

#[cfg(not(target_arch = "wasm32"))]
fn pass(a: &mut [Block; BLOCKS], b: &[Block; BLOCKS], seed: u64) -> u64 {
    use core::array::from_fn;
    let mut dots = [seed, 0];
    let mut floats = [0f32; 4];
    let mut greater = 0;
    for (x, y) in a.iter_mut().zip(b) {
        greater += (0..16).filter(|&i| x[i] > y[i]).count() as u64;
        let short = |block: &Block, i: usize| i32::from(i16::from_le_bytes([block[2 * i], block[2 * i + 1]]));
        let dot: [i32; 4] = from_fn(|i| {
            let product = |i| short(x, i) * short(y, i);
            product(2 * i).wrapping_add(product(2 * i + 1))
        });
        for i in 0..2 {
            let product = i64::from(dot[i]) * i64::from(dot[i] >> 7);
            dots[i] = dots[i].wrapping_add(product as u64);
        }
        floats = from_fn(|i| floats[i] * 0.5 + dot[i] as f32);
        let mixed: Block = from_fn(|i| {
            let average = (u16::from(x[i].saturating_add(y[i])) + u16::from(y[i])).div_ceil(2) as u8;
            average ^ dot[i / 4].to_le_bytes()[i % 4]
        });
        *x = from_fn(|i| mixed[usize::from(ORDER[i])]);
    }
    let pair = |i: usize| u64::from(floats[i].to_bits()) | u64::from(floats[i + 1].to_bits()) << 32;
    [dots[0], dots[1], pair(0), pair(2)].into_iter().fold(greater, mix)
}
