//! Functions that call one another in every way there is, on every engine.
//!
//! What `wasm-smith` makes rarely calls far: an indirect call of its needs luck. Here nearly every call arrives: direct,
//! through a table, through a reference, as a tail call, of the host, which calls back; with operands that do not fit into
//! registers, and several results. In the configuration `mixed` most of them cross from one engine to the other.
//!
//! | module | what |
//! | --- | --- |
//! | `plan` | which functions there are, and their types |
//! | `body` | what a function does |
//! | `encode` | the module |

mod body;
mod encode;
mod plan;

pub use encode::module;

use falkirk::diff::{Call, Oracle, Report, Rng, Script, Value};

use crate::found;

/// Runs the module of this seed.
///
/// # Errors
///
/// The engines differ. What to tell, and where it is written.
pub fn check(oracle: &Oracle, seed: u64) -> Result<Report, String> {
    let wasm = module(seed);
    let trial = oracle.compile(&wasm);
    let script = script(seed);
    let report = if trial.module().is_some() { trial.run(&script) } else { trial.report().clone() };
    match report.difference.is_none() && report.rejection().is_none() {
        true => Ok(report),
        false => Err(found::write_down(&format!("calls-{seed}"), &wasm, &report, &script)),
    }
}

/// The calls of that module's exports: each begins a chain of them.
pub fn script(seed: u64) -> Script {
    let mut rng = Rng::new(seed ^ 1);
    let count = plan::Plan::new(seed).functions.len();
    let starts = (0..count).chain((0..count).map(|_| rng.below(count)).collect::<Vec<_>>());
    Script::new(starts.map(|number| {
        let arguments = vec![Value::I32(rng.below(40) as i32), Value::I64(rng.next() as i64)];
        Call { export: format!("run {number}"), arguments }
    }))
}
