//! The table of what a component refers to by index (*Table State*).

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::trap::Trap;

/// Indices to things. Index 0 is never used, so a guest that forgets to set a handle has none; an index that became
/// free is the next to be used.
#[derive(Clone, Debug)]
pub struct Table<T> {
    /// What is at each index but 0, and how many things had been added before it.
    slots: Vec<Option<(Mark, T)>>,
    /// The free indices, the next one last.
    free: Vec<u32>,
    /// How many things have been added.
    added: Mark,
    /// How far this table and others may grow together; none if that does not matter.
    quota: Option<Quota>,
}

/// How far tables may grow together, so that a guest which drops nothing does not fill the host: what they hold is the
/// host's memory. A clone is another handle to the same quota.
///
/// ```
/// use falkirk_canonical_abi::{Quota, Table};
///
/// let quota = Quota::new(2);
/// let (mut a, mut b) = (Table::with_quota(quota.clone()), Table::with_quota(quota));
/// assert_eq!((a.add('x'), b.add('y')), (Ok(1), Ok(1)));
/// assert_eq!(a.add('z').unwrap_err().to_string(), "the handle table is full, it holds at most 2 handles");
/// assert_eq!((a.remove(1), a.add('z')), (Ok('x'), Ok(1))); // an index that became free costs nothing
/// # Ok::<(), falkirk_canonical_abi::Trap>(())
/// ```
#[derive(Clone, Debug)]
pub struct Quota(Arc<QuotaState>);

#[derive(Debug)]
struct QuotaState {
    limit: u32,
    left: AtomicU32,
}

impl Quota {
    /// So many entries.
    pub fn new(limit: u32) -> Quota {
        Quota(Arc::new(QuotaState { limit, left: AtomicU32::new(limit) }))
    }

    /// Takes one.
    fn take(&self) -> Result<(), Trap> {
        let left = self.0.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        left.map(|_| ()).map_err(|_| Trap::TableFull { limit: self.0.limit })
    }
}

/// A moment in the life of a table: how many things have been added to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark(u64);

impl<T> Default for Table<T> {
    fn default() -> Self {
        Table::new()
    }
}

impl<T> Table<T> {
    /// How many things a table holds at most.
    pub const MAX_LENGTH: u32 = (1 << 28) - 1;

    /// An empty table.
    pub const fn new() -> Table<T> {
        Table { slots: Vec::new(), free: Vec::new(), added: Mark(0), quota: None }
    }

    /// An empty table that grows as far as a quota lets it.
    pub fn with_quota(quota: Quota) -> Table<T> {
        Table { quota: Some(quota), ..Table::new() }
    }

    // ANCHOR: get
    /// What is at an index.
    pub fn get(&self, index: u32) -> Result<&T, Trap> {
        let slot = (index as usize).checked_sub(1).and_then(|slot| self.slots.get(slot)?.as_ref());
        slot.map(|(_, entry)| entry).ok_or(Trap::UnknownHandle { index })
    }
    // ANCHOR_END: get

    /// What is at an index, to be changed.
    pub fn get_mut(&mut self, index: u32) -> Result<&mut T, Trap> {
        let slot = (index as usize).checked_sub(1).and_then(|slot| self.slots.get_mut(slot)?.as_mut());
        slot.map(|(_, entry)| entry).ok_or(Trap::UnknownHandle { index })
    }

    /// Puts something at a free index.
    pub fn add(&mut self, entry: T) -> Result<u32, Trap> {
        let slot = Some((self.added, entry));
        let index = match self.free.pop() {
            Some(index) => {
                self.slots[index as usize - 1] = slot;
                index
            }
            None => {
                let index = Self::next_index(self.slots.len())?;
                self.quota.as_ref().map_or(Ok(()), Quota::take)?;
                self.slots.push(slot);
                index
            }
        };
        self.added.0 += 1;
        Ok(index)
    }

    /// The index behind so many that were ever used.
    fn next_index(used: usize) -> Result<u32, Trap> {
        match u32::try_from(used + 1) {
            Ok(index) if index <= Self::MAX_LENGTH => Ok(index),
            _ => Err(Trap::TableFull { limit: Self::MAX_LENGTH }),
        }
    }

    // ANCHOR: remove
    /// Takes out what is at an index, which becomes free.
    pub fn remove(&mut self, index: u32) -> Result<T, Trap> {
        let slot = (index as usize).checked_sub(1).and_then(|slot| self.slots.get_mut(slot)?.take());
        let (_, entry) = slot.ok_or(Trap::UnknownHandle { index })?;
        self.free.push(index);
        Ok(entry)
    }
    // ANCHOR_END: remove

    /// This moment, for [`remove_since`](Self::remove_since).
    pub fn mark(&self) -> Mark {
        self.added
    }

    /// Takes out what was added since a moment and is still there. The same indices are free then, in the same order.
    pub fn remove_since(&mut self, mark: Mark) -> Vec<T> {
        let slots = (1..).zip(&self.slots);
        let added = slots.filter_map(|(index, slot)| Some((slot.as_ref()?.0, index)).filter(|(at, _)| *at >= mark));
        let mut added: Vec<(Mark, u32)> = added.collect();
        added.sort_unstable();
        added.into_iter().rev().filter_map(|(_, index)| self.remove(index).ok()).collect()
    }

    /// What is in the table, with the indices.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        (1..).zip(&self.slots).filter_map(|(index, slot)| Some((index, &slot.as_ref()?.1)))
    }

    /// How many things are in the table.
    pub fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Whether nothing is in the table.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_an_end() {
        let last = Table::<u8>::MAX_LENGTH;
        assert_eq!(Table::<u8>::next_index(last as usize - 1), Ok(last));
        let trap = Table::<u8>::next_index(last as usize).expect_err("a trap");
        assert_eq!(trap.to_string(), "the handle table is full, it holds at most 268435455 handles");
    }

    #[test]
    fn free_indices_are_used_again_the_last_one_first() {
        let mut table = Table::new();
        let indices = ["a", "b", "c"].map(|entry| table.add(entry).expect("there is room"));
        assert_eq!(indices, [1, 2, 3]);
        assert_eq!((table.remove(1), table.remove(3)), (Ok("a"), Ok("c")));
        assert_eq!((table.add("d"), table.add("e"), table.add("f")), (Ok(3), Ok(1), Ok(4)));
        assert_eq!(table.iter().collect::<Vec<_>>(), [(1, &"e"), (2, &"b"), (3, &"d"), (4, &"f")]);
        assert_eq!(table.get(0), Err(Trap::UnknownHandle { index: 0 }));
    }

    #[test]
    fn what_was_added_since_a_moment_can_be_taken_out() {
        let mut table = Table::new();
        let indices = ["a", "b", "c"].map(|entry| table.add(entry).expect("there is room"));
        assert_eq!((indices, table.remove(1)), ([1, 2, 3], Ok("a")));
        let mark = table.mark();
        assert_eq!(["d", "e", "f"].map(|entry| table.add(entry)), [Ok(1), Ok(4), Ok(5)]);
        assert_eq!(table.remove(4), Ok("e"));
        assert_eq!(table.remove_since(mark), ["f", "d"]);
        assert_eq!(table.iter().collect::<Vec<_>>(), [(2, &"b"), (3, &"c")]);
        assert_eq!((table.add("g"), table.add("h")), (Ok(1), Ok(5)));
        assert!(table.remove_since(table.mark()).is_empty());
    }
}
