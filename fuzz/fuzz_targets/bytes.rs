//! Bytes that are taken as a module: rejected by every engine, or run alike. Never a panic.
#![no_main]

use std::sync::LazyLock;

use falkirk::diff::{Oracle, Script};
use falkirk_spec_tests::{engines, oracle};
use libfuzzer_sys::fuzz_target;

static ORACLE: LazyLock<Oracle> = LazyLock::new(|| {
    // Such a module may run for ever.
    let mut oracle = oracle::of(&engines::all_with_fuel());
    oracle.fuel(20_000);
    oracle
});

fuzz_target!(|data: &[u8]| {
    let report = ORACLE.check(data, |module| Script::random(module, 0));
    assert!(report.difference.is_none(), "{report}");
});
