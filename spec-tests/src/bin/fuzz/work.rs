//! A process that tries seeds.

use std::fs;
use std::process::ExitCode;

use falkirk::Module;
use falkirk::diff::{Oracle, Report, Script};
use falkirk_spec_tests::operators;
use falkirk_spec_tests::random::{self, Tally};
use falkirk_spec_tests::{calls, engines, found, oracle};

use super::options::{Kind, Options};

/// Tries seeds; a difference is written down, and the search goes on.
pub fn run(options: &Options) -> ExitCode {
    let subjects = engines::all();
    let (mut exact, mut alike) = (oracle::exact(&subjects), oracle::of(&subjects));
    exact.frames(options.frames);
    alike.frames(options.frames);
    let mut tally = Tally::default();
    let mut differences = 0;
    for seed in (0..options.count).map(|number| options.seed.wrapping_add(number)) {
        if let Some(progress) = &options.progress {
            let _ = fs::write(progress, seed.to_string());
        }
        if let Err(problem) = try_seed(options.kind, seed, &exact, &alike, &mut tally) {
            println!("{problem}");
            differences += 1;
        }
    }
    println!("{tally}");
    ExitCode::from(u8::from(differences > 0))
}

fn try_seed(kind: Kind, seed: u64, exact: &Oracle, alike: &Oracle, tally: &mut Tally) -> Result<(), String> {
    let report = match kind.of(seed) {
        Kind::Operators => operators::check(alike, &format!("operators-{seed}"), &operators::random_cases(seed))?,
        Kind::Calls => calls::check(exact, seed)?,
        _ => random::check(exact, seed)?,
    };
    tally.add(&report);
    Ok(())
}

/// Writes down the module of a seed that crashed. Gives what to tell.
pub fn write_down_crash(kind: Kind, seed: u64, how: &str) -> String {
    let (name, wasm, script) = match kind.of(seed) {
        Kind::Operators => {
            let cases = operators::random_cases(seed);
            ("operators", operators::module(&cases), operators::script(&cases))
        }
        Kind::Calls => ("calls", calls::module(seed), calls::script(seed)),
        _ => {
            let wasm = random::deterministic(seed);
            // Not on the engine that crashed.
            let module = engines::all().first().and_then(|subject| Module::new(&subject.engine, &wasm).ok());
            let script = module.map(|module| Script::random(&module, seed)).unwrap_or_default();
            ("random", wasm, script)
        }
    };
    let told = found::write_down(&format!("{name}-{seed}"), &wasm, &Report::default(), &script);
    format!("seed {seed} ({name}): {how}\n{told}")
}
