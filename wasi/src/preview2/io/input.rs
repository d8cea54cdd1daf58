//! Input streams.

use super::Origin;
use super::streams::Stop;
use crate::error::ErrorCode;
use crate::poll::Pollable;
use crate::report::Given;
use crate::streams::{InputStream, Wait};

/// An `input-stream`.
#[derive(Debug)]
pub(in crate::preview2) struct Input {
    stream: InputStream,
    pub origin: Origin,
    /// What it is, if every guest is given it.
    pub given: Option<Given>,
    /// The end was reached, or the stream has failed.
    closed: bool,
}

/// How many bytes are read at once: a guest may ask for more than there is memory.
const MOST: u64 = 64 * 1024;

impl Input {
    pub fn new(stream: InputStream, origin: Origin) -> Input {
        Input { stream, origin, given: None, closed: false }
    }

    /// Standard input.
    pub fn given(stream: InputStream) -> Input {
        Input { given: Some(Given::Stdin), ..Input::new(stream, Origin::File) }
    }

    /// Nothing more will come.
    pub fn close(&mut self) {
        self.closed = true;
    }

    /// Reads up to so many bytes: what is there, which without waiting may be nothing yet.
    pub fn read(&mut self, len: u64, wait: Wait) -> Result<Vec<u8>, Stop> {
        if self.closed {
            return Err(Stop::Closed);
        }
        if len == 0 {
            return Ok(Vec::new());
        }
        match self.stream.take(len.min(MOST) as usize, wait) {
            Ok(bytes) if bytes.is_empty() => {
                self.closed = true;
                Err(Stop::Closed)
            }
            Ok(bytes) => Ok(bytes),
            Err(ErrorCode::Again) => Ok(Vec::new()),
            Err(code) => {
                self.closed = true;
                Err(Stop::Failed(code, self.origin))
            }
        }
    }

    /// What to wait for.
    pub fn pollable(&self) -> Pollable {
        if self.closed { Pollable::Ready } else { self.stream.pollable() }
    }
}
