//! Thousands of random valid modules: no panic, no hang, and each engine's configurations agree.

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use falkirk::Error;
use falkirk_spec_tests::engines::{self, Subject};
use falkirk_spec_tests::random::{self, Ended, Observed};

/// The environment variable that says how many modules.
const MODULES: &str = "FALKIRK_RANDOM_MODULES";

/// The seed of the module that is being run.
static CURRENT: AtomicU64 = AtomicU64::new(0);

#[test]
fn random_modules_run_the_same_everywhere() {
    let first = random::seed();
    let count = random::number_from(MODULES).unwrap_or(2000);
    // Not with `println!`, which the test harness keeps to itself while all goes well.
    let _ = writeln!(std::io::stderr(), "{}={first} {MODULES}={count}", random::SEED);
    std::thread::spawn(watch);
    let subjects = engines::all_with_fuel();
    let mut ends = Ends::default();
    for seed in first..first + count {
        CURRENT.store(seed, Ordering::Relaxed);
        match check(&subjects, seed) {
            Ok(observed) => ends.add(&observed),
            Err(problem) => {
                let again = "cargo test -p falkirk-spec-tests --test random";
                panic!("{problem}\nagain: {}={seed} {MODULES}=1 {again}", random::SEED);
            }
        }
    }
    let _ = writeln!(std::io::stderr(), "{ends:?}");
    // A test whose modules all trap at once would show nothing.
    assert!(count < 1000 || ends.fine > ends.failed / 4, "{ends:?}");
}

/// How calls ended.
#[derive(Debug, Default)]
struct Ends {
    fine: usize,
    failed: usize,
    at_a_limit: usize,
}

impl Ends {
    fn add(&mut self, observed: &Observed) {
        let steps = observed.runs.iter().flatten();
        for (_, ended) in steps.filter(|(name, _)| name.starts_with("call")) {
            match ended {
                Ended::With(_) => self.fine += 1,
                Ended::Failed(_) => self.failed += 1,
                Ended::AtLimit(_) => self.at_a_limit += 1,
            }
        }
    }
}

/// What the module did on the first subject, if it did the same on all of them.
fn check(subjects: &[Subject], seed: u64) -> Result<Observed, String> {
    let wasm = random::module(seed);
    let mut first: Option<(&Subject, Observed)> = None;
    for subject in subjects {
        let observed = observe(subject, &wasm, seed)?;
        if let Some((other, wanted)) = &first
            && let Some(difference) = random::difference(wanted, &observed)
        {
            return Err(format!("{} and {} differ in {difference}", other.name, subject.name));
        }
        first.get_or_insert((subject, observed));
    }
    Ok(first.map(|(_, observed)| observed).unwrap_or_default())
}

fn observe(subject: &Subject, wasm: &[u8], seed: u64) -> Result<Observed, String> {
    let run = AssertUnwindSafe(|| random::observe(&subject.engine, wasm, seed));
    match catch_unwind(run) {
        Ok(Ok(observed)) => Ok(observed),
        Ok(Err(error)) => rejected(subject, &error),
        Err(_) => Err(format!("{} panicked", subject.name)),
    }
}

/// A valid module may be rejected only for being larger than the engine can hold.
fn rejected(subject: &Subject, error: &Error) -> Result<Observed, String> {
    match error.limit() {
        Some(_) => Ok(Observed::default()),
        None => Err(format!("{} rejects a valid module: {error}", subject.name)),
    }
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
