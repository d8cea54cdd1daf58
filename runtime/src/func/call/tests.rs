//! Tests of calls whose callee is no engine's function but one made here.
//!
//! # Safety
//!
//! This module allows `unsafe`: it enters functions of its own, which read and write the slots they are given.
#![allow(unsafe_code)]

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::*;
use crate::engine::Config;
use crate::func::Func;
use crate::store::AsContextMut;
use crate::testing::{engine_with, store};
use crate::trap::Trap;
use crate::types::TypeId;
use crate::vm::{HostEntry, MachineCode, libcalls};
use crate::{Error, Store};

/// A function that is entered like this.
fn function(enter: HostEntry) -> FuncRef {
    FuncRef {
        type_id: TypeId(0),
        index: 0,
        vmctx: std::ptr::null_mut(),
        machine: MachineCode::default(),
        code: std::ptr::null(),
        enter,
        bridge: std::ptr::null(),
    }
}

/// Calls a function with one slot, and gives what is in the slot afterwards.
fn call(store: &mut Store<()>, func: &FuncRef, argument: u64) -> Result<u64> {
    let inner = NonNull::from(store.as_context_mut().into_inner());
    // SAFETY: the store is borrowed exclusively, and the functions here use one slot.
    unsafe {
        let write = |_: &_, frame: *mut u64| {
            *frame = argument;
            Ok(())
        };
        enter(inner, NonNull::from(func), write, |_, frame| *frame)
    }
}

/// Counts its slot down in tail calls to itself; adds to the fuel how often it was entered. At the end traps if the slot
/// is 1, and returns 7 if it is 0.
unsafe fn count_down(func: *const FuncRef, store: *mut VmStore, frame: *mut u64) -> Exit {
    // SAFETY: called with a slot and the store.
    unsafe {
        (*store).fuel -= 1;
        match *frame {
            0 => *frame = 7,
            1 => return Trap::Unreachable.into_exit(),
            _ => {
                *frame -= 2;
                (*store).callee = func;
                return Stop::TailCall.into();
            }
        }
        Exit::DONE
    }
}

impl Trap {
    fn into_exit(self) -> Exit {
        Stop::from(self).into()
    }
}

#[test]
fn tail_calls_are_followed_to_their_end() {
    let mut store = Store::new(&engine_with(Config::new().max_host_depth(1)), ());
    let func = function(count_down);
    let before = store.as_context_mut().into_inner().vm.fuel;
    assert_eq!(call(&mut store, &func, 0).unwrap(), 7);
    assert_eq!(call(&mut store, &func, 2_000_000).unwrap(), 7);
    assert_eq!(call(&mut store, &func, 5).unwrap_err().trap(), Some(Trap::Unreachable));
    let vm = &store.as_context_mut().into_inner().vm;
    assert_eq!((vm.fuel, vm.depth_left), (before - 1 - 1_000_001 - 3, 1), "one level of the host's recursion");
}

/// Leaves a panic, and a frame of the call that it stopped.
unsafe fn fail_with_panic(_: *const FuncRef, store: *mut VmStore, _: *mut u64) -> Exit {
    // SAFETY: called with the store.
    unsafe {
        (*store).panic = Some(Box::new("as asked"));
        (*store).frames.push(Frame { instance: 99, function: 0, offset: 0 });
    }
    Stop::Failed.into()
}

#[test]
fn a_panic_that_waits_goes_on_and_takes_its_frames_along() {
    let mut store = store();
    let (panics, traps) = (function(fail_with_panic), function(count_down));
    for _ in 0..3 {
        let panic = catch_unwind(AssertUnwindSafe(|| call(&mut store, &panics, 0))).unwrap_err();
        assert_eq!(panic.downcast_ref(), Some(&"as asked"));
        let error = call(&mut store, &traps, 1).unwrap_err();
        assert!(error.backtrace().is_empty(), "{error:?}");
    }
    assert_eq!(call(&mut store, &traps, 0).unwrap(), 7);
}

/// Writes down the store's top.
unsafe fn top(_: *const FuncRef, store: *mut VmStore, frame: *mut u64) -> Exit {
    // SAFETY: called with a slot and the store.
    unsafe { *frame = (*store).stack_top.addr() as u64 };
    Exit::DONE
}

#[test]
fn the_top_is_raised_while_another_engine_runs() {
    let mut store = store();
    let vm = &raw mut store.as_context_mut().into_inner().vm;
    // SAFETY: the store is this test's, the function uses one slot, and the count a second one for its result.
    unsafe {
        let start = (*vm).stack_top;
        for (slots, aligned) in [(0, 0), (2, 2), (3, 4)] {
            assert_eq!(libcalls::enter(vm, &function(top), start, start.add(slots)), Exit::DONE);
            assert_eq!(*start, start.add(aligned).addr() as u64);
            assert_eq!((*vm).stack_top, start);
        }
        *start = 100_000;
        assert_eq!(libcalls::enter(vm, &function(count_down), start, start), Exit::DONE);
        assert_eq!(*start, 7);
    }
}

#[test]
fn a_tail_call_to_the_host_is_followed_too() {
    unsafe fn leave(_: *const FuncRef, store: *mut VmStore, frame: *mut u64) -> Exit {
        // SAFETY: called with the store and a slot, in which the address of a function stands.
        unsafe { (*store).callee = *frame as *const FuncRef };
        Stop::TailCall.into()
    }
    let mut store = store();
    let twice = Func::wrap(&mut store, |value: u64| value.wrapping_mul(2));
    let address = twice.func_ref.as_ptr() as u64;
    assert_eq!(call(&mut store, &function(leave), address).unwrap(), address.wrapping_mul(2));
    let fails = Func::wrap(&mut store, |_: u64| -> Result<u64> { Err(Error::msg("no")) });
    let address = fails.func_ref.as_ptr() as u64;
    assert_eq!(call(&mut store, &function(leave), address).unwrap_err().to_string(), "no");
}
