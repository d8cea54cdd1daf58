//! Runs a command for preview 1, with what it is given on the command line:
//!
//! ```console
//! $ cargo run -p falkirk-wasi --example run -- [--dir HOST[::GUEST][:ro]]... [--memory GUEST]... [--env NAME=VALUE]... \
//!       [--strace] program.wasm [ARGUMENT]...
//! ```
//!
//! `--dir` grants a directory of the host, `--memory` an empty one that is gone afterwards.
//!
//! Its exit status is the program's.

use std::process::ExitCode;
use std::sync::Arc;

use falkirk_runtime::{Config, Engine, Error, Linker, Module, Result, Store};
use falkirk_wasi::files::{Access, MemoryFs};
use falkirk_wasi::{WasiCtx, preview1};

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(status) => ExitCode::from(status as u8),
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut arguments: impl Iterator<Item = String>) -> Result<i32> {
    let mut context = WasiCtx::builder();
    context.inherit_stdio().on_denial(|denial| eprintln!("{denial}"));
    let value = |option: &str, arguments: &mut dyn Iterator<Item = String>| {
        arguments.next().ok_or_else(|| Error::usage(format!("{option} wants a value")))
    };
    let program = loop {
        let argument = value("the program", &mut arguments)?;
        match &*argument {
            "--dir" => grant(&mut context, &value("--dir", &mut arguments)?)?,
            "--memory" => {
                context.memory_dir(&MemoryFs::new(), &value("--memory", &mut arguments)?, Access::ReadWrite);
            }
            "--env" => {
                let variable = value("--env", &mut arguments)?;
                let (name, value) = variable.split_once('=').unwrap_or((&variable, ""));
                context.env(name, value);
            }
            "--strace" => {
                context.on_call(|call| eprintln!("{call}"));
            }
            _ => break argument,
        }
    };
    context.arg(&program).args(arguments);

    let engine = Engine::with_backend(&Config::new(), Arc::new(falkirk_interp::Interpreter))?;
    let module = Module::from_file(&engine, &program)?;
    let mut linker = Linker::new(&engine);
    preview1::add_to_linker(&mut linker, |context: &mut WasiCtx| context)?;
    let mut store = Store::new(&engine, context.build()?);
    let instance = preview1::instantiate(&linker, &mut store, &module)?;
    preview1::run(&mut store, instance)
}

/// `HOST[::GUEST][:ro]`.
fn grant(context: &mut falkirk_wasi::WasiCtxBuilder, text: &str) -> Result<()> {
    let (text, access) = match text.strip_suffix(":ro") {
        Some(text) => (text, Access::ReadOnly),
        None => (text, Access::ReadWrite),
    };
    let (host, guest) = text.split_once("::").unwrap_or((text, text));
    context.dir(host, guest, access)?;
    Ok(())
}
