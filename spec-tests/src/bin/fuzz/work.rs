//! A process that tries seeds.

use std::fs;
use std::process::ExitCode;

use falkirk::diff::{Oracle, Script};
use falkirk_spec_tests::operators;
use falkirk_spec_tests::random::{self, Tally};
use falkirk_spec_tests::{engines, found, oracle};

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

fn is_random(kind: Kind, seed: u64) -> bool {
    kind == Kind::Random || kind == Kind::Both && seed.is_multiple_of(2)
}

fn try_seed(kind: Kind, seed: u64, exact: &Oracle, alike: &Oracle, tally: &mut Tally) -> Result<(), String> {
    let report = match is_random(kind, seed) {
        true => random::check(exact, seed)?,
        false => operators::check(alike, &format!("operators-{seed}"), &operators::random_cases(seed))?,
    };
    tally.add(&report);
    Ok(())
}

/// Writes down the module of a seed that crashed. Gives what to tell.
pub fn write_down_crash(kind: Kind, seed: u64, how: &str) -> String {
    let (name, wasm, script) = match is_random(kind, seed) {
        true => (format!("random-{seed}"), random::deterministic(seed), Script::default()),
        false => {
            let cases = operators::random_cases(seed);
            (format!("operators-{seed}"), operators::module(&cases), operators::script(&cases))
        }
    };
    let told = found::write_down(&name, &wasm, &Default::default(), &script);
    format!("seed {seed} of {kind:?}: {how}\n{told}")
}
