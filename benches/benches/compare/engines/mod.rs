//! The engines, each made to do the same things.

use std::path::Path;

use falkirk_benches::contest::Run;
use falkirk_benches::guests::Kernel;

pub mod falkirk;
pub mod nano;
pub mod native;
pub mod wasmi;
pub mod wasmtime;

/// Work that is ready to start.
pub type Work = Box<dyn Run>;

/// What the contests want of an engine. Where it cannot take part, it has nothing to say.
///
/// Engines, modules and instances are made before the clock starts, unless making them is what is measured.
pub trait Engine {
    /// The name in the tables.
    fn name(&self) -> &'static str;

    /// Runs the kernel with size `n`.
    fn kernel(&self, kernel: &Kernel, wasm: &[u8]) -> Option<Work>;

    /// Validates and translates or compiles all of the module, `n` times.
    fn translate(&self, _wasm: &[u8]) -> Option<Work> {
        None
    }

    /// From bytes to the result of the export `run: (i32) -> i64`, called with `n`, with default settings.
    fn first_call(&self, _wasm: &[u8]) -> Option<Work> {
        None
    }

    /// From a module's file to the result of its export `run: (i32) -> i64`, called with the number of the repetition,
    /// `n` times. Each time a new engine uses the cache in the folder. Returns the sum of the results. Modules that have
    /// imports, or no such export, are only made ready.
    fn cached_first_call(&self, _file: &Path, _cache: &Path) -> Option<Work> {
        None
    }

    /// Makes a store and an instance of a module without imports, and drops both, `n` times.
    fn instantiate(&self, _wasm: &[u8]) -> Option<Work> {
        None
    }

    /// The same, but calls the export `run: (i32) -> i64` in between, with the number of the repetition. Returns the sum
    /// of the results.
    fn instantiate_and_run(&self, _wasm: &[u8]) -> Option<Work> {
        None
    }

    /// Calls the export `empty: () -> ()`, `n` times.
    fn call_empty(&self, _wasm: &[u8]) -> Option<Work> {
        None
    }

    /// Calls the export `add: (i32, i32) -> i32`, `n` times, and returns the sum.
    fn call_add(&self, _wasm: &[u8]) -> Option<Work> {
        None
    }

    /// Calls the export `run: (i32) -> i32` with `n`, which calls the import `host.tick: (i32) -> i32` so many times.
    /// `tick` adds one.
    fn call_host(&self, _wasm: &[u8]) -> Option<Work> {
        None
    }
}

/// The interpreters, and what they can never be. They take turns in this order.
pub const INTERPRETERS: [&dyn Engine; 4] = [&falkirk::INTERP, &wasmi::Wasmi, &nano::Nano, &native::Native];

/// Those who run kernels beside the compilers: what they can never be, what they must leave behind, and the JIT without
/// what interruption costs.
pub const RUNNERS: [&dyn Engine; 5] =
    [&falkirk::JIT, &wasmtime::WASMTIME, &native::Native, &falkirk::INTERP, &falkirk::JIT_BARE];

/// The compilers, and Falkirk's interpreter beside them.
pub const COMPILERS: [&dyn Engine; 3] = [&falkirk::JIT, &wasmtime::WASMTIME, &falkirk::INTERP];

/// The compilers with one thread each, and with two.
pub const THREADED: [&dyn Engine; 4] = [&falkirk::JIT_1, &wasmtime::WASMTIME_1, &falkirk::JIT_2, &wasmtime::WASMTIME_2];
