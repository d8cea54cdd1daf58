//! Whole modules, compiled and run.

use std::sync::Arc;

use falkirk_jit::Jit;
use falkirk_runtime::{Config, Engine, Instance, Linker, Module, Store, Trap};

fn engine() -> Engine {
    let jit = Jit::new().expect("there is a JIT for this machine");
    Engine::with_backend(&Config::new(), Arc::new(jit)).expect("an engine")
}

fn instance(store: &mut Store<()>, text: &str) -> Instance {
    let module = Module::new(store.engine(), text).expect("a module");
    Linker::new(store.engine()).instantiate(store, &module).expect("an instance")
}

#[test]
fn a_function_adds() {
    let mut store = Store::new(&engine(), ());
    let instance = instance(
        &mut store,
        r#"(module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))"#,
    );
    let add = instance.get_typed_func::<(i32, i32), i32>(&mut store, "add").expect("an export");
    assert_eq!(add.call(&mut store, (2, 40)).unwrap(), 42);
}

#[test]
fn a_division_by_zero_traps_with_its_frames() {
    let mut store = Store::new(&engine(), ());
    let instance = instance(
        &mut store,
        r#"(module
            (func $div (param i32 i32) (result i32) (i32.div_u (local.get 0) (local.get 1)))
            (func $outer (export "div") (param i32 i32) (result i32)
                (i32.add (i32.const 1) (call $div (local.get 0) (local.get 1)))))"#,
    );
    let div = instance.get_typed_func::<(u32, u32), u32>(&mut store, "div").expect("an export");
    assert_eq!(div.call(&mut store, (10, 3)).unwrap(), 4);
    for _ in 0..3 {
        let error = div.call(&mut store, (10, 0)).unwrap_err();
        assert_eq!(error.trap(), Some(Trap::IntegerDivideByZero));
        let names: Vec<_> = error.backtrace().iter().map(|frame| frame.name.clone().unwrap_or_default()).collect();
        assert_eq!(names, ["div", "outer"]);
    }
}
