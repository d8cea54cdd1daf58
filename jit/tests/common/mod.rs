//! What the tests share: an engine, instances of modules in the text format, the names in a backtrace.
#![allow(dead_code, reason = "each test uses its part")]

use std::sync::Arc;

use falkirk_jit::Jit;
use falkirk_runtime::{Config, Engine, Error, Instance, Linker, Module, Store};

/// An engine with these settings.
pub fn engine_with(config: &Config) -> Engine {
    let jit = Jit::new().expect("there is a JIT for this machine");
    Engine::with_backend(config, Arc::new(jit)).expect("an engine")
}

/// An engine.
pub fn engine() -> Engine {
    engine_with(&Config::new())
}

/// A store of an engine of its own.
pub fn store() -> Store<()> {
    Store::new(&engine(), ())
}

/// An instance of a module that imports nothing.
pub fn instance(store: &mut Store<()>, text: &str) -> Instance {
    let linker = Linker::new(store.engine());
    link(store, &linker, text)
}

/// An instance of a module.
pub fn link(store: &mut Store<()>, linker: &Linker<()>, text: &str) -> Instance {
    let module = Module::new(store.engine(), text).expect("a module");
    linker.instantiate(store, &module).expect("an instance")
}

/// The names of an error's frames, innermost first.
pub fn names(error: &Error) -> Vec<String> {
    error.backtrace().iter().map(|frame| frame.name.clone().unwrap_or_default()).collect()
}
