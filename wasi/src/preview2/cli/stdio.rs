//! `wasi:cli/stdin`, `/stdout` and `/stderr`.

use falkirk_component::Handle;

use crate::context::WasiCtx;
use crate::preview2::Result;
use crate::preview2::io::{Input, Output};
use crate::preview2::table::interface;
use crate::report::Given;

interface! {
    /// Standard input.
    Stdin = "wasi:cli/stdin" {
        /// Gives the stream.
        "get-stdin" = get_stdin() -> Handle;
    }
}

interface! {
    /// Standard output.
    Stdout = "wasi:cli/stdout" {
        /// Gives the stream.
        "get-stdout" = get_stdout() -> Handle;
    }
}

interface! {
    /// Standard error.
    Stderr = "wasi:cli/stderr" {
        /// Gives the stream.
        "get-stderr" = get_stderr() -> Handle;
    }
}

fn get_stdin(cx: &mut WasiCtx) -> Result<Handle> {
    cx.resources.add(Input::given(cx.stdin.clone()))
}

fn get_stdout(cx: &mut WasiCtx) -> Result<Handle> {
    cx.resources.add(Output::given(cx.stdout.clone(), Given::Stdout))
}

fn get_stderr(cx: &mut WasiCtx) -> Result<Handle> {
    cx.resources.add(Output::given(cx.stderr.clone(), Given::Stderr))
}
