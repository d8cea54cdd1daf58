//! Files in memory that are open.

use std::io::{IoSlice, IoSliceMut, SeekFrom};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::Handle;
use super::content::Content;
use super::node::{Body, Tree};
use crate::error::{ErrorCode, Result};
use crate::files::{Advice, NewTime, Stat};
use crate::streams::Wait;

/// A file in memory that is open, with a position of its own.
#[derive(Debug)]
pub struct MemoryFile {
    handle: Handle,
    position: AtomicU64,
    append: AtomicBool,
}

impl MemoryFile {
    pub(super) fn new(handle: Handle, append: bool) -> MemoryFile {
        MemoryFile { handle, position: AtomicU64::new(0), append: AtomicBool::new(append) }
    }

    pub fn read(&self, buffers: &mut [IoSliceMut<'_>], _wait: Wait) -> Result<usize> {
        let position = self.position.load(Ordering::Relaxed);
        let read = self.read_at(buffers, position)?;
        self.position.store(position + read as u64, Ordering::Relaxed);
        Ok(read)
    }

    pub fn write(&self, buffers: &[IoSlice<'_>], _wait: Wait) -> Result<usize> {
        let mut tree = self.handle.fs.lock();
        let at_end = self.is_append().then(|| content(&tree, self.handle.id).size());
        let position = at_end.unwrap_or_else(|| self.position.load(Ordering::Relaxed));
        let written = write(&mut tree, self.handle.id, buffers, position)?;
        self.position.store(position + written as u64, Ordering::Relaxed);
        Ok(written)
    }

    pub fn read_at(&self, buffers: &mut [IoSliceMut<'_>], offset: u64) -> Result<usize> {
        let tree = self.handle.fs.lock();
        let content = content(&tree, self.handle.id);
        let mut read = 0;
        let _ = buffers.iter_mut().try_for_each(|buffer| {
            let count = content.read(offset.saturating_add(read as u64), buffer);
            read += count;
            if count < buffer.len() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        Ok(read)
    }

    pub fn read_into(&self, bytes: &mut Vec<u8>, offset: u64) -> Result<usize> {
        let begin = bytes.len();
        bytes.resize(bytes.capacity(), 0);
        let read = self.read_at(&mut [IoSliceMut::new(&mut bytes[begin..])], offset)?;
        bytes.truncate(begin + read);
        Ok(read)
    }

    pub fn write_at(&self, buffers: &[IoSlice<'_>], offset: u64) -> Result<usize> {
        write(&mut self.handle.fs.lock(), self.handle.id, buffers, offset)
    }

    pub fn append(&self, buffers: &[IoSlice<'_>]) -> Result<usize> {
        let mut tree = self.handle.fs.lock();
        let end = content(&tree, self.handle.id).size();
        write(&mut tree, self.handle.id, buffers, end)
    }

    pub fn seek(&self, to: SeekFrom) -> Result<u64> {
        let from = match to {
            SeekFrom::Start(_) => 0,
            SeekFrom::Current(_) => self.position.load(Ordering::Relaxed),
            SeekFrom::End(_) => content(&self.handle.fs.lock(), self.handle.id).size(),
        };
        let position = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::Current(offset) | SeekFrom::End(offset) => from.checked_add_signed(offset),
        };
        let position = position.filter(|&position| i64::try_from(position).is_ok()).ok_or(ErrorCode::Inval)?;
        self.position.store(position, Ordering::Relaxed);
        Ok(position)
    }

    pub fn is_append(&self) -> bool {
        self.append.load(Ordering::Relaxed)
    }

    pub fn set_append(&self, append: bool) -> Result<()> {
        self.append.store(append, Ordering::Relaxed);
        Ok(())
    }

    pub fn stat(&self) -> Result<Stat> {
        Ok(self.handle.fs.lock().node(self.handle.id).stat(self.handle.id))
    }

    pub fn set_size(&self, size: u64) -> Result<()> {
        self.handle.fs.lock().change(self.handle.id, 0, |content| content.resize(size))
    }

    /// There is room where there is none yet: what is written later may still find the file system full.
    pub fn allocate(&self, offset: u64, len: u64) -> Result<()> {
        let mut tree = self.handle.fs.lock();
        let end = content(&tree, self.handle.id).size().max(offset + len);
        tree.change(self.handle.id, 0, |content| content.resize(end))
    }

    /// Memory has no use for advice.
    pub fn advise(&self, _offset: u64, _len: u64, _advice: Advice) -> Result<()> {
        Ok(())
    }

    pub fn set_times(&self, accessed: NewTime, modified: NewTime) -> Result<()> {
        self.handle.fs.lock().node_mut(self.handle.id).set_times(accessed, modified);
        Ok(())
    }

    /// Memory is its own device.
    pub fn sync(&self, _metadata: bool) -> Result<()> {
        Ok(())
    }

    pub fn is_same(&self, other: &MemoryFile) -> bool {
        self.handle.is_same(&other.handle)
    }
}

fn content(tree: &Tree, id: u64) -> &Content {
    match &tree.node(id).body {
        Body::File(content) => content,
        _ => panic!("BUG: only files are opened as files"),
    }
}

/// Writes the buffers, one after the other. All of it or nothing fits.
fn write(tree: &mut Tree, id: u64, buffers: &[IoSlice<'_>], offset: u64) -> Result<usize> {
    let total: usize = buffers.iter().map(|buffer| buffer.len()).sum();
    let end = offset.checked_add(total as u64).filter(|&end| i64::try_from(end).is_ok()).ok_or(ErrorCode::Fbig)?;
    let needed = content(tree, id).needed(offset..end);
    tree.change(id, needed, |content| {
        let mut at = offset;
        for buffer in buffers {
            content.write(at, buffer);
            at += buffer.len() as u64;
        }
    })?;
    Ok(total)
}
