//! Bytes that are taken as a component: rejected by every engine, or instantiated and called. Never a panic.
#![no_main]

use std::sync::LazyLock;

use falkirk_spec_tests::changed;
use falkirk_spec_tests::engines::{self, Subject};
use libfuzzer_sys::fuzz_target;

static SUBJECTS: LazyLock<Vec<Subject>> = LazyLock::new(engines::all_with_fuel);

fuzz_target!(|data: &[u8]| {
    if let Err(problem) = changed::try_component(&SUBJECTS, data) {
        panic!("{problem}");
    }
});
