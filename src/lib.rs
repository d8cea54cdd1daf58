//! Falkirk: a WebAssembly runtime that a person can read.

use std::ops::Deref;
use std::sync::Arc;

pub use falkirk_runtime::*;

#[cfg(feature = "wast")]
pub mod wast;

/// An engine. It derefs to the runtime's [`Engine`](falkirk_runtime::Engine), which everything else takes.
#[derive(Clone, Debug)]
pub struct Engine(falkirk_runtime::Engine);

impl Engine {
    /// An engine with these settings.
    ///
    /// # Errors
    ///
    /// A setting is out of its range.
    #[cfg(feature = "interp")]
    pub fn new(config: &Config) -> Result<Engine> {
        falkirk_runtime::Engine::with_backend(config, Arc::new(falkirk_interp::Interpreter)).map(Engine)
    }
}

#[cfg(feature = "interp")]
impl Default for Engine {
    fn default() -> Engine {
        Engine::new(&Config::new()).expect("the default settings are within their ranges")
    }
}

impl Deref for Engine {
    type Target = falkirk_runtime::Engine;

    fn deref(&self) -> &falkirk_runtime::Engine {
        &self.0
    }
}
