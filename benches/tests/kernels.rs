//! What is measured must be right: every kernel gives its checksum on every engine.

use falkirk::{Config, Engine, EngineKind, Instance, Module, Store};
use falkirk_benches::guests::{KERNELS, Kernel, kernel_module};

#[test]
fn every_kernel_gives_its_checksum() {
    for kind in [EngineKind::Interp, EngineKind::Jit] {
        let engine = Engine::new(Config::new().engine(kind)).unwrap();
        for kernel in KERNELS {
            assert_eq!(checksum(&engine, kernel), kernel.test_sum, "{} with {kind:?}", kernel.name);
        }
    }
}

fn checksum(engine: &Engine, kernel: &Kernel) -> u64 {
    let module = Module::new(engine, kernel_module(kernel)).unwrap();
    let mut store = Store::new(engine, ());
    let instance = Instance::new(&mut store, &module, &[]).unwrap();
    let run = instance.get_typed_func::<u32, u64>(&mut store, "run").unwrap();
    run.call(&mut store, kernel.test_n).unwrap()
}
