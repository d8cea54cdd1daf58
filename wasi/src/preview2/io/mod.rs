//! `wasi:io`: errors, pollables, streams.
//!
//! | file | interface |
//! | --- | --- |
//! | `error.rs` | `wasi:io/error` |
//! | `poll.rs` | `wasi:io/poll` |
//! | `streams.rs` | `wasi:io/streams`: the functions |
//! | `input.rs`, `output.rs` | the streams themselves, and what they remember |

mod error;
mod input;
mod output;
mod poll;
mod streams;

pub(super) use error::{Errors, Failure, Origin};
pub(super) use input::Input;
pub(super) use output::Output;
pub(super) use poll::{Poll, Pollable, subscribe, wait};
pub(super) use streams::Streams;
