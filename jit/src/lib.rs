//! Falkirk's JIT: WebAssembly to machine code, with Cranelift.
//!
//! ```text
//! wasm ── translate ──> CLIF ── compile (all cores) ──> Unit: text, traps, places ── publish ──> machine code
//!                                                         └── cache: kept for the next process
//! ```
//!
//! | module | what it holds |
//! | --- | --- |
//! | `isa` | the machine that code is made for, and Cranelift's settings |
//! | `abi` | the calling conventions, and where code finds what in the runtime's structures |
//! | `builtins` | the library functions that code calls |
//! | `translate` | wasm operators to CLIF |
//! | `bridges` | the CLIF of the ways in and out: host to machine code, machine code to everything else |
//! | `compile` | functions on all cores, and their text linked to a `Unit` |
//! | `unit` | what compilation makes: plain data that can be kept in a file |
//! | `code_memory` | a unit's text as executable memory, and the table of all of it that the signal handler reads |
//! | `loaded` | a module's code in memory, as the runtime sees it |
//! | `traps` | hardware faults that are traps, and the jump to where a stop lands |
//! | `entry` | the way in from the host, and the frames of a call that stopped |
//! | `gates` | what code calls for a function without machine code |
//! | `cache` | code kept in files, for the next process |
//! | `backend` | all of it as an engine of the runtime |
//! | `explain` | a function's CLIF and machine code as text |
//!
//! # Calling convention
//!
//! Machine code calls machine code by Cranelift's `Tail` convention, with the callee's `VmContext` as the first argument,
//! then the wasm arguments. References are addresses (of a `FuncRef`) or handles, as in slots: 64 bits, null is 0.
//!
//! Through a [`FuncRef`](falkirk_runtime::vm::FuncRef) it calls the address in `machine`, after it wrote the `FuncRef`'s
//! address to `VmStore::callee`; where `vmctx` is null (a host function) it passes its own context instead. A function
//! without machine code has a *gate* there: code of its type that puts the arguments into slots and calls the host
//! function's own entry, or `Builtin::CallOut` for a function of the interpreter. Gates of an engine stand in one table by type; `gates::find_gate` is what `machine` holds until
//! the gate of its type is known.
//!
//! # In the book
//!
//! [Chapter 8](../../book/ch08-cranelift.html) goes from WebAssembly to machine code, and [chapter
//! 9](../../book/ch09-hardware.html) from a fault to a trap. How mistakes are found is in [chapter
//! 10](../../book/ch10-two-engines.html).

mod abi;
mod backend;
mod bridges;
mod builtins;
mod cache;
mod code_memory;
mod compile;
mod entry;
#[cfg(feature = "explain")]
pub mod explain;
mod gates;
mod isa;
mod loaded;
#[cfg(test)]
mod tests;
mod translate;
mod traps;
mod unit;

pub use backend::Jit;
pub use loaded::JitCode;
pub use translate::Compiled;
