//! The store's part that code reads and writes.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::Error;
use crate::trap::Trap;

/// The end of a store's value stack, as the comparison at each call and loop reads it.
///
/// An interrupt from another thread sets it to zero, so that the next comparison fails; the slow path behind the
/// comparison then finds out which of the two it was.
#[repr(C)]
#[derive(Debug)]
pub struct StackLimit {
    current: AtomicUsize,
    end: usize,
}

impl StackLimit {
    /// A limit at this address.
    pub fn new(end: *mut u64) -> StackLimit {
        StackLimit { current: AtomicUsize::new(end as usize), end: end as usize }
    }

    /// The address that a frame's end must not pass; zero once interrupted.
    #[inline(always)]
    pub fn get(&self) -> usize {
        self.current.load(Ordering::Relaxed)
    }

    /// Asks the running (or else the next) call into the store to stop. May be called from any thread.
    pub fn interrupt(&self) {
        self.current.store(0, Ordering::Release);
    }

    /// Takes back an interrupt; tells whether there was one.
    pub fn take_interrupt(&self) -> bool {
        self.current.swap(self.end, Ordering::Acquire) == 0
    }
}

/// One frame of a failed call, innermost first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The instance, as in [`VmContext::instance`](super::VmContext::instance).
    pub instance: u32,
    /// The function's index in its module.
    pub function: u32,
    /// The offset of the instruction in the module's bytes.
    pub offset: usize,
}

/// Why code stopped before its end. The low codes are those of [`Trap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// A trap.
    Trap(Trap),
    /// The value stack or the host's recursion is used up.
    StackExhausted,
    /// The fuel is used up.
    OutOfFuel,
    /// Another thread interrupted the store, or its deadline passed.
    Interrupted,
    /// A host function or a limiter failed; the error waits in [`VmStore::failure`].
    Failed,
}

/// A [`Stop`] as the number that code returns, or zero for done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub struct Exit(pub u64);

impl Exit {
    /// The code ran to its end.
    pub const DONE: Exit = Exit(0);

    /// What this number says.
    pub fn stop(self) -> Option<Stop> {
        match self.0 {
            0 => None,
            64 => Some(Stop::StackExhausted),
            65 => Some(Stop::OutOfFuel),
            66 => Some(Stop::Interrupted),
            67 => Some(Stop::Failed),
            code => match Trap::from_code(code as u8) {
                Some(trap) => Some(Stop::Trap(trap)),
                None => panic!("BUG: code stopped with the unknown number {code}"),
            },
        }
    }
}

impl From<Trap> for Stop {
    fn from(trap: Trap) -> Stop {
        Stop::Trap(trap)
    }
}

impl From<Stop> for Exit {
    fn from(stop: Stop) -> Exit {
        Exit(match stop {
            Stop::Trap(trap) => trap as u64,
            Stop::StackExhausted => 64,
            Stop::OutOfFuel => 65,
            Stop::Interrupted => 66,
            Stop::Failed => 67,
        })
    }
}

/// The store's part that code reads and writes.
#[repr(C)]
#[derive(Debug)]
pub struct VmStore {
    /// The first free slot of the value stack: where the next call from the host puts its arguments.
    pub stack_top: *mut u64,
    /// Fuel that is left; `i64::MAX` where fuel is off.
    pub fuel: i64,
    /// How many more times the host may enter code from within a host function.
    pub depth_left: u32,
    /// The error behind [`Stop::Failed`].
    pub failure: Option<Error>,
    /// The frames of a failed call, innermost first. The backend fills this before it returns.
    pub frames: Vec<Frame>,
    /// Where an interpreter that dispatches from a loop parks its registers.
    pub registers: [u64; 7],
}
