//! The addresses of the library functions, and how each of them answers.
//!
//! # Safety
//!
//! This module allows `unsafe`: it writes to the store of code that waits for its answer.
#![allow(unsafe_code)]

use std::panic::{AssertUnwindSafe, catch_unwind};

use falkirk_runtime::vm::{Stop, VmContext};

use super::{Builtin, bulk, call_out};
use crate::traps;

/// What `VmContext::builtins` leads to: their addresses, by position.
pub struct Table([*const (); Builtin::ALL.len()]);

// SAFETY: these are addresses of functions.
unsafe impl Sync for Table {}

impl Table {
    /// The address of the table.
    pub fn address(&'static self) -> *const () {
        self.0.as_ptr().cast()
    }
}

/// The table that all code uses.
pub static TABLE: Table = {
    let mut table = [std::ptr::null(); Builtin::ALL.len()];
    let mut at = 0;
    while at < table.len() {
        assert!(Builtin::ALL[at] as usize == at, "BUG: a library function stands in the wrong position");
        table[at] = address(Builtin::ALL[at]);
        at += 1;
    }
    Table(table)
};

/// The function that code calls.
const fn address(builtin: Builtin) -> *const () {
    match builtin {
        Builtin::Raise => traps::raise as *const (),
        Builtin::CallOut => call_out::call_out as *const (),
        Builtin::MemoryGrow => bulk::memory_grow as *const (),
        Builtin::MemoryInit => bulk::memory_init as *const (),
        Builtin::MemoryCopy => bulk::memory_copy as *const (),
        Builtin::MemoryFill => bulk::memory_fill as *const (),
        Builtin::DataDrop => bulk::data_drop as *const (),
        Builtin::TableGrow => bulk::table_grow as *const (),
        Builtin::TableInit => bulk::table_init as *const (),
        Builtin::TableCopy => bulk::table_copy as *const (),
        Builtin::TableFill => bulk::table_fill as *const (),
        Builtin::ElemDrop => bulk::elem_drop as *const (),
    }
}

/// Runs the body of a library function, and gives the answer: 0, or 1 with the reason in the store.
///
/// This is also where code notices an interrupt whose signals find it here each time, in a loop that does little else.
///
/// A panic must not unwind through machine code. It waits in the store until the code has been left.
///
/// # Safety
///
/// `ctx` is the context of the code that waits for the answer.
#[inline(always)]
pub(super) unsafe fn answer<E: Into<Stop>>(ctx: *mut VmContext, body: impl FnOnce() -> Result<(), E>) -> u32 {
    let stop = match catch_unwind(AssertUnwindSafe(body)) {
        // SAFETY: the caller's promise; a context has its store's limit.
        Ok(Ok(())) if unsafe { (*(*ctx).stack_limit).is_interrupted() } => Stop::Interrupted,
        Ok(Ok(())) => return 0,
        Ok(Err(stop)) => stop.into(),
        Err(panic) => {
            // SAFETY: the caller's promise; a context has its store's address.
            unsafe { (*(*ctx).store).panic = Some(panic) };
            Stop::Failed
        }
    };
    // SAFETY: as above.
    unsafe { (*(*ctx).store).exit = stop.into() };
    1
}
