//! The bytes of a linear memory: in a reservation that never moves, or in a buffer that does.
//!
//! # Safety
//!
//! This module allows `unsafe`: it copies and clears bytes whose addresses it keeps. `base` is valid for reads and
//! writes of `len` bytes at all times, and bytes that were not part of the memory yet are zero.
#![allow(unsafe_code)]

use std::ptr::NonNull;

use super::region::{Buffer, Region};
use crate::engine::Pools;
use crate::vm::VmMemory;

/// Up to this size, writing zeros is faster than having the operating system do it.
const CLEAR_BYTES: usize = 256 << 10;

/// The bytes of a linear memory.
#[derive(Debug)]
pub(crate) struct LinearMemory {
    base: NonNull<u8>,
    len: usize,
    backing: Backing,
    /// Whether it must stay in its reservation.
    fixed: bool,
}

/// Where the bytes are.
#[derive(Debug)]
enum Backing {
    /// At the start of reserved addresses. The memory's bytes are accessible, and nothing after them.
    Reserved(Reservation),
    /// In a buffer with room to grow.
    Moving(#[expect(dead_code, reason = "kept for its drop")] Buffer, usize),
}

/// Reserved addresses whose first `accessible` bytes are accessible; all bytes are zero while in a pool.
#[derive(Debug)]
pub(crate) struct Reservation {
    region: Region,
    accessible: usize,
}

impl Reservation {
    /// Reserves at least `len` bytes of addresses.
    pub fn new(len: usize) -> Option<Reservation> {
        Some(Reservation { region: Region::reserve(len)?, accessible: 0 })
    }

    /// Makes the first `len` bytes accessible, and no others.
    fn resize(&mut self, len: usize) -> bool {
        let accessible = self.accessible;
        let done = if len > accessible {
            self.region.protect(accessible..len, true)
        } else {
            self.region.protect(len..accessible, false)
        };
        if done {
            self.accessible = len;
        }
        done
    }

    /// Sets all accessible bytes to zero.
    fn clear(&mut self) -> bool {
        if self.accessible <= CLEAR_BYTES {
            // SAFETY: these bytes are accessible, and the memory that used them has ended.
            unsafe { self.region.base().write_bytes(0, self.accessible) };
            return true;
        }
        self.region.discard(0..self.accessible)
    }
}

impl LinearMemory {
    /// A memory of `len` zero bytes, a multiple of 64 KiB, with `reserve` bytes to grow in without moving (0 for none).
    ///
    /// `None` if there is no room for `len` bytes. A reservation that cannot be had is done without, unless the memory must
    /// be `fixed`, since code relies on what stands behind it.
    pub fn new(len: usize, reserve: usize, fixed: bool, pools: &Pools) -> Option<LinearMemory> {
        let reservation = (reserve >= len).then(|| pools.take_reservation(reserve)).flatten();
        if let Some(mut reservation) = reservation
            && reservation.resize(len)
        {
            return Some(LinearMemory {
                base: reservation.region.base(),
                len,
                backing: Backing::Reserved(reservation),
                fixed,
            });
        }
        if fixed {
            return None;
        }
        let buffer = Buffer::new(len)?;
        Some(LinearMemory { base: buffer.base(), len, backing: Backing::Moving(buffer, len), fixed })
    }

    /// Grows to `len` bytes, a multiple of 64 KiB; tells whether there was room.
    pub fn grow(&mut self, len: usize) -> bool {
        debug_assert!(len >= self.len, "BUG: a memory does not shrink");
        let fits = match &mut self.backing {
            Backing::Reserved(reservation) => {
                len <= reservation.region.len() && (len == self.len || reservation.resize(len))
            }
            Backing::Moving(_, capacity) => len <= *capacity,
        };
        if !fits {
            if self.fixed {
                return false;
            }
            // Room for as much again makes many small steps cheap. The operating system only counts what is touched.
            let roomy = len.max(self.len.saturating_mul(2));
            let Some(buffer) = Buffer::new(roomy).or_else(|| Buffer::new(len)) else { return false };
            // SAFETY: both are valid for the present length, and the new buffer is not the old one.
            unsafe { buffer.base().copy_from_nonoverlapping(self.base, self.len) };
            self.base = buffer.base();
            let capacity = buffer.len();
            self.backing = Backing::Moving(buffer, capacity);
        }
        self.len = len;
        true
    }

    /// The base and length, as code reads them.
    pub fn vm(&self) -> VmMemory {
        VmMemory { base: self.base.as_ptr(), len: self.len }
    }

    /// Whether growing within the reservation leaves the bytes where they are.
    #[cfg(test)]
    pub fn is_reserved(&self) -> bool {
        matches!(self.backing, Backing::Reserved(_))
    }

    /// Ends the memory, and hands its addresses on to the next one.
    pub fn recycle(self, pools: &Pools) {
        if let Backing::Reserved(mut reservation) = self.backing
            && pools.wants(reservation.region.len())
            && reservation.clear()
        {
            pools.put_reservation(reservation);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Config;

    const PAGE: usize = 65536;

    fn bytes(memory: &mut LinearMemory) -> &mut [u8] {
        // SAFETY: the memory is borrowed for as long as the slice.
        unsafe { std::slice::from_raw_parts_mut(memory.base.as_ptr(), memory.len) }
    }

    fn pools(reservation: u64) -> Pools {
        Pools::new(Config::new().memory_reservation(reservation))
    }

    #[test]
    fn both_ways_grow_with_zeros_and_keep_what_was_there() {
        for reserve in [0, 16 * PAGE] {
            let mut memory = LinearMemory::new(PAGE, reserve, false, &pools(reserve as u64)).unwrap();
            assert_eq!(memory.is_reserved(), reserve > 0 && cfg!(unix));
            bytes(&mut memory).fill(1);
            for pages in [2, 3, 16] {
                assert!(memory.grow(pages * PAGE));
                assert_eq!(memory.vm().len, pages * PAGE);
                assert!(bytes(&mut memory)[..PAGE].iter().all(|byte| *byte == 1));
                assert!(bytes(&mut memory)[PAGE..].iter().all(|byte| *byte == 0));
            }
        }
    }

    #[test]
    fn a_memory_that_outgrows_its_reservation_moves() {
        let pools = pools(4 * PAGE as u64);
        let mut memory = LinearMemory::new(PAGE, 4 * PAGE, false, &pools).unwrap();
        bytes(&mut memory)[PAGE - 1] = 9;
        assert!(memory.grow(4096 * PAGE));
        assert!(!memory.is_reserved());
        assert_eq!(bytes(&mut memory)[PAGE - 1], 9);
        assert_eq!(bytes(&mut memory)[4096 * PAGE - 1], 0);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let pools = pools(0);
        assert!(LinearMemory::new(usize::MAX & !(PAGE - 1), 0, false, &pools).is_none());
        let mut memory = LinearMemory::new(PAGE, 0, false, &pools).unwrap();
        assert!(!memory.grow(usize::MAX & !(PAGE - 1)));
        assert_eq!(memory.vm().len, PAGE);
    }

    #[test]
    fn a_recycled_memory_is_zero_again() {
        let pools = pools(64 * PAGE as u64);
        for (first, second) in [(1, 1), (1, 3), (3, 1), (20, 2), (2, 20), (0, 1), (1, 0)] {
            let mut memory = LinearMemory::new(first * PAGE, 64 * PAGE, false, &pools).unwrap();
            bytes(&mut memory).fill(0xff);
            memory.recycle(&pools);
            let mut memory = LinearMemory::new(second * PAGE, 64 * PAGE, false, &pools).unwrap();
            assert!(bytes(&mut memory).iter().all(|byte| *byte == 0), "{first} pages, then {second}");
            assert!(memory.grow(30 * PAGE));
            assert!(bytes(&mut memory).iter().all(|byte| *byte == 0), "{first} pages, then 30");
            memory.recycle(&pools);
        }
    }
}
