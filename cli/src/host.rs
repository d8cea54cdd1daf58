//! What the program offers for import, so that small modules can be run and traced:
//!
//! | import | what it does |
//! | --- | --- |
//! | `spectest` (all of it) | the host module of the specification's tests; its functions print their arguments |
//! | `env` `log: (i32, i32)` | prints a line: that many bytes of UTF-8 at that address of the caller's `memory` |
//! | `wasi_snapshot_preview1` `proc_exit: (i32)` | ends the program with that exit status |
//!
//! The rest of WASI is the library's; [`session`](crate::session) defines it for modules that import it.

use std::io::Write;

use falkirk::wast::spectest;
use falkirk::{Caller, Error, ExitStatus, Linker, Module, Store, Val};

use crate::output::Out;
use crate::results;

/// Defines what `module` may import, but for WASI.
pub fn define<T: 'static>(
    linker: &mut Linker<T>,
    store: &mut Store<T>,
    module: &Module,
    out: &Out,
) -> Result<(), Error> {
    if spectest::is_imported_by(module) {
        let out = out.clone();
        spectest::define(linker, store, move |values| print_values(&out, values))?;
    }
    let out = out.clone();
    linker.func_wrap("env", "log", move |caller: Caller<'_, T>, address: u32, length: u32| {
        log(caller, address, length, &out)
    })?;
    Ok(())
}

/// Defines what of WASI needs nothing that a guest is given.
pub fn define_exit<T: 'static>(linker: &mut Linker<T>) -> Result<(), Error> {
    linker.func_wrap("wasi_snapshot_preview1", "proc_exit", |status: i32| -> Result<(), Error> {
        Err(Error::host(ExitStatus(status)))
    })?;
    Ok(())
}

fn log<T>(caller: Caller<'_, T>, address: u32, length: u32, out: &Out) -> Result<(), Error> {
    let Some(memory) = caller.get_memory("memory") else {
        return Err(Error::msg("`env.log` reads the memory that its caller exports as `memory`, and there is none"));
    };
    // The length is the guest's word: look before that much is allocated.
    let available = memory.data_size(&caller).saturating_sub(address as usize);
    let mut bytes = vec![0; available.saturating_add(1).min(length as usize)];
    memory.read(&caller, address as usize, &mut bytes)?;
    print_line(out, &String::from_utf8_lossy(&bytes));
    Ok(())
}

fn print_values(out: &Out, values: &[Val]) {
    print_line(out, &results::show_all(values));
}

/// A closed pipe shows when the buffer is written out at the end.
fn print_line(out: &Out, line: &str) {
    let _ = writeln!(out.clone(), "{line}");
}
