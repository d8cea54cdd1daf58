//! The store's part that code reads and writes.

use std::any::Any;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::FuncRef;
use crate::engine::MAX_FRAMES;
use crate::error::Error;
use crate::memory::PollPage;
use crate::trap::Trap;

/// The ends of a store's stacks, as the comparison at each call and loop reads them.
///
/// An interrupt from another thread moves both ends so that the next comparison fails; the slow path behind the
/// comparison then finds out which of the two it was.
#[repr(C)]
#[derive(Debug)]
pub struct StackLimit {
    /// The end of the value stack; zero once interrupted.
    current: AtomicUsize,
    /// The lowest address of the native stack that machine code may use; `usize::MAX` once interrupted.
    native: AtomicUsize,
    end: usize,
    native_end: AtomicUsize,
    /// The page that machine code polls; `None` once the store has ended.
    poll: Mutex<Option<PollPage>>,
}
impl StackLimit {
    /// The limits of a store whose value stack ends at `end`. The native stack has no room until
    /// [`StackLimit::set_native_end`] gives it some.
    pub(crate) fn new(end: *mut u64, poll: Option<PollPage>) -> StackLimit {
        StackLimit {
            current: AtomicUsize::new(end as usize),
            native: AtomicUsize::new(NO_STACK),
            end: end as usize,
            native_end: AtomicUsize::new(NO_STACK),
            poll: Mutex::new(poll),
        }
    }

    /// The address that a frame's end must not pass; zero once interrupted.
    #[inline(always)]
    pub fn get(&self) -> usize {
        self.current.load(Ordering::Relaxed)
    }

    /// Where machine code finds the end of the native stack, in bytes from the start of this.
    pub const NATIVE_OFFSET: usize = std::mem::offset_of!(StackLimit, native);

    /// Says how far down the native stack of this thread machine code may go.
    #[inline(always)]
    pub fn set_native_end(&self, end: usize) {
        if self.native_end.load(Ordering::Relaxed) != end {
            self.change_native_end(end);
        }
    }

    #[cold]
    fn change_native_end(&self, end: usize) {
        // The lock orders this with an interrupt, which must not be overwritten.
        let _lock = self.lock();
        self.native_end.store(end, Ordering::Relaxed);
        if self.current.load(Ordering::Relaxed) != 0 {
            self.native.store(end, Ordering::Relaxed);
        }
    }

    /// Asks the running (or else the next) call into the store to stop. May be called from any thread.
    pub fn interrupt(&self) {
        let mut poll = self.lock();
        self.current.store(0, Ordering::Release);
        self.native.store(NO_STACK, Ordering::Release);
        if let Some(page) = &mut *poll {
            page.set_readable(false);
        }
    }

    /// Takes back an interrupt; tells whether there was one.
    pub fn take_interrupt(&self) -> bool {
        let mut poll = self.lock();
        let interrupted = self.current.swap(self.end, Ordering::Acquire) == 0;
        self.native.store(self.native_end.load(Ordering::Relaxed), Ordering::Relaxed);
        if let Some(page) = &mut *poll {
            page.set_readable(true);
        }
        interrupted
    }

    /// Lets go of the poll page, whose owner ends or is handed on.
    pub(crate) fn detach(&self) {
        if let Some(mut page) = self.lock().take() {
            page.set_readable(true);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<PollPage>> {
        self.poll.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A limit that every address is below.
const NO_STACK: usize = usize::MAX;

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
    /// The address of the instruction that failed, then return addresses.
    pub pcs: [usize; MAX_FRAMES],
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
    pub(crate) fn new(stack_top: *mut u64, fuel: i64, depth_left: u32, backend: *const ()) -> VmStore {
        VmStore {
            stack_top,
            fuel,
            landing: Landing::NONE,
            exit: Exit::DONE,
            callee: std::ptr::null(),
            depth_left,
            failure: None,
            panic: None,
            frames: Vec::new(),
            trace: MachineTrace { len: 0, pcs: [0; MAX_FRAMES] },
            backend,
            registers: [0; 7],
        }
    }
}
