//! Random modules on every engine.

use std::fmt;

use falkirk::diff::{Oracle, Outcome, Report, Script};

use super::generate;
use crate::found;

/// Runs the module of this seed.
///
/// # Errors
///
/// The engines differ, or reject the module for something else than its size. What to tell, and where it is written.
pub fn check(oracle: &Oracle, seed: u64) -> Result<Report, String> {
    judge(oracle, &format!("random-{seed}"), &generate::deterministic(seed), seed)
}

/// As [`check`], for a module from elsewhere. Arguments follow from the seed.
///
/// # Errors
///
/// As for [`check`].
pub fn judge(oracle: &Oracle, name: &str, wasm: &[u8], seed: u64) -> Result<Report, String> {
    let trial = oracle.compile(wasm);
    let script = trial.module().map(|module| Script::random(module, seed)).unwrap_or_default();
    let report = if trial.module().is_some() { trial.run(&script) } else { trial.report().clone() };
    let rejected = matches!(report.rejection(), Some(outcome) if !matches!(outcome, Outcome::AtLimit(..)));
    match report.difference.is_none() && !rejected {
        true => Ok(report),
        false => Err(found::write_down(name, wasm, &report, &script)),
    }
}

/// How the calls of many modules ended.
#[derive(Debug, Default)]
pub struct Tally {
    modules: usize,
    fine: usize,
    failed: usize,
    at_a_limit: usize,
    host_events: usize,
}

impl Tally {
    /// Counts a module's calls.
    pub fn add(&mut self, report: &Report) {
        self.modules += 1;
        for (_, step) in report.calls() {
            self.host_events += step.host_events;
            match () {
                () if step.is_at_limit() => self.at_a_limit += 1,
                () if step.went_well() => self.fine += 1,
                () => self.failed += 1,
            }
        }
    }

    /// Whether enough calls went well, and few enough were not compared.
    pub fn is_telling(&self) -> bool {
        let all = self.fine + self.failed + self.at_a_limit;
        self.fine > all / 6 && self.at_a_limit < all / 20 && self.host_events > self.modules / 2
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tally { modules, fine, failed, at_a_limit, host_events } = self;
        write!(f, "{modules} modules; calls: {fine} fine, {failed} failed, {at_a_limit} at a limit; ")?;
        write!(f, "{host_events} events between guest and host")
    }
}
