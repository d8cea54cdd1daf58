//! Traps name the operator that trapped, also where its load became part of another operator's machine instruction.

use std::sync::Arc;

use falkirk_runtime::{Config, Engine, Instance, Module, Store, Trap, Val};

use crate::Jit;

/// The operator that traps when `body` runs with 1 and an address past the memory's end: the first bytes of it.
fn trapping_operator(body: &str) -> Vec<u8> {
    let text = format!(r#"(module (memory 1) (func (export "f") (param i32 i32) (result i32) {body}))"#);
    let jit = Jit::new().expect("this machine has a JIT");
    let engine = Engine::with_backend(&Config::new(), Arc::new(jit)).expect("an engine");
    let module = Module::new(&engine, text).expect("a module");
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[]).expect("an instance");
    let func = instance.get_func(&mut store, "f").expect("an export");
    let error = func
        .call(&mut store, &[Val::I32(1), Val::I32(0x10_0000)], &mut [Val::I32(0)])
        .expect_err("the address is past the end");
    assert_eq!(error.trap(), Some(Trap::MemoryOutOfBounds));
    let offset = error.backtrace()[0].offset;
    module.info().bytes[offset..offset + 2].to_vec()
}

#[test]
fn loads_within_other_instructions() {
    let load = [0x28, 2];
    for body in [
        "(i32.add (i32.mul (local.get 0) (i32.const 3)) (i32.load (local.get 1)))",
        "(i32.div_u (i32.add (local.get 0) (i32.load (local.get 1))) (i32.const 7))",
        "(i32.lt_u (local.get 0) (i32.load (local.get 1)))",
        "(if (result i32) (i32.load (local.get 1)) (then (i32.const 1)) (else (i32.const 2)))",
        "(i32.store (local.get 1) (i32.add (i32.load (local.get 1)) (local.get 0))) (i32.const 1)",
    ] {
        assert_eq!(trapping_operator(body), load, "{body}");
    }
    assert_eq!(
        trapping_operator("(i32.trunc_sat_f32_s (f32.add (f32.const 1) (f32.load (local.get 1))))"),
        [0x2a, 2],
        "f32.load"
    );
}

#[test]
fn loads_of_vectors_within_other_instructions() {
    let splat = "(i8x16.splat (local.get 0))";
    for (load, code) in [
        ("(v128.load (local.get 1))".to_owned(), 0),
        ("(v128.load8x8_s (local.get 1))".to_owned(), 1),
        ("(v128.load32_splat (local.get 1))".to_owned(), 9),
        ("(v128.load64_splat (local.get 1))".to_owned(), 10),
        (format!("(v128.load8_lane 3 (local.get 1) {splat})"), 84),
        (format!("(v128.load32_lane 3 (local.get 1) {splat})"), 86),
        ("(v128.load64_zero (local.get 1))".to_owned(), 93),
    ] {
        let body = format!("(i32.add (i32.const 1) (i8x16.bitmask (i8x16.add {splat} {load})))");
        assert_eq!(trapping_operator(&body), [0xfd, code], "{load}");
    }
}
