//! Calls between host and guest, with arguments and results of many types.

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use common::{engine, instance, link, names, store};
use falkirk_jit::Jit;
use falkirk_runtime::{Caller, Config, Engine, Error, FuncType, Linker, Module, Store, V128, Val, ValType};

/// Types of parameters; the results are the same in reverse.
fn cases() -> Vec<Vec<ValType>> {
    use ValType::{F32, F64, I32, I64, V128};
    let all = [I32, F64, V128, I64, F32];
    let mut cases = vec![
        vec![],
        vec![I32],
        vec![I64],
        vec![F32],
        vec![F64],
        vec![V128],
        vec![ValType::EXTERNREF, I32],
        vec![I64; 5],
        vec![I32; 6],
        vec![I64; 7],
        vec![F64; 8],
        vec![F32; 9],
        vec![V128; 9],
        vec![I32; 30],
        vec![F64; 30],
        vec![V128; 30],
        vec![I32, V128, I32, V128],
    ];
    cases.extend([5, 8, 17, 40, 200].map(|len| all.into_iter().cycle().take(len).collect()));
    cases
}

/// The value at this position.
fn value(ty: ValType, position: usize) -> Val {
    let number = (position as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    match ty {
        ValType::I32 => Val::I32(number as i32),
        ValType::I64 => Val::I64(number as i64),
        ValType::F32 => Val::F32(number as u32),
        ValType::F64 => Val::F64(number),
        ValType::V128 => {
            Val::V128(V128::from_bytes(std::array::from_fn(|byte| (number >> (byte % 8 * 8)) as u8 ^ byte as u8)))
        }
        ValType::Ref(_) => Val::ExternRef(None),
    }
}

fn values(types: &[ValType]) -> Vec<Val> {
    types.iter().enumerate().map(|(position, ty)| value(*ty, position)).collect()
}

fn list(word: &str, types: &[ValType]) -> String {
    types.iter().map(|ty| format!("({word} {ty})")).collect::<Vec<_>>().join(" ")
}

/// Instructions that push [`values`] of these types.
fn constants(types: &[ValType]) -> String {
    let constant = |value: &Val| match value {
        Val::I32(number) => format!("(i32.const {number})"),
        Val::I64(number) => format!("(i64.const {number})"),
        Val::F64(bits) => format!("(f64.reinterpret_i64 (i64.const {}))", *bits as i64),
        Val::V128(vector) => {
            let bytes: Vec<String> = vector.to_bytes().iter().map(u8::to_string).collect();
            format!("(v128.const i8x16 {})", bytes.join(" "))
        }
        other => panic!("{other:?}"),
    };
    values(types).iter().map(constant).collect()
}

#[test]
fn arguments_and_results_of_all_types_arrive() {
    for types in cases() {
        let mut store = store();
        let reversed: Vec<ValType> = types.iter().rev().copied().collect();
        let signature = format!("{} {}", list("param", &types), list("result", &reversed));
        let get: String = (0..types.len()).map(|local| format!("(local.get {local})")).collect();
        let backwards: String = (0..types.len()).rev().map(|local| format!("(local.get {local})")).collect();
        let text = format!(
            r#"(module
                (import "host" "reverse" (func $host {signature}))
                (type $type (func {signature}))
                (table funcref (elem $host $guest))
                (func $guest (export "guest") {signature} {backwards})
                (func (export "host") {signature} {get} (call $host))
                (func (export "tail") {signature} {get} (return_call $host))
                (func (export "tail guest") {signature} {get} (return_call $guest))
                (func (export "indirect") {signature} {get} (call_indirect (type $type) (i32.const 0)))
                (func (export "indirect guest") {signature} {get} (call_indirect (type $type) (i32.const 1))))"#
        );
        let mut linker = Linker::new(store.engine());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = seen.clone();
        let ty = FuncType::new(types.iter().copied(), reversed.iter().copied());
        linker
            .func_new("host", "reverse", ty, move |_, args, results| {
                log.lock().unwrap().push(args.to_vec());
                results.iter_mut().zip(args.iter().rev()).for_each(|(result, arg)| *result = *arg);
                Ok(())
            })
            .unwrap();
        let instance = link(&mut store, &linker, &text);
        let args = values(&types);
        let mut expected = args.clone();
        expected.reverse();
        let mut host_calls = 0;
        for name in ["guest", "host", "host", "tail", "tail guest", "indirect", "indirect guest", "tail"] {
            let mut results = vec![Val::I32(-1); types.len()];
            instance.get_func(&store, name).unwrap().call(&mut store, &args, &mut results).unwrap();
            assert_eq!(results, expected, "{name} of {types:?}");
            host_calls += usize::from(!name.contains("guest"));
        }
        let seen = seen.lock().unwrap();
        assert_eq!(seen.len(), host_calls);
        assert!(seen.iter().all(|it| *it == args), "{types:?}");
    }
}

#[test]
fn the_first_call_of_a_host_function_keeps_every_argument() {
    // Six integers, eight floats and one more of each in memory: all that the convention passes in registers.
    let types: Vec<ValType> = [vec![ValType::I64; 7], vec![ValType::V128; 9]].concat();
    let signature = list("param", &types);
    let consts = constants(&types);
    let text =
        format!(r#"(module (import "host" "see" (func $see {signature})) (func (export "run") {consts} (call $see)))"#);
    let engine = engine();
    let module = Module::new(&engine, &text).unwrap();
    for _ in 0..3 {
        let mut linker = Linker::new(&engine);
        let expected = values(&types);
        let see = move |_: Caller<'_, ()>, args: &[Val], _: &mut [Val]| {
            assert_eq!(args, expected);
            Ok(())
        };
        linker.func_new("host", "see", FuncType::new(types.iter().copied(), []), see).unwrap();
        let mut store = Store::new(&engine, ());
        let instance = linker.instantiate(&mut store, &module).unwrap();
        instance.get_typed_func::<(), ()>(&mut store, "run").unwrap().call(&mut store, ()).unwrap();
    }
}

const HOST_FAILS: &str = r#"(module
    (import "host" "fail" (func $fail (param i32)))
    (func $inner (param i32) (call $fail (local.get 0)))
    (func $outer (export "run") (param i32) (result i32) (call $inner (local.get 0)) (i32.const 7)))"#;

#[test]
fn an_error_of_the_host_goes_through_the_guest() {
    let mut store = store();
    let mut linker = Linker::new(store.engine());
    let fail = |code: i32| if code == 0 { Ok(()) } else { Err(Error::msg(format!("code {code}"))) };
    linker.func_wrap("host", "fail", fail).unwrap();
    let run = link(&mut store, &linker, HOST_FAILS).get_typed_func::<i32, i32>(&mut store, "run").unwrap();
    for code in 1..5 {
        let error = run.call(&mut store, code).unwrap_err();
        assert_eq!(error.to_string(), format!("code {code}"));
        assert_eq!(names(&error), ["inner", "outer"]);
        assert_eq!(run.call(&mut store, 0).unwrap(), 7);
    }
}

#[test]
fn a_panic_of_the_host_goes_through_the_guest() {
    let mut store = store();
    let mut linker = Linker::new(store.engine());
    linker.func_wrap("host", "fail", |code: i32| assert_eq!(code, 0, "as asked")).unwrap();
    let run = link(&mut store, &linker, HOST_FAILS).get_typed_func::<i32, i32>(&mut store, "run").unwrap();
    for code in 1..5 {
        let panic = catch_unwind(AssertUnwindSafe(|| run.call(&mut store, code))).unwrap_err();
        assert!(panic.downcast_ref::<String>().unwrap().contains("as asked"));
        assert_eq!(run.call(&mut store, 0).unwrap(), 7);
    }
}

#[test]
fn host_and_guest_call_each_other_and_every_level_fails_alone() {
    let mut store = store();
    let mut linker = Linker::new(store.engine());
    let again = |mut caller: Caller<'_, ()>, levels: i32| -> Result<i32, Error> {
        let run = caller.get_export("run").and_then(|it| it.into_func()).expect("an export");
        let run = run.typed::<i32, i32>(&caller)?;
        // A level that fails adds 100 to what its guest makes of it.
        Ok(run.call(&mut caller, levels - 1).unwrap_or(100))
    };
    linker.func_wrap("host", "again", again).unwrap();
    let text = r#"(module
        (import "host" "again" (func $again (param i32) (result i32)))
        (func $run (export "run") (param i32) (result i32)
            (if (i32.eqz (local.get 0)) (then (unreachable)))
            (i32.add (i32.const 1) (call $again (local.get 0)))))"#;
    let instance = link(&mut store, &linker, text);
    let run = instance.get_typed_func::<i32, i32>(&mut store, "run").unwrap();
    for levels in 1..50 {
        assert_eq!(run.call(&mut store, levels).unwrap(), 100 + levels);
    }
}

#[test]
fn instances_call_each_other() {
    let mut store = store();
    let mut linker = Linker::new(store.engine());
    let inner = instance(
        &mut store,
        r#"(module (global $calls (mut i32) (i32.const 0))
            (func $inner (export "div") (param i32 i32) (result i32)
                (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
                (i32.div_s (local.get 0) (local.get 1)))
            (func (export "calls") (result i32) (global.get $calls)))"#,
    );
    linker.instance(&mut store, "inner", inner).unwrap();
    let outer = link(
        &mut store,
        &linker,
        r#"(module (import "inner" "div" (func $div (param i32 i32) (result i32)))
            (func $outer (export "run") (param i32 i32) (result i32) (call $div (local.get 0) (local.get 1)))
            (func (export "tail") (param i32 i32) (result i32) (return_call $div (local.get 0) (local.get 1))))"#,
    );
    let run = outer.get_typed_func::<(i32, i32), i32>(&mut store, "run").unwrap();
    let tail = outer.get_typed_func::<(i32, i32), i32>(&mut store, "tail").unwrap();
    assert_eq!(run.call(&mut store, (-7, 2)).unwrap(), -3);
    assert_eq!(tail.call(&mut store, (-7, 2)).unwrap(), -3);
    assert_eq!(names(&run.call(&mut store, (1, 0)).unwrap_err()), ["inner", "outer"]);
    assert_eq!(names(&tail.call(&mut store, (i32::MIN, -1)).unwrap_err()), ["inner"]);
    let calls = inner.get_typed_func::<(), i32>(&mut store, "calls").unwrap();
    assert_eq!(calls.call(&mut store, ()).unwrap(), 4);
}

#[test]
fn tail_calls_to_the_host_and_themselves_need_no_stack() {
    let mut store = store();
    let mut linker = Linker::new(store.engine());
    linker.func_wrap("host", "end", |value: i64| value.wrapping_add(1)).unwrap();
    let instance = link(
        &mut store,
        &linker,
        r#"(module (import "host" "end" (func $end (param i64) (result i64)))
            (func $count (export "run") (param i64 i64 i64 i64 i64 i64 i64 i64) (result i64)
                (if (result i64) (i64.eqz (local.get 0))
                    (then (return_call $end (local.get 7)))
                    (else (return_call $count (i64.sub (local.get 0) (i64.const 1)) (local.get 2) (local.get 3)
                        (local.get 4) (local.get 5) (local.get 6) (local.get 7)
                        (i64.add (local.get 1) (local.get 7)))))))"#,
    );
    let run = instance.get_func(&store, "run").unwrap();
    let mut numbers = [1_000_000, 1, 2, 3, 4, 5, 6, 7_i64];
    let mut results = [Val::I64(0)];
    run.call(&mut store, &numbers.map(Val::I64), &mut results).unwrap();
    for _ in 0..1_000_000 {
        let [_, b, c, d, e, f, g, h] = numbers;
        numbers = [0, c, d, e, f, g, h, b.wrapping_add(h)];
    }
    assert_eq!(results[0].unwrap_i64(), numbers[7].wrapping_add(1));
}

#[test]
fn two_engines_may_share_a_backend() {
    use ValType::{F64, I32, I64, V128};
    let jit = Arc::new(Jit::new().expect("there is a JIT for this machine"));
    let mut types = [vec![I32], vec![I64; 9], vec![F64, F64], vec![V128, I32]];
    let mut stores = Vec::new();
    for _ in 0..types.len() {
        // Each engine numbers types in the order in which it meets them.
        types.rotate_left(1);
        let engine = Engine::with_backend(&Config::new(), jit.clone()).unwrap();
        let mut linker = Linker::new(&engine);
        let (mut imports, mut calls) = (String::new(), String::new());
        for (number, params) in types.iter().enumerate() {
            let expected = values(params);
            let see = move |_: Caller<'_, ()>, args: &[Val], results: &mut [Val]| {
                assert_eq!(args, expected);
                results.clone_from_slice(args);
                Ok(())
            };
            linker.func_new("host", &number.to_string(), FuncType::new(params.clone(), params.clone()), see).unwrap();
            let signature = format!("{} {}", list("param", params), list("result", params));
            imports += &format!(r#"(import "host" "{number}" (func $f{number} {signature}))"#);
            calls += &format!("{} (call $f{number}) {}", constants(params), "(drop)".repeat(params.len()));
        }
        let module = Module::new(&engine, format!(r#"(module {imports} (func (export "run") {calls}))"#)).unwrap();
        let mut store = Store::new(&engine, ());
        let instance = linker.instantiate(&mut store, &module).unwrap();
        let run = instance.get_typed_func::<(), ()>(&mut store, "run").unwrap();
        stores.push((store, run));
        for (store, run) in &mut stores {
            run.call(store, ()).unwrap();
        }
    }
}
