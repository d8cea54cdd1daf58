//! Functions that call one another in every way there is, on every engine at once.

use std::io::Write;

use falkirk_spec_tests::random::{self, Tally};
use falkirk_spec_tests::{calls, engines, oracle};

/// How many modules.
const MODULES: u64 = 500;

#[test]
fn calls_do_the_same_everywhere() {
    let first = random::seed();
    let _ = writeln!(std::io::stderr(), "{}={first}", random::SEED);
    let oracle = oracle::exact(&engines::all());
    let mut tally = Tally::default();
    for seed in first..first + MODULES {
        match calls::check(&oracle, seed) {
            Ok(report) => tally.add(&report),
            Err(problem) => panic!("{problem}\nseed: {seed}"),
        }
    }
    let _ = writeln!(std::io::stderr(), "{tally}");
    assert!(tally.is_telling(), "{tally}");
}
