//! Whole modules, compiled and run.

mod common;

use common::{engine_with, instance, names, store};
use falkirk_runtime::{Config, ErrorKind, Module, Store, Trap};

#[test]
fn a_function_adds() {
    let mut store = store();
    let instance = instance(
        &mut store,
        r#"(module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))"#,
    );
    let add = instance.get_typed_func::<(i32, i32), i32>(&mut store, "add").unwrap();
    assert_eq!(add.call(&mut store, (2, 40)).unwrap(), 42);
}

#[test]
fn a_loop_runs_and_functions_call_each_other() {
    let mut store = store();
    let instance = instance(
        &mut store,
        r#"(module
            (func $fib (export "fib") (param i32) (result i64)
                (if (result i64) (i32.lt_u (local.get 0) (i32.const 2))
                    (then (i64.extend_i32_u (local.get 0)))
                    (else (i64.add
                        (call $fib (i32.sub (local.get 0) (i32.const 1)))
                        (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
            (func (export "sum") (param i32) (result i64) (local i64)
                (loop $again
                    (local.set 1 (i64.add (local.get 1) (call $fib (local.get 0))))
                    (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
                (local.get 1)))"#,
    );
    let sum = instance.get_typed_func::<u32, u64>(&mut store, "sum").unwrap();
    assert_eq!(sum.call(&mut store, 15).unwrap(), 1596, "the sum of the first n is the one after the next, less 1");
}

#[test]
fn a_module_without_functions_is_one_too() {
    let mut store = store();
    instance(&mut store, r#"(module (memory (export "memory") 1))"#);
    let module = Module::new(store.engine(), "(module)").unwrap();
    assert_eq!(module.code_size(), 0);
}

#[test]
fn frames_have_the_offsets_of_their_operators() {
    let mut store = store();
    let text = r#"(module
        (func $div (param i32 i32) (result i32) (i32.div_u (local.get 0) (local.get 1)))
        (func $middle (param i32 i32) (result i32) (i32.add (i32.const 1) (call $div (local.get 0) (local.get 1))))
        (func $outer (export "div") (param i32 i32) (result i32)
            (i32.add (call $middle (local.get 0) (i32.const 1)) (call $middle (local.get 0) (local.get 1)))))"#;
    let module = Module::new(store.engine(), text).unwrap();
    let instance = instance(&mut store, text);
    let div = instance.get_typed_func::<(u32, u32), u32>(&mut store, "div").unwrap();
    assert_eq!(div.call(&mut store, (10, 3)).unwrap(), 10 + 1 + 3 + 1);
    let bytes = &module.info().bytes;
    for _ in 0..3 {
        let error = div.call(&mut store, (10, 0)).unwrap_err();
        assert_eq!(error.trap(), Some(Trap::IntegerDivideByZero));
        assert_eq!(names(&error), ["div", "middle", "outer"]);
        let operators: Vec<u8> = error.backtrace().iter().map(|frame| bytes[frame.offset]).collect();
        assert_eq!(operators, [0x6e, 0x10, 0x10], "i32.div_u, call, call");
        let (second, body) = (error.backtrace()[2].offset, module.info().body(2).unwrap());
        assert!(bytes[body.start..second].contains(&0x10), "it was the second of two calls");
    }
}

#[test]
fn code_that_traces_is_refused() {
    let store = Store::new(&engine_with(Config::new().tracing(true)), ());
    let error = Module::new(store.engine(), "(module)").unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("interpreter"), "{error}");
}
