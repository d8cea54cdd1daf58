//! Interrupts of machine code that never looks for them.

use std::sync::Arc;
use std::time::Duration;

use falkirk_jit::Jit;
use falkirk_runtime::{Caller, Config, Engine, Limit, Linker, Module, Store};

const LOOPS: &str = r#"(module
    (import "host" "nap" (func $nap))
    (memory 1)
    (func $bare (export "bare") (loop (br 0)))
    (func (export "storing") (loop (i32.store (i32.const 0) (i32.const 1)) (br 0)))
    (func $tail (export "tail") (return_call $tail))
    (func (export "called") (call $bare))
    (func (export "host") (loop (call $nap) (br 0)))
    (func (export "filling") (loop (memory.fill (i32.const 0) (i32.const 1) (i32.const 65536)) (br 0))))"#;

fn engine(config: &Config) -> Engine {
    Engine::with_backend(config, Arc::new(Jit::new().expect("a machine that there is a JIT for"))).expect("an engine")
}

#[test]
fn every_loop_stops() {
    let engine = engine(&Config::new());
    let module = Module::new(&engine, LOOPS).expect("a module");
    let mut linker = Linker::new(&engine);
    linker.func_wrap("host", "nap", std::thread::yield_now).expect("a name that is free");
    let mut store = Store::new(&engine, ());
    let instance = linker.instantiate(&mut store, &module).expect("an instance");
    for round in 0..20 {
        for name in ["bare", "storing", "tail", "called", "host", "filling"] {
            let endless = instance.get_typed_func::<(), ()>(&store, name).expect("an export");
            let handle = store.interrupt_handle();
            let other = std::thread::spawn(move || handle.interrupt());
            let error = endless.call(&mut store, ()).unwrap_err();
            other.join().expect("no panic");
            assert_eq!(error.limit(), Some(Limit::Interrupted), "{name}");
            store.clear_interrupt();
            store.set_deadline(Some(Duration::from_micros(100 * round)));
            let error = endless.call(&mut store, ()).unwrap_err();
            assert_eq!(error.limit(), Some(Limit::Interrupted), "{name}");
            let again = endless.call(&mut store, ()).unwrap_err();
            assert_eq!(again.limit(), Some(Limit::Interrupted), "{name}, whose deadline has passed");
            store.set_deadline(None);
        }
    }
}

#[test]
fn only_the_store_that_is_interrupted_stops() {
    let engine = engine(&Config::new());
    let text = r#"(module (func (export "count") (param i64) (result i64) (local i64)
        (loop (local.set 1 (i64.add (local.get 1) (i64.const 1)))
            (br_if 0 (i64.ne (local.get 1) (local.get 0))))
        (local.get 1)))"#;
    let module = Module::new(&engine, text).expect("a module");
    let mut stores: Vec<_> = (0..2).map(|_| Store::new(&engine, ())).collect();
    let handle = stores[0].interrupt_handle();
    std::thread::scope(|scope| {
        let results: Vec<_> = stores
            .iter_mut()
            .zip([i64::MAX, 300_000_000])
            .map(|(store, turns)| {
                let instance = Linker::new(&engine).instantiate(&mut *store, &module).expect("an instance");
                let count = instance.get_typed_func::<i64, i64>(&*store, "count").expect("an export");
                scope.spawn(move || count.call(store, turns))
            })
            .collect();
        handle.interrupt();
        let results: Vec<_> = results.into_iter().map(|thread| thread.join().expect("no panic")).collect();
        assert_eq!(results[0].as_ref().unwrap_err().limit(), Some(Limit::Interrupted));
        assert_eq!(*results[1].as_ref().expect("nobody interrupted it"), 300_000_000);
    });
}

/// What [`Config::interruptible`] promises when it is off: no signal wakes the thread, but calls still notice.
#[test]
fn without_signals_calls_notice() {
    let engine = engine(Config::new().interruptible(false));
    let text = r#"(module (import "host" "interrupt" (func $interrupt))
        (func $tree (param i32) (result i32) (if (result i32) (local.get 0)
            (then (i32.add (call $tree (i32.sub (local.get 0) (i32.const 1)))
                (call $tree (i32.sub (local.get 0) (i32.const 1)))))
            (else (i32.const 1))))
        (func (export "of the host") (loop (call $interrupt) (br 0)))
        (func (export "of guests") (drop (call $tree (i32.const 100)))))"#;
    let module = Module::new(&engine, text).expect("a module");
    let mut store = Store::new(&engine, 0);
    let handle = store.interrupt_handle();
    let mut linker = Linker::new(&engine);
    let interrupt = move |mut caller: Caller<'_, u32>| {
        *caller.data_mut() += 1;
        if *caller.data() == 3 {
            handle.interrupt();
        }
    };
    linker.func_wrap("host", "interrupt", interrupt).expect("a name that is free");
    let instance = linker.instantiate(&mut store, &module).expect("an instance");
    let call = |store: &mut Store<u32>, name| {
        let endless = instance.get_typed_func::<(), ()>(&*store, name).expect("an export");
        assert_eq!(endless.call(&mut *store, ()).unwrap_err().limit(), Some(Limit::Interrupted), "{name}");
    };
    call(&mut store, "of the host");
    assert_eq!(*store.data(), 3, "the call that was interrupted is the last");
    store.clear_interrupt();
    store.set_deadline(Some(Duration::from_millis(5)));
    call(&mut store, "of guests");
}
