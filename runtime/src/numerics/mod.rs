//! The pure numerics of WebAssembly: section 4.3, "Numerics", of the specification.
//!
//! Nothing here knows a stack, a memory or an engine. There is one free function per numeric
//! instruction, named after it with `_` for each `.` and `/`: `i32.div_s` is [`i32_div_s`]. The
//! interpreter's handlers inline them, the JIT calls them where Cranelift has no instruction, and the
//! tests take them as the reference.
//!
//! | file | section of the specification |
//! | --- | --- |
//! | `int.rs` | 4.3.2, Integer Operations |
//! | `float.rs` | 4.3.3, Floating-Point Operations |
//! | `convert.rs` | 4.3.4, Conversions |
//! | `v128.rs` | 2.2.4, Vectors, and 4.3.1, Representations: vectors, their lanes and their text |
//! | `simd/` | 4.3.5, Vector Operations, and 4.3.6, Relaxed Operations |
//!
//! # Conventions
//!
//! - Integers are bit patterns: every integer operand and result is `u32` or `u64`, and the signed
//!   instructions reinterpret inside.
//! - Tests and comparisons return `bool`; the `i32` of the specification is `u32::from(it)`.
//! - Floats are `f32` and `f64`. `abs`, `neg`, `copysign` and the reinterpretations keep every bit of
//!   a NaN; every other operation that yields a NaN yields an *arithmetic* one (quiet).
//! - Instructions that may trap return `Result<_, Trap>`; the others cannot fail.

/// Defines functions for rows of the form `name(operand: type) -> result = body;`.
macro_rules! functions {
    ($(
        $(#[$attribute:meta])*
        $name:ident($($operand:ident: $type:ty),*) -> $result:ty = $body:expr;
    )*) => {$(
        $(#[$attribute])*
        #[inline(always)]
        pub fn $name($($operand: $type),*) -> $result {
            $body
        }
    )*};
}

/// Defines a function per width for rows of the form `narrow, wide(operands) -> kind = body;`.
macro_rules! both_widths {
    ($narrow_type:ident, $wide_type:ident: $(
        $(#[$attribute:meta])*
        $narrow:ident, $wide:ident($($operand:ident),+) -> $kind:ident = $body:expr;
    )*) => {$(
        $(#[$attribute])*
        #[inline(always)]
        pub fn $narrow($($operand: $narrow_type),+) -> result_type!($kind, $narrow_type) {
            $body
        }
        $(#[$attribute])*
        #[inline(always)]
        pub fn $wide($($operand: $wide_type),+) -> result_type!($kind, $wide_type) {
            $body
        }
    )*};
}

/// The result type of a row of `both_widths`.
macro_rules! result_type {
    (same, $type:ident) => { $type };
    (bool, $type:ident) => { bool };
    (trapping, $type:ident) => { Result<$type, Trap> };
}

mod convert;
mod float;
mod int;
mod simd;
mod v128;

pub use convert::*;
pub use float::*;
pub use int::*;
pub use simd::*;
pub use v128::*;
