//! The table of the vector operators that only compute: what each takes, and the CLIF that makes its result.
//!
//! A row names the operators that share a meaning, each with the type that its vectors have for it, and makes the result
//! from operands of that type. It is the table of `falkirk_runtime::numerics` once more, with CLIF in place of Rust.

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::types::{F32X4, F64X2, I8X16, I16X8, I32, I32X4, I64X2};
use cranelift_codegen::ir::{InstBuilder, Type, Value};
use cranelift_frontend::FunctionBuilder;
use wasmparser::Operator;

use super::compute::*;

/// How a result is made of `N` operands.
pub(super) type Make<const N: usize> = fn(&mut FunctionBuilder<'_>, [Value; N]) -> Value;

/// What an operator takes, and how its result is made of it. The type is that of its vectors.
#[derive(Clone, Copy)]
pub(super) enum Rule {
    /// A vector.
    Unary(Type, Make<1>),
    /// Two vectors.
    Binary(Type, Make<2>),
    /// Three vectors.
    Ternary(Type, Make<3>),
    /// A vector and a number of bits, an `i32`.
    Shift(Type, Make<2>),
    /// A vector; the result is an `i32`, or an `I8` that stands for one.
    Test(Type, Make<1>),
}

/// Makes [`rule`] of rows of the form `Operator: VECTORS, ... = |b, operands| result;` under the names of [`Rule`]s.
macro_rules! rules {
    ($($rule:ident {$($(#[doc = $doc:literal])+ $($operator:ident: $vectors:ident),+ = $make:expr;)+})+) => {
        /// The operator's row; `None` if it does more than compute, or has an immediate.
        pub(super) fn rule(operator: &Operator<'_>) -> Option<Rule> {
            Some(match operator {
                $($($(Operator::$operator => Rule::$rule($vectors, $make),)+)+)+
                _ => return None,
            })
        }
    };
}

rules! {
    Unary {
        /// The bits, flipped.
        V128Not: I8X16 = |b, [x]| b.ins().bnot(x);

        /// `|x|` modulo `2^N`: the minimum is its own.
        I8x16Abs: I8X16, I16x8Abs: I16X8, I32x4Abs: I32X4, I64x2Abs: I64X2 = |b, [x]| b.ins().iabs(x);
        /// `-x` modulo `2^N`.
        I8x16Neg: I8X16, I16x8Neg: I16X8, I32x4Neg: I32X4, I64x2Neg: I64X2 = |b, [x]| b.ins().ineg(x);
        /// The number of one bits.
        I8x16Popcnt: I8X16 = |b, [x]| b.ins().popcnt(x);

        /// The lower half of the lanes, extended (signed).
        I16x8ExtendLowI8x16S: I8X16, I32x4ExtendLowI16x8S: I16X8, I64x2ExtendLowI32x4S: I32X4 = SIGNED.low;
        /// The upper half of the lanes, extended (signed).
        I16x8ExtendHighI8x16S: I8X16, I32x4ExtendHighI16x8S: I16X8, I64x2ExtendHighI32x4S: I32X4 = SIGNED.high;
        /// The lower half of the lanes, extended (unsigned).
        I16x8ExtendLowI8x16U: I8X16, I32x4ExtendLowI16x8U: I16X8, I64x2ExtendLowI32x4U: I32X4 = UNSIGNED.low;
        /// The upper half of the lanes, extended (unsigned).
        I16x8ExtendHighI8x16U: I8X16, I32x4ExtendHighI16x8U: I16X8, I64x2ExtendHighI32x4U: I32X4 = UNSIGNED.high;
        /// The sums of neighbouring lanes, exact (signed).
        I16x8ExtAddPairwiseI8x16S: I8X16, I32x4ExtAddPairwiseI16x8S: I16X8 = |b, [x]| sums_of_neighbours(b, x, SIGNED);
        /// The sums of neighbouring lanes, exact (unsigned).
        I16x8ExtAddPairwiseI8x16U: I8X16, I32x4ExtAddPairwiseI16x8U: I16X8 =
            |b, [x]| sums_of_neighbours(b, x, UNSIGNED);

        /// Without the sign bit.
        F32x4Abs: F32X4, F64x2Abs: F64X2 = |b, [x]| b.ins().fabs(x);
        /// With the sign bit flipped.
        F32x4Neg: F32X4, F64x2Neg: F64X2 = |b, [x]| b.ins().fneg(x);
        /// The square root.
        F32x4Sqrt: F32X4, F64x2Sqrt: F64X2 = |b, [x]| b.ins().sqrt(x);
        /// Rounded up.
        F32x4Ceil: F32X4, F64x2Ceil: F64X2 = |b, [x]| b.ins().ceil(x);
        /// Rounded down.
        F32x4Floor: F32X4, F64x2Floor: F64X2 = |b, [x]| b.ins().floor(x);
        /// Rounded toward zero.
        F32x4Trunc: F32X4, F64x2Trunc: F64X2 = |b, [x]| b.ins().trunc(x);
        /// Rounded to the nearest integer, ties to even.
        F32x4Nearest: F32X4, F64x2Nearest: F64X2 = |b, [x]| b.ins().nearest(x);

        /// The signed lanes, rounded to the nearest floats.
        F32x4ConvertI32x4S: I32X4 = |b, [x]| b.ins().fcvt_from_sint(F32X4, x);
        /// The unsigned lanes, rounded to the nearest floats.
        F32x4ConvertI32x4U: I32X4 = |b, [x]| b.ins().fcvt_from_uint(F32X4, x);
        /// The lower two signed lanes.
        F64x2ConvertLowI32x4S: I32X4 = |b, [x]| {
            let wide = b.ins().swiden_low(x);
            b.ins().fcvt_from_sint(F64X2, wide)
        };
        /// The lower two unsigned lanes.
        F64x2ConvertLowI32x4U: I32X4 = |b, [x]| {
            let wide = b.ins().uwiden_low(x);
            b.ins().fcvt_from_uint(F64X2, wide)
        };
        /// The lower two lanes.
        F64x2PromoteLowF32x4: F32X4 = |b, [x]| b.ins().fvpromote_low(x);
        /// The lanes rounded to the nearest `f32`, in the lower half; the upper is zero.
        F32x4DemoteF64x2Zero: F64X2 = |b, [x]| b.ins().fvdemote(x);
        /// The integer parts as the nearest `i32`; 0 for NaNs.
        I32x4TruncSatF32x4S: F32X4, I32x4RelaxedTruncF32x4S: F32X4 = |b, [x]| b.ins().fcvt_to_sint_sat(I32X4, x);
        /// The integer parts as the nearest `u32`; 0 for NaNs.
        I32x4TruncSatF32x4U: F32X4, I32x4RelaxedTruncF32x4U: F32X4 = |b, [x]| b.ins().fcvt_to_uint_sat(I32X4, x);
        /// The integer parts as the nearest `i32`, 0 for NaNs, in the lower half; the upper is zero.
        I32x4TruncSatF64x2SZero: F64X2, I32x4RelaxedTruncF64x2SZero: F64X2 = |b, [x]| {
            let (wide, zero) = (b.ins().fcvt_to_sint_sat(I64X2, x), constant(b, I64X2, [0; 16]));
            b.ins().snarrow(wide, zero)
        };
        /// The integer parts as the nearest `u32`, 0 for NaNs, in the lower half; the upper is zero.
        I32x4TruncSatF64x2UZero: F64X2, I32x4RelaxedTruncF64x2UZero: F64X2 = |b, [x]| {
            let (wide, zero) = (b.ins().fcvt_to_uint_sat(I64X2, x), constant(b, I64X2, [0; 16]));
            b.ins().uunarrow(wide, zero)
        };
    }

    Binary {
        /// Bitwise and.
        V128And: I8X16 = |b, [x, y]| b.ins().band(x, y);
        /// The bits of `x` that are not in `y`.
        V128AndNot: I8X16 = |b, [x, y]| b.ins().band_not(x, y);
        /// Bitwise or.
        V128Or: I8X16 = |b, [x, y]| b.ins().bor(x, y);
        /// Bitwise exclusive or.
        V128Xor: I8X16 = |b, [x, y]| b.ins().bxor(x, y);
        /// The bytes of `x` at the indices in the other; 0 where an index is 16 or more.
        I8x16Swizzle: I8X16, I8x16RelaxedSwizzle: I8X16 = |b, [x, indices]| swizzle(b, x, indices);

        /// `x + y` modulo `2^N`.
        I8x16Add: I8X16, I16x8Add: I16X8, I32x4Add: I32X4, I64x2Add: I64X2 = |b, [x, y]| b.ins().iadd(x, y);
        /// `x - y` modulo `2^N`.
        I8x16Sub: I8X16, I16x8Sub: I16X8, I32x4Sub: I32X4, I64x2Sub: I64X2 = |b, [x, y]| b.ins().isub(x, y);
        /// `x * y` modulo `2^N`.
        I16x8Mul: I16X8, I32x4Mul: I32X4, I64x2Mul: I64X2 = |b, [x, y]| b.ins().imul(x, y);
        /// `x + y`, saturated (signed).
        I8x16AddSatS: I8X16, I16x8AddSatS: I16X8 = |b, [x, y]| b.ins().sadd_sat(x, y);
        /// `x + y`, saturated (unsigned).
        I8x16AddSatU: I8X16, I16x8AddSatU: I16X8 = |b, [x, y]| b.ins().uadd_sat(x, y);
        /// `x - y`, saturated (signed).
        I8x16SubSatS: I8X16, I16x8SubSatS: I16X8 = |b, [x, y]| b.ins().ssub_sat(x, y);
        /// `x - y`, saturated (unsigned).
        I8x16SubSatU: I8X16, I16x8SubSatU: I16X8 = |b, [x, y]| b.ins().usub_sat(x, y);
        /// The lesser (signed).
        I8x16MinS: I8X16, I16x8MinS: I16X8, I32x4MinS: I32X4 = |b, [x, y]| b.ins().smin(x, y);
        /// The lesser (unsigned).
        I8x16MinU: I8X16, I16x8MinU: I16X8, I32x4MinU: I32X4 = |b, [x, y]| b.ins().umin(x, y);
        /// The greater (signed).
        I8x16MaxS: I8X16, I16x8MaxS: I16X8, I32x4MaxS: I32X4 = |b, [x, y]| b.ins().smax(x, y);
        /// The greater (unsigned).
        I8x16MaxU: I8X16, I16x8MaxU: I16X8, I32x4MaxU: I32X4 = |b, [x, y]| b.ins().umax(x, y);
        /// The unsigned mean, rounded up.
        I8x16AvgrU: I8X16, I16x8AvgrU: I16X8 = |b, [x, y]| b.ins().avg_round(x, y);
        /// The product of fractions in units of `2^-15`, rounded (ties up) and saturated.
        I16x8Q15MulrSatS: I16X8, I16x8RelaxedQ15mulrS: I16X8 = |b, [x, y]| b.ins().sqmul_round_sat(x, y);

        /// `x == y`.
        I8x16Eq: I8X16, I16x8Eq: I16X8, I32x4Eq: I32X4, I64x2Eq: I64X2 =
            |b, [x, y]| b.ins().icmp(IntCC::Equal, x, y);
        /// `x != y`.
        I8x16Ne: I8X16, I16x8Ne: I16X8, I32x4Ne: I32X4, I64x2Ne: I64X2 =
            |b, [x, y]| b.ins().icmp(IntCC::NotEqual, x, y);
        /// Signed `x < y`.
        I8x16LtS: I8X16, I16x8LtS: I16X8, I32x4LtS: I32X4, I64x2LtS: I64X2 =
            |b, [x, y]| b.ins().icmp(IntCC::SignedLessThan, x, y);
        /// Unsigned `x < y`.
        I8x16LtU: I8X16, I16x8LtU: I16X8, I32x4LtU: I32X4 =
            |b, [x, y]| b.ins().icmp(IntCC::UnsignedLessThan, x, y);
        /// Signed `x > y`.
        I8x16GtS: I8X16, I16x8GtS: I16X8, I32x4GtS: I32X4, I64x2GtS: I64X2 =
            |b, [x, y]| b.ins().icmp(IntCC::SignedGreaterThan, x, y);
        /// Unsigned `x > y`.
        I8x16GtU: I8X16, I16x8GtU: I16X8, I32x4GtU: I32X4 =
            |b, [x, y]| b.ins().icmp(IntCC::UnsignedGreaterThan, x, y);
        /// Signed `x <= y`.
        I8x16LeS: I8X16, I16x8LeS: I16X8, I32x4LeS: I32X4, I64x2LeS: I64X2 =
            |b, [x, y]| b.ins().icmp(IntCC::SignedLessThanOrEqual, x, y);
        /// Unsigned `x <= y`.
        I8x16LeU: I8X16, I16x8LeU: I16X8, I32x4LeU: I32X4 =
            |b, [x, y]| b.ins().icmp(IntCC::UnsignedLessThanOrEqual, x, y);
        /// Signed `x >= y`.
        I8x16GeS: I8X16, I16x8GeS: I16X8, I32x4GeS: I32X4, I64x2GeS: I64X2 =
            |b, [x, y]| b.ins().icmp(IntCC::SignedGreaterThanOrEqual, x, y);
        /// Unsigned `x >= y`.
        I8x16GeU: I8X16, I16x8GeU: I16X8, I32x4GeU: I32X4 =
            |b, [x, y]| b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, x, y);

        /// The signed lanes of `x`, then of `y`, each as the nearest signed one of half the width.
        I8x16NarrowI16x8S: I16X8, I16x8NarrowI32x4S: I32X4 = |b, [x, y]| b.ins().snarrow(x, y);
        /// The signed lanes of `x`, then of `y`, each as the nearest unsigned one of half the width.
        I8x16NarrowI16x8U: I16X8, I16x8NarrowI32x4U: I32X4 = |b, [x, y]| b.ins().unarrow(x, y);
        /// The products of the lower halves of the lanes, exact (signed).
        I16x8ExtMulLowI8x16S: I8X16, I32x4ExtMulLowI16x8S: I16X8, I64x2ExtMulLowI32x4S: I32X4 =
            |b, [x, y]| product(b, x, y, SIGNED.low);
        /// The products of the upper halves of the lanes, exact (signed).
        I16x8ExtMulHighI8x16S: I8X16, I32x4ExtMulHighI16x8S: I16X8, I64x2ExtMulHighI32x4S: I32X4 =
            |b, [x, y]| product(b, x, y, SIGNED.high);
        /// The products of the lower halves of the lanes, exact (unsigned).
        I16x8ExtMulLowI8x16U: I8X16, I32x4ExtMulLowI16x8U: I16X8, I64x2ExtMulLowI32x4U: I32X4 =
            |b, [x, y]| product(b, x, y, UNSIGNED.low);
        /// The products of the upper halves of the lanes, exact (unsigned).
        I16x8ExtMulHighI8x16U: I8X16, I32x4ExtMulHighI16x8U: I16X8, I64x2ExtMulHighI32x4U: I32X4 =
            |b, [x, y]| product(b, x, y, UNSIGNED.high);
        /// The signed products of the lanes, neighbours added modulo `2^32`.
        I32x4DotI16x8S: I16X8 = |b, [x, y]| dot(b, x, y);
        /// The signed products of the lanes, neighbours added and saturated.
        I16x8RelaxedDotI8x16I7x16S: I8X16 = |b, [x, y]| saturated_dot(b, x, y);

        /// `x + y`.
        F32x4Add: F32X4, F64x2Add: F64X2 = |b, [x, y]| b.ins().fadd(x, y);
        /// `x - y`.
        F32x4Sub: F32X4, F64x2Sub: F64X2 = |b, [x, y]| b.ins().fsub(x, y);
        /// `x * y`.
        F32x4Mul: F32X4, F64x2Mul: F64X2 = |b, [x, y]| b.ins().fmul(x, y);
        /// `x / y`.
        F32x4Div: F32X4, F64x2Div: F64X2 = |b, [x, y]| b.ins().fdiv(x, y);
        /// The lesser, with `-0 < +0`; a NaN if either is one.
        F32x4Min: F32X4, F64x2Min: F64X2, F32x4RelaxedMin: F32X4, F64x2RelaxedMin: F64X2 =
            |b, [x, y]| b.ins().fmin(x, y);
        /// The greater, with `-0 < +0`; a NaN if either is one.
        F32x4Max: F32X4, F64x2Max: F64X2, F32x4RelaxedMax: F32X4, F64x2RelaxedMax: F64X2 =
            |b, [x, y]| b.ins().fmax(x, y);
        /// `y` if `y < x`, or else `x`, bit for bit.
        F32x4PMin: F32X4, F64x2PMin: F64X2 = |b, [x, y]| {
            let less = b.ins().fcmp(FloatCC::LessThan, y, x);
            select_lanes(b, less, y, x)
        };
        /// `y` if `x < y`, or else `x`, bit for bit.
        F32x4PMax: F32X4, F64x2PMax: F64X2 = |b, [x, y]| {
            let less = b.ins().fcmp(FloatCC::LessThan, x, y);
            select_lanes(b, less, y, x)
        };

        /// `x == y`; false for NaNs.
        F32x4Eq: F32X4, F64x2Eq: F64X2 = |b, [x, y]| b.ins().fcmp(FloatCC::Equal, x, y);
        /// `x != y`; true for NaNs.
        F32x4Ne: F32X4, F64x2Ne: F64X2 = |b, [x, y]| b.ins().fcmp(FloatCC::NotEqual, x, y);
        /// `x < y`; false for NaNs.
        F32x4Lt: F32X4, F64x2Lt: F64X2 = |b, [x, y]| b.ins().fcmp(FloatCC::LessThan, x, y);
        /// `x > y`; false for NaNs.
        F32x4Gt: F32X4, F64x2Gt: F64X2 = |b, [x, y]| b.ins().fcmp(FloatCC::GreaterThan, x, y);
        /// `x <= y`; false for NaNs.
        F32x4Le: F32X4, F64x2Le: F64X2 = |b, [x, y]| b.ins().fcmp(FloatCC::LessThanOrEqual, x, y);
        /// `x >= y`; false for NaNs.
        F32x4Ge: F32X4, F64x2Ge: F64X2 = |b, [x, y]| b.ins().fcmp(FloatCC::GreaterThanOrEqual, x, y);
    }

    Ternary {
        /// The bits of `x` where `mask` is one, and of `y` where it is zero.
        V128Bitselect: I8X16, I8x16RelaxedLaneselect: I8X16, I16x8RelaxedLaneselect: I8X16,
        I32x4RelaxedLaneselect: I8X16, I64x2RelaxedLaneselect: I8X16 =
            |b, [x, y, mask]| b.ins().bitselect(mask, x, y);
        /// `x * y + z`, rounded twice.
        F32x4RelaxedMadd: F32X4, F64x2RelaxedMadd: F64X2 = |b, [x, y, z]| {
            let product = b.ins().fmul(x, y);
            b.ins().fadd(product, z)
        };
        /// `-x * y + z`, rounded twice.
        F32x4RelaxedNmadd: F32X4, F64x2RelaxedNmadd: F64X2 = |b, [x, y, z]| {
            let negated = b.ins().fneg(x);
            let product = b.ins().fmul(negated, y);
            b.ins().fadd(product, z)
        };
        /// The saturated sums of two products, neighbours added once more, and `z`, modulo `2^32`.
        I32x4RelaxedDotI8x16I7x16AddS: I8X16 = |b, [x, y, z]| {
            let dot = saturated_dot(b, x, y);
            let (sums, z) = (sums_of_neighbours(b, dot, SIGNED), as_type(b, z, I32X4));
            b.ins().iadd(sums, z)
        };
    }

    // CLIF too takes the number of bits modulo the width of a lane.
    Shift {
        /// Each lane shifted left.
        I8x16Shl: I8X16, I16x8Shl: I16X8, I32x4Shl: I32X4, I64x2Shl: I64X2 = |b, [x, bits]| b.ins().ishl(x, bits);
        /// Each lane shifted right, filled with its sign.
        I8x16ShrS: I8X16, I16x8ShrS: I16X8, I32x4ShrS: I32X4, I64x2ShrS: I64X2 =
            |b, [x, bits]| b.ins().sshr(x, bits);
        /// Each lane shifted right, filled with zeros.
        I8x16ShrU: I8X16, I16x8ShrU: I16X8, I32x4ShrU: I32X4, I64x2ShrU: I64X2 =
            |b, [x, bits]| b.ins().ushr(x, bits);
    }

    Test {
        /// Is any bit set?
        V128AnyTrue: I8X16 = |b, [x]| b.ins().vany_true(x);
        /// Is no lane zero?
        I8x16AllTrue: I8X16, I16x8AllTrue: I16X8, I32x4AllTrue: I32X4, I64x2AllTrue: I64X2 =
            |b, [x]| b.ins().vall_true(x);
        /// The lanes' sign bits, lane 0's lowest.
        I8x16Bitmask: I8X16, I16x8Bitmask: I16X8, I32x4Bitmask: I32X4, I64x2Bitmask: I64X2 =
            |b, [x]| b.ins().vhigh_bits(I32, x);
    }
}
