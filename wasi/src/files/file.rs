//! Files that are open.

use std::io::{IoSlice, IoSliceMut, SeekFrom};
use std::sync::Arc;

use super::host::HostFile;
use super::memory::MemoryFile;
use super::{Access, NewTime, Stat};
use crate::error::{ErrorCode, Result};
use crate::poll::{Interest, Pollable};
use crate::streams::Wait;

/// A file that is open: anything with a path that is no directory. It has a position, as files of Unix have.
#[derive(Debug)]
pub struct File {
    kind: FileKind,
    /// What may be done with what is not its bytes: the grant of the directory it was found in.
    access: Access,
    grant: Arc<str>,
    readable: bool,
    writable: bool,
}

#[derive(Debug)]
pub(super) enum FileKind {
    Host(HostFile),
    Memory(MemoryFile),
}

/// What a guest intends to do with a file's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// Nothing special.
    Normal,
    /// Read from lower to higher offsets.
    Sequential,
    /// Read in any order.
    Random,
    /// Read soon.
    WillNeed,
    /// Not read soon.
    DontNeed,
    /// Read once.
    NoReuse,
}

/// Does the same with a file of either kind.
macro_rules! each {
    ($self:ident, $file:ident => $body:expr) => {
        match &$self.kind {
            FileKind::Host($file) => $body,
            FileKind::Memory($file) => $body,
        }
    };
}

/// Operations fail with [`ErrorCode::Badf`] if the file was not opened for them, with [`ErrorCode::ReadOnlyGrant`] where
/// something would change that may not, and with the host's errors.
impl File {
    pub(super) fn new(kind: FileKind, (access, grant): (Access, &Arc<str>), readable: bool, writable: bool) -> File {
        File { kind, access, grant: grant.clone(), readable, writable }
    }

    /// The name of the granted directory that it was found in, as the guest knows it.
    pub fn grant(&self) -> &str {
        &self.grant
    }

    /// Whether it was opened to be read.
    pub fn is_readable(&self) -> bool {
        self.readable
    }

    /// Whether it was opened to be written.
    pub fn is_writable(&self) -> bool {
        self.writable
    }

    /// Reads at the file's position, and moves that on.
    ///
    /// # Errors
    ///
    /// See above; so it is for all operations.
    pub fn read(&self, buffers: &mut [IoSliceMut<'_>], wait: Wait) -> Result<usize> {
        self.check_readable()?;
        each!(self, file => file.read(buffers, wait))
    }

    /// Writes at the file's position (or at its end, where [`File::set_append`] says so), and moves that on.
    ///
    /// # Errors
    ///
    /// See above.
    pub fn write(&self, buffers: &[IoSlice<'_>], wait: Wait) -> Result<usize> {
        self.check_writable()?;
        each!(self, file => file.write(buffers, wait))
    }

    /// Reads at an offset. The position stays where it is.
    ///
    /// # Errors
    ///
    /// See above.
    pub fn read_at(&self, buffers: &mut [IoSliceMut<'_>], offset: u64) -> Result<usize> {
        self.check_readable()?;
        check_offset(offset)?;
        each!(self, file => file.read_at(buffers, offset))
    }

    /// Reads at an offset, to the end of a vector: as much as it has room for, which need not be zeros before.
    ///
    /// # Errors
    ///
    /// See above.
    pub fn read_into(&self, bytes: &mut Vec<u8>, offset: u64) -> Result<usize> {
        self.check_readable()?;
        check_offset(offset)?;
        if bytes.len() == bytes.capacity() {
            return Ok(0);
        }
        each!(self, file => file.read_into(bytes, offset))
    }

    /// Writes at an offset, also to a file whose position is always its end. The position stays where it is.
    ///
    /// # Errors
    ///
    /// See above.
    pub fn write_at(&self, buffers: &[IoSlice<'_>], offset: u64) -> Result<usize> {
        self.check_writable()?;
        check_offset(offset)?;
        each!(self, file => file.write_at(buffers, offset))
    }

    /// Writes at the end.
    ///
    /// # Errors
    ///
    /// See above.
    pub fn append(&self, buffers: &[IoSlice<'_>]) -> Result<usize> {
        self.check_writable()?;
        each!(self, file => file.append(buffers))
    }

    /// Moves the position, and says where it is then.
    ///
    /// # Errors
    ///
    /// See above.
    pub fn seek(&self, to: SeekFrom) -> Result<u64> {
        each!(self, file => file.seek(to))
    }

    /// Whether [`File::write`] writes at the end.
    pub fn is_append(&self) -> bool {
        each!(self, file => file.is_append())
    }

    /// Says whether [`File::write`] is to write at the end.
    ///
    /// # Errors
    ///
    /// See above.
    pub fn set_append(&self, append: bool) -> Result<()> {
        each!(self, file => file.set_append(append))
    }

    /// What is known of the file.
    ///
    /// # Errors
    ///
    /// See above.
    pub fn stat(&self) -> Result<Stat> {
        each!(self, file => file.stat())
    }

    /// Cuts the file off, or makes it longer, with zeros.
    ///
    /// # Errors
    ///
    /// See above; a file that was not opened to be written is [`ErrorCode::Inval`], as POSIX has it.
    pub fn set_size(&self, size: u64) -> Result<()> {
        self.check_access()?;
        if !self.writable {
            return Err(ErrorCode::Inval);
        }
        check_offset(size)?;
        each!(self, file => file.set_size(size))
    }

    /// Sees to it that there is room for these bytes; the file becomes longer if need be.
    ///
    /// # Errors
    ///
    /// See above.
    pub fn allocate(&self, offset: u64, len: u64) -> Result<()> {
        self.check_access()?;
        self.check_writable()?;
        if len == 0 {
            return Err(ErrorCode::Inval);
        }
        check_offset(offset.checked_add(len).ok_or(ErrorCode::Fbig)?).map_err(|_| ErrorCode::Fbig)?;
        each!(self, file => file.allocate(offset, len))
    }

    /// Tells the host what will be done with these bytes (with all from there on, if `len` is 0).
    ///
    /// # Errors
    ///
    /// See above.
    pub fn advise(&self, offset: u64, len: u64, advice: Advice) -> Result<()> {
        check_offset(offset)?;
        check_offset(len)?;
        each!(self, file => file.advise(offset, len, advice))
    }

    /// Sets the times.
    ///
    /// # Errors
    ///
    /// See above.
    pub fn set_times(&self, accessed: NewTime, modified: NewTime) -> Result<()> {
        self.check_access()?;
        each!(self, file => file.set_times(accessed, modified))
    }

    /// Waits until the bytes are on their device, and with `metadata` everything else that is known of the file.
    ///
    /// # Errors
    ///
    /// See above.
    pub fn sync(&self, metadata: bool) -> Result<()> {
        each!(self, file => file.sync(metadata))
    }

    /// What to poll for before reading or writing. Regular files are always ready.
    pub fn pollable(&self, interest: Interest) -> Pollable {
        match &self.kind {
            FileKind::Host(file) => file.pollable(interest),
            FileKind::Memory(_) => Pollable::Ready,
        }
    }

    /// How many bytes can be read without waiting, as far as that is known.
    pub(crate) fn available(&self) -> u64 {
        match &self.kind {
            FileKind::Host(file) if !file.is_regular() => file.available(),
            _ => {
                let position = self.seek(SeekFrom::Current(0)).unwrap_or(0);
                self.stat().map_or(0, |stat| stat.size.saturating_sub(position))
            }
        }
    }

    /// Whether this and the other are the same file.
    ///
    /// # Errors
    ///
    /// See above.
    pub fn is_same(&self, other: &File) -> Result<bool> {
        match (&self.kind, &other.kind) {
            (FileKind::Host(_), FileKind::Host(_)) => {
                let (one, two) = (self.stat()?, other.stat()?);
                Ok((one.device, one.inode) == (two.device, two.inode))
            }
            (FileKind::Memory(one), FileKind::Memory(two)) => Ok(one.is_same(two)),
            _ => Ok(false),
        }
    }

    fn check_readable(&self) -> Result<()> {
        if self.readable { Ok(()) } else { Err(ErrorCode::Badf) }
    }

    fn check_writable(&self) -> Result<()> {
        if self.writable { Ok(()) } else { Err(ErrorCode::Badf) }
    }

    fn check_access(&self) -> Result<()> {
        match self.access {
            Access::ReadWrite => Ok(()),
            Access::ReadOnly => Err(ErrorCode::ReadOnlyGrant),
        }
    }
}

/// Offsets of files are signed.
fn check_offset(offset: u64) -> Result<()> {
    if i64::try_from(offset).is_ok() { Ok(()) } else { Err(ErrorCode::Inval) }
}
