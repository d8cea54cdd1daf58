//! The way in from the host, and what comes of a call that stops.
//!
//! # Safety
//!
//! This module allows `unsafe`: it enters machine code through a bridge, with the store's address and the slots of the
//! arguments. While code runs it holds no reference into the store.
#![allow(unsafe_code)]

mod frames;
mod stack;

use std::mem::transmute;
use std::sync::atomic::Ordering;

use falkirk_runtime::vm::{Exit, FuncRef, Landing, StackLimit, Stop, VmContext, VmStore};

use crate::traps;

/// A bridge: calls `code`, which has this context, with arguments from the slots, and puts the results there. Returns 0
/// or the number of an [`Exit`].
type Bridge = unsafe extern "C" fn(*mut VmContext, code: *const u8, slots: *mut u64, *mut VmStore) -> u64;

/// Enters a function of machine code from the host.
///
/// # Safety
///
/// As [`HostEntry`](falkirk_runtime::vm::HostEntry) says; the function has machine code and a bridge.
pub unsafe fn enter(func: *const FuncRef, store: *mut VmStore, frame: *mut u64) -> Exit {
    // SAFETY: the caller's promises. What lands in the bridge has come through it, since each entry puts back what it
    // found, and nothing unwinds through here.
    unsafe {
        let ctx = (*func).vmctx;
        let limit = &*(*ctx).stack_limit;
        let outer = Outer { store: traps::active(), landing: (*store).landing, stack_end: limit.native_end() };
        let sp = stack::pointer();
        // Where this store's code runs further up on this very stack, the end is where it was.
        let first = outer.store != store;
        if first {
            limit.set_native_end(stack::end(sp, (*store).native_stack));
        }
        let running = limit.running();
        // Before the check: whoever interrupts either sees this, or did so early enough for the check to fail.
        limit.set_running(stack::thread());
        // Code checks this too, except in functions that need no stack. An interrupt moves it above every address.
        let exit = if sp <= limit.native() {
            limit.set_running(running);
            refuse(limit)
        } else {
            let bridge: Bridge = transmute((*func).bridge);
            traps::set_active(store);
            let exit = Exit(bridge(ctx, (*func).machine.load(Ordering::Acquire), frame, store));
            limit.set_running(running);
            traps::set_active(outer.store);
            (*store).landing = outer.landing;
            if exit == Exit::DONE { exit } else { stopped(store, limit, exit) }
        };
        // A host function may have gone to another thread, or another store may be in between.
        if first && outer.landing.fp != 0 {
            limit.set_native_end(outer.stack_end);
        }
        exit
    }
}

/// What an entry puts back when it ends.
struct Outer {
    store: *mut VmStore,
    landing: Landing,
    stack_end: usize,
}

/// The limit of the stack does not let a call in: it is used up, or an interrupt has moved it.
#[cold]
fn refuse(limit: &StackLimit) -> Exit {
    if limit.take_interrupt() { Stop::Interrupted.into() } else { Stop::StackExhausted.into() }
}

/// Why a call has stopped. Its frames, if it has failed, are in the store now.
///
/// # Safety
///
/// Machine code of this store has just stopped.
#[cold]
#[inline(never)]
unsafe fn stopped(store: *mut VmStore, limit: &StackLimit, exit: Exit) -> Exit {
    let exit = match exit.stop() {
        Some(Stop::TailCall) => return exit,
        // The check of the stack's end cannot tell them apart. Whichever it was, no interrupt is left behind.
        Some(Stop::StackExhausted) => refuse(limit),
        Some(Stop::Interrupted) => {
            limit.take_interrupt();
            exit
        }
        _ => exit,
    };
    // SAFETY: the caller's promise.
    unsafe { frames::push(store) };
    exit
}
