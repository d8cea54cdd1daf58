//! The contests of the interpreters.

use falkirk_benches::contest::{Group, Unit};
use falkirk_benches::guests::{KERNELS, Kernel, kernel_module, module};

use super::{Planned, SetUp, calls, entries, instantiations, named_modules, read};
use crate::engines::INTERPRETERS;
use crate::synthetic;

/// All of them.
pub fn planned(quick: bool) -> Vec<Planned> {
    let mut planned: Vec<Planned> = KERNELS.iter().map(execution).collect();
    planned.extend(translations(quick));
    planned.extend(instantiations(Group::Instantiate, &INTERPRETERS));
    planned.extend(calls(Group::Calls, &INTERPRETERS));
    planned
}

fn execution(kernel: &'static Kernel) -> Planned {
    Planned::new(Group::Exec, kernel.name, usize::MAX, || {
        let wasm = kernel_module(kernel);
        let entries = entries(&INTERPRETERS, |engine| engine.kernel(kernel, &wasm));
        SetUp { n: kernel.bench_n, items: 1.0, unit: Unit::Milliseconds, entries }
    })
}

fn translations(quick: bool) -> Vec<Planned> {
    let mut planned = vec![
        translation("json", usize::MAX, || module("kernel-json")),
        translation("bytes", usize::MAX, || module("kernel-bytes")),
        translation("kernels, 1 MB", usize::MAX, || synthetic::module(1_000_000)),
    ];
    if !quick {
        planned.push(translation("kernels, 8 MB", 9, || synthetic::module(8_000_000)));
        planned.extend(named_modules().map(|(name, path)| translation(name, 9, move || read(&path))));
        planned.push(Planned::new(Group::FirstCall, "first call, 20 MB", 9, || first_call(20_000_000)));
    }
    planned
}

fn translation(name: impl Into<String>, rounds: usize, wasm: impl Fn() -> Vec<u8> + 'static) -> Planned {
    Planned::new(Group::Translate, name, rounds, move || translate(&wasm()))
}

/// Translates some two megabytes in each turn.
fn translate(wasm: &[u8]) -> SetUp {
    let n = u32::try_from(2_000_000 / wasm.len()).expect("at most two million").max(1);
    let items = f64::from(n) * wasm.len() as f64;
    let entries = entries(&INTERPRETERS, |engine| engine.translate(wasm));
    SetUp { n, items, unit: Unit::MegabytesPerSecond, entries }
}

fn first_call(bytes: usize) -> SetUp {
    let wasm = synthetic::module(bytes);
    let entries = entries(&INTERPRETERS, |engine| engine.first_call(&wasm));
    SetUp { n: 10, items: 1.0, unit: Unit::Milliseconds, entries }
}
