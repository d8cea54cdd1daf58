//! Modules, instantiation and threads.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use falkirk::ExternType;
use falkirk::prelude::*;

use super::{engines, instantiate};

#[test]
fn start_functions_run_and_their_traps_end_the_instantiation() {
    for engine in engines() {
        let started = Module::new(
            &engine,
            r#"(module (global $g (export "g") (mut i32) (i32.const 0)) (func $start (global.set $g (i32.const 7))) (start $start))"#,
        );
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &started.unwrap(), &[]).unwrap();
        assert_eq!(instance.get_global(&store, "g").unwrap().get(&store), Val::I32(7));
        let failing = Module::new(&engine, "(module (func $start unreachable) (start $start))").unwrap();
        assert_eq!(Instance::new(&mut store, &failing, &[]).unwrap_err().trap(), Some(Trap::Unreachable));
        let endless = Module::new(&engine, "(module (func $start (loop (br 0))) (start $start))").unwrap();
        store.set_deadline(Some(Duration::from_millis(5)));
        assert_eq!(Instance::new(&mut store, &endless, &[]).unwrap_err().limit(), Some(Limit::Interrupted));
    }
}

#[test]
fn modules_and_stores_work_on_many_threads() {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    let text = r#"(module (import "host" "count" (func $count)) (memory 1)
        (func (export "run") (param i32) (result i32) (call $count) (i32.store (i32.const 8) (local.get 0)) (i32.load (i32.const 8))))"#;
    for engine in engines() {
        CALLS.store(0, Ordering::Relaxed);
        let module = Module::new(&engine, text).unwrap();
        let mut linker: Linker<()> = Linker::new(&engine);
        linker.func_wrap("host", "count", || _ = CALLS.fetch_add(1, Ordering::Relaxed)).unwrap();
        let pre = linker.instantiate_pre(&module).unwrap();
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let (pre, engine) = (&pre, &engine);
                scope.spawn(move || {
                    for round in 0..100 {
                        let mut store = Store::new(engine, ());
                        let instance = pre.instantiate(&mut store).unwrap();
                        let run = instance.get_typed_func::<i32, i32>(&store, "run").unwrap();
                        assert_eq!(run.call(&mut store, thread * 1000 + round).unwrap(), thread * 1000 + round);
                    }
                });
            }
        });
        assert_eq!(CALLS.load(Ordering::Relaxed), 400);
    }
}

#[test]
fn a_store_can_move_to_another_thread_between_calls() {
    let text = r#"(module (global $g (mut i32) (i32.const 0))
        (func (export "next") (result i32) (global.set $g (i32.add (global.get $g) (i32.const 1))) (global.get $g)))"#;
    for engine in engines() {
        let (mut store, instance) = instantiate(&engine, (), text);
        let next = instance.get_typed_func::<(), i32>(&store, "next").unwrap();
        for expected in 1..5 {
            store = std::thread::spawn(move || {
                assert_eq!(next.call(&mut store, ()).unwrap(), expected);
                store
            })
            .join()
            .unwrap();
        }
    }
}

#[test]
fn modules_tell_what_they_import_and_export() {
    let text = r#"(module $shop (import "a" "f" (func (param i32))) (memory (export "m") 1) (global (export "g") f64 (f64.const 0)))"#;
    for engine in engines() {
        let module = Module::new(&engine, text).unwrap();
        assert_eq!(module.name(), Some("shop"));
        let imports: Vec<_> = module.imports().map(|it| (it.module(), it.name(), it.ty())).collect();
        assert_eq!(imports, [("a", "f", ExternType::Func(FuncType::new([ValType::I32], [])))]);
        assert_eq!(module.exports().map(|it| it.name()).collect::<Vec<_>>(), ["m", "g"]);
        assert!(Module::new(&engine, "(module (func (result i32)))").is_err());
        assert!(Module::validate(&engine, "(module (func (result i32)))").is_err());
    }
}
