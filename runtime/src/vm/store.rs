//! The store's part that code reads and writes.

use std::any::Any;

use super::{FuncRef, StackLimit};
use crate::engine::{Config, MAX_FRAMES};
use crate::error::Error;
use crate::trap::Trap;

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
    /// A host function or a limiter failed; the error waits in [`VmStore::failure`]. Or it panicked, and the panic waits
    /// in [`VmStore::panic`].
    Failed,
    /// Nothing failed: the callee's tail call goes to [`VmStore::callee`], a function of the other engine, whose arguments
    /// stand where the callee's did. Whoever entered the callee enters that one instead.
    TailCall,
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
            68 => Some(Stop::TailCall),
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
            Stop::TailCall => 68,
        })
    }
}

/// Where a stop in machine code lands: the bridge through which the host entered it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Landing {
    /// The bridge's frame pointer; zero where no machine code runs.
    pub fp: usize,
    /// Its stack pointer.
    pub sp: usize,
    /// Where it goes on.
    pub pc: usize,
    /// The slots of the call, for a tail call that leaves machine code.
    pub slots: *mut u64,
}

impl Landing {
    /// No machine code runs.
    pub const NONE: Landing = Landing { fp: 0, sp: 0, pc: 0, slots: std::ptr::null_mut() };
}

/// The places in machine code that a stop went through, innermost first. The signal handler writes them down, so this
/// never allocates.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct MachineTrace {
    /// How many there are.
    pub len: usize,
    /// Addresses within the instructions: of the one that failed, then of the calls. One more than a backtrace keeps, since
    /// the first may belong to a function that has not begun.
    pub pcs: [usize; MAX_FRAMES + 1],
}

/// The store's part that code reads and writes.
#[repr(C)]
#[derive(Debug)]
pub struct VmStore {
    /// The first free slot of the value stack: where the next call from the host puts its arguments.
    pub stack_top: *mut u64,
    /// Fuel that is left; `i64::MAX` where fuel is off.
    pub fuel: i64,
    /// Where a stop in machine code lands.
    pub landing: Landing,
    /// Why machine code stopped, once it has landed.
    pub exit: Exit,
    /// The function that machine code calls through a reference, for callees that are not machine code.
    pub callee: *const FuncRef,
    /// The ends of the store's stacks; it lives as long as the store.
    pub limit: *const StackLimit,
    /// How many bytes of the native stack machine code may use.
    pub native_stack: usize,
    /// How many more times the host may enter code from within a host function.
    pub depth_left: u32,
    /// The error behind [`Stop::Failed`].
    pub failure: Option<Error>,
    /// The panic behind [`Stop::Failed`], on its way through machine code.
    pub panic: Option<Box<dyn Any + Send>>,
    /// The frames of a failed call, innermost first. The backend fills this before it returns.
    pub frames: Vec<Frame>,
    /// Where in machine code the running stop came from.
    pub trace: MachineTrace,
    /// What the backend keeps for all stores (what [`Backend::store_data`](crate::engine::Backend::store_data) gave).
    pub backend: *const (),
    /// Where an interpreter that dispatches from a loop parks its registers.
    pub registers: [u64; 7],
}

impl VmStore {
    /// A store's part, with its value stack at `stack_top`.
    pub(crate) fn new(stack_top: *mut u64, fuel: i64, config: &Config, backend: *const ()) -> VmStore {
        VmStore {
            stack_top,
            fuel,
            landing: Landing::NONE,
            exit: Exit::DONE,
            callee: std::ptr::null(),
            limit: std::ptr::null(),
            native_stack: config.max_wasm_stack,
            depth_left: config.max_host_depth,
            failure: None,
            panic: None,
            frames: Vec::new(),
            trace: MachineTrace { len: 0, pcs: [0; MAX_FRAMES + 1] },
            backend,
            registers: [0; 7],
        }
    }
}
