//! Falkirk's interpreter.

use falkirk::{Config, Instance, Linker, Module, Store, TypedFunc, WasmParams, WasmResults};
use falkirk_benches::contest::Run;
use falkirk_benches::contest::engine::FALKIRK;
use falkirk_benches::guests::Kernel;

use super::{Engine, Work};

/// Falkirk.
pub struct Falkirk;

impl Engine for Falkirk {
    fn name(&self) -> &'static str {
        FALKIRK
    }

    fn kernel(&self, _: &Kernel, wasm: &[u8]) -> Option<Work> {
        let (mut store, run) = export::<u32, u64>(wasm, "run");
        Some(Box::new(move |n| run.call(&mut store, n).expect("kernels do not trap")))
    }

    fn translate(&self, wasm: &[u8]) -> Option<Work> {
        Some(Box::new(Translate { wasm: wasm.into(), engine: eager(), kept: Vec::new() }))
    }

    fn first_call(&self, wasm: &[u8]) -> Option<Work> {
        Some(Box::new(FirstCall { wasm: wasm.into(), engine: falkirk::Engine::default(), kept: None }))
    }

    fn instantiate(&self, wasm: &[u8]) -> Option<Work> {
        let engine = falkirk::Engine::default();
        let module = Module::new(&engine, wasm).expect("a valid module");
        Some(Box::new(move |n| {
            for _ in 0..n {
                let mut store = Store::new(&engine, ());
                Instance::new(&mut store, &module, &[]).expect("no imports, no start function");
            }
            0
        }))
    }

    fn instantiate_and_run(&self, wasm: &[u8]) -> Option<Work> {
        let engine = falkirk::Engine::default();
        let module = Module::new(&engine, wasm).expect("a valid module");
        let once = move |item| {
            let mut store = Store::new(&engine, ());
            let instance = Instance::new(&mut store, &module, &[]).expect("no imports, no start function");
            let run = instance.get_typed_func::<u32, u64>(&mut store, "run").expect("an export of this type");
            run.call(&mut store, item).expect("no trap")
        };
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

/// An engine that translates all of a module at once.
pub fn eager() -> falkirk::Engine {
    falkirk::Engine::new(Config::new().lazy_above(None)).expect("a valid configuration")
}

fn export<P: WasmParams, R: WasmResults>(wasm: &[u8], name: &str) -> (Store<()>, TypedFunc<P, R>) {
    let engine = falkirk::Engine::default();
    let module = Module::new(&engine, wasm).expect("a valid module");
    let mut store = Store::new(&engine, ());
    let mut linker = Linker::new(&engine);
    linker.func_wrap("host", "tick", |item: u32| item.wrapping_add(1)).expect("the only definition");
    let instance = linker.instantiate(&mut store, &module).expect("all imports are there");
    let export = instance.get_typed_func(&mut store, name).expect("an export of this type");
    (store, export)
}

/// Every run gets a new engine, as the peers do.
struct Translate {
    wasm: Vec<u8>,
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
        self.engine = eager();
    }
}

struct FirstCall {
    wasm: Vec<u8>,
    engine: falkirk::Engine,
    kept: Option<Store<()>>,
}

impl Run for FirstCall {
    fn run(&mut self, n: u32) -> u64 {
        let module = Module::new(&self.engine, &self.wasm).expect("a valid module");
        let store = self.kept.insert(Store::new(&self.engine, ()));
        let instance = Instance::new(&mut *store, &module, &[]).expect("no imports, no start function");
        let run = instance.get_typed_func::<u32, u64>(&mut *store, "run").expect("an export of this type");
        run.call(store, n).expect("no trap")
    }

    fn reset(&mut self) {
        self.kept = None;
        self.engine = falkirk::Engine::default();
    }
}
