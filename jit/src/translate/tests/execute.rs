//! What is translated in a way of its own for known operands computes the same as for unknown ones.

use std::fmt::Write;
use std::sync::Arc;

use falkirk_runtime::{Config, Engine, Instance, Module, Store, Val};

use crate::Jit;

/// An instance of a module on this JIT.
fn instance(text: &str, config: &Config) -> (Store<()>, Instance) {
    let engine =
        Engine::with_backend(config, Arc::new(Jit::new().expect("this machine has a JIT"))).expect("an engine");
    let module = Module::new(&engine, text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[]).expect("an instance");
    (store, instance)
}

/// The result of an export, or the first line of its error.
fn call(store: &mut Store<()>, instance: &Instance, name: &str, args: &[Val]) -> Result<Vec<Val>, String> {
    let func = instance.get_func(&mut *store, name).unwrap_or_else(|| panic!("there is no {name}"));
    let mut results = vec![Val::I32(0); func.ty(&*store).results().len()];
    match func.call(&mut *store, args, &mut results) {
        Ok(()) => Ok(results),
        Err(error) => Err(error.to_string().lines().next().unwrap_or_default().to_owned()),
    }
}

/// Numbers near powers of two, and some others.
fn numbers() -> Vec<i64> {
    let near = [0, 1, 3, 7, 15, 31, 32, 62, 63].into_iter().flat_map(|bit| {
        let power = 1_i64.wrapping_shl(bit);
        [power.wrapping_sub(1), power, power.wrapping_add(1), power.wrapping_neg()]
    });
    near.chain([3, 6, 7, 10, -10, 11, 12, 100, 641, 1000, 1_000_000_007, -7, i64::MIN + 1]).collect()
}

#[test]
fn division_by_constants() {
    let mut text = String::from("(module");
    for ty in ["i32", "i64"] {
        for op in ["div_s", "div_u", "rem_s", "rem_u"] {
            let _ = write!(
                text,
                "(func (export \"{ty}.{op}\") (param {ty} {ty}) (result {ty})
                   ({ty}.{op} (local.get 0) (local.get 1)))"
            );
            for (number, divisor) in numbers().into_iter().enumerate() {
                let divisor = if ty == "i32" { i64::from(divisor as i32) } else { divisor };
                let _ = write!(
                    text,
                    "(func (export \"{ty}.{op} {number}\") (param {ty}) (result {ty})
                       ({ty}.{op} (local.get 0) ({ty}.const {divisor})))"
                );
            }
        }
    }
    text.push(')');
    let (mut store, instance) = instance(&text, &Config::new());
    for ty in ["i32", "i64"] {
        let val = |number: i64| if ty == "i32" { Val::I32(number as i32) } else { Val::I64(number) };
        for op in ["div_s", "div_u", "rem_s", "rem_u"] {
            for (number, divisor) in numbers().into_iter().enumerate() {
                for dividend in numbers() {
                    let by_constant = call(&mut store, &instance, &format!("{ty}.{op} {number}"), &[val(dividend)]);
                    let by_any = call(&mut store, &instance, &format!("{ty}.{op}"), &[val(dividend), val(divisor)]);
                    assert_eq!(
                        format!("{by_constant:?}"),
                        format!("{by_any:?}"),
                        "{dividend} {ty}.{op} {divisor}, which is number {number}"
                    );
                }
            }
        }
    }
}

/// A module whose memory holds its own index at each byte, with copies and fills of `len` bytes: known and not.
fn bulk_module(len: u32) -> String {
    format!(
        "(module (memory (export \"memory\") 1)
           (func (export \"start\") (local $at i32)
             (loop $next
               (i32.store8 (local.get $at) (local.get $at))
               (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1))) (i32.const 65536)))))
           (func (export \"copy\") (param i32 i32 i32)
             (memory.copy (local.get 0) (local.get 1) (local.get 2)))
           (func (export \"copy known\") (param i32 i32)
             (memory.copy (local.get 0) (local.get 1) (i32.const {len})))
           (func (export \"fill\") (param i32 i32 i32)
             (memory.fill (local.get 0) (local.get 1) (local.get 2)))
           (func (export \"fill known\") (param i32 i32)
             (memory.fill (local.get 0) (local.get 1) (i32.const {len})))
           (func (export \"clear known\") (param i32)
             (memory.fill (local.get 0) (i32.const 0x100) (i32.const {len}))))"
    )
}

#[test]
fn copies_and_fills_of_a_few_bytes() {
    for reservation in [4 << 30, 0] {
        let mut config = Config::new();
        config.memory_reservation(reservation);
        for len in [1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 20, 24, 31, 32, 33, 63, 64, 100, 127, 128, 129] {
            few_bytes(len, &config);
        }
    }
}

fn few_bytes(len: u32, config: &Config) {
    let (mut store, instance) = instance(&bulk_module(len), config);
    let memory = instance.get_memory(&mut store, "memory").expect("the memory");
    let mut outcome = |name: &str, args: &[u32]| {
        call(&mut store, &instance, "start", &[]).expect("it does not trap");
        let args: Vec<Val> = args.iter().map(|arg| Val::I32(*arg as i32)).collect();
        let result = call(&mut store, &instance, name, &args);
        let mut bytes = vec![0; 65_536];
        memory.read(&store, 0, &mut bytes).expect("all of the memory");
        (format!("{result:?}"), bytes)
    };
    let mut check = |known: (&str, &[u32]), any: (&str, &[u32])| {
        let (known_result, known_bytes) = outcome(known.0, known.1);
        let (result, bytes) = outcome(any.0, any.1);
        assert_eq!(known_result, result, "{known:?} of {len} bytes");
        assert!(known_bytes == bytes, "{known:?} of {len} bytes changes other bytes than {any:?}");
    };
    let end = 65_536 - len;
    for (to, from) in [(0, 300), (300, 5), (305, 303), (303, 305), (end, 0), (0, end), (end + 1, 0), (0, end + 1)] {
        check(("copy known", &[to, from]), ("copy", &[to, from, len]));
    }
    for at in [0, 77, end, end + 1, u32::MAX] {
        check(("fill known", &[at, 0x1a5]), ("fill", &[at, 0x1a5, len]));
        check(("clear known", &[at]), ("fill", &[at, 0, len]));
    }
}

#[test]
fn bytes_in_reverse() {
    let text = "(module
        (func (export \"32\") (param $x i32) (result i32)
          (i32.or
            (i32.or (i32.shl (local.get $x) (i32.const 24))
                    (i32.shl (i32.and (local.get $x) (i32.const 0xff00)) (i32.const 8)))
            (i32.or (i32.and (i32.shr_u (local.get $x) (i32.const 8)) (i32.const 0xff00))
                    (i32.shr_u (local.get $x) (i32.const 24)))))
        (func (export \"shifts wrap\") (param $x i32) (result i32)
          (i32.or
            (i32.or (i32.shl (local.get $x) (i32.const 24))
                    (i32.shl (i32.and (local.get $x) (i32.const 0xff00)) (i32.const 40)))
            (i32.or (i32.and (i32.shr_u (local.get $x) (i32.const 8)) (i32.const 0xff00))
                    (i32.shr_u (local.get $x) (i32.const 24)))))
        (func (export \"one wrong\") (param $x i32) (result i32)
          (i32.or
            (i32.or (i32.shl (local.get $x) (i32.const 24))
                    (i32.shl (i32.and (local.get $x) (i32.const 0xff00)) (i32.const 8)))
            (i32.or (i32.and (i32.shr_u (local.get $x) (i32.const 8)) (i32.const 0xff00))
                    (i32.shr_u (local.get $x) (i32.const 16))))))";
    let (mut store, instance) = instance(text, &Config::new());
    let mut run = |name| match call(&mut store, &instance, name, &[Val::I32(0x0123_4567)]).as_deref() {
        Ok([Val::I32(result)]) => *result as u32,
        other => panic!("{other:?}"),
    };
    assert_eq!(run("32"), 0x6745_2301);
    assert_eq!(run("shifts wrap"), 0x6745_2301);
    assert_eq!(run("one wrong"), 0x6745_2301 | 0x0123);
}

#[test]
fn a_trap_in_a_function_compiled_in_place_names_both() {
    let text = "(module
        (memory 1)
        (func $read (param $p i32) (result i32) (i32.load (local.get $p)))
        (func $twice (param $p i32) (result i32) (i32.add (call $read (i32.const 8)) (call $read (local.get $p))))
        (func $run (export \"run\") (param $p i32) (result i32) (i32.add (i32.const 1) (call $twice (local.get $p)))))";
    let (mut store, instance) = instance(text, &Config::new());
    let run = instance.get_func(&mut store, "run").expect("the export");
    let error = run.call(&mut store, &[Val::I32(-1)], &mut [Val::I32(0)]).expect_err("the index is too large");
    let names: Vec<Option<&str>> = error.backtrace().iter().map(|frame| frame.name.as_deref()).collect();
    assert_eq!(names, [Some("read"), Some("twice"), Some("run")]);
}
