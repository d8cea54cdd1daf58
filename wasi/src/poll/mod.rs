//! Waiting for several things at once: descriptors of the host, pipes in memory, points in time.
//!
//! One call of the host's `poll` does it. A pipe in memory has no descriptor; while somebody waits, it has a `Waker`
//! that ends the wait through a pipe of the host's.

use std::sync::Arc;

use rustix::event::{PollFd, PollFlags, Timespec};

use crate::clocks::Clocks;
use crate::error::{ErrorCode, Result};
use crate::streams::{HostHandle, PipeReader, PipeWriter, Waker};

mod stop;

pub(crate) use stop::Stop;

/// Something that can be waited for.
#[derive(Clone, Debug)]
pub enum Pollable {
    /// Always ready.
    Ready,
    /// Ready from this point of the monotonic clock on, in nanoseconds.
    Deadline(u64),
    /// A descriptor of the host.
    Host(HostHandle, Interest),
    /// A pipe in memory: something to read, or the end.
    PipeReader(PipeReader),
    /// A pipe in memory: room to write, or nobody who reads.
    PipeWriter(PipeWriter),
}

/// What a descriptor is polled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interest {
    /// Something to read, a connection to accept, or the end.
    Read,
    /// Room to write, or a connection that is made.
    Write,
}

/// What was found about a [`Pollable`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Readiness {
    /// What was waited for has happened.
    pub ready: bool,
    /// The other end is gone.
    pub hangup: bool,
    /// The descriptor failed; the next operation says how.
    pub error: bool,
}

impl Interest {
    pub(crate) fn events(self) -> PollFlags {
        match self {
            Interest::Read => PollFlags::IN,
            Interest::Write => PollFlags::OUT,
        }
    }
}

/// Waits until at least one of these is ready, and says for each whether it is. An interrupt of a store does not end
/// this: for guests there is [`WasiCtx::poll`](crate::WasiCtx::poll).
///
/// # Errors
///
/// The host's, for example if there are more descriptors than it can poll.
pub fn poll(clocks: &mut Clocks, pollables: &[Pollable]) -> Result<Vec<Readiness>> {
    poll_or_stop(clocks, pollables, &Stop::Never)
}

/// [`poll`], which fails with [`ErrorCode::Intr`] if it is to stop.
pub(crate) fn poll_or_stop(clocks: &mut Clocks, pollables: &[Pollable], stop: &Stop) -> Result<Vec<Readiness>> {
    loop {
        // First without waiting: most often something is ready, and then no waker is needed.
        let found = look(clocks, pollables, Some(0), None)?;
        if pollables.is_empty() || found.iter().any(|readiness| readiness.ready) {
            return Ok(found);
        }
        let deadline = pollables.iter().filter_map(Pollable::deadline).min();
        if clocks.is_fixed()
            && let Some(deadline) = deadline
        {
            clocks.advance_to(deadline);
            continue;
        }
        if stop.is_now() {
            return Err(ErrorCode::Intr);
        }
        let timeout = deadline.map(|deadline| deadline.saturating_sub(clocks.monotonic()));
        wait(clocks, pollables, timeout, stop)?;
    }
}

/// Waits for a change, or until the timeout passes. It may also end for no reason.
fn wait(clocks: &Clocks, pollables: &[Pollable], timeout: Option<u64>, stop: &Stop) -> Result<()> {
    if matches!(stop, Stop::Never)
        && !pollables.iter().any(|pollable| matches!(pollable, Pollable::PipeReader(_) | Pollable::PipeWriter(_)))
    {
        return look(clocks, pollables, timeout, None).map(drop);
    }
    let (reader, writer) = std::io::pipe()?;
    let waker: Waker = Arc::new(writer);
    let _bell = stop.ring(&waker);
    let found = look(clocks, pollables, timeout, Some((&waker, &HostHandle::new(reader))));
    for pollable in pollables {
        match pollable {
            Pollable::PipeReader(reader) => reader.forget(&waker),
            Pollable::PipeWriter(writer) => writer.forget(&waker),
            _ => {}
        }
    }
    found.map(drop)
}

/// Looks at all of them once, waiting for the host's descriptors (and the waker's) until the timeout in nanoseconds.
fn look(
    clocks: &Clocks,
    pollables: &[Pollable],
    timeout: Option<u64>,
    waker: Option<(&Waker, &HostHandle)>,
) -> Result<Vec<Readiness>> {
    let waker_writer = waker.map(|(writer, _)| writer);
    let pipes: Vec<Option<Readiness>> = pollables.iter().map(|pollable| pollable.pipe(waker_writer)).collect();
    let timeout = if pipes.iter().flatten().any(|readiness| readiness.ready) { Some(0) } else { timeout };
    let mut descriptors: Vec<PollFd<'_>> = pollables.iter().filter_map(Pollable::descriptor).collect();
    if let Some((_, reader)) = waker {
        descriptors.push(PollFd::new(reader, PollFlags::IN));
    }
    if !descriptors.is_empty() || timeout != Some(0) {
        let timeout = timeout.map(timespec);
        match rustix::event::poll(&mut descriptors, timeout.as_ref()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let now = clocks.monotonic();
    let mut polled = descriptors.iter();
    let found = pollables.iter().zip(pipes).map(|(pollable, pipe)| match pollable {
        Pollable::Ready => Readiness { ready: true, ..Readiness::default() },
        Pollable::Deadline(deadline) => Readiness { ready: *deadline <= now, ..Readiness::default() },
        Pollable::PipeReader(_) | Pollable::PipeWriter(_) => pipe.expect("BUG: a pipe has been asked"),
        Pollable::Host(..) => readiness(polled.next().expect("BUG: one for each descriptor").revents()),
    });
    Ok(found.collect())
}

fn readiness(events: PollFlags) -> Readiness {
    Readiness {
        ready: !events.is_empty(),
        hangup: events.contains(PollFlags::HUP),
        error: events.intersects(PollFlags::ERR | PollFlags::NVAL),
    }
}

fn timespec(nanoseconds: u64) -> Timespec {
    Timespec { tv_sec: (nanoseconds / 1_000_000_000) as i64, tv_nsec: (nanoseconds % 1_000_000_000) as _ }
}

impl Pollable {
    fn deadline(&self) -> Option<u64> {
        match self {
            Pollable::Deadline(deadline) => Some(*deadline),
            _ => None,
        }
    }

    fn descriptor(&self) -> Option<PollFd<'_>> {
        match self {
            Pollable::Host(handle, interest) => Some(PollFd::new(handle, interest.events())),
            _ => None,
        }
    }

    /// The readiness of a pipe in memory.
    fn pipe(&self, waker: Option<&Waker>) -> Option<Readiness> {
        let (count, open) = match self {
            Pollable::PipeReader(reader) => reader.available(waker),
            Pollable::PipeWriter(writer) => writer.room(waker),
            _ => return None,
        };
        Some(Readiness { ready: count > 0 || !open, hangup: !open, error: false })
    }
}
