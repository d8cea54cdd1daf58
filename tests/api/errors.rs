//! Traps, errors of the host, panics and backtraces.

use std::panic::{AssertUnwindSafe, catch_unwind};

use falkirk::prelude::*;
use falkirk::{BacktraceFrame, ExitStatus, RefType, TableType};

use super::{engines, instantiate, run};

#[test]
fn errors_of_the_host_go_through_the_guest_unchanged() {
    let text = r#"(module $guest
        (import "host" "exit" (func $exit (param i32)))
        (func $inner (param i32) (call $exit (local.get 0)))
        (func $outer (export "outer") (param i32) (call $inner (local.get 0)) unreachable))"#;
    for engine in engines() {
        let mut linker = Linker::new(&engine);
        linker.func_wrap("host", "exit", |status: i32| -> Result<(), ExitStatus> { Err(ExitStatus(status)) }).unwrap();
        let mut store = Store::new(&engine, ());
        let instance = linker.instantiate(&mut store, &Module::new(&engine, text).unwrap()).unwrap();
        let outer = instance.get_typed_func::<i32, ()>(&store, "outer").unwrap();
        for status in [0, 7] {
            let error = outer.call(&mut store, status).unwrap_err();
            assert_eq!(*error.kind(), ErrorKind::Host);
            assert_eq!(error.downcast_ref::<ExitStatus>(), Some(&ExitStatus(status)));
            let names: Vec<_> = error.backtrace().iter().map(|frame| frame.name.as_deref().unwrap()).collect();
            assert_eq!(names, ["inner", "outer"]);
            assert_eq!(error.backtrace()[0].module.as_deref(), Some("guest"));
        }
    }
}

#[test]
fn traps_have_backtraces() {
    let text = r#"(module
        (func $divide (param i32) (result i32) (i32.div_s (i32.const 1) (local.get 0)))
        (func $twice (param i32) (result i32) (i32.add (call $divide (local.get 0)) (call $divide (local.get 0))))
        (func (export "run") (param i32) (result i32) (call $twice (local.get 0))))"#;
    for engine in engines() {
        let (mut store, instance) = instantiate(&engine, (), text);
        let func = instance.get_typed_func::<i32, i32>(&store, "run").unwrap();
        assert_eq!(func.call(&mut store, 1).unwrap(), 2);
        let error = func.call(&mut store, 0).unwrap_err();
        assert_eq!(error.trap(), Some(Trap::IntegerDivideByZero));
        let frames = error.backtrace();
        assert_eq!(frames.iter().map(|frame| frame.function).collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(frames[2].name.as_deref(), Some("run"), "an export's name");
        let module = instance.module(&store);
        assert_eq!(module.bytes()[frames[0].offset], 0x6d, "the offset of i32.div_s");
        assert!(frames[1..].iter().all(|frame| module.bytes()[frame.offset] == 0x10), "the offsets of the calls");
        assert!(error.display_backtrace().to_string().contains("divide"));
        assert_eq!(func.call(&mut store, 1).unwrap(), 2, "the store is as good as before");
    }
}

#[test]
fn each_trap_is_told_apart() {
    let cases = [
        ("unreachable", Trap::Unreachable),
        ("(drop (i32.load (i32.const 65533)))", Trap::MemoryOutOfBounds),
        ("(i64.store offset=0xffffffff (i32.const -1) (i64.const 0))", Trap::MemoryOutOfBounds),
        ("(memory.fill (i32.const 65535) (i32.const 0) (i32.const 2))", Trap::MemoryOutOfBounds),
        ("(memory.init 0 (i32.const 0) (i32.const 2) (i32.const 2))", Trap::MemoryOutOfBounds),
        ("(drop (table.get 0 (i32.const 3)))", Trap::TableOutOfBounds),
        ("(table.init 0 0 (i32.const 0) (i32.const 0) (i32.const 2))", Trap::TableOutOfBounds),
        ("(call_indirect (i32.const 3))", Trap::UndefinedElement),
        ("(call_indirect (i32.const 1))", Trap::UninitializedElement),
        ("(call_indirect (result i64) (i32.const 0)) drop", Trap::IndirectCallTypeMismatch),
        ("(call_ref $void (ref.null $void))", Trap::NullFunctionReference),
        ("(drop (ref.as_non_null (ref.null func)))", Trap::NullReference),
        ("(drop (i32.rem_u (i32.const 1) (i32.const 0)))", Trap::IntegerDivideByZero),
        ("(drop (i64.div_s (i64.const 0x8000000000000000) (i64.const -1)))", Trap::IntegerOverflow),
        ("(drop (i32.trunc_f64_s (f64.const 1e10)))", Trap::IntegerOverflow),
        ("(drop (i32.trunc_f32_u (f32.const nan)))", Trap::InvalidConversionToInteger),
    ];
    for engine in engines() {
        for (body, trap) in cases {
            let text = format!(
                r#"(module (memory 1) (table 3 funcref) (type $void (func)) (data "abc") (elem func $f)
                    (elem (i32.const 0) $f) (func $f) (func (export "run") {body}))"#
            );
            let (mut store, instance) = instantiate(&engine, (), &text);
            assert_eq!(run(&mut store, instance, "run").unwrap_err().trap(), Some(trap), "{body}");
        }
    }
}

#[test]
fn a_panic_of_the_host_passes_through_and_leaves_the_store_usable() {
    let text = r#"(module (import "host" "panic" (func $panic (param i32) (result i32)))
        (func (export "run") (param i32) (result i32) (call $panic (local.get 0))))"#;
    for engine in engines() {
        let mut linker = Linker::new(&engine);
        linker.func_wrap("host", "panic", |value: i32| if value == 0 { panic!("as asked") } else { value }).unwrap();
        let mut store = Store::new(&engine, ());
        let instance = linker.instantiate(&mut store, &Module::new(&engine, text).unwrap()).unwrap();
        let func = instance.get_typed_func::<i32, i32>(&store, "run").unwrap();
        for _ in 0..300 {
            let panic = catch_unwind(AssertUnwindSafe(|| func.call(&mut store, 0))).unwrap_err();
            assert_eq!(panic.downcast_ref(), Some(&"as asked"));
        }
        assert_eq!(func.call(&mut store, 5).unwrap(), 5);
    }
}

#[test]
fn handles_of_another_store_panic() {
    let text = r#"(module (memory (export "m") 1) (table (export "t") 1 funcref) (global (export "g") (mut i32) (i32.const 0)) (func (export "f")))"#;
    for engine in engines() {
        let (mut ours, instance) = instantiate(&engine, (), text);
        let (mut other, _) = instantiate(&engine, (), text);
        let reference = ExternRef::new(&mut ours, 1);
        let func = instance.get_func(&ours, "f").unwrap();
        let typed = func.typed::<(), ()>(&ours).unwrap();
        let [m, t, g] = ["m", "t", "g"].map(|name| instance.get_export(&ours, name).unwrap());
        let mut panics = |what: &str, call: &dyn Fn(&mut Store<()>)| {
            let panic = catch_unwind(AssertUnwindSafe(|| call(&mut other))).expect_err(what);
            let message = panic.downcast_ref::<String>().unwrap();
            assert!(message.starts_with(&format!("this {what} belongs to another store")), "{message}");
        };
        panics("instance", &|store| _ = instance.get_func(store, "f"));
        panics("function", &|store| _ = func.call(store, &[], &mut []));
        panics("function", &|store| _ = typed.call(store, ()));
        panics("memory", &|store| _ = m.into_memory().unwrap().data(store));
        panics("table", &|store| _ = t.into_table().unwrap().get(store, 0));
        panics("global", &|store| _ = g.into_global().unwrap().set(store, Val::I32(1)));
        panics("extern reference", &|store| _ = reference.data(store));
        panics("function", &|store| _ = Table::new(store, FUNCS, func.into()));
    }
}

const FUNCS: TableType = TableType { element: RefType::FUNCREF, min: 1, max: None, table64: false };

#[test]
#[cfg(feature = "dwarf")]
fn debug_information_names_files_and_lines() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/guests/built/trap-dwarf.wasm");
    for engine in engines() {
        let module = Module::from_file(&engine, path).unwrap();
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        let run = instance.get_typed_func::<(), u32>(&store, "run").unwrap();
        let error = run.call(&mut store, ()).unwrap_err();
        assert_eq!(error.trap(), Some(Trap::Unreachable));
        let wanted = [("price_of", "PRICES[order]"), ("price_with_tax", "price_of(order)"), ("run", "total_of_orders")];
        let source: Vec<&str> = include_str!("../../guests/trap-dwarf/src/lib.rs").lines().collect();
        for (function, text) in wanted {
            let of = |frame: &&BacktraceFrame| frame.name.as_deref().is_some_and(|name| name.ends_with(function));
            let frame = error.backtrace().iter().find(of).expect(function);
            assert!(frame.file.as_deref().is_some_and(|file| file.ends_with("trap-dwarf/src/lib.rs")), "{error:?}");
            assert!(source[frame.line.unwrap() as usize - 1].contains(text), "{error:?}");
        }
        assert!(error.backtrace()[0].inlined && !error.backtrace()[1].inlined, "{error:?}");
    }
}
