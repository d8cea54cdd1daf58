//! Vector computations that take several CLIF instructions.
//!
//! Cranelift knows the shapes that these have and makes single machine instructions of many of them.

use cranelift_codegen::ir::types::I8X16;
use cranelift_codegen::ir::{
    ConstantData, Endianness, InstBuilder, InstructionData, MemFlagsData, Opcode, Type, Value,
};
use cranelift_frontend::FunctionBuilder;

use super::table::Make;

/// The vector as one of another type.
///
/// The operand stack has vectors as `I8X16`: what was cast to that is taken as it was before.
pub(super) fn as_type(b: &mut FunctionBuilder<'_>, vector: Value, ty: Type) -> Value {
    if b.func.dfg.value_type(vector) == ty {
        return vector;
    }
    let source = match definition(b, vector) {
        Some(InstructionData::LoadNoOffset { opcode: Opcode::Bitcast, arg, .. }) => arg,
        _ => vector,
    };
    if b.func.dfg.value_type(source) == ty {
        return source;
    }
    b.ins().bitcast(ty, MemFlagsData::new().with_endianness(Endianness::Little), source)
}

/// The instruction that makes a value.
fn definition(b: &FunctionBuilder<'_>, value: Value) -> Option<InstructionData> {
    let dfg = &b.func.dfg;
    dfg.value_def(value).inst().map(|inst| dfg.insts[inst])
}

/// The vector as the operand stack has it.
pub(super) fn as_bytes(b: &mut FunctionBuilder<'_>, vector: Value) -> Value {
    as_type(b, vector, I8X16)
}

/// A vector of these bytes, from the function's constant pool.
pub(super) fn constant(b: &mut FunctionBuilder<'_>, ty: Type, bytes: [u8; 16]) -> Value {
    let handle = b.func.dfg.constants.insert(ConstantData::from(&bytes[..]));
    b.ins().vconst(ty, handle)
}

/// The bytes of a vector that is constant.
fn known_bytes(b: &FunctionBuilder<'_>, vector: Value) -> Option<[u8; 16]> {
    match definition(b, vector)? {
        InstructionData::UnaryConst { opcode: Opcode::Vconst, constant_handle } => {
            b.func.dfg.constants.get(constant_handle).as_slice().try_into().ok()
        }
        _ => None,
    }
}

/// The bytes of `x` and `y`, taken as one array of 32, at these indices.
pub(super) fn shuffle(b: &mut FunctionBuilder<'_>, x: Value, y: Value, indices: [u8; 16]) -> Value {
    let mask = b.func.dfg.immediates.push(ConstantData::from(&indices[..]));
    b.ins().shuffle(x, y, mask)
}

/// The bytes of `x` at the indices in a vector; 0 where an index is 16 or more.
///
/// With known indices it is a shuffle: one instruction on x86_64, where a swizzle takes three.
pub(super) fn swizzle(b: &mut FunctionBuilder<'_>, x: Value, indices: Value) -> Value {
    match known_bytes(b, indices) {
        Some(indices) if indices.iter().all(|index| *index < 16) => shuffle(b, x, x, indices),
        _ => b.ins().swizzle(x, indices),
    }
}

/// How lanes become ones of twice the width: the lower half of them, and the upper.
#[derive(Clone, Copy)]
pub(super) struct Widen {
    pub(super) low: Make<1>,
    pub(super) high: Make<1>,
}

/// By sign extension.
pub(super) const SIGNED: Widen = Widen { low: |b, [x]| b.ins().swiden_low(x), high: |b, [x]| b.ins().swiden_high(x) };
/// By zero extension.
pub(super) const UNSIGNED: Widen = Widen { low: |b, [x]| b.ins().uwiden_low(x), high: |b, [x]| b.ins().uwiden_high(x) };

/// The exact products of one half of the lanes.
pub(super) fn product(b: &mut FunctionBuilder<'_>, x: Value, y: Value, widen: Make<1>) -> Value {
    let (x, y) = (widen(b, [x]), widen(b, [y]));
    b.ins().imul(x, y)
}

/// The exact sums of neighbouring lanes.
pub(super) fn sums_of_neighbours(b: &mut FunctionBuilder<'_>, x: Value, widen: Widen) -> Value {
    let (low, high) = ((widen.low)(b, [x]), (widen.high)(b, [x]));
    b.ins().iadd_pairwise(low, high)
}

/// The exact products of signed lanes, neighbours added modulo `2^2N`.
pub(super) fn dot(b: &mut FunctionBuilder<'_>, x: Value, y: Value) -> Value {
    let (low, high) = (product(b, x, y, SIGNED.low), product(b, x, y, SIGNED.high));
    b.ins().iadd_pairwise(low, high)
}

/// The exact products of signed `I8X16` lanes, neighbours added and saturated to `I16X8`.
///
/// Only `-128 * -128`, twice, is too large a sum. No instruction adds neighbours with saturation, so the bytes are
/// extended first: what `dot` then sums as `I32X4` is exact, and narrowing saturates it.
pub(super) fn saturated_dot(b: &mut FunctionBuilder<'_>, x: Value, y: Value) -> Value {
    let [low, high] = [SIGNED.low, SIGNED.high].map(|widen| {
        let (x, y) = (widen(b, [x]), widen(b, [y]));
        dot(b, x, y)
    });
    b.ins().snarrow(low, high)
}

/// The lanes of `x` where a comparison holds, those of `y` where it does not.
pub(super) fn select_lanes(b: &mut FunctionBuilder<'_>, holds: Value, x: Value, y: Value) -> Value {
    let ty = b.func.dfg.value_type(x);
    let mask = as_type(b, holds, ty);
    b.ins().bitselect(mask, x, y)
}
