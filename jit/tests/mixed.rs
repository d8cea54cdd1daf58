//! Machine code beside another engine: calls and tail calls in both directions, and stops that pass through both.
//!
//! The other engine is made here: its functions, those with an odd index, all do what the last parameter tells them.
//!
//! # Safety
//!
//! This module allows `unsafe`: the functions of the other engine read and write the slots that they are given, and
//! call functions of the same store whose addresses they get as arguments.
#![allow(unsafe_code)]

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use common::names;
use falkirk_jit::{Compiled, Jit, JitCode};
use falkirk_runtime::engine::{Backend, FuncCode, ModuleCode, Settings};
use falkirk_runtime::module::ModuleInfo;
use falkirk_runtime::vm::{CodeEntry, Exit, Frame, FuncRef, Stop, VmStore, libcalls};
use falkirk_runtime::{Config, Engine, EngineKind, Error, Instance, Limit, Linker, Module, Store, Trap};

/// An engine whose functions with an odd index are [`other`]s.
#[derive(Debug)]
struct Half(Arc<Jit>);

#[derive(Debug)]
struct HalfCode {
    compiled: Arc<JitCode>,
    gate: *const u8,
    // Its gates are used while the code is.
    _jit: Arc<Jit>,
}

// SAFETY: the gate is code.
unsafe impl Send for HalfCode {}
// SAFETY: as above.
unsafe impl Sync for HalfCode {}

impl Backend for Half {
    fn name(&self) -> &'static str {
        "half"
    }

    fn prepare(&self, module: &Arc<ModuleInfo>, settings: &Settings) -> Result<Arc<dyn ModuleCode>, Error> {
        let compiled = self.0.prepare_some(module, settings, Compiled::Even)?;
        Ok(Arc::new(HalfCode { compiled, gate: self.0.machine_gate(), _jit: self.0.clone() }))
    }

    fn machine_gate(&self) -> *const u8 {
        self.0.machine_gate()
    }

    fn store_data(&self) -> *const () {
        self.0.store_data()
    }
}

impl ModuleCode for HalfCode {
    fn entries(&self) -> *const CodeEntry {
        std::ptr::null()
    }

    fn function(&self, index: u32) -> FuncCode {
        match index % 2 {
            0 => self.compiled.function(index),
            _ => FuncCode { machine: self.gate, code: std::ptr::null(), enter: other, bridge: std::ptr::null() },
        }
    }

    fn machine_data(&self) -> *const () {
        self.compiled.machine_data()
    }

    fn builtins(&self) -> *const () {
        self.compiled.builtins()
    }

    fn code_size(&self) -> usize {
        self.compiled.code_size()
    }
}

/// What the last parameter may tell a function to do at the end of the recursion.
const RETURN: u64 = 0;
const TRAP: u64 = 1;
const PANIC: u64 = 2;
const ENDLESS: u64 = 3;

/// A function of the other engine, of the type `(callee: funcref, mode: i32, n: i64, tail: i32) -> i64`: counts `n` down,
/// calling the callee with the callee itself.
unsafe fn other(func: *const FuncRef, store: *mut VmStore, frame: *mut u64) -> Exit {
    // SAFETY: the arguments stand in the frame, whose end the store's top is.
    unsafe {
        let [callee, mode, n, tail] = *frame.cast::<[u64; 4]>();
        let (callee, mode) = (callee as *const FuncRef, mode as u32 as u64);
        let n = match (n, mode) {
            (0, RETURN) => {
                *frame = 1000;
                return Exit::DONE;
            }
            (0, TRAP) => return failed(func, store, Trap::Unreachable),
            (0, PANIC) => panic!("as asked"),
            (_, ENDLESS) => n,
            _ => n - 1,
        };
        *frame.add(2) = n;
        if tail as u32 != 0 {
            (*store).callee = callee;
            return Stop::TailCall.into();
        }
        let inner = (*store).stack_top;
        frame.copy_to_nonoverlapping(inner, 4);
        match libcalls::enter(store, callee, inner, inner.add(4)).stop() {
            None => {
                *frame = *inner + 1;
                Exit::DONE
            }
            Some(stop) => failed(func, store, stop),
        }
    }
}

/// Stops, and leaves a frame.
unsafe fn failed(func: *const FuncRef, store: *mut VmStore, stop: impl Into<Stop>) -> Exit {
    // SAFETY: the function has a context, and the store is its own.
    unsafe {
        let frame = Frame { instance: (*(*func).vmctx).instance, function: (*func).index, offset: 1 };
        if (*store).frames.len() < 64 {
            (*store).frames.push(frame);
        }
    }
    stop.into().into()
}

/// Compiled functions that do the same as [`other`], and calls between all of them.
const TEXT: &str = r#"(module
    (type $type (func (param $callee funcref) (param $mode i32) (param $n i64) (param $tail i32) (result i64)))
    (table funcref (elem $odd $even $both))
    ;; Function 0: as the other engine's, but it calls $odd.
    (func $even (type $type) (param $callee funcref) (param $mode i32) (param $n i64) (param $tail i32)
        (result i64)
        (if (i64.eqz (local.get $n)) (then
            (if (i32.eq (local.get $mode) (i32.const 0)) (then (return (i64.const 2000))))
            (drop (i64.div_s (local.get $n) (local.get $n)))))
        (if (i32.ne (local.get $mode) (i32.const 3)) (then (local.set $n (i64.sub (local.get $n) (i64.const 1)))))
        (if (local.get $tail) (then
            (return_call $odd (ref.func $even) (local.get $mode) (local.get $n) (local.get $tail))))
        (i64.add (i64.const 1)
            (call_indirect (type $type)
                (ref.func $even) (local.get $mode) (local.get $n) (local.get $tail) (i32.const 0))))
    (func $odd (type $type) (unreachable))
    ;; Function 2: changes the way of calling at each step.
    (func $both (type $type) (param $callee funcref) (param $mode i32) (param $n i64) (param $tail i32)
        (result i64)
        (if (i64.eqz (local.get $n)) (then (return (i64.const 3000))))
        (if (i64.eqz (i64.and (local.get $n) (i64.const 6))) (then
            (return (call $odd (ref.func $both) (local.get $mode) (i64.sub (local.get $n) (i64.const 1)) (i32.const 1)))))
        (return_call $odd (ref.func $both) (local.get $mode) (i64.sub (local.get $n) (i64.const 1)) (i32.const 1)))
    (func (export "odd") (type $type) (unreachable))
    (func $run (export "run") (param $mode i32) (param $n i64) (param $tail i32) (result i64)
        (call $even (ref.null func) (local.get $mode) (local.get $n) (local.get $tail)))
    (func (type $type) (unreachable))
    (func $both_run (export "both") (param $n i64) (result i64)
        (call $both (ref.null func) (i32.const 0) (local.get $n) (i32.const 0))))"#;

fn half() -> (Store<()>, Instance) {
    let jit = Jit::new().expect("there is a JIT for this machine");
    let engine = Engine::with_backend(Config::new().engine(EngineKind::Mixed), Arc::new(Half(Arc::new(jit)))).unwrap();
    let mut store = Store::new(&engine, ());
    let module = Module::new(&engine, TEXT).unwrap();
    let instance = Linker::new(&engine).instantiate(&mut store, &module).unwrap();
    (store, instance)
}

#[test]
fn calls_go_back_and_forth() {
    let (mut store, instance) = half();
    let run = instance.get_typed_func::<(i32, i64, i32), i64>(&mut store, "run").unwrap();
    for n in 0..300 {
        let end = if n % 2 == 0 { 2000 } else { 1000 };
        assert_eq!(run.call(&mut store, (RETURN as i32, n, 0)).unwrap(), end + n);
    }
}

#[test]
fn tail_calls_between_the_engines_need_no_stack() {
    let (mut store, instance) = half();
    let run = instance.get_typed_func::<(i32, i64, i32), i64>(&mut store, "run").unwrap();
    for n in [1_000_000, 1_000_001] {
        let end = if n % 2 == 0 { 2000 } else { 1000 };
        assert_eq!(run.call(&mut store, (RETURN as i32, n, 1)).unwrap(), end);
    }
    let both = instance.get_typed_func::<i64, i64>(&mut store, "both").unwrap();
    for n in [0, 1, 2, 3, 8, 9, 500, 501] {
        assert!([1000, 3000].contains(&both.call(&mut store, n).unwrap()), "{n}");
    }
}

#[test]
fn traps_and_panics_pass_through_both() {
    let (mut store, instance) = half();
    let run = instance.get_typed_func::<(i32, i64, i32), i64>(&mut store, "run").unwrap();
    for n in 0..40 {
        let error = run.call(&mut store, (TRAP as i32, n, 0)).unwrap_err();
        let (trap, innermost) = match n % 2 {
            0 => (Trap::IntegerDivideByZero, "even"),
            _ => (Trap::Unreachable, "odd"),
        };
        assert_eq!(error.trap(), Some(trap));
        let names = names(&error);
        assert_eq!((names.len(), names[0].as_str()), (n as usize + 2, innermost), "{names:?}");
        let expected: Vec<&str> =
            (0..=n).rev().map(|n| if n % 2 == 0 { "even" } else { "odd" }).chain(["run"]).collect();
        assert_eq!(names, expected);
        assert_eq!(run.call(&mut store, (RETURN as i32, 2, 0)).unwrap(), 2002);
    }
    for n in [1, 3, 21] {
        let result = catch_unwind(AssertUnwindSafe(|| run.call(&mut store, (PANIC as i32, n, 0))));
        assert_eq!(result.unwrap_err().downcast_ref(), Some(&"as asked"));
        assert_eq!(run.call(&mut store, (RETURN as i32, 2, 0)).unwrap(), 2002);
        let result = catch_unwind(AssertUnwindSafe(|| run.call(&mut store, (PANIC as i32, n, 1))));
        assert_eq!(result.unwrap_err().downcast_ref(), Some(&"as asked"));
        assert_eq!(run.call(&mut store, (RETURN as i32, 2, 1)).unwrap(), 2000);
    }
}

#[test]
fn a_recursion_through_both_ends() {
    let (mut store, instance) = half();
    let run = instance.get_typed_func::<(i32, i64, i32), i64>(&mut store, "run").unwrap();
    for _ in 0..3 {
        let error = run.call(&mut store, (ENDLESS as i32, 5, 0)).unwrap_err();
        assert_eq!(error.limit(), Some(Limit::Stack));
        assert_eq!(error.backtrace().len(), 64);
        assert_eq!(run.call(&mut store, (RETURN as i32, 2, 0)).unwrap(), 2002);
    }
}

#[test]
fn the_host_enters_functions_of_either() {
    let (mut store, instance) = half();
    let run = instance.get_typed_func::<(i32, i64, i32), i64>(&mut store, "run").unwrap();
    let error = instance.get_func(&store, "odd").unwrap().ty(&store);
    assert_eq!(error.params().len(), 4);
    assert_eq!(run.call(&mut store, (RETURN as i32, 7, 0)).unwrap(), 1007);
}
