//! `wasi:cli/environment` and `/exit`: how a command begins and ends.

use falkirk_runtime::{Error, ExitStatus};

use super::ask;
use crate::context::WasiCtx;
use crate::preview2::Result;
use crate::preview2::table::interface;
use crate::report::Given;

interface! {
    /// What a command is called with.
    Environment = "wasi:cli/environment" {
        /// Gives the environment variables.
        "get-environment" = get_environment() -> Vec<(String, String)>;
        /// Gives the arguments.
        "get-arguments" = get_arguments() -> Vec<String>;
        /// Gives the directory that paths are relative to; there is none.
        "initial-cwd" = initial_cwd() -> Option<String>;
    }
}

interface! {
    /// The end of a command before its `run` returns.
    Exit = "wasi:cli/exit" {
        /// Ends the guest: whether all went well.
        "exit" = exit(status: Result<(), ()>);
        /// Ends the guest with an exit status.
        "exit-with-code" = exit_with_code(status_code: u8);
    }
}

fn get_environment(cx: &mut WasiCtx) -> Result<Vec<(String, String)>> {
    Ok(if ask(cx, Given::Env)?.is_ok() { cx.env.clone() } else { Vec::new() })
}

fn get_arguments(cx: &mut WasiCtx) -> Result<Vec<String>> {
    Ok(if ask(cx, Given::Args)?.is_ok() { cx.args.clone() } else { Vec::new() })
}

fn initial_cwd(_: &mut WasiCtx) -> Result<Option<String>> {
    Ok(None)
}

fn exit(_: &mut WasiCtx, status: Result<(), ()>) -> Result<()> {
    Err(Error::host(ExitStatus(i32::from(status.is_err()))))
}

fn exit_with_code(_: &mut WasiCtx, status_code: u8) -> Result<()> {
    Err(Error::host(ExitStatus(status_code.into())))
}
