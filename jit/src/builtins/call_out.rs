//! Calls from machine code to functions of the interpreter beside it.
//!
//! # Safety
//!
//! This module allows `unsafe`: only a gate calls [`call_out`], with its own frame pointer and a cell of its frame that
//! has room for the arguments and results of the function in `VmStore::callee`. The code waits for the answer.
#![allow(unsafe_code)]

use falkirk_runtime::vm::{FuncRef, Stop, VmContext, VmStore, libcalls};

use super::table::answer;

/// As [`Builtin::CallOut`](super::Builtin::CallOut).
///
/// # Safety
///
/// As the module says.
pub(super) unsafe extern "C" fn call_out(
    ctx: *mut VmContext,
    slots: *mut u64,
    params: u32,
    results: u32,
    frame: *const usize,
) -> u32 {
    // SAFETY: a gate calls this, of the type of the function that the code has named as its callee.
    unsafe {
        answer(ctx, || {
            let store = (*ctx).store;
            let callee = (*store).callee;
            // The gate's frame starts with its caller's frame pointer. The bridge itself calls only machine code, so if
            // it is the caller, then that code has left its frame to the gate by a tail call.
            if *frame == (*store).landing.fp {
                return Err(leave(store, slots, params));
            }
            call_interpreted(store, callee, slots, params, results)
        })
    }
}

/// Hands the arguments of a tail call to whoever entered machine code, who calls the callee in its stead. So functions
/// that call each other in tail position, some compiled and some not, need no stack.
///
/// # Safety
///
/// `slots` has the arguments, and at the landing's slots there is room for those of any function.
#[cold]
unsafe fn leave(store: *mut VmStore, slots: *const u64, params: u32) -> Stop {
    // SAFETY: the caller's promise; one of these is on the native stack, the other on the value stack.
    unsafe { slots.copy_to_nonoverlapping((*store).landing.slots, params as usize) };
    Stop::TailCall
}

/// Calls a function of the interpreter: its arguments and results are on the value stack.
///
/// # Safety
///
/// `slots` has the arguments and room for the results of the callee, a function of this store.
unsafe fn call_interpreted(
    store: *mut VmStore,
    callee: *const FuncRef,
    slots: *mut u64,
    params: u32,
    results: u32,
) -> Result<(), Stop> {
    // SAFETY: the caller's promise. The value stack's slack has room for the parameters and results of any function
    // beyond its limit, which interpreted code checks.
    unsafe {
        let frame = (*store).stack_top;
        slots.copy_to_nonoverlapping(frame, params as usize);
        let exit = libcalls::enter(store, callee, frame, frame.add(params.max(results) as usize));
        match exit.stop() {
            None => {
                frame.copy_to_nonoverlapping(slots, results as usize);
                Ok(())
            }
            Some(stop) => Err(stop),
        }
    }
}
