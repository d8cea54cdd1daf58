//! The embedding API, on every engine: calls, errors, limits, linking, memories, tables, globals, references.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use falkirk::prelude::*;
use falkirk::{BacktraceFrame, ExitStatus, ExternType, GlobalType, MemoryType, RefType, TableType};

/// The engines that each test runs on, each as usual and with everything that can be the other way round.
fn engines_with(configure: impl Fn(&mut Config)) -> Vec<Engine> {
    let (mut usual, mut other) = (Config::new(), Config::new());
    other.lazy_above(Some(0)).memory_reservation(0).memory64_reservation(1 << 20);
    [&mut usual, &mut other]
        .into_iter()
        .map(|config| {
            configure(config);
            Engine::new(config).unwrap()
        })
        .collect()
}

fn engines() -> Vec<Engine> {
    engines_with(|_| {})
}

/// A module in a store of its own.
fn instantiate<T: 'static>(engine: &Engine, data: T, text: &str) -> (Store<T>, Instance) {
    let mut store = Store::new(engine, data);
    let instance = Instance::new(&mut store, &Module::new(engine, text).unwrap(), &[]).unwrap();
    (store, instance)
}

/// Calls an exported function of no parameters and no results.
fn run<T: 'static>(store: &mut Store<T>, instance: Instance, name: &str) -> Result<(), Error> {
    instance.get_typed_func::<(), ()>(&*store, name)?.call(store, ())
}

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
fn fuel_runs_out_and_can_be_filled_up() {
    let text = r#"(module
        (func (export "loop") (param i32) (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
        (func $forever (export "recurse") (call $forever)))"#;
    for engine in engines_with(|config| _ = config.consume_fuel(true)) {
        let (mut store, instance) = instantiate(&engine, (), text);
        let func = instance.get_typed_func::<i32, ()>(&store, "loop").unwrap();
        assert_eq!(func.call(&mut store, 10).unwrap_err().limit(), Some(Limit::Fuel), "there is none at the start");
        store.set_fuel(1_000_000).unwrap();
        func.call(&mut store, 10).unwrap();
        let left = store.get_fuel().unwrap();
        assert!((1..1_000_000).contains(&left));
        func.call(&mut store, 1000).unwrap();
        assert!(store.get_fuel().unwrap() < left - 500);
        let error = func.call(&mut store, i32::MAX).unwrap_err();
        assert_eq!(error.limit(), Some(Limit::Fuel));
        assert_eq!(store.get_fuel().unwrap(), 0);
        store.set_fuel(100).unwrap();
        assert_eq!(run(&mut store, instance, "recurse").unwrap_err().limit(), Some(Limit::Fuel));
    }
    let mut store = Store::new(&engines()[0], ());
    let message = "this engine does not count fuel: turn it on with Config::consume_fuel(true)";
    assert_eq!(store.set_fuel(1).unwrap_err().to_string(), message);
    assert_eq!(store.get_fuel().unwrap_err().to_string(), message);
}

/// Endless in a loop, in calls that return, and in tail calls.
const ENDLESS: &str = r#"(module
    (func (export "loop") (loop (br 0)))
    (func $leaf) (func (export "calls") (loop (call $leaf) (br 0)))
    (func $tail (export "tail") (return_call $tail))
    (func (export "short")))"#;

#[test]
fn a_deadline_ends_what_would_not_end() {
    for engine in engines() {
        let (mut store, instance) = instantiate(&engine, (), ENDLESS);
        for name in ["loop", "calls", "tail"] {
            let start = Instant::now();
            store.set_deadline(Some(Duration::from_millis(20)));
            let error = run(&mut store, instance, name).unwrap_err();
            assert_eq!(error.limit(), Some(Limit::Interrupted), "{name}");
            assert!(start.elapsed() >= Duration::from_millis(19), "{name}");
            assert!(start.elapsed() < Duration::from_secs(5), "{name}");
            let error = run(&mut store, instance, "short").unwrap_err();
            assert_eq!(error.limit(), Some(Limit::Interrupted), "a deadline stays until it is cleared");
            store.set_deadline(None);
            run(&mut store, instance, "short").unwrap();
        }
        store.set_deadline(Some(Duration::from_secs(3600)));
        run(&mut store, instance, "short").unwrap();
    }
}

#[test]
fn an_interrupt_from_another_thread_ends_one_call() {
    for engine in engines() {
        let (mut store, instance) = instantiate(&engine, (), ENDLESS);
        let handle = store.interrupt_handle();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(10));
                handle.interrupt();
            });
            assert_eq!(run(&mut store, instance, "loop").unwrap_err().limit(), Some(Limit::Interrupted));
        });
        run(&mut store, instance, "short").unwrap();
        handle.interrupt();
        assert_eq!(run(&mut store, instance, "short").unwrap_err().limit(), Some(Limit::Interrupted), "the next call");
        handle.interrupt();
        store.clear_interrupt();
        run(&mut store, instance, "short").unwrap();
    }
}

#[test]
fn a_deadline_also_stops_a_guest_whose_host_function_swallows_it() {
    let text = r#"(module (import "host" "call" (func $call)) (export "call" (func $call))
        (func (export "inner") (loop (br 0))) (func (export "outer") (loop (call $call) (br 0))))"#;
    for engine in engines() {
        let mut linker = Linker::new(&engine);
        let call = |mut caller: Caller<'_, u32>| {
            *caller.data_mut() += 1;
            let inner = caller.get_export("inner").unwrap().into_func().unwrap();
            assert!(inner.call(&mut caller, &[], &mut []).is_err());
        };
        linker.func_wrap("host", "call", call).unwrap();
        let mut store = Store::new(&engine, 0);
        let instance = linker.instantiate(&mut store, &Module::new(&engine, text).unwrap()).unwrap();
        store.set_deadline(Some(Duration::from_millis(10)));
        assert_eq!(run(&mut store, instance, "outer").unwrap_err().limit(), Some(Limit::Interrupted));
        assert_eq!(*store.data(), 1);
    }
}

#[test]
fn stores_limit_memories_tables_and_instances() {
    let text = r#"(module (memory (export "memory") 1) (table (export "table") 1 funcref)
        (func (export "grow_memory") (param i32) (result i32) (memory.grow (local.get 0)))
        (func (export "grow_table") (param i32) (result i32) (table.grow (ref.null func) (local.get 0))))"#;
    for engine in engines() {
        for trap in [false, true] {
            let limits = StoreLimitsBuilder::new().memory_size(3 << 16).table_elements(5).instances(1);
            let mut store: Store<StoreLimits> = Store::new(&engine, limits.trap_on_grow_failure(trap).build());
            store.limiter(|limits| limits);
            let module = Module::new(&engine, text).unwrap();
            let instance = Instance::new(&mut store, &module, &[]).unwrap();
            for (name, within, limit) in [("grow_memory", 2, Limit::Memory), ("grow_table", 4, Limit::Table)] {
                let grow = instance.get_typed_func::<i32, i32>(&store, name).unwrap();
                assert_eq!(grow.call(&mut store, within).unwrap(), 1, "{name}");
                assert_eq!(grow.call(&mut store, 0).unwrap(), within + 1, "{name}");
                match (trap, grow.call(&mut store, 1)) {
                    (false, result) => assert_eq!(result.unwrap(), -1, "{name}"),
                    (true, result) => assert_eq!(result.unwrap_err().limit(), Some(limit), "{name}"),
                }
            }
            let error = Instance::new(&mut store, &module, &[]).unwrap_err();
            assert_eq!(error.limit(), Some(Limit::Instances));
        }
        let big = Module::new(&engine, "(module (memory 4))").unwrap();
        let mut store: Store<StoreLimits> = Store::new(&engine, StoreLimitsBuilder::new().memory_size(1 << 16).build());
        store.limiter(|limits| limits);
        assert_eq!(Instance::new(&mut store, &big, &[]).unwrap_err().limit(), Some(Limit::Memory));
    }
}

#[test]
fn host_and_guest_recurse_until_the_limit() {
    let text = r#"(module (import "host" "back" (func $back (param i32)))
        (func (export "forth") (param i32) (call $back (i32.add (local.get 0) (i32.const 1)))))"#;
    for engine in engines_with(|config| _ = config.max_host_depth(100)) {
        let mut linker = Linker::new(&engine);
        let back = |mut caller: Caller<'_, i32>, depth: i32| {
            *caller.data_mut() = depth;
            let forth = caller.get_export("forth").unwrap().into_func().unwrap().typed::<i32, ()>(&caller)?;
            forth.call(&mut caller, depth)
        };
        linker.func_wrap("host", "back", back).unwrap();
        let mut store = Store::new(&engine, 0);
        let instance = linker.instantiate(&mut store, &Module::new(&engine, text).unwrap()).unwrap();
        let forth = instance.get_typed_func::<i32, ()>(&store, "forth").unwrap();
        for _ in 0..3 {
            let error = forth.call(&mut store, 0).unwrap_err();
            assert_eq!((error.limit(), *store.data()), (Some(Limit::Stack), 100));
            assert_eq!(error.backtrace().len(), 100, "frames of every level");
        }
    }
}

#[test]
fn guests_recurse_until_the_stack_ends() {
    let text = r#"(module
        (func $deep (export "deep") (param i64) (result i64) (i64.add (i64.const 1) (call $deep (local.get 0))))
        (func $count (export "count") (param i32) (result i32)
            (if (result i32) (local.get 0) (then (i32.add (i32.const 1) (call $count (i32.sub (local.get 0) (i32.const 1))))) (else (i32.const 0)))))"#;
    for engine in engines_with(|config| _ = config.max_wasm_stack(1 << 20)) {
        let (mut store, instance) = instantiate(&engine, (), text);
        let deep = instance.get_typed_func::<i64, i64>(&store, "deep").unwrap();
        let count = instance.get_typed_func::<i32, i32>(&store, "count").unwrap();
        for _ in 0..3 {
            let error = deep.call(&mut store, 0).unwrap_err();
            assert_eq!((error.limit(), &*error.to_string()), (Some(Limit::Stack), "call stack exhausted"));
            assert_eq!(error.backtrace().len(), falkirk::engine::MAX_FRAMES);
            assert_eq!(count.call(&mut store, 1000).unwrap(), 1000);
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

#[test]
fn start_functions_run_and_their_traps_end_the_instantiation() {
    for engine in engines() {
        let started = Module::new(
            &engine,
            r#"(module (global $g (export "g") (mut i32) (i32.const 0)) (func $start (global.set $g (i32.const 7))) (start $start))"#,
        );
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &started.unwrap(), &[]).unwrap();
        assert_eq!(instance.get_global(&store, "g").unwrap().get(&store), Val::I32(7));
        let failing = Module::new(&engine, "(module (func $start unreachable) (start $start))").unwrap();
        assert_eq!(Instance::new(&mut store, &failing, &[]).unwrap_err().trap(), Some(Trap::Unreachable));
        let endless = Module::new(&engine, "(module (func $start (loop (br 0))) (start $start))").unwrap();
        store.set_deadline(Some(Duration::from_millis(5)));
        assert_eq!(Instance::new(&mut store, &endless, &[]).unwrap_err().limit(), Some(Limit::Interrupted));
    }
}

#[test]
fn modules_and_stores_work_on_many_threads() {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    let text = r#"(module (import "host" "count" (func $count)) (memory 1)
        (func (export "run") (param i32) (result i32) (call $count) (i32.store (i32.const 8) (local.get 0)) (i32.load (i32.const 8))))"#;
    for engine in engines() {
        CALLS.store(0, Ordering::Relaxed);
        let module = Module::new(&engine, text).unwrap();
        let mut linker: Linker<()> = Linker::new(&engine);
        linker.func_wrap("host", "count", || _ = CALLS.fetch_add(1, Ordering::Relaxed)).unwrap();
        let pre = linker.instantiate_pre(&module).unwrap();
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let (pre, engine) = (&pre, &engine);
                scope.spawn(move || {
                    for round in 0..100 {
                        let mut store = Store::new(engine, ());
                        let instance = pre.instantiate(&mut store).unwrap();
                        let run = instance.get_typed_func::<i32, i32>(&store, "run").unwrap();
                        assert_eq!(run.call(&mut store, thread * 1000 + round).unwrap(), thread * 1000 + round);
                    }
                });
            }
        });
        assert_eq!(CALLS.load(Ordering::Relaxed), 400);
    }
}

#[test]
fn a_store_can_move_to_another_thread_between_calls() {
    let text = r#"(module (global $g (mut i32) (i32.const 0))
        (func (export "next") (result i32) (global.set $g (i32.add (global.get $g) (i32.const 1))) (global.get $g)))"#;
    for engine in engines() {
        let (mut store, instance) = instantiate(&engine, (), text);
        let next = instance.get_typed_func::<(), i32>(&store, "next").unwrap();
        for expected in 1..5 {
            store = std::thread::spawn(move || {
                assert_eq!(next.call(&mut store, ()).unwrap(), expected);
                store
            })
            .join()
            .unwrap();
        }
    }
}

#[test]
fn modules_tell_what_they_import_and_export() {
    let text = r#"(module $shop (import "a" "f" (func (param i32))) (memory (export "m") 1) (global (export "g") f64 (f64.const 0)))"#;
    for engine in engines() {
        let module = Module::new(&engine, text).unwrap();
        assert_eq!(module.name(), Some("shop"));
        let imports: Vec<_> = module.imports().map(|it| (it.module(), it.name(), it.ty())).collect();
        assert_eq!(imports, [("a", "f", ExternType::Func(FuncType::new([ValType::I32], [])))]);
        assert_eq!(module.exports().map(|it| it.name()).collect::<Vec<_>>(), ["m", "g"]);
        assert!(Module::new(&engine, "(module (func (result i32)))").is_err());
        assert!(Module::validate(&engine, "(module (func (result i32)))").is_err());
    }
}

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
        let source: Vec<&str> = include_str!("../guests/trap-dwarf/src/lib.rs").lines().collect();
        for (function, text) in wanted {
            let of = |frame: &&BacktraceFrame| frame.name.as_deref().is_some_and(|name| name.ends_with(function));
            let frame = error.backtrace().iter().find(of).expect(function);
            assert!(frame.file.as_deref().is_some_and(|file| file.ends_with("trap-dwarf/src/lib.rs")), "{error:?}");
            assert!(source[frame.line.unwrap() as usize - 1].contains(text), "{error:?}");
        }
        assert!(error.backtrace()[0].inlined && !error.backtrace()[1].inlined, "{error:?}");
    }
}
