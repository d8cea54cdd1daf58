//! Ending a wait because the guest is to stop: its deadline has passed, or somebody interrupts it.

use std::io::Write;
use std::sync::Arc;
use std::task::{Wake, Waker as TaskWaker};

use falkirk_runtime::{InterruptHandle, StoreId};

use crate::streams::Waker;

/// When a wait ends although nothing is ready.
#[derive(Clone, Debug, Default)]
pub(crate) enum Stop {
    /// Never.
    #[default]
    Never,
    /// When the store is interrupted whose guest waits.
    WithStore(StoreId, InterruptHandle),
}

/// Tells a waker of the interrupt, until it is dropped.
pub(super) struct Bell<'a>(&'a InterruptHandle, TaskWaker);

/// What the store rings: one byte through the pipe that the waiting thread listens to.
struct Clapper(Waker);

impl Stop {
    /// Whether it has come to that.
    pub fn is_now(&self) -> bool {
        matches!(self, Stop::WithStore(_, handle) if handle.is_interrupted())
    }

    /// Whether it can come to that while the guest waits.
    pub fn may_come(&self) -> bool {
        matches!(self, Stop::WithStore(_, handle) if handle.may_come())
    }

    /// Whether it is when this store is interrupted.
    pub fn is_of(&self, store: StoreId) -> bool {
        matches!(self, Stop::WithStore(id, _) if *id == store)
    }

    /// Has the waker told when it comes to that, at once if it has.
    pub(super) fn ring(&self, waker: &Waker) -> Option<Bell<'_>> {
        let Stop::WithStore(_, handle) = self else { return None };
        let clapper = TaskWaker::from(Arc::new(Clapper(waker.clone())));
        handle.wake(&clapper);
        Some(Bell(handle, clapper))
    }
}

impl Wake for Clapper {
    fn wake(self: Arc<Self>) {
        // Whoever does not listen any more does not wait any more.
        let _ = (&*self.0).write(&[0]);
    }
}

impl Drop for Bell<'_> {
    fn drop(&mut self) {
        self.0.forget(&self.1);
    }
}
