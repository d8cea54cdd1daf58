//! Stopping a store's calls from outside: interrupts and deadlines.

use std::sync::Arc;

use crate::engine::Interrupt;

/// Stops the calls of one store from any thread. See [`Store::interrupt_handle`](crate::Store::interrupt_handle).
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
}
