//! Who may be called when: functions of the host that come back, guests that call out of `realloc` and `post-return`, what
//! traps while others wait for it.

use std::time::Duration;

use falkirk::component::abi::Trap;
use falkirk::component::{Component, Instance, Linker, Val};
use falkirk::{Engine, Error, Limit, Store, StoreContextMut, Trap as CoreTrap};

use crate::support::{call, engines, instantiate, is_dead, store};

/// `run` calls `out`, and `other` returns 1.
const CALLER: &str = r#"(component
    (import "out" (func $out))
    (core func $out (canon lower (func $out)))
    (core module $M (import "" "out" (func $out))
        (func (export "run") (call $out))
        (func (export "other") (result i32) (i32.const 1)))
    (core instance $m (instantiate $M (with "" (instance (export "out" (func $out))))))
    (func (export "run") (canon lift (core func $m "run")))
    (func (export "other") (result u32) (canon lift (core func $m "other"))))"#;

#[test]
fn the_host_cannot_come_back_into_what_runs() {
    for engine in engines() {
        let mut linker = Linker::<Option<Instance>>::new(&engine);
        let out = |mut store: StoreContextMut<'_, Option<Instance>>, (): ()| {
            let instance = store.data().clone().expect("the instance");
            for name in ["other", "run"] {
                let func = instance.get_func(name).expect("a function");
                let mut results = vec![Val::Bool(false); usize::from(name == "other")];
                let error = func.call(&mut store, &[], &mut results).expect_err("a trap");
                assert_eq!(error.downcast_ref(), Some(&Trap::MayNotEnter), "{name}");
            }
            Ok(())
        };
        linker.root().func_wrap("out", out).expect("a definition");
        let mut store = store(&engine, None);
        let instance = instantiate(&mut store, &linker, CALLER);
        *store.data_mut() = Some(instance.clone());
        // The host was refused, and may go on. The guest knows nothing of it.
        call(&mut store, &instance, "run", &[]).expect("it returns");
        assert_eq!(call(&mut store, &instance, "other", &[]).expect("it returns"), Some(Val::U32(1)));
    }
}

/// Instances one of which calls the other, and so on; the last one calls `last`.
fn chain(store: &mut Store<()>, engine: &Engine, length: usize, last: Linker<()>) -> Vec<Instance> {
    let (mut instances, mut linker): (Vec<Instance>, _) = (Vec::new(), last);
    let component = Component::new(engine, CALLER).expect("a component");
    for _ in 0..length {
        let instance = linker.instantiate(&mut *store, &component).expect("an instance");
        linker = Linker::new(engine);
        linker.root().export("out", &instance.get_export("run").expect("run")).expect("a definition");
        instances.push(instance);
    }
    instances
}

#[test]
fn a_trap_ends_all_that_wait_for_it() {
    for engine in engines() {
        let mut store = store(&engine, ());
        let mut last = Linker::new(&engine);
        last.root()
            .func_wrap("out", |_, (): ()| -> falkirk::Result<()> { Err(Error::msg("no")) })
            .expect("a definition");
        let instances = chain(&mut store, &engine, 4, last);
        // The third calls the second, that one the first, and that one the host, which fails. The fourth waits for nobody.
        let error = call(&mut store, &instances[2], "run", &[]).expect_err("an error");
        assert!(error.to_string().starts_with("no"), "{error}");
        for instance in &instances[..3] {
            is_dead(&mut store, instance, "other", &[]);
        }
        assert_eq!(call(&mut store, &instances[3], "other", &[]).expect("it returns"), Some(Val::U32(1)));
        is_dead(&mut store, &instances[3], "run", &[]);
    }
}

/// A guest with a resource of its own, whose `realloc` and `post-return` do what they are told to.
fn built_ins(realloc: &str, post_return: &str) -> String {
    format!(
        r#"(component
        (type $r (resource (rep i32)))
        (core func $new (canon resource.new $r))
        (core func $rep (canon resource.rep $r))
        (core func $drop (canon resource.drop $r))
        (core module $M
            (import "" "new" (func $new (param i32) (result i32)))
            (import "" "rep" (func $rep (param i32) (result i32)))
            (import "" "drop" (func $drop (param i32)))
            (memory (export "memory") 1)
            (global $handle (mut i32) (i32.const 0))
            (func (export "begin") (global.set $handle (call $new (i32.const 42))))
            (func (export "f") (param i32 i32) (result i32) (i32.const 7))
            (func (export "realloc") (param i32 i32 i32 i32) (result i32) {realloc} (i32.const 64))
            (func (export "post-return") (param i32) {post_return}))
        (core instance $m (instantiate $M (with "" (instance
            (export "new" (func $new)) (export "rep" (func $rep)) (export "drop" (func $drop))))))
        (func (export "begin") (canon lift (core func $m "begin")))
        (func (export "f") (param "x" string) (result u32) (canon lift (core func $m "f")
            (memory (core memory $m "memory")) (realloc (core func $m "realloc")) (post-return (core func $m "post-return")))))"#
    )
}

#[test]
fn built_ins_are_out_of_reach_too_but_one() {
    const CASES: [(&str, Result<(), Trap>); 3] = [
        ("(drop (call $new (i32.const 1)))", Err(Trap::MayNotLeave)),
        ("(call $drop (global.get $handle))", Err(Trap::MayNotLeave)),
        ("(if (i32.ne (call $rep (global.get $handle)) (i32.const 42)) (then unreachable))", Ok(())),
    ];
    for engine in engines() {
        for (body, outcome) in CASES {
            for text in [built_ins(body, ""), built_ins("", body)] {
                let mut store = store(&engine, ());
                let instance = instantiate(&mut store, &Linker::new(&engine), &text);
                call(&mut store, &instance, "begin", &[]).expect("it returns");
                let params = [Val::from("x")];
                let result = call(&mut store, &instance, "f", &params);
                match outcome {
                    Ok(()) => assert_eq!(result.expect("it returns"), Some(Val::U32(7)), "{body}"),
                    Err(trap) => {
                        assert_eq!(result.expect_err("a trap").downcast_ref(), Some(&trap), "{body}");
                        is_dead(&mut store, &instance, "f", &params);
                    }
                }
            }
        }
    }
}

#[test]
fn a_post_return_may_trap_or_not_end() {
    for engine in engines() {
        let mut store = store(&engine, ());
        let linker = Linker::new(&engine);
        let params = [Val::from("x")];
        let instance = instantiate(&mut store, &linker, &built_ins("", "unreachable"));
        let error = call(&mut store, &instance, "f", &params).expect_err("a trap");
        assert_eq!(error.trap(), Some(CoreTrap::Unreachable));
        is_dead(&mut store, &instance, "f", &params);

        let instance = instantiate(&mut store, &linker, &built_ins("", "(loop $again (br $again))"));
        store.set_deadline(Some(Duration::from_millis(50)));
        let error = call(&mut store, &instance, "f", &params).expect_err("it is stopped");
        assert_eq!(error.limit(), Some(Limit::Interrupted));
        store.set_deadline(None);
        is_dead(&mut store, &instance, "f", &params);
    }
}

#[test]
fn a_handle_cannot_be_dropped_while_it_is_lent() {
    // The child is lent handle 1, and asks its parent, which it may call, to drop it.
    let text = r#"(component
        (type $r (resource (rep i32)))
        (core func $new (canon resource.new $r))
        (core func $drop (canon resource.drop $r))
        (core module $P
            (import "" "new" (func $new (param i32) (result i32)))
            (import "" "drop" (func $drop (param i32)))
            (func (export "drop-it") (call $drop (i32.const 1)))
            (func (export "make") (result i32) (call $new (i32.const 42))))
        (core instance $p (instantiate $P (with "" (instance (export "new" (func $new)) (export "drop" (func $drop))))))
        (func $drop-it (canon lift (core func $p "drop-it")))
        (component $C
            (import "r" (type $r (sub resource)))
            (import "drop-it" (func $drop-it))
            (core func $drop-it (canon lower (func $drop-it)))
            (core module $M (import "" "drop-it" (func $drop-it)) (func (export "take") (param i32) (call $drop-it)))
            (core instance $m (instantiate $M (with "" (instance (export "drop-it" (func $drop-it))))))
            (func (export "take") (param "r" (borrow $r)) (canon lift (core func $m "take"))))
        (instance $c (instantiate $C (with "r" (type $r)) (with "drop-it" (func $drop-it))))
        (core func $take (canon lower (func $c "take")))
        (core module $Q
            (import "" "make" (func $make (result i32)))
            (import "" "take" (func $take (param i32)))
            (func (export "run") (call $take (call $make))))
        (core instance $q (instantiate $Q (with "" (instance
            (export "make" (func $p "make")) (export "take" (func $take))))))
        (func (export "run") (canon lift (core func $q "run"))))"#;
    for engine in engines() {
        let mut store = store(&engine, ());
        let instance = instantiate(&mut store, &Linker::new(&engine), text);
        let error = call(&mut store, &instance, "run", &[]).expect_err("a trap");
        assert_eq!(error.downcast_ref(), Some(&Trap::HandleLent { index: 1, lends: 1 }));
        is_dead(&mut store, &instance, "run", &[]);
    }
}

#[test]
fn a_start_function_that_traps_gives_no_instance() {
    let text = r#"(component
        (core module $M (func $f (export "f") unreachable) (start $f))
        (core instance $m (instantiate $M))
        (func (export "f") (canon lift (core func $m "f"))))"#;
    for engine in engines() {
        let mut store = store(&engine, ());
        let component = Component::new(&engine, text).expect("a component");
        for _ in 0..3 {
            let error = Linker::new(&engine).instantiate(&mut store, &component).expect_err("a trap");
            assert_eq!(error.trap(), Some(CoreTrap::Unreachable));
        }
        let mut last = Linker::new(&engine);
        last.root().func_wrap("out", |_, (): ()| Ok(())).expect("a definition");
        let instances = chain(&mut store, &engine, 2, last);
        call(&mut store, &instances[1], "run", &[]).expect("others in the store run");
    }
}

/// Each call goes through the host, which goes only so deep; or, where adapters are machine code, it does not, and then
/// there is no such limit.
#[test]
fn a_long_chain_of_calls_returns_or_reaches_a_limit() {
    for engine in engines() {
        let mut store = store(&engine, ());
        let mut last = Linker::new(&engine);
        last.root().func_wrap("out", |_, (): ()| Ok(())).expect("a definition");
        let instances = chain(&mut store, &engine, 300, last);
        call(&mut store, &instances[20], "run", &[]).expect("it returns");
        match call(&mut store, &instances[299], "run", &[]) {
            Ok(_) => assert!(engine.makes_machine_code(), "300 calls of the host inside one another"),
            Err(error) => assert_eq!(error.limit(), Some(Limit::Stack), "{error}"),
        }
    }
}
