//! Both engines side by side: how long each compiles a module, and how long a call takes.

use std::time::{Duration, Instant};

use falkirk::EngineKind;
use serde_json::{Value, json};

use super::guest::{Guests, Turn, engine, module};
use super::order::Order;
use super::problem::Problem;
use super::run::values;
use super::text::Program;

/// How often a call is timed, if there is time enough.
const RUNS: usize = 15;

/// Times one call after another, each in an instance of its own, on both engines in turn.
pub fn times(order: &Order, guests: &Guests) -> Result<Value, Problem> {
    let program = Program::read(&order.text)?;
    guests.run(|turn| {
        let of = |kind| time(kind, turn, &program, order);
        let (interp, jit) = (of(EngineKind::Interp)?, of(EngineKind::Jit));
        let jit = match jit {
            Ok(jit) => jit,
            Err(_) if engine(EngineKind::Jit, false, false).is_err() => Value::Null,
            Err(problem) => return Err(problem),
        };
        Ok(json!({ "interp": interp, "jit": jit, "wanted": RUNS }))
    })
}

/// Compiles and calls as often as there is time for, but at least once.
fn time(kind: EngineKind, turn: &Turn<'_>, program: &Program<'_>, order: &Order) -> Result<Value, Problem> {
    let engine = engine(kind, false, false)?;
    let end = Instant::now() + turn.limits().time / 2;
    let (mut compiled, mut called, mut results) = (Vec::new(), Vec::new(), Value::Null);
    while called.len() < RUNS && (called.is_empty() || Instant::now() < end) {
        let start = Instant::now();
        let module = module(&engine, program)?;
        compiled.push(start.elapsed());
        let mut guest = turn.guest(&module, program, order)?;
        let start = Instant::now();
        let outcome = guest.call();
        called.push(start.elapsed());
        results = values(&outcome.map_err(|error| Problem::of(&error, program))?);
    }
    Ok(json!({ "compile": spread(compiled), "call": spread(called), "results": results }))
}

/// The median with the shortest and the longest, in nanoseconds.
fn spread(mut times: Vec<Duration>) -> Value {
    times.sort();
    let nanos = |time: Duration| time.as_nanos() as u64;
    let median = times[times.len() / 2];
    let (least, most) = (times[0], times[times.len() - 1]);
    json!({ "runs": times.len(), "median": nanos(median), "least": nanos(least), "most": nanos(most) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        let times = [5, 1, 100].map(Duration::from_nanos).to_vec();
        assert_eq!(spread(times), json!({ "runs": 3, "median": 5, "least": 1, "most": 100 }));
    }
}
