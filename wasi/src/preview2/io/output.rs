//! Output streams.
//!
//! A guest asks first how much it may write (`check-write`), and is told what can be taken without waiting. A host's
//! descriptor does not say that exactly: so what it does not take at once is kept, and nothing more is taken until it
//! is written.

use rustix::net::SendFlags;

use super::Origin;
use super::streams::Stop;
use crate::error::ErrorCode;
use crate::poll::{Interest, Pollable};
use crate::report::Given;
use crate::streams::{OutputStream, Wait};

/// An `output-stream`.
#[derive(Debug)]
pub(in crate::preview2) struct Output {
    sink: OutputStream,
    pub origin: Origin,
    /// What it is, if every guest is given it.
    pub given: Option<Given>,
    /// How many bytes `check-write` has permitted.
    permit: u64,
    /// What was taken and is not written yet.
    pending: Vec<u8>,
    /// Nothing more can be written: the stream has failed, or nobody reads.
    closed: bool,
    /// What it has failed with while nobody asked. Whoever uses the stream next is told.
    failed: Option<ErrorCode>,
}

/// What a host's descriptor that is ready takes without waiting: at least this (POSIX's `PIPE_BUF`).
const AT_ONCE: usize = 4096;

impl Output {
    pub fn new(sink: OutputStream, origin: Origin) -> Output {
        Output { sink, origin, given: None, permit: 0, pending: Vec::new(), closed: false, failed: None }
    }

    /// A standard stream.
    pub fn given(sink: OutputStream, given: Given) -> Output {
        Output { given: Some(given), ..Output::new(sink, Origin::File) }
    }

    /// Nothing more can be written.
    pub fn close(&mut self) {
        self.closed = true;
    }

    /// How many bytes may be written now.
    pub fn check_write(&mut self) -> Result<u64, Stop> {
        self.permit = self.room()? as u64;
        Ok(self.permit)
    }

    /// How many bytes can be taken now: none, while something that was taken before is not written.
    fn room(&mut self) -> Result<usize, Stop> {
        self.flush(Wait::No)?;
        if self.is_pending() { Ok(0) } else { self.attempt(|sink| sink.room()) }
    }

    /// Whether `check-write` would give anything but 0, which an error is too.
    pub fn is_ready(&mut self) -> bool {
        match self.room() {
            Ok(room) => room > 0,
            Err(stop) => {
                self.keep(stop);
                true
            }
        }
    }

    /// Keeps an error for the next one who uses the stream.
    fn keep(&mut self, stop: Stop) {
        if let Stop::Failed(code, _) = stop {
            self.failed = Some(code);
        }
    }

    /// Why the stream cannot be used, if it cannot. It is told once what it has failed with.
    fn check_open(&mut self) -> Result<(), Stop> {
        match self.failed.take() {
            Some(code) => Err(Stop::Failed(code, self.origin)),
            None if self.closed => Err(Stop::Closed),
            None => Ok(()),
        }
    }

    /// Whether so many bytes were permitted. They are taken from the permit.
    pub fn use_permit(&mut self, len: u64) -> bool {
        let permitted = len <= self.permit;
        self.permit = self.permit.saturating_sub(len);
        permitted
    }

    /// Takes these bytes, and writes them, without waiting as far as that is possible.
    pub fn write(&mut self, bytes: Vec<u8>, wait: Wait) -> Result<(), Stop> {
        self.check_open()?;
        match self.pending.is_empty() {
            true => self.pending = bytes,
            false => self.pending.extend(bytes),
        }
        self.flush(wait)
    }

    /// Writes what was taken, without waiting as far as that is possible.
    pub fn flush(&mut self, wait: Wait) -> Result<(), Stop> {
        self.check_open()?;
        let pending = std::mem::take(&mut self.pending);
        let mut rest = &*pending;
        while !rest.is_empty() {
            let part = &rest[..rest.len().min(self.at_once(wait))];
            let origin = self.origin;
            match self.attempt(|sink| write(sink, origin, part, wait)) {
                Ok(0) => break,
                Ok(written) => rest = &rest[written..],
                Err(stop) => return Err(stop),
            }
        }
        self.pending = rest.to_vec();
        Ok(())
    }

    /// How much of a large write may be tried without waiting.
    fn at_once(&self, wait: Wait) -> usize {
        // A socket takes what it can and no more, in the mode that it is in.
        let host_may_wait = wait == Wait::No && self.sink.host().is_some() && self.origin == Origin::File;
        if host_may_wait { AT_ONCE } else { usize::MAX }
    }

    /// Does something with the stream: that it would have to wait is no failure.
    fn attempt(&mut self, operation: impl FnOnce(&mut OutputStream) -> crate::Result<usize>) -> Result<usize, Stop> {
        operation(&mut self.sink).or_else(|code| {
            if code == ErrorCode::Again {
                return Ok(0);
            }
            self.closed = true;
            Err(if code == ErrorCode::Pipe { Stop::Closed } else { Stop::Failed(code, self.origin) })
        })
    }

    /// Whether something that was taken is not written yet.
    pub fn is_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Whether something that was taken cannot be written yet, though it is tried.
    pub fn is_busy(&mut self) -> bool {
        if !self.closed
            && self.is_pending()
            && let Err(stop) = self.flush(Wait::No)
        {
            self.keep(stop);
        }
        !self.closed && self.is_pending()
    }

    /// What to wait for.
    pub fn pollable(&self) -> Pollable {
        if self.closed { Pollable::Ready } else { self.sink.pollable() }
    }
}

/// Writes to a stream; to a connection without a signal, should it be closed at the other end.
fn write(sink: &mut OutputStream, origin: Origin, bytes: &[u8], wait: Wait) -> crate::Result<usize> {
    match sink.host() {
        Some(handle) if origin == Origin::Network => {
            handle.attempt(Interest::Write.events(), wait, || rustix::net::send(handle, bytes, SendFlags::NOSIGNAL))
        }
        _ => sink.write(bytes, wait),
    }
}
