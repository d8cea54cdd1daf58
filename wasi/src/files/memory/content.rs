//! The bytes of a file in memory, in chunks, so that holes take no room.

use std::collections::BTreeMap;
use std::ops::Range;

/// How many bytes a chunk has.
pub(super) const CHUNK: u64 = 4096;

/// The bytes of a file. Those of chunks that are not there are zero.
#[derive(Debug, Default)]
pub(super) struct Content {
    size: u64,
    chunks: BTreeMap<u64, Box<[u8]>>,
}

impl Content {
    pub fn size(&self) -> u64 {
        self.size
    }

    /// How many bytes of memory the chunks take.
    pub fn used(&self) -> u64 {
        self.chunks.len() as u64 * CHUNK
    }

    /// How many bytes of memory a write of this range would take that are not taken yet.
    pub fn needed(&self, range: Range<u64>) -> u64 {
        if range.is_empty() {
            return 0;
        }
        let chunks = range.start / CHUNK..range.end.div_ceil(CHUNK);
        let there = self.chunks.range(chunks.clone()).count() as u64;
        (chunks.end - chunks.start - there) * CHUNK
    }

    /// Copies bytes from an offset on, up to the end; says how many.
    pub fn read(&self, offset: u64, buffer: &mut [u8]) -> usize {
        let count = (buffer.len() as u64).min(self.size.saturating_sub(offset)) as usize;
        let mut rest = &mut buffer[..count];
        let mut at = offset;
        while !rest.is_empty() {
            let (index, start) = (at / CHUNK, (at % CHUNK) as usize);
            let (part, next) = rest.split_at_mut(rest.len().min(CHUNK as usize - start));
            match self.chunks.get(&index) {
                Some(chunk) => part.copy_from_slice(&chunk[start..start + part.len()]),
                None => part.fill(0),
            }
            at += part.len() as u64;
            rest = next;
        }
        count
    }

    /// Copies bytes to an offset.
    pub fn write(&mut self, offset: u64, mut bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        self.size = self.size.max(offset + bytes.len() as u64);
        let mut at = offset;
        while !bytes.is_empty() {
            let (index, start) = (at / CHUNK, (at % CHUNK) as usize);
            let (part, next) = bytes.split_at(bytes.len().min(CHUNK as usize - start));
            let chunk = self.chunks.entry(index).or_insert_with(|| vec![0; CHUNK as usize].into());
            chunk[start..start + part.len()].copy_from_slice(part);
            at += part.len() as u64;
            bytes = next;
        }
    }

    /// Cuts off, or adds a hole.
    pub fn resize(&mut self, size: u64) {
        self.chunks.split_off(&size.div_ceil(CHUNK));
        if let Some(chunk) = self.chunks.get_mut(&(size / CHUNK)) {
            chunk[(size % CHUNK) as usize..].fill(0);
        }
        self.size = size;
    }
}
