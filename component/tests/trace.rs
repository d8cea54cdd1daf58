//! What an observer is told of calls between a component and the host, in their order.

use std::sync::{Arc, Mutex};

use falkirk_component::abi;
use falkirk_component::trace::{Event, Observer, set_observer};
use falkirk_component::{Component, HostResource, Linker, Val};
use falkirk_interp::Interpreter;
use falkirk_runtime::{Config, Engine, Store, StoreContextMut};

/// Calls `note` of the host with a string, and `close` with a file that it got and lends; then drops it.
const COMPONENT: &str = r#"(component $guest
    (import "file" (type $file (sub resource)))
    (import "open" (func $open (result (own $file))))
    (import "note" (func $note (param "text" string) (param "on" (borrow $file))))
    (core func $open (canon lower (func $open)))
    (core module $Memory (memory (export "memory") 1) (data (i32.const 4) "hello"))
    (core instance $memory (instantiate $Memory))
    (core func $note (canon lower (func $note) (memory (core memory $memory "memory"))))
    (core func $drop (canon resource.drop $file))
    (core module $M
        (import "host" "open" (func $open (result i32)))
        (import "host" "note" (func $note (param i32 i32 i32)))
        (import "host" "drop" (func $drop (param i32)))
        (func (export "run") (local $file i32)
            (local.set $file (call $open))
            (call $note (i32.const 4) (i32.const 5) (local.get $file))
            (call $drop (local.get $file))))
    (core instance $m (instantiate $M (with "host" (instance
        (export "open" (func $open)) (export "note" (func $note)) (export "drop" (func $drop))))))
    (func (export "run") (canon lift (core func $m "run"))))"#;

struct Lines(Arc<Mutex<Vec<String>>>);

impl Observer for Lines {
    fn event(&mut self, event: Event<'_>) {
        let line = match event {
            Event::Instance { name, parent, .. } => format!("instance {name:?} in {parent:?}"),
            Event::Call(call) => format!("call {}: {}", call.name, call.signature()),
            Event::Return(call) => format!("return {}", call.name),
            Event::Failed(error) => format!("failed: {error}"),
            Event::Handle { movement, index, rep, .. } => format!("{movement:?} {index} is {rep}"),
            Event::Abi(_, abi::Event::Flat { crossing, values }) => format!("{crossing:?} {values:?}"),
            Event::Abi(_, abi::Event::Load { address, bytes }) => format!("load {address} {bytes:?}"),
            Event::Abi(_, abi::Event::Handle { movement, index, rep, .. }) => format!("{movement:?} {index} is {rep}"),
            _ => return,
        };
        self.0.lock().expect("nobody panics").push(line);
    }
}

/// The lines of one run, with host functions that Rust's types describe or that get values.
fn run(typed: bool) -> Vec<String> {
    let engine = Engine::with_backend(&Config::new(), Arc::new(Interpreter)).expect("an engine");
    let component = Component::new(&engine, COMPONENT).expect("a component");
    assert_eq!(component.name(), Some("guest"));
    let (file, mut linker) = (HostResource::new(), Linker::new(&engine));
    let mut root = linker.root();
    root.resource("file", file, |_, _| Ok(())).expect("a new name");
    root.func_new("open", move |_, _| Ok(Some(Val::Handle(file.handle(77))))).expect("a new name");
    match typed {
        true => root.func_wrap("note", |_: StoreContextMut<'_, ()>, (text, _): (String, abi::Handle)| {
            assert_eq!(text, "hello");
            Ok(())
        }),
        false => root.func_new("note", |_, _| Ok(None)),
    }
    .expect("a new name");
    let mut store = Store::new(&engine, ());
    let lines = Arc::new(Mutex::new(Vec::new()));
    set_observer(&mut store, Some(Box::new(Lines(lines.clone()))));
    let instance = linker.instantiate(&mut store, &component).expect("it links");
    instance.get_func("run").expect("the function").call(&mut store, &[], &mut []).expect("it runs");
    // What happens later is not told.
    let told = lines.lock().expect("nobody panics").clone();
    set_observer(&mut store, None);
    instance.get_func("run").expect("the function").call(&mut store, &[], &mut []).expect("it runs");
    assert_eq!(*lines.lock().expect("nobody panics"), told);
    told
}

#[test]
fn calls_of_the_host_are_told_in_their_order() {
    let expected = [
        "instance Some(\"guest\") in None",
        "call run: func()",
        "LowerParams []",
        "call open: func() -> own<resource 0>",
        "LiftParams [0]",
        "LowerOwn 1 is 77",
        "LowerResult [1]",
        "return open",
        "call note: func(text: string, on: borrow<resource 0>)",
        "LiftParams [4, 5, 1]",
        "load 4 [104, 101, 108, 108, 111]",
        "LiftBorrow 1 is 77",
        "LowerResult []",
        "EndLend 1 is 77",
        "return note",
        "Drop 1 is 77",
        "LiftResult []",
        "return run",
    ];
    for typed in [false, true] {
        assert_eq!(run(typed), expected, "typed: {typed}");
    }
}

#[test]
fn a_call_that_fails_is_told() {
    let engine = Engine::with_backend(&Config::new(), Arc::new(Interpreter)).expect("an engine");
    let text = r#"(component
        (core module $M (func (export "f") (result i32) (i32.const 0xd800)))
        (core instance $m (instantiate $M))
        (func (export "f") (result char) (canon lift (core func $m "f"))))"#;
    let component = Component::new(&engine, text).expect("a component");
    let mut store = Store::new(&engine, ());
    let lines = Arc::new(Mutex::new(Vec::new()));
    set_observer(&mut store, Some(Box::new(Lines(lines.clone()))));
    let instance = Linker::new(&engine).instantiate(&mut store, &component).expect("it links");
    let f = instance.get_typed_func::<(), (char,)>("f").expect("the function");
    f.call(&mut store, ()).expect_err("no character");
    let lines = lines.lock().expect("nobody panics");
    assert!(lines[..lines.len() - 1].ends_with(&["LiftResult [55296]".to_owned()]), "{lines:?}");
    assert!(lines.last().is_some_and(|line| line.starts_with("failed: trap: ")), "{lines:?}");
}
