//! What an engine's stores hand on to one another: value stacks and reserved addresses, so that making a store with a
//! small memory needs no system call.
//!
//! # Safety
//!
//! This module allows `unsafe`: a [`ValueStack`] computes addresses within what it owns.
#![allow(unsafe_code)]

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Config, GUARD_BYTES};
use crate::memory::{Buffer, Region, Reservation};

/// How many of each a pool keeps.
const POOLED: usize = 64;

/// Slots behind the end of a value stack. A call writes its arguments and a frame's header before the callee checks
/// the limit, so these are more than any function's parameters and results take.
const SLACK_SLOTS: usize = 16 << 10;

/// How much of a pooled stack may stay in memory.
const KEPT_BYTES: usize = 256 << 10;

/// Whether every 32-bit memory can have a reservation of its own, as the configuration wants: the operating system may
/// limit the address space of a process.
pub(super) fn can_guard(config: &Config) -> bool {
    const ALL: u64 = 4 << 30;
    config.memory_reservation >= ALL
        && usize::try_from(config.memory_reservation)
            .is_ok_and(|bytes| bytes.checked_add(GUARD_BYTES).and_then(Region::reserve).is_some())
}

/// Stacks and memories that are ready for the next store.
#[derive(Debug)]
pub(crate) struct Pools {
    stack_bytes: usize,
    /// What each pooled reservation has room for; 0 to have none.
    reservation: usize,
    stacks: Mutex<Vec<ValueStack>>,
    reservations: Mutex<Vec<Reservation>>,
}

impl Pools {
    pub fn new(config: &Config) -> Pools {
        Pools {
            stack_bytes: config.max_wasm_stack.next_multiple_of(4096),
            reservation: usize::try_from(config.memory_reservation).unwrap_or(0),
            stacks: Mutex::default(),
            reservations: Mutex::default(),
        }
    }

    /// A value stack. What is on it is not defined.
    pub fn take_stack(&self) -> ValueStack {
        lock(&self.stacks).pop().unwrap_or_else(|| ValueStack::new(self.stack_bytes))
    }

    /// Takes a value stack back.
    pub fn put_stack(&self, mut stack: ValueStack) {
        stack.trim();
        let mut stacks = lock(&self.stacks);
        if stacks.len() < POOLED {
            stacks.push(stack);
        }
    }

    /// Reserved addresses for `len` bytes, all zero.
    pub fn take_reservation(&self, len: usize) -> Option<Reservation> {
        if len == 0 {
            return None;
        }
        if len <= self.reservation {
            let pooled = lock(&self.reservations).pop();
            return pooled.or_else(|| Reservation::new(self.reservation.checked_add(GUARD_BYTES)?));
        }
        Reservation::new(len.checked_add(GUARD_BYTES)?)
    }

    /// Whether a reservation of so many bytes is one for the pool, which has room.
    pub fn wants(&self, len: usize) -> bool {
        let pooled = self.reservation.saturating_add(GUARD_BYTES);
        (pooled..pooled.saturating_add(1 << 16)).contains(&len) && lock(&self.reservations).len() < POOLED
    }

    /// Takes back a reservation that the pool wants, all zero.
    pub fn put_reservation(&self, reservation: Reservation) {
        lock(&self.reservations).push(reservation);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A value stack: slots of 64 bits, aligned to 16 bytes, of which only what is touched takes memory.
#[derive(Debug)]
pub(crate) struct ValueStack {
    bytes: usize,
    backing: Backing,
}

#[derive(Debug)]
enum Backing {
    Region(Region),
    Buffer(Buffer),
}

impl ValueStack {
    /// A stack of so many bytes, and the slack behind them.
    fn new(bytes: usize) -> ValueStack {
        let total = bytes + SLACK_SLOTS * size_of::<u64>();
        // One more page stays inaccessible: what a bug writes past the end does no further harm.
        let region = Region::reserve(total + 4096).and_then(|mut region| {
            let accessible = region.protect(0..total, true);
            accessible.then_some(region)
        });
        let backing = region.map(Backing::Region).or_else(|| Buffer::new(total).map(Backing::Buffer));
        ValueStack { bytes, backing: backing.expect("there is memory for a value stack") }
    }

    /// The first slot.
    pub fn start(&self) -> *mut u64 {
        match &self.backing {
            Backing::Region(region) => region.base().as_ptr().cast(),
            Backing::Buffer(buffer) => buffer.base().as_ptr().cast(),
        }
    }

    /// Gives the memory of a stack that was deep once back to the operating system.
    ///
    /// Nobody counts how deep a stack gets. But frames lie one upon the other, and each has addresses in it, so a stack
    /// that was deeper than what is kept has left something in the page behind that.
    fn trim(&mut self) {
        const PAGE: usize = 4096;
        let bytes = self.bytes;
        if let Backing::Region(region) = &mut self.backing
            && bytes >= KEPT_BYTES + PAGE
        {
            // SAFETY: the page lies within the stack, which nobody uses now.
            let page: &[u64; PAGE / size_of::<u64>()] = unsafe { region.base().byte_add(KEPT_BYTES).cast().as_ref() };
            if page.iter().fold(0, |all, slot| all | slot) != 0 {
                region.discard(KEPT_BYTES..region.len());
            }
        }
    }

    /// Where the slack begins.
    pub fn end(&self) -> *mut u64 {
        // SAFETY: the stack has that many bytes, and its slack behind them.
        unsafe { self.start().byte_add(self.bytes) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stacks_are_aligned_and_handed_on() {
        let pools = Pools::new(Config::new().max_wasm_stack(100_000));
        let stack = pools.take_stack();
        let start = stack.start();
        assert_eq!(start.addr() % 16, 0);
        assert_eq!(stack.end().addr() - start.addr(), 100_000usize.next_multiple_of(4096));
        // SAFETY: the slots from the start to the end of the slack are the stack's.
        unsafe { stack.end().add(SLACK_SLOTS - 1).write(1) };
        pools.put_stack(stack);
        assert_eq!(pools.take_stack().start(), start);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_stack_that_was_deep_is_given_back() {
        let pools = Pools::new(&Config::new());
        let stack = pools.take_stack();
        let start = stack.start();
        let slots = [0, KEPT_BYTES / 8 - 1, KEPT_BYTES / 8 + 500, KEPT_BYTES];
        // SAFETY: the slots are within the stack.
        slots.iter().for_each(|slot| unsafe { start.add(*slot).write(1) });
        pools.put_stack(stack);
        let stack = pools.take_stack();
        // SAFETY: as above.
        assert_eq!(slots.map(|slot| unsafe { stack.start().add(slot).read() }), [1, 1, 0, 0]);
    }

    #[test]
    fn only_uniform_reservations_are_pooled() {
        let pools = Pools::new(Config::new().memory_reservation(1 << 20));
        assert!(pools.wants((1 << 20) + GUARD_BYTES));
        assert!(!pools.wants((2 << 20) + GUARD_BYTES));
        assert!(pools.take_reservation(0).is_none());
    }
}
