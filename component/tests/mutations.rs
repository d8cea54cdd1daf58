//! Components with changed bytes: an error or a component, never a panic.
#![cfg(feature = "wat")]

use std::sync::Arc;

use falkirk_component::{Component, Linker};
use falkirk_interp::Interpreter;
use falkirk_runtime::{Config, Engine, Store};

/// A bit of everything: nested components, outer aliases, resources, strings, options.
const COMPONENT: &str = r#"(component
    (core module $Libc
        (memory (export "memory") 1)
        (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64))
        (func (export "dtor") (param i32)))
    (component $Owner
        (alias outer 1 $Libc (core module $L))
        (core instance $l (instantiate $L))
        (type $R' (resource (rep i32) (dtor (core func $l "dtor"))))
        (export $R "r" (type $R'))
        (core func $new (canon resource.new $R'))
        (core module $M (import "" "new" (func $new (param i32) (result i32)))
            (func (export "make") (result i32) (call $new (i32.const 1)))
            (func (export "name") (param i32) (result i32) (i32.const 8)))
        (core instance $m (instantiate $M (with "" (instance (export "new" (func $new))))))
        (func (export "make") (result (own $R)) (canon lift (core func $m "make")))
        (func (export "name") (param "r" (borrow $R)) (result (option string))
            (canon lift (core func $m "name") (memory (core memory $l "memory")))))
    (instance $owner (instantiate $Owner))
    (component $User
        (import "owner" (instance $owner
            (export "r" (type $R (sub resource)))
            (export "make" (func (result (own $R))))
            (export "name" (func (param "r" (borrow $R)) (result (option string))))))
        (alias outer 1 $Libc (core module $L))
        (core instance $l (instantiate $L))
        (core func $make (canon lower (func $owner "make")))
        (core func $name (canon lower (func $owner "name") string-encoding=latin1+utf16
            (memory (core memory $l "memory")) (realloc (core func $l "realloc"))))
        (core module $M (import "" "make" (func $make (result i32))) (import "" "name" (func $name (param i32 i32)))
            (func $run (export "run") (call $name (call $make) (i32.const 16)))
            (start $run))
        (core instance $m (instantiate $M (with "" (instance
            (export "make" (func $make)) (export "name" (func $name))))))
        (func (export "run") (canon lift (core func $m "run"))))
    (instance $user (instantiate $User (with "owner" (instance $owner))))
    (export "run" (func $user "run"))
    (export "owner" (instance $owner)))"#;

/// Reads a component and, if it is valid, instantiates it and calls what takes nothing.
fn try_all(engine: &Engine, bytes: &[u8]) -> bool {
    let Ok(component) = Component::new(engine, bytes) else { return false };
    let _ = component.types().to_string();
    let mut store = Store::new(engine, ());
    store.set_fuel(10_000).expect("fuel is counted");
    let Ok(instance) = Linker::new(engine).instantiate(&mut store, &component) else { return true };
    if let Some(func) = instance.get_func("run") {
        let _ = func.call(&mut store, &[], &mut []);
    }
    true
}

#[test]
fn no_change_of_a_byte_makes_a_panic() {
    let engine = Engine::with_backend(Config::new().consume_fuel(true), Arc::new(Interpreter)).expect("an engine");
    let bytes = wat::parse_str(COMPONENT).expect("a component as text");
    assert!(try_all(&engine, &bytes));
    let mut valid = 0;
    for position in 8..bytes.len() {
        for change in [0x01, 0x02, 0x04, 0x08, 0x40, 0x7f, 0xff] {
            let mut changed = bytes.clone();
            changed[position] ^= change;
            valid += usize::from(try_all(&engine, &changed));
        }
        // What ends between two sections is a component too.
        try_all(&engine, &bytes[..position]);
    }
    assert!(valid > 100, "only {valid} changed components were valid");
}
