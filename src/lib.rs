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
//! | `wat` | modules in the text format |
//! | `dwarf` | files and lines in backtraces |
//! | `trace` | [`Observer`], which is told what guests do step by step |
//! | `wast` | [`wast`], which runs the specification's test scripts |
//!
//! All but `wast` are on by default.
#![cfg_attr(not(all(feature = "trace", feature = "wast", feature = "wat")), allow(rustdoc::broken_intra_doc_links))]

use std::ops::Deref;

pub use falkirk_runtime::*;

pub mod prelude;
#[cfg(feature = "wast")]
pub mod wast;

/// An engine: what modules and stores are made with.
///
/// It derefs to the runtime's [`Engine`](falkirk_runtime::Engine), which everything else takes. A clone is another handle
/// to the same engine.
#[derive(Clone, Debug)]
pub struct Engine(falkirk_runtime::Engine);

impl Engine {
    /// An engine with these settings.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`]: a setting is out of its range.
    #[cfg(feature = "interp")]
    pub fn new(config: &Config) -> Result<Engine> {
        let backend = std::sync::Arc::new(falkirk_interp::Interpreter);
        falkirk_runtime::Engine::with_backend(config, backend).map(Engine)
    }
}

#[cfg(feature = "interp")]
impl Default for Engine {
    fn default() -> Engine {
        Engine::new(&Config::new()).expect("BUG: the default settings are not within their ranges")
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
