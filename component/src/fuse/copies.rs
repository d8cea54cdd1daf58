//! Two functions of an adapter's module: one copies a string to the other guest, one a list of plain elements.
//!
//! Both check where the value lies, call `realloc`, and copy. Whether a string is ASCII is seen while it is copied; if not, the
//! host is asked whether it is UTF-8. Short strings are two pieces that overlap: 8 to 15 bytes are the first 8 and the last
//! 8, whatever the length.

use falkirk_canonical_abi::{MAX_LIST_BYTE_LENGTH, MAX_STRING_BYTE_LENGTH};
use wasm_encoder::{BlockType, Function, InstructionSink, ValType};

use super::check::{Check, Guest};
use super::code::{Code, at, memory};

/// Who copies to whom, and with what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    /// Where values come from.
    pub from: Guest,
    /// The `realloc` of the guest that they go to.
    pub realloc: u32,
    /// The global with that guest's flags.
    pub flags: u32,
    /// The function that the host checks with.
    pub check: u32,
}

// The parameters.
const PTR: u32 = 0;
const LENGTH: u32 = 1;
const SIZE: u32 = 2;
const ALIGN: u32 = 3;

/// A function of a string's address and length that copies the string, and returns its new address.
pub(super) fn copy_string(way: Way) -> Function {
    let mut code = Code::new(2, way.check);
    let to = code.local(ValType::I32);
    code.passes_end(way.from, PTR, |ins| _ = ins.local_get(LENGTH).i64_extend_i32_u());
    code.ins().local_get(LENGTH).i32_const(MAX_STRING_BYTE_LENGTH as i32).i32_gt_u().i32_or();
    code.check_if(Check::String, way.from, &[PTR, LENGTH], &[]);

    code.ins().global_get(way.flags).i32_const(0).global_set(way.flags);
    code.ins().i32_const(0).i32_const(0).i32_const(1).local_get(LENGTH).call(way.realloc).local_set(to);
    code.ins().global_set(way.flags);
    code.passes_end(way.from.other(), to, |ins| _ = ins.local_get(LENGTH).i64_extend_i32_u());
    code.check_if(Check::Realloc, way.from.other(), &[to, LENGTH], &[1]);

    copy_bytes(&mut code, way.from, to);
    code.check_if(Check::String, way.from, &[PTR, LENGTH], &[]);
    code.ins().local_get(to);
    code.finish()
}

/// A function of a list's address and length, and its elements' size and alignment, that copies the list, and returns its
/// new address.
pub(super) fn copy_list(way: Way) -> Function {
    let mut code = Code::new(4, way.check);
    let (to, bytes) = (code.local(ValType::I32), code.local(ValType::I64));
    let is_unaligned = |code: &mut Code, ptr| {
        code.ins().local_get(ptr).local_get(ALIGN).i32_const(1).i32_sub().i32_and().i32_const(0).i32_ne().i32_or();
    };
    code.ins().local_get(LENGTH).i64_extend_i32_u().local_get(SIZE).i64_extend_i32_u().i64_mul().local_set(bytes);
    code.passes_end(way.from, PTR, |ins| _ = ins.local_get(bytes));
    code.ins().local_get(bytes).i64_const(MAX_LIST_BYTE_LENGTH as i64).i64_gt_u().i32_or();
    is_unaligned(&mut code, PTR);
    code.check_if(Check::List, way.from, &[PTR, LENGTH, SIZE, ALIGN], &[]);

    code.ins().global_get(way.flags).i32_const(0).global_set(way.flags);
    code.ins().i32_const(0).i32_const(0).local_get(ALIGN).local_get(bytes).i32_wrap_i64();
    code.ins().call(way.realloc).local_set(to).global_set(way.flags);
    code.passes_end(way.from.other(), to, |ins| _ = ins.local_get(bytes));
    is_unaligned(&mut code, to);
    // From here on the length is the number of bytes.
    code.ins().local_get(bytes).i32_wrap_i64().local_set(LENGTH);
    code.check_if(Check::Realloc, way.from.other(), &[to, LENGTH, ALIGN], &[]);
    code.ins().local_get(to).local_get(PTR).local_get(LENGTH).memory_copy(memory(way.from.other()), memory(way.from));
    code.ins().local_get(to);
    code.finish()
}

/// A piece of a string: how it is loaded, kept, stored and joined.
struct Piece {
    bytes: i32,
    ty: ValType,
    load: fn(&mut InstructionSink<'_>, Guest),
    store: fn(&mut InstructionSink<'_>, Guest),
    or: fn(&mut InstructionSink<'_>),
    /// Whether a byte has its high bit set, which none has in ASCII.
    is_high: fn(&mut InstructionSink<'_>),
}

/// The pieces, the largest first.
const PIECES: [Piece; 3] = [
    Piece {
        bytes: 16,
        ty: ValType::V128,
        load: |ins, guest| _ = ins.v128_load(at(guest, 0)),
        store: |ins, guest| _ = ins.v128_store(at(guest, 0)),
        or: |ins| _ = ins.v128_or(),
        is_high: |ins| _ = ins.v128_const(i128::from_ne_bytes([0x80; 16])).v128_and().v128_any_true(),
    },
    Piece {
        bytes: 8,
        ty: ValType::I64,
        load: |ins, guest| _ = ins.i64_load(at(guest, 0)),
        store: |ins, guest| _ = ins.i64_store(at(guest, 0)),
        or: |ins| _ = ins.i64_or(),
        is_high: |ins| _ = ins.i64_const(i64::from_ne_bytes([0x80; 8])).i64_and().i64_const(0).i64_ne(),
    },
    Piece {
        bytes: 4,
        ty: ValType::I32,
        load: |ins, guest| _ = ins.i32_load(at(guest, 0)),
        store: |ins, guest| _ = ins.i32_store(at(guest, 0)),
        or: |ins| _ = ins.i32_or(),
        is_high: |ins| _ = ins.i32_const(i32::from_ne_bytes([0x80; 4])).i32_and(),
    },
];

/// Where the last so many bytes of what begins at an address are.
fn last(ins: &mut InstructionSink<'_>, ptr: u32, bytes: i32) {
    ins.local_get(ptr).local_get(LENGTH).i32_add().i32_const(bytes).i32_sub();
}

/// Of up to three bytes the first, the middle and the last: all of them.
const FEW: [fn(&mut InstructionSink<'_>, u32); 3] = [
    |ins, ptr| _ = ins.local_get(ptr),
    |ins, ptr| _ = ins.local_get(ptr).local_get(LENGTH).i32_const(1).i32_shr_u().i32_add(),
    |ins, ptr| last(ins, ptr, 1),
];

/// Copies the bytes of a string to an address in the other guest, and leaves on the stack whether some are not ASCII.
fn copy_bytes(code: &mut Code, from: Guest, to: u32) {
    let result = BlockType::Result(ValType::I32);
    code.ins().local_get(LENGTH).i32_const(32).i32_gt_u().if_(result);
    copy_long(code, from, to);
    for piece in &PIECES {
        let kept = code.local(piece.ty);
        let mut ins = code.ins();
        ins.else_().local_get(LENGTH).i32_const(piece.bytes).i32_ge_u().if_(result);
        (piece.load)(ins.local_get(to).local_get(PTR), from);
        (piece.store)(ins.local_tee(kept), from.other());
        ins.local_get(kept);
        copy_last(&mut ins, piece, from, to, kept);
        (piece.or)(ins.local_get(kept));
        (piece.is_high)(&mut ins);
    }
    let all = code.local(ValType::I32);
    let mut ins = code.ins();
    ins.else_().local_get(LENGTH).if_(BlockType::Empty);
    for place in FEW {
        place(&mut ins, to);
        place(&mut ins, PTR);
        ins.i32_load8_u(at(from, 0)).i32_store8(at(from.other(), 0));
        place(&mut ins, PTR);
        ins.i32_load8_u(at(from, 0)).local_get(all).i32_or().local_set(all);
    }
    ins.end().local_get(all).i32_const(0x80).i32_and();
    ins.end().end().end().end();
}

/// Copies the last piece, and keeps it in a local.
fn copy_last(ins: &mut InstructionSink<'_>, piece: &Piece, from: Guest, to: u32, kept: u32) {
    last(ins, to, piece.bytes);
    last(ins, PTR, piece.bytes);
    (piece.load)(ins, from);
    (piece.store)(ins.local_tee(kept), from.other());
}

/// The same for strings of more than 32 bytes: 64 at a time, then 16, then the last 16.
fn copy_long(code: &mut Code, from: Guest, to: u32) {
    let (source, target, left) = (code.local(ValType::I32), code.local(ValType::I32), code.local(ValType::I32));
    let all = code.local(ValType::V128);
    let kept: [u32; 4] = std::array::from_fn(|_| code.local(ValType::V128));
    let mut ins = code.ins();
    ins.local_get(PTR).local_set(source).local_get(to).local_set(target).local_get(LENGTH).local_set(left);
    // Zero as it is, but a value that no call comes before needs no place on the stack.
    ins.v128_const(0).local_set(all);
    for kept in [&kept[..], &kept[..1]] {
        let step = 16 * kept.len() as i32;
        ins.block(BlockType::Empty).loop_(BlockType::Empty);
        ins.local_get(left).i32_const(step).i32_lt_u().br_if(1);
        for (kept, offset) in kept.iter().zip((0..).step_by(16)) {
            ins.local_get(source).v128_load(at(from, offset)).local_set(*kept);
        }
        for (kept, offset) in kept.iter().zip((0..).step_by(16)) {
            ins.local_get(target).local_get(*kept).v128_store(at(from.other(), offset));
        }
        ins.local_get(all);
        for kept in kept {
            ins.local_get(*kept).v128_or();
        }
        ins.local_set(all);
        for (local, step) in [(source, step), (target, step), (left, -step)] {
            ins.local_get(local).i32_const(step).i32_add().local_set(local);
        }
        ins.br(0).end().end();
    }
    copy_last(&mut ins, &PIECES[0], from, to, kept[0]);
    ins.local_get(all).local_get(kept[0]).v128_or();
    (PIECES[0].is_high)(&mut ins);
}
