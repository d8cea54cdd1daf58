//! Cases on every engine.

use falkirk::diff::{Oracle, Report, Rng, Script};

use super::case::{self, Case};
use super::{signatures, table};
use crate::found;

/// Cases that follow from a seed.
pub fn random_cases(seed: u64) -> Vec<Case> {
    let mut rng = Rng::new(seed);
    let count = 1 + rng.below(40);
    (0..count).map(|_| random_case(rng.next())).collect()
}

/// A case that follows from a seed.
pub fn random_case(seed: u64) -> Case {
    let mut rng = Rng::new(seed);
    let entries: Vec<_> = table::tested().collect();
    let typed = signatures::typed(entries[rng.below(entries.len())], &mut rng);
    Case::random(typed, &mut rng)
}

/// Runs these cases one after another on one instance.
///
/// # Errors
///
/// The engines differ. What to tell, and where it is written.
pub fn check(oracle: &Oracle, name: &str, cases: &[Case]) -> Result<Report, String> {
    run(oracle, name, &case::module(cases), &case::script(cases))
}

/// As [`check`], with a module and calls of one's own.
///
/// # Errors
///
/// As for [`check`].
pub fn run(oracle: &Oracle, name: &str, wasm: &[u8], script: &Script) -> Result<Report, String> {
    let report = oracle.check(wasm, |_| script.clone());
    match report.difference.is_none() && report.rejection().is_none() {
        true => Ok(report),
        false => Err(found::write_down(name, wasm, &report, script)),
    }
}
