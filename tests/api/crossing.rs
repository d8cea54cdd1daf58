//! Calls that cross from one engine's code to the other's and back: on a mixed engine functions with an even index are
//! compiled, those with an odd one interpreted. The other engines must do the same.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::time::Duration;

use falkirk::prelude::*;

use super::{engines, engines_with, instantiate, run};

fn functions(error: &Error) -> Vec<u32> {
    error.backtrace().iter().map(|frame| frame.function).collect()
}

/// Runs on a thread with so many KiB of stack.
fn on_a_stack_of(kib: usize, run: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(kib << 10).spawn(run).unwrap().join().unwrap();
}

/// An instance whose imports are a host function that fails, and one that panics, when its argument is 0.
fn with_host(engine: &Engine, text: &str) -> (Store<()>, Instance) {
    let mut linker = Linker::new(engine);
    let fail = |value: i32| if value == 0 { Err(Error::msg("as asked")) } else { Ok(value) };
    linker.func_wrap("host", "fail", fail).unwrap();
    linker.func_wrap("host", "panic", |value: i32| if value == 0 { panic!("as asked") } else { value }).unwrap();
    let mut store = Store::new(engine, ());
    let instance = linker.instantiate(&mut store, &Module::new(engine, text).unwrap()).unwrap();
    (store, instance)
}

/// A chain of calls that ends in what the argument says; every call but the last goes to the other engine.
const CHAIN: &str = r#"(module
    (import "host" "fail" (func $fail (param i32) (result i32)))
    (import "host" "panic" (func $panic (param i32) (result i32)))
    (table funcref (elem $three $four))
    (func $two (param i32 i32) (result i32)
        (if (i32.eqz (local.get 0)) (then (return (i32.div_u (i32.const 7) (local.get 1)))))
        (if (i32.eq (local.get 0) (i32.const 1)) (then (return (call $fail (local.get 1)))))
        (call $panic (local.get 1)))
    (func $three (param i32 i32) (result i32) (i32.add (call $two (local.get 0) (local.get 1)) (i32.const 0)))
    (func $four (param i32 i32) (result i32)
        (i32.add (call_indirect (param i32 i32) (result i32) (local.get 0) (local.get 1) (i32.const 0)) (i32.const 0)))
    (func $five (param i32 i32) (result i32)
        (i32.add (call_indirect (param i32 i32) (result i32) (local.get 0) (local.get 1) (i32.const 1)) (i32.const 0)))
    (func $even (export "even") (param i32 i32) (result i32) (i32.add (call $five (local.get 0) (local.get 1)) (i32.const 0)))
    (func (export "odd") (param i32 i32) (result i32) (i32.add (call $even (local.get 0) (local.get 1)) (i32.const 0))))"#;

#[test]
fn what_stops_a_call_goes_through_frames_of_both_kinds() {
    for engine in engines() {
        let (mut store, instance) = with_host(&engine, CHAIN);
        for (name, frames) in [("even", &[2, 3, 4, 5, 6][..]), ("odd", &[2, 3, 4, 5, 6, 7])] {
            let func = instance.get_typed_func::<(i32, i32), i32>(&store, name).unwrap();
            for _ in 0..10 {
                assert_eq!([0, 1, 2].map(|what| func.call(&mut store, (what, 1)).unwrap()), [7, 1, 1]);
                let error = func.call(&mut store, (0, 0)).unwrap_err();
                assert_eq!((error.trap(), functions(&error)), (Some(Trap::IntegerDivideByZero), frames.to_vec()));
                let error = func.call(&mut store, (1, 0)).unwrap_err();
                assert_eq!((error.to_string(), functions(&error)), ("as asked".into(), frames.to_vec()));
                let panic = catch_unwind(AssertUnwindSafe(|| func.call(&mut store, (2, 0)))).unwrap_err();
                assert_eq!(panic.downcast_ref(), Some(&"as asked"));
            }
            let error = func.call(&mut store, (0, 0)).unwrap_err();
            let module = instance.module(&store);
            let opcodes: Vec<u8> = error.backtrace().iter().map(|frame| module.bytes()[frame.offset]).collect();
            assert_eq!(opcodes[..5], [0x6e, 0x10, 0x11, 0x11, 0x10], "i32.div_u, call, call_indirect twice, call");
        }
    }
}

#[test]
fn arguments_and_results_of_every_type_cross() {
    let text = r#"(module (import "host" "swap" (func $host (param i32 f64 v128 i64 f32 externref) (result externref f32 i64 v128 f64 i32)))
        (type $swap (func (param i32 f64 v128 i64 f32 externref) (result externref f32 i64 v128 f64 i32)))
        (func $odd (export "odd") (type $swap)
            (call $even (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4) (local.get 5)))
        (func $even (export "even") (type $swap)
            (call_ref $swap (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4) (local.get 5) (ref.func $last)))
        (func $last (type $swap)
            (if (local.get 0) (then
                (return_call $host (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4) (local.get 5))))
            (local.get 5) (local.get 4) (local.get 3) (local.get 2) (local.get 1) (local.get 0))
        (elem declare func $last))"#;
    type Args = (i32, f64, V128, i64, f32, Option<ExternRef>);
    type Results = (Option<ExternRef>, f32, i64, V128, f64, i32);
    for engine in engines() {
        let mut linker = Linker::new(&engine);
        let swap = |a: i32, b: f64, c: V128, d: i64, e: f32, f: Option<ExternRef>| (f, e, d, c, b, a);
        linker.func_wrap("host", "swap", swap).unwrap();
        let mut store = Store::new(&engine, ());
        let instance = linker.instantiate(&mut store, &Module::new(&engine, text).unwrap()).unwrap();
        let reference = Some(ExternRef::new(&mut store, 5));
        for name in ["odd", "even"] {
            let func = instance.get_typed_func::<Args, Results>(&store, name).unwrap();
            for first in [0, -1] {
                let vector = V128::from(u128::MAX / 5);
                let found = func.call(&mut store, (first, 0.5, vector, -3, 1.5, reference)).unwrap();
                assert_eq!(found, (reference, 1.5, -3, vector, 0.5, first), "{name}");
            }
        }
    }
}

/// Three functions that call one another in tail position, with different numbers of slots.
const TAIL: &str = r#"(module (table funcref (elem $one $many $two)) (type $two (func (param i64 i64) (result i64)))
    (func $one (export "one") (param i64) (result i64)
        (if (i64.eqz (local.get 0)) (then (return (i64.const 42))))
        (return_call $many (i64.sub (local.get 0) (i64.const 1)) (i64.const 1) (f64.const 2) (i64.const 3) (v128.const i64x2 4 5)))
    (func $many (param i64 i64 f64 i64 v128) (result i64)
        (return_call_indirect (type $two) (local.get 0) (i64x2.extract_lane 1 (local.get 4)) (i32.const 2)))
    (func $two (type $two)
        (if (i64.ne (local.get 1) (i64.const 5)) (then unreachable))
        (return_call $one (local.get 0)))
    (func $three (export "three") (param i64) (result i64) (i64.add (i64.const 1) (call $one (local.get 0))))
    (func $four (export "four") (param i64) (result i64) (i64.add (i64.const 1) (call $three (local.get 0))))
    (func (export "five") (param i64) (result i64) (return_call $four (local.get 0))))"#;

#[test]
fn tail_calls_between_engines_need_no_stack() {
    for engine in engines_with(|config| _ = config.max_wasm_stack(64 << 10)) {
        on_a_stack_of(1024, move || {
            let (mut store, instance) = instantiate(&engine, (), TAIL);
            for (name, result) in [("one", 42), ("three", 43), ("four", 44), ("five", 44)] {
                let func = instance.get_typed_func::<i64, i64>(&store, name).unwrap();
                assert_eq!(func.call(&mut store, 1_000_000).unwrap(), result, "{name}");
            }
        });
    }
}

#[test]
fn instances_tail_call_one_another_without_end() {
    let a = r#"(module (type $t (func (param i32) (result i32))) (table (export "table") 4 funcref)
        (global $g (mut i32) (i32.const 1)) (elem (i32.const 0) $zero $one)
        (func $zero (type $t) (global.set $g (i32.add (global.get $g) (i32.const 1)))
            (if (i32.eqz (local.get 0)) (then (return (global.get $g))))
            (return_call_indirect (type $t) (i32.sub (local.get 0) (i32.const 1)) (i32.rem_u (local.get 0) (i32.const 4))))
        (func $one (export "one") (type $t) (return_call_indirect (type $t) (local.get 0) (i32.const 0)))
        (func (export "run") (type $t) (i32.add (call $one (local.get 0)) (global.get $g))))"#;
    let b = r#"(module (type $t (func (param i32) (result i32))) (import "a" "table" (table 4 funcref))
        (import "a" "one" (func $one (type $t))) (elem (i32.const 2) $two $three)
        (func $unused) (func $two (type $t) (return_call $one (local.get 0)))
        (func $three (type $t) (return_call $two (local.get 0))))"#;
    for engine in engines_with(|config| _ = config.max_wasm_stack(64 << 10)) {
        on_a_stack_of(1024, move || {
            let mut store = Store::new(&engine, ());
            let mut linker = Linker::new(&engine);
            linker.module(&mut store, "a", &Module::new(&engine, a).unwrap()).unwrap();
            linker.module(&mut store, "b", &Module::new(&engine, b).unwrap()).unwrap();
            let run = linker.get(&mut store, "a", "run").unwrap().into_func().unwrap();
            let run = run.typed::<i32, i32>(&store).unwrap();
            assert_eq!(run.call(&mut store, 300_000).unwrap(), 2 * 300_002);
        });
    }
}

#[test]
fn memories_and_globals_that_change_on_the_other_side_are_seen() {
    let text = r#"(module (memory (export "memory") 1) (global $g (mut i64) (i64.const 0))
        (func $change (param i32)
            (drop (memory.grow (i32.const 1))) (i32.store8 (local.get 0) (i32.const 9)) (global.set $g (i64.const 33)))
        (func $odd (export "odd") (param i32) (result i64)
            (i64.store (i32.const 0) (i64.const 7))
            (call $change (local.get 0))
            (i64.add (global.get $g) (i64.add (i64.load (i32.const 0)) (i64.load8_u (local.get 0)))))
        (func $even (export "even") (param i32) (result i64)
            (i64.store (i32.const 0) (i64.const 8))
            (i64.add (call $odd (local.get 0)) (i64.add (i64.load (i32.const 0)) (i64.load8_u (local.get 0))))))"#;
    for engine in engines() {
        let (mut store, instance) = instantiate(&engine, (), text);
        for (name, result, at) in [("odd", 49, 65_600), ("even", 65, 2 * 65_600), ("odd", 49, 3 * 65_600)] {
            let func = instance.get_typed_func::<u32, i64>(&store, name).unwrap();
            assert_eq!(func.call(&mut store, at).unwrap(), result, "{name}");
        }
    }
}

#[test]
fn recursion_ends_at_the_limit_whichever_engine_is_on_top() {
    let text = r#"(module (type $t (func (param i64) (result i64))) (table funcref (elem $even $odd))
        (func $even (export "even") (type $t) (i64.add (i64.const 1) (call $odd (i64.add (i64.const 1) (local.get 0)))))
        (func $odd (export "odd") (type $t)
            (i64.add (i64.const 1) (call_indirect (type $t) (local.get 0) (i32.wrap_i64 (i64.rem_u (local.get 0) (i64.const 2)))))))"#;
    for engine in engines_with(|config| _ = config.max_wasm_stack(1 << 20)) {
        on_a_stack_of(4096, move || {
            let (mut store, instance) = instantiate(&engine, (), text);
            for name in ["even", "odd", "even"] {
                let func = instance.get_typed_func::<i64, i64>(&store, name).unwrap();
                let error = func.call(&mut store, 0).unwrap_err();
                assert_eq!((error.limit(), error.backtrace().len()), (Some(Limit::Stack), falkirk::engine::MAX_FRAMES));
            }
        });
    }
}

/// A guest that recurses `0`th argument deep into the host and then without end.
const HOST_RECURSION: &str = r#"(module (import "host" "back" (func $back (param i32) (result i32)))
    (func $endless (param i32) (result i32) (i32.add (i32.const 1) (call $endless (local.get 0))))
    (func $two (export "down") (param i32) (result i32)
        (if (result i32) (local.get 0)
            (then (i32.add (i32.const 1) (call $back (i32.sub (local.get 0) (i32.const 1)))))
            (else (call $endless (i32.const 0)))))
    (func (export "odd") (param i32) (result i32) (i32.add (i32.const 1) (call $two (local.get 0)))))"#;

#[test]
fn the_stack_overflows_at_any_depth_of_the_host() {
    for kib in [512, 2048, 8192] {
        for engine in engines_with(|_| {}) {
            on_a_stack_of(kib, move || {
                let mut linker = Linker::new(&engine);
                let define = linker.func_wrap("host", "back", |mut caller: Caller<'_, u32>, depth: i32| {
                    let name = if depth % 2 == 0 { "down" } else { "odd" };
                    let down = caller.get_export(name).unwrap().into_func().unwrap().typed::<i32, i32>(&caller)?;
                    let result = down.call(&mut caller, depth);
                    *caller.data_mut() += 1;
                    result
                });
                define.unwrap();
                let mut store = Store::new(&engine, 0);
                let instance = linker.instantiate(&mut store, &Module::new(&engine, HOST_RECURSION).unwrap()).unwrap();
                let down = instance.get_typed_func::<i32, i32>(&store, "down").unwrap();
                for depth in [0, 1, 2, 50, 3] {
                    *store.data_mut() = 0;
                    let error = down.call(&mut store, depth).unwrap_err();
                    assert_eq!((error.limit(), *store.data()), (Some(Limit::Stack), depth as u32), "{kib} KiB");
                }
            });
        }
    }
}

#[test]
fn fuel_and_deadlines_end_loops_across_engines() {
    let text = r#"(module
        (func $loop (export "loop") (loop (call $leaf) (br 0)))
        (func $leaf)
        (func $inner (loop (br 0)))
        (func (export "nested") (call $inner))
        (func $tail (export "tail") (return_call $liat))
        (func $liat (return_call $tail)))"#;
    for engine in engines_with(|config| _ = config.consume_fuel(true)) {
        let (mut store, instance) = instantiate(&engine, (), text);
        for name in ["loop", "nested", "tail"] {
            store.set_fuel(100_000).unwrap();
            assert_eq!(run(&mut store, instance, name).unwrap_err().limit(), Some(Limit::Fuel), "{name}");
        }
    }
    for engine in engines() {
        let (mut store, instance) = instantiate(&engine, (), text);
        for name in ["loop", "nested", "tail", "nested"] {
            store.set_deadline(Some(Duration::from_millis(10)));
            assert_eq!(run(&mut store, instance, name).unwrap_err().limit(), Some(Limit::Interrupted), "{name}");
            let handle = store.interrupt_handle();
            store.set_deadline(None);
            let thread = std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(5));
                handle.interrupt();
            });
            assert_eq!(run(&mut store, instance, name).unwrap_err().limit(), Some(Limit::Interrupted), "{name}");
            thread.join().unwrap();
        }
    }
}

#[test]
fn several_threads_trap_at_once() {
    for engine in engines() {
        let module = Module::new(&engine, CHAIN_OF_TRAPS).unwrap();
        let barrier = Barrier::new(4);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let mut store = Store::new(&engine, ());
                    let instance = Instance::new(&mut store, &module, &[]).unwrap();
                    let func = instance.get_typed_func::<u32, i32>(&store, "odd").unwrap();
                    barrier.wait();
                    for _ in 0..500 {
                        for (what, trap) in [
                            (0, Trap::IntegerDivideByZero),
                            (1, Trap::MemoryOutOfBounds),
                            (2, Trap::Unreachable),
                            (3, Trap::IndirectCallTypeMismatch),
                        ] {
                            let error = func.call(&mut store, what).unwrap_err();
                            assert_eq!((error.trap(), functions(&error)), (Some(trap), vec![0, 1]));
                        }
                        assert_eq!(func.call(&mut store, 4).unwrap(), 4);
                    }
                });
            }
        });
    }
}

/// Each trap is in a compiled function, which an interpreted one calls.
const CHAIN_OF_TRAPS: &str = r#"(module (memory 1) (table funcref (elem $trap))
    (func $trap (param i32) (result i32)
        (block (block (block (block (block (br_table 0 1 2 3 4 (local.get 0)))
            (return (i32.div_s (i32.const 1) (local.get 0))))
            (return (i32.load offset=65536 (local.get 0))))
            unreachable)
            (call_indirect (i32.const 0)))
        (local.get 0))
    (func (export "odd") (param i32) (result i32) (i32.add (call $trap (local.get 0)) (i32.const 0))))"#;

#[test]
fn a_limit_on_memory_fails_through_both() {
    let text = r#"(module (memory 1) (func $even (drop (memory.grow (i32.const 1))))
        (func (export "odd") (call $even)) (func (export "two") (call 1)))"#;
    for engine in engines() {
        let limits = StoreLimitsBuilder::new().memory_size(1 << 16).trap_on_grow_failure(true).build();
        let mut store: Store<StoreLimits> = Store::new(&engine, limits);
        store.limiter(|limits| limits);
        let instance = Instance::new(&mut store, &Module::new(&engine, text).unwrap(), &[]).unwrap();
        for (name, frames) in [("odd", &[0, 1][..]), ("two", &[0, 1, 2])] {
            let error = run(&mut store, instance, name).unwrap_err();
            assert_eq!((error.limit(), functions(&error)), (Some(Limit::Memory), frames.to_vec()));
        }
    }
}
