//! The numeric instructions: one table, each row a type that carries the semantics (section 4.3 "Numerics").
//!
//! A row reads: type, operands and result, the function of [`falkirk_runtime::numerics`] that computes it. The
//! handlers and the choice of forms derive from it.

use falkirk_runtime::Trap;
use falkirk_runtime::numerics as n;

use crate::exec::operand::Value;

/// A binary instruction.
pub trait BinOp: 'static {
    /// The left operand.
    type A: Value;
    /// The right operand.
    type B: Value;
    /// The result.
    type R: Value;
    /// Computes the result.
    fn apply(a: Self::A, b: Self::B) -> Result<Self::R, Trap>;
}

/// A unary instruction.
pub trait UnOp: 'static {
    /// The operand.
    type A: Value;
    /// The result.
    type R: Value;
    /// Computes the result.
    fn apply(a: Self::A) -> Result<Self::R, Trap>;
}

macro_rules! bin_ops {
    ($($ty:ident $name:literal ($a:ty, $b:ty) -> $r:ty = $f:path;)*) => {$(
        #[doc = concat!("`", $name, "`")]
        pub struct $ty;
        impl BinOp for $ty {
            type A = $a;
            type B = $b;
            type R = $r;
            #[inline(always)]
            fn apply(a: $a, b: $b) -> Result<$r, Trap> {
                Ok($f(a, b))
            }
        }
    )*};
}

macro_rules! trapping_bin_ops {
    ($($ty:ident $name:literal ($a:ty, $b:ty) -> $r:ty = $f:path;)*) => {$(
        #[doc = concat!("`", $name, "`")]
        pub struct $ty;
        impl BinOp for $ty {
            type A = $a;
            type B = $b;
            type R = $r;
            #[inline(always)]
            fn apply(a: $a, b: $b) -> Result<$r, Trap> {
                $f(a, b)
            }
        }
    )*};
}

macro_rules! cmp_ops {
    ($($ty:ident $name:literal ($a:ty, $b:ty) = $f:path;)*) => {$(
        #[doc = concat!("`", $name, "`")]
        pub struct $ty;
        impl BinOp for $ty {
            type A = $a;
            type B = $b;
            type R = u32;
            #[inline(always)]
            fn apply(a: $a, b: $b) -> Result<u32, Trap> {
                Ok(u32::from($f(a, b)))
            }
        }
    )*};
}

macro_rules! un_ops {
    ($($ty:ident $name:literal ($a:ty) -> $r:ty = |$x:ident| $e:expr;)*) => {$(
        #[doc = concat!("`", $name, "`")]
        pub struct $ty;
        impl UnOp for $ty {
            type A = $a;
            type R = $r;
            #[inline(always)]
            fn apply($x: $a) -> Result<$r, Trap> {
                $e
            }
        }
    )*};
}

/// Calls a macro with the table of the binary instructions that cannot trap.
macro_rules! for_each_bin_op {
    ($m:ident) => {
        $m! {
            I32Add "i32.add" (u32, u32) -> u32 = n::i32_add;
            I32Sub "i32.sub" (u32, u32) -> u32 = n::i32_sub;
            I32Mul "i32.mul" (u32, u32) -> u32 = n::i32_mul;
            I32And "i32.and" (u32, u32) -> u32 = n::i32_and;
            I32Or "i32.or" (u32, u32) -> u32 = n::i32_or;
            I32Xor "i32.xor" (u32, u32) -> u32 = n::i32_xor;
            I32Shl "i32.shl" (u32, u32) -> u32 = n::i32_shl;
            I32ShrS "i32.shr_s" (u32, u32) -> u32 = n::i32_shr_s;
            I32ShrU "i32.shr_u" (u32, u32) -> u32 = n::i32_shr_u;
            I32Rotl "i32.rotl" (u32, u32) -> u32 = n::i32_rotl;
            I32Rotr "i32.rotr" (u32, u32) -> u32 = n::i32_rotr;
            I64Add "i64.add" (u64, u64) -> u64 = n::i64_add;
            I64Sub "i64.sub" (u64, u64) -> u64 = n::i64_sub;
            I64Mul "i64.mul" (u64, u64) -> u64 = n::i64_mul;
            I64And "i64.and" (u64, u64) -> u64 = n::i64_and;
            I64Or "i64.or" (u64, u64) -> u64 = n::i64_or;
            I64Xor "i64.xor" (u64, u64) -> u64 = n::i64_xor;
            I64Shl "i64.shl" (u64, u64) -> u64 = n::i64_shl;
            I64ShrS "i64.shr_s" (u64, u64) -> u64 = n::i64_shr_s;
            I64ShrU "i64.shr_u" (u64, u64) -> u64 = n::i64_shr_u;
            I64Rotl "i64.rotl" (u64, u64) -> u64 = n::i64_rotl;
            I64Rotr "i64.rotr" (u64, u64) -> u64 = n::i64_rotr;
            F32Add "f32.add" (f32, f32) -> f32 = n::f32_add;
            F32Sub "f32.sub" (f32, f32) -> f32 = n::f32_sub;
            F32Mul "f32.mul" (f32, f32) -> f32 = n::f32_mul;
            F32Div "f32.div" (f32, f32) -> f32 = n::f32_div;
            F32Min "f32.min" (f32, f32) -> f32 = n::f32_min;
            F32Max "f32.max" (f32, f32) -> f32 = n::f32_max;
            F32Copysign "f32.copysign" (f32, f32) -> f32 = n::f32_copysign;
            F64Add "f64.add" (f64, f64) -> f64 = n::f64_add;
            F64Sub "f64.sub" (f64, f64) -> f64 = n::f64_sub;
            F64Mul "f64.mul" (f64, f64) -> f64 = n::f64_mul;
            F64Div "f64.div" (f64, f64) -> f64 = n::f64_div;
            F64Min "f64.min" (f64, f64) -> f64 = n::f64_min;
            F64Max "f64.max" (f64, f64) -> f64 = n::f64_max;
            F64Copysign "f64.copysign" (f64, f64) -> f64 = n::f64_copysign;
        }
    };
}
for_each_bin_op!(bin_ops);

/// Calls a macro with the table of the binary instructions that can trap.
macro_rules! for_each_trapping_bin_op {
    ($m:ident) => {
        $m! {
            I32DivS "i32.div_s" (u32, u32) -> u32 = n::i32_div_s;
            I32DivU "i32.div_u" (u32, u32) -> u32 = n::i32_div_u;
            I32RemS "i32.rem_s" (u32, u32) -> u32 = n::i32_rem_s;
            I32RemU "i32.rem_u" (u32, u32) -> u32 = n::i32_rem_u;
            I64DivS "i64.div_s" (u64, u64) -> u64 = n::i64_div_s;
            I64DivU "i64.div_u" (u64, u64) -> u64 = n::i64_div_u;
            I64RemS "i64.rem_s" (u64, u64) -> u64 = n::i64_rem_s;
            I64RemU "i64.rem_u" (u64, u64) -> u64 = n::i64_rem_u;
        }
    };
}
for_each_trapping_bin_op!(trapping_bin_ops);

/// Calls a macro with the table of the comparisons.
macro_rules! for_each_cmp_op {
    ($m:ident) => {
        $m! {
            I32Eq "i32.eq" (u32, u32) = n::i32_eq;
            I32Ne "i32.ne" (u32, u32) = n::i32_ne;
            I32LtS "i32.lt_s" (u32, u32) = n::i32_lt_s;
            I32LtU "i32.lt_u" (u32, u32) = n::i32_lt_u;
            I32GtS "i32.gt_s" (u32, u32) = n::i32_gt_s;
            I32GtU "i32.gt_u" (u32, u32) = n::i32_gt_u;
            I32LeS "i32.le_s" (u32, u32) = n::i32_le_s;
            I32LeU "i32.le_u" (u32, u32) = n::i32_le_u;
            I32GeS "i32.ge_s" (u32, u32) = n::i32_ge_s;
            I32GeU "i32.ge_u" (u32, u32) = n::i32_ge_u;
            I64Eq "i64.eq" (u64, u64) = n::i64_eq;
            I64Ne "i64.ne" (u64, u64) = n::i64_ne;
            I64LtS "i64.lt_s" (u64, u64) = n::i64_lt_s;
            I64LtU "i64.lt_u" (u64, u64) = n::i64_lt_u;
            I64GtS "i64.gt_s" (u64, u64) = n::i64_gt_s;
            I64GtU "i64.gt_u" (u64, u64) = n::i64_gt_u;
            I64LeS "i64.le_s" (u64, u64) = n::i64_le_s;
            I64LeU "i64.le_u" (u64, u64) = n::i64_le_u;
            I64GeS "i64.ge_s" (u64, u64) = n::i64_ge_s;
            I64GeU "i64.ge_u" (u64, u64) = n::i64_ge_u;
            F32Eq "f32.eq" (f32, f32) = n::f32_eq;
            F32Ne "f32.ne" (f32, f32) = n::f32_ne;
            F32Lt "f32.lt" (f32, f32) = n::f32_lt;
            F32Gt "f32.gt" (f32, f32) = n::f32_gt;
            F32Le "f32.le" (f32, f32) = n::f32_le;
            F32Ge "f32.ge" (f32, f32) = n::f32_ge;
            F64Eq "f64.eq" (f64, f64) = n::f64_eq;
            F64Ne "f64.ne" (f64, f64) = n::f64_ne;
            F64Lt "f64.lt" (f64, f64) = n::f64_lt;
            F64Gt "f64.gt" (f64, f64) = n::f64_gt;
            F64Le "f64.le" (f64, f64) = n::f64_le;
            F64Ge "f64.ge" (f64, f64) = n::f64_ge;
        }
    };
}
for_each_cmp_op!(cmp_ops);

/// Calls a macro with the table of the unary instructions.
macro_rules! for_each_un_op {
    ($m:ident) => {
        $m! {
            I32Clz "i32.clz" (u32) -> u32 = |a| Ok(n::i32_clz(a));
            I32Ctz "i32.ctz" (u32) -> u32 = |a| Ok(n::i32_ctz(a));
            I32Popcnt "i32.popcnt" (u32) -> u32 = |a| Ok(n::i32_popcnt(a));
            I32Extend8S "i32.extend8_s" (u32) -> u32 = |a| Ok(n::i32_extend8_s(a));
            I32Extend16S "i32.extend16_s" (u32) -> u32 = |a| Ok(n::i32_extend16_s(a));
            I64Clz "i64.clz" (u64) -> u64 = |a| Ok(n::i64_clz(a));
            I64Ctz "i64.ctz" (u64) -> u64 = |a| Ok(n::i64_ctz(a));
            I64Popcnt "i64.popcnt" (u64) -> u64 = |a| Ok(n::i64_popcnt(a));
            I64Extend8S "i64.extend8_s" (u64) -> u64 = |a| Ok(n::i64_extend8_s(a));
            I64Extend16S "i64.extend16_s" (u64) -> u64 = |a| Ok(n::i64_extend16_s(a));
            I64Extend32S "i64.extend32_s" (u64) -> u64 = |a| Ok(n::i64_extend32_s(a));
            F32Abs "f32.abs" (f32) -> f32 = |a| Ok(n::f32_abs(a));
            F32Neg "f32.neg" (f32) -> f32 = |a| Ok(n::f32_neg(a));
            F32Ceil "f32.ceil" (f32) -> f32 = |a| Ok(n::f32_ceil(a));
            F32Floor "f32.floor" (f32) -> f32 = |a| Ok(n::f32_floor(a));
            F32Trunc "f32.trunc" (f32) -> f32 = |a| Ok(n::f32_trunc(a));
            F32Nearest "f32.nearest" (f32) -> f32 = |a| Ok(n::f32_nearest(a));
            F32Sqrt "f32.sqrt" (f32) -> f32 = |a| Ok(n::f32_sqrt(a));
            F64Abs "f64.abs" (f64) -> f64 = |a| Ok(n::f64_abs(a));
            F64Neg "f64.neg" (f64) -> f64 = |a| Ok(n::f64_neg(a));
            F64Ceil "f64.ceil" (f64) -> f64 = |a| Ok(n::f64_ceil(a));
            F64Floor "f64.floor" (f64) -> f64 = |a| Ok(n::f64_floor(a));
            F64Trunc "f64.trunc" (f64) -> f64 = |a| Ok(n::f64_trunc(a));
            F64Nearest "f64.nearest" (f64) -> f64 = |a| Ok(n::f64_nearest(a));
            F64Sqrt "f64.sqrt" (f64) -> f64 = |a| Ok(n::f64_sqrt(a));
            I64ExtendI32S "i64.extend_i32_s" (u32) -> u64 = |a| Ok(n::i64_extend_i32_s(a));
            I64ExtendI32U "i64.extend_i32_u" (u32) -> u64 = |a| Ok(n::i64_extend_i32_u(a));
            I32TruncF32S "i32.trunc_f32_s" (f32) -> u32 = |a| n::i32_trunc_f32_s(a);
            I32TruncF32U "i32.trunc_f32_u" (f32) -> u32 = |a| n::i32_trunc_f32_u(a);
            I32TruncF64S "i32.trunc_f64_s" (f64) -> u32 = |a| n::i32_trunc_f64_s(a);
            I32TruncF64U "i32.trunc_f64_u" (f64) -> u32 = |a| n::i32_trunc_f64_u(a);
            I64TruncF32S "i64.trunc_f32_s" (f32) -> u64 = |a| n::i64_trunc_f32_s(a);
            I64TruncF32U "i64.trunc_f32_u" (f32) -> u64 = |a| n::i64_trunc_f32_u(a);
            I64TruncF64S "i64.trunc_f64_s" (f64) -> u64 = |a| n::i64_trunc_f64_s(a);
            I64TruncF64U "i64.trunc_f64_u" (f64) -> u64 = |a| n::i64_trunc_f64_u(a);
            I32TruncSatF32S "i32.trunc_sat_f32_s" (f32) -> u32 = |a| Ok(n::i32_trunc_sat_f32_s(a));
            I32TruncSatF32U "i32.trunc_sat_f32_u" (f32) -> u32 = |a| Ok(n::i32_trunc_sat_f32_u(a));
            I32TruncSatF64S "i32.trunc_sat_f64_s" (f64) -> u32 = |a| Ok(n::i32_trunc_sat_f64_s(a));
            I32TruncSatF64U "i32.trunc_sat_f64_u" (f64) -> u32 = |a| Ok(n::i32_trunc_sat_f64_u(a));
            I64TruncSatF32S "i64.trunc_sat_f32_s" (f32) -> u64 = |a| Ok(n::i64_trunc_sat_f32_s(a));
            I64TruncSatF32U "i64.trunc_sat_f32_u" (f32) -> u64 = |a| Ok(n::i64_trunc_sat_f32_u(a));
            I64TruncSatF64S "i64.trunc_sat_f64_s" (f64) -> u64 = |a| Ok(n::i64_trunc_sat_f64_s(a));
            I64TruncSatF64U "i64.trunc_sat_f64_u" (f64) -> u64 = |a| Ok(n::i64_trunc_sat_f64_u(a));
            F32ConvertI32S "f32.convert_i32_s" (u32) -> f32 = |a| Ok(n::f32_convert_i32_s(a));
            F32ConvertI32U "f32.convert_i32_u" (u32) -> f32 = |a| Ok(n::f32_convert_i32_u(a));
            F32ConvertI64S "f32.convert_i64_s" (u64) -> f32 = |a| Ok(n::f32_convert_i64_s(a));
            F32ConvertI64U "f32.convert_i64_u" (u64) -> f32 = |a| Ok(n::f32_convert_i64_u(a));
            F64ConvertI32S "f64.convert_i32_s" (u32) -> f64 = |a| Ok(n::f64_convert_i32_s(a));
            F64ConvertI32U "f64.convert_i32_u" (u32) -> f64 = |a| Ok(n::f64_convert_i32_u(a));
            F64ConvertI64S "f64.convert_i64_s" (u64) -> f64 = |a| Ok(n::f64_convert_i64_s(a));
            F64ConvertI64U "f64.convert_i64_u" (u64) -> f64 = |a| Ok(n::f64_convert_i64_u(a));
            F32DemoteF64 "f32.demote_f64" (f64) -> f32 = |a| Ok(n::f32_demote_f64(a));
            F64PromoteF32 "f64.promote_f32" (f32) -> f64 = |a| Ok(n::f64_promote_f32(a));
        }
    };
}
for_each_un_op!(un_ops);

#[cfg(feature = "explain")]
pub(crate) use {for_each_bin_op, for_each_cmp_op, for_each_trapping_bin_op, for_each_un_op};
