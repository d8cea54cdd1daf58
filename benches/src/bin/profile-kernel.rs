//! Runs one kernel on Falkirk over and over, for a profiler, and prints how long each run took.
//!
//! `cargo run --release -p falkirk-benches --bin profile-kernel -- [interp|jit] KERNEL [RUNS] [SIZE]`

use std::process::ExitCode;

use falkirk::{Config, Engine, EngineKind, Instance, Module, Store};
use falkirk_benches::clock::time;
use falkirk_benches::guests::{KERNELS, Kernel, kernel, kernel_module};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (kind, args) = engine_kind(&args);
    match parse(args) {
        Some((kernel, runs, size)) => {
            profile(kind, kernel, runs, size);
            ExitCode::SUCCESS
        }
        None => {
            let names: Vec<&str> = KERNELS.iter().map(|kernel| kernel.name).collect();
            eprintln!("usage: profile-kernel [interp|jit] KERNEL [RUNS] [SIZE]\nkernels: {}", names.join(" "));
            ExitCode::FAILURE
        }
    }
}

/// The engine that the first argument names, and the other arguments.
fn engine_kind(args: &[String]) -> (EngineKind, &[String]) {
    match args.split_first() {
        Some((first, rest)) if first == "interp" => (EngineKind::Interp, rest),
        Some((first, rest)) if first == "jit" => (EngineKind::Jit, rest),
        _ => (EngineKind::Auto, args),
    }
}

fn parse(args: &[String]) -> Option<(&'static Kernel, u32, u32)> {
    let kernel = kernel(args.first()?)?;
    let number = |index: usize, default| args.get(index).map_or(Some(default), |text| text.parse().ok());
    Some((kernel, number(1, 10)?, number(2, kernel.bench_n)?))
}

fn profile(kind: EngineKind, kernel: &Kernel, runs: u32, size: u32) {
    let engine = Engine::new(Config::new().engine(kind)).expect("a valid configuration");
    let module = Module::new(&engine, kernel_module(kernel)).expect("a valid module");
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[]).expect("no imports, no start function");
    let run = instance.get_typed_func::<u32, u64>(&mut store, "run").expect("every kernel has it");
    for _ in 0..runs {
        let (sum, sample) = time(|| run.call(&mut store, size).expect("kernels do not trap"));
        println!("{} {size}: {:.3} ms, checksum {sum:#018x}", kernel.name, sample.thread * 1e3);
    }
}
