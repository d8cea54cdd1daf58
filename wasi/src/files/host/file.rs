//! Files of the host that are open.

use std::io::{IoSlice, IoSliceMut, SeekFrom};
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::{FallocateFlags, OFlags, Timestamps};

use crate::error::Result;
use crate::files::{Advice, FileType, NewTime, OpenOptions, Stat};
use crate::poll::{Interest, Pollable};
use crate::streams::{HostHandle, Wait};

/// A file of the host. The position is the descriptor's own.
#[derive(Debug)]
pub struct HostFile {
    handle: HostHandle,
    regular: bool,
    append: AtomicBool,
}

impl HostFile {
    pub fn new(file: std::fs::File, file_type: FileType, options: OpenOptions) -> Result<HostFile> {
        let regular = file_type == FileType::RegularFile;
        let file = HostFile { handle: HostHandle::new(file), regular, append: AtomicBool::new(false) };
        if options.append {
            file.set_append(true)?;
        }
        Ok(file)
    }

    pub fn read(&self, buffers: &mut [IoSliceMut<'_>], wait: Wait) -> Result<usize> {
        if !self.regular && wait == Wait::Yes {
            // A FIFO that nobody has written to yet would seem to be at its end, since it was opened without waiting.
            self.handle.until_ready(Interest::Read.events())?;
        }
        self.handle.read(buffers, self.wait(wait))
    }

    pub fn write(&self, buffers: &[IoSlice<'_>], wait: Wait) -> Result<usize> {
        self.handle.write(buffers, self.wait(wait))
    }

    /// Nobody has to ask whether a regular file is ready.
    fn wait(&self, wait: Wait) -> Wait {
        if self.regular { Wait::Yes } else { wait }
    }

    pub fn read_at(&self, buffers: &mut [IoSliceMut<'_>], offset: u64) -> Result<usize> {
        Ok(match buffers {
            [one] => rustix::io::pread(&self.handle, &mut **one, offset)?,
            many => rustix::io::preadv(&self.handle, many, offset)?,
        })
    }

    /// Reads to the end of a vector, as far as it has room.
    pub fn read_into(&self, bytes: &mut Vec<u8>, offset: u64) -> Result<usize> {
        Ok(rustix::io::pread(&self.handle, rustix::buffer::spare_capacity(bytes), offset)?)
    }

    pub fn write_at(&self, buffers: &[IoSlice<'_>], offset: u64) -> Result<usize> {
        // Linux ignores the offset while the descriptor is to append.
        let append = self.is_append();
        if append {
            self.set_append(false)?;
        }
        let written = match buffers {
            [one] => rustix::io::pwrite(&self.handle, one, offset),
            many => rustix::io::pwritev(&self.handle, many, offset),
        };
        if append {
            self.set_append(true)?;
        }
        Ok(written?)
    }

    pub fn append(&self, buffers: &[IoSlice<'_>]) -> Result<usize> {
        // Some file systems (and some hosts) do not know how to append once.
        #[cfg(target_os = "linux")]
        match rustix::io::pwritev2(&self.handle, buffers, 0, rustix::io::ReadWriteFlags::APPEND) {
            Err(rustix::io::Errno::NOSYS | rustix::io::Errno::OPNOTSUPP | rustix::io::Errno::INVAL) => {}
            result => return Ok(result?),
        }
        let append = self.is_append();
        self.set_append(true)?;
        let written = self.handle.write(buffers, Wait::Yes);
        self.set_append(append)?;
        written
    }

    pub fn seek(&self, to: SeekFrom) -> Result<u64> {
        self.handle.seek(to)
    }

    pub fn is_append(&self) -> bool {
        self.append.load(Ordering::Relaxed)
    }

    pub fn set_append(&self, append: bool) -> Result<()> {
        if append != self.is_append() {
            let mut flags = rustix::fs::fcntl_getfl(&self.handle)?;
            flags.set(OFlags::APPEND, append);
            rustix::fs::fcntl_setfl(&self.handle, flags)?;
            self.append.store(append, Ordering::Relaxed);
        }
        Ok(())
    }

    pub fn stat(&self) -> Result<Stat> {
        self.handle.stat()
    }

    pub fn set_size(&self, size: u64) -> Result<()> {
        Ok(rustix::fs::ftruncate(&self.handle, size)?)
    }

    pub fn allocate(&self, offset: u64, len: u64) -> Result<()> {
        Ok(rustix::fs::fallocate(&self.handle, FallocateFlags::empty(), offset, len)?)
    }

    pub fn advise(&self, offset: u64, len: u64, advice: Advice) -> Result<()> {
        use rustix::fs::Advice as HostAdvice;
        let advice = match advice {
            Advice::Normal => HostAdvice::Normal,
            Advice::Sequential => HostAdvice::Sequential,
            Advice::Random => HostAdvice::Random,
            Advice::WillNeed => HostAdvice::WillNeed,
            Advice::DontNeed => HostAdvice::DontNeed,
            Advice::NoReuse => HostAdvice::NoReuse,
        };
        Ok(rustix::fs::fadvise(&self.handle, offset, std::num::NonZeroU64::new(len), advice)?)
    }

    pub fn set_times(&self, accessed: NewTime, modified: NewTime) -> Result<()> {
        Ok(rustix::fs::futimens(&self.handle, &timestamps(accessed, modified))?)
    }

    pub fn sync(&self, metadata: bool) -> Result<()> {
        match metadata {
            true => rustix::fs::fsync(&self.handle)?,
            false => rustix::fs::fdatasync(&self.handle)?,
        }
        Ok(())
    }

    pub fn is_regular(&self) -> bool {
        self.regular
    }

    pub fn available(&self) -> u64 {
        self.handle.available()
    }

    pub fn pollable(&self, interest: Interest) -> Pollable {
        if self.regular { Pollable::Ready } else { Pollable::Host(self.handle.clone(), interest) }
    }
}

/// Two times, as the host wants them.
pub(super) fn timestamps(accessed: NewTime, modified: NewTime) -> Timestamps {
    Timestamps { last_access: accessed.into(), last_modification: modified.into() }
}
