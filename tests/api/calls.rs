//! Calls between host and guest.

use falkirk::prelude::*;

use super::{engines, instantiate};

#[test]
fn typed_and_untyped_calls_give_the_same() {
    let text = r#"(module (func (export "f") (param i32 i64 f32 f64) (result f64 f32 i64 i32)
        (f64.neg (local.get 3)) (f32.neg (local.get 2)) (i64.add (local.get 1) (i64.const 1)) (i32.sub (local.get 0) (i32.const 1))))"#;
    for engine in engines() {
        let (mut store, instance) = instantiate(&engine, (), text);
        let typed = instance.get_typed_func::<(i32, u64, f32, f64), (f64, f32, i64, u32)>(&store, "f").unwrap();
        assert_eq!(typed.call(&mut store, (0, u64::MAX, 1.5, -2.5)).unwrap(), (2.5, -1.5, 0, u32::MAX));
        let mut results = [Val::I32(0); 4];
        let args = [Val::I32(0), Val::I64(-1), Val::from(1.5f32), Val::from(-2.5)];
        typed.func().call(&mut store, &args, &mut results).unwrap();
        assert_eq!(results, [Val::from(2.5), Val::from(-1.5f32), Val::I64(0), Val::I32(-1)]);
    }
}

#[test]
fn vectors_go_in_and_out() {
    let text = r#"(module (func (export "add") (param v128 i32 v128) (result i32 v128)
        (local.get 1) (i32x4.add (local.get 0) (local.get 2))))"#;
    for engine in engines() {
        let (mut store, instance) = instantiate(&engine, (), text);
        let add = instance.get_typed_func::<(V128, i32, V128), (i32, V128)>(&store, "add").unwrap();
        let vector = |lanes: [i32; 4]| V128::from(lanes);
        let (seven, sum) = add.call(&mut store, (vector([1, 2, 3, 4]), 7, vector([10, 20, 30, -4]))).unwrap();
        assert_eq!((seven, sum), (7, vector([11, 22, 33, 0])));
    }
}

#[test]
fn host_functions_take_and_return_many_values() {
    let text = r#"(module
        (import "host" "spread" (func $spread (param i32 v128 f64) (result f64 v128 i32)))
        (func (export "f") (param i32 v128 f64) (result f64 v128 i32) (call $spread (local.get 0) (local.get 1) (local.get 2))))"#;
    for engine in engines() {
        let mut linker = Linker::new(&engine);
        let spread = |mut caller: Caller<'_, u32>, a: i32, b: V128, c: f64| {
            *caller.data_mut() += 1;
            (c + 1.0, b, a + 1)
        };
        linker.func_wrap("host", "spread", spread).unwrap();
        let mut store = Store::new(&engine, 0);
        let instance = linker.instantiate(&mut store, &Module::new(&engine, text).unwrap()).unwrap();
        let func = instance.get_typed_func::<(i32, V128, f64), (f64, V128, i32)>(&store, "f").unwrap();
        let vector = V128::from(u128::MAX / 3);
        assert_eq!(func.call(&mut store, (1, vector, 0.5)).unwrap(), (1.5, vector, 2));
        assert_eq!(*store.data(), 1);
    }
}

#[test]
fn references_to_functions_are_called_and_returned() {
    let text = r#"(module (type $unary (func (param i32) (result i32)))
        (func (export "apply") (param (ref null $unary) i32) (result i32) (call_ref $unary (local.get 1) (local.get 0)))
        (func $double (export "double") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
        (func (export "get") (result (ref func)) (ref.func $double)))"#;
    for engine in engines() {
        let (mut store, instance) = instantiate(&engine, (), text);
        let apply = instance.get_typed_func::<(Option<Func>, i32), i32>(&store, "apply").unwrap();
        let double = instance.get_func(&store, "double").unwrap();
        let square = Func::wrap(&mut store, |value: i32| value * value);
        assert_eq!(apply.call(&mut store, (Some(double), 5)).unwrap(), 10);
        assert_eq!(apply.call(&mut store, (Some(square), 5)).unwrap(), 25);
        assert_eq!(apply.call(&mut store, (None, 5)).unwrap_err().trap(), Some(Trap::NullFunctionReference));
        let other = Func::wrap(&mut store, |_: i64| ());
        assert_eq!(*apply.call(&mut store, (Some(other), 5)).unwrap_err().kind(), ErrorKind::Usage);
        let get = instance.get_typed_func::<(), Func>(&store, "get").unwrap();
        assert_eq!(get.call(&mut store, ()).unwrap(), double);
    }
}
