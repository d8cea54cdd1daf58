//! Random modules, each from a number, on every engine.

mod check;
mod generate;

pub use check::{Tally, check, judge};
pub use generate::{deterministic, deterministic_from, module};

use falkirk::diff::Rng;

/// The environment variable that names the first seed.
pub const SEED: &str = "FALKIRK_SEED";

/// The seed that `FALKIRK_SEED` names, else one made from the time, so that each run tries other modules.
///
/// # Panics
///
/// If the variable holds something else than a number.
pub fn seed() -> u64 {
    number_from(SEED).unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Rng::new(now.as_nanos() as u64).next() >> 16
    })
}

/// The number that an environment variable holds, if it is set.
///
/// # Panics
///
/// If it holds something else.
pub fn number_from(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable}: wanted a number, found {text:?}")))
}
