//! Two functions of an adapter's module: one copies a string to the other guest, one a list of plain elements.
//!
//! Both check first, then call `realloc`, then copy. Strings that are ASCII are checked here, and short ones copied here as
//! well: in two pieces that overlap, for 8 to 15 bytes the first 8 and the last 8, whatever the length.

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

/// The high bits of eight bytes: none of them is set in ASCII.
const HIGH: u64 = 0x8080_8080_8080_8080;

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
    is_not_ascii(&mut code, way.from);
    code.check_if(Check::String, way.from, &[PTR, LENGTH], &[]);

    code.ins().global_get(way.flags).i32_const(0).global_set(way.flags);
    code.ins().i32_const(0).i32_const(0).i32_const(1).local_get(LENGTH).call(way.realloc).local_set(to);
    code.ins().global_set(way.flags);
    code.passes_end(way.from.other(), to, |ins| _ = ins.local_get(LENGTH).i64_extend_i32_u());
    code.check_if(Check::Realloc, way.from.other(), &[to, LENGTH], &[1]);

    copy_bytes(&mut code, way.from, to);
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

/// How a value of one width is loaded, stored and joined.
struct Width {
    bytes: i32,
    load: fn(&mut InstructionSink<'_>, Guest),
    store: fn(&mut InstructionSink<'_>, Guest),
    /// Whether one of two such values, joined, has the high bit of a byte.
    is_high: fn(&mut InstructionSink<'_>),
}

/// The widths that two pieces have, from the largest on.
const WIDTHS: [Width; 3] = [
    Width {
        bytes: 16,
        load: |ins, guest| _ = ins.v128_load(at(guest, 0)),
        store: |ins, guest| _ = ins.v128_store(at(guest, 0)),
        is_high: |ins| {
            ins.v128_or().v128_const(i128::from_ne_bytes([0x80; 16])).v128_and().v128_any_true();
        },
    },
    Width {
        bytes: 8,
        load: |ins, guest| _ = ins.i64_load(at(guest, 0)),
        store: |ins, guest| _ = ins.i64_store(at(guest, 0)),
        is_high: |ins| _ = ins.i64_or().i64_const(HIGH as i64).i64_and().i64_const(0).i64_ne(),
    },
    Width {
        bytes: 4,
        load: |ins, guest| _ = ins.i32_load(at(guest, 0)),
        store: |ins, guest| _ = ins.i32_store(at(guest, 0)),
        is_high: |ins| _ = ins.i32_or().i32_const(HIGH as i32).i32_and(),
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

/// Leaves on the stack whether a string has bytes that are not ASCII.
fn is_not_ascii(code: &mut Code, from: Guest) {
    let result = BlockType::Result(ValType::I32);
    code.ins().local_get(LENGTH).i32_const(32).i32_gt_u().if_(result);
    is_long_not_ascii(code, from);
    let mut ins = code.ins();
    for Width { bytes, load, is_high, .. } in &WIDTHS {
        ins.else_().local_get(LENGTH).i32_const(*bytes).i32_ge_u().if_(result);
        load(ins.local_get(PTR), from);
        last(&mut ins, PTR, *bytes);
        load(&mut ins, from);
        is_high(&mut ins);
    }
    ins.else_().local_get(LENGTH).if_(result);
    for place in FEW {
        place(&mut ins, PTR);
        ins.i32_load8_u(at(from, 0));
    }
    ins.i32_or().i32_or().i32_const(0x80).i32_and();
    ins.else_().i32_const(0).end();
    ins.end().end().end().end();
}

/// The same for strings of more than 32 bytes: 64 at a time, then 16, then the last 16.
fn is_long_not_ascii(code: &mut Code, from: Guest) {
    let (place, left, all) = (code.local(ValType::I32), code.local(ValType::I32), code.local(ValType::V128));
    let mut ins = code.ins();
    ins.local_get(PTR).local_set(place).local_get(LENGTH).local_set(left);
    for step in [64, 16] {
        ins.block(BlockType::Empty).loop_(BlockType::Empty);
        ins.local_get(left).i32_const(step).i32_lt_u().br_if(1);
        ins.local_get(all);
        for offset in (0..step).step_by(16) {
            ins.local_get(place).v128_load(at(from, offset as u32)).v128_or();
        }
        ins.local_set(all);
        ins.local_get(place).i32_const(step).i32_add().local_set(place);
        ins.local_get(left).i32_const(step).i32_sub().local_set(left);
        ins.br(0).end().end();
    }
    ins.local_get(all);
    last(&mut ins, PTR, 16);
    ins.v128_load(at(from, 0));
    (WIDTHS[0].is_high)(&mut ins);
}

/// Copies the bytes of a string to an address in the other guest.
fn copy_bytes(code: &mut Code, from: Guest, to: u32) {
    let other = from.other();
    let mut ins = code.ins();
    ins.local_get(LENGTH).i32_const(32).i32_gt_u().if_(BlockType::Empty);
    ins.local_get(to).local_get(PTR).local_get(LENGTH).memory_copy(memory(other), memory(from));
    for Width { bytes, load, store, .. } in &WIDTHS {
        ins.else_().local_get(LENGTH).i32_const(*bytes).i32_ge_u().if_(BlockType::Empty);
        load(ins.local_get(to).local_get(PTR), from);
        store(&mut ins, other);
        last(&mut ins, to, *bytes);
        last(&mut ins, PTR, *bytes);
        load(&mut ins, from);
        store(&mut ins, other);
    }
    ins.else_().local_get(LENGTH).if_(BlockType::Empty);
    for place in FEW {
        place(&mut ins, to);
        place(&mut ins, PTR);
        ins.i32_load8_u(at(from, 0)).i32_store8(at(other, 0));
    }
    ins.end();
    ins.end().end().end().end();
}
