//! WASI: what WebAssembly programs ask of the system they run on.
//!
//! A module can compute, and nothing else. Whatever it wants of the world it imports: reading a file, the time, a byte
//! of its input. WASI is the standard set of such imports, and this crate has it for the host. A guest gets only what
//! it was *given*: a [`WasiCtx`] holds the capabilities, and with none of them, a guest can at most read a clock.
//!
//! ```text
//!     a core module                     a component
//!          │ wasi_snapshot_preview1          │ wasi:filesystem, wasi:io, ...
//!          v                                 v
//!     ┌─ preview1/ ──────────┐     ┌─ preview2/ ────────────┐   numbers, pointers │ values, resources
//!     └──────────┬───────────┘     └───────────┬────────────┘
//!                v                             v
//!     ┌─ WasiCtx: what was given ───────────────────────────┐
//!     │  streams/   files/   clocks/   random/   network/   │   operations, ErrorCode
//!     │  poll/      report/                                 │
//!     └──────────────────────────┬──────────────────────────┘
//!                                v
//!                    the host, or things in memory
//! ```
//!
//! # Where things are
//!
//! | file | what it holds |
//! | --- | --- |
//! | `context.rs`, `builder.rs` | what a guest has been given, and how it is given |
//! | `error.rs` | what operations fail with, and the names that the two previews have for it |
//! | [`streams`] | bytes that come and go: the host's, files', pipes in memory |
//! | [`files`] | files and directories: the host's by `cap-std`, and ones in memory |
//! | [`clocks`], [`random`] | the system's, or ones for tests |
//! | [`poll`] | waiting for several things at once |
//! | [`network`] | which addresses are granted |
//! | [`report`] | what was used, what was asked for in vain and which grant was missing; each call, for a trace |
//! | [`preview1`] | `wasi_snapshot_preview1`: functions of numbers and pointers |
//! | [`preview2`] | `wasi:cli/command`: functions of values and resources |
//!
//! Nothing here waits in the background: a guest that waits blocks the thread it runs on, until what it waits for has
//! come or its store is interrupted. No lock is taken on the way to the host's files and streams.
//!
//! # In the book
//!
//! [Chapter 16](../../book/ch16-wasi.html) reads programs for either preview, and [chapter
//! 17](../../book/ch17-capabilities.html) is about what to grant, and to whom.

mod builder;
pub mod clocks;
mod context;
mod error;
pub mod files;
pub mod network;
pub mod poll;
pub mod preview1;
pub mod preview2;
pub mod random;
pub mod report;
pub mod streams;

pub use builder::WasiCtxBuilder;
pub use context::{Preopen, WasiCtx};
pub use error::{ErrorCode, Result};
