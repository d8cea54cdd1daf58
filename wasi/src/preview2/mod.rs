//! Preview 2: `wasi:cli/command`, the interfaces of WASI 0.2 that components import.
//!
//! Functions take and give values: strings, lists, handles. What a handle stands for is in a table of the
//! [`WasiCtx`], and what is done with it are the operations that preview 1 has too.
//!
//! ```
//! use falkirk_component::{Component, Linker};
//! use falkirk_runtime::{Engine, Store};
//! use falkirk_wasi::{WasiCtx, preview2};
//! # use falkirk_runtime::{Config, Result};
//! # use std::sync::Arc;
//! # fn main() -> Result<()> {
//! # let engine = Engine::with_backend(&Config::new(), Arc::new(falkirk_interp::Interpreter))?;
//! let component = Component::new(&engine, r#"(component
//!     (import "wasi:cli/exit@0.2.3" (instance $exit (export "exit" (func (param "status" (result))))))
//!     (core func $exit (canon lower (func $exit "exit")))
//!     (core module $M
//!         (import "exit" "exit" (func $exit (param i32)))
//!         (func (export "run") (result i32) (call $exit (i32.const 1)) (i32.const 0)))
//!     (core instance $m (instantiate $M (with "exit" (instance (export "exit" (func $exit))))))
//!     (func $run (result (result)) (canon lift (core func $m "run")))
//!     (instance (export "wasi:cli/run@0.2.3") (export "run" (func $run))))"#)?;
//!
//! let mut linker = Linker::new(&engine);
//! preview2::add_to_linker(&mut linker, |context: &mut WasiCtx| context)?;
//! let mut store = Store::new(&engine, WasiCtx::builder().build()?);
//! let instance = linker.instantiate(&mut store, &component)?;
//! assert_eq!(preview2::run(&mut store, &instance)?, 1);
//! # Ok(())
//! # }
//! ```
//!
//! # Versions
//!
//! Everything is defined once, as 0.2.12 has it. Versions of 0.2 only add, so that a component which imports an earlier
//! one finds all that it knows. Whatever is not stable yet in the standard (`timezone`, `network-error-code`) is there
//! as well.
//!
//! # Waiting
//!
//! Nothing runs in the background, but for the look-up of names. A *pollable* is a note of what to wait for, and `poll`
//! waits for all of them with one call of the host's, which an interrupt or the deadline of the store ends. Output is
//! not buffered: `check-write` says how much can be taken without waiting, and only what a connection or pipe then does
//! not take at once is kept until it does.
//!
//! # Tests
//!
//! `tests/preview2.rs` makes a component from the standard's own text (`wit/`) that imports every function and exports
//! each, so that linking it compares all types, in each version. Scripts call its functions:
//!
//! | functions of | tests |
//! | --- | --- |
//! | `wasi:cli`, `wasi:clocks`, `wasi:random`, `wasi:io/poll` | `tests/preview2/cli.txt` |
//! | `wasi:io/streams`, `wasi:io/error` | `tests/preview2/streams.txt`, `files.txt` |
//! | `wasi:filesystem` | `tests/preview2/files.txt`, `paths.txt`, `escapes.txt` |
//! | `wasi:sockets` | `tests/preview2_sockets.rs` |
//! | streams over the host's descriptors, parents and children | `tests/preview2_streams.rs` |
//! | all of them together, by the adapter | `tests/preview2_guests.rs` |
//!
//! `TESTS.md` says for every function of both previews which tests call it, and `tests/every_function.rs` that it is so.
//!
//! # Where things are
//!
//! | file | what it holds |
//! | --- | --- |
//! | `table.rs` | interfaces as tables of functions; linked and described from there |
//! | `resources.rs` | what handles stand for, parents and children |
//! | `show.rs` | calls as a person would write them |
//! | `io/` | `wasi:io`: errors, pollables, streams |
//! | `cli/` | `wasi:cli`, and `wasi:clocks` and `wasi:random`: what a guest only asks for |
//! | `filesystem/` | `wasi:filesystem`: files and directories |
//! | `sockets/` | `wasi:sockets`: TCP, UDP, the look-up of names |
//!
//! The book: [WASI preview 1, then 2](../../../book/ch16-wasi.html).

mod cli;
mod filesystem;
mod io;
pub(crate) mod resources;
mod show;
mod sockets;
mod table;

use falkirk_component::{Export, Instance, Linker};
use falkirk_runtime::{AsContextMut, Error, ExitStatus};

pub(crate) use resources::Resources;
pub use table::{Function, Interface};

use crate::context::WasiCtx;

/// What a function gives: what the interface says, or a trap, where the guest has broken a rule.
type Result<T, E = Error> = std::result::Result<T, E>;

/// Makes the list of interfaces, and the function that links them all.
macro_rules! interfaces {
    ($($group:ident: $($Interface:ident)*;)*) => {
        /// All interfaces of preview 2.
        pub static INTERFACES: &[Interface] = &[$($($group::$Interface::INTERFACE),*),*];

        /// Defines all interfaces in a linker. `context` finds the context in the embedder's data.
        ///
        /// # Errors
        ///
        /// One of their functions is defined already.
        pub fn add_to_linker<T: 'static>(
            linker: &mut Linker<T>,
            context: impl Fn(&mut T) -> &mut WasiCtx + Copy + Send + Sync + 'static,
        ) -> Result<()> {
            $($($group::$Interface::link(linker, context)?;)*)*
            Ok(())
        }
    };
}

interfaces! {
    io: Errors Poll Streams;
    cli: Environment Exit Stdin Stdout Stderr TerminalInputs TerminalOutputs TerminalStdin TerminalStdout TerminalStderr
        MonotonicClock WallClock Timezone SecureRandom InsecureRandom InsecureSeed;
    filesystem: Types Preopens;
    sockets: Networks InstanceNetwork TcpSockets TcpCreateSocket UdpSockets UdpCreateSocket NameLookup;
}

/// Whether a component is a command: [`run`] can run it.
pub fn is_command(instance: &Instance) -> bool {
    entry(instance).is_some()
}

/// The interface `wasi:cli/run` that a command exports, of any version of 0.2.
fn entry(instance: &Instance) -> Option<Instance> {
    match instance.exports().find(|(name, _)| name.starts_with("wasi:cli/run@0.2.")) {
        Some((_, Export::Instance(run))) => Some(run),
        _ => None,
    }
}

/// Runs a command, which is a component that exports `wasi:cli/run`, and gives its exit status: 0 if it says that all
/// went well, 1 if it does not, or whatever it exits with.
///
/// # Errors
///
/// There is no such export. Otherwise, what the guest fails with; to exit is not to fail.
pub fn run(store: impl AsContextMut, instance: &Instance) -> Result<i32> {
    let Some(run) = entry(instance) else {
        return Err(Error::usage("the component is no command: it does not export wasi:cli/run of any version 0.2"));
    };
    let run = run.get_typed_func::<(), (Result<(), ()>,)>("run")?;
    match run.call(store, ()) {
        Ok((result,)) => Ok(i32::from(result.is_err())),
        Err(error) => error.downcast::<ExitStatus>().map(|ExitStatus(status)| status),
    }
}
