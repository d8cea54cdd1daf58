//! Loads and stores (section 4.4.7): the address, its check, and the access.
//!
//! A 32-bit memory in a reservation with a guard needs no comparison: every address that 32 bits and a small offset can
//! name is reserved, and those past the memory's end fault. Other memories are compared with their length.
//!
//! What traps has written nothing. But an aarch64 processor may divide a store that is not aligned, and write the bytes
//! before the memory's end when those after it fault. There, a store that relies on the guard follows a load of its last
//! byte, which faults in its stead.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::immediates::Offset32;
use cranelift_codegen::ir::types::{F32, F64, I8, I32, I64};
use cranelift_codegen::ir::{Endianness, InstBuilder, MemFlagsData, Type, Value};
use cranelift_frontend::FunctionBuilder;
use falkirk_runtime::MemoryType;
use falkirk_runtime::Trap;
use falkirk_runtime::engine::GUARD_BYTES;
use wasmparser::{MemArg, MemArgTarget, Operator as O};

use super::state::{FunctionTranslator, Operand};
use crate::abi::{POINTER, constant, memory, stop_code, trusted};

/// The size of a page.
const PAGE: u64 = 65_536;

/// The greatest offset that an address leaves to the instruction; those of its pieces may be a little greater.
const MAX_OFFSET: i32 = i32::MAX - 4096;

/// How the address of an access is formed: base, flags, and an offset for the instruction.
pub(super) type Address = (MemFlagsData, Value, Offset32);

/// How an access is sure not to touch what it must not.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Check {
    /// It was compared with the length, or is within what the memory always has.
    Done,
    /// The guard faults.
    Guard,
}

/// An instruction that loads a value of this type.
type Load = fn(&mut FunctionBuilder<'_>, Type, Address) -> Value;

/// An instruction that stores a value.
type Store = fn(&mut FunctionBuilder<'_>, Value, Address);

impl FunctionTranslator<'_> {
    /// Translates a load or store of a scalar. Tells whether it was one.
    pub(super) fn access(&mut self, operator: &O<'_>) -> bool {
        match *operator {
            O::I32Load { memarg } => self.load(memarg, 4, I32, |b, ty, (f, p, o)| b.ins().load(ty, f, p, o)),
            O::I64Load { memarg } => self.load(memarg, 8, I64, |b, ty, (f, p, o)| b.ins().load(ty, f, p, o)),
            O::F32Load { memarg } => self.load(memarg, 4, F32, |b, ty, (f, p, o)| b.ins().load(ty, f, p, o)),
            O::F64Load { memarg } => self.load(memarg, 8, F64, |b, ty, (f, p, o)| b.ins().load(ty, f, p, o)),
            O::I32Load8S { memarg } => self.load(memarg, 1, I32, |b, ty, (f, p, o)| b.ins().sload8(ty, f, p, o)),
            O::I32Load8U { memarg } => self.load(memarg, 1, I32, |b, ty, (f, p, o)| b.ins().uload8(ty, f, p, o)),
            O::I32Load16S { memarg } => self.load(memarg, 2, I32, |b, ty, (f, p, o)| b.ins().sload16(ty, f, p, o)),
            O::I32Load16U { memarg } => self.load(memarg, 2, I32, |b, ty, (f, p, o)| b.ins().uload16(ty, f, p, o)),
            O::I64Load8S { memarg } => self.load(memarg, 1, I64, |b, ty, (f, p, o)| b.ins().sload8(ty, f, p, o)),
            O::I64Load8U { memarg } => self.load(memarg, 1, I64, |b, ty, (f, p, o)| b.ins().uload8(ty, f, p, o)),
            O::I64Load16S { memarg } => self.load(memarg, 2, I64, |b, ty, (f, p, o)| b.ins().sload16(ty, f, p, o)),
            O::I64Load16U { memarg } => self.load(memarg, 2, I64, |b, ty, (f, p, o)| b.ins().uload16(ty, f, p, o)),
            O::I64Load32S { memarg } => self.load(memarg, 4, I64, |b, _, (f, p, o)| b.ins().sload32(f, p, o)),
            O::I64Load32U { memarg } => self.load(memarg, 4, I64, |b, _, (f, p, o)| b.ins().uload32(f, p, o)),
            O::I32Store { memarg } | O::F32Store { memarg } => self.store(memarg, 4, store),
            O::I64Store { memarg } | O::F64Store { memarg } => self.store(memarg, 8, store),
            O::I32Store8 { memarg } => self.store(memarg, 1, store8),
            O::I64Store8 { memarg } => self.store(memarg, 1, store8),
            O::I32Store16 { memarg } | O::I64Store16 { memarg } => self.store(memarg, 2, |b, x, (f, p, o)| {
                b.ins().istore16(f, x, p, o);
            }),
            O::I64Store32 { memarg } => self.store(memarg, 4, |b, x, (f, p, o)| {
                b.ins().istore32(f, x, p, o);
            }),
            _ => return false,
        }
        true
    }

    fn load(&mut self, memarg: MemArg, size: u32, ty: Type, load: Load) {
        let address = self.address(&memarg, size);
        let value = self.placed(|builder| load(builder, ty, address));
        self.push(value);
    }

    fn store(&mut self, memarg: MemArg, size: u32, store: Store) {
        // A comparison's result is a byte already.
        let value = if size == 1 { self.pop_condition() } else { self.pop() };
        let address = self.target(&memarg, size);
        self.placed(|builder| store(builder, value, address));
    }

    /// As [`FunctionTranslator::address`], to store so many bytes there with one instruction.
    pub(super) fn target(&mut self, memarg: &MemArg, size: u32) -> Address {
        let address = self.address(memarg, size);
        self.touch_last(address, size);
        address
    }

    /// Has a store of so many bytes fault before it writes any, also on a machine that would not see to that itself.
    pub(super) fn touch_last(&mut self, (flags, address, offset): Address, size: u32) {
        if self.isa.name() == "aarch64" && size > 1 && !flags.notrap() {
            let last = i32::from(offset) + size as i32 - 1;
            self.placed(|builder| builder.ins().uload8(I32, flags, address, last));
        }
    }

    /// Pops an index, and gives the address of so many bytes there, checked or sure to fault where it must.
    ///
    /// The access needs this operator's position (see [`FunctionTranslator::placed`]).
    pub(super) fn address(&mut self, memarg: &MemArg, size: u32) -> Address {
        let MemArgTarget::Memory(index) = memarg.target else {
            panic!("BUG: validation let an access to an array pass")
        };
        let at = self.pop_operand();
        self.address_at(index, at, memarg.offset, size)
    }

    /// The address of so many bytes at an index and offset.
    pub(super) fn address_at(&mut self, memory: u32, index: Operand, offset: u64, size: u32) -> Address {
        match self.known(index) {
            Some(index) => self.address_known(memory, index, offset, size),
            None => self.address_unknown(memory, index, offset, size),
        }
    }

    /// The address for an index that is known.
    fn address_known(&mut self, memory: u32, index: u64, offset: u64, size: u32) -> Address {
        let start = index.saturating_add(offset);
        let end = start.saturating_add(u64::from(size));
        let ty = self.env.info.memories[memory as usize];
        let check = if end <= least(ty) {
            Check::Done
        } else if self.is_guarded(ty) && end <= (4 << 30) + GUARD_BYTES as u64 {
            Check::Guard
        } else {
            let len = self.memory_len(memory);
            let end = self.word(end);
            let outside = self.compare(IntCC::UnsignedLessThan, len, end);
            self.trap_if(outside, Trap::MemoryOutOfBounds);
            Check::Done
        };
        let base = self.memory_base(memory);
        self.with_offset(base, start, check)
    }

    // ANCHOR: address
    /// The address for an index that the program computes.
    fn address_unknown(&mut self, memory: u32, index: Operand, offset: u64, size: u32) -> Address {
        let ty = self.env.info.memories[memory as usize];
        let need = offset.saturating_add(u64::from(size));
        let index = self.value(index);
        let index = if ty.memory64 { index } else { self.extended(index) };
        let check = if self.is_guarded(ty) && need <= GUARD_BYTES as u64 {
            Check::Guard
        } else {
            self.check_index(memory, index, need);
            Check::Done
        };
        let base = self.memory_base(memory);
        let address = self.builder.ins().iadd(base, index);
        self.with_offset(address, offset, check)
    }
    // ANCHOR_END: address

    /// Traps unless so many bytes from an index on lie within a memory.
    fn check_index(&mut self, memory: u32, index: Value, need: u64) {
        let ty = self.env.info.memories[memory as usize];
        let outside = if need <= least(ty) && (ty.memory64 || is_fixed(ty)) {
            // The memory is at least that long, so the difference is no less than zero.
            let last = match is_fixed(ty) {
                true => self.word(least(ty) - need),
                false => {
                    let len = self.memory_len(memory);
                    let need = self.word(need);
                    self.builder.ins().isub(len, need)
                }
            };
            self.compare(IntCC::UnsignedGreaterThan, index, last)
        } else {
            let need = self.word(need);
            let end = match ty.memory64 {
                true => self.placed(|b| b.ins().uadd_overflow_trap(index, need, stop_code(Trap::MemoryOutOfBounds))),
                false => self.builder.ins().iadd(index, need),
            };
            let len = self.memory_len(memory);
            self.compare(IntCC::UnsignedGreaterThan, end, len)
        };
        self.trap_if(outside, Trap::MemoryOutOfBounds);
    }

    /// An address with an offset, which the instruction takes if it can.
    fn with_offset(&mut self, address: Value, offset: u64, check: Check) -> Address {
        let flags = MemFlagsData::new().with_endianness(Endianness::Little);
        let flags = if check == Check::Done { flags.with_notrap() } else { flags };
        match i32::try_from(offset).ok().filter(|offset| *offset <= MAX_OFFSET) {
            Some(offset) => (flags, address, Offset32::new(offset)),
            None => {
                let offset = self.word(offset);
                (flags, self.builder.ins().iadd(address, offset), Offset32::new(0))
            }
        }
    }

    /// Whether a memory stands in a reservation of all that 32 bits can name, and a guard.
    fn is_guarded(&self, ty: MemoryType) -> bool {
        self.env.settings.guarded_memories && !ty.memory64
    }

    /// The base of a memory.
    pub(super) fn memory_base(&mut self, index: u32) -> Value {
        let ty = self.env.info.memories[index as usize];
        let offset = self.env.info.layout.memory(index) as i32 + memory::BASE;
        if !self.is_guarded(ty) && !is_fixed(ty) {
            return self.builder.ins().load(POINTER, trusted(), self.context, offset);
        }
        if let Some(base) = self.buffers.bases.get(index as usize).copied().flatten() {
            return base;
        }
        // It never moves: one load serves the whole function.
        let context = self.context;
        let base = self.at_entry(|cursor| cursor.ins().load(POINTER, constant(), context, offset));
        if self.buffers.bases.len() <= index as usize {
            self.buffers.bases.resize(index as usize + 1, None);
        }
        self.buffers.bases[index as usize] = Some(base);
        base
    }

    /// The length of a memory in bytes.
    pub(super) fn memory_len(&mut self, index: u32) -> Value {
        let ty = self.env.info.memories[index as usize];
        if is_fixed(ty) {
            return self.word(least(ty));
        }
        let offset = self.env.info.layout.memory(index) as i32 + memory::LEN;
        self.builder.ins().load(I64, trusted(), self.context, offset)
    }

    /// `memory.size`.
    pub(super) fn memory_size(&mut self, index: u32) {
        let ty = self.env.info.memories[index as usize];
        let len = self.memory_len(index);
        let pages = self.builder.ins().ushr_imm_u(len, i64::from(PAGE.trailing_zeros()));
        let pages = if ty.memory64 { pages } else { self.builder.ins().ireduce(I32, pages) };
        self.push(pages);
    }

    /// An `i32` as an unsigned 64-bit number, which is made once for all uses that it dominates.
    pub(super) fn extended(&mut self, index: Value) -> Value {
        let dfg = &self.builder.func.dfg;
        let index = dfg.resolve_aliases(index);
        if let Some(wide) = self
            .buffers
            .extended
            .find(index, |depth, region| self.buffers.frames.get(depth).is_some_and(|frame| frame.region == region))
        {
            return wide;
        }
        let wide = self.builder.ins().uextend(I64, index);
        let depth = self.buffers.frames.len() - 1;
        self.buffers.extended.keep(index, wide, depth, self.buffers.frames[depth].region);
        wide
    }
}

/// How many bytes a memory always has.
fn least(ty: MemoryType) -> u64 {
    ty.min.saturating_mul(PAGE)
}

/// Whether a memory can't grow. It never moves then.
fn is_fixed(ty: MemoryType) -> bool {
    ty.max == Some(ty.min)
}

fn store(builder: &mut FunctionBuilder<'_>, value: Value, (flags, address, offset): Address) {
    builder.ins().store(flags, value, address, offset);
}

fn store8(builder: &mut FunctionBuilder<'_>, value: Value, (flags, address, offset): Address) {
    if builder.func.dfg.value_type(value) == I8 {
        builder.ins().store(flags, value, address, offset);
    } else {
        builder.ins().istore8(flags, value, address, offset);
    }
}

/// The `i32`s that were extended lately.
pub(super) struct Extended([Option<Extension>; EXTENSIONS]);

/// How many are remembered.
const EXTENSIONS: usize = 64;

/// An `i32` that was extended.
#[derive(Clone, Copy)]
struct Extension {
    narrow: Value,
    wide: Value,
    /// Which of the open blocks it was extended in, and the number of that block's code.
    depth: usize,
    region: u32,
}

impl Default for Extended {
    fn default() -> Extended {
        Extended([None; EXTENSIONS])
    }
}

impl Extended {
    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.0.fill(None);
    }

    /// The extension of this value, if code with this depth and region is still `open`.
    fn find(&self, narrow: Value, open: impl FnOnce(usize, u32) -> bool) -> Option<Value> {
        let found = self.0[narrow.as_u32() as usize % EXTENSIONS]?;
        (found.narrow == narrow && open(found.depth, found.region)).then_some(found.wide)
    }

    fn keep(&mut self, narrow: Value, wide: Value, depth: usize, region: u32) {
        self.0[narrow.as_u32() as usize % EXTENSIONS] = Some(Extension { narrow, wide, depth, region });
    }
}
