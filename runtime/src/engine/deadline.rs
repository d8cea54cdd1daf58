//! Stopping stores from outside: interrupts and deadlines.
//!
//! An interrupt moves the ends of the store's stacks, which every call compares with, and the interpreter in loops too.
//! Machine code in a loop pays nothing for this: its thread is woken by a signal, whose handler takes it out of the loop.
//! A signal may come while the thread is in no place where it can be stopped, so it is sent until the interrupt has been
//! noticed.
//!
//! One thread per engine does that, and interrupts the stores whose time has come. It starts with the first deadline or
//! interrupt and ends with the engine. It wakes up within about a millisecond of the earliest deadline.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::task::Waker;
use std::time::{Duration, Instant};

use super::Wake;
use crate::vm::StackLimit;

/// What stops a store from outside. Shared by the store, its handles and the engine's watcher.
#[derive(Debug)]
pub(crate) struct Interrupt {
    /// Its ends are moved to interrupt.
    pub limit: StackLimit,
    /// Whether the deadline has passed, which keeps interrupting until it is cleared.
    expired: AtomicBool,
    /// Whether there is a deadline, passed or not.
    timed: AtomicBool,
    /// The deadline's key in the watcher's queue, while it waits there.
    waiting: Mutex<Option<Key>>,
    /// How a thread that runs machine code of the store is woken, if it must be.
    wake: Option<Wake>,
    /// Who waits inside a host function, and wants to know of an interrupt.
    sleepers: Mutex<Vec<Waker>>,
    watcher: Weak<Shared>,
}

/// A place in the queue: a time, and a number that tells equal times apart.
type Key = (Instant, u64);

impl Interrupt {
    /// Whether the deadline has passed.
    pub fn expired(&self) -> bool {
        self.expired.load(Ordering::Acquire)
    }

    /// Whether the store can be interrupted by anybody but the owner of one handle.
    pub fn may_come(this: &Arc<Interrupt>) -> bool {
        // The other owner is the store. Whoever waits inside it has it for itself, so that no more handles are made.
        Arc::strong_count(this) > 2 || this.timed.load(Ordering::Acquire) || this.limit.is_interrupted()
    }

    /// Takes back an interrupt and a deadline that has passed.
    pub fn clear(&self) {
        self.expired.store(false, Ordering::Release);
        self.limit.take_interrupt();
    }

    /// Interrupts, and has the watcher insist on it.
    pub fn interrupt(this: &Arc<Interrupt>) {
        this.limit.interrupt();
        this.wake_sleepers();
        if this.wake.is_some()
            && let Some(shared) = this.watcher.upgrade()
        {
            let mut queue = lock(&shared.queue);
            queue.insist(this);
            shared.changed.notify_one();
            Shared::run(&shared, &mut queue);
        }
    }

    /// The deadline `key` has come: interrupts, unless the store has another deadline by now. Tells whether it did.
    fn expire(&self, key: Key) -> bool {
        let mut waiting = lock(&self.waiting);
        if *waiting != Some(key) {
            return false;
        }
        *waiting = None;
        self.expired.store(true, Ordering::Release);
        self.limit.interrupt();
        self.wake_sleepers();
        true
    }

    /// Has this one woken by the next interrupt; now, if there is one already.
    pub fn sleep(&self, waker: &Waker) {
        lock(&self.sleepers).push(waker.clone());
        // Whoever interrupts moves the end first and looks for sleepers then, so one of the two sees the other.
        if self.limit.is_interrupted() {
            self.wake_sleepers();
        }
    }

    /// Has this one not woken any more.
    pub fn forget(&self, waker: &Waker) {
        lock(&self.sleepers).retain(|sleeper| !sleeper.will_wake(waker));
    }

    fn wake_sleepers(&self) {
        let sleepers = std::mem::take(&mut *lock(&self.sleepers));
        sleepers.into_iter().for_each(Waker::wake);
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
    insisting: Vec<Insisting>,
    next: u64,
    running: bool,
    ended: bool,
}

/// An interrupt that has not been noticed yet.
#[derive(Debug)]
struct Insisting {
    interrupt: Weak<Interrupt>,
    /// When the thread is woken next.
    next: Instant,
    /// How long after that once more.
    pause: Duration,
    /// How often no thread ran machine code of the store.
    idle: u32,
}

/// The first pause between two signals, and the longest: a host function that disturbs machine code little is disturbed
/// little by them.
const PAUSES: (Duration, Duration) = (Duration::from_millis(1), Duration::from_millis(64));

/// So often is a store looked at of which no thread runs machine code. One that has just entered without having seen the
/// interrupt shows up by then; whoever enters later sees the interrupt.
const LOOKS: u32 = 4;

impl Queue {
    /// Has the store's thread woken until it has noticed the interrupt. It is woken now.
    fn insist(&mut self, interrupt: &Arc<Interrupt>) {
        let now = Instant::now();
        let mut insisting = Insisting { interrupt: Arc::downgrade(interrupt), next: now, pause: PAUSES.0, idle: 0 };
        if insisting.wake(now) {
            self.insisting.push(insisting);
        }
    }
}

impl Insisting {
    /// Wakes the thread if it is time; tells whether there is more to do.
    fn wake(&mut self, now: Instant) -> bool {
        let Some(interrupt) = self.interrupt.upgrade() else { return false };
        let Some(wake) = interrupt.wake.filter(|_| interrupt.limit.is_interrupted()) else { return false };
        if now < self.next {
            return true;
        }
        match interrupt.limit.running() {
            0 => self.idle += 1,
            thread => wake(thread),
        }
        self.next = now + self.pause;
        self.pause = (self.pause * 2).min(PAUSES.1);
        self.idle < LOOKS
    }
}

impl DeadlineWatcher {
    /// What interrupts a store whose value stack ends there.
    pub fn interrupt(&self, end: *mut u64, wake: Option<Wake>) -> Arc<Interrupt> {
        Arc::new(Interrupt {
            limit: StackLimit::new(end),
            expired: AtomicBool::new(false),
            timed: AtomicBool::new(false),
            waiting: Mutex::new(None),
            wake,
            sleepers: Mutex::default(),
            watcher: Arc::downgrade(&self.0),
        })
    }

    /// Gives a store this deadline instead of the one it has, and clears one that has passed.
    pub fn set(&self, interrupt: &Arc<Interrupt>, deadline: Option<Instant>) {
        let mut queue = lock(&self.0.queue);
        let mut waiting = lock(&interrupt.waiting);
        if let Some(key) = waiting.take() {
            queue.deadlines.remove(&key);
        }
        interrupt.clear();
        interrupt.timed.store(deadline.is_some(), Ordering::Release);
        let Some(deadline) = deadline else { return };
        let key = (deadline, queue.next);
        queue.next += 1;
        *waiting = Some(key);
        drop(waiting);
        queue.deadlines.insert(key, Arc::downgrade(interrupt));
        if queue.deadlines.first_key_value().is_some_and(|(first, _)| *first == key) {
            self.0.changed.notify_one();
        }
        Shared::run(&self.0, &mut queue);
    }
}

impl Drop for DeadlineWatcher {
    fn drop(&mut self) {
        lock(&self.0.queue).ended = true;
        self.0.changed.notify_one();
    }
}

impl Shared {
    /// Starts the thread, unless it runs.
    fn run(this: &Arc<Shared>, queue: &mut Queue) {
        if !queue.running && !queue.ended {
            queue.running = true;
            let shared = this.clone();
            let spawned = std::thread::Builder::new().name("falkirk-deadlines".into()).spawn(move || shared.watch());
            spawned.expect("the operating system starts a thread");
        }
    }

    /// Interrupts store after store, each at its deadline, and insists on interrupts, until the engine ends.
    fn watch(&self) {
        let mut queue = lock(&self.queue);
        while !queue.ended {
            let now = Instant::now();
            queue.insisting.retain_mut(|insisting| insisting.wake(now));
            let insist = queue.insisting.iter().map(|insisting| insisting.next).min();
            let deadline = queue.deadlines.first_key_value().map(|(key, _)| key.0);
            match [insist, deadline].into_iter().flatten().min() {
                None => queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner),
                Some(next) if next > now => {
                    let waited = self.changed.wait_timeout(queue, next - now);
                    queue = waited.unwrap_or_else(PoisonError::into_inner).0;
                }
                Some(_) => queue.expire_first(now),
            }
        }
    }
}

impl Queue {
    /// Interrupts the store with the first deadline, if that has come.
    fn expire_first(&mut self, now: Instant) {
        if let Some(first) = self.deadlines.first_entry()
            && first.key().0 <= now
        {
            let (key, interrupt) = first.remove_entry();
            if let Some(interrupt) = interrupt.upgrade()
                && interrupt.expire(key)
                && interrupt.wake.is_some()
            {
                self.insist(&interrupt);
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
    use super::*;

    fn interrupt() -> Arc<Interrupt> {
        DeadlineWatcher::default().interrupt(std::ptr::without_provenance_mut(4096), None)
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
    fn who_sleeps_is_woken_once_by_the_next_interrupt_or_the_last() {
        struct Count(std::sync::atomic::AtomicU32);
        impl std::task::Wake for Count {
            fn wake(self: Arc<Self>) {
                self.0.fetch_add(1, Ordering::Relaxed);
            }
        }
        let store = interrupt();
        let wakers = [(); 3].map(|()| Arc::new(Count(0.into())));
        let counts = || wakers.each_ref().map(|count| count.0.load(Ordering::Relaxed));
        let [first, forgotten, late] = wakers.each_ref().map(|count| Waker::from(count.clone()));
        store.sleep(&first);
        store.sleep(&forgotten);
        store.forget(&forgotten);
        assert_eq!(counts(), [0, 0, 0]);
        Interrupt::interrupt(&store);
        Interrupt::interrupt(&store);
        assert_eq!(counts(), [1, 0, 0]);
        store.sleep(&late);
        assert_eq!(counts(), [1, 0, 1]);
    }

    #[test]
    fn an_interrupt_may_come_from_a_deadline_or_another_handle() {
        let (watcher, store) = (DeadlineWatcher::default(), interrupt());
        let handle = store.clone();
        assert!(!Interrupt::may_come(&handle));
        let other = store.clone();
        assert!(Interrupt::may_come(&handle));
        drop(other);
        watcher.set(&store, Some(Instant::now() + Duration::from_secs(3600)));
        assert!(Interrupt::may_come(&handle));
        watcher.set(&store, None);
        assert!(!Interrupt::may_come(&handle));
        Interrupt::interrupt(&store);
        assert!(Interrupt::may_come(&handle));
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

    #[test]
    fn a_thread_is_woken_until_it_has_noticed() {
        static WOKEN: std::sync::atomic::AtomicI32 = std::sync::atomic::AtomicI32::new(0);
        let watcher = DeadlineWatcher::default();
        let store = watcher.interrupt(
            std::ptr::without_provenance_mut(4096),
            Some(|thread| {
                WOKEN.fetch_add(thread, Ordering::Relaxed);
            }),
        );
        Interrupt::interrupt(&store);
        wait(|| lock(&watcher.0.queue).insisting.is_empty());
        assert_eq!(WOKEN.load(Ordering::Relaxed), 0, "no thread runs machine code");
        store.limit.set_running(1);
        Interrupt::interrupt(&store);
        wait(|| WOKEN.load(Ordering::Relaxed) > 3);
        assert!(store.limit.take_interrupt());
        wait(|| lock(&watcher.0.queue).insisting.is_empty());
    }
}
