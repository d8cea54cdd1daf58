//! Memories and tables that ask for more than there is.

use falkirk::{Engine, Instance, Limit, Memory, MemoryType, Module, RefType, Store, Table, TableType, Trap, Val};

use super::Case;
use super::support::{gives, reaches, run, start, store};

pub const CASES: &[Case] = &[
    Case { name: "a_memory_of_four_gibibytes", mib: 64, run: four_gibibytes },
    Case { name: "a_64_bit_memory_of_all_there_is", mib: 64, run: all_of_memory64 },
    Case { name: "a_table_of_four_billion", mib: 64, run: table_of_four_billion },
    Case { name: "a_64_bit_table_of_all_there_is", mib: 64, run: all_of_table64 },
    // A memory that moves is copied as it grows, so there its pages are touched.
    Case { name: "memory_grow_to_the_limit", mib: 640, run: grow_to_the_limit },
    Case { name: "memory_grow_without_a_limiter", mib: 64, run: grow_without_a_limiter },
    Case { name: "table_grow_by_four_billion", mib: 64, run: table_grow },
    Case { name: "segments_out_of_range", mib: 32, run: segments_out_of_range },
    Case { name: "bulk_operations_at_the_edge", mib: 32, run: bulk_at_the_edge },
    Case { name: "a_hundred_memories_in_two_hundred_instances", mib: 1536, run: many_memories },
    Case { name: "thousands_of_stores", mib: 64, run: thousands_of_stores },
    Case { name: "host_made_memories_and_tables", mib: 64, run: host_made },
];

/// 65,536 pages are valid; whether they are given or refused, nothing is touched.
fn four_gibibytes(engine: &Engine) {
    let text = "(module (memory 65536) (func (export \"f\") (result i32) (i32.load (i32.const -4))))";
    reaches(run(engine, text), Limit::Memory);
    let module = Module::new(engine, text).unwrap_or_else(|error| panic!("{error}"));
    let mut unlimited = Store::new(engine, ());
    let _ = unlimited.set_fuel(1_000_000);
    match Instance::new(&mut unlimited, &module, &[]) {
        Ok(instance) => {
            let f = instance.get_typed_func::<(), i32>(&mut unlimited, "f").unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(f.call(&mut unlimited, ()).unwrap_or_else(|error| panic!("{error}")), 0);
        }
        Err(error) => assert_eq!(error.limit(), Some(Limit::Memory), "{error}"),
    }
}

fn all_of_memory64(engine: &Engine) {
    for pages in [1_u64 << 48, (1 << 48) - 1, 1 << 40, 1 << 32, 1 << 20] {
        let text = format!("(module (memory i64 {pages}))");
        reaches(start(engine, text).map(|_| ()), Limit::Memory);
    }
}

fn table_of_four_billion(engine: &Engine) {
    for elements in [u32::MAX, 1 << 31, 10_000_001] {
        for ty in ["funcref", "externref"] {
            reaches(start(engine, format!("(module (table {elements} {ty}))")).map(|_| ()), Limit::Table);
        }
    }
}

fn all_of_table64(engine: &Engine) {
    for elements in [u64::MAX, 1 << 48, 1 << 32] {
        reaches(start(engine, format!("(module (table i64 {elements} funcref))")).map(|_| ()), Limit::Table);
    }
}

const GROW: &str = r#"(module (memory 0)
    (func (export "f") (result i32)
        (loop $more (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
        (if (i32.ne (memory.grow (i32.const -1)) (i32.const -1)) (then (unreachable)))
        (memory.size)))"#;

/// A page at a time until the store's limit of 256 MiB: 4,096 pages, none of them touched.
fn grow_to_the_limit(engine: &Engine) {
    gives(run(engine, GROW), 4096);
}

/// Without a limiter only address space ends it. A moving memory would copy itself each time, so it grows at once.
fn grow_without_a_limiter(engine: &Engine) {
    let text = r#"(module (memory 1) (func (export "f") (result i32) (memory.grow (i32.const 30000))))"#;
    let module = Module::new(engine, text).unwrap_or_else(|error| panic!("{error}"));
    let mut unlimited = Store::new(engine, ());
    let _ = unlimited.set_fuel(1_000_000);
    let instance = Instance::new(&mut unlimited, &module, &[]).unwrap_or_else(|error| panic!("{error}"));
    let f = instance.get_typed_func::<(), i32>(&mut unlimited, "f").unwrap_or_else(|error| panic!("{error}"));
    let grown = f.call(&mut unlimited, ()).unwrap_or_else(|error| panic!("{error}"));
    assert!(grown == 1 || grown == -1, "{grown}");
}

fn table_grow(engine: &Engine) {
    let text = r#"(module (table 1 funcref) (table $wide i64 1 externref)
        (func (export "f") (result i32)
            (if (i64.ne (table.grow $wide (ref.null extern) (i64.const -1)) (i64.const -1)) (then (unreachable)))
            (if (i64.ne (table.grow $wide (ref.null extern) (i64.const 0x100000000)) (i64.const -1)) (then (unreachable)))
            (if (i32.ne (table.grow 0 (ref.null func) (i32.const -2)) (i32.const -1)) (then (unreachable)))
            (table.grow 0 (ref.null func) (i32.const -1))))"#;
    gives(run(engine, text), -1);
}

#[track_caller]
fn traps(engine: &Engine, text: &str, wanted: Trap) {
    match start(engine, text).and_then(|mut running| running.call("f")) {
        Ok(found) => panic!("wanted {wanted}, found {found:?}"),
        Err(error) => assert_eq!(error.trap(), Some(wanted), "{error}"),
    }
}

fn segments_out_of_range(engine: &Engine) {
    let memory = Trap::MemoryOutOfBounds;
    traps(engine, r#"(module (memory 1) (data (i32.const 65536) "a"))"#, memory);
    traps(engine, r#"(module (memory 1) (data (i32.const -1) "ab"))"#, memory);
    traps(engine, r#"(module (memory 0) (data (i32.const 1)))"#, memory);
    traps(engine, r#"(module (memory i64 1) (data (i64.const -1) "ab"))"#, memory);
    traps(engine, r#"(module (memory i64 1) (data (i64.const 0xffffffffffff) "a"))"#, memory);
    let table = Trap::TableOutOfBounds;
    traps(engine, "(module (table 1 funcref) (func $g) (elem (i32.const 1) $g))", table);
    traps(engine, "(module (table 1 funcref) (func $g) (elem (i32.const -1) $g $g))", table);
    traps(engine, "(module (table i64 1 funcref) (func $g) (elem (i64.const -1) func $g $g))", table);
}

/// Addresses and lengths whose sum does not fit into their type.
fn bulk_at_the_edge(engine: &Engine) {
    for operation in [
        "(memory.fill (i32.const -1) (i32.const 0) (i32.const -1))",
        "(memory.fill (i32.const 0) (i32.const 0) (i32.const -1))",
        "(memory.copy (i32.const -1) (i32.const 0) (i32.const -1))",
        "(memory.copy (i32.const 0) (i32.const -1) (i32.const 2))",
        "(memory.init 0 (i32.const 0) (i32.const -1) (i32.const 2))",
        "(memory.fill 1 (i64.const -1) (i32.const 0) (i64.const -1))",
        "(memory.copy 1 1 (i64.const -1) (i64.const 1) (i64.const 2))",
        "(drop (i64.load offset=0xffffffff (i32.const -1)))",
        "(drop (i64.load 1 offset=0xffffffffffffffff (i64.const -1)))",
    ] {
        let text = format!("(module (memory 1) (memory i64 1) (data \"ab\") (func (export \"f\") {operation}))");
        traps(engine, &text, Trap::MemoryOutOfBounds);
    }
    for operation in [
        "(table.fill 0 (i32.const -1) (ref.null func) (i32.const -1))",
        "(table.copy 0 0 (i32.const -1) (i32.const 0) (i32.const 2))",
        "(table.init 0 0 (i32.const 0) (i32.const -1) (i32.const 2))",
        "(drop (table.get 1 (i64.const -1)))",
    ] {
        let text =
            format!("(module (table 1 funcref) (table i64 1 funcref) (elem func) (func (export \"f\") {operation}))");
        traps(engine, &text, Trap::TableOutOfBounds);
    }
}

/// 20,000 memories want more address space than there is, if each reserves what it might grow to.
fn many_memories(engine: &Engine) {
    let text = format!("(module {})", "(memory 1)".repeat(100));
    let module = Module::new(engine, text).unwrap_or_else(|error| panic!("{error}"));
    let mut store = store(engine);
    let mut made = 0;
    for _ in 0..200 {
        match Instance::new(&mut store, &module, &[]) {
            Ok(_) => made += 1,
            Err(error) => {
                assert!(error.limit().is_some(), "{error}");
                break;
            }
        }
    }
    assert!(made >= 50, "only {made} instances");
}

/// Each store is dropped again, and leaves nothing behind.
fn thousands_of_stores(engine: &Engine) {
    let text = r#"(module (memory 1) (table 10 funcref) (func (export "f") (result i32) (i32.load (i32.const 0))))"#;
    let module = Module::new(engine, text).unwrap_or_else(|error| panic!("{error}"));
    for _ in 0..5000 {
        let mut store = store(engine);
        let instance = Instance::new(&mut store, &module, &[]).unwrap_or_else(|error| panic!("{error}"));
        let f = instance.get_typed_func::<(), i32>(&mut store, "f").unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(f.call(&mut store, ()).unwrap_or_else(|error| panic!("{error}")), 0);
    }
}

/// The host asks through the API.
fn host_made(engine: &Engine) {
    let mut store = store(engine);
    for min in [5000, 65536, 65537, u64::MAX] {
        let memory = MemoryType { min, max: None, memory64: min > 65536 };
        assert!(Memory::new(&mut store, memory).is_err(), "a memory of {min} pages");
    }
    for min in [10_000_001, u64::from(u32::MAX), u64::MAX] {
        let table = TableType { element: RefType::FUNCREF, min, max: None, table64: true };
        assert!(Table::new(&mut store, table, Val::FuncRef(None)).is_err(), "a table of {min} elements");
    }
    let memory = Memory::new(&mut store, MemoryType { min: 1, max: None, memory64: false });
    let memory = memory.unwrap_or_else(|error| panic!("{error}"));
    assert!(memory.grow(&mut store, u64::MAX).is_err());
    assert!(memory.read(&store, usize::MAX, &mut [0; 2]).is_err());
    assert!(memory.write(&mut store, usize::MAX, &[0; 2]).is_err());
    assert!(memory.read(&store, 65536, &mut []).is_ok());
    assert!(memory.read(&store, 65537, &mut []).is_err());
}
