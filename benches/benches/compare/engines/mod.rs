//! The engines, each made to do the same things.

use falkirk_benches::contest::Run;
use falkirk_benches::guests::Kernel;

pub mod falkirk;
pub mod nano;
pub mod native;
pub mod wasmi;

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

    /// Validates and translates all of the module, `n` times.
    fn translate(&self, _wasm: &[u8]) -> Option<Work> {
        None
    }

    /// From bytes to the result of the export `run: (i32) -> i64`, called with `n`, with default settings.
    fn first_call(&self, _wasm: &[u8]) -> Option<Work> {
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

/// All of them. They take turns in this order.
pub fn all() -> [&'static dyn Engine; 4] {
    [&falkirk::Falkirk, &wasmi::Wasmi, &nano::Nano, &native::Native]
}
