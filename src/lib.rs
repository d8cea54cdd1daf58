//! Falkirk: a WebAssembly runtime that a person can read.
//!
//! A [`Module`] is parsed, validated and made ready once. A [`Store`] holds what runs: an [`Instance`] of the module, its
//! memories, tables and globals, and data of yours that host functions can reach through a [`Caller`].
//!
//! ```
//! use falkirk::{Caller, Engine, Linker, Module, Store};
//!
//! # fn main() -> falkirk::Result<()> {
//! let engine = Engine::default();
//! let module = Module::new(
//!     &engine,
//!     r#"(module
//!         (import "host" "log" (func $log (param i32)))
//!         (func (export "double") (param i32) (result i32)
//!             (call $log (local.get 0))
//!             (i32.mul (local.get 0) (i32.const 2))))"#,
//! )?;
//! let mut linker = Linker::new(&engine);
//! linker.func_wrap("host", "log", |mut caller: Caller<'_, Vec<i32>>, value: i32| caller.data_mut().push(value))?;
//!
//! let mut store = Store::new(&engine, Vec::new());
//! let instance = linker.instantiate(&mut store, &module)?;
//! let double = instance.get_typed_func::<i32, i32>(&store, "double")?;
//! assert_eq!(double.call(&mut store, 21)?, 42);
//! assert_eq!(store.into_data(), [21]);
//! # Ok(())
//! # }
//! ```
//!
//! # Engines
//!
//! Two engines run the same modules with the same results: an interpreter and a JIT. [`Config::engine`] chooses one of
//! them; by default it is the JIT where there is one for the machine. Code of both calls the same host functions, in
//! stores that look the same.
//!
//! ```
//! use falkirk::{Config, Engine, EngineKind};
//!
//! # fn main() -> falkirk::Result<()> {
//! # #[cfg(feature = "interp")] {
//! let engine = Engine::new(Config::new().engine(EngineKind::Interp))?;
//! assert_eq!(engine.backend_name(), "interp");
//! # }
//! # Ok(())
//! # }
//! ```
//!
//! # Limits
//!
//! A guest cannot use more than it is given: of the value stack by [`Config::max_wasm_stack`], of memory and tables by
//! [`Store::limiter`], of time by [`Store::set_deadline`] or [`Store::set_fuel`].
//!
//! # Cargo features
//!
//! | feature | what it adds |
//! | --- | --- |
//! | `interp` | the interpreter |
//! | `jit` | the JIT: machine code, made by Cranelift |
//! | `wat` | modules in the text format |
//! | `component-model` | [`component`], for components of the component model |
//! | `bindgen` | [`bindgen!`], which makes typed bindings of WIT |
//! | `wasi` | [`wasi`], what programs ask of the system |
//! | `dwarf` | files and lines in backtraces |
//! | `trace` | [`Observer`], which is told what guests do step by step |
//! | `wast` | [`wast`], which runs the specification's test scripts |
//! | `diff` | [`diff`], which compares engines call by call |
//! | `explain` | [`explain`], which shows what became of a function |
//! | `crossing` | [`crossing`], which writes down what crosses between host and guests |
//!
//! `bindgen` and the last four are not on by default; the others are.
//!
//! # In the book
//!
//! The book beside these pages, *How WebAssembly Runs*, explains what happens here with programs to run. [Chapter
//! 2](../../book/ch02-memory.html) goes through a small host line by line, [chapter
//! 12](../../book/ch12-lift-and-lower.html) through the call of a component, and [chapter
//! 19](../../book/ch19-embedding.html) through hosts that are more like real ones. For guests of strangers there is
//! [chapter 17](../../book/ch17-capabilities.html). Why there are two engines, and what makes them agree, is in
//! [chapter 10](../../book/ch10-two-engines.html).
#![cfg_attr(
    not(all(
        feature = "bindgen",
        feature = "crossing",
        feature = "component-model",
        feature = "diff",
        feature = "explain",
        feature = "trace",
        feature = "wasi",
        feature = "wast",
        feature = "wat"
    )),
    allow(rustdoc::broken_intra_doc_links)
)]

use std::ops::Deref;

pub use falkirk_runtime::*;

#[cfg(any(feature = "interp", feature = "jit"))]
mod choice;
#[cfg(feature = "crossing")]
pub mod crossing;
#[cfg(feature = "component-model")]
pub use falkirk_component as component;
#[cfg(feature = "bindgen")]
#[doc = include_str!("bindgen.md")]
pub use falkirk_component_bindgen::bindgen;
#[cfg(feature = "wasi")]
pub use falkirk_wasi as wasi;

#[cfg(feature = "diff")]
pub mod diff;
#[cfg(feature = "explain")]
pub mod explain;
#[cfg(all(feature = "interp", feature = "jit"))]
mod mixed;
#[cfg(any(feature = "crossing", feature = "explain"))]
mod page;
pub mod prelude;
#[cfg(feature = "wast")]
pub mod wast;

/// An engine: what modules and stores are made with.
///
/// It derefs to the runtime's [`Engine`](falkirk_runtime::Engine), which everything else takes. A clone is another handle
/// to the same engine.
///
/// [The book](crate#in-the-book) explains it in chapter 19.
#[derive(Clone, Debug)]
pub struct Engine(falkirk_runtime::Engine);

#[cfg(any(feature = "interp", feature = "jit"))]
impl Engine {
    /// An engine with these settings. [`Config::engine`] says which code runs functions;
    /// [`Engine::backend_name`](falkirk_runtime::Engine::backend_name) tells which does.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`]: a setting is out of its range, or the engine that the settings ask for cannot be had: it is
    /// not part of this build, there is none for this machine, or it does not trace.
    pub fn new(config: &Config) -> Result<Engine> {
        falkirk_runtime::Engine::with_backend(config, choice::backend(config)?).map(Engine)
    }
}

#[cfg(any(feature = "interp", feature = "jit"))]
impl Default for Engine {
    /// An engine with the default settings.
    ///
    /// # Panics
    ///
    /// Only the JIT is part of this build, and there is none for this machine.
    fn default() -> Engine {
        match Engine::new(&Config::new()) {
            Ok(engine) => engine,
            Err(error) => panic!("no engine has the default settings: {error}"),
        }
    }
}

impl From<falkirk_runtime::Engine> for Engine {
    fn from(engine: falkirk_runtime::Engine) -> Engine {
        Engine(engine)
    }
}

impl Deref for Engine {
    type Target = falkirk_runtime::Engine;

    fn deref(&self) -> &falkirk_runtime::Engine {
        &self.0
    }
}
