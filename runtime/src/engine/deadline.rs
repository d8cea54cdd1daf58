//! Deadlines: one thread per engine interrupts the stores whose time has come.
//!
//! The thread starts with the first deadline and ends with the engine. It wakes up within about a millisecond of the
//! earliest deadline.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Instant;

use crate::memory::PollPage;
use crate::vm::StackLimit;

/// What stops a store from outside. Shared by the store, its handles and the engine's watcher.
#[derive(Debug)]
pub(crate) struct Interrupt {
    /// Pulled to zero to interrupt.
    pub limit: StackLimit,
    /// Whether the deadline has passed, which keeps interrupting until it is cleared.
    expired: AtomicBool,
    /// The deadline's key in the watcher's queue, while it waits there.
    waiting: Mutex<Option<Key>>,
}

/// A place in the queue: a time, and a number that tells equal times apart.
type Key = (Instant, u64);

impl Interrupt {
    /// For a value stack that ends there, and machine code that polls this page.
    pub fn new(end: *mut u64, poll: Option<PollPage>) -> Interrupt {
        Interrupt { limit: StackLimit::new(end, poll), expired: AtomicBool::new(false), waiting: Mutex::new(None) }
    }

    /// Whether the deadline has passed.
    pub fn expired(&self) -> bool {
        self.expired.load(Ordering::Acquire)
    }

    /// Takes back an interrupt and a deadline that has passed.
    pub fn clear(&self) {
        self.expired.store(false, Ordering::Release);
        self.limit.take_interrupt();
    }

    /// The deadline `key` has come: interrupts, unless the store has another deadline by now.
    fn expire(&self, key: Key) {
        let mut waiting = lock(&self.waiting);
        if *waiting == Some(key) {
            *waiting = None;
            self.expired.store(true, Ordering::Release);
            self.limit.interrupt();
        }
    }
}

/// The watcher of an engine.
#[derive(Debug, Default)]
pub(crate) struct DeadlineWatcher(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Queue {
    deadlines: BTreeMap<Key, Weak<Interrupt>>,
    next: u64,
    running: bool,
    ended: bool,
}

impl DeadlineWatcher {
    /// Gives a store this deadline instead of the one it has, and clears one that has passed.
    pub fn set(&self, interrupt: &Arc<Interrupt>, deadline: Option<Instant>) {
        let mut queue = lock(&self.0.queue);
        let mut waiting = lock(&interrupt.waiting);
        if let Some(key) = waiting.take() {
            queue.deadlines.remove(&key);
        }
        interrupt.clear();
        let Some(deadline) = deadline else { return };
        let key = (deadline, queue.next);
        queue.next += 1;
        *waiting = Some(key);
        drop(waiting);
        queue.deadlines.insert(key, Arc::downgrade(interrupt));
        if !queue.running {
            queue.running = true;
            let shared = self.0.clone();
            let spawned = std::thread::Builder::new().name("falkirk-deadlines".into()).spawn(move || shared.watch());
            spawned.expect("the operating system starts a thread");
        } else if queue.deadlines.first_key_value().is_some_and(|(first, _)| *first == key) {
            self.0.changed.notify_one();
        }
    }
}

impl Drop for DeadlineWatcher {
    fn drop(&mut self) {
        lock(&self.0.queue).ended = true;
        self.0.changed.notify_one();
    }
}

impl Shared {
    /// Interrupts store after store, each at its deadline, until the engine ends.
    fn watch(&self) {
        let mut queue = lock(&self.queue);
        while !queue.ended {
            let now = Instant::now();
            match queue.deadlines.first_entry() {
                None => queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner),
                Some(first) if first.key().0 > now => {
                    let left = first.key().0 - now;
                    queue = self.changed.wait_timeout(queue, left).unwrap_or_else(PoisonError::into_inner).0;
                }
                Some(first) => {
                    let (key, interrupt) = first.remove_entry();
                    if let Some(interrupt) = interrupt.upgrade() {
                        interrupt.expire(key);
                    }
                }
            }
        }
    }
}

/// Locks, also after a panic elsewhere: every change under these locks is complete by itself.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn interrupt() -> Arc<Interrupt> {
        Arc::new(Interrupt::new(std::ptr::without_provenance_mut(4096), None))
    }

    fn wait(until: impl Fn() -> bool) {
        let start = Instant::now();
        while !until() {
            assert!(start.elapsed() < Duration::from_secs(10), "waited ten seconds");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    #[test]
    fn a_deadline_interrupts_and_keeps_doing_so() {
        let (watcher, store) = (DeadlineWatcher::default(), interrupt());
        watcher.set(&store, Some(Instant::now() + Duration::from_millis(5)));
        wait(|| store.expired());
        assert!(store.limit.take_interrupt());
        assert!(store.expired(), "taking the interrupt does not clear the deadline");
        watcher.set(&store, None);
        assert!(!store.expired());
    }

    #[test]
    fn deadlines_come_in_order_and_can_be_taken_back() {
        let (watcher, early, late, never) = (DeadlineWatcher::default(), interrupt(), interrupt(), interrupt());
        let now = Instant::now();
        watcher.set(&late, Some(now + Duration::from_millis(30)));
        watcher.set(&never, Some(now + Duration::from_millis(10)));
        watcher.set(&early, Some(now + Duration::from_millis(5)));
        watcher.set(&never, None);
        wait(|| late.expired());
        assert!(early.expired() && !never.expired());
        assert!(lock(&watcher.0.queue).deadlines.is_empty());
    }

    #[test]
    fn the_thread_ends_with_the_engine() {
        let (watcher, store) = (DeadlineWatcher::default(), interrupt());
        watcher.set(&store, Some(Instant::now() + Duration::from_secs(3600)));
        let shared = Arc::downgrade(&watcher.0);
        drop(watcher);
        wait(|| shared.upgrade().is_none());
    }

    #[test]
    fn a_store_that_is_gone_is_no_trouble() {
        let watcher = DeadlineWatcher::default();
        watcher.set(&interrupt(), Some(Instant::now()));
        wait(|| lock(&watcher.0.queue).deadlines.is_empty());
    }
}
