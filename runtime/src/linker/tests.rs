//! Tests of linking and instantiation, with guests that do next to nothing.

use super::*;
use crate::error::{ErrorKind, Limit};
use crate::limits::{StoreLimits, StoreLimitsBuilder};
use crate::memory::Memory;
use crate::store::Store;
use crate::table::Table;
use crate::testing::{engine, store};
use crate::trap::Trap;
use crate::types::{FuncType, GlobalType, MemoryType, ValType};
use crate::value::Val;
use crate::{Caller, Global};

fn module(engine: &Engine, text: &str) -> Module {
    Module::new(engine, wat::parse_str(text).unwrap()).unwrap()
}

fn link_error(error: &Error) -> &LinkError {
    match error.kind() {
        ErrorKind::Link(error) => error,
        kind => panic!("{kind:?}"),
    }
}

#[test]
fn host_functions_serve_many_stores() {
    let engine = engine();
    let mut linker = Linker::new(&engine);
    let double = |mut caller: Caller<'_, i32>, value: i64| {
        *caller.data_mut() += 1;
        value * 2
    };
    linker.func_wrap("env", "double", double).unwrap();
    let module = module(
        &engine,
        r#"(module (import "env" "double" (func (param i64) (result i64))) (func (export "f") (param i64) (result i64) local.get 0 call 0))"#,
    );
    let pre = linker.instantiate_pre(&module).unwrap();
    for _ in 0..3 {
        let mut store = Store::new(&engine, 0);
        for instance in [pre.instantiate(&mut store).unwrap(), linker.instantiate(&mut store, &module).unwrap()] {
            let func = instance.get_typed_func::<i64, i64>(&store, "f").unwrap();
            assert_eq!(func.call(&mut store, 21).unwrap(), 42);
        }
        assert_eq!(store.into_data(), 2);
    }
}

#[test]
fn a_caller_finds_the_exports_of_its_instance() {
    let engine = engine();
    let mut linker: Linker<()> = Linker::new(&engine);
    linker
        .func_wrap("env", "peek", |caller: Caller<'_, ()>, at: i32| -> Result<i32> {
            let memory = caller.get_memory("memory").ok_or_else(|| Error::msg("no memory"))?;
            assert!(caller.get_memory("f").is_none() && caller.get_export("g").is_none());
            let byte = memory.slice(&caller, at as usize, 1)?[0];
            Ok(i32::from(byte))
        })
        .unwrap();
    let module = module(
        &engine,
        r#"(module (import "env" "peek" (func (param i32) (result i32))) (memory (export "memory") 1) (data (i32.const 7) "x")
            (func (export "f") (param i32) (result i32) local.get 0 call 0))"#,
    );
    let mut store = Store::new(&engine, ());
    let instance = linker.instantiate(&mut store, &module).unwrap();
    let func = instance.get_typed_func::<i32, i32>(&store, "f").unwrap();
    assert_eq!(func.call(&mut store, 7).unwrap(), i32::from(b'x'));
    let error = func.call(&mut store, 70_000).unwrap_err();
    assert_eq!(error.to_string(), "out of bounds memory access: 1 bytes at 0x11170 of a memory of 0x10000 bytes");
    assert_eq!(error.backtrace().len(), 1);
    let peek = linker.get(&mut store, "env", "peek").unwrap().into_func().unwrap();
    assert_eq!(peek.call(&mut store, &[Val::I32(0)], &mut [Val::I32(0)]).unwrap_err().to_string(), "no memory");
}

#[test]
fn unknown_imports_are_told_with_a_hint() {
    let engine = engine();
    let mut linker: Linker<()> = Linker::new(&engine);
    linker.func_wrap("env", "print", |_: i32| ()).unwrap();
    let module = module(&engine, r#"(module (import "env" "pritn" (func (param i32))))"#);
    let error = linker.instantiate(&mut Store::new(&engine, ()), &module).unwrap_err();
    assert_eq!(
        error.to_string(),
        "unknown import: nothing defines \"env\" \"pritn\", wanted as func (i32) -> (); \
         \"env\" has the like of it: \"print\""
    );
    assert!(linker.instantiate_pre(&module).is_err());
}

#[test]
fn imports_of_another_type_do_not_fit() {
    let mut store = store();
    let engine = store.engine().clone();
    let func = Func::wrap(&mut store, |_: i32| ());
    let memory = Memory::new(&mut store, MemoryType { min: 1, max: None, memory64: false }).unwrap();
    let ty = GlobalType { content: ValType::I32, mutable: false };
    let global = Global::new(&mut store, ty, Val::I32(1)).unwrap();
    let cases: [(&str, Extern, &str); 5] = [
        ("(func (param i64))", func.into(), "found func (i32) -> (), wanted func (i64) -> ()"),
        ("(memory 2)", memory.into(), "found memory 1.. pages, wanted memory 2.. pages"),
        ("(memory 1 1)", memory.into(), "found memory 1.. pages, wanted memory 1..1 pages"),
        ("(global (mut i32))", global.into(), "found global i32, wanted global mut i32"),
        ("(func)", memory.into(), "found memory 1.. pages, wanted func () -> ()"),
    ];
    for (import, item, message) in cases {
        let module = module(&engine, &format!("(module (import \"a\" \"b\" {import}))"));
        let error = Instance::new(&mut store, &module, &[item]).unwrap_err();
        assert_eq!(error.to_string(), format!("incompatible import type for \"a\" \"b\": {message}"));
        let error = Instance::new(&mut store, &module, &[]).unwrap_err();
        assert_eq!(*link_error(&error), LinkError::ImportCount { found: 0, wanted: 1 });
    }
}

#[test]
fn definitions_shadow_only_on_request() {
    let mut linker: Linker<()> = Linker::new(&engine());
    linker.func_wrap("a", "b", || ()).unwrap();
    let error = linker.func_wrap("a", "b", || ()).unwrap_err();
    assert_eq!(error.to_string(), "\"a\" \"b\" is defined already; Linker::allow_shadowing(true) would replace it");
    linker.allow_shadowing(true).func_wrap("a", "b", || 1i32).unwrap();
    let mut store = Store::new(linker.engine(), ());
    let func = linker.get(&mut store, "a", "b").unwrap().into_func().unwrap();
    assert_eq!(func.ty(&store), FuncType::new([], [ValType::I32]));
}

#[test]
fn modules_are_linked_to_one_another() {
    let engine = engine();
    let mut store = Store::new(&engine, ());
    let mut linker = Linker::new(&engine);
    let a = r#"(module (memory (export "m") 1) (table (export "t") 1 funcref) (global (export "g") (mut i32) (i32.const 5)))"#;
    linker.module(&mut store, "a", &module(&engine, a)).unwrap().alias_module("a", "b").unwrap();
    let b = module(
        &engine,
        r#"(module (import "a" "m" (memory 1)) (import "b" "t" (table 1 funcref)) (import "b" "g" (global (mut i32)))
            (func $f (export "f") (param i32) (result i32) local.get 0) (elem (i32.const 0) $f) (data (i32.const 1) "hi")
            (export "again" (global 0)))"#,
    );
    let instance = linker.instantiate(&mut store, &b).unwrap();
    let memory = linker.get(&mut store, "a", "m").unwrap().into_memory().unwrap();
    assert_eq!(memory.slice(&store, 0, 4).unwrap(), b"\0hi\0");
    let table: Table = linker.get(&mut store, "b", "t").unwrap().into_table().unwrap();
    assert_eq!(table.get(&store, 0), Some(instance.get_func(&store, "f").unwrap().into()));
    let global = instance.get_global(&store, "again").unwrap();
    assert_eq!(Extern::from(global), linker.get(&mut store, "a", "g").unwrap());
    assert_eq!(global.get(&store), Val::I32(5));
}

#[test]
fn unknown_functions_can_be_put_off() {
    let engine = engine();
    let mut linker = Linker::new(&engine);
    let module = module(&engine, r#"(module (import "x" "y" (func (param i64))) (func (export "f") (param i64)))"#);
    linker.define_unknown_imports_as_traps(&module).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = linker.instantiate(&mut store, &module).unwrap();
    let func = instance.get_typed_func::<i64, ()>(&store, "f").unwrap();
    let error = func.call(&mut store, 1).unwrap_err();
    assert_eq!(error.to_string(), "the guest called \"x\" \"y\", an import that nothing defines");
}

#[test]
fn segments_that_do_not_fit_trap_and_earlier_ones_stay() {
    let engine = engine();
    let mut store = Store::new(&engine, ());
    let memory = Memory::new(&mut store, MemoryType { min: 1, max: None, memory64: false }).unwrap();
    let text = r#"(module (import "" "" (memory 1)) (data (i32.const 0) "first") (data (i32.const 65535) "ab") (data (i32.const 9) "x"))"#;
    let error = Instance::new(&mut store, &module(&engine, text), &[memory.into()]).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::MemoryOutOfBounds));
    assert_eq!(memory.slice(&store, 0, 10).unwrap(), b"first\0\0\0\0\0");
    let text = "(module (func $f) (table 1 funcref) (elem (i32.const 1) $f))";
    let error = Instance::new(&mut store, &module(&engine, text), &[]).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::TableOutOfBounds));
}

#[test]
fn constant_expressions() {
    let engine = engine();
    let mut store = Store::new(&engine, ());
    let text = r#"(module
        (import "" "base" (global $base i32))
        (global (export "a") i32 (i32.sub (i32.mul (global.get $base) (i32.const -3)) (i32.const 1)))
        (global (export "b") i64 (i64.add (i64.const -1) (i64.const 2)))
        (global (export "c") f32 (f32.const -0))
        (global (export "d") externref (ref.null extern))
        (global (export "e") funcref (ref.func $f))
        (table (export "t") 2 2 funcref (ref.func $f))
        (func $f (export "f")))"#;
    let ty = GlobalType { content: ValType::I32, mutable: false };
    let base = Global::new(&mut store, ty, Val::I32(7)).unwrap();
    let instance = Instance::new(&mut store, &module(&engine, text), &[base.into()]).unwrap();
    let func = instance.get_func(&store, "f").unwrap();
    let expected = [Val::I32(-22), Val::I64(1), Val::from(-0.0f32), Val::ExternRef(None), Val::from(func)];
    for (name, expected) in ["a", "b", "c", "d", "e"].iter().zip(expected) {
        assert_eq!(instance.get_global(&store, name).unwrap().get(&store), expected, "{name}");
    }
    assert_eq!(instance.get_table(&store, "t").unwrap().get(&store, 1), Some(func.into()));
    let names: Vec<&str> = instance.exports(&store).map(|(name, _)| name).collect();
    assert_eq!(names, ["a", "b", "c", "d", "e", "t", "f"]);
}

#[test]
fn a_start_function_that_fails_fails_the_instantiation() {
    let engine = engine();
    let error = Instance::new(&mut Store::new(&engine, ()), &module(&engine, "(module (func $f) (start $f))"), &[]);
    let error = error.unwrap_err();
    assert_eq!((error.trap(), error.backtrace()[0].name.as_deref()), (Some(Trap::Unreachable), Some("f")));
}

#[test]
fn missing_functions_are_told_with_those_that_are_there() {
    let engine = engine();
    let mut store = Store::new(&engine, ());
    let text = r#"(module (func (export "run") (param i32)) (memory (export "memory") 0))"#;
    let instance = Instance::new(&mut store, &module(&engine, text), &[]).unwrap();
    let message = |name| instance.get_typed_func::<(), ()>(&store, name).unwrap_err().to_string();
    assert_eq!(message("rum"), "there is no export \"rum\"; exported functions are \"run\"");
    assert_eq!(message("memory"), "the export \"memory\" is not a function; exported functions are \"run\"");
    assert_eq!(message("run"), "function \"run\": type of a typed function: found (i32) -> (), wanted () -> ()");
}

#[test]
fn a_store_has_room_for_so_many_instances() {
    let engine = engine();
    let mut store: Store<StoreLimits> = Store::new(&engine, StoreLimitsBuilder::new().instances(2).build());
    store.limiter(|limits| limits);
    let module = module(&engine, "(module)");
    let made: Vec<bool> = (0..3).map(|_| Instance::new(&mut store, &module, &[]).is_ok()).collect();
    assert_eq!(made, [true, true, false]);
    let error = Instance::new(&mut store, &module, &[]).unwrap_err();
    assert_eq!(error.limit(), Some(Limit::Instances));
}

#[test]
fn a_module_of_another_engine_does_not_fit() {
    let module = module(&engine(), "(module)");
    let error = Instance::new(&mut store(), &module, &[]).unwrap_err();
    assert_eq!(error.to_string(), "the module was made by another engine than the store");
    let linker: Linker<()> = Linker::new(&engine());
    let error = linker.instantiate(&mut store(), &module).unwrap_err();
    assert_eq!(error.to_string(), "the module was made by another engine than the linker");
    assert!(linker.instantiate_pre(&module).is_err());
}
