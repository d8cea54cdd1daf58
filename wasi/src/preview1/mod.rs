//! Preview 1: `wasi_snapshot_preview1`, and `wasi_unstable`, which it was before.
//!
//! A module imports functions of numbers: descriptors, addresses in its memory, flags. They work on its memory in place
//! and on the [`WasiCtx`], and give an `errno`, which is [`ErrorCode::errno`](crate::ErrorCode::errno).
//!
//! ```
//! use falkirk_runtime::{Engine, Linker, Module, Store};
//! use falkirk_wasi::{WasiCtx, preview1, streams::pipe};
//! # use falkirk_runtime::{Config, Result};
//! # use std::sync::Arc;
//! # fn main() -> Result<()> {
//! # let engine = Engine::with_backend(&Config::new(), Arc::new(falkirk_interp::Interpreter))?;
//! let module = Module::new(&engine, r#"(module
//!     (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
//!     (memory (export "memory") 1)
//!     (data (i32.const 0) "\08\00\00\00\06\00\00\00hello\n")
//!     (func (export "_start") (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 20)))))"#)?;
//!
//! let mut linker = Linker::new(&engine);
//! preview1::add_to_linker(&mut linker, |context: &mut WasiCtx| context)?;
//! let (writer, output) = pipe(usize::MAX);
//! let mut store = Store::new(&engine, WasiCtx::builder().stdout(writer).build()?);
//! let instance = preview1::instantiate(&linker, &mut store, &module)?;
//! assert_eq!(preview1::run(&mut store, instance)?, 0);
//! assert_eq!(output.take(), b"hello\n");
//! # Ok(())
//! # }
//! ```
//!
//! | file | what it holds |
//! | --- | --- |
//! | `table.rs` | the functions: names, parameters, what they do; linked and described from there |
//! | `call.rs`, `iovecs.rs`, `layout.rs` | a guest's memory; lists of buffers; flags and structures |
//! | `descriptors.rs` | what the descriptors stand for, and their rights |
//! | `data.rs`, `fd.rs`, `readdir.rs` | reading and writing; descriptors; directories listed |
//! | `path.rs`, `poll.rs`, `sock.rs`, `values.rs` | paths; waiting; sockets; arguments, time, random bytes |
//! | `trace.rs`, `uses.rs` | calls as a person would write them; what they make use of |
//!
//! The book: [WASI preview 1, then 2](../../../book/ch16-wasi.html).

mod call;
mod data;
mod descriptors;
mod fd;
mod iovecs;
mod layout;
mod path;
mod poll;
mod readdir;
mod sock;
mod table;
mod trace;
mod uses;
mod values;

use falkirk_runtime::{AsContextMut, Error, ExitStatus, Instance, Linker, Module, Result};

pub(crate) use descriptors::Descriptors;
pub use layout::{fdflags, fstflags, lookupflags, oflags, riflags, rights, sdflags};
pub use table::{FUNCTIONS, Function, Kind, PROC_EXIT, Param};

use crate::context::WasiCtx;
use layout::Version;

/// Defines all functions in a linker, under both names of the interface. `context` finds the context in the embedder's
/// data.
///
/// # Errors
///
/// One of them is defined already.
pub fn add_to_linker<T: 'static>(
    linker: &mut Linker<T>,
    context: impl Fn(&mut T) -> &mut WasiCtx + Copy + Send + Sync + 'static,
) -> Result<()> {
    table::link(linker, Version::Snapshot1, context)?;
    table::link(linker, Version::Unstable, context)
}

/// Instantiates a module. If it is a *reactor*, which exports functions to be called in any order, it is made ready
/// first: its `_initialize` is called, once. A *command*, which exports `_start`, is left for [`run`].
///
/// # Errors
///
/// Those of [`Linker::instantiate`], and of the call.
pub fn instantiate<T: 'static>(
    linker: &Linker<T>,
    mut store: impl AsContextMut<Data = T>,
    module: &Module,
) -> Result<Instance> {
    let instance = linker.instantiate(&mut store, module)?;
    if instance.get_func(&store, "_start").is_none() && instance.get_func(&store, "_initialize").is_some() {
        let initialize = instance.get_typed_func::<(), ()>(&store, "_initialize")?;
        initialize.call(&mut store, ())?;
    }
    Ok(instance)
}

/// Runs a command, and gives its exit status: 0 if it returns.
///
/// # Errors
///
/// There is no `_start` that takes and gives nothing. Otherwise, what the guest fails with; to exit is not to fail.
pub fn run(mut store: impl AsContextMut, instance: Instance) -> Result<i32> {
    let start = instance.get_typed_func::<(), ()>(&store, "_start")?;
    exit_status(start.call(&mut store, ()))
}

/// The exit status that a guest's call has ended with: 0 if it returned.
///
/// # Errors
///
/// The call's, if it was not to exit.
pub fn exit_status(result: Result<(), Error>) -> Result<i32> {
    match result {
        Ok(()) => Ok(0),
        Err(error) => error.downcast::<ExitStatus>().map(|ExitStatus(status)| status),
    }
}
