//! Components that the embedder gives to one that imports them and instantiates them itself.

use falkirk::component::{Component, Linker};
use falkirk::{Engine, Error, ErrorKind};

use crate::support::{engines, instantiate, store};

/// A component that counts from where it is told to, by `step`, which it imports.
const COUNTER: &str = r#"(component
    (import "step" (func $step (result u32)))
    (core func $step' (canon lower (func $step)))
    (core module $M
        (import "" "step" (func $step (result i32)))
        (global $n (mut i32) (i32.const 0))
        (func (export "dtor") (param i32) (global.set $n (i32.add (global.get $n) (i32.const 1000))))
        (func (export "next") (param i32) (result i32)
            (global.set $n (i32.add (global.get $n) (call $step)))
            (i32.add (local.get 0) (global.get $n))))
    (core instance $m (instantiate $M (with "" (instance (export "step" (func $step'))))))
    (type $counter' (resource (rep i32) (dtor (core func $m "dtor"))))
    (export $counter "counter" (type $counter'))
    (core func $new (canon resource.new $counter'))
    (func (export "[constructor]counter") (param "from" u32) (result (own $counter)) (canon lift (core func $new)))
    (func (export "[method]counter.next") (param "self" (borrow $counter)) (result u32)
        (canon lift (core func $m "next")))
    (func (export "more") (result u32) (canon lift (core func $step'))))"#;

/// Instantiates what it is given twice, each time with another step.
const TWICE: &str = r#"(component
    (import "counter" (component $Counter
        (import "step" (func (result u32)))
        (export "counter" (type $counter (sub resource)))
        (export "[constructor]counter" (func (param "from" u32) (result (own $counter))))
        (export "[method]counter.next" (func (param "self" (borrow $counter)) (result u32)))))
    (core module $Steps (func (export "one") (result i32) (i32.const 1)) (func (export "ten") (result i32) (i32.const 10)))
    (core instance $steps (instantiate $Steps))
    (func $one (result u32) (canon lift (core func $steps "one")))
    (func $ten (result u32) (canon lift (core func $steps "ten")))
    (instance $a (instantiate $Counter (with "step" (func $one))))
    (instance $b (instantiate $Counter (with "step" (func $ten))))
    (core func $new-a (canon lower (func $a "[constructor]counter")))
    (core func $new-b (canon lower (func $b "[constructor]counter")))
    (core func $next-a (canon lower (func $a "[method]counter.next")))
    (core func $next-b (canon lower (func $b "[method]counter.next")))
    (alias export $a "counter" (type $ca)) (alias export $b "counter" (type $cb))
    (core func $drop-a (canon resource.drop $ca))
    (core func $drop-b (canon resource.drop $cb))
    (core module $M
        (import "" "new-a" (func $new-a (param i32) (result i32)))
        (import "" "new-b" (func $new-b (param i32) (result i32)))
        (import "" "next-a" (func $next-a (param i32) (result i32)))
        (import "" "next-b" (func $next-b (param i32) (result i32)))
        (import "" "drop-a" (func $drop-a (param i32)))
        (import "" "drop-b" (func $drop-b (param i32)))
        (func (export "run") (result i32)
            (local $a i32) (local $b i32) (local $sum i32)
            (local.set $a (call $new-a (i32.const 100)))
            (local.set $b (call $new-b (i32.const 200)))
            (drop (call $next-a (local.get $a)))
            (local.set $sum (i32.add (call $next-a (local.get $a)) (call $next-b (local.get $b))))
            (call $drop-a (local.get $a))
            (call $drop-b (local.get $b))
            (local.get $sum))
        (func (export "confuse") (drop (call $next-b (call $new-a (i32.const 1))))))
    (core instance $m (instantiate $M (with "" (instance
        (export "new-a" (func $new-a)) (export "new-b" (func $new-b)) (export "next-a" (func $next-a))
        (export "next-b" (func $next-b)) (export "drop-a" (func $drop-a)) (export "drop-b" (func $drop-b))))))
    (func (export "run") (result u32) (canon lift (core func $m "run")))
    (func (export "confuse") (canon lift (core func $m "confuse"))))"#;

#[test]
fn a_component_instantiates_what_it_is_given() {
    for engine in engines() {
        let mut linker = Linker::new(&engine);
        let counter = Component::new(&engine, COUNTER).expect("a component");
        linker.root().component("counter", &counter).expect("a definition");
        let mut store = store(&engine, ());
        let instance = instantiate(&mut store, &linker, TWICE);
        let run = instance.get_typed_func::<(), (u32,)>("run").expect("run");
        assert_eq!(run.call(&mut store, ()).expect("a sum"), (102 + 210,));
        // Each instance was told once that a counter is gone, and goes on from there.
        assert_eq!(run.call(&mut store, ()).expect("a sum"), (1104 + 1220,));
        // Two instances of one component have two types of counters.
        let confuse = instance.get_typed_func::<(), ()>("confuse").expect("confuse");
        let error = confuse.call(&mut store, ()).expect_err("a trap");
        assert_eq!(error.to_string(), "trap: handle 1 is of another resource type than wanted");
    }
}

#[test]
fn one_linker_serves_several_stores_with_one_component() {
    for engine in engines() {
        let mut linker = Linker::new(&engine);
        let counter = Component::new(&engine, COUNTER).expect("a component");
        linker
            .instance("example:parts/all@1.2.0")
            .and_then(|mut parts| parts.component("counter", &counter).map(|_| ()))
            .expect("a definition");
        let text = r#"(component
            (import "example:parts/all@1.0.0" (instance $parts
                (export "counter" (component (import "step" (func (result u32))) (export "more" (func (result u32)))))))
            (import "seven" (func $seven (result u32)))
            (alias export $parts "counter" (component $C))
            (instance $c (instantiate $C (with "step" (func $seven))))
            (export "more" (func $c "more")))"#;
        linker
            .root()
            .func_wrap("seven", |store: falkirk::StoreContextMut<'_, u32>, (): ()| Ok((*store.data(),)))
            .expect("a definition");
        for n in [7, 8] {
            let mut store = store(&engine, n);
            let instance = instantiate(&mut store, &linker, text);
            let more = instance.get_typed_func::<(), (u32,)>("more").expect("more");
            assert_eq!(more.call(&mut store, ()).expect("a number"), (n,));
        }
    }
}

/// What is wanted, what is there, and why that will not do; nothing if it will.
const TYPES: &[(&str, &str, &str)] = &[
    ("(component)", "(component)", ""),
    // It may give more than is wanted, and need less than it will get.
    ("(component)", r#"(component (type $t u8) (export "t" (type $t)))"#, ""),
    (r#"(component (import "f" (func)))"#, "(component)", ""),
    ("(component)", r#"(component (import "f" (func)))"#, "a component that imports \"f\", which it will not get"),
    (r#"(component (export "f" (func)))"#, "(component)", "a component without the export \"f\""),
    (
        r#"(component (import "f" (func (param "x" u8))))"#,
        r#"(component (import "f" (func (param "x" s8))))"#,
        "a component whose import \"f\" will be func(x: u8)",
    ),
    (
        r#"(component (import "f" (instance (export "g" (func)))))"#,
        r#"(component (import "f" (func)))"#,
        "a component whose import \"f\" will be an instance",
    ),
    (
        r#"(component (import "i" (instance)))"#,
        r#"(component (import "i" (instance (export "g" (func)))))"#,
        "a component whose import \"i\" will be an instance without the export \"g\"",
    ),
    (
        r#"(component (import "i" (instance (export "g" (func)) (export "h" (func)))))"#,
        r#"(component (import "i" (instance $i (export "g" (func)))) (export "i2" (instance $i)))"#,
        "",
    ),
    (
        r#"(component (export "m" (core module (export "f" (func)))))"#,
        r#"(component (core module $m (func (export "f") (param i32))) (export "m" (core module $m)))"#,
        "a component whose export \"m\" is a module whose export \"f\" is func (i32) -> (), wanted as func () -> ()",
    ),
    (
        r#"(component (export "m" (core module (export "f" (func)))))"#,
        r#"(component (core module $m (func (export "f"))) (export "m" (core module $m)))"#,
        "",
    ),
    (
        r#"(component (type $t u8) (export "t" (type (eq $t))))"#,
        r#"(component (type $t u16) (export "t" (type $t)))"#,
        "a component whose export \"t\" is another type",
    ),
    // A component in a component: what is wanted of an import is what will be given to it.
    (
        r#"(component (export "c" (component (import "f" (func)))))"#,
        r#"(component (component $c) (export "c" (component $c)))"#,
        "",
    ),
    (
        r#"(component (export "c" (component)))"#,
        r#"(component (component $c (import "f" (func))) (export "c" (component $c)))"#,
        "a component whose export \"c\" is a component that imports \"f\", which it will not get",
    ),
    (
        r#"(component (import "c" (component (import "f" (func)))))"#,
        r#"(component (import "c" (component)))"#,
        "a component whose import \"c\" will be a component that imports \"f\", which it will not get",
    ),
    // Resources: one that is exported is new, and may be any; one that is imported is the one that was given.
    (
        r#"(component (export "r" (type $r (sub resource))) (export "f" (func (result (own $r)))))"#,
        r#"(component (import "f" (func $f)) (type $r (resource (rep i32))) (export "r" (type $r)))"#,
        "a component that imports \"f\", which it will not get",
    ),
    (
        r#"(component (import "r" (type $r (sub resource))) (import "f" (func (result (own $r)))) (export "g" (func (result (own $r)))))"#,
        r#"(component (import "r" (type $r (sub resource))) (import "f" (func $f (result (own $r)))) (export "g" (func $f)))"#,
        "",
    ),
    (
        r#"(component (import "r" (type $r (sub resource))) (export "s" (type (eq $r))))"#,
        r#"(component (import "r" (type $r (sub resource))) (export "s" (type $r)))"#,
        "",
    ),
    (
        r#"(component (import "r" (type $r (sub resource))) (export "s" (type (eq $r))))"#,
        r#"(component (import "r" (type (sub resource))) (type $s (resource (rep i32))) (export "s" (type $s)))"#,
        "a component whose export \"s\" is another resource",
    ),
    (
        r#"(component (import "r" (type $r (sub resource))) (export "s" (type (sub resource))))"#,
        r#"(component (import "r" (type $r (sub resource))) (export "s" (type $r)))"#,
        "",
    ),
    // Two that are wanted to be the same must be; two that may differ may be the same.
    (
        r#"(component (export "a" (type $a (sub resource))) (export "b" (type (eq $a))))"#,
        r#"(component (type $x (resource (rep i32))) (type $y (resource (rep i32))) (export "a" (type $x)) (export "b" (type $y)))"#,
        "a component whose export \"b\" is another resource",
    ),
    (
        r#"(component (export "a" (type (sub resource))) (export "b" (type (sub resource))))"#,
        r#"(component (type $x (resource (rep i32))) (export "a" (type $x)) (export "b" (type $x)))"#,
        "",
    ),
    (
        r#"(component (import "a" (type (sub resource))) (import "b" (type (sub resource))))"#,
        r#"(component (import "a" (type $a (sub resource))) (import "b" (type (eq $a))))"#,
        "a component whose import \"b\" will be another resource",
    ),
    (
        r#"(component (import "a" (type $a (sub resource))) (import "b" (type (eq $a))))"#,
        r#"(component (import "a" (type (sub resource))) (import "b" (type (sub resource))))"#,
        "",
    ),
    // Inside a component in a component, what is known stays what it is.
    (
        r#"(component (export "r" (type $r (sub resource))) (export "c" (component (import "s" (type (eq $r))))))"#,
        r#"(component (type $r' (resource (rep i32))) (export $r "r" (type $r'))
            (component $c (import "s" (type (sub resource)))) (export "c" (component $c)))"#,
        "",
    ),
    (
        r#"(component (export "r" (type $r (sub resource))) (export "c" (component (import "s" (type (sub resource))))))"#,
        r#"(component (type $r' (resource (rep i32))) (export $r "r" (type $r'))
            (component $c) (export "c" (component $c) (component (import "s" (type (eq $r))))))"#,
        "a component whose export \"c\" is a component whose import \"s\" will be another resource",
    ),
];

#[test]
fn types_are_compared() {
    for engine in engines() {
        for (wanted, found, message) in TYPES {
            let result = give(&engine, wanted, found);
            let found = result.as_ref().err().map_or(String::new(), Error::to_string);
            if message.is_empty() {
                assert_eq!(found, "", "{wanted}");
            } else {
                let wanted = format!("import \"c\" does not fit: found {message}, wanted a component");
                assert_eq!(found, wanted);
                assert!(matches!(result.map(|_| ()).map_err(|error| error.kind().clone()), Err(ErrorKind::Link(_))));
            }
        }
    }
}

/// Links a component that wants one with another.
fn give(engine: &Engine, wanted: &str, found: &str) -> Result<(), Error> {
    let component = |text: &str| Component::new(engine, text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let wanted = wanted.replacen("(component", "(component $c", 1);
    let importing = component(&format!("(component (import \"c\" {wanted}))"));
    let mut linker = Linker::<()>::new(engine);
    linker.root().component("c", &component(found))?;
    linker.instantiate(store(engine, ()), &importing).map(|_| ())
}

#[test]
fn only_components_of_the_stores_engine_are_given() {
    let engines: Vec<Engine> = engines().collect();
    let other = Component::new(&engines[0], "(component)").expect("a component");
    for engine in &engines[1..] {
        let mut linker = Linker::<()>::new(engine);
        linker.root().component("c", &other).expect("a definition");
        let importing = Component::new(engine, r#"(component (import "c" (component)))"#).expect("a component");
        let error = linker.instantiate(store(engine, ()), &importing).expect_err("it is refused");
        assert_eq!(error.to_string(), "import \"c\": the component was made by another engine than the store");
    }
}

#[test]
fn what_an_instance_exports_as_a_component_is_refused_by_name() {
    for engine in engines() {
        let mut store = store(&engine, ());
        let giving =
            instantiate(&mut store, &Linker::new(&engine), r#"(component (component $c) (export "c" (component $c)))"#);
        let mut linker = Linker::new(&engine);
        linker.root().exports(&giving).expect("definitions");
        let importing = Component::new(&engine, r#"(component (import "c" (component)))"#).expect("a component");
        let error = linker.instantiate(&mut store, &importing).expect_err("it is refused");
        assert_eq!(
            error.to_string(),
            "import \"c\": not supported yet: components that come from an instance's exports, rather than from Linker::component"
        );
    }
}
