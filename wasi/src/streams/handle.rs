//! Descriptors of the host.

use std::io::{IoSlice, IoSliceMut, SeekFrom};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;

use rustix::event::{PollFd, PollFlags};

use super::Wait;
use crate::error::{ErrorCode, Result};
use crate::files::Stat;

/// A descriptor of the host. Clones are the same descriptor.
///
/// Nothing is buffered here: what a guest writes to its standard output is with the operating system when the call
/// returns. A program that prints to [`std::io::stdout`] too should flush before it calls a guest.
#[derive(Clone, Debug)]
pub enum HostHandle {
    /// The process's standard input.
    Stdin,
    /// The process's standard output.
    Stdout,
    /// The process's standard error.
    Stderr,
    /// Any other.
    Owned(Arc<OwnedFd>),
}

/// How many bytes a descriptor that is ready to be written takes without waiting, unless it is a file: what POSIX says
/// of pipes (`PIPE_BUF`, on Linux). With more, the host would wait until somebody reads.
const READY: usize = 4096;

/// The first bytes of these buffers.
fn at_most<'a>(buffers: &'a [IoSlice<'_>], mut most: usize) -> Vec<IoSlice<'a>> {
    let mut taken = Vec::with_capacity(1);
    for buffer in buffers {
        let len = buffer.len().min(most);
        most -= len;
        taken.push(IoSlice::new(&buffer[..len]));
        if most == 0 {
            break;
        }
    }
    taken
}

impl HostHandle {
    /// A handle that owns a descriptor: of a file, a socket, a pipe.
    pub fn new(descriptor: impl Into<OwnedFd>) -> HostHandle {
        HostHandle::Owned(Arc::new(descriptor.into()))
    }

    /// Whether this is a terminal.
    pub fn is_terminal(&self) -> bool {
        std::io::IsTerminal::is_terminal(&self.as_fd())
    }

    /// Reads into the buffers, one after the other, with one call of the system.
    ///
    /// # Errors
    ///
    /// The host's, and [`ErrorCode::Again`].
    pub fn read(&self, buffers: &mut [IoSliceMut<'_>], wait: Wait) -> Result<usize> {
        self.attempt(PollFlags::IN, wait, || match &mut *buffers {
            [one] => rustix::io::read(self, &mut **one),
            many => rustix::io::readv(self, many),
        })
    }

    /// Reads to the end of a vector, as far as it has room.
    pub(crate) fn read_into(&self, bytes: &mut Vec<u8>, wait: Wait) -> Result<usize> {
        self.attempt(PollFlags::IN, wait, || rustix::io::read(self, rustix::buffer::spare_capacity(bytes)))
    }

    /// Writes the buffers, one after the other, with one call of the system.
    ///
    /// # Errors
    ///
    /// The host's, and [`ErrorCode::Again`].
    pub fn write(&self, buffers: &[IoSlice<'_>], wait: Wait) -> Result<usize> {
        let bounded;
        let buffers = if wait == Wait::Yes {
            buffers
        } else {
            bounded = at_most(buffers, READY);
            &bounded
        };
        self.attempt(PollFlags::OUT, wait, || match buffers {
            [one] => rustix::io::write(self, one),
            many => rustix::io::writev(self, many),
        })
    }

    /// Moves the position of a file; pipes and terminals have none.
    pub(crate) fn seek(&self, to: SeekFrom) -> Result<u64> {
        let to = match to {
            SeekFrom::Start(offset) if i64::try_from(offset).is_err() => return Err(ErrorCode::Inval),
            SeekFrom::Start(offset) => rustix::fs::SeekFrom::Start(offset),
            SeekFrom::End(offset) => rustix::fs::SeekFrom::End(offset),
            SeekFrom::Current(offset) => rustix::fs::SeekFrom::Current(offset),
        };
        Ok(rustix::fs::seek(self, to)?)
    }

    /// What is known of what the descriptor stands for.
    pub(crate) fn stat(&self) -> Result<Stat> {
        Ok(Stat::from(&rustix::fs::fstat(self)?))
    }

    /// How many bytes can be read without waiting, as far as the host says.
    pub(crate) fn available(&self) -> u64 {
        rustix::io::ioctl_fionread(self).unwrap_or(1)
    }

    /// Accepts a connection.
    pub(crate) fn accept(&self, wait: Wait) -> Result<HostHandle> {
        let mut accepted = None;
        self.attempt(PollFlags::IN, wait, || {
            accepted = Some(rustix::net::accept_with(self, rustix::net::SocketFlags::CLOEXEC)?);
            Ok(0)
        })?;
        Ok(HostHandle::new(accepted.expect("BUG: a connection was accepted")))
    }

    /// Does something that may find the descriptor not ready: because it is in non-blocking mode, which whoever opened
    /// it decided, or because the guest does not want to wait. The descriptor's own mode is left alone, since it is
    /// shared with other processes.
    pub(crate) fn attempt(
        &self,
        events: PollFlags,
        wait: Wait,
        mut operation: impl FnMut() -> rustix::io::Result<usize>,
    ) -> Result<usize> {
        loop {
            if wait == Wait::No && !self.is_ready(events)? {
                return Err(ErrorCode::Again);
            }
            match operation() {
                Err(rustix::io::Errno::INTR) => {}
                Err(rustix::io::Errno::AGAIN) if wait == Wait::Yes => self.until_ready(events)?,
                result => return Ok(result?),
            }
        }
    }

    /// Waits until an operation would not wait.
    pub(crate) fn until_ready(&self, events: PollFlags) -> Result<()> {
        let mut descriptors = [PollFd::new(self, events)];
        ignore_interrupts(|| rustix::event::poll(&mut descriptors, None))?;
        Ok(())
    }

    /// Whether an operation would not wait now.
    pub(crate) fn is_ready(&self, events: PollFlags) -> Result<bool> {
        let mut descriptors = [PollFd::new(self, events)];
        Ok(ignore_interrupts(|| rustix::event::poll(&mut descriptors, Some(&rustix::event::Timespec::default())))? > 0)
    }
}

/// Does something again for as long as signals interrupt it.
pub(crate) fn ignore_interrupts<T>(mut operation: impl FnMut() -> rustix::io::Result<T>) -> rustix::io::Result<T> {
    loop {
        match operation() {
            Err(rustix::io::Errno::INTR) => {}
            result => return result,
        }
    }
}

impl AsFd for HostHandle {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            HostHandle::Stdin => rustix::stdio::stdin(),
            HostHandle::Stdout => rustix::stdio::stdout(),
            HostHandle::Stderr => rustix::stdio::stderr(),
            HostHandle::Owned(descriptor) => descriptor.as_fd(),
        }
    }
}
