//! What is measured must be right: every kernel gives its checksum.

use falkirk::{Engine, Instance, Module, Store};
use falkirk_benches::guests::{KERNELS, Kernel, kernel_module};

#[test]
fn every_kernel_gives_its_checksum() {
    for kernel in KERNELS {
        assert_eq!(checksum(kernel), kernel.test_sum, "{}", kernel.name);
    }
}

fn checksum(kernel: &Kernel) -> u64 {
    let engine = Engine::default();
    let module = Module::new(&engine, kernel_module(kernel)).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[]).unwrap();
    let run = instance.get_typed_func::<u32, u64>(&mut store, "run").unwrap();
    run.call(&mut store, kernel.test_n).unwrap()
}
