//! Each kernel on each of Falkirk's engines alone, with criterion's statistics.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use falkirk::{Config, Engine, EngineKind, Instance, Module, Store};
use falkirk_benches::guests::{KERNELS, Kernel, kernel_module};

fn kernels(criterion: &mut Criterion) {
    for (name, kind) in [("interp", EngineKind::Interp), ("jit", EngineKind::Jit)] {
        let mut group = criterion.benchmark_group(name);
        group.sample_size(20);
        for kernel in KERNELS {
            group.bench_function(kernel.name, |bencher| bencher.iter(prepare(kernel, kind)));
        }
        group.finish();
    }
}

/// The kernel, ready to be run with its size for measuring.
fn prepare(kernel: &Kernel, kind: EngineKind) -> impl FnMut() -> u64 {
    let engine = Engine::new(Config::new().engine(kind)).expect("a valid configuration");
    let module = Module::new(&engine, kernel_module(kernel)).expect("a valid module");
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[]).expect("no imports, no start function");
    let run = instance.get_typed_func::<u32, u64>(&mut store, "run").expect("every kernel has it");
    let n = kernel.bench_n;
    move || run.call(&mut store, black_box(n)).expect("kernels do not trap")
}

criterion_group!(benches, kernels);
criterion_main!(benches);
