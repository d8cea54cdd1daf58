//! Engine against engine (cargo feature `diff`): runs a module on several engines at once, call by call, and compares
//! what can be seen after each.
//!
//! What a program does must not depend on the engine. An [`Oracle`] says whether that held for a module, and where it
//! first did not: in which call, and in which result, address, global, element or host call.
//!
//! ```text
//!            ┌ Side: engine A, store, instance ─┐   Outcome, log, state
//! Script ──> │                                  ├──> first difference? ──> Report
//!            └ Side: engine B, store, instance ─┘
//! ```
//!
//! ```
//! # #[cfg(feature = "wat")]
//! # fn main() -> falkirk::Result<()> {
//! use falkirk::diff::{Oracle, Script};
//! use falkirk::{Config, Engine};
//!
//! let mut other = Config::new();
//! other.lazy_above(Some(0)).memory_reservation(0);
//! let engines = [("usual", Engine::default()), ("other", Engine::new(&other)?)];
//! let oracle = Oracle::new(engines);
//! let module = r#"(module (memory 1)
//!     (func (export "store") (param i32 i64) (i64.store (local.get 0) (local.get 1))))"#;
//! let report = oracle.check(module, |module| Script::random(module, 7));
//! assert!(report.difference.is_none(), "{report}");
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "wat"))]
//! # fn main() {}
//! ```
//!
//! # What is compared
//!
//! - Whether the module is accepted, what each call returns, and how it fails: the kind of failure, the message, and the
//!   guest's frames (see [`Frames`]).
//! - The calls of host functions in their order, with arguments and results, and what the host reads and writes of memory.
//! - After each call all memories, globals and tables, exported or not. Of references: null or not, and which function.
//!
//! Behind a limit (stack, fuel, time) nothing is compared until the next run, since engines reach limits at different
//! points. A panic is always a difference. For NaNs see [`Nans`].
//!
//! | module | what |
//! | --- | --- |
//! | `oracle` | takes engines through a script, step by step |
//! | `script` | what is called, and made-up arguments |
//! | `side` | one engine's part: its store and instance |
//! | `outcome` | how a step ended |
//! | `compare`, `memory` | the first difference behind a step |
//! | `difference`, `report` | what is said about it |
//! | `value`, `edges` | values that belong to no store; the interesting ones of each type |
//! | `log` | the calls of host functions, and the host's accesses to memory |
//! | `made_up` | something for whatever a module imports |
//! | `rng` | random numbers that are the same everywhere for the same seed |
//!
//! The book: [Two engines, one truth](../../../book/ch10-two-engines.html).

mod compare;
mod difference;
pub mod edges;
mod log;
mod made_up;
mod memory;
mod oracle;
mod outcome;
mod report;
mod rng;
mod script;
mod side;
#[cfg(all(test, feature = "interp", feature = "wat"))]
mod tests;
mod value;

pub use difference::{Difference, Place};
pub use log::HostEvent;
pub use made_up::instantiate as instantiate_with_made_up_imports;
pub use oracle::Oracle;
pub use outcome::{End, Failure, Frames, Outcome};
pub use report::{Report, Step, What};
pub use rng::Rng;
pub use script::{Call, Script};
pub use value::{MadeUp, Nans, Reference, Value};
