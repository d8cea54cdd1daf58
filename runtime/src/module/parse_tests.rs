//! Tests of parsing and validation.

use super::*;
use crate::engine::Config;
use crate::error::ErrorKind;
use crate::testing::{engine, engine_with};
use crate::types::{FuncType, GlobalType, HeapType, MemoryType, TableType, ValType};

fn info(text: &str) -> Arc<ModuleInfo> {
    parsed(text).info
}

/// All of a module, function bodies too.
fn check(engine: &Engine, bytes: Arc<Vec<u8>>) -> Result<Parsed> {
    let parsed = parse(engine, bytes)?;
    parsed.validate_bodies().map(|()| parsed)
}

fn parsed(text: &str) -> Parsed {
    check(&engine(), wat::parse_str(text).unwrap().into()).unwrap()
}

/// The error for a module, with the offset replaced if it is long.
fn error(text: &str) -> Error {
    check(&engine(), wat::parse_str(text).unwrap().into()).unwrap_err()
}

fn reason(error: &Error) -> &str {
    match error.kind() {
        ErrorKind::Invalid { reason, .. } => reason,
        kind => panic!("{kind:?}"),
    }
}

#[test]
fn declarations_stand_where_they_belong() {
    let info = info(
        r#"(module
            (import "a" "f" (func (param i32) (result i64)))
            (import "a" "g" (global externref))
            (import "b" "m" (memory i64 1 2))
            (import "b" "t" (table 3 funcref))
            (table 1 4 externref)
            (memory 5)
            (global (mut v128) (v128.const i64x2 1 2))
            (global i32 (i32.add (i32.const 1) (i32.const 2)))
            (func $start)
            (func (param f32 f64))
            (export "start" (func $start))
            (export "memory" (memory 1))
            (start $start)
            (data "passive")
            (data (memory 1) (i32.const 8) "active")
        )"#,
    );
    let names: Vec<(&str, &str)> = info.imports.iter().map(|import| (&*import.module, &*import.name)).collect();
    assert_eq!(names, [("a", "f"), ("a", "g"), ("b", "m"), ("b", "t")]);
    assert_eq!(info.functions.len(), 3);
    assert_eq!(*info.func_type(0), FuncType::new([ValType::I32], [ValType::I64]));
    assert_eq!(*info.func_type(2), FuncType::new([ValType::F32, ValType::F64], []));
    assert_eq!(info.memories[0], MemoryType { min: 1, max: Some(2), memory64: true });
    assert_eq!(info.tables[1], TableType { element: RefType::EXTERNREF, min: 1, max: Some(4), table64: false });
    assert_eq!(info.globals[1], GlobalType { content: ValType::V128, mutable: true });
    assert_eq!(*info.global_inits[0], [ConstOp::V128(V128::from(1u128 | 2 << 64))]);
    assert_eq!(*info.global_inits[1], [ConstOp::Const(1), ConstOp::Const(2), ConstOp::I32Add]);
    assert_eq!(
        (info.imported_functions, info.imported_globals, info.imported_memories, info.imported_tables),
        (1, 1, 1, 1)
    );
    assert_eq!(info.exports[1].entity, EntityIndex::Memory(1));
    assert_eq!(info.start, Some(1));
    assert_eq!((info.body(0), info.bodies.len()), (None, 2));
    assert_eq!(info.bytes[info.body(1).unwrap()], [0, 0x0b]);
    assert_eq!(info.bytes[info.data[0].range.clone()], *b"passive");
    assert_eq!(info.bytes[info.data[1].range.clone()], *b"active");
    assert!(info.data[0].active.is_none());
    assert_eq!(
        info.data[1].active.as_ref().map(|(memory, offset)| (*memory, &**offset)),
        Some((1, &[ConstOp::Const(8)][..]))
    );
}

#[test]
fn functions_that_may_be_referred_to_have_numbers() {
    let parsed = parsed(
        r#"(module
            (import "" "imported" (func))
            (func $plain) (func $exported) (func $segment) (func $global) (func $declared) (func $table) (func $start)
            (global funcref (ref.func $global))
            (table 1 1 funcref (ref.func $table))
            (export "exported" (func $exported))
            (export "again" (func $exported))
            (export "import" (func 0))
            (elem (i32.const 0) $segment 0)
            (elem declare funcref (ref.func $declared) (ref.null func))
            (start $start)
        )"#,
    );
    // Exports, start, segments of functions, then expressions.
    assert_eq!(parsed.func_refs, [2, 7, 3, 4, 6, 5]);
    let none = u32::MAX;
    assert_eq!(parsed.info.func_ref_of, [none, none, 0, 2, 3, 5, 4, 1]);
    // Where engines are mixed all have one, but for what is imported.
    let mixed = check(&engine_with(Config::new().engine(EngineKind::Mixed)), parsed.info.bytes.clone()).unwrap();
    assert_eq!(mixed.func_refs, [2, 7, 3, 4, 6, 5, 1]);
    assert_eq!(mixed.info.func_ref_of, [none, 6, 0, 2, 3, 5, 4, 1]);
}

#[test]
fn element_expressions_become_functions_where_they_can() {
    let info = info(
        r#"(module
            (func $f) (table 4 funcref)
            (elem (i32.const 0) funcref (ref.func $f) (ref.func $f))
            (elem funcref (ref.func $f) (ref.null func))
            (elem declare func $f)
        )"#,
    );
    assert!(matches!(&info.elements[0].items, ElementItems::Functions(functions) if **functions == [0, 0]));
    assert!(matches!(&info.elements[1].items, ElementItems::Expressions(items) if items.len() == 2));
    assert!(matches!(info.elements[0].mode, ElementMode::Active { table: 0, .. }));
    assert!(matches!(info.elements[1].mode, ElementMode::Passive));
    assert!(matches!(info.elements[2].mode, ElementMode::Declared));
}

#[test]
fn equal_types_of_two_modules_are_one() {
    let engine = engine();
    let parse = |text: &str| super::parse(&engine, wat::parse_str(text).unwrap().into()).unwrap().info.types.clone();
    let a = parse("(module (type (func)) (type $f (func (param i32))) (type (func (param (ref $f)))))");
    let b = parse("(module (type $f (func (param i32))) (type (func (param (ref $f)))))");
    assert_eq!(a[1..], b[..]);
    let ValType::Ref(RefType { heap: HeapType::Concrete(id), nullable: false }) = a[2].0.params()[0] else { panic!() };
    assert_eq!(id, a[1].1);
}

#[test]
fn invalid_and_malformed_are_told_apart() {
    let error = error("(module (func (result i32) i64.const 1))");
    assert!(!error.is_malformed());
    assert!(reason(&error).starts_with("type mismatch"), "{error}");

    let malformed: [&[u8]; 7] = [
        b"",
        b"\0as",
        b"\0asm\x02\0\0\0",
        b"\0asm\x01\0\0\0\x01\x05\x01",
        b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0",
        // A section after one that it should precede.
        b"\0asm\x01\0\0\0\x03\x01\0\x01\x01\0",
        b"not wasm",
    ];
    for bytes in malformed {
        let error = check(&engine(), Arc::new(bytes.to_vec())).unwrap_err();
        assert!(error.is_malformed(), "{bytes:?}: {error}");
    }
}

#[test]
fn a_component_is_told_so() {
    let error = check(&engine(), Arc::new(b"\0asm\x0d\0\x01\0".to_vec())).unwrap_err();
    assert!(reason(&error).starts_with("this is a component, not a core module"), "{error}");
    let error = check(&engine(), Arc::new(b"  (module)".to_vec())).unwrap_err();
    assert!(reason(&error).contains("magic header not detected"), "{error}");
}

#[test]
fn unsupported_proposals_are_named() {
    let cases = [
        ("(module (type (struct)))", "garbage collection"),
        ("(module (type $t (func (param (ref null $t)))))", "garbage collection"),
        ("(module (func (result anyref) (ref.null any)))", "garbage collection"),
        ("(module (tag))", "exception handling"),
        ("(module (func try_table end))", "exception handling"),
        ("(module (memory 1 1 shared))", "threads"),
        ("(module (memory 1) (func (drop (i32.atomic.load (i32.const 0)))))", "threads"),
        ("(module (memory 1 (pagesize 1)))", "custom page sizes"),
        (
            "(module (func (param i64 i64 i64 i64) (result i64 i64) local.get 0 local.get 1 local.get 2 local.get 3 i64.add128))",
            "wide arithmetic",
        ),
        ("(module (type $f (func)) (type $c (cont $f)))", "stack switching"),
        // Of several, the one that is met first.
        ("(module (tag) (type (struct)))", "garbage collection"),
    ];
    for (text, proposal) in cases {
        let error = error(text);
        assert_eq!(
            reason(&error),
            format!("uses the {proposal} proposal, which Falkirk does not support yet"),
            "{text}"
        );
        assert!(!error.is_malformed());
    }
}

#[test]
fn proposals_that_are_off_are_named_with_their_switch() {
    let mut off = Config::new();
    off.wasm_simd(false).wasm_multi_memory(false).wasm_memory64(false).wasm_tail_call(false);
    off.wasm_function_references(false).wasm_extended_const(false);
    let cases = [
        ("(module (global v128 (v128.const i64x2 0 0)))", "wasm_simd"),
        ("(module (memory 1) (memory 1))", "wasm_multi_memory"),
        ("(module (memory i64 1))", "wasm_memory64"),
        ("(module (func $f return_call $f))", "wasm_tail_call"),
        ("(module (type $t (func)) (func (param (ref $t))))", "wasm_function_references"),
        ("(module (global i32 (i32.add (i32.const 1) (i32.const 1))))", "wasm_extended_const"),
    ];
    for (text, switch) in cases {
        let bytes = Arc::new(wat::parse_str(text).unwrap());
        check(&engine(), bytes.clone()).unwrap();
        let error = check(&engine_with(&off), bytes).unwrap_err();
        assert!(
            reason(&error).ends_with(&format!("which this configuration turns off: see Config::{switch}")),
            "{text}: {error}"
        );
    }
}

/// A module of so many functions, each of a few kilobytes, in which those with these numbers are not valid.
fn large_module(functions: u32, invalid: &[u32]) -> Vec<u8> {
    use wasm_encoder::{CodeSection, Function, FunctionSection, Instruction, Module, TypeSection};
    let mut types = TypeSection::new();
    types.ty().function([], []);
    let (mut declarations, mut code) = (FunctionSection::new(), CodeSection::new());
    for number in 0..functions {
        declarations.function(0);
        let mut function = Function::new([]);
        for value in 0..1000 {
            function.instruction(&Instruction::I32Const(value)).instruction(&Instruction::Drop);
        }
        if invalid.contains(&number) {
            function.instruction(&Instruction::Drop);
        }
        code.function(function.instruction(&Instruction::End));
    }
    let mut module = Module::new();
    module.section(&types).section(&declarations).section(&code);
    module.finish()
}

#[test]
fn large_modules_report_the_first_of_several_errors() {
    assert!(check(&engine(), Arc::from(large_module(200, &[]))).is_ok());
    let alone = check(&engine(), Arc::from(large_module(41, &[40]))).unwrap_err();
    let several = Arc::new(large_module(200, &[199, 64, 41, 40, 63, 128]));
    for _ in 0..5 {
        let error = check(&engine(), several.clone()).unwrap_err();
        let offset = |error: &Error| match error.kind() {
            ErrorKind::Invalid { offset, .. } => *offset,
            kind => panic!("{kind:?}"),
        };
        // The smaller module's section sizes are as many bytes shorter as its bodies begin earlier.
        assert!(offset(&error).abs_diff(offset(&alone)) < 200, "{error}");
    }
}

#[test]
fn an_error_in_a_body_comes_before_one_in_a_later_section() {
    let mut bytes = large_module(1, &[0]);
    bytes.extend([0x0b, 1, 5]);
    let error = check(&engine(), Arc::new(bytes.to_vec())).unwrap_err();
    assert!(reason(&error).contains("type mismatch"), "{error}");
}

#[test]
fn every_prefix_of_a_module_is_an_error_and_nothing_worse() {
    let whole = wat::parse_str(
        r#"(module (import "a" "b" (func)) (memory 1) (table 1 funcref) (global i32 (i32.const 1))
            (func (export "f") (local i64) loop br 0 end) (elem (i32.const 0) 0) (data (i32.const 0) "abc"))"#,
    );
    let whole = whole.unwrap();
    let engine = engine();
    for end in 9..whole.len() {
        // Some prefixes end with a whole section and are modules.
        let _ = check(&engine, Arc::new(whole[..end].to_vec()));
    }
    for position in 0..whole.len() {
        for bit in 0..8 {
            let mut bytes = whole.clone();
            bytes[position] ^= 1 << bit;
            let _ = check(&engine, Arc::from(bytes));
        }
    }
}
