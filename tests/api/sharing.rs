//! Memories, tables, globals and references that host and guests share.

use falkirk::prelude::*;
use falkirk::{GlobalType, MemoryType};

use super::{engines, instantiate, run};

#[test]
fn host_and_guest_share_memory() {
    let text = r#"(module (memory (export "memory") 1 3)
        (func (export "load") (param i32) (result i64) (i64.load (local.get 0)))
        (func (export "store") (param i32 i64) (i64.store (local.get 0) (local.get 1)))
        (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
        (func (export "size") (result i32) (memory.size)))"#;
    for engine in engines() {
        let (mut store, instance) = instantiate(&engine, 3u8, text);
        let memory = instance.get_memory(&store, "memory").unwrap();
        let load = instance.get_typed_func::<u32, u64>(&store, "load").unwrap();
        let put = instance.get_typed_func::<(u32, u64), ()>(&store, "store").unwrap();
        memory.write(&mut store, 8, &0x0102_0304_0506_0708u64.to_le_bytes()).unwrap();
        assert_eq!(load.call(&mut store, 8).unwrap(), 0x0102_0304_0506_0708);
        put.call(&mut store, (65528, u64::MAX)).unwrap();
        assert_eq!(memory.slice(&store, 65527, 9).unwrap(), [0, 255, 255, 255, 255, 255, 255, 255, 255]);
        assert_eq!(load.call(&mut store, 65529).unwrap_err().trap(), Some(Trap::MemoryOutOfBounds));
        assert!(memory.write(&mut store, 65530, &[0; 8]).is_err());

        let size = instance.get_typed_func::<(), u32>(&store, "size").unwrap();
        assert_eq!(memory.grow(&mut store, 1).unwrap(), 1);
        assert_eq!(size.call(&mut store, ()).unwrap(), 2);
        assert_eq!(load.call(&mut store, 65529).unwrap(), 0x00ff_ffff_ffff_ffff);
        let grow = instance.get_typed_func::<u32, i32>(&store, "grow").unwrap();
        assert_eq!([1, 1, 0].map(|pages| grow.call(&mut store, pages).unwrap()), [2, -1, 3]);
        assert_eq!(memory.ty(&store), MemoryType { min: 3, max: Some(3), memory64: false });
        let (bytes, data) = memory.data_and_store_mut(&mut store);
        bytes[196_600] = *data;
        assert_eq!(load.call(&mut store, 196_600).unwrap(), 3);
    }
}

#[test]
fn memories_of_64_bits() {
    let text = r#"(module (memory (export "memory") i64 1)
        (func (export "load") (param i64) (result i32) (i32.load8_u (local.get 0)))
        (func (export "grow") (param i64) (result i64) (memory.grow (local.get 0))))"#;
    for engine in engines() {
        let (mut store, instance) = instantiate(&engine, (), text);
        let load = instance.get_typed_func::<u64, u32>(&store, "load").unwrap();
        let grow = instance.get_typed_func::<u64, i64>(&store, "grow").unwrap();
        assert_eq!(grow.call(&mut store, 2).unwrap(), 1);
        assert_eq!(grow.call(&mut store, 1 << 40).unwrap(), -1);
        instance.get_memory(&store, "memory").unwrap().write(&mut store, 3 * 65536 - 1, &[9]).unwrap();
        assert_eq!(load.call(&mut store, 3 * 65536 - 1).unwrap(), 9);
        for address in [3 * 65536, 1 << 32, u64::MAX] {
            assert_eq!(load.call(&mut store, address).unwrap_err().trap(), Some(Trap::MemoryOutOfBounds));
        }
    }
}

#[test]
fn a_memory_that_grows_is_seen_by_every_instance() {
    let owner = r#"(module (memory (export "memory") 1)
        (func (export "grow") (result i32) (memory.grow (i32.const 1))) (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0))))"#;
    let user = r#"(module (import "owner" "memory" (memory 1)) (import "owner" "grow" (func $grow (result i32)))
        (func (export "store_behind") (param i32) (drop (call $grow)) (i32.store8 (local.get 0) (i32.const 42))))"#;
    for engine in engines() {
        let mut store = Store::new(&engine, ());
        let mut linker = Linker::new(&engine);
        linker.module(&mut store, "owner", &Module::new(&engine, owner).unwrap()).unwrap();
        let user = linker.instantiate(&mut store, &Module::new(&engine, user).unwrap()).unwrap();
        let put = user.get_typed_func::<u32, ()>(&store, "store_behind").unwrap();
        let load = linker.get(&mut store, "owner", "load").unwrap().into_func().unwrap();
        let load = load.typed::<u32, u32>(&store).unwrap();
        for page in 1..20 {
            put.call(&mut store, page * 65536 + 7).unwrap();
            assert_eq!(load.call(&mut store, page * 65536 + 7).unwrap(), 42);
        }
    }
}

#[test]
fn tables_and_functions_cross_instances() {
    let a = r#"(module (table (export "table") 2 10 funcref) (func $one (export "one") (result i32) (i32.const 1)) (elem (i32.const 0) $one))"#;
    let b = r#"(module (import "a" "table" (table 2 funcref)) (import "a" "one" (func $one (result i32))) (global $two (mut i32) (i32.const 2))
        (func $f (result i32) (i32.add (call $one) (global.get $two))) (elem (i32.const 1) $f)
        (func (export "call") (param i32) (result i32) (call_indirect (result i32) (local.get 0))))"#;
    for engine in engines() {
        let mut store = Store::new(&engine, ());
        let mut linker = Linker::new(&engine);
        linker.module(&mut store, "a", &Module::new(&engine, a).unwrap()).unwrap();
        let b = linker.instantiate(&mut store, &Module::new(&engine, b).unwrap()).unwrap();
        let call = b.get_typed_func::<u32, i32>(&store, "call").unwrap();
        assert_eq!([0, 1].map(|index| call.call(&mut store, index).unwrap()), [1, 3]);
        assert_eq!(call.call(&mut store, 2).unwrap_err().trap(), Some(Trap::UndefinedElement));

        let table = linker.get(&mut store, "a", "table").unwrap().into_table().unwrap();
        let host = Func::wrap(&mut store, || 99i32);
        assert_eq!(table.grow(&mut store, 2, host.into()).unwrap(), 2);
        assert_eq!(call.call(&mut store, 3).unwrap(), 99);
        table.set(&mut store, 0, Val::FuncRef(None)).unwrap();
        assert_eq!(call.call(&mut store, 0).unwrap_err().trap(), Some(Trap::UninitializedElement));
        let from_table = table.get(&store, 1).unwrap().unwrap_func_ref().unwrap();
        assert_eq!(from_table.typed::<(), i32>(&store).unwrap().call(&mut store, ()).unwrap(), 3);
        let wrong = Func::wrap(&mut store, || 1i64);
        table.set(&mut store, 0, wrong.into()).unwrap();
        assert_eq!(call.call(&mut store, 0).unwrap_err().trap(), Some(Trap::IndirectCallTypeMismatch));
    }
}

#[test]
fn globals_are_shared() {
    let text = r#"(module (import "host" "counter" (global $counter (mut i64))) (global (export "own") (mut v128) (v128.const i64x2 1 2))
        (func (export "count") (global.set $counter (i64.add (global.get $counter) (i64.const 1)))))"#;
    for engine in engines() {
        let mut store = Store::new(&engine, ());
        let ty = GlobalType { content: ValType::I64, mutable: true };
        let counter = Global::new(&mut store, ty, Val::I64(40)).unwrap();
        let mut linker = Linker::new(&engine);
        linker.define(&store, "host", "counter", counter).unwrap();
        let instance = linker.instantiate(&mut store, &Module::new(&engine, text).unwrap()).unwrap();
        run(&mut store, instance, "count").unwrap();
        assert_eq!(counter.get(&store), Val::I64(41));
        counter.set(&mut store, Val::I64(-1)).unwrap();
        run(&mut store, instance, "count").unwrap();
        assert_eq!(counter.get(&store), Val::I64(0));
        let own = instance.get_global(&store, "own").unwrap();
        assert_eq!(own.get(&store), Val::V128(V128::from(1u128 | 2 << 64)));
        own.set(&mut store, V128::ZERO.into()).unwrap();
        assert_eq!(own.get(&store), V128::ZERO.into());
        assert!(counter.set(&mut store, Val::I32(0)).is_err());
    }
}

#[test]
fn references_of_the_host_come_back_as_they_were() {
    let text = r#"(module (table $t (export "table") 1 externref) (global $g (mut externref) (ref.null extern))
        (func (export "keep") (param externref) (table.set $t (i32.const 0) (local.get 0)) (global.set $g (local.get 0)))
        (func (export "give") (result externref externref) (table.get $t (i32.const 0)) (global.get $g))
        (func (export "is_null") (param externref) (result i32) (ref.is_null (local.get 0))))"#;
    for engine in engines() {
        let (mut store, instance) = instantiate(&engine, (), text);
        let reference = ExternRef::new(&mut store, String::from("kept"));
        let keep = instance.get_typed_func::<Option<ExternRef>, ()>(&store, "keep").unwrap();
        let give = instance.get_typed_func::<(), (Option<ExternRef>, Option<ExternRef>)>(&store, "give").unwrap();
        let is_null = instance.get_typed_func::<Option<ExternRef>, i32>(&store, "is_null").unwrap();
        assert_eq!(give.call(&mut store, ()).unwrap(), (None, None));
        keep.call(&mut store, Some(reference)).unwrap();
        assert_eq!(give.call(&mut store, ()).unwrap(), (Some(reference), Some(reference)));
        let table = instance.get_table(&store, "table").unwrap();
        assert_eq!(table.get(&store, 0), Some(reference.into()));
        assert_eq!(reference.data(&store).downcast_ref::<String>().map(String::as_str), Some("kept"));
        let null = [None, Some(reference)].map(|it| is_null.call(&mut store, it).unwrap());
        assert_eq!(null, [1, 0]);
    }
}
