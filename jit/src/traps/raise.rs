//! The way from a library function's refusal to where the stop lands.
//!
//! # Safety
//!
//! This module allows `unsafe`: see [`super`].
#![allow(unsafe_code)]

use std::arch::naked_asm;
use std::mem::offset_of;

use falkirk_runtime::vm::{Landing, Stop, VmContext};

use super::record;

/// Stops the machine code that calls this, for the reason in `VmStore::exit`. Does not return.
///
/// The return address says where the code stopped, and the frame pointer is still the code's own.
///
/// # Safety
///
/// Machine code calls this with its own context.
#[cfg(target_arch = "x86_64")]
#[unsafe(naked)]
pub unsafe extern "C" fn raise(ctx: *mut VmContext) -> ! {
    naked_asm!(
        "mov rsi, [rsp]",
        "mov rdx, rbp",
        "sub rsp, 8",
        "call {prepare}",
        "mov rbp, [rax + {fp}]",
        "mov rsp, [rax + {sp}]",
        "jmp [rax + {pc}]",
        prepare = sym prepare,
        fp = const offset_of!(Landing, fp),
        sp = const offset_of!(Landing, sp),
        pc = const offset_of!(Landing, pc),
    )
}

/// As above.
///
/// # Safety
///
/// As above.
#[cfg(target_arch = "aarch64")]
#[unsafe(naked)]
pub unsafe extern "C" fn raise(ctx: *mut VmContext) -> ! {
    naked_asm!(
        "mov x1, x30",
        "mov x2, x29",
        "bl {prepare}",
        "ldr x29, [x0, #{fp}]",
        "ldr x9, [x0, #{sp}]",
        "mov sp, x9",
        "ldr x9, [x0, #{pc}]",
        "br x9",
        prepare = sym prepare,
        fp = const offset_of!(Landing, fp),
        sp = const offset_of!(Landing, sp),
        pc = const offset_of!(Landing, pc),
    )
}

/// There is no machine code on other machines.
///
/// # Safety
///
/// Never called.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
pub unsafe extern "C" fn raise(_: *mut VmContext) -> ! {
    panic!("BUG: there is no JIT for this machine")
}

/// Writes down where the code stopped; says where the stop lands.
///
/// # Safety
///
/// Machine code with this context called [`raise`] from the instruction before `pc`, with this frame pointer.
unsafe extern "C" fn prepare(ctx: *mut VmContext, pc: usize, fp: usize) -> *const Landing {
    // SAFETY: the caller's promise.
    unsafe {
        let store = (*ctx).store;
        // A tail call has not failed: it goes on elsewhere.
        if (*store).exit != Stop::TailCall.into() {
            record(store, pc - 1, fp);
        }
        &raw const (*store).landing
    }
}
