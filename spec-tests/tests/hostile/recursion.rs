//! Recursion without end: a limit, never an overflow of the host's stack.

use falkirk::{Caller, Config, Engine, Error, Extern, Func, Instance, Limit, Module, Store, StoreLimits};

use super::Case;
use super::support::{Running, gives, reaches, run, start, store};

pub const CASES: &[Case] = &[
    Case { name: "recursion", mib: 64, run: recursion },
    Case { name: "recursion_with_large_frames", mib: 64, run: large_frames },
    Case { name: "recursion_through_another_instance", mib: 64, run: through_another_instance },
    Case { name: "recursion_through_the_host", mib: 256, run: through_the_host },
    Case { name: "recursion_through_the_host_on_a_small_stack", mib: 256, run: through_the_host_on_a_small_stack },
    Case { name: "recursion_through_a_start_function", mib: 256, run: through_start },
    Case { name: "deep_recursion_that_ends", mib: 64, run: recursion_that_ends },
    Case { name: "overflow_and_go_on", mib: 64, run: overflow_and_go_on },
    Case { name: "a_small_value_stack", mib: 64, run: small_value_stack },
];

fn recursion(engine: &Engine) {
    for text in [
        r#"(module (func $f (export "f") (call $f)))"#,
        r#"(module (func $f (export "f") (call $g)) (func $g (call $f)))"#,
        r#"(module (func $f (export "f") (result i32) (i32.add (call $f) (i32.const 1))))"#,
        r#"(module (type $t (func)) (table funcref (elem $f)) (func $f (export "f") (call_indirect (type $t) (i32.const 0))))"#,
        r#"(module (type $t (func)) (elem declare func $f) (func $f (export "f") (call_ref $t (ref.func $f))))"#,
        r#"(module (func $f (export "f") (param i64 v128) (result v128 i64)
            (call $f (i64.const 1) (v128.const i64x2 0 0))))"#,
    ] {
        reaches(start(engine, text).and_then(|mut running| running.call("f")), Limit::Stack);
    }
}

/// 40,000 locals a frame: the stack ends after a few calls.
fn large_frames(engine: &Engine) {
    let locals = "i64 ".repeat(40_000);
    reaches(run(engine, format!(r#"(module (func $f (export "f") (local {locals}) (call $f)))"#)), Limit::Stack);
}

/// Two instances whose functions call each other through a table that both share.
fn through_another_instance(engine: &Engine) {
    let text = r#"(module (type $t (func)) (import "a" "table" (table 2 funcref)) (import "a" "n" (global $n i32))
        (func $f (export "f") (call_indirect (type $t) (i32.sub (i32.const 1) (global.get $n))))
        (elem (global.get $n) $f))"#;
    let module = Module::new(engine, text).unwrap_or_else(|error| panic!("{error}"));
    let mut store = store(engine);
    let ty = falkirk::TableType { element: falkirk::RefType::FUNCREF, min: 2, max: None, table64: false };
    let table =
        falkirk::Table::new(&mut store, ty, falkirk::Val::FuncRef(None)).unwrap_or_else(|error| panic!("{error}"));
    let mut last = None;
    for number in 0..2 {
        let ty = falkirk::GlobalType { content: falkirk::ValType::I32, mutable: false };
        let global =
            falkirk::Global::new(&mut store, ty, falkirk::Val::I32(number)).unwrap_or_else(|error| panic!("{error}"));
        let imports: [Extern; 2] = [table.into(), global.into()];
        last = Some(Instance::new(&mut store, &module, &imports).unwrap_or_else(|error| panic!("{error}")));
    }
    let Some(instance) = last else { return };
    reaches(Running { store, instance }.call("f"), Limit::Stack);
}

/// `f` calls the host, and the host calls `f`.
const PING_PONG: &str = r#"(module (import "host" "again" (func $again))
    (func $f (export "f") (param i32) (local i64 i64 i64) (call $again)) (export "again" (func $again)))"#;

fn ping_pong(engine: &Engine) -> Result<(), Error> {
    let module = Module::new(engine, PING_PONG)?;
    let mut store = store(engine);
    let again = Func::wrap(&mut store, |mut caller: Caller<'_, StoreLimits>| -> Result<(), Error> {
        let Some(Extern::Func(f)) = caller.get_export("f") else { return Err(Error::msg("no export f")) };
        f.typed::<i32, ()>(&caller)?.call(&mut caller, 1)
    });
    let instance = Instance::new(&mut store, &module, &[again.into()])?;
    let f = instance.get_typed_func::<i32, ()>(&mut store, "f")?;
    // Twice: the first overflow leaves the store as it was.
    reaches(f.call(&mut store, 0), Limit::Stack);
    f.call(&mut store, 0)
}

fn through_the_host(engine: &Engine) {
    reaches(ping_pong(engine), Limit::Stack);
}

/// Threads have less stack than the main one: 2 MiB by default, and what a program asks for.
fn through_the_host_on_a_small_stack(engine: &Engine) {
    for kib in [256, 2048] {
        let engine = engine.clone();
        let thread = std::thread::Builder::new().stack_size(kib << 10).spawn(move || {
            reaches(ping_pong(&engine), Limit::Stack);
        });
        let thread = thread.unwrap_or_else(|error| panic!("{error}"));
        thread.join().unwrap_or_else(|_| panic!("the thread panicked"));
    }
}

/// The start function calls the host, which instantiates the same module again.
fn through_start(engine: &Engine) {
    let text = r#"(module (import "host" "again" (func $again)) (start $again))"#;
    let module = Module::new(engine, text).unwrap_or_else(|error| panic!("{error}"));
    let mut store = Store::new(engine, module.clone());
    let _ = store.set_fuel(u64::MAX / 4);
    fn again(mut caller: Caller<'_, Module>) -> Result<(), Error> {
        let module = caller.data().clone();
        let again = Func::wrap(&mut caller, again);
        Instance::new(&mut caller, &module, &[again.into()]).map(|_| ())
    }
    let first = Func::wrap(&mut store, again);
    let Err(error) = Instance::new(&mut store, &module, &[first.into()]) else { panic!("wanted a limit") };
    assert!(matches!(error.limit(), Some(Limit::Stack | Limit::Instances)), "{error}");
}

/// 50,000 calls deep is nothing unusual.
fn recursion_that_ends(engine: &Engine) {
    let text = r#"(module (func $sum (param i32) (result i32)
            (if (result i32) (local.get 0)
                (then (i32.add (i32.const 1) (call $sum (i32.sub (local.get 0) (i32.const 1)))))
                (else (i32.const 0))))
        (func (export "f") (result i32) (call $sum (i32.const 50000))))"#;
    gives(run(engine, text), 50_000);
}

/// An overflow a hundred times over: the stack is given back each time.
fn overflow_and_go_on(engine: &Engine) {
    let text = r#"(module (func $f (export "f") (call $f)) (func (export "g") (result i32) (i32.const 7)))"#;
    let mut running = start(engine, text).unwrap_or_else(|error| panic!("{error}"));
    for _ in 0..100 {
        reaches(running.call("f"), Limit::Stack);
        gives(running.call("g"), 7);
    }
}

/// A stack too small for one frame, or for anything.
fn small_value_stack(engine: &Engine) {
    for bytes in [0, 1, 4096, 65536] {
        let mut config: Config = engine.config().clone();
        config.max_wasm_stack(bytes);
        let Ok(engine) = Engine::new(&config) else { continue };
        let locals = "i64 ".repeat(20_000);
        let text = format!(r#"(module (func (export "f") (local {locals})) (func $g (export "g") (call $g)))"#);
        let mut running = start(&engine, text).unwrap_or_else(|error| panic!("{error}"));
        // Locals that nobody uses take no room in machine code.
        if engine.backend_name() == "interp" {
            reaches(running.call("f"), Limit::Stack);
        }
        reaches(running.call("g"), Limit::Stack);
    }
}
