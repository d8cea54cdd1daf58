//! What the tests are written with.

use falkirk::component::{Component, Instance, Linker, Val, abi};
use falkirk::{Engine, Error, Store};
use falkirk_spec_tests::engines;

/// Every engine in every configuration. Those that count fuel need some before anything runs.
pub fn engines() -> impl Iterator<Item = Engine> {
    engines::all().into_iter().map(|subject| subject.engine)
}

/// A store, with all the fuel there is if its engine counts fuel.
pub fn store<T>(engine: &Engine, data: T) -> Store<T> {
    let mut store = Store::new(engine, data);
    let _ = store.set_fuel(u64::MAX / 4);
    store
}

/// An instance of a component that is given as text.
#[track_caller]
pub fn instantiate<T>(store: &mut Store<T>, linker: &Linker<T>, text: &str) -> Instance {
    let component = Component::new(linker.engine(), text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    linker.instantiate(store, &component).unwrap_or_else(|error| panic!("{error}"))
}

/// Calls a function, and gives its result, if it has one.
pub fn call<T: 'static>(
    store: &mut Store<T>,
    instance: &Instance,
    name: &str,
    params: &[Val],
) -> Result<Option<Val>, Error> {
    let func = instance.get_func(name).unwrap_or_else(|| panic!("{}", instance.no_function(name)));
    let mut results = vec![Val::Bool(false); usize::from(func.ty().0.result().is_some())];
    func.call(store, params, &mut results)?;
    Ok(results.pop())
}

/// What trapped is never entered again, whatever of it is called; another instance in its store is not concerned.
pub fn is_dead<T: 'static>(store: &mut Store<T>, instance: &Instance, name: &str, params: &[Val]) {
    let error = call(store, instance, name, params).expect_err("it is never entered again");
    assert_eq!(error.downcast_ref(), Some(&abi::Trap::MayNotEnter), "{error}");
    let linker = Linker::new(&store.engine().clone());
    let other = instantiate(
        store,
        &linker,
        r#"(component
        (core module $M (func (export "f") (result i32) (i32.const 42)))
        (core instance $m (instantiate $M))
        (func (export "f") (result u32) (canon lift (core func $m "f"))))"#,
    );
    assert_eq!(call(store, &other, "f", &[]).expect("it returns"), Some(Val::U32(42)));
}

/// A module with a page of memory and a `realloc` that only ever moves on and never looks back.
pub const LIBC: &str = r#"
    (memory (export "memory") 1)
    (global $next (mut i32) (i32.const 4096))
    (func $realloc (export "realloc") (param $old i32) (param $size i32) (param $align i32) (param $new i32) (result i32)
        (local $at i32)
        (local.set $at (i32.and (i32.add (global.get $next) (i32.sub (local.get $align) (i32.const 1)))
                                (i32.sub (i32.const 0) (local.get $align))))
        (global.set $next (i32.add (local.get $at) (local.get $new)))
        (memory.copy (local.get $at) (local.get $old) (local.get $size))
        (local.get $at))"#;
