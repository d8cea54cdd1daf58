//! Stopping a store's calls from outside: interrupts and deadlines.

use std::sync::Arc;
use std::task::Waker;

use crate::engine::Interrupt;

/// Stops the calls of one store from any thread. See [`Store::interrupt_handle`](crate::Store::interrupt_handle).
///
/// [The book](crate#in-the-book) explains it in chapter 9.
#[derive(Clone, Debug)]
pub struct InterruptHandle(pub(super) Arc<Interrupt>);

impl InterruptHandle {
    /// Ends the call that the store is running, or else its next, with [`Limit::Interrupted`](crate::Limit::Interrupted).
    ///
    /// The guest notices at its next call or loop iteration; a host function that is running is not disturbed. A thread
    /// that runs machine code is woken by the signal `SIGURG`; see [`Config::interruptible`](crate::Config::interruptible).
    pub fn interrupt(&self) {
        Interrupt::interrupt(&self.0);
    }

    /// Whether the store has been asked to stop, by a handle or its deadline, and has not noticed yet.
    pub fn is_interrupted(&self) -> bool {
        self.0.limit.is_interrupted()
    }

    /// Whether the store could be asked to stop while one of its host functions waits: it has a deadline, or there are
    /// more handles than this one. Otherwise the function need not listen.
    pub fn may_come(&self) -> bool {
        Interrupt::may_come(&self.0)
    }

    /// Has `waker` woken, once, when the store is asked to stop; at once if it has been already. For host functions that
    /// wait for something: they should return then, with the error of
    /// [`Caller::check_interrupt`](crate::Caller::check_interrupt). [`InterruptHandle::forget`] takes it back.
    pub fn wake(&self, waker: &Waker) {
        self.0.sleep(waker);
    }

    /// Has `waker` not woken any more.
    pub fn forget(&self, waker: &Waker) {
        self.0.forget(waker);
    }
}
