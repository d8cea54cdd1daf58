//! What the benchmarks share: the guests, a clock, a fair way of taking turns, a counting allocator, and tables.
//!
//! - `benches/kernels.rs` runs each kernel on Falkirk's engines alone, with criterion's statistics.
//! - `benches/compare/` takes turns with the peers (wasmi, Silverfir-nano, wasmtime, native code) in one process, prints
//!   tables, and checks Falkirk's numbers against the project's targets.
//! - `benches/programs/` compares programs of WASI: files with native code, processes with wasmtime's.
//! - `profile-kernel` runs one kernel over and over, for a profiler.
//!
//! # In the book
//!
//! [Chapter 18](../../book/ch18-measuring.html) says what the numbers mean, and in how many ways measuring goes wrong.

pub mod allocations;
pub mod args;
pub mod clock;
pub mod conditions;
pub mod contest;
pub mod guests;
pub mod json;
pub mod report;
pub mod stats;
pub mod targets;
