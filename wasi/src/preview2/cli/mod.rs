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

use falkirk_runtime::Error;

use crate::context::WasiCtx;
use crate::error::ErrorCode;
use crate::preview2::Result;
use crate::report::{Denial, Given, Use};

pub(super) use clocks::{Datetime, MonotonicClock, Timezone, WallClock};
pub(super) use environment::{Environment, Exit};
pub(super) use random::{InsecureRandom, InsecureSeed, SecureRandom};
pub(super) use stdio::{Stderr, Stdin, Stdout};
pub(super) use terminal::{
    TerminalInput, TerminalInputs, TerminalOutput, TerminalOutputs, TerminalStderr, TerminalStdin, TerminalStdout,
};

/// Asks for something that every guest is given, and notes that it is used. Withheld, it gives an error code for who has
/// a use for one, or the guest is to stop.
#[inline]
pub(super) fn ask(cx: &mut WasiCtx, given: Given) -> Result<Result<(), ErrorCode>> {
    match cx.require(given) {
        Ok(()) => {
            cx.report.used(Use::Given(given));
            Ok(Ok(()))
        }
        Err(_) if cx.withheld.take_trap() == Some(given) => Err(Error::msg(Denial::Withheld(given).to_string())),
        Err(code) => Ok(Err(code)),
    }
}

/// [`ask`], where the interface has no error code: the guest stops.
#[inline]
fn demand(cx: &mut WasiCtx, given: Given) -> Result<()> {
    ask(cx, given)?.map_err(|_| Error::msg(Denial::Withheld(given).to_string()))
}
