//! All executable memory of the process, in one table that the signal handler reads without a lock.
//!
//! The table is never changed. A writer makes a new one and puts it in the old one's place, which it frees when no
//! reader is in any: readers are counted. All five steps (a reader comes, takes the table, leaves; a writer replaces the
//! table, counts readers) are sequentially consistent. So if a reader took the old table before it was replaced, then it
//! came before the writer counted, and is counted unless it has left.
//!
//! # Safety
//!
//! This module allows `unsafe`: a table is reached through a pointer, and freed as described above. What an entry points
//! to lives while the code of its range can run; a reader looks only for code that runs in its own thread.
#![allow(unsafe_code)]

use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::loaded::ModuleData;

/// A text in memory.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Where it starts.
    pub base: usize,
    /// Where it ends.
    end: usize,
    /// The module it is the code of; null for gates, which cannot trap.
    pub module: *const ModuleData,
}

/// The entries, by address.
type Table = Vec<Entry>;

static TABLE: AtomicPtr<Table> = AtomicPtr::new(ptr::null_mut());
static READERS: AtomicUsize = AtomicUsize::new(0);

/// Tables that have been replaced, and perhaps still have readers. The lock is the writers'.
static REPLACED: Mutex<Vec<Retired>> = Mutex::new(Vec::new());

/// A table that was replaced.
struct Retired(*mut Table);

// SAFETY: the table is freed by whoever has the lock, and has no owner else.
unsafe impl Send for Retired {}

/// Makes a text known. The address is the start of a mapping.
pub fn add(base: *const u8, len: usize, module: *const ModuleData) {
    let base = base.addr();
    replace(|table| {
        let at = table.partition_point(|entry| entry.base < base);
        table.insert(at, Entry { base, end: base + len, module });
    });
}

/// Forgets the text at this address.
pub fn remove(base: *const u8) {
    replace(|table| table.retain(|entry| entry.base != base.addr()));
}

/// Puts a changed copy of the table in its place.
fn replace(change: impl FnOnce(&mut Table)) {
    let mut replaced: MutexGuard<'_, _> = REPLACED.lock().unwrap_or_else(PoisonError::into_inner);
    let old = TABLE.load(Ordering::SeqCst);
    // SAFETY: only a writer frees a table, and the lock lets no other write.
    let mut table = unsafe { old.as_ref() }.map_or_else(Table::new, |old| {
        let mut table = Table::with_capacity(old.len() + 1);
        table.extend_from_slice(old);
        table
    });
    change(&mut table);
    TABLE.store(Box::into_raw(Box::new(table)), Ordering::SeqCst);
    if !old.is_null() {
        replaced.push(Retired(old));
    }
    if READERS.load(Ordering::SeqCst) == 0 {
        // SAFETY: these came from boxes, and no reader has one: whoever comes now takes the new table.
        replaced.drain(..).for_each(|Retired(table)| drop(unsafe { Box::from_raw(table) }));
    }
}

/// The text that this address lies in. May be called by a signal handler.
pub fn find(pc: usize) -> Option<Entry> {
    READERS.fetch_add(1, Ordering::SeqCst);
    // SAFETY: while this reader is counted, a table that it may have taken is not freed.
    let table = unsafe { TABLE.load(Ordering::SeqCst).as_ref() };
    let found = table.and_then(|table| {
        let at = table.partition_point(|entry| entry.end <= pc);
        table.get(at).copied().filter(|entry| entry.base <= pc)
    });
    READERS.fetch_sub(1, Ordering::SeqCst);
    found
}

/// The number of the `Exit` if the instruction at this address is machine code's and can trap. May be called by a signal
/// handler, whose thread has faulted there.
pub fn trap_at(pc: usize) -> Option<u8> {
    let entry = find(pc)?;
    // SAFETY: the code at the address runs, so its module lives.
    let module = unsafe { entry.module.as_ref() }?;
    module.unit.trap_at((pc - entry.base) as u32)
}

/// Whether the instruction at this address is one of a function. May be called by a signal handler, whose thread is there.
pub fn is_function(pc: usize) -> bool {
    find(pc).is_some_and(|entry| {
        // SAFETY: the code at the address runs, so its module lives.
        let module = unsafe { entry.module.as_ref() };
        module.is_some_and(|module| module.unit.function_at((pc - entry.base) as u32).is_some())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::Unit;

    fn address(number: usize) -> *const u8 {
        ptr::without_provenance(number)
    }

    #[test]
    fn ranges_are_found_until_they_are_removed() {
        // Addresses that no mapping has, so that tests beside this one are not in the way.
        let start = usize::MAX / 2;
        let unit = Unit { trap_offsets: vec![4], trap_codes: vec![9], ..Unit::default() };
        let module = ModuleData { info: Default::default(), unit };
        add(address(start + 4096), 100, &module);
        add(address(start), 50, ptr::null());
        let base = |pc: usize| find(pc).map(|entry| entry.base - start);
        assert_eq!(base(start - 1), None);
        assert_eq!([start, start + 49].map(base), [Some(0); 2]);
        assert_eq!([start + 50, start + 4095].map(base), [None; 2]);
        assert_eq!([start + 4096, start + 4195].map(base), [Some(4096); 2]);
        assert_eq!([4, 4100, 4101].map(|offset| trap_at(start + offset)), [None, Some(9), None]);
        remove(address(start + 4096));
        assert_eq!([start, start + 4096].map(base), [Some(0), None]);
        remove(address(start));
        assert_eq!(base(start), None);
    }

    #[test]
    fn readers_and_writers_do_not_disturb_each_other() {
        let start = usize::MAX / 2 + (1 << 32);
        add(address(start), 10, ptr::null());
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| (0..20_000).for_each(|_| assert_eq!(find(start + 3).map(|it| it.base), Some(start))));
            }
            for thread in 1..3 {
                scope.spawn(move || {
                    for round in 0..2_000 {
                        let own = start + (thread << 20) + (round << 5);
                        add(address(own), 10, ptr::null());
                        remove(address(own));
                    }
                });
            }
        });
        remove(address(start));
    }
}
