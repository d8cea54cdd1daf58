//! Single operators, which every engine must compute alike.
#![no_main]

use std::sync::LazyLock;

use falkirk::diff::Oracle;
use falkirk_spec_tests::{engines, operators, oracle};
use libfuzzer_sys::fuzz_target;

static ORACLE: LazyLock<Oracle> = LazyLock::new(|| oracle::of(&engines::all()));

fuzz_target!(|seeds: Vec<u64>| {
    let cases: Vec<operators::Case> = seeds.into_iter().take(40).map(operators::random_case).collect();
    if let Err(problem) = operators::check(&ORACLE, "fuzz-operators", &cases) {
        panic!("{problem}");
    }
});
