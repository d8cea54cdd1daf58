//! What the exercises with components have in common.

use falkirk::component::{Component, Instance, Linker};
use falkirk::{Engine, Store};

/// An instance of the component in a file of the repository, which imports nothing.
pub fn instantiate(file: &str) -> (Store<()>, Instance) {
    let engine = Engine::default();
    let component = Component::from_file(&engine, falkirk_book::root().join(file)).expect("a valid component");
    let mut store = Store::new(&engine, ());
    let instance = Linker::new(&engine).instantiate(&mut store, &component).expect("an instance");
    (store, instance)
}
