//! Tests of calls between interpreted functions and those of another engine, which here does no more than forward each
//! call to an interpreted function.
//!
//! # Safety
//!
//! This module allows `unsafe`: its functions are entered like those of an engine, and read and write the slots they get.
#![allow(unsafe_code)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use falkirk_runtime::engine::{Backend, FuncCode, MAX_FRAMES, ModuleCode, Settings};
use falkirk_runtime::module::ModuleInfo;
use falkirk_runtime::vm::{CodeEntry, Exit, Frame, FuncRef, Stop, VmContext, VmStore, libcalls};
use falkirk_runtime::{
    Config, Engine, EngineKind, Error, ErrorKind, Extern, Func, Instance, Limit, Linker, Module, Store, Trap,
};

use crate::Interpreter;

/// Functions whose export's name starts with `~` or `^` are outside: they pass their call on to the function with the next
/// index, whose type is theirs. Those with a `^` do so by a tail call.
#[derive(Debug)]
struct Forwarder;

#[derive(Debug)]
struct ForwarderCode {
    info: Arc<ModuleInfo>,
    interp: Arc<dyn ModuleCode>,
}

/// The mark before the name that function `index` is exported with.
fn mark(info: &ModuleInfo, index: u32) -> Option<char> {
    let export = info.exports.iter().find(|it| it.entity == falkirk_runtime::module::EntityIndex::Func(index))?;
    export.name.chars().next().filter(|first| "~^".contains(*first))
}

impl Backend for Forwarder {
    fn name(&self) -> &'static str {
        "forwarder"
    }

    fn prepare(&self, module: &Arc<ModuleInfo>, settings: &Settings) -> Result<Arc<dyn ModuleCode>, Error> {
        let interp = Interpreter.prepare_some(module, settings, |index| mark(module, index).is_some())?;
        Ok(Arc::new(ForwarderCode { info: module.clone(), interp }))
    }
}

impl ModuleCode for ForwarderCode {
    fn entries(&self) -> *const CodeEntry {
        self.interp.entries()
    }

    fn function(&self, index: u32) -> FuncCode {
        let code = self.interp.function(index);
        match mark(&self.info, index) {
            None => code,
            Some('^') => FuncCode { enter: enter_tail, ..code },
            Some(_) => FuncCode { enter: enter_nested, ..code },
        }
    }

    fn data(&self) -> *const () {
        self.interp.data()
    }

    fn machine_data(&self) -> *const () {
        std::ptr::from_ref(self).cast()
    }

    fn code_size(&self) -> usize {
        0
    }
}

/// The module's declarations, and the function with the next index.
unsafe fn next<'a>(func: *const FuncRef) -> (&'a ModuleInfo, *const FuncRef) {
    // SAFETY: the context is of an instance whose module has this code.
    unsafe {
        let info = &*(*(*(*func).vmctx).machine_code.cast::<ForwarderCode>()).info;
        let number = info.func_ref_of[(*func).index as usize + 1];
        (info, VmContext::at((*func).vmctx, info.layout.func_ref(number)))
    }
}

unsafe fn enter_tail(func: *const FuncRef, store: *mut VmStore, _: *mut u64) -> Exit {
    // SAFETY: this is a function of the store.
    unsafe { (*store).callee = next(func).1 };
    Stop::TailCall.into()
}

/// As machine code does it: the arguments leave the value stack, and come back to it for the callee.
unsafe fn enter_nested(func: *const FuncRef, store: *mut VmStore, frame: *mut u64) -> Exit {
    // SAFETY: the frame has the arguments, and at the store's top there is room.
    unsafe {
        let (info, callee) = next(func);
        let ty = info.func_type((*func).index);
        let mut slots = [0; 16];
        frame.copy_to(slots.as_mut_ptr(), ty.param_slots());
        let top = (*store).stack_top;
        top.copy_from(slots.as_ptr(), ty.param_slots());
        let exit = libcalls::enter(store, callee, top, top);
        match exit {
            Exit::DONE => top.copy_to(frame, ty.result_slots()),
            _ if (*store).frames.len() >= MAX_FRAMES => {}
            _ => {
                let instance = (*(*func).vmctx).instance;
                (*store).frames.push(Frame { instance, function: (*func).index, offset: 1 });
            }
        }
        exit
    }
}

/// Engines that translate at once and at the first call.
fn engines_with(configure: impl Fn(&mut Config)) -> [Engine; 2] {
    [None, Some(0)].map(|lazy| {
        let mut config = Config::new();
        config.engine(EngineKind::Mixed).lazy_above(lazy).memory_reservation(0);
        configure(&mut config);
        Engine::with_backend(&config, Arc::new(Forwarder)).expect("an engine")
    })
}

fn engines() -> [Engine; 2] {
    engines_with(|_| {})
}

fn instantiate(engine: &Engine, text: &str) -> (Store<()>, Instance) {
    let mut store = Store::new(engine, ());
    let module = Module::new(engine, text).expect("a module");
    let mut linker = Linker::new(engine);
    linker.func_wrap("host", "fail", || -> Result<(), Error> { Err(Error::msg("as asked")) }).expect("a new name");
    linker.func_wrap("host", "panic", || -> () { panic!("as asked") }).expect("a new name");
    let instance = linker.instantiate(&mut store, &module).expect("an instance");
    (store, instance)
}

fn functions(error: &Error) -> Vec<u32> {
    error.backtrace().iter().map(|frame| frame.function).collect()
}

#[test]
fn calls_cross_in_both_directions() {
    let text = r#"(module (memory (export "memory") 1)
        (func $fib (export "~fib") (param i32) (result i32) unreachable)
        (func (param i32) (result i32)
            (if (result i32) (i32.lt_u (local.get 0) (i32.const 2)) (then (local.get 0)) (else (i32.add
                (call $fib (i32.sub (local.get 0) (i32.const 1))) (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
        (func $half (export "~half") (param i32 f64) (result f64) unreachable)
        (func (param i32 f64) (result f64) (f64.div (local.get 1) (f64.const 2)))
        (func (export "halves") (param f64) (result f64)
            (f64.mul (f64.neg (call $half (i32.const 9) (local.get 0))) (call $half (i32.const 9) (local.get 0))))
        (func $swap (export "^swap") (param v128 i64 f32) (result f32 i64 v128) unreachable)
        (func (param v128 i64 f32) (result f32 i64 v128) (local.get 2) (local.get 1) (local.get 0))
        (func (export "swaps") (param i64 f32) (result i64 f32) (local $i i64) (local $f f32)
            (call $swap (v128.const i32x4 1 2 3 4) (local.get 0) (local.get 1)) drop (local.set $i) drop
            (call $swap (v128.const i32x4 1 2 3 4) (i64.const 4) (f32.const 8)) drop drop (local.set $f)
            (local.get $i) (local.get $f))
        (func $grow (export "~grow") (result i32) unreachable)
        (func (result i32) (memory.grow (i32.const 3)))
        (func (export "grown") (result i32)
            (i32.store (i32.const 8) (i32.const 5))
            (i32.add (call $grow) (i32.add (i32.load (i32.const 8)) (i32.load8_u (i32.const 196608))))))"#;
    for engine in engines() {
        let (mut store, instance) = instantiate(&engine, text);
        let fib = instance.get_typed_func::<i32, i32>(&store, "~fib").unwrap();
        assert_eq!(fib.call(&mut store, 15).unwrap(), 610);
        let half = instance.get_typed_func::<(i32, f64), f64>(&store, "~half").unwrap();
        assert_eq!(half.call(&mut store, (0, 3.0)).unwrap(), 1.5);
        let halves = instance.get_typed_func::<f64, f64>(&store, "halves").unwrap();
        assert_eq!(halves.call(&mut store, 8.0).unwrap(), -16.0);
        let swaps = instance.get_typed_func::<(i64, f32), (i64, f32)>(&store, "swaps").unwrap();
        assert_eq!(swaps.call(&mut store, (-3, 0.5)).unwrap(), (-3, 8.0));
        let grown = instance.get_typed_func::<(), i32>(&store, "grown").unwrap();
        assert_eq!(grown.call(&mut store, ()).unwrap(), 6);
    }
}

/// Two functions that call each other in tail position, with different numbers of slots, and a call of each.
const TAIL: &str = r#"(module
    (func $many (export "^many") (param i64 i64 i64 i64) (result i64) unreachable)
    (func $to_one (param i64 i64 i64 i64) (result i64)
        (return_call $one (i64.add (local.get 0) (i64.add (local.get 1) (i64.add (local.get 2) (local.get 3))))))
    (func $one (export "^one") (param i64) (result i64) unreachable)
    (func $to_many (param i64) (result i64)
        (if (result i64) (i64.eqz (local.get 0)) (then (i64.const 42)) (else
            (return_call $many (local.get 0) (i64.const 1) (i64.const -1) (i64.const -1)))))
    (func (export "plain") (param i64) (result i64) (i64.add (i64.const 1) (call $one (local.get 0))))
    (func (export "tail") (param i64) (result i64) (return_call $one (local.get 0))))"#;

#[test]
fn tail_calls_to_and_fro_need_no_stack() {
    for engine in engines_with(|config| _ = config.max_wasm_stack(64 << 10).max_host_depth(1)) {
        let run = move || {
            let (mut store, instance) = instantiate(&engine, TAIL);
            let call = |store: &mut Store<()>, name, value| {
                instance.get_typed_func::<i64, i64>(&*store, name).unwrap().call(store, value).unwrap()
            };
            assert_eq!(call(&mut store, "^one", 1_000_000), 42);
            assert_eq!(call(&mut store, "plain", 1_000_000), 43);
            assert_eq!(call(&mut store, "tail", 1_000_000), 42);
        };
        std::thread::Builder::new().stack_size(128 << 10).spawn(run).unwrap().join().unwrap();
    }
}

#[test]
fn what_stops_a_call_passes_through_with_all_frames() {
    let text = r#"(module (import "host" "fail" (func $fail)) (import "host" "panic" (func $panic))
        (func $divide (export "~divide") (param i32) (result i32) unreachable)
        (func (param i32) (result i32) (i32.div_u (i32.const 1) (local.get 0)))
        (func $outer (export "~outer") (param i32) (result i32) unreachable)
        (func (param i32) (result i32) (call $twice (local.get 0)))
        (func $twice (param i32) (result i32) (i32.add (call $divide (i32.const 1)) (call $divide (local.get 0))))
        (func $jump (export "^jump") (param i32) (result i32) unreachable)
        (func $land (param i32) (result i32) (call $divide (local.get 0)))
        (func (export "run") (param i32) (result i32) (call $outer (local.get 0)))
        (func (export "leap") (param i32) (result i32) (i32.add (i32.const 1) (call $jump (local.get 0))))
        (func $fails (export "~fails") unreachable)
        (func (call $fail))
        (func (export "run_fails") (call $fails))
        (func $panics (export "~panics") unreachable)
        (func (call $panic))
        (func (export "run_panics") (call $panics)))"#;
    for engine in engines() {
        let (mut store, instance) = instantiate(&engine, text);
        for _ in 0..3 {
            for (name, frames) in [("run", &[3, 2, 6, 5, 4, 9][..]), ("leap", &[3, 2, 8, 10])] {
                let func = instance.get_typed_func::<i32, i32>(&store, name).unwrap();
                func.call(&mut store, 1).unwrap();
                let error = func.call(&mut store, 0).unwrap_err();
                assert_eq!((error.trap(), functions(&error)), (Some(Trap::IntegerDivideByZero), frames.to_vec()));
            }
            let fails = instance.get_typed_func::<(), ()>(&store, "run_fails").unwrap();
            let error = fails.call(&mut store, ()).unwrap_err();
            assert_eq!((error.kind(), functions(&error)), (&ErrorKind::Host, vec![12, 11, 13]));
            let panics = instance.get_typed_func::<(), ()>(&store, "run_panics").unwrap();
            let panic = catch_unwind(AssertUnwindSafe(|| panics.call(&mut store, ()))).unwrap_err();
            assert_eq!(panic.downcast_ref(), Some(&"as asked"));
        }
    }
}

#[test]
fn recursion_without_end_is_stopped_once() {
    let text = r#"(module
        (func $down (export "~down") (param i64) (result i64) unreachable)
        (func (param i64) (result i64) (i64.add (i64.const 1) (call $down (local.get 0)))))"#;
    for engine in engines_with(|config| _ = config.max_wasm_stack(64 << 10)) {
        let run = move || {
            let (mut store, instance) = instantiate(&engine, text);
            let down = instance.get_typed_func::<i64, i64>(&store, "~down").unwrap();
            for _ in 0..3 {
                let error = down.call(&mut store, 0).unwrap_err();
                assert_eq!(error.limit(), Some(Limit::Stack));
                let frames = functions(&error);
                assert_eq!(frames.len(), MAX_FRAMES);
                assert!(frames.windows(2).all(|pair| pair[0] != pair[1]), "{frames:?}");
            }
        };
        std::thread::Builder::new().stack_size(64 << 20).spawn(run).unwrap().join().unwrap();
    }
}

#[test]
fn an_interrupt_is_taken_once() {
    let text = r#"(module
        (func $down (export "~forever") unreachable)
        (func (loop (br 0)))
        (func (export "run") (call 0) (call 0)))"#;
    for engine in engines() {
        let (mut store, instance) = instantiate(&engine, text);
        let run = instance.get_typed_func::<(), ()>(&store, "run").unwrap();
        for _ in 0..3 {
            // On a slow machine the first deadlines may pass before the call has begun.
            let mut deadlines = (0..12).map(|doubled| std::time::Duration::from_millis(5 << doubled));
            let frames = deadlines.find_map(|deadline| {
                store.set_deadline(Some(deadline));
                let error = run.call(&mut store, ()).unwrap_err();
                assert_eq!(error.limit(), Some(Limit::Interrupted));
                Some(functions(&error)).filter(|frames| !frames.is_empty())
            });
            assert_eq!(frames, Some(vec![1, 0, 2]));
        }
    }
}

#[test]
fn instances_call_one_another_across_engines() {
    let a = r#"(module (global $g (mut i32) (i32.const 10)) (memory (export "memory") 1)
        (func (export "~add") (param i32) (result i32) unreachable)
        (func $add (param i32) (result i32)
            (global.set $g (i32.add (global.get $g) (local.get 0)))
            (i32.store (i32.const 0) (global.get $g))
            (drop (memory.grow (i32.const 1)))
            (if (i32.eqz (local.get 0)) (then unreachable))
            (i32.load (i32.const 0))))"#;
    let b = r#"(module (import "a" "~add" (func $add (param i32) (result i32))) (memory 1) (data (i32.const 0) "\07")
        (table 1 funcref) (elem (i32.const 0) $add)
        (func (export "call") (param i32) (result i32) (i32.add (call $add (local.get 0)) (i32.load (i32.const 0))))
        (func $tail (export "tail") (param i32) (result i32) (return_call $add (local.get 0)))
        (func (export "both") (param i32) (result i32)
            (i32.add (call $tail (local.get 0)) (i32.mul (i32.const 100) (i32.load (i32.const 0)))))
        (func (export "indirect") (param i32) (result i32)
            (return_call_indirect (param i32) (result i32) (local.get 0) (i32.const 0))))"#;
    for engine in engines() {
        let mut store = Store::new(&engine, ());
        let mut linker = Linker::new(&engine);
        linker.module(&mut store, "a", &Module::new(&engine, a).unwrap()).unwrap();
        let instance = linker.instantiate(&mut store, &Module::new(&engine, b).unwrap()).unwrap();
        for (name, result) in [("call", 18), ("tail", 12), ("both", 713), ("indirect", 14)] {
            let func = instance.get_typed_func::<i32, i32>(&store, name).unwrap();
            assert_eq!(func.call(&mut store, 1).unwrap(), result, "{name}");
        }
        for (name, frames) in [("call", &[1, 0, 1][..]), ("tail", &[1, 0]), ("both", &[1, 0, 3]), ("indirect", &[1, 0])]
        {
            let func = instance.get_typed_func::<i32, i32>(&store, name).unwrap();
            let error = func.call(&mut store, 0).unwrap_err();
            assert_eq!((error.trap(), functions(&error)), (Some(Trap::Unreachable), frames.to_vec()), "{name}");
        }
    }
}

#[test]
fn references_go_to_either_engine() {
    let text = r#"(module (type $t (func (param i32) (result i32))) (table 3 funcref)
        (func $out (export "~out") (param i32) (result i32) unreachable)
        (func $in (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
        (elem (i32.const 0) $out $in)
        (func (export "indirect") (param i32) (result i32) (call_indirect (type $t) (i32.const 7) (local.get 0)))
        (func (export "ref") (param (ref null $t)) (result i32) (call_ref $t (i32.const 9) (local.get 0))))"#;
    for engine in engines() {
        let (mut store, instance) = instantiate(&engine, text);
        let indirect = instance.get_typed_func::<i32, i32>(&store, "indirect").unwrap();
        assert_eq!([0, 1].map(|index| indirect.call(&mut store, index).unwrap()), [8, 8]);
        let out = instance.get_export(&store, "~out").and_then(Extern::into_func).unwrap();
        let by_ref = instance.get_typed_func::<Option<Func>, i32>(&store, "ref").unwrap();
        assert_eq!(by_ref.call(&mut store, Some(out)).unwrap(), 10);
    }
}
