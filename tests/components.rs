//! Components through the public API, on every engine that is built in.
#![cfg(all(feature = "component-model", feature = "wat"))]

use falkirk::component::{Component, Export, Handle, HostResource, Instance, Linker, Val, abi, drop_resource};
use falkirk::{Config, Engine, EngineKind, Error, ErrorKind, Store, StoreContextMut, Trap};

/// Every engine that is built in.
fn engines() -> Vec<Engine> {
    let kinds = [(cfg!(feature = "interp"), EngineKind::Interp), (cfg!(feature = "jit"), EngineKind::Jit)];
    let kinds = kinds.into_iter().filter(|(built_in, _)| *built_in);
    kinds.map(|(_, kind)| Engine::new(Config::new().engine(kind)).expect("an engine")).collect()
}

/// A module with memory and a `realloc` that only ever moves on.
const LIBC: &str = r#"
    (memory (export "memory") 1)
    (global $next (mut i32) (i32.const 1024))
    (func $realloc (export "realloc") (param $old i32) (param $size i32) (param $align i32) (param $new i32) (result i32)
        (local $at i32)
        (local.set $at (i32.and (i32.add (global.get $next) (i32.sub (local.get $align) (i32.const 1)))
                                (i32.sub (i32.const 0) (local.get $align))))
        (global.set $next (i32.add (local.get $at) (local.get $new)))
        (memory.copy (local.get $at) (local.get $old) (local.get $size))
        (local.get $at))"#;

/// `greet: func(name: string) -> string`, which counts the calls of its `post-return`.
fn greet() -> String {
    format!(
        r#"(component
            (core module $M {LIBC}
                (data (i32.const 0) "Hello, ")
                (global $freed (mut i32) (i32.const 0))
                (func (export "greet") (param $ptr i32) (param $len i32) (result i32)
                    (local $at i32)
                    (local.set $at (call $realloc (i32.const 0) (i32.const 0) (i32.const 1)
                                                  (i32.add (local.get $len) (i32.const 7))))
                    (memory.copy (local.get $at) (i32.const 0) (i32.const 7))
                    (memory.copy (i32.add (local.get $at) (i32.const 7)) (local.get $ptr) (local.get $len))
                    (i32.store (i32.const 16) (local.get $at))
                    (i32.store (i32.const 20) (i32.add (local.get $len) (i32.const 7)))
                    (i32.const 16))
                (func (export "free") (param i32)
                    (global.set $freed (i32.add (global.get $freed) (i32.const 1))))
                (func (export "freed") (result i32) (global.get $freed))
                (func (export "trap") unreachable))
            (core instance $m (instantiate $M))
            (func $greet (param "name" string) (result string)
                (canon lift (core func $m "greet") (memory (core memory $m "memory"))
                    (realloc (core func $m "realloc")) (post-return (core func $m "free"))))
            (func $freed (result u32) (canon lift (core func $m "freed")))
            (func (export "trap") (canon lift (core func $m "trap")))
            (export "greet" (func $greet))
            (export "freed" (func $freed))
            (instance $hello (export "greet" (func $greet)))
            (export "example:greeting/hello@1.0.0" (instance $hello)))"#
    )
}

fn instantiate<T>(engine: &Engine, store: &mut Store<T>, linker: &Linker<T>, text: &str) -> Instance {
    let component = Component::new(engine, text).expect("a valid component");
    linker.instantiate(store, &component).expect("an instance")
}

#[test]
fn a_string_goes_in_and_comes_out() {
    for engine in engines() {
        let mut store = Store::new(&engine, ());
        let instance = instantiate(&engine, &mut store, &Linker::new(&engine), &greet());
        let greet = instance.get_typed_func::<(&str,), (String,)>("greet").expect("greet");
        assert_eq!(greet.call(&mut store, ("Zoë",)).expect("a greeting"), ("Hello, Zoë".to_owned(),));

        let func = instance.get_func("example:greeting/hello@1.0.0#greet").expect("greet, in its interface");
        let mut results = [Val::Bool(false)];
        func.call(&mut store, &[Val::from("Dan")], &mut results).expect("a greeting");
        assert_eq!(results, [Val::from("Hello, Dan")]);
        assert_eq!(format!("{func:?}"), "func(name: string) -> string");

        let freed = instance.get_typed_func::<(), (u32,)>("freed").expect("freed");
        assert_eq!(freed.call(&mut store, ()).expect("a count"), (2,), "`post-return` was called each time");
    }
}

#[test]
fn what_the_embedder_does_wrong_is_said() {
    for engine in engines() {
        let mut store = Store::new(&engine, ());
        let instance = instantiate(&engine, &mut store, &Linker::new(&engine), &greet());
        let messages = [
            instance.get_typed_func::<(u32,), (String,)>("greet").map(|_| ()).unwrap_err().to_string(),
            instance.get_typed_func::<(&str,), ()>("greet").map(|_| ()).unwrap_err().to_string(),
            instance.get_typed_func::<(), ()>("greeet").map(|_| ()).unwrap_err().to_string(),
            instance
                .get_func("greet")
                .expect("greet")
                .call(&mut store, &[Val::U8(1)], &mut [Val::U8(0)])
                .unwrap_err()
                .to_string(),
        ];
        assert_eq!(
            messages,
            [
                "function \"greet\": type of a typed function: in the parameters, part 0: found Rust's `u32`, wanted \
                 string; it is func(name: string) -> string",
                "function \"greet\": type of a typed function: in the result: found no result, wanted string; it is \
                 func(name: string) -> string",
                "there is no export \"greeet\"; exported functions are \"example:greeting/hello@1.0.0#greet\", \
                 \"freed\", \"greet\", \"trap\"",
                "in [0]: found a u8, wanted string",
            ]
        );
        // None of this was the guest's fault: it can still be called.
        let greet = instance.get_typed_func::<(&str,), (String,)>("greet").expect("greet");
        assert!(greet.call(&mut store, ("you",)).is_ok());
    }
}

#[test]
fn what_trapped_is_never_entered_again() {
    for engine in engines() {
        let mut store = Store::new(&engine, ());
        let instance = instantiate(&engine, &mut store, &Linker::new(&engine), &greet());
        let error = instance.get_func("trap").expect("trap").call(&mut store, &[], &mut []).unwrap_err();
        assert_eq!(error.trap(), Some(Trap::Unreachable));
        assert_eq!(error.backtrace().len(), 1);
        let greet = instance.get_typed_func::<(&str,), (String,)>("greet").expect("greet");
        let error = greet.call(&mut store, ("you",)).unwrap_err();
        assert_eq!(error.trap(), Some(Trap::CanonicalAbi));
        assert_eq!(error.downcast_ref(), Some(&abi::Trap::MayNotEnter));
        assert_eq!(error.to_string(), "trap: a component was called while it may not be entered");
        // Another instance in the same store is not concerned.
        let other = instantiate(&engine, &mut store, &Linker::new(&engine), &self::greet());
        assert!(other.get_func("freed").expect("freed").call(&mut store, &[], &mut [Val::U8(0)]).is_ok());
    }
}

/// Calls `log` with its argument, and answers with what `twice` makes of it.
fn caller() -> String {
    format!(
        r#"(component
            (import "log" (func $log (param "text" string)))
            (import "example:host/math@1.0.0" (instance $math
                (export "twice" (func (param "x" u32) (result u32)))))
            (core module $Libc {LIBC})
            (core instance $libc (instantiate $Libc))
            (core func $log (canon lower (func $log) (memory (core memory $libc "memory"))))
            (core func $twice (canon lower (func $math "twice")))
            (core module $M
                (import "host" "log" (func $log (param i32 i32)))
                (import "host" "twice" (func $twice (param i32) (result i32)))
                (func (export "run") (param $ptr i32) (param $len i32) (result i32)
                    (call $log (local.get $ptr) (local.get $len))
                    (call $twice (local.get $len))))
            (core instance $m (instantiate $M (with "host" (instance
                (export "log" (func $log)) (export "twice" (func $twice))))))
            (func (export "run") (param "text" string) (result u32)
                (canon lift (core func $m "run") (memory (core memory $libc "memory"))
                    (realloc (core func $libc "realloc")))))"#
    )
}

#[test]
fn a_component_calls_the_host() {
    for engine in engines() {
        let mut linker = Linker::<Vec<String>>::new(&engine);
        linker
            .root()
            .func_wrap("log", |mut store: StoreContextMut<'_, Vec<String>>, (text,): (String,)| {
                store.data_mut().push(text);
                Ok(())
            })
            .expect("a definition");
        let mut math = linker.instance("example:host/math@1.4.2").expect("an interface");
        math.func_new("twice", |_, params| match params {
            [Val::U32(x)] => Ok(Some(Val::U32(2 * x))),
            _ => Err(Error::msg("not a number")),
        })
        .expect("a definition");
        let mut store = Store::new(&engine, Vec::new());
        let instance = instantiate(&engine, &mut store, &linker, &caller());
        let run = instance.get_typed_func::<(&str,), (u32,)>("run").expect("run");
        assert_eq!(run.call(&mut store, ("four",)).expect("a number"), (8,));
        assert_eq!(store.data(), &["four"]);
    }
}

#[test]
fn a_host_functions_error_goes_through_unchanged() {
    for engine in engines() {
        let mut linker = Linker::<()>::new(&engine);
        linker
            .root()
            .func_wrap("log", |_: StoreContextMut<'_, ()>, (_,): (String,)| -> falkirk::Result<()> {
                Err(Error::host(std::io::Error::other("the disk is full")))
            })
            .expect("a definition");
        let mut math = linker.instance("example:host/math@1.0.0").expect("an interface");
        math.func_wrap("twice", |_: StoreContextMut<'_, ()>, (x,): (u32,)| Ok((x,))).expect("a definition");
        let mut store = Store::new(&engine, ());
        let instance = instantiate(&engine, &mut store, &linker, &caller());
        let run = instance.get_typed_func::<(&str,), (u32,)>("run").expect("run");
        let error = run.call(&mut store, ("x",)).unwrap_err();
        assert_eq!(
            error.downcast_ref::<std::io::Error>().map(ToString::to_string).as_deref(),
            Some("the disk is full")
        );
        assert_eq!(error.kind(), &ErrorKind::Host);
        assert_eq!(error.backtrace().len(), 1, "the guest's frame is there");
    }
}

fn link_error(linker: &Linker<()>, engine: &Engine) -> String {
    let component = Component::new(engine, caller()).expect("a valid component");
    let error = linker.instantiate(Store::new(engine, ()), &component).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Link(_)), "{error}");
    error.to_string()
}

#[test]
fn link_errors_say_what_to_do() {
    for engine in engines() {
        let mut linker = Linker::<()>::new(&engine);
        assert_eq!(
            link_error(&linker, &engine),
            "missing import: the component imports \"log\", wanted as func(text: string); nothing is defined there: \
             define it with Linker::instance or Linker::root"
        );
        linker.root().func_wrap("log", |_, (_,): (u32,)| Ok(())).expect("a definition");
        assert_eq!(
            link_error(&linker, &engine),
            "import \"log\" does not fit: found a function of the host with another type, wanted func(text: string); \
             in Rust's types: in the parameters, part 0: found Rust's `u32`, wanted string"
        );
        linker.allow_shadowing(true).root().func_wrap("log", |_, (_,): (String,)| Ok(())).expect("a definition");
        linker.instance("example:host/math@2.0.0").expect("an interface");
        assert_eq!(
            link_error(&linker, &engine),
            "missing import: the component imports \"example:host/math@1.0.0\", wanted as an instance that exports \"twice\"; \
             there is \"example:host/math@2.0.0\", a version that is not compatible"
        );
        let mut math = linker.instance("example:host/math@1.0.0").expect("an interface");
        math.func_wrap("thrice", |_, (x,): (u32,)| Ok((3 * x,))).expect("a definition");
        assert_eq!(
            link_error(&linker, &engine),
            "missing import: the component imports \"example:host/math@1.0.0#twice\", wanted as func(x: u32) -> u32; \
             \"example:host/math@1.0.0\" has \"thrice\""
        );
    }
}

/// Opens connection 7, asks it, and drops it.
const USER: &str = r#"(component
    (import "example:db/connections" (instance $db
        (export "connection" (type $connection (sub resource)))
        (export "[constructor]connection" (func (param "to" u32) (result (own $connection))))
        (export "[method]connection.ask" (func (param "self" (borrow $connection)) (result u32)))))
    (alias export $db "connection" (type $connection))
    (core func $new (canon lower (func $db "[constructor]connection")))
    (core func $ask (canon lower (func $db "[method]connection.ask")))
    (core func $drop (canon resource.drop $connection))
    (core module $M
        (import "db" "new" (func $new (param i32) (result i32)))
        (import "db" "ask" (func $ask (param i32) (result i32)))
        (import "db" "drop" (func $drop (param i32)))
        (func (export "run") (result i32)
            (local $handle i32) (local $answer i32)
            (local.set $handle (call $new (i32.const 7)))
            (local.set $answer (call $ask (local.get $handle)))
            (call $drop (local.get $handle))
            (local.get $answer))
        (func (export "give") (result i32) (call $new (i32.const 9)))
        (func (export "forge") (result i32) (call $ask (i32.const 5))))
    (core instance $m (instantiate $M (with "db" (instance
        (export "new" (func $new)) (export "ask" (func $ask)) (export "drop" (func $drop))))))
    (func (export "run") (result u32) (canon lift (core func $m "run")))
    (func (export "give") (result (own $connection)) (canon lift (core func $m "give")))
    (func (export "forge") (result u32) (canon lift (core func $m "forge"))))"#;

#[test]
fn the_host_has_resources() {
    for engine in engines() {
        let connection = HostResource::new();
        let mut linker = Linker::<Vec<String>>::new(&engine);
        let mut db = linker.instance("example:db/connections").expect("an interface");
        let dtor = |mut store: StoreContextMut<'_, Vec<String>>, rep| {
            store.data_mut().push(format!("drop {rep}"));
            Ok(())
        };
        db.resource("connection", connection, dtor).expect("a definition");
        db.func_wrap("[constructor]connection", move |_, (to,): (u32,)| Ok((connection.handle(to),)))
            .expect("a definition");
        db.func_wrap("[method]connection.ask", |mut store: StoreContextMut<'_, Vec<String>>, (this,): (Handle,)| {
            store.data_mut().push(format!("ask {}", this.rep));
            Ok((this.rep * 6,))
        })
        .expect("a definition");

        let mut store = Store::new(&engine, Vec::new());
        let instance = instantiate(&engine, &mut store, &linker, USER);
        let run = instance.get_typed_func::<(), (u32,)>("run").expect("run");
        assert_eq!(run.call(&mut store, ()).expect("an answer"), (42,));
        assert_eq!(store.data(), &["ask 7", "drop 7"]);

        let give = instance.get_typed_func::<(), (Handle,)>("give").expect("give");
        let (handle,) = give.call(&mut store, ()).expect("a handle");
        assert_eq!(handle, connection.handle(9));
        drop_resource(&mut store, handle).expect("the destructor");
        assert_eq!(store.data().last().map(String::as_str), Some("drop 9"));

        let forge = instance.get_typed_func::<(), (u32,)>("forge").expect("forge");
        let error = forge.call(&mut store, ()).unwrap_err();
        assert_eq!(error.to_string(), "trap: there is no handle 5");
    }
}

#[test]
fn a_component_serves_another_in_the_same_store() {
    for engine in engines() {
        let mut store = Store::new(&engine, ());
        let provider = instantiate(&engine, &mut store, &Linker::new(&engine), &greet());
        let mut linker = Linker::new(&engine);
        let hello = provider.get_export("example:greeting/hello@1.0.0").expect("the interface");
        linker.root().export("example:greeting/hello@1.0.0", &hello).expect("a definition");
        // The one guest keeps its strings in UTF-8, the other in UTF-16.
        let text = format!(
            r#"(component
                (import "example:greeting/hello@1.0.0" (instance $hello
                    (export "greet" (func (param "name" string) (result string)))))
                (core module $Libc {LIBC})
                (core instance $libc (instantiate $Libc))
                (core func $greet (canon lower (func $hello "greet") string-encoding=utf16
                    (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
                (core module $M
                    (import "hello" "greet" (func $greet (param i32 i32 i32)))
                    (func (export "run") (param i32 i32) (result i32)
                        (call $greet (local.get 0) (local.get 1) (i32.const 64))
                        (i32.const 64)))
                (core instance $m (instantiate $M (with "hello" (instance (export "greet" (func $greet))))))
                (func (export "run") (param "name" string) (result string)
                    (canon lift (core func $m "run") string-encoding=utf16
                        (memory (core memory $libc "memory")) (realloc (core func $libc "realloc")))))"#
        );
        let instance = instantiate(&engine, &mut store, &linker, &text);
        let run = instance.get_typed_func::<(&str,), (String,)>("run").expect("run");
        assert_eq!(run.call(&mut store, ("Zoë",)).expect("a greeting"), ("Hello, Zoë".to_owned(),));
        assert_eq!(run.call(&mut store, ("",)).expect("a greeting"), ("Hello, ".to_owned(),));
    }
}

#[test]
fn what_does_not_run_is_refused_by_name() {
    for engine in engines() {
        let cases = [
            ("(component (canon waitable-set.new (core func)))", "not supported yet: `canon waitable-set.new`"),
            ("(component (import \"f\" (func async)))", "not supported yet: functions of type `async func`"),
            ("(component (import \"f\" (func (param \"x\" (stream u8)))))", "not supported yet: the type `stream`"),
            ("(component (import \"v\" (value u8)))", "not supported yet: values that are imported or exported"),
            ("(component (import \"f\" (func $f)) (start $f))", "not supported yet: the start function of a component"),
            (
                "(component (import \"f\" (func (param \"x\" error-context))))",
                "not supported yet: the type `error-context`",
            ),
            ("(module)", "this is a core module, not a component"),
            ("(component (import \"f\" (func (param \"x\" (borrow 0)))))", "unknown type 0"),
        ];
        for (text, message) in cases {
            let error = Component::new(&engine, text).unwrap_err().to_string();
            assert!(error.contains(message), "{text}: {error}");
        }
    }
}

#[test]
fn messages_have_no_numbers_of_the_validators() {
    for engine in engines() {
        let text = r#"(component
            (type $a (resource (rep i32)))
            (type $b (resource (rep i32)))
            (component $c (import "a" (type $a (sub resource))) (import "b" (type (eq $a))))
            (instance (instantiate $c (with "a" (type $a)) (with "b" (type $b)))))"#;
        let error = Component::new(&engine, text).unwrap_err().to_string();
        let (_, reason) = error.split_once(": ").expect("a reason");
        assert_eq!(reason, "type mismatch for import `b`\nresource types are not the same");
    }
}

#[test]
fn a_component_shows_what_it_imports_and_exports() {
    let Some(engine) = engines().pop() else { return };
    let component = Component::new(&engine, USER).expect("a valid component");
    assert_eq!(
        component.types().to_string(),
        "import example:db/connections: instance\n  connection: resource 0\n  \
         [constructor]connection: func(to: u32) -> own<resource 0>\n  \
         [method]connection.ask: func(self: borrow<resource 0>) -> u32\n\
         export run: func() -> u32\nexport give: func() -> own<resource 0>\nexport forge: func() -> u32\n"
    );
}

#[test]
fn components_that_instantiate_one_another_have_an_end() {
    // Each instantiates the one before it twice: 2^30 instances, in a file of a few kilobytes.
    let mut text = String::from("(component (component $c0)");
    for i in 1..30 {
        let before = i - 1;
        text += &format!(
            "(component $c{i} (alias outer 1 $c{before} (component $c)) (instance (instantiate $c)) (instance (instantiate $c)))"
        );
    }
    text += "(instance (instantiate $c29)))";
    for engine in engines() {
        let component = Component::new(&engine, &text).expect("a valid component");
        let error = Linker::new(&engine).instantiate(Store::new(&engine, ()), &component).unwrap_err();
        assert!(error.to_string().contains("a store may have 100000 instances of components"), "{error}");
    }
}

#[test]
fn exports_can_be_listed() {
    for engine in engines() {
        let mut store = Store::new(&engine, ());
        let instance = instantiate(&engine, &mut store, &Linker::new(&engine), &greet());
        let names: Vec<&str> = instance.exports().map(|(name, _)| name).collect();
        assert_eq!(names, ["example:greeting/hello@1.0.0", "freed", "greet", "trap"]);
        assert!(matches!(instance.get_export("example:greeting/hello@1.0.0"), Some(Export::Instance(_))));
        assert!(instance.get_instance("greet").is_none());
    }
}
