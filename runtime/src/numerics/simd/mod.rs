//! Vector instructions: sections 4.3.5 and 4.3.6 of the specification.
//!
//! | file | instructions |
//! | --- | --- |
//! | `lanes.rs` | whole vectors and lanes: `v128.*`, splat, extract, replace, shuffle, swizzle, tests |
//! | `int.rs` | integer shapes: arithmetic, comparisons, shifts, narrowing and widening |
//! | `float.rs` | float shapes: arithmetic, comparisons, conversions |
//! | `relaxed.rs` | the relaxed instructions, with the results we choose |
//!
//! The files are tables. A row names the instructions that share a meaning, each with the type of its
//! lanes, and gives that meaning for one lane; the helpers below apply it to all of them. They are loops
//! over arrays of constant length without branches, which the compiler turns into vector instructions.
//!
//! Loads and stores are no numerics: `v128.load8x8_s`, for one, is a load of eight bytes and
//! [`i16x8_extend_low_i8x16_s`].

use super::v128::V128;
use std::array::from_fn;
use std::ops::Neg;

/// Applies `f` to each lane.
#[inline(always)]
fn map<A: Copy, R, const N: usize>(a: V128, f: impl Fn(A) -> R) -> V128
where
    [A; N]: From<V128>,
    V128: From<[R; N]>,
{
    let a = <[A; N]>::from(a);
    V128::from(from_fn(|lane| f(a[lane])))
}

/// Applies `f` to each pair of lanes.
#[inline(always)]
fn zip<A: Copy, R, const N: usize>(a: V128, b: V128, f: impl Fn(A, A) -> R) -> V128
where
    [A; N]: From<V128>,
    V128: From<[R; N]>,
{
    let (a, b) = (<[A; N]>::from(a), <[A; N]>::from(b));
    V128::from(from_fn(|lane| f(a[lane], b[lane])))
}

/// Sets all bits of the lanes of type `R` for which `f` holds, and clears the others.
#[inline(always)]
fn compare<A: Copy, R: From<bool> + Neg<Output = R>, const N: usize>(a: V128, b: V128, f: impl Fn(A, A) -> bool) -> V128
where
    [A; N]: From<V128>,
    V128: From<[R; N]>,
{
    zip(a, b, |x, y| -R::from(f(x, y)))
}

/// Applies `f` to each lane and the same scalar.
#[inline(always)]
fn map_with<A: Copy, S: Copy, const N: usize>(a: V128, scalar: S, f: impl Fn(A, S) -> A) -> V128
where
    [A; N]: From<V128>,
    V128: From<[A; N]>,
{
    map(a, |x| f(x, scalar))
}

/// Rows of the form `name: lane, ... = |x| result;`.
macro_rules! unary {
    ($(#[$attribute:meta] $($name:ident: $lane:ident),+ = $op:expr;)*) => {$($(
        #[$attribute]
        #[inline(always)]
        pub fn $name(a: V128) -> V128 {
            map::<$lane, _, _>(a, $op)
        }
    )+)*};
}

/// Rows of the form `name: lane, ... = |x, y| result;`.
macro_rules! binary {
    ($(#[$attribute:meta] $($name:ident: $lane:ident),+ = $op:expr;)*) => {$($(
        #[$attribute]
        #[inline(always)]
        pub fn $name(a: V128, b: V128) -> V128 {
            zip::<$lane, _, _>(a, b, $op)
        }
    )+)*};
}

/// Rows of the form `name: lane -> mask, ... = |x, y| condition;`, with the signed integer of the lane's
/// width as the mask.
macro_rules! comparisons {
    ($(#[$attribute:meta] $($name:ident: $lane:ident -> $mask:ident),+ = $op:expr;)*) => {$($(
        #[$attribute]
        #[inline(always)]
        pub fn $name(a: V128, b: V128) -> V128 {
            compare::<$lane, $mask, _>(a, b, $op)
        }
    )+)*};
}

/// Rows of the form `name: lane, ... = |x, amount| result;`.
macro_rules! shifts {
    ($(#[$attribute:meta] $($name:ident: $lane:ident),+ = $op:expr;)*) => {$($(
        #[$attribute]
        #[inline(always)]
        pub fn $name(a: V128, amount: u32) -> V128 {
            map_with::<$lane, u32, _>(a, amount, $op)
        }
    )+)*};
}

mod float;
mod int;
mod lanes;
mod relaxed;

pub use float::*;
pub use int::*;
pub use lanes::*;
pub use relaxed::*;

#[cfg(test)]
mod samples {
    use super::V128;

    /// Vectors with the lanes at which instructions go wrong, and as many random ones.
    pub fn vectors() -> Vec<V128> {
        let edges32 = [0, 1, 0x7fff_ffff, 0x8000_0000, 0x8000_0001, u32::MAX, 0x7f80_ff01, 0x807f_0180];
        let mut vectors: Vec<V128> =
            edges32.iter().map(|&edge| V128::from([edge, !edge, edge.wrapping_add(1), edge ^ 0x8080_8080])).collect();
        let mut state = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835_u128;
        for _ in 0..vectors.len() {
            state = state.wrapping_mul(0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645).wrapping_add(1);
            vectors.push(V128::from(state.rotate_left(17)));
        }
        vectors
    }

    /// All pairs of [`vectors`].
    pub fn pairs() -> Vec<(V128, V128)> {
        let vectors = vectors();
        vectors.iter().flat_map(|&a| vectors.iter().map(move |&b| (a, b))).collect()
    }

    const FLOATS: [f64; 16] = [
        0.0,
        -0.0,
        0.5,
        -0.5,
        1.5,
        2.5,
        -2.5,
        1e10,
        -1e10,
        3e9,
        -0.7,
        8_388_609.0,
        1e300,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
    ];

    /// Pairs of `f32x4` vectors in which every edge meets every other.
    pub fn pairs_f32x4() -> Vec<(V128, V128)> {
        let floats = FLOATS.map(|float| float as f32);
        let pairs = floats.iter().flat_map(|&x| floats.iter().map(move |&y| (x, y)));
        pairs.map(|(x, y)| (V128::from([x, y, -x, y]), V128::from([y, x, y, -x]))).collect()
    }

    /// Pairs of `f64x2` vectors in which every edge meets every other.
    pub fn pairs_f64x2() -> Vec<(V128, V128)> {
        let pairs = FLOATS.iter().flat_map(|&x| FLOATS.iter().map(move |&y| (x, y)));
        pairs.map(|(x, y)| (V128::from([x, -y]), V128::from([y, x]))).collect()
    }
}
