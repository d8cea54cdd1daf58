//! `wasi:cli/terminal-*`: whether the standard streams are terminals.

use falkirk_component::Handle;

use crate::context::WasiCtx;
use crate::preview2::Result;
use crate::preview2::table::interface;

/// A `terminal-input`: that there is one is all that is known of it.
#[derive(Debug)]
pub(in crate::preview2) struct TerminalInput;

/// A `terminal-output`.
#[derive(Debug)]
pub(in crate::preview2) struct TerminalOutput;

interface! {
    /// Terminals that are read.
    TerminalInputs = "wasi:cli/terminal-input" {
        resource "terminal-input" = TerminalInput;
    }
}

interface! {
    /// Terminals that are written.
    TerminalOutputs = "wasi:cli/terminal-output" {
        resource "terminal-output" = TerminalOutput;
    }
}

interface! {
    /// Whether standard input is a terminal.
    TerminalStdin = "wasi:cli/terminal-stdin" {
        /// Gives the terminal, if it is one.
        "get-terminal-stdin" = get_terminal_stdin() -> Option<Handle>;
    }
}

interface! {
    /// Whether standard output is a terminal.
    TerminalStdout = "wasi:cli/terminal-stdout" {
        /// Gives the terminal, if it is one.
        "get-terminal-stdout" = get_terminal_stdout() -> Option<Handle>;
    }
}

interface! {
    /// Whether standard error is a terminal.
    TerminalStderr = "wasi:cli/terminal-stderr" {
        /// Gives the terminal, if it is one.
        "get-terminal-stderr" = get_terminal_stderr() -> Option<Handle>;
    }
}

fn get_terminal_stdin(cx: &mut WasiCtx) -> Result<Option<Handle>> {
    cx.stdin.is_terminal().then(|| cx.resources.add(TerminalInput)).transpose()
}

fn get_terminal_stdout(cx: &mut WasiCtx) -> Result<Option<Handle>> {
    cx.stdout.is_terminal().then(|| cx.resources.add(TerminalOutput)).transpose()
}

fn get_terminal_stderr(cx: &mut WasiCtx) -> Result<Option<Handle>> {
    cx.stderr.is_terminal().then(|| cx.resources.add(TerminalOutput)).transpose()
}
