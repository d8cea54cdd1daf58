//! Traps by hardware, exhausted stacks, interrupts: at any depth, in any thread.

mod common;

use std::time::Duration;

use common::{engine, instance, link, names, store};
use falkirk_runtime::{Caller, Error, Limit, Linker, Module, Store, Trap};

#[test]
fn each_trap_is_told_from_the_others() {
    let cases = [
        ("(unreachable)", Trap::Unreachable),
        ("(drop (i32.load (i32.const 65533)))", Trap::MemoryOutOfBounds),
        ("(drop (i32.load offset=4294967295 (i32.const -1)))", Trap::MemoryOutOfBounds),
        ("(i64.store (i32.const -1) (i64.const 0))", Trap::MemoryOutOfBounds),
        ("(drop (v128.load (i32.const 65521)))", Trap::MemoryOutOfBounds),
        ("(memory.fill (i32.const 65530) (i32.const 0) (i32.const 7))", Trap::MemoryOutOfBounds),
        ("(memory.copy (i32.const 0) (i32.const 65530) (i32.const 7))", Trap::MemoryOutOfBounds),
        ("(memory.init $data (i32.const 0) (i32.const 2) (i32.const 2))", Trap::MemoryOutOfBounds),
        ("(drop (i32.div_s (i32.const 1) (local.get 0)))", Trap::IntegerDivideByZero),
        ("(drop (i64.rem_u (i64.const 1) (i64.extend_i32_s (local.get 0))))", Trap::IntegerDivideByZero),
        ("(drop (i32.div_s (i32.const 0x80000000) (i32.sub (local.get 0) (i32.const 1))))", Trap::IntegerOverflow),
        ("(drop (i32.trunc_f64_s (f64.const 1e10)))", Trap::IntegerOverflow),
        ("(drop (i32.trunc_f64_s (f64.const nan)))", Trap::InvalidConversionToInteger),
        ("(drop (table.get (i32.const 2)))", Trap::TableOutOfBounds),
        ("(table.fill (i32.const 1) (ref.null func) (i32.const 2))", Trap::TableOutOfBounds),
        ("(call_indirect (type $void) (i32.const 9))", Trap::UndefinedElement),
        ("(call_indirect (type $void) (i32.const 0))", Trap::UninitializedElement),
        ("(call_indirect (type $void) (i32.const 1))", Trap::IndirectCallTypeMismatch),
        ("(call_ref $void (ref.null $void))", Trap::NullFunctionReference),
    ];
    for (body, trap) in cases {
        let text = format!(
            r#"(module
                (memory 1) (table 2 funcref) (type $void (func)) (data $data "abc")
                (elem (i32.const 1) func $inner)
                (func $inner (param i32) (result i32) {body} (i32.const 1))
                (func $outer (export "run") (result i32) (call $inner (i32.const 0)))
                (func (export "fine") (result i32) (i32.const 7)))"#
        );
        let mut store = store();
        let instance = instance(&mut store, &text);
        let run = instance.get_typed_func::<(), i32>(&mut store, "run").unwrap();
        let fine = instance.get_typed_func::<(), i32>(&mut store, "fine").unwrap();
        for _ in 0..2 {
            let error = run.call(&mut store, ()).unwrap_err();
            assert_eq!(error.trap(), Some(trap), "{body}: {error:?}");
            assert_eq!(names(&error), ["inner", "outer"], "{body}");
            assert_eq!(fine.call(&mut store, ()).unwrap(), 7);
        }
    }
}

#[test]
fn many_threads_trap_at_once() {
    let text = r#"(module (memory 1)
        (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
        (func (export "div") (param i32) (result i32) (i32.div_u (i32.const 100) (local.get 0)))
        (func (export "unreachable") (param i32) (result i32)
            (if (i32.eqz (local.get 0)) (then (unreachable))) (local.get 0)))"#;
    let engine = engine();
    let module = Module::new(&engine, text).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let mut store = Store::new(&engine, ());
                let instance = Linker::new(&engine).instantiate(&mut store, &module).unwrap();
                let [load, div, unreachable] = ["load", "div", "unreachable"]
                    .map(|name| instance.get_typed_func::<i32, i32>(&mut store, name).unwrap());
                for round in 1..500 {
                    assert_eq!(load.call(&mut store, -8).unwrap_err().trap(), Some(Trap::MemoryOutOfBounds));
                    assert_eq!(div.call(&mut store, 0).unwrap_err().trap(), Some(Trap::IntegerDivideByZero));
                    assert_eq!(unreachable.call(&mut store, 0).unwrap_err().trap(), Some(Trap::Unreachable));
                    assert_eq!(div.call(&mut store, round).unwrap(), 100 / round);
                }
            });
        }
    });
}

/// Recursion without end, also by way of the host; `depth` counts.
const RECURSION: &str = r#"(module
    (import "host" "call" (func $host (param i32)))
    (global $depth (export "depth") (mut i32) (i32.const 0))
    (func $forever (export "forever") (result i32)
        (i32.add (call $forever) (i32.const 1)))
    (func $large (export "large") (param i64 i64 i64 i64 i64 i64 i64 i64 i64 i64) (result i64)
        (i64.add (call $large (local.get 9) (local.get 8) (local.get 7) (local.get 6) (local.get 5)
            (local.get 4) (local.get 3) (local.get 2) (local.get 1) (local.get 0)) (local.get 3)))
    (func $down (param i32)
        (if (local.get 0) (then (call $down (i32.sub (local.get 0) (i32.const 1)))) (else (call $host (i32.const 1)))))
    (func (export "down") (param i32) (call $down (local.get 0))))"#;

#[test]
fn an_endless_recursion_ends_at_every_depth_of_host_and_guest() {
    // A host function that calls the guest `levels` times within one another, and then the recursion that never ends.
    let run = |levels: u32, guest_frames: i32| {
        let mut store = Store::new(&engine(), levels);
        let mut linker: Linker<u32> = Linker::new(store.engine());
        let call = move |mut caller: Caller<'_, u32>, _: i32| -> Result<(), Error> {
            let export =
                |caller: &Caller<'_, u32>, name| caller.get_export(name).and_then(|it| it.into_func()).unwrap();
            if *caller.data() == 0 {
                let forever = export(&caller, "forever").typed::<(), i32>(&caller)?;
                return forever.call(&mut caller, ()).map(drop);
            }
            *caller.data_mut() -= 1;
            let down = export(&caller, "down").typed::<i32, ()>(&caller)?;
            down.call(&mut caller, guest_frames)
        };
        linker.func_wrap("host", "call", call).unwrap();
        let module = Module::new(store.engine(), RECURSION).unwrap();
        let instance = linker.instantiate(&mut store, &module).unwrap();
        let down = instance.get_typed_func::<i32, ()>(&mut store, "down").unwrap();
        for _ in 0..2 {
            *store.data_mut() = levels;
            let error = down.call(&mut store, guest_frames).unwrap_err();
            assert_eq!(error.limit(), Some(Limit::Stack), "{error:?}");
            assert!(error.backtrace().len() >= 64, "as many frames as are kept of the innermost call");
        }
    };
    for (levels, frames) in [(0, 0), (1, 10), (5, 1000), (50, 100), (150, 3)] {
        run(levels, frames);
        // A thread with a small stack.
        let small = std::thread::Builder::new().stack_size(640 << 10);
        small.spawn(move || run(levels.min(20), frames.min(100))).unwrap().join().unwrap();
    }
}

#[test]
fn recursion_through_the_host_ends() {
    let mut store = store();
    let mut linker = Linker::new(store.engine());
    let call = |mut caller: Caller<'_, ()>, _: i32| -> Result<(), Error> {
        let down = caller.get_export("down").and_then(|it| it.into_func()).unwrap().typed::<i32, ()>(&caller)?;
        down.call(&mut caller, 50)
    };
    linker.func_wrap("host", "call", call).unwrap();
    let instance = link(&mut store, &linker, RECURSION);
    let down = instance.get_typed_func::<i32, ()>(&mut store, "down").unwrap();
    for _ in 0..3 {
        assert_eq!(down.call(&mut store, 50).unwrap_err().limit(), Some(Limit::Stack));
    }
}

#[test]
fn large_frames_overflow_too() {
    let mut store = store();
    let mut linker = Linker::new(store.engine());
    linker.func_wrap("host", "call", |_: i32| ()).unwrap();
    let instance = link(&mut store, &linker, RECURSION);
    let large = instance.get_func(&store, "large").unwrap();
    let args = vec![falkirk_runtime::Val::I64(1); 10];
    let error = large.call(&mut store, &args, &mut [falkirk_runtime::Val::I64(0)]).unwrap_err();
    assert_eq!(error.limit(), Some(Limit::Stack));
    assert_eq!(names(&error), ["large"; 64]);
}

#[test]
fn the_stack_of_a_store_may_be_limited() {
    let depth = |bytes| {
        let mut store = Store::new(&common::engine_with(falkirk_runtime::Config::new().max_wasm_stack(bytes)), ());
        let instance = instance(
            &mut store,
            r#"(module (global $depth (mut i32) (i32.const 0))
                (func $forever (export "forever") (result i32)
                    (global.set $depth (i32.add (global.get $depth) (i32.const 1)))
                    (i32.add (call $forever) (i32.const 1)))
                (func (export "depth") (result i32) (global.get $depth)))"#,
        );
        let forever = instance.get_typed_func::<(), i32>(&mut store, "forever").unwrap();
        assert_eq!(forever.call(&mut store, ()).unwrap_err().limit(), Some(Limit::Stack));
        instance.get_typed_func::<(), i32>(&mut store, "depth").unwrap().call(&mut store, ()).unwrap()
    };
    let (small, large) = (depth(64 << 10), depth(512 << 10));
    assert!(small > 500, "{small} calls");
    assert!(large > 3 * small, "{large} calls, and {small} on a smaller stack");
}

#[test]
fn a_store_moves_from_thread_to_thread() {
    let mut store = store();
    let mut linker = Linker::new(store.engine());
    linker.func_wrap("host", "call", |_: i32| ()).unwrap();
    let instance = link(&mut store, &linker, RECURSION);
    let forever = instance.get_typed_func::<(), i32>(&mut store, "forever").unwrap();
    for size in [2 << 20, 400 << 10, 4 << 20, 800 << 10] {
        let thread = std::thread::Builder::new().stack_size(size);
        store = thread
            .spawn(move || {
                assert_eq!(forever.call(&mut store, ()).unwrap_err().limit(), Some(Limit::Stack));
                store
            })
            .unwrap()
            .join()
            .unwrap();
    }
    assert_eq!(forever.call(&mut store, ()).unwrap_err().limit(), Some(Limit::Stack));
}

#[test]
fn a_host_function_may_use_another_thread() {
    let mut store = store();
    let mut linker = Linker::new(store.engine());
    let call = |mut caller: Caller<'_, ()>, _: i32| -> Result<(), Error> {
        let forever = caller.get_export("forever").and_then(|it| it.into_func()).unwrap().typed::<(), i32>(&caller)?;
        let result = std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(500 << 10);
            thread.spawn_scoped(scope, || forever.call(&mut caller, ())).unwrap().join().unwrap()
        });
        assert_eq!(result.unwrap_err().limit(), Some(Limit::Stack));
        // And now here, where the stack ends elsewhere.
        assert_eq!(forever.call(&mut caller, ()).unwrap_err().limit(), Some(Limit::Stack));
        Ok(())
    };
    linker.func_wrap("host", "call", call).unwrap();
    let instance = link(&mut store, &linker, RECURSION);
    let down = instance.get_typed_func::<i32, ()>(&mut store, "down").unwrap();
    down.call(&mut store, 100).unwrap();
    down.call(&mut store, 100).unwrap();
}

#[test]
fn an_interrupt_ends_a_loop() {
    let mut store = store();
    let instance = instance(
        &mut store,
        r#"(module (func $spin (export "spin") (loop $again (br $again)))
            (func (export "leaf") (result i32) (i32.const 3)))"#,
    );
    let spin = instance.get_typed_func::<(), ()>(&mut store, "spin").unwrap();
    let leaf = instance.get_typed_func::<(), i32>(&mut store, "leaf").unwrap();
    let handle = store.interrupt_handle();
    for _ in 0..3 {
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(20));
                handle.interrupt();
            });
            let error = spin.call(&mut store, ()).unwrap_err();
            assert_eq!(error.limit(), Some(Limit::Interrupted));
            assert_eq!(names(&error), ["spin"]);
        });
        assert_eq!(leaf.call(&mut store, ()).unwrap(), 3);
        // One that comes early ends the next call, and only that.
        handle.interrupt();
        assert_eq!(leaf.call(&mut store, ()).unwrap_err().limit(), Some(Limit::Interrupted));
        assert_eq!(leaf.call(&mut store, ()).unwrap(), 3);
    }
}

#[test]
fn two_stores_run_within_each_other() {
    let engine = engine();
    let text = r#"(module
        (import "host" "call" (func $host (result i32)))
        (func $inner (result i32) (call $host))
        (func $outer (export "run") (result i32) (i32.add (call $inner) (i32.div_u (i32.const 8) (call $inner)))))"#;
    let module = Module::new(&engine, text).unwrap();
    let mut linker = Linker::new(&engine);
    let (inner_engine, inner_module) = (engine.clone(), module.clone());
    // The other store's guest traps in between: it divides by zero.
    let call = move |mut caller: Caller<'_, i32>| -> i32 {
        let mut linker = Linker::new(&inner_engine);
        linker.func_wrap("host", "call", |caller: Caller<'_, i32>| *caller.data()).unwrap();
        let mut store = Store::new(&inner_engine, 0);
        let instance = linker.instantiate(&mut store, &inner_module).unwrap();
        let run = instance.get_typed_func::<(), i32>(&mut store, "run").unwrap();
        assert_eq!(run.call(&mut store, ()).unwrap_err().trap(), Some(Trap::IntegerDivideByZero));
        *store.data_mut() = 4;
        assert_eq!(run.call(&mut store, ()).unwrap(), 6);
        *caller.data_mut() -= 1;
        *caller.data()
    };
    linker.func_wrap("host", "call", call).unwrap();
    let mut store = Store::new(&engine, 3);
    let instance = linker.instantiate(&mut store, &module).unwrap();
    let run = instance.get_typed_func::<(), i32>(&mut store, "run").unwrap();
    assert_eq!(run.call(&mut store, ()).unwrap(), 2 + 8);
    // The data goes on: 0, then -1.
    assert_eq!(run.call(&mut store, ()).unwrap(), 0);
    *store.data_mut() = 2;
    let error = run.call(&mut store, ()).unwrap_err();
    assert_eq!((error.trap(), names(&error)), (Some(Trap::IntegerDivideByZero), vec!["outer".to_owned()]));
}
