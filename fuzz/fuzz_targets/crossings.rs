//! Values that cross between hosts and components, and guests that lie about them: the same on every engine.
#![no_main]

use std::sync::LazyLock;

use falkirk_spec_tests::crossings::Case;
use falkirk_spec_tests::engines::{self, Subject};
use libfuzzer_sys::fuzz_target;

static SUBJECTS: LazyLock<Vec<Subject>> = LazyLock::new(engines::all);

fuzz_target!(|data: &[u8]| {
    if let Err(problem) = Case::from_bytes(data).check(&SUBJECTS) {
        panic!("{problem}");
    }
});
