//! Hostile inputs on every engine: no panic, no overflow of the host's stack, and memory and time in proportion.
//!
//! Each case runs in a process of its own (this program again, with the case's name in [`CASE`]), so that a crash is only
//! that case's failure and its memory can be measured.

mod calls;
mod code;
mod components;
mod counts;
mod memory;
mod process;
mod recursion;
mod support;

use std::process::ExitCode;

use falkirk_spec_tests::engines;
use libtest_mimic::{Arguments, Trial};

/// Something hostile to do.
#[derive(Clone, Copy)]
pub struct Case {
    /// Its name.
    name: &'static str,
    /// How many MiB it may have in use at its peak, what it is made of included.
    mib: u64,
    /// Does it, and panics if what comes of it is not as it should be.
    run: fn(&falkirk::Engine),
}

/// The environment variable that holds `subject/case` in the process that runs it.
const CASE: &str = "FALKIRK_HOSTILE_CASE";

fn main() -> ExitCode {
    let cases: Vec<Case> =
        [counts::CASES, code::CASES, memory::CASES, calls::CASES, recursion::CASES, components::CASES]
            .into_iter()
            .flatten()
            .copied()
            .collect();
    if let Ok(name) = std::env::var(CASE) {
        return run_here(&cases, &name);
    }
    let mut trials = Vec::new();
    for subject in engines::all().into_iter().filter(|subject| !subject.is_traced()) {
        for case in &cases {
            let (name, mib) = (format!("{}/{}", subject.name, case.name), case.mib * memory_factor(&subject));
            trials.push(Trial::test(name.clone(), move || process::run_case(&name, mib)));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// How many times the memory that the interpreter may use an engine may use. A compiler with a register allocator keeps
/// several times as much for each operator as a translation in one pass.
fn memory_factor(subject: &engines::Subject) -> u64 {
    if subject.engine.backend_name() == "interp" { 1 } else { 8 }
}

/// Runs one case in this process.
fn run_here(cases: &[Case], name: &str) -> ExitCode {
    let subjects = engines::all();
    let found = name.split_once('/').and_then(|(subject, case)| {
        let subject = subjects.iter().find(|candidate| candidate.name == subject)?;
        Some((subject, cases.iter().find(|candidate| candidate.name == case)?))
    });
    let Some((subject, case)) = found else {
        eprintln!("there is no case {name}");
        return ExitCode::FAILURE;
    };
    let before = process::resident_kib("VmRSS");
    (case.run)(&subject.engine);
    process::report_peak(before);
    ExitCode::SUCCESS
}
