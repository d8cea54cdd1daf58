//! Thousands of random valid modules on every engine at once: no panic, no hang, and all do the same.

use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use falkirk_spec_tests::random::{self, Tally};
use falkirk_spec_tests::{engines, oracle};

/// The environment variable that says how many modules.
const MODULES: &str = "FALKIRK_RANDOM_MODULES";

/// The seed of the module that is being run.
static CURRENT: AtomicU64 = AtomicU64::new(0);

#[test]
fn random_modules_run_the_same_everywhere() {
    let first = random::seed();
    let count = random::number_from(MODULES).unwrap_or(1000);
    // Not with `println!`, which the test harness keeps to itself while all goes well.
    let _ = writeln!(std::io::stderr(), "{}={first} {MODULES}={count}", random::SEED);
    std::thread::spawn(watch);
    let oracle = oracle::exact(&engines::all());
    let mut tally = Tally::default();
    // ANCHOR: random
    for seed in first..first + count {
        CURRENT.store(seed, Ordering::Relaxed);
        match random::check(&oracle, seed) {
            Ok(report) => tally.add(&report),
            Err(problem) => {
                let again = "cargo test -p falkirk-spec-tests --test random";
                panic!("{problem}\nagain: {}={seed} {MODULES}=1 {again}", random::SEED);
            }
        }
    }
    // ANCHOR_END: random
    let _ = writeln!(std::io::stderr(), "{tally}");
    // A test whose modules all trap at once, or run into limits, would show nothing.
    assert!(count < 500 || tally.is_telling(), "{tally}");
}

/// Ends the process when a module takes longer than any should: a hang that no deadline ended.
fn watch() {
    let mut last = u64::MAX;
    loop {
        std::thread::sleep(Duration::from_secs(120));
        let current = CURRENT.load(Ordering::Relaxed);
        if current == last {
            eprintln!("no progress in two minutes: {}={current} {MODULES}=1", random::SEED);
            std::process::abort();
        }
        last = current;
    }
}
