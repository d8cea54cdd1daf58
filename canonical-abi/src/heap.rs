//! A guest for examples and tests: some memory, and an allocator that never frees.

use std::convert::Infallible;

use crate::guest::Guest;
use crate::resources::{InstanceId, InstanceState};

/// A guest without WebAssembly: memory that grows as it is asked for, and an allocator that only ever moves on.
///
/// ```
/// use falkirk_canonical_abi::{Guest, Heap};
///
/// let mut heap = Heap::new(b"hi");
/// assert_eq!(heap.realloc(0, 0, 4, 8)?, 4); // the first multiple of 4 behind what is there
/// assert_eq!(heap.memory().len(), 12);
/// # Ok::<(), std::convert::Infallible>(())
/// ```
#[derive(Debug)]
pub struct Heap {
    /// The memory.
    pub bytes: Vec<u8>,
    /// The handle table.
    pub instance: InstanceState,
    /// The arguments of each call of `realloc` (old, old size, alignment, new size) with what it returned.
    pub calls: Vec<([u64; 4], u64)>,
    /// The arguments of each call of `post-return`.
    pub post_returns: Vec<Vec<u64>>,
}

impl Heap {
    /// A guest whose memory begins with these bytes.
    pub fn new(bytes: impl AsRef<[u8]>) -> Heap {
        Heap {
            bytes: bytes.as_ref().to_vec(),
            instance: InstanceState::new(InstanceId(0)),
            calls: Vec::new(),
            post_returns: Vec::new(),
        }
    }

    fn allocate(&mut self, old: u64, old_size: u64, align: u32, new_size: u64) -> u64 {
        if old_size != 0 && new_size <= old_size {
            return old;
        }
        let at = self.bytes.len().next_multiple_of(align as usize);
        self.bytes.resize(at + new_size as usize, 0);
        self.bytes.copy_within(old as usize..(old + old_size) as usize, at);
        at as u64
    }
}

impl Guest for Heap {
    type Error = Infallible;

    fn parts(&mut self) -> (&mut [u8], &mut InstanceState) {
        (&mut self.bytes, &mut self.instance)
    }

    fn realloc(&mut self, old: u64, old_size: u64, align: u32, new_size: u64) -> Result<u64, Infallible> {
        let at = self.allocate(old, old_size, align, new_size);
        self.calls.push(([old, old_size, align.into(), new_size], at));
        Ok(at)
    }

    fn post_return(&mut self, results: &[u64]) -> Result<(), Infallible> {
        self.post_returns.push(results.to_vec());
        Ok(())
    }
}
