//! Fuel, deadlines, interrupts, recursion and what a store may hold.

use std::time::{Duration, Instant};

use falkirk::prelude::*;

use super::{engines, engines_with, instantiate, run};

#[test]
fn fuel_runs_out_and_can_be_filled_up() {
    let text = r#"(module
        (func (export "loop") (param i32) (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
        (func $forever (export "recurse") (call $forever)))"#;
    for engine in engines_with(|config| _ = config.consume_fuel(true)) {
        let (mut store, instance) = instantiate(&engine, (), text);
        let func = instance.get_typed_func::<i32, ()>(&store, "loop").unwrap();
        assert_eq!(func.call(&mut store, 10).unwrap_err().limit(), Some(Limit::Fuel), "there is none at the start");
        store.set_fuel(1_000_000).unwrap();
        func.call(&mut store, 10).unwrap();
        let left = store.get_fuel().unwrap();
        assert!((1..1_000_000).contains(&left));
        func.call(&mut store, 1000).unwrap();
        assert!(store.get_fuel().unwrap() < left - 500);
        let error = func.call(&mut store, i32::MAX).unwrap_err();
        assert_eq!(error.limit(), Some(Limit::Fuel));
        assert_eq!(store.get_fuel().unwrap(), 0);
        store.set_fuel(100).unwrap();
        assert_eq!(run(&mut store, instance, "recurse").unwrap_err().limit(), Some(Limit::Fuel));
    }
    let mut store = Store::new(&engines()[0], ());
    let message = "this engine does not count fuel: turn it on with Config::consume_fuel(true)";
    assert_eq!(store.set_fuel(1).unwrap_err().to_string(), message);
    assert_eq!(store.get_fuel().unwrap_err().to_string(), message);
}

/// Endless in a loop, in calls that return, and in tail calls.
const ENDLESS: &str = r#"(module
    (func (export "loop") (loop (br 0)))
    (func $leaf) (func (export "calls") (loop (call $leaf) (br 0)))
    (func $tail (export "tail") (return_call $tail))
    (func (export "short")))"#;

#[test]
fn a_deadline_ends_what_would_not_end() {
    for engine in engines() {
        let (mut store, instance) = instantiate(&engine, (), ENDLESS);
        for name in ["loop", "calls", "tail"] {
            let start = Instant::now();
            store.set_deadline(Some(Duration::from_millis(20)));
            let error = run(&mut store, instance, name).unwrap_err();
            assert_eq!(error.limit(), Some(Limit::Interrupted), "{name}");
            assert!(start.elapsed() >= Duration::from_millis(19), "{name}");
            assert!(start.elapsed() < Duration::from_secs(5), "{name}");
            let error = run(&mut store, instance, "short").unwrap_err();
            assert_eq!(error.limit(), Some(Limit::Interrupted), "a deadline stays until it is cleared");
            store.set_deadline(None);
            run(&mut store, instance, "short").unwrap();
        }
        store.set_deadline(Some(Duration::from_secs(3600)));
        run(&mut store, instance, "short").unwrap();
    }
}

#[test]
fn an_interrupt_from_another_thread_ends_one_call() {
    for engine in engines() {
        let (mut store, instance) = instantiate(&engine, (), ENDLESS);
        let handle = store.interrupt_handle();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(10));
                handle.interrupt();
            });
            assert_eq!(run(&mut store, instance, "loop").unwrap_err().limit(), Some(Limit::Interrupted));
        });
        run(&mut store, instance, "short").unwrap();
        handle.interrupt();
        assert_eq!(run(&mut store, instance, "short").unwrap_err().limit(), Some(Limit::Interrupted), "the next call");
        handle.interrupt();
        store.clear_interrupt();
        run(&mut store, instance, "short").unwrap();
    }
}

#[test]
fn a_deadline_also_stops_a_guest_whose_host_function_swallows_it() {
    let text = r#"(module (import "host" "call" (func $call)) (export "call" (func $call))
        (func (export "inner") (loop (br 0))) (func (export "outer") (loop (call $call) (br 0))))"#;
    for engine in engines() {
        let mut linker = Linker::new(&engine);
        let call = |mut caller: Caller<'_, u32>| {
            *caller.data_mut() += 1;
            let inner = caller.get_export("inner").unwrap().into_func().unwrap();
            assert!(inner.call(&mut caller, &[], &mut []).is_err());
        };
        linker.func_wrap("host", "call", call).unwrap();
        let mut store = Store::new(&engine, 0);
        let instance = linker.instantiate(&mut store, &Module::new(&engine, text).unwrap()).unwrap();
        store.set_deadline(Some(Duration::from_millis(10)));
        assert_eq!(run(&mut store, instance, "outer").unwrap_err().limit(), Some(Limit::Interrupted));
        assert_eq!(*store.data(), 1);
    }
}

#[test]
fn stores_limit_memories_tables_and_instances() {
    let text = r#"(module (memory (export "memory") 1) (table (export "table") 1 funcref)
        (func (export "grow_memory") (param i32) (result i32) (memory.grow (local.get 0)))
        (func (export "grow_table") (param i32) (result i32) (table.grow (ref.null func) (local.get 0))))"#;
    for engine in engines() {
        for trap in [false, true] {
            let limits = StoreLimitsBuilder::new().memory_size(3 << 16).table_elements(5).instances(1);
            let mut store: Store<StoreLimits> = Store::new(&engine, limits.trap_on_grow_failure(trap).build());
            store.limiter(|limits| limits);
            let module = Module::new(&engine, text).unwrap();
            let instance = Instance::new(&mut store, &module, &[]).unwrap();
            for (name, within, limit) in [("grow_memory", 2, Limit::Memory), ("grow_table", 4, Limit::Table)] {
                let grow = instance.get_typed_func::<i32, i32>(&store, name).unwrap();
                assert_eq!(grow.call(&mut store, within).unwrap(), 1, "{name}");
                assert_eq!(grow.call(&mut store, 0).unwrap(), within + 1, "{name}");
                match (trap, grow.call(&mut store, 1)) {
                    (false, result) => assert_eq!(result.unwrap(), -1, "{name}"),
                    (true, result) => assert_eq!(result.unwrap_err().limit(), Some(limit), "{name}"),
                }
            }
            let error = Instance::new(&mut store, &module, &[]).unwrap_err();
            assert_eq!(error.limit(), Some(Limit::Instances));
        }
        let big = Module::new(&engine, "(module (memory 4))").unwrap();
        let mut store: Store<StoreLimits> = Store::new(&engine, StoreLimitsBuilder::new().memory_size(1 << 16).build());
        store.limiter(|limits| limits);
        assert_eq!(Instance::new(&mut store, &big, &[]).unwrap_err().limit(), Some(Limit::Memory));
    }
}

#[test]
fn host_and_guest_recurse_until_the_limit() {
    let text = r#"(module (import "host" "back" (func $back (param i32)))
        (func (export "forth") (param i32) (call $back (i32.add (local.get 0) (i32.const 1)))))"#;
    for engine in engines_with(|config| _ = config.max_host_depth(100)) {
        let mut linker = Linker::new(&engine);
        let back = |mut caller: Caller<'_, i32>, depth: i32| {
            *caller.data_mut() = depth;
            let forth = caller.get_export("forth").unwrap().into_func().unwrap().typed::<i32, ()>(&caller)?;
            forth.call(&mut caller, depth)
        };
        linker.func_wrap("host", "back", back).unwrap();
        let mut store = Store::new(&engine, 0);
        let instance = linker.instantiate(&mut store, &Module::new(&engine, text).unwrap()).unwrap();
        let forth = instance.get_typed_func::<i32, ()>(&store, "forth").unwrap();
        for _ in 0..3 {
            let error = forth.call(&mut store, 0).unwrap_err();
            assert_eq!((error.limit(), *store.data()), (Some(Limit::Stack), 100));
            assert_eq!(error.backtrace().len(), 100, "frames of every level");
        }
    }
}

#[test]
fn guests_recurse_until_the_stack_ends() {
    let text = r#"(module
        (func $deep (export "deep") (param i64) (result i64) (i64.add (i64.const 1) (call $deep (local.get 0))))
        (func $count (export "count") (param i32) (result i32)
            (if (result i32) (local.get 0) (then (i32.add (i32.const 1) (call $count (i32.sub (local.get 0) (i32.const 1))))) (else (i32.const 0)))))"#;
    for engine in engines_with(|config| _ = config.max_wasm_stack(1 << 20)) {
        let (mut store, instance) = instantiate(&engine, (), text);
        let deep = instance.get_typed_func::<i64, i64>(&store, "deep").unwrap();
        let count = instance.get_typed_func::<i32, i32>(&store, "count").unwrap();
        for _ in 0..3 {
            let error = deep.call(&mut store, 0).unwrap_err();
            assert_eq!((error.limit(), &*error.to_string()), (Some(Limit::Stack), "call stack exhausted"));
            assert_eq!(error.backtrace().len(), falkirk::engine::MAX_FRAMES);
            assert_eq!(count.call(&mut store, 1000).unwrap(), 1000);
        }
    }
}
