//! Runs the specification's test scripts (`.wast`).
//!
//! A script is a list of directives: modules to define and instantiate, functions to call, and assertions about what
//! must come of it (results, traps, rejected modules). Their grammar is described in the [reference interpreter's
//! README](https://github.com/WebAssembly/spec/blob/main/interpreter/README.md#scripts).
//!
//! ```
//! use falkirk::Engine;
//! use falkirk::wast::Runner;
//!
//! let script = r#"
//!     (module (func (export "half") (param i32) (result i32) (i32.div_s (local.get 0) (i32.const 2))))
//!     (assert_return (invoke "half" (i32.const -7)) (i32.const -3))
//! "#;
//! let report = Runner::new(&Engine::default()).run_script("half.wast", script);
//! assert!(report.is_success());
//! assert_eq!(report.assertions(), 1);
//! ```
//!
//! | module | what |
//! | --- | --- |
//! | [`Runner`] | takes a script's text and gives a [`Report`] |
//! | `script` | a running script: its store, its named modules, one method per directive |
//! | `expect` | does a value, a trap or an error match what the script asks for |
//! | `components` | the same for components: their values, their traps |
//! | [`spectest`] | the host module that scripts import from |

mod components;
mod expect;
mod report;
mod runner;
mod script;
pub mod spectest;
#[cfg(test)]
mod tests;

pub use report::{Count, Failure, Report};
pub use runner::Runner;
