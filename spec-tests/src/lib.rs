//! What the tests of this package share: the suites, the engines, the lists of expected failures, random modules, and the
//! oracle that compares engines.
//!
//! | test | what it runs |
//! | --- | --- |
//! | `spec` | the specification's scripts on every engine, judged against `expected-failures/<engine>.txt` |
//! | `regressions` | `regressions/*.wast` and `*.wat` on every engine |
//! | `random` | random valid modules, on all engines, which must agree |
//! | `calls` | functions that call one another in every way there is, on all engines, which must agree |
//! | `operators` | each operator with interesting operands, on all engines, which must agree |
//! | `components` | components: what they import and pass on, guests that lie, values that go round |
//! | `mutations` | valid modules with changed bytes: an error or a module, never a panic |
//! | `hostile` | inputs made to exhaust or confuse, each in a process of its own with bounded memory and time |
//!
//! How to read and change the lists: `README.md`.
//!
//! # In the book
//!
//! [Chapter 10](../../book/ch10-two-engines.html) says how two engines find each other's mistakes, and has one for you
//! to find.

pub mod build;
pub mod calls;
pub mod changed;
pub mod crossings;
pub mod engines;
pub mod expected;
pub mod found;
pub mod operators;
pub mod oracle;
pub mod random;
pub mod suites;
pub mod totals;
