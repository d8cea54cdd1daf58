//! What an engine is configured with.

use std::sync::Arc;

use wasmparser::WasmFeatures;

use super::CacheConfig;
use crate::error::Error;

/// The configuration of an engine: plain data with a builder's methods.
///
/// ```
/// let mut config = falkirk_runtime::Config::new();
/// config.consume_fuel(true).max_wasm_stack(1 << 20);
/// ```
#[derive(Clone, Debug)]
pub struct Config {
    pub(crate) settings: Settings,
    kind: EngineKind,
    pub(crate) max_wasm_stack: usize,
    pub(crate) max_host_depth: u32,
    pub(crate) memory_reservation: u64,
    pub(crate) memory64_reservation: u64,
    cache: Option<Arc<CacheConfig>>,
}

/// The part of the configuration that a backend reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Whether code counts fuel.
    pub fuel: bool,
    /// Whether code reports its steps to the store's observer.
    pub tracing: bool,
    /// Code sections of more than this many bytes are made ready function by function, each by its first call; `None`
    /// makes all functions ready with the module.
    pub lazy_above: Option<usize>,
    /// Whether an interrupt wakes a thread that runs machine code.
    pub interruptible: bool,
    /// Whether the 32-bit memories of all modules stand in reservations of 4 GiB and a guard of [`GUARD_BYTES`], so that
    /// they never move, and code need not compare addresses with their length.
    pub guarded_memories: bool,
    /// How many threads compile a module; 0 for one per core.
    pub compile_threads: usize,
    /// What modules may use.
    pub features: WasmFeatures,
}

/// How many bytes behind a reservation stay inaccessible.
pub const GUARD_BYTES: usize = 32 << 20;

/// Which code runs a module's functions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum EngineKind {
    /// The JIT where it is built in and knows the machine, else the interpreter.
    #[default]
    Auto,
    /// The interpreter: modules are ready sooner.
    Interp,
    /// The JIT: machine code, made by Cranelift.
    Jit,
    /// Both: functions with an even index are compiled, those with an odd one interpreted. For tests, since every call
    /// that can cross from one engine to the other does.
    Mixed,
}

/// The features that are always on: those of the finished proposals that have no switch of their own.
const BASE_FEATURES: WasmFeatures = WasmFeatures::MVP
    .union(WasmFeatures::MUTABLE_GLOBAL)
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::REFERENCE_TYPES)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::BULK_MEMORY);

/// The features that have a switch; all of them are on by default.
pub(crate) const SWITCHED_FEATURES: WasmFeatures = WasmFeatures::SIMD
    .union(WasmFeatures::RELAXED_SIMD)
    .union(WasmFeatures::MULTI_MEMORY)
    .union(WasmFeatures::MEMORY64)
    .union(WasmFeatures::TAIL_CALL)
    .union(WasmFeatures::FUNCTION_REFERENCES)
    .union(WasmFeatures::EXTENDED_CONST);

/// Methods that turn a proposal on or off.
macro_rules! proposals {
    ($($(#[$attribute:meta])* $name:ident = $feature:ident;)*) => {$(
        $(#[$attribute])*
        pub fn $name(&mut self, enable: bool) -> &mut Config {
            self.settings.features.set(WasmFeatures::$feature, enable);
            self
        }
    )*};
}

impl Config {
    /// The default configuration.
    pub fn new() -> Config {
        Config {
            settings: Settings {
                fuel: false,
                tracing: false,
                lazy_above: Some(128 << 10),
                interruptible: true,
                guarded_memories: false,
                compile_threads: 0,
                features: BASE_FEATURES.union(SWITCHED_FEATURES),
            },
            kind: EngineKind::Auto,
            max_wasm_stack: 8 << 20,
            max_host_depth: 200,
            memory_reservation: if cfg!(target_pointer_width = "64") { 4 << 30 } else { 0 },
            memory64_reservation: if cfg!(target_pointer_width = "64") { 64 << 30 } else { 1 << 30 },
            cache: None,
        }
    }

    /// Which code runs functions. Default: [`EngineKind::Auto`].
    pub fn engine(&mut self, kind: EngineKind) -> &mut Config {
        self.kind = kind;
        self
    }

    /// Which code runs functions.
    pub fn engine_kind(&self) -> EngineKind {
        self.kind
    }

    /// Whether machine code can be interrupted ([`InterruptHandle`](crate::InterruptHandle), deadlines) while it runs in a
    /// loop without calls. Default: yes.
    ///
    /// Code pays nothing for it. The thread is woken by a signal, `SIGURG`, whose handler Falkirk takes over for the whole
    /// process (signals that it did not send go to the handler that was there before). The interpreter needs no signal.
    pub fn interruptible(&mut self, enable: bool) -> &mut Config {
        self.settings.interruptible = enable;
        self
    }

    /// How many threads the JIT compiles a module with; 0 for one per core. Default: 0.
    pub fn compile_threads(&mut self, threads: usize) -> &mut Config {
        self.settings.compile_threads = threads;
        self
    }

    /// Where the JIT keeps compiled code for later processes, or `None` not to. Default: `None`.
    pub fn cache(&mut self, cache: Option<CacheConfig>) -> &mut Config {
        self.cache = cache.map(Arc::new);
        self
    }

    /// Where compiled code is kept.
    pub fn cache_config(&self) -> Option<&Arc<CacheConfig>> {
        self.cache.as_ref()
    }

    /// Whether guests use up fuel, so that a call ends with [`Limit::Fuel`](crate::Limit::Fuel) when it is gone.
    /// Default: no.
    ///
    /// A store starts with no fuel: see [`Store::set_fuel`](crate::Store::set_fuel).
    pub fn consume_fuel(&mut self, enable: bool) -> &mut Config {
        self.settings.fuel = enable;
        self
    }

    /// How many bytes of values (locals, operands, frames) the guests of one store may have on the stack, from 64 KiB to
    /// 1 GiB. Default: 8 MiB. Memory is only used for what is touched.
    pub fn max_wasm_stack(&mut self, bytes: usize) -> &mut Config {
        self.max_wasm_stack = bytes;
        self
    }

    /// How often the host may call a guest that called the host and so on, at least once. Default: 200.
    ///
    /// Each of these nests frames on the thread's own stack, which Falkirk cannot see the end of.
    pub fn max_host_depth(&mut self, calls: u32) -> &mut Config {
        self.max_host_depth = calls;
        self
    }

    /// Modules whose code section has more than this many bytes are translated function by function, each at its first
    /// call; `Some(0)` does so always, `None` never. Default: `Some(128 KiB)`.
    ///
    /// Such modules are ready sooner, and what is never called is never translated. Validation is not put off.
    pub fn lazy_above(&mut self, bytes: Option<usize>) -> &mut Config {
        self.settings.lazy_above = bytes;
        self
    }

    /// How many bytes of address space a 32-bit memory reserves, so that it grows without moving. Default: 4 GiB on
    /// 64-bit hosts, which every such memory fits in.
    ///
    /// A memory that outgrows this (always so with 0), or whose reservation the operating system refuses, is moved when
    /// it grows.
    pub fn memory_reservation(&mut self, bytes: u64) -> &mut Config {
        self.memory_reservation = bytes;
        self
    }

    /// How many bytes a 64-bit memory may have at most. Default: 64 GiB on 64-bit hosts.
    ///
    /// So much address space is reserved for each (or less, if the memory's own maximum is less), so that it grows
    /// without moving; where the operating system refuses, it is moved when it grows.
    pub fn memory64_reservation(&mut self, bytes: u64) -> &mut Config {
        self.memory64_reservation = bytes;
        self
    }

    /// Whether code reports its steps to the store's [`Observer`](crate::Observer). Default: no.
    ///
    /// Code that reports is slower even while nobody observes.
    #[cfg(feature = "trace")]
    pub fn tracing(&mut self, enable: bool) -> &mut Config {
        self.settings.tracing = enable;
        self
    }

    proposals! {
        /// Vectors of 128 bits. Default: on. Turning them off also turns off [`Config::wasm_relaxed_simd`].
        wasm_simd = SIMD;
        /// Vector instructions with results that may differ between machines. Default: on.
        wasm_relaxed_simd = RELAXED_SIMD;
        /// More than one memory per module. Default: on.
        wasm_multi_memory = MULTI_MEMORY;
        /// Memories and tables with 64-bit addresses. Default: on.
        wasm_memory64 = MEMORY64;
        /// `return_call` and its kin. Default: on.
        wasm_tail_call = TAIL_CALL;
        /// Typed references to functions, and `call_ref`. Default: on.
        wasm_function_references = FUNCTION_REFERENCES;
        /// Arithmetic in constant expressions. Default: on.
        wasm_extended_const = EXTENDED_CONST;
    }

    /// The part that a backend reads.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whether everything is within its range.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let range = (64 << 10)..=(1 << 30);
        if !range.contains(&self.max_wasm_stack) {
            return Err(Error::usage(format!(
                "Config::max_wasm_stack is {} bytes; choose from {} to {}",
                self.max_wasm_stack,
                range.start(),
                range.end()
            )));
        }
        if self.max_host_depth == 0 {
            return Err(Error::usage(
                "Config::max_host_depth is 0, with which nothing can be called; choose at least 1",
            ));
        }
        Ok(())
    }

    /// The features of WebAssembly that modules may use.
    pub(crate) fn wasm_features(&self) -> WasmFeatures {
        let mut features = self.settings.features;
        if !features.simd() {
            features.remove(WasmFeatures::RELAXED_SIMD);
        }
        features
    }
}

impl Default for Config {
    fn default() -> Config {
        Config::new()
    }
}
