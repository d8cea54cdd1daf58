//! Tests of functions that need no guest.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::*;
use crate::engine::Config;
use crate::error::{ErrorKind, ExitStatus, Limit};
use crate::extern_ref::ExternRef;
use crate::numerics::V128;
use crate::store::Store;
use crate::testing::{engine, engine_with, store};
use crate::trap::Trap;
use crate::types::{HeapType, RefType};

#[test]
fn typed_calls_of_the_host_by_the_host() {
    let mut store = Store::new(&engine(), 5i64);
    let func = Func::wrap(&mut store, |mut caller: Caller<'_, i64>, a: i32, b: f64, c: V128| {
        *caller.data_mut() += i64::from(a);
        (c, b * 2.0, *caller.data())
    });
    let typed = func.typed::<(i32, f64, V128), (V128, f64, i64)>(&store).unwrap();
    let vector = V128::from(u128::MAX - 77);
    assert_eq!(typed.call(&mut store, (-7, 1.5, vector)).unwrap(), (vector, 3.0, -2));
    assert_eq!(func.ty(&store).to_string(), "(i32, f64, v128) -> (v128, f64, i64)");

    let mut results = [Val::I32(0); 3];
    func.call(&mut store, &[Val::I32(1), Val::from(0.5), Val::V128(vector)], &mut results).unwrap();
    assert_eq!(results, [Val::V128(vector), Val::from(1.0f64), Val::I64(-1)]);
}

#[test]
fn every_kind_of_value_goes_through() {
    let mut store = store();
    let reference = ExternRef::new(&mut store, "hello");
    let func = Func::wrap(&mut store, |a: u32, b: u64, c: f32, d: Option<Func>, e: Option<ExternRef>| (e, d, c, b, a));
    let typed = func
        .typed::<(u32, u64, f32, Option<Func>, Option<ExternRef>), (Option<ExternRef>, Option<Func>, f32, u64, u32)>(
            &store,
        );
    let typed = typed.unwrap();
    let nan = f32::from_bits(0x7fc1_2345);
    let (e, d, c, b, a) = typed.call(&mut store, (u32::MAX, u64::MAX, nan, Some(func), Some(reference))).unwrap();
    assert_eq!((e, d, c.to_bits(), b, a), (Some(reference), Some(func), 0x7fc1_2345, u64::MAX, u32::MAX));
    assert_eq!(e.unwrap().data(&store).downcast_ref(), Some(&"hello"));
    let (e, d, ..) = typed.call(&mut store, (0, 0, 0.0, None, None)).unwrap();
    assert_eq!((e, d), (None, None));
}

#[test]
fn sixteen_parameters_and_results() {
    let mut store = store();
    #[rustfmt::skip]
    let func = Func::wrap(&mut store, |a: i32, b: i32, c: i32, d: i32, e: i32, f: i32, g: i32, h: i32,
                                       i: i32, j: i32, k: i32, l: i32, m: i32, n: i32, o: i32, p: i32| {
        (p, o, n, m, l, k, j, i, h, g, f, e, d, c, b, a)
    });
    let args: Vec<Val> = (0..16).map(Val::I32).collect();
    let mut results = [Val::I32(0); 16];
    func.call(&mut store, &args, &mut results).unwrap();
    assert_eq!(results.to_vec(), args.into_iter().rev().collect::<Vec<_>>());
}

#[test]
fn errors_come_back_unchanged() {
    let mut store = store();
    let exit = Func::wrap(&mut store, |status: i32| -> Result<(), ExitStatus> { Err(ExitStatus(status)) });
    let error = exit.typed::<i32, ()>(&store).unwrap().call(&mut store, 3).unwrap_err();
    assert_eq!(error.downcast::<ExitStatus>().unwrap(), ExitStatus(3));
    let trap = Func::wrap(&mut store, || -> Result<i32> { Err(Trap::IntegerOverflow.into()) });
    let error = trap.call(&mut store, &[], &mut [Val::I32(0)]).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::IntegerOverflow));
}

#[test]
fn wrong_arguments_are_the_embedders_fault() {
    let mut store = store();
    let func = Func::wrap(&mut store, |_: i32, _: Option<Func>| 1i32);
    let null = Val::FuncRef(None);
    let cases: [(&[Val], usize, &str); 4] = [
        (&[null], 1, "wrong number of arguments: found 1, wanted 2"),
        (&[Val::I64(1), null], 1, "argument 0: found an i64, wanted a value of type i32"),
        (
            &[Val::I32(1), Val::ExternRef(None)],
            1,
            "argument 1: found a null extern reference, wanted a value of type funcref",
        ),
        (&[Val::I32(1), null], 0, "room for results: found 0, wanted 1"),
    ];
    for (args, results, message) in cases {
        let error = func.call(&mut store, args, &mut vec![null; results]).unwrap_err();
        assert_eq!((error.kind(), &*error.to_string()), (&ErrorKind::Usage, message));
    }
    let error = func.typed::<(i32, i32), i32>(&store).unwrap_err();
    assert_eq!(
        error.to_string(),
        "type of a typed function: found (i32, funcref) -> (i32), wanted (i32, i32) -> (i32)"
    );
    assert!(func.typed::<(i32, Option<Func>), ()>(&store).is_err());
    assert!(func.typed::<(i32, Func), u32>(&store).is_ok(), "a non-null function is a function");
}

#[test]
fn precise_references_are_checked_at_each_call() {
    let mut store = store();
    let wanted = Func::wrap(&mut store, || 1i32);
    let other = Func::wrap(&mut store, || 1i64);
    let ty = wanted.type_id(crate::store::AsContext::as_context(&store).inner());
    let precise = ValType::Ref(RefType { nullable: false, heap: HeapType::Concrete(ty) });
    let func = Func::new(&mut store, FuncType::new([precise], [precise]), |_, params, results| {
        results[0] = params[0];
        Ok(())
    });
    let typed = func.typed::<Option<Func>, Func>(&store).unwrap();
    assert_eq!(typed.call(&mut store, Some(wanted)).unwrap(), wanted);
    let error = typed.call(&mut store, None).unwrap_err();
    assert!(
        error.to_string().starts_with("argument 0: found a null function reference, wanted a value of type (ref type#")
    );
    assert!(typed.call(&mut store, Some(other)).is_err());
    assert!(func.call(&mut store, &[other.into()], &mut [Val::I32(0)]).is_err());
}

#[test]
fn results_of_a_closure_are_checked() {
    let mut store = store();
    let func = Func::new(&mut store, FuncType::new([], [ValType::I32]), |_, _, results| {
        results[0] = Val::I64(1);
        Ok(())
    });
    let error = func.call(&mut store, &[], &mut [Val::I32(0)]).unwrap_err();
    assert_eq!(error.to_string(), "result of a host function 0: found an i64, wanted a value of type i32");
}

#[test]
fn recursion_ends_with_a_limit() {
    let mut store = Store::new(&engine_with(Config::new().max_host_depth(50)), 0u32);
    let func = Func::new(&mut store, FuncType::new([ValType::FUNCREF], []), |mut caller, params, _| {
        *caller.data_mut() += 1;
        params[0].unwrap_func_ref().unwrap().call(&mut caller, params, &mut [])
    });
    for _ in 0..2 {
        *store.data_mut() = 0;
        let error = func.call(&mut store, &[func.into()], &mut []).unwrap_err();
        assert_eq!(error.limit(), Some(Limit::Stack));
        assert_eq!(*store.data(), 50);
    }
}

#[test]
fn the_value_stack_ends_too() {
    let config = Config::new().max_host_depth(1_000_000).max_wasm_stack(64 << 10).clone();
    let mut store = Store::new(&engine_with(&config), 0u32);
    let ty = FuncType::new(vec![ValType::FUNCREF; 1000], []);
    let func = Func::new(&mut store, ty, |mut caller, params, _| {
        *caller.data_mut() += 1;
        params[0].unwrap_func_ref().unwrap().call(&mut caller, params, &mut [])
    });
    let error = func.call(&mut store, &[Val::from(func); 1000], &mut []).unwrap_err();
    assert_eq!(error.limit(), Some(Limit::Stack));
    assert_eq!(*store.data(), 9, "8192 slots hold eight frames of a thousand, and a ninth begins below the end");
}

#[test]
fn a_panic_leaves_the_store_usable() {
    let mut store = store();
    let func = Func::wrap(&mut store, |panics: i32| assert_eq!(panics, 0, "as asked"));
    let typed = func.typed::<i32, ()>(&store).unwrap();
    for _ in 0..1000 {
        assert!(catch_unwind(AssertUnwindSafe(|| typed.call(&mut store, 1))).is_err());
    }
    typed.call(&mut store, 0).unwrap();
}

#[test]
#[should_panic(expected = "this function belongs to another store")]
fn a_function_of_another_store() {
    let mut other = store();
    let func = Func::wrap(&mut other, || ());
    let _ = func.call(&mut store(), &[], &mut []);
}

#[test]
#[should_panic(expected = "a host function with 1001 parameters and 0 results: at most 1000 of each are possible")]
fn too_many_parameters() {
    Func::new(&mut store(), FuncType::new(vec![ValType::I32; 1001], []), |_, _, _| Ok(()));
}
