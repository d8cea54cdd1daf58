//! `wasi:io/streams`: bytes that come and go.

use falkirk_canonical_abi::{ComponentType, Lift, Lower};
use falkirk_component::Handle;
use falkirk_runtime::Error;

use super::poll::{subscribe_input, subscribe_output, wait};
use super::{Failure, Input, Origin, Output};
use crate::context::WasiCtx;
use crate::error::ErrorCode;
use crate::preview2::Result;
use crate::preview2::cli::ask;
use crate::preview2::show::{Show, carried};
use crate::preview2::table::interface;
use crate::streams::Wait;

/// Why an operation of a stream was not done, as the interface has it.
#[derive(Debug, ComponentType, Lift, Lower)]
#[component(variant)]
pub(in crate::preview2) enum StreamError {
    /// It failed; the handle is of an `error`.
    LastOperationFailed(Handle),
    /// There is no more to be read, or nobody who reads.
    Closed,
}

/// The same, before there is a handle.
#[derive(Debug)]
pub(in crate::preview2) enum Stop {
    Failed(ErrorCode, Origin),
    Closed,
}

impl Show for StreamError {
    fn show(&self, text: &mut String) {
        match self {
            StreamError::LastOperationFailed(error) => carried("last-operation-failed", error, text),
            StreamError::Closed => text.push_str("closed"),
        }
    }
}

interface! {
    /// Bytes that come and go.
    Streams = "wasi:io/streams" {
        resource "input-stream" = Input;
        resource "output-stream" = Output;
        /// Reads what is there.
        "[method]input-stream.read" = read(this: Handle, len: u64) -> Result<Vec<u8>, StreamError>;
        /// Waits until something is there, and reads it.
        "[method]input-stream.blocking-read" = blocking_read(this: Handle, len: u64) -> Result<Vec<u8>, StreamError>;
        /// Passes over what is there.
        "[method]input-stream.skip" = skip(this: Handle, len: u64) -> Result<u64, StreamError>;
        /// Waits until something is there, and passes over it.
        "[method]input-stream.blocking-skip" = blocking_skip(this: Handle, len: u64) -> Result<u64, StreamError>;
        /// Gives a pollable: something is there, or the end.
        "[method]input-stream.subscribe" = subscribe_input(this: Handle) -> Handle;
        /// Says how many bytes the next write may have.
        "[method]output-stream.check-write" = check_write(this: Handle) -> Result<u64, StreamError>;
        /// Writes as many bytes as were permitted.
        "[method]output-stream.write" = write(this: Handle, contents: Vec<u8>) -> Result<(), StreamError>;
        // ANCHOR: write
        /// Writes up to 4096 bytes, and waits until that is done.
        "[method]output-stream.blocking-write-and-flush"
            = blocking_write_and_flush(this: Handle, contents: Vec<u8>) -> Result<(), StreamError>;
        // ANCHOR_END: write
        /// Begins to write whatever was taken before.
        "[method]output-stream.flush" = flush(this: Handle) -> Result<(), StreamError>;
        /// Waits until all is written.
        "[method]output-stream.blocking-flush" = blocking_flush(this: Handle) -> Result<(), StreamError>;
        /// Gives a pollable: something can be written.
        "[method]output-stream.subscribe" = subscribe_output(this: Handle) -> Handle;
        /// Writes as many zeros as were permitted.
        "[method]output-stream.write-zeroes" = write_zeroes(this: Handle, len: u64) -> Result<(), StreamError>;
        /// Writes up to 4096 zeros, and waits until that is done.
        "[method]output-stream.blocking-write-zeroes-and-flush"
            = blocking_write_zeroes_and_flush(this: Handle, len: u64) -> Result<(), StreamError>;
        /// Reads what is there, and writes as much of it as can be taken.
        "[method]output-stream.splice" = splice(this: Handle, src: Handle, len: u64) -> Result<u64, StreamError>;
        /// Waits until there is something to read and room for it, and does the same.
        "[method]output-stream.blocking-splice"
            = blocking_splice(this: Handle, src: Handle, len: u64) -> Result<u64, StreamError>;
    }
}

/// What a stream's operation gave, as the interface has it.
type Outcome<T> = Result<Result<T, StreamError>>;

/// Gives an error a handle.
fn outcome<T>(cx: &mut WasiCtx, result: Result<T, Stop>) -> Outcome<T> {
    Ok(match result {
        Ok(value) => Ok(value),
        Err(Stop::Closed) => Err(StreamError::Closed),
        Err(Stop::Failed(code, origin)) => {
            Err(StreamError::LastOperationFailed(cx.resources.add(Failure { code, origin })?))
        }
    })
}

/// The stream to be read, unless it is standard input and that is withheld.
fn input(cx: &mut WasiCtx, this: Handle) -> Result<Result<&mut Input, Stop>> {
    if let Some(given) = cx.resources.get::<Input>(this)?.given
        && let Err(code) = ask(cx, given)?
    {
        return Ok(Err(Stop::Failed(code, Origin::File)));
    }
    cx.resources.get::<Input>(this).map(Ok)
}

/// The stream to be written, unless it is a standard stream that is withheld.
fn output(cx: &mut WasiCtx, this: Handle) -> Result<Result<&mut Output, Stop>> {
    if let Some(given) = cx.resources.get::<Output>(this)?.given
        && let Err(code) = ask(cx, given)?
    {
        return Ok(Err(Stop::Failed(code, Origin::File)));
    }
    cx.resources.get::<Output>(this).map(Ok)
}

fn read(cx: &mut WasiCtx, this: Handle, len: u64) -> Outcome<Vec<u8>> {
    let result = input(cx, this)?.and_then(|input| input.read(len, Wait::No));
    outcome(cx, result)
}

fn blocking_read(cx: &mut WasiCtx, this: Handle, len: u64) -> Outcome<Vec<u8>> {
    let patience = cx.patience();
    loop {
        match input(cx, this)?.and_then(|input| input.read(len, patience)) {
            Ok(bytes) if bytes.is_empty() && len > 0 => {}
            result => return outcome(cx, result),
        }
        let pollable = cx.resources.get::<Input>(this)?.pollable();
        wait(cx, &[pollable])?;
    }
}

fn skip(cx: &mut WasiCtx, this: Handle, len: u64) -> Outcome<u64> {
    Ok(read(cx, this, len)?.map(|bytes| bytes.len() as u64))
}

fn blocking_skip(cx: &mut WasiCtx, this: Handle, len: u64) -> Outcome<u64> {
    Ok(blocking_read(cx, this, len)?.map(|bytes| bytes.len() as u64))
}

fn check_write(cx: &mut WasiCtx, this: Handle) -> Outcome<u64> {
    let result = output(cx, this)?.and_then(Output::check_write);
    outcome(cx, result)
}

fn write(cx: &mut WasiCtx, this: Handle, contents: Vec<u8>) -> Outcome<()> {
    let output = permitted(cx, this, contents.len() as u64)?;
    let result = output.write(contents, Wait::No);
    outcome(cx, result)
}

fn write_zeroes(cx: &mut WasiCtx, this: Handle, len: u64) -> Outcome<()> {
    let output = permitted(cx, this, len)?;
    // What was permitted fits into memory.
    let result = output.write(vec![0; len as usize], Wait::No);
    outcome(cx, result)
}

/// The stream, if so many bytes may be written.
fn permitted(cx: &mut WasiCtx, this: Handle, len: u64) -> Result<&mut Output> {
    let output = cx.resources.get::<Output>(this)?;
    match output.use_permit(len) {
        true => Ok(output),
        false => Err(Error::msg(format!("the guest writes {len} bytes, more than `check-write` has permitted"))),
    }
}

fn blocking_write_and_flush(cx: &mut WasiCtx, this: Handle, contents: Vec<u8>) -> Outcome<()> {
    check_blocking(contents.len() as u64)?;
    let patience = cx.patience();
    let result = output(cx, this)?.and_then(|output| output.write(contents, patience));
    match result {
        Ok(()) => blocking_flush(cx, this),
        Err(stop) => outcome(cx, Err(stop)),
    }
}

fn blocking_write_zeroes_and_flush(cx: &mut WasiCtx, this: Handle, len: u64) -> Outcome<()> {
    check_blocking(len)?;
    blocking_write_and_flush(cx, this, vec![0; len as usize])
}

/// Functions that write and wait take no more than this.
const MOST_BLOCKING: u64 = 4096;

fn check_blocking(len: u64) -> Result<()> {
    match len <= MOST_BLOCKING {
        true => Ok(()),
        false => Err(Error::msg(format!("the guest writes {len} bytes with a function that takes {MOST_BLOCKING}"))),
    }
}

fn flush(cx: &mut WasiCtx, this: Handle) -> Outcome<()> {
    let result = cx.resources.get::<Output>(this)?.flush(Wait::No);
    outcome(cx, result)
}

fn blocking_flush(cx: &mut WasiCtx, this: Handle) -> Outcome<()> {
    let patience = cx.patience();
    loop {
        let output = cx.resources.get::<Output>(this)?;
        let result = output.flush(patience);
        if result.is_err() || !output.is_pending() {
            return outcome(cx, result);
        }
        let pollable = output.pollable();
        wait(cx, &[pollable])?;
    }
}

fn splice(cx: &mut WasiCtx, this: Handle, src: Handle, len: u64) -> Outcome<u64> {
    let result = move_bytes(cx, this, src, len)?;
    outcome(cx, result)
}

fn blocking_splice(cx: &mut WasiCtx, this: Handle, src: Handle, len: u64) -> Outcome<u64> {
    loop {
        match move_bytes(cx, this, src, len)? {
            Ok(0) if len > 0 => {}
            result => return outcome(cx, result),
        }
        let (room, bytes) = (cx.resources.get::<Output>(this)?.pollable(), cx.resources.get::<Input>(src)?.pollable());
        wait(cx, &[room])?;
        wait(cx, &[bytes])?;
    }
}

/// What `splice` does, which may be to stop.
fn move_bytes(cx: &mut WasiCtx, to: Handle, from: Handle, len: u64) -> Result<Result<u64, Stop>> {
    let room = match output(cx, to)?.and_then(Output::check_write) {
        Ok(room) => room.min(len),
        Err(stop) => return Ok(Err(stop)),
    };
    let bytes = match input(cx, from)?.and_then(|input| input.read(room, Wait::No)) {
        Ok(bytes) => bytes,
        Err(stop) => return Ok(Err(stop)),
    };
    let (output, count) = (cx.resources.get::<Output>(to)?, bytes.len() as u64);
    output.use_permit(count);
    Ok(output.write(bytes, Wait::No).map(|()| count))
}
