//! What the tests are written with.

use falkirk::component::{Component, Instance, Linker};
use falkirk::{Engine, Store};
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
