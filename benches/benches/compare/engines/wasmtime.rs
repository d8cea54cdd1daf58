//! wasmtime, as its users have it: default features and default settings.

use std::path::{Path, PathBuf};

use falkirk_benches::contest::{Run, engine};
use falkirk_benches::guests::Kernel;
use rayon::{ThreadPool, ThreadPoolBuilder};
use wasmtime::{Cache, CacheConfig, Config, Instance, Linker, Module, Store, TypedFunc, WasmParams, WasmResults};

use super::{Engine, Work};

/// wasmtime with certain settings.
pub struct Wasmtime {
    name: &'static str,
    /// How many threads compile; 0 for one per core, the default.
    threads: usize,
}

/// wasmtime.
pub const WASMTIME: Wasmtime = Wasmtime { name: engine::WASMTIME, threads: 0 };

/// wasmtime where it compiles with one thread.
pub const WASMTIME_1: Wasmtime = Wasmtime { name: engine::WASMTIME, threads: 1 };

/// wasmtime where it compiles with two threads.
pub const WASMTIME_2: Wasmtime = Wasmtime { name: engine::WASMTIME_2, threads: 2 };

impl Engine for Wasmtime {
    fn name(&self) -> &'static str {
        self.name
    }

    fn kernel(&self, _: &Kernel, wasm: &[u8]) -> Option<Work> {
        let (mut store, run) = export::<u32, u64>(wasm, "run");
        Some(Box::new(move |n| run.call(&mut store, n).expect("kernels do not trap")))
    }

    fn translate(&self, wasm: &[u8]) -> Option<Work> {
        Some(Box::new(Translate { wasm: wasm.into(), compiling: Compiling::with(self.threads), kept: Vec::new() }))
    }

    fn cached_first_call(&self, file: &Path, cache: &Path) -> Option<Work> {
        Some(Box::new(CachedFirstCall { file: file.into(), cache: cache.into(), kept: Vec::new() }))
    }

    fn instantiate(&self, wasm: &[u8]) -> Option<Work> {
        let (engine, module) = module(wasm);
        Some(Box::new(move |n| {
            for _ in 0..n {
                let mut store = Store::new(&engine, ());
                Instance::new(&mut store, &module, &[]).expect("no imports, no start function");
            }
            0
        }))
    }

    fn instantiate_and_run(&self, wasm: &[u8]) -> Option<Work> {
        let (engine, module) = module(wasm);
        let once = move |item| called(&mut Store::new(&engine, ()), &module, item);
        Some(Box::new(move |n| (0..n).map(&once).fold(0, u64::wrapping_add)))
    }

    fn call_empty(&self, wasm: &[u8]) -> Option<Work> {
        let (mut store, empty) = export::<(), ()>(wasm, "empty");
        Some(Box::new(move |n| {
            for _ in 0..n {
                empty.call(&mut store, ()).expect("no trap");
            }
            0
        }))
    }

    fn call_add(&self, wasm: &[u8]) -> Option<Work> {
        let (mut store, add) = export::<(u32, u32), u32>(wasm, "add");
        Some(Box::new(move |n| (0..n).fold(0, |sum, item| add.call(&mut store, (sum, item)).expect("no trap")).into()))
    }

    fn call_host(&self, wasm: &[u8]) -> Option<Work> {
        let (mut store, run) = export::<u32, u32>(wasm, "run");
        Some(Box::new(move |n| run.call(&mut store, n).expect("no trap").into()))
    }
}

fn module(wasm: &[u8]) -> (wasmtime::Engine, Module) {
    let engine = wasmtime::Engine::default();
    let module = Module::new(&engine, wasm).expect("a valid module");
    (engine, module)
}

fn export<P: WasmParams, R: WasmResults>(wasm: &[u8], name: &str) -> (Store<()>, TypedFunc<P, R>) {
    let (engine, module) = module(wasm);
    let mut store = Store::new(&engine, ());
    let mut linker = Linker::new(&engine);
    linker.func_wrap("host", "tick", |item: u32| item.wrapping_add(1)).expect("the only definition");
    let instance = linker.instantiate(&mut store, &module).expect("all imports are there");
    let export = instance.get_typed_func(&mut store, name).expect("an export of this type");
    (store, export)
}

/// The result of the export `run` of a new instance.
fn called(store: &mut Store<()>, module: &Module, argument: u32) -> u64 {
    let instance = Instance::new(&mut *store, module, &[]).expect("no imports, no start function");
    let run = instance.get_typed_func::<u32, u64>(&mut *store, "run").expect("an export of this type");
    run.call(store, argument).expect("no trap")
}

/// An engine and the threads that compile for it.
enum Compiling {
    /// The caller's own.
    Here(wasmtime::Engine),
    /// A pool's. wasmtime takes that which the caller runs in.
    InPool(wasmtime::Engine, ThreadPool),
}

impl Compiling {
    fn with(threads: usize) -> Compiling {
        if threads == 1 {
            let engine = wasmtime::Engine::new(Config::new().parallel_compilation(false));
            Compiling::Here(engine.expect("a valid configuration"))
        } else {
            let pool = ThreadPoolBuilder::new().num_threads(threads).build();
            Compiling::InPool(wasmtime::Engine::default(), pool.expect("threads can be started"))
        }
    }

    fn module(&self, wasm: &[u8]) -> Module {
        let module = match self {
            Compiling::Here(engine) => Module::new(engine, wasm),
            Compiling::InPool(engine, pool) => pool.install(|| Module::new(engine, wasm)),
        };
        module.expect("a valid module")
    }

    /// A new engine with the same threads.
    fn renew(&mut self) {
        let (Compiling::Here(engine) | Compiling::InPool(engine, _)) = self;
        *engine = wasmtime::Engine::new(engine.config()).expect("its configuration was valid before");
    }
}

struct Translate {
    wasm: Vec<u8>,
    compiling: Compiling,
    kept: Vec<Module>,
}

impl Run for Translate {
    fn run(&mut self, n: u32) -> u64 {
        self.kept.extend((0..n).map(|_| self.compiling.module(&self.wasm)));
        self.kept.len() as u64
    }

    fn reset(&mut self) {
        self.kept.clear();
        self.compiling.renew();
    }
}

struct CachedFirstCall {
    file: PathBuf,
    cache: PathBuf,
    kept: Vec<(Store<()>, Module)>,
}

impl CachedFirstCall {
    fn once(&mut self, argument: u32) -> u64 {
        let mut settings = CacheConfig::new();
        settings.with_directory(&self.cache);
        let cache = Cache::new(settings).expect("a folder that can be made");
        let engine = wasmtime::Engine::new(Config::new().cache(Some(cache))).expect("a valid configuration");
        let module = Module::from_file(&engine, &self.file).expect("a valid module");
        let mut store = Store::new(&engine, ());
        let runs = module.imports().len() == 0 && module.get_export("run").is_some();
        let result = if runs { called(&mut store, &module, argument) } else { module.exports().len() as u64 };
        self.kept.push((store, module));
        result
    }
}

impl Run for CachedFirstCall {
    fn run(&mut self, n: u32) -> u64 {
        (0..n).map(|item| self.once(item)).fold(0, u64::wrapping_add)
    }

    fn reset(&mut self) {
        self.kept.clear();
    }
}
