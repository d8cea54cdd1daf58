//! Falkirk's engines.

use std::path::{Path, PathBuf};

use falkirk::{CacheConfig, Config, EngineKind, Instance, Linker, Module, Store, TypedFunc, WasmParams, WasmResults};
use falkirk_benches::contest::{Run, engine};
use falkirk_benches::guests::Kernel;

use super::{Engine, Work};

/// Falkirk with certain settings.
pub struct Falkirk {
    name: &'static str,
    kind: EngineKind,
    interruptible: bool,
    compile_threads: usize,
}

/// The interpreter.
pub const INTERP: Falkirk = Falkirk { name: engine::INTERP, kind: EngineKind::Interp, ..DEFAULT };

/// The JIT.
pub const JIT: Falkirk = DEFAULT;

/// The JIT where loops do not look for interrupts.
pub const JIT_BARE: Falkirk = Falkirk { name: engine::JIT_BARE, interruptible: false, ..DEFAULT };

/// The JIT where it compiles with one thread.
pub const JIT_1: Falkirk = Falkirk { compile_threads: 1, ..DEFAULT };

/// The JIT where it compiles with two threads.
pub const JIT_2: Falkirk = Falkirk { name: engine::JIT_2, compile_threads: 2, ..DEFAULT };

/// The JIT, with Falkirk's own defaults.
const DEFAULT: Falkirk = Falkirk { name: engine::JIT, kind: EngineKind::Jit, interruptible: true, compile_threads: 0 };

impl Falkirk {
    /// An engine.
    pub fn engine(&self) -> falkirk::Engine {
        made(&self.config())
    }

    /// An engine that translates all of a module at once.
    pub fn eager(&self) -> falkirk::Engine {
        made(self.config().lazy_above(None))
    }

    fn config(&self) -> Config {
        let mut config = Config::new();
        config.engine(self.kind).interruptible(self.interruptible).compile_threads(self.compile_threads);
        config
    }

    /// The settings of an engine that keeps its code in this folder. The interpreter keeps none.
    fn cached(&self, folder: &Path) -> Option<Config> {
        let cache = CacheConfig::new(folder);
        (self.kind == EngineKind::Jit).then(|| self.config().cache(Some(cache)).clone())
    }

    fn module(&self, wasm: &[u8]) -> (falkirk::Engine, Module) {
        let engine = self.engine();
        let module = Module::new(&engine, wasm).expect("a valid module");
        (engine, module)
    }

    fn export<P: WasmParams, R: WasmResults>(&self, wasm: &[u8], name: &str) -> (Store<()>, TypedFunc<P, R>) {
        let (engine, module) = self.module(wasm);
        let mut store = Store::new(&engine, ());
        let mut linker = Linker::new(&engine);
        linker.func_wrap("host", "tick", |item: u32| item.wrapping_add(1)).expect("the only definition");
        let instance = linker.instantiate(&mut store, &module).expect("all imports are there");
        let export = instance.get_typed_func(&mut store, name).expect("an export of this type");
        (store, export)
    }
}

impl Engine for Falkirk {
    fn name(&self) -> &'static str {
        self.name
    }

    fn kernel(&self, _: &Kernel, wasm: &[u8]) -> Option<Work> {
        let (mut store, run) = self.export::<u32, u64>(wasm, "run");
        Some(Box::new(move |n| run.call(&mut store, n).expect("kernels do not trap")))
    }

    fn translate(&self, wasm: &[u8]) -> Option<Work> {
        let config = self.config().lazy_above(None).clone();
        Some(Box::new(Translate { wasm: wasm.into(), engine: made(&config), config, kept: Vec::new() }))
    }

    fn first_call(&self, wasm: &[u8]) -> Option<Work> {
        let config = self.config();
        Some(Box::new(FirstCall { wasm: wasm.into(), engine: made(&config), config, kept: None }))
    }

    fn cached_first_call(&self, file: &Path, cache: &Path) -> Option<Work> {
        let config = self.cached(cache)?;
        assert_eq!(made(&config).cache_problem(), None, "the cache must be used");
        Some(Box::new(CachedFirstCall { file: file.into(), config, kept: Vec::new() }))
    }

    fn instantiate(&self, wasm: &[u8]) -> Option<Work> {
        let (engine, module) = self.module(wasm);
        Some(Box::new(move |n| {
            for _ in 0..n {
                let mut store = Store::new(&engine, ());
                Instance::new(&mut store, &module, &[]).expect("no imports, no start function");
            }
            0
        }))
    }

    fn instantiate_and_run(&self, wasm: &[u8]) -> Option<Work> {
        let (engine, module) = self.module(wasm);
        let once = move |item| called(&mut Store::new(&engine, ()), &module, item);
        Some(Box::new(move |n| (0..n).map(&once).fold(0, u64::wrapping_add)))
    }

    fn call_empty(&self, wasm: &[u8]) -> Option<Work> {
        let (mut store, empty) = self.export::<(), ()>(wasm, "empty");
        Some(Box::new(move |n| {
            for _ in 0..n {
                empty.call(&mut store, ()).expect("no trap");
            }
            0
        }))
    }

    fn call_add(&self, wasm: &[u8]) -> Option<Work> {
        let (mut store, add) = self.export::<(u32, u32), u32>(wasm, "add");
        Some(Box::new(move |n| (0..n).fold(0, |sum, item| add.call(&mut store, (sum, item)).expect("no trap")).into()))
    }

    fn call_host(&self, wasm: &[u8]) -> Option<Work> {
        let (mut store, run) = self.export::<u32, u32>(wasm, "run");
        Some(Box::new(move |n| run.call(&mut store, n).expect("no trap").into()))
    }
}

fn made(config: &Config) -> falkirk::Engine {
    falkirk::Engine::new(config).expect("a valid configuration")
}

/// The result of the export `run` of a new instance.
fn called(store: &mut Store<()>, module: &Module, argument: u32) -> u64 {
    let instance = Instance::new(&mut *store, module, &[]).expect("no imports, no start function");
    let run = instance.get_typed_func::<u32, u64>(&mut *store, "run").expect("an export of this type");
    run.call(store, argument).expect("no trap")
}

/// Every run gets a new engine, as the peers do.
struct Translate {
    wasm: Vec<u8>,
    config: Config,
    engine: falkirk::Engine,
    kept: Vec<Module>,
}

impl Run for Translate {
    fn run(&mut self, n: u32) -> u64 {
        let translate = || Module::new(&self.engine, &self.wasm).expect("a valid module");
        self.kept.extend((0..n).map(|_| translate()));
        self.kept.len() as u64
    }

    fn reset(&mut self) {
        self.kept.clear();
        self.engine = made(&self.config);
    }
}

struct FirstCall {
    wasm: Vec<u8>,
    config: Config,
    engine: falkirk::Engine,
    kept: Option<Store<()>>,
}

impl Run for FirstCall {
    fn run(&mut self, n: u32) -> u64 {
        let module = Module::new(&self.engine, &self.wasm).expect("a valid module");
        called(self.kept.insert(Store::new(&self.engine, ())), &module, n)
    }

    fn reset(&mut self) {
        self.kept = None;
        self.engine = made(&self.config);
    }
}

struct CachedFirstCall {
    file: PathBuf,
    config: Config,
    kept: Vec<(Store<()>, Module)>,
}

impl CachedFirstCall {
    fn once(&mut self, argument: u32) -> u64 {
        let engine = made(&self.config);
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
