//! Memories, tables and segments, as machine code calls them (section 4.6.8, 4.6.9).
//!
//! # Safety
//!
//! This module allows `unsafe`: machine code passes its own context, with indices of that instance's memories, tables
//! and segments, and the address of a cell in its frame for a result. The code waits for the answer, so these functions
//! have its store to themselves.
#![allow(unsafe_code)]

use falkirk_runtime::vm::{self, Stop, VmContext, VmMemory, VmTable, libcalls};

use super::table::answer;
use crate::loaded::ModuleData;

/// A memory of the instance.
///
/// # Safety
///
/// `ctx` is the context of running code, whose module has this memory.
unsafe fn memory(ctx: *mut VmContext, index: u32) -> VmMemory {
    // SAFETY: the caller's promise; the offset comes from the layout of the context's own module.
    unsafe { *VmContext::at(ctx, ModuleData::of(ctx).info.layout.memory(index)) }
}

/// A table of the instance.
///
/// # Safety
///
/// `ctx` is the context of running code, whose module has this table.
unsafe fn table(ctx: *mut VmContext, index: u32) -> VmTable {
    // SAFETY: as for `memory`.
    unsafe { *VmContext::at(ctx, ModuleData::of(ctx).info.layout.table(index)) }
}

/// The result of `memory.grow` and `table.grow` for what was there before, or for a refusal.
fn grown(before: Option<u64>) -> u64 {
    before.unwrap_or(u64::MAX)
}

/// Functions that machine code calls, each with its body. See [`super::Builtin`] for what they do.
macro_rules! shims {
    ($($name:ident($ctx:ident $(, $parameter:ident: $type:ty)*) $body:block)*) => {$(
        /// As the library function of this name.
        ///
        /// # Safety
        ///
        /// As the module says.
        pub(super) unsafe extern "C" fn $name($ctx: *mut VmContext $(, $parameter: $type)*) -> u32 {
            // SAFETY: machine code passes what is its own.
            unsafe { answer($ctx, || $body) }
        }
    )*};
}

shims! {
    memory_grow(ctx, index: u32, pages: u64, result: *mut u64) {
        *result = grown(libcalls::memory_grow(ctx, index, pages)?);
        Ok::<(), Stop>(())
    }

    memory_init(ctx, index: u32, segment: u32, at: u64, source: u64, len: u64) {
        libcalls::memory_init(ctx, index, segment, at, source, len)
    }

    memory_copy(ctx, to: u32, from: u32, at: u64, source: u64, len: u64) {
        vm::memory_copy(memory(ctx, to), memory(ctx, from), at, source, len)
    }

    memory_fill(ctx, index: u32, at: u64, byte: u32, len: u64) {
        vm::memory_fill(memory(ctx, index), at, byte as u8, len)
    }

    table_grow(ctx, index: u32, value: u64, count: u64, result: *mut u64) {
        *result = grown(libcalls::table_grow(ctx, index, value, count)?);
        Ok::<(), Stop>(())
    }

    table_init(ctx, index: u32, segment: u32, at: u64, source: u64, len: u64) {
        libcalls::table_init(ctx, index, segment, at, source, len)
    }

    table_copy(ctx, to: u32, from: u32, at: u64, source: u64, len: u64) {
        vm::table_copy(table(ctx, to), table(ctx, from), at, source, len)
    }

    table_fill(ctx, index: u32, at: u64, value: u64, len: u64) {
        vm::table_fill(table(ctx, index), at, value, len)
    }
}

/// As [`Builtin::DataDrop`](super::Builtin::DataDrop).
///
/// # Safety
///
/// As the module says.
pub(super) unsafe extern "C" fn data_drop(ctx: *mut VmContext, segment: u32) {
    // SAFETY: machine code passes what is its own.
    unsafe { libcalls::data_drop(ctx, segment) };
}

/// As [`Builtin::ElemDrop`](super::Builtin::ElemDrop).
///
/// # Safety
///
/// As the module says.
pub(super) unsafe extern "C" fn elem_drop(ctx: *mut VmContext, segment: u32) {
    // SAFETY: machine code passes what is its own.
    unsafe { libcalls::elem_drop(ctx, segment) };
}
