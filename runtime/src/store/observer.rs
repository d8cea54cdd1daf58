//! The store's observer.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};

use super::StoreInner;
use crate::observer::{Event, Observer};

/// Where a store keeps its observer.
///
/// The mutex is there because the host may read memory through a shared store; nobody ever waits for it for long.
#[derive(Default)]
pub(crate) struct ObserverSlot {
    present: AtomicBool,
    observer: Mutex<Option<Box<dyn Observer>>>,
}

impl ObserverSlot {
    /// Puts an observer here, or none.
    pub fn set(&mut self, observer: Option<Box<dyn Observer>>) {
        *self.present.get_mut() = observer.is_some();
        *self.observer.get_mut().unwrap_or_else(PoisonError::into_inner) = observer;
    }

    /// Whether somebody observes.
    #[inline(always)]
    pub fn is_present(&self) -> bool {
        self.present.load(Ordering::Relaxed)
    }

    /// Tells the observer.
    pub fn tell(&self, event: Event<'_>) {
        if let Some(observer) = &mut *self.observer.lock().unwrap_or_else(PoisonError::into_inner) {
            observer.event(event);
        }
    }
}

impl StoreInner {
    /// Tells the observer, if there is one, about an access of the host's to a memory.
    #[inline]
    pub fn observe_memory<'a>(&self, event: impl FnOnce() -> Event<'a>) {
        if self.observer.is_present() {
            self.observer.tell(event());
        }
    }
}
