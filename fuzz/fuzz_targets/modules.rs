//! Modules from `wasm-smith`, which every engine must run alike.
#![no_main]

use std::sync::LazyLock;

use falkirk::diff::Oracle;
use falkirk_spec_tests::{engines, oracle, random};
use libfuzzer_sys::{Corpus, fuzz_target};

static ORACLE: LazyLock<Oracle> = LazyLock::new(|| oracle::exact(&engines::all()));

fuzz_target!(|data: &[u8]| -> Corpus {
    let Some(wasm) = random::deterministic_from(data) else { return Corpus::Reject };
    if let Err(problem) = random::judge(&ORACLE, "fuzz-modules", &wasm, 0) {
        panic!("{problem}");
    }
    Corpus::Keep
});
