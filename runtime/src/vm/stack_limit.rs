//! The ends of a store's stacks, which another thread may move to interrupt.

use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering, compiler_fence};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The ends of a store's stacks, as the comparison at each call and loop reads them.
///
/// An interrupt from another thread moves both ends so that the next comparison fails; the slow path behind the
/// comparison then finds out which of the two it was. Machine code compares at calls only: a thread that runs it is also
/// woken by a signal, for which it leaves its number here.
#[repr(C)]
#[derive(Debug)]
pub struct StackLimit {
    /// The end of the value stack; zero once interrupted.
    current: AtomicUsize,
    /// The lowest address of the native stack that machine code may use; [`NO_STACK`] once interrupted.
    native: AtomicUsize,
    end: usize,
    native_end: AtomicUsize,
    /// The system's number of the thread that runs machine code of the store; zero for none.
    running: AtomicI32,
    /// Orders changes of the ends.
    lock: Mutex<()>,
}

/// A limit that every address of a stack is below. Machine code adds the size of its frame before it compares, which must
/// not carry over: so this is not `usize::MAX`.
const NO_STACK: usize = usize::MAX / 2;

impl StackLimit {
    /// The limits of a store whose value stack ends at `end`. The native stack has no room until
    /// [`StackLimit::set_native_end`] gives it some.
    pub(crate) fn new(end: *mut u64) -> StackLimit {
        StackLimit {
            current: AtomicUsize::new(end as usize),
            native: AtomicUsize::new(NO_STACK),
            end: end as usize,
            native_end: AtomicUsize::new(NO_STACK),
            running: AtomicI32::new(0),
            lock: Mutex::new(()),
        }
    }

    /// Whether somebody has asked the store to stop, which it has not noticed yet.
    #[inline(always)]
    pub fn is_interrupted(&self) -> bool {
        self.get() == 0
    }

    /// The system's number of the thread that runs machine code of the store; zero for none.
    #[inline(always)]
    pub fn running(&self) -> i32 {
        self.running.load(Ordering::Relaxed)
    }

    /// Says which thread runs machine code of the store from now on; zero for none.
    ///
    /// Whoever sets a number looks at the end of the stack after that, and whoever interrupts moves the end and then looks
    /// at the number. For one of them to be sure to see the other, each would need a full barrier in between, which takes
    /// longer than a call: without one, a processor may look before others see what it has set. But not long before: its
    /// stores are on their way, and a thread that leaves its processor leaves none behind. So whoever interrupts looks at
    /// the number again a few times, milliseconds apart.
    #[inline(always)]
    pub fn set_running(&self, thread: i32) {
        self.running.store(thread, Ordering::Relaxed);
        // No look at the end of the stack is moved before this.
        compiler_fence(Ordering::SeqCst);
    }

    /// The address that a frame's end must not pass; zero once interrupted.
    #[inline(always)]
    pub fn get(&self) -> usize {
        self.current.load(Ordering::Relaxed)
    }

    /// The address that a frame of machine code must not pass; above every stack once interrupted.
    #[inline(always)]
    pub fn native(&self) -> usize {
        self.native.load(Ordering::Relaxed)
    }

    /// How far down machine code may go, interrupted or not.
    #[inline(always)]
    pub fn native_end(&self) -> usize {
        self.native_end.load(Ordering::Relaxed)
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
        let _lock = self.lock();
        self.current.store(0, Ordering::Release);
        self.native.store(NO_STACK, Ordering::Release);
    }

    /// Takes back an interrupt; tells whether there was one.
    pub fn take_interrupt(&self) -> bool {
        let _lock = self.lock();
        let interrupted = self.current.swap(self.end, Ordering::Acquire) == 0;
        self.native.store(self.native_end.load(Ordering::Relaxed), Ordering::Relaxed);
        interrupted
    }

    fn lock(&self) -> MutexGuard<'_, ()> {
        self.lock.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const END: usize = 1 << 20;

    fn limit() -> StackLimit {
        StackLimit::new(std::ptr::without_provenance_mut(END))
    }

    fn native(limit: &StackLimit) -> usize {
        limit.native.load(Ordering::Relaxed)
    }

    #[test]
    fn an_interrupt_moves_both_ends_until_it_is_taken_back() {
        let limit = limit();
        assert_eq!((limit.get(), native(&limit)), (END, NO_STACK), "no machine code has a stack yet");
        assert!(!limit.take_interrupt());
        limit.set_native_end(4096);
        assert_eq!((limit.get(), native(&limit)), (END, 4096));
        limit.interrupt();
        limit.interrupt();
        assert_eq!((limit.get(), native(&limit)), (0, NO_STACK));
        assert!(limit.take_interrupt());
        assert_eq!((limit.get(), native(&limit)), (END, 4096));
        assert!(!limit.take_interrupt());
    }

    #[test]
    fn a_new_native_end_does_not_hide_an_interrupt() {
        let limit = limit();
        limit.set_native_end(4096);
        limit.interrupt();
        limit.set_native_end(8192);
        assert_eq!((limit.get(), native(&limit)), (0, NO_STACK));
        assert!(limit.take_interrupt());
        assert_eq!(native(&limit), 8192, "the thread that runs now has its end");
    }
}
