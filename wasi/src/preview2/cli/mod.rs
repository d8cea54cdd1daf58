//! `wasi:cli`, and `wasi:clocks` and `wasi:random`: what a guest only asks for.
//!
//! | file | interfaces |
//! | --- | --- |
//! | `environment.rs` | `wasi:cli/environment`, `/exit` |
//! | `stdio.rs` | `wasi:cli/stdin`, `/stdout`, `/stderr` |
//! | `terminal.rs` | `wasi:cli/terminal-*` |
//! | `clocks.rs` | `wasi:clocks/monotonic-clock`, `/wall-clock`, `/timezone` |
//! | `random.rs` | `wasi:random/random`, `/insecure`, `/insecure-seed` |

mod clocks;
mod environment;
mod random;
mod stdio;
mod terminal;

pub(super) use clocks::{Datetime, MonotonicClock, Timezone, WallClock};
pub(super) use environment::{Environment, Exit};
pub(super) use random::{InsecureRandom, InsecureSeed, SecureRandom};
pub(super) use stdio::{Stderr, Stdin, Stdout};
pub(super) use terminal::{
    TerminalInput, TerminalInputs, TerminalOutput, TerminalOutputs, TerminalStderr, TerminalStdin, TerminalStdout,
};
