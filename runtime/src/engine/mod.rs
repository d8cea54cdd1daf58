//! The engine: configuration, what its stores share, and the contract with the code that runs.

mod cache;
mod config;
mod contract;
mod deadline;
mod pool;
mod registry;

use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock};

pub use cache::{CacheConfig, CacheProblem};
pub use config::{Config, EngineKind, GUARD_BYTES, Settings};
pub use contract::{Backend, FuncCode, MAX_FRAMES, ModuleCode, Wake};
pub(crate) use deadline::{DeadlineWatcher, Interrupt};
pub(crate) use pool::{Pools, ValueStack};
pub(crate) use registry::TypeRegistry;

use crate::error::Error;

/// What modules and stores are made with: settings, a backend, and what all its stores share (function types, a pool of
/// stacks and memories, a thread that watches deadlines).
///
/// A clone is another handle to the same engine, and costs as much as cloning an `Arc`. A module runs only in stores of
/// its own engine.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    config: Config,
    backend: Arc<dyn Backend>,
    types: TypeRegistry,
    pools: Pools,
    watcher: DeadlineWatcher,
    extension: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl Engine {
    /// An engine that runs code with this backend.
    ///
    /// # Errors
    ///
    /// The settings contradict one another, or this machine cannot provide them.
    pub fn with_backend(config: &Config, backend: Arc<dyn Backend>) -> Result<Engine, Error> {
        config.check()?;
        let mut config = config.clone();
        config.settings.features = config.wasm_features();
        config.settings.guarded_memories = backend.relies_on_guards() && pool::can_guard(&config);
        Ok(Engine(Arc::new(Inner {
            backend,
            types: TypeRegistry::default(),
            pools: Pools::new(&config),
            watcher: DeadlineWatcher::default(),
            extension: OnceLock::new(),
            config,
        })))
    }

    /// Whether these are two handles to one engine.
    pub fn same(a: &Engine, b: &Engine) -> bool {
        Arc::ptr_eq(&a.0, &b.0)
    }

    /// The configuration that this engine was made with.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The name of the backend: `interp` or `jit`.
    pub fn backend_name(&self) -> &'static str {
        self.0.backend.name()
    }

    /// Whether functions become machine code.
    pub fn makes_machine_code(&self) -> bool {
        self.0.backend.makes_machine_code()
    }

    /// What a layer on top of the runtime shares between the engine's stores, made when it is first asked for. An engine has
    /// one such extension, and whoever asks for it first decides what it is.
    ///
    /// # Panics
    ///
    /// The engine has an extension of another type.
    pub fn extension<E: Any + Default + Send + Sync>(&self) -> &E {
        let extension = self.0.extension.get_or_init(|| Box::new(E::default()));
        extension.downcast_ref().expect("the engine's extension is of another type")
    }

    /// Why no compiled code is kept although [`Config::cache`] wants it, once a module was made.
    pub fn cache_problem(&self) -> Option<CacheProblem> {
        self.0.backend.cache_problem()
    }

    /// Compiles a module, in the binary or text format, to a precompiled file: the module and its machine code. Where
    /// [`Module::new`](crate::Module::new) gets its bytes from an engine with the same settings, on the same kind of
    /// machine, the machine code is ready at once. Elsewhere it is not trusted, and the module is compiled again.
    ///
    /// The code is signed with the key in the folder of [`Config::cache`], so that only files of the same user are trusted.
    ///
    /// # Errors
    ///
    /// Those of [`Module::new`](crate::Module::new); and [`ErrorKind::Usage`](crate::ErrorKind::Usage) if this engine makes
    /// no machine code, or has no key.
    pub fn precompile(&self, bytes: impl AsRef<[u8]>) -> Result<Vec<u8>, Error> {
        crate::module::precompile(self, bytes.as_ref())
    }

    pub(crate) fn backend(&self) -> &dyn Backend {
        &*self.0.backend
    }

    /// How threads that run machine code are woken, if interrupts are to stop loops of it.
    pub(crate) fn wake(&self) -> Option<Wake> {
        self.0.backend.wake().filter(|_| self.0.config.settings.interruptible)
    }

    pub(crate) fn types(&self) -> &TypeRegistry {
        &self.0.types
    }

    pub(crate) fn pools(&self) -> &Pools {
        &self.0.pools
    }

    pub(crate) fn watcher(&self) -> &DeadlineWatcher {
        &self.0.watcher
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("backend", &self.backend_name()).field("config", self.config()).finish()
    }
}
