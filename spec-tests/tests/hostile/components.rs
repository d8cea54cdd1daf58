//! Components that nest, repeat and promise too much, and guests that would fill the host.

use std::time::{Duration, Instant};

use falkirk::component::{Component, Instance, Linker, Val, abi};
use falkirk::{Engine, Error, ErrorKind, Limit, StoreLimits};
use falkirk_spec_tests::build::leb;

use super::Case;
use super::support::store;

pub const CASES: &[Case] = &[
    Case { name: "component_sections_that_promise_four_billion_items", mib: 32, run: promised_items },
    Case { name: "components_nested_a_hundred_thousand_deep", mib: 512, run: nested_components },
    Case { name: "component_text_nested_a_hundred_thousand_deep", mib: 256, run: nested_text },
    Case { name: "component_types_nested_deep", mib: 256, run: nested_types },
    Case { name: "component_types_that_double", mib: 64, run: doubling_types },
    Case { name: "a_million_component_types", mib: 1024, run: million_types },
    Case { name: "a_hundred_thousand_component_imports", mib: 512, run: many_imports },
    Case { name: "a_hundred_thousand_lifted_functions", mib: 1024, run: many_functions },
    Case { name: "a_hundred_thousand_lowered_functions", mib: 512, run: many_lowered },
    Case { name: "a_hundred_thousand_arguments_of_a_module", mib: 1024, run: many_arguments },
    Case { name: "a_thousand_modules_and_four_thousand_instances", mib: 1024, run: many_instances },
    Case { name: "instances_with_very_many_resources", mib: 512, run: many_resources },
    Case { name: "handles_without_end", mib: 512, run: handles_without_end },
    Case { name: "lists_of_one_and_the_same_list", mib: 1200, run: lists_of_the_same_list },
    Case { name: "lists_of_four_billion", mib: 32, run: lists_of_four_billion },
];

/// A component of these sections.
fn raw_component(sections: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = b"\0asm\x0d\0\x01\0".to_vec();
    for (id, content) in sections {
        bytes.push(*id);
        bytes.extend(leb(content.len() as u64));
        bytes.extend(content);
    }
    bytes
}

/// A section of items, with their number before them.
fn items(count: u64, item: impl Fn(u64) -> Vec<u8>) -> Vec<u8> {
    let mut content = leb(count);
    (0..count).for_each(|number| content.extend(item(number)));
    content
}

/// A name, with its length before it.
fn name(name: &str) -> Vec<u8> {
    [leb(name.len() as u64), name.as_bytes().to_vec()].concat()
}

/// Reading it must come to an end soon, as a component or as an error that a person can read.
#[track_caller]
fn read(engine: &Engine, bytes: impl AsRef<[u8]>) -> Result<Component, Error> {
    let started = Instant::now();
    let result = Component::new(engine, bytes);
    let took = started.elapsed();
    assert!(took < Duration::from_secs(60), "it took {took:?}");
    if let Err(error) = &result {
        let fits = matches!(error.kind(), ErrorKind::Invalid { .. } | ErrorKind::Text { .. } | ErrorKind::Limit(_));
        assert!(fits, "{error}");
        let length = error.to_string().len();
        assert!((1..2000).contains(&length), "a message of {length} bytes");
    }
    result
}

#[track_caller]
fn is_rejected(engine: &Engine, bytes: impl AsRef<[u8]>) {
    assert!(read(engine, bytes).is_err(), "wanted the component rejected");
}

#[track_caller]
fn start(engine: &Engine, component: &Component) -> (falkirk::Store<StoreLimits>, Instance) {
    let mut store = store(engine);
    let instance = Linker::new(engine).instantiate(&mut store, component).unwrap_or_else(|error| panic!("{error}"));
    (store, instance)
}

#[track_caller]
fn call(store: &mut falkirk::Store<StoreLimits>, instance: &Instance, name: &str) -> Result<Option<Val>, Error> {
    let func = instance.get_func(name).unwrap_or_else(|| panic!("{}", instance.no_function(name)));
    let mut results = vec![Val::Bool(false); usize::from(func.ty().0.result().is_some())];
    func.call(store, &[], &mut results).map(|()| results.pop())
}

/// Each section says that it holds `u32::MAX` items, and holds none; or is longer than the file.
fn promised_items(engine: &Engine) {
    let many = leb(u64::from(u32::MAX));
    for id in 1..=12 {
        is_rejected(engine, raw_component(&[(id, many.clone())]));
        is_rejected(engine, [raw_component(&[]), vec![id], many.clone()].concat());
    }
    // A record, variant, tuple, flags and enum with `u32::MAX` parts; a function, a component and an instance type too.
    for code in [0x72, 0x71, 0x6f, 0x6e, 0x6d, 0x40, 0x41, 0x42] {
        is_rejected(engine, raw_component(&[(7, [vec![1, code], many.clone()].concat())]));
    }
}

fn nested_components(engine: &Engine) {
    let nest = |depth: usize| {
        let mut lengths = vec![8_usize];
        for _ in 1..depth {
            let inner = *lengths.last().expect("a length");
            lengths.push(8 + 1 + leb(inner as u64).len() + inner);
        }
        let mut bytes = Vec::new();
        for inner in lengths.iter().rev().skip(1) {
            bytes.extend(raw_component(&[]));
            bytes.push(4);
            bytes.extend(leb(*inner as u64));
        }
        [bytes, raw_component(&[])].concat()
    };
    drop(read(engine, nest(90)).expect("a component"));
    for depth in [1_000, 10_000, 100_000] {
        drop(read(engine, nest(depth)));
    }
}

fn nested_text(engine: &Engine) {
    let depth = 100_000;
    is_rejected(engine, format!("{}{}", "(component ".repeat(depth), ")".repeat(depth)));
    is_rejected(engine, format!("(component (type {}u8{}))", "(list ".repeat(depth), ")".repeat(depth)));
}

/// Lists of lists of lists; functions that take them; components whose types nest.
fn nested_types(engine: &Engine) {
    let lists = |count: u64| {
        items(count, |number| if number == 0 { vec![0x70, 0x7d] } else { [vec![0x70], leb(number - 1)].concat() })
    };
    // An import of a function that takes the last of them.
    let taking = |count: u64| {
        let func = [vec![1, 0x40, 1], name("x"), leb(count - 1), vec![1, 0]].concat();
        let import = [vec![1, 0], name("f"), vec![1], leb(count)].concat();
        raw_component(&[(7, lists(count)), (7, func), (10, import)])
    };
    drop(read(engine, taking(50)).expect("a component"));
    is_rejected(engine, taking(100_000));
    let mut ty = b"\x41\0".to_vec();
    for _ in 0..50_000 {
        ty = [vec![0x41, 1, 1], ty].concat();
        if ty.len() > 100_000 {
            break;
        }
    }
    is_rejected(engine, raw_component(&[(7, [vec![1], ty].concat())]));
}

/// Each type holds the one before it twice.
fn doubling_types(engine: &Engine) {
    for code in [0x6f_u8, 0x71] {
        let part = |number: u64| match number {
            0 => vec![0x70, 0x7d],
            number if code == 0x6f => [vec![0x6f, 2], leb(number - 1), leb(number - 1)].concat(),
            number => {
                let case = |text| [name(text), vec![1], leb(number - 1), vec![0]].concat();
                [vec![0x71, 2], case("a"), case("b")].concat()
            }
        };
        is_rejected(engine, raw_component(&[(7, items(60, part))]));
    }
}

fn million_types(engine: &Engine) {
    let types = |count: u64| raw_component(&[(7, items(count, |_| vec![0x70, 0x7d]))]);
    drop(read(engine, types(1_000_000)).expect("a component"));
    is_rejected(engine, types(1_000_001));
}

fn many_imports(engine: &Engine) {
    let count = 100_000;
    let func = vec![1, 0x40, 0, 1, 0];
    let imports = items(count, |number| [vec![0], name(&format!("f{number}")), vec![1, 0]].concat());
    let component = read(engine, raw_component(&[(7, func), (10, imports)])).expect("a component");
    let mut linker = Linker::<StoreLimits>::new(engine);
    let error = linker.instantiate(store(engine), &component).expect_err("nothing is defined");
    assert!(error.to_string().len() < 2000);
    for number in 0..count {
        linker.root().func_wrap(&format!("f{number}"), |_, (): ()| Ok(())).expect("a definition");
    }
    linker.instantiate(store(engine), &component).expect("an instance");
}

/// A module that exports a function `f`, which does nothing.
const NOTHING: &[u8] = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x07\x05\x01\x01f\0\0\x0a\x04\x01\x02\0\x0b";

/// One core function, aliased, lifted and exported again and again.
fn many_functions(engine: &Engine) {
    let count = 100_000;
    let component = raw_component(&[
        (1, NOTHING.to_vec()),
        (2, vec![1, 0, 0, 0]),
        (7, vec![1, 0x40, 0, 1, 0]),
        (6, items(count, |_| [vec![0, 0, 1, 0], name("f")].concat())),
        (8, items(count, |number| [vec![0, 0], leb(number), vec![0, 0]].concat())),
        (11, items(count, |number| [vec![0], name(&format!("f{number}")), vec![1], leb(number * 2), vec![0]].concat())),
    ]);
    // An export adds a function too, so indices move on by themselves: every second one is the lifted one's copy.
    match read(engine, &component) {
        Ok(component) => {
            let (mut store, instance) = start(engine, &component);
            call(&mut store, &instance, "f7").expect("it returns");
        }
        Err(error) => panic!("{error}"),
    }
}

/// A function of one component, lowered in another again and again.
fn many_lowered(engine: &Engine) {
    let inner = raw_component(&[
        (1, NOTHING.to_vec()),
        (2, vec![1, 0, 0, 0]),
        (7, vec![1, 0x40, 0, 1, 0]),
        (6, [vec![1, 0, 0, 1, 0], name("f")].concat()),
        (8, vec![1, 0, 0, 0, 0, 0]),
        (11, [vec![1, 0], name("f"), vec![1, 0, 0]].concat()),
    ]);
    let lowering = |count| {
        raw_component(&[
            (4, inner.clone()),
            (5, vec![1, 0, 0, 0]),
            (6, [vec![1, 1, 0, 0], name("f")].concat()),
            (8, items(count, |_| vec![1, 0, 0, 0])),
        ])
    };
    let component = read(engine, lowering(100_000)).expect("a component");
    let started = Instant::now();
    start(engine, &component);
    let took = started.elapsed();
    assert!(took < Duration::from_secs(30), "it took {took:?}");
    let component = read(engine, lowering(500_000)).expect("a component");
    let error = Linker::new(engine).instantiate(store(engine), &component).expect_err("too much");
    assert_eq!(error.limit(), Some(Limit::Implementation), "{error}");
}

/// A module that imports from a hundred thousand modules, each of which is given by name.
fn many_arguments(engine: &Engine) {
    let count = 100_000;
    let mut module = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0".to_vec();
    let imports = items(count, |number| [name(&format!("m{number}")), name("f"), vec![0, 0]].concat());
    module.push(2);
    module.extend(leb(imports.len() as u64));
    module.extend(imports);
    let args = items(count, |number| [name(&format!("m{number}")), vec![0x12, 0]].concat());
    let component = raw_component(&[(1, NOTHING.to_vec()), (1, module), (2, [vec![2, 0, 0, 0, 0, 1], args].concat())]);
    let component = read(engine, component).expect("a component");
    let started = Instant::now();
    start(engine, &component);
    let took = started.elapsed();
    assert!(took < Duration::from_secs(30), "to instantiate it took {took:?}");
}

fn many_instances(engine: &Engine) {
    let module = "(core module)".repeat(900);
    let instances: String = (0..4000).map(|number| format!("(core instance (instantiate {}))", number % 900)).collect();
    drop(read(engine, format!("(component {module} {instances})")).map(|component| start(engine, &component)));
    let components = "(component)".repeat(900);
    let instances: String = (0..4000).map(|number| format!("(instance (instantiate {}))", number % 900)).collect();
    let component = read(engine, format!("(component {components} {instances})")).expect("a component");
    start(engine, &component);
    is_rejected(engine, format!("(component (component) {})", "(instance (instantiate 0))".repeat(5000)));
}

/// Four thousand instances of a component with four thousand instances of one with ten thousand resources, each of which
/// stays in the store.
fn many_resources(engine: &Engine) {
    let resources = "(type (resource (rep i32)))".repeat(10_000);
    let instances = "(instance (instantiate 0))".repeat(4000);
    for text in [
        format!("(component (component {resources}) {instances})"),
        format!("(component (component (component {resources}) {instances}) {instances})"),
    ] {
        let component = read(engine, text).expect("a component");
        let started = Instant::now();
        let error = Linker::new(engine).instantiate(store(engine), &component).expect_err("too much");
        assert_eq!(error.limit(), Some(Limit::Implementation), "{error}");
        let took = started.elapsed();
        assert!(took < Duration::from_secs(30), "it took {took:?}");
    }
}

/// A guest that makes resources and drops none. Each of them is in a table of the host's.
fn handles_without_end(engine: &Engine) {
    let text = r#"(component
        (type $r (resource (rep i32)))
        (core func $new (canon resource.new $r))
        (core module $M (import "" "new" (func $new (param i32) (result i32)))
            (func (export "run") (loop $again (drop (call $new (i32.const 1))) (br $again))))
        (core instance $m (instantiate $M (with "" (instance (export "new" (func $new))))))
        (func (export "run") (canon lift (core func $m "run"))))"#;
    let component = read(engine, text).expect("a component");
    let mut store = store(engine);
    let instances: Vec<Instance> = (0..3)
        .map(|_| Linker::new(engine).instantiate(&mut store, &component).unwrap_or_else(|error| panic!("{error}")))
        .collect();
    for instance in &instances {
        let error = call(&mut store, instance, "run").expect_err("a trap");
        assert!(matches!(error.downcast_ref(), Some(abi::Trap::TableFull { .. })), "{error}");
    }
}

/// A list of 8,000 lists of 8,000 lists, all of them the same 64 KiB: 4 TiB, if somebody believed it.
fn lists_of_the_same_list(engine: &Engine) {
    let text = |ty: &str| {
        format!(
            r#"(component
            (core module $M
                (memory (export "memory") 1)
                (func (export "f") (result i32)
                    (local $at i32)
                    (loop $more
                        (i32.store offset=4 (local.get $at) (i32.const 8000))
                        (local.set $at (i32.add (local.get $at) (i32.const 8)))
                        (br_if $more (i32.lt_u (local.get $at) (i32.const 64000))))
                    (i32.const 0)))
            (core instance $m (instantiate $M))
            (func (export "f") (result {ty})
                (canon lift (core func $m "f") (memory (core memory $m "memory")))))"#
        )
    };
    let deep = read(engine, text("(list (list (list (list u8))))")).expect("a component");
    let error = {
        let (mut store, instance) = start(engine, &deep);
        call(&mut store, &instance, "f").expect_err("a trap")
    };
    assert!(matches!(error.downcast_ref(), Some(abi::Trap::BudgetExceeded { .. })), "{error}");
    let (mut store, instance) = start(engine, &deep);
    let f = instance.get_typed_func::<(), (Vec<Vec<Vec<Vec<u8>>>>,)>("f").expect("its type");
    let error = f.call(&mut store, ()).map(|_| ()).expect_err("a trap");
    assert!(matches!(error.downcast_ref(), Some(abi::Trap::BudgetExceeded { .. })), "{error}");
}

/// A length of `u32::MAX`, of elements of every small size. Elements of no size are no valid type.
fn lists_of_four_billion(engine: &Engine) {
    for ty in ["(tuple)", "(record)", "(flags)", "(list u8 0)"] {
        is_rejected(engine, format!("(component (type $t {ty}) (import \"f\" (func (result (list $t)))))"));
    }
    for ty in ["bool", "u8", "(option u8)", "(result)", "(tuple u8)", "string", "(list (list u8))"] {
        let text = format!(
            r#"(component
            (core module $M (memory (export "memory") 1)
                (func (export "f") (result i32) (i32.store offset=4 (i32.const 0) (i32.const -1)) (i32.const 0)))
            (core instance $m (instantiate $M))
            (func (export "f") (result (list {ty})) (canon lift (core func $m "f") (memory (core memory $m "memory")))))"#
        );
        let component = read(engine, text).expect("a component");
        let (mut store, instance) = start(engine, &component);
        let error = call(&mut store, &instance, "f").expect_err("a trap");
        assert!(matches!(error.downcast_ref(), Some(abi::Trap::ListTooLong { .. })), "{error}");
        assert_ne!(error.limit(), Some(Limit::Memory));
    }
}
