//! Random values of random types, which go through guests and come back; and guests that return random bytes.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use falkirk_spec_tests::crossings::{Case, Outcome};
use falkirk_spec_tests::engines::{self, Subject};
use proptest::prelude::*;

fn subjects() -> &'static [Subject] {
    static SUBJECTS: OnceLock<Vec<Subject>> = OnceLock::new();
    SUBJECTS.get_or_init(engines::all)
}

static CASES: AtomicUsize = AtomicUsize::new(0);
static TRAPS: AtomicUsize = AtomicUsize::new(0);

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, max_shrink_iters: 500, ..ProptestConfig::with_cases(128) })]

    fn cases_are_as_they_should_be(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        match Case::from_bytes(&bytes).check(subjects()) {
            Ok(outcome) => {
                CASES.fetch_add(1, Ordering::Relaxed);
                TRAPS.fetch_add(usize::from(outcome == Outcome::Trapped), Ordering::Relaxed);
            }
            Err(problem) => prop_assert!(false, "{problem}"),
        }
    }
}

#[test]
fn values_come_back_as_they_went() {
    cases_are_as_they_should_be();
    let (cases, traps) = (CASES.load(Ordering::Relaxed), TRAPS.load(Ordering::Relaxed));
    eprintln!("{traps} traps in {cases} cases");
    // Guests that were all found out, or all told the truth, would show nothing.
    assert!(cases < 100 || (cases / 10..cases * 9 / 10).contains(&traps), "{traps} traps in {cases} cases");
}

/// What a fuzzer begins with.
#[test]
fn any_bytes_make_a_case() {
    for bytes in [&[][..], &[0; 1000], &[0xff; 1000], &[0x55; 37]] {
        Case::from_bytes(bytes).check(subjects()).unwrap_or_else(|problem| panic!("{problem}"));
    }
}
