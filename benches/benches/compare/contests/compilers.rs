//! The contests of the compilers.

use std::fs;
use std::path::PathBuf;

use falkirk_benches::contest::{Group, Unit};
use falkirk_benches::guests::{KERNELS, Kernel, kernel_module, module};

use super::{Planned, SetUp, calls, entries, instantiations, named_modules, read};
use crate::engines::{COMPILERS, RUNNERS, THREADED, Work};
use crate::synthetic;

/// All of them.
pub fn planned(quick: bool) -> Vec<Planned> {
    let mut planned: Vec<Planned> = KERNELS.iter().map(execution).collect();
    planned.extend(compilations(quick));
    planned.extend(cached_first_calls(quick));
    planned.extend(instantiations(Group::JitInstantiate, &COMPILERS));
    planned.extend(calls(Group::JitCalls, &COMPILERS));
    planned
}

/// How often a turn runs a kernel: its size takes an interpreter some 20 ms, but compiled code a few.
const REPETITIONS: u8 = 4;

fn execution(kernel: &'static Kernel) -> Planned {
    Planned::new(Group::JitExec, kernel.name, usize::MAX, || {
        let wasm = kernel_module(kernel);
        let entries = entries(&RUNNERS, |engine| engine.kernel(kernel, &wasm).map(repeated));
        SetUp { n: kernel.bench_n, items: REPETITIONS.into(), unit: Unit::Milliseconds, entries }
    })
}

fn repeated(mut kernel: Work) -> Work {
    Box::new(move |n| (0..REPETITIONS).fold(0, |sum, _| kernel.run(n).wrapping_add(sum)))
}

/// Modules of several thousand functions, but where it must be quick.
fn compilations(quick: bool) -> Vec<Planned> {
    if quick {
        return vec![compilation("kernels, 0.1 MB", 5, || synthetic::module(100_000))];
    }
    let mut planned = vec![compilation("kernels, 1 MB", 9, || synthetic::module(1_000_000))];
    planned.extend(named_modules().map(|(name, path)| compilation(name, 9, move || read(&path))));
    planned
}

fn compilation(name: impl Into<String>, rounds: usize, wasm: impl Fn() -> Vec<u8> + 'static) -> Planned {
    Planned::new(Group::JitCompile, name, rounds, move || compile(&wasm()))
}

fn compile(wasm: &[u8]) -> SetUp {
    let entries = entries(&THREADED, |engine| engine.translate(wasm));
    SetUp { n: 1, items: 1.0, unit: Unit::Milliseconds, entries }
}

fn cached_first_calls(quick: bool) -> Vec<Planned> {
    let mut planned = vec![cached("json", usize::MAX, 5, || module("kernel-json"))];
    if !quick {
        planned.push(cached("kernels, 4 MB", 9, 1, || synthetic::module(4_000_000)));
        planned.extend(named_modules().map(|(name, path)| cached(&name, 9, 1, move || read(&path))));
    }
    planned
}

fn cached(name: &str, rounds: usize, n: u32, wasm: impl Fn() -> Vec<u8> + 'static) -> Planned {
    let name = format!("cached, {name}");
    Planned::new(Group::JitCache, name.clone(), rounds, move || cached_first_call(&name, n, &wasm()))
}

/// The module in a file, and a cache for each engine in a folder that it makes itself. The first round, which is not
/// counted, fills the caches.
fn cached_first_call(name: &str, n: u32, wasm: &[u8]) -> SetUp {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::remove_dir_all(&folder).ok(); // of an earlier run
    fs::create_dir_all(&folder).expect("a folder of cargo's");
    let file = folder.join("module.wasm");
    fs::write(&file, wasm).expect("a folder of cargo's");
    let entries = entries(&COMPILERS, |engine| engine.cached_first_call(&file, &folder.join(engine.name())));
    SetUp { n, items: n.into(), unit: Unit::Milliseconds, entries }
}
