//! Code in memory: it ends with its last user, and is never writable and executable at once.
#![cfg(target_os = "linux")]

mod common;

use common::engine;
use falkirk_runtime::{Linker, Module, Store};

/// A module that no other is equal to.
fn text(number: usize) -> String {
    format!(
        r#"(module
            (func $f (param i32) (result i32) (i32.div_u (i32.const {number}) (local.get 0)))
            (func (export "f") (param i32) (result i32) (i32.add (call $f (local.get 0)) (i32.const 1))))"#
    )
}

fn maps() -> String {
    std::fs::read_to_string("/proc/self/maps").unwrap()
}

#[test]
fn many_modules_are_alive_at_once() {
    let engine = engine();
    let mut store = Store::new(&engine, ());
    let linker = Linker::new(&engine);
    let functions: Vec<_> = (0..2_000)
        .map(|number| {
            let module = Module::new(&engine, text(number)).unwrap();
            let instance = linker.instantiate(&mut store, &module).unwrap();
            instance.get_typed_func::<u32, u32>(&mut store, "f").unwrap()
        })
        .collect();
    for (number, f) in functions.iter().enumerate() {
        assert_eq!(f.call(&mut store, 1).unwrap() as usize, number + 1);
        assert!(f.call(&mut store, 0).unwrap_err().trap().is_some());
    }
}

#[test]
fn nothing_is_writable_and_executable() {
    let engine = engine();
    let module = Module::new(&engine, text(1)).unwrap();
    let mut store = Store::new(&engine, ());
    Linker::new(&engine).instantiate(&mut store, &module).unwrap();
    let maps = maps();
    let bad: Vec<&str> = maps.lines().filter(|line| line.contains(" rwx") || line.contains(" -wx")).collect();
    assert!(bad.is_empty(), "{bad:?}");
}

#[test]
fn a_module_keeps_its_code_while_a_store_uses_it() {
    let engine = engine();
    let mut store = Store::new(&engine, ());
    let f = {
        let module = Module::new(&engine, text(41)).unwrap();
        let instance = Linker::new(&engine).instantiate(&mut store, &module).unwrap();
        instance.get_typed_func::<u32, u32>(&mut store, "f").unwrap()
    };
    drop(engine);
    assert_eq!(f.call(&mut store, 1).unwrap(), 42);
}
