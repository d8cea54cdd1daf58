//! Resources: what a component refers to by handles (*Resource State*, `canon resource.new`, `.rep`, `.drop`).
//!
//! A resource is a number, its *representation*, that only the component (or host) which implements it understands.
//! Others hold a *handle*: an index into their own table. An owned handle is the resource; who drops it destroys it. A
//! borrowed one is good for one call. Two counts keep this honest: a handle counts the calls that it is *lent* to and
//! cannot be dropped or given away meanwhile, and a call counts the handles that were *borrowed* for it and cannot
//! return before they are dropped.

mod calls;
mod flags;
mod table;

pub use calls::{CallRules, InstanceId};
pub use flags::InstanceFlags;
pub use table::{Mark, Quota, Table};

use crate::trap::Trap;

/// A resource type at run time: two instances of one component have two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ResourceType {
    /// Its number, which the embedder hands out.
    pub id: u32,
    /// The instance that implements it, or [`InstanceId::HOST`].
    pub implementer: InstanceId,
}

/// A handle in a component's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourceHandle {
    /// The resource's type.
    pub ty: ResourceType,
    /// The resource's representation.
    pub rep: u32,
    /// How many calls the handle is lent to.
    pub lends: u32,
    /// The call that the handle was borrowed for; none if it is an owned handle.
    pub borrowed_for: Option<TaskId>,
}

// ANCHOR: entry
/// What is in a component's table. Streams, futures, subtasks and their kin will stand beside handles here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Entry {
    /// A handle of a resource.
    Resource(ResourceHandle),
}
// ANCHOR_END: entry

/// A call into a component, as its borrowed handles know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TaskId(u32);

/// What the canonical ABI keeps for each instance of a component (*Component Instance State*).
///
/// ```
/// use falkirk_canonical_abi::{InstanceId, InstanceState, ResourceType};
///
/// let mut instance = InstanceState::new(InstanceId(1));
/// let file = ResourceType { id: 0, implementer: InstanceId::HOST };
/// // The host gives away file 42; the guest gets index 1, and drops it.
/// let index = instance.lower_own(file, 42)?;
/// assert_eq!(index, 1);
/// assert_eq!(instance.resource_drop(file, index)?, Some(42));
/// assert_eq!(instance.resource_drop(file, index).unwrap_err().to_string(), "there is no handle 1");
/// # Ok::<(), falkirk_canonical_abi::Trap>(())
/// ```
///
/// [The book](crate#in-the-book) explains it in chapter 14.
#[derive(Debug)]
pub struct InstanceState {
    /// Which instance this is.
    pub id: InstanceId,
    /// The table of handles.
    pub handles: Table<Entry>,
    /// Whether the instance may call out: it may not in `realloc` and `post-return`. And, as [`CallRules`] decides, whether
    /// it may be entered.
    pub flags: InstanceFlags,
    /// For each call that is running in this instance and was counted, how many handles are borrowed for it.
    borrows: Vec<u32>,
}

impl InstanceState {
    /// The state of a new instance.
    pub fn new(id: InstanceId) -> InstanceState {
        InstanceState::with_flags(id, InstanceFlags::default())
    }

    /// The state of a new instance, with the flags that [`CallRules`] has for it.
    pub fn with_flags(id: InstanceId, flags: InstanceFlags) -> InstanceState {
        InstanceState { id, handles: Table::new(), flags, borrows: Vec::new() }
    }

    /// The same without handles; those that it will have are counted with those of others.
    pub fn with_quota(self, quota: Quota) -> InstanceState {
        InstanceState { handles: Table::with_quota(quota), ..self }
    }

    /// Traps if the instance may not call out now. Each of a component's imports begins with this.
    #[inline]
    pub fn check_may_leave(&self) -> Result<(), Trap> {
        if self.flags.may_leave() { Ok(()) } else { Err(Trap::MayNotLeave) }
    }

    /// A call begins that handles may be borrowed for.
    #[inline]
    pub fn begin_task(&mut self) -> TaskId {
        self.borrows.push(0);
        TaskId(self.borrows.len() as u32 - 1)
    }

    /// The last call that began returns. Traps if handles that were borrowed for it remain.
    #[inline]
    pub fn end_task(&mut self, task: TaskId) -> Result<(), Trap> {
        assert_eq!(task.0 as usize + 1, self.borrows.len(), "BUG: calls end in another order than they began");
        match self.borrows.pop() {
            Some(0) => Ok(()),
            count => Err(Trap::BorrowsRemain { count: count.unwrap_or(0) }),
        }
    }

    /// The handle at an index, which is of a type.
    #[inline]
    fn handle(&mut self, ty: ResourceType, index: u32) -> Result<&mut ResourceHandle, Trap> {
        let Entry::Resource(handle) = self.handles.get_mut(index)?;
        if handle.ty != ty {
            return Err(Trap::WrongResource { index });
        }
        Ok(handle)
    }

    /// `resource.new`: an owned handle for a representation of the component's own.
    pub fn resource_new(&mut self, ty: ResourceType, rep: u32) -> Result<u32, Trap> {
        self.check_may_leave()?;
        self.lower_own(ty, rep)
    }

    /// `resource.rep`: the representation behind a handle.
    #[inline]
    pub fn resource_rep(&mut self, ty: ResourceType, index: u32) -> Result<u32, Trap> {
        Ok(self.handle(ty, index)?.rep)
    }

    /// `resource.drop`: the handle is gone. If it was an owned one, the representation whose destructor the caller must
    /// now call.
    pub fn resource_drop(&mut self, ty: ResourceType, index: u32) -> Result<Option<u32>, Trap> {
        self.check_may_leave()?;
        let handle = *self.handle(ty, index)?;
        check_not_lent(index, &handle)?;
        self.handles.remove(index)?;
        match handle.borrowed_for {
            None => Ok(Some(handle.rep)),
            Some(task) => {
                self.give_back(task);
                Ok(None)
            }
        }
    }

    /// A handle that was borrowed for a call is gone.
    fn give_back(&mut self, task: TaskId) {
        // After a trap the call may be gone before its handles.
        if let Some(count) = self.borrows.get_mut(task.0 as usize) {
            *count = count.saturating_sub(1);
        }
    }

    /// Takes back the handles that the guest has got since a moment: for a call that does not take place.
    pub fn take_back(&mut self, since: Mark) {
        for Entry::Resource(handle) in self.handles.remove_since(since) {
            handle.borrowed_for.into_iter().for_each(|task| self.give_back(task));
        }
    }

    // ANCHOR: lift_own
    /// `lift_own`: the guest gives a resource away, and its handle is gone.
    pub fn lift_own(&mut self, ty: ResourceType, index: u32) -> Result<u32, Trap> {
        let handle = *self.handle(ty, index)?;
        check_not_lent(index, &handle)?;
        if handle.borrowed_for.is_some() {
            return Err(Trap::NotOwned { index });
        }
        self.handles.remove(index)?;
        Ok(handle.rep)
    }
    // ANCHOR_END: lift_own

    /// `lift_borrow`: the guest lends a resource for a call, whose `lends` remember it.
    ///
    /// ```
    /// use falkirk_canonical_abi::{InstanceId, InstanceState, Lends, ResourceType};
    ///
    /// let file = ResourceType { id: 0, implementer: InstanceId::HOST };
    /// let mut instance = InstanceState::new(InstanceId(1));
    /// let index = instance.lower_own(file, 42)?;
    /// let mut lends = Lends::default();
    /// assert_eq!(instance.lift_borrow(file, index, &mut lends)?, 42);
    /// let trap = instance.resource_drop(file, index).unwrap_err();
    /// assert_eq!(trap.to_string(), "handle 1 is lent to 1 calls, wanted it back from all of them");
    /// instance.end_lends(lends); // the call has returned
    /// assert_eq!(instance.resource_drop(file, index)?, Some(42));
    /// # Ok::<(), falkirk_canonical_abi::Trap>(())
    /// ```
    pub fn lift_borrow(&mut self, ty: ResourceType, index: u32, lends: &mut Lends) -> Result<u32, Trap> {
        let handle = self.handle(ty, index)?;
        handle.lends += 1;
        lends.indices.push(index);
        Ok(handle.rep)
    }

    /// The call that handles were lent to has returned.
    #[inline]
    pub fn end_lends(&mut self, lends: Lends) {
        for index in lends.indices {
            match self.handles.get_mut(index) {
                Ok(Entry::Resource(handle)) => handle.lends -= 1,
                Err(_) => panic!("BUG: handle {index} was lent and is gone"),
            }
        }
    }

    /// `lower_own`: the guest gets a resource, and an owned handle for it.
    pub fn lower_own(&mut self, ty: ResourceType, rep: u32) -> Result<u32, Trap> {
        self.handles.add(Entry::Resource(ResourceHandle { ty, rep, lends: 0, borrowed_for: None }))
    }

    /// `lower_borrow`: the guest gets a resource for one call. If it implements the resource, it gets the
    /// representation itself, else a borrowed handle.
    ///
    /// ```
    /// use falkirk_canonical_abi::{InstanceId, InstanceState, ResourceType};
    ///
    /// let file = ResourceType { id: 0, implementer: InstanceId::HOST };
    /// let ours = ResourceType { id: 1, implementer: InstanceId(1) };
    /// let mut instance = InstanceState::new(InstanceId(1));
    /// let task = instance.begin_task();
    /// assert_eq!(instance.lower_borrow(ours, 42, task)?, 42);
    /// let index = instance.lower_borrow(file, 42, task)?;
    /// assert_eq!((index, instance.resource_rep(file, index)?), (1, 42));
    /// assert_eq!(instance.resource_drop(file, index)?, None); // nothing is destroyed
    /// instance.end_task(task)?; // had it not been dropped, this would trap
    /// # Ok::<(), falkirk_canonical_abi::Trap>(())
    /// ```
    pub fn lower_borrow(&mut self, ty: ResourceType, rep: u32, task: TaskId) -> Result<u32, Trap> {
        if ty.implementer == self.id {
            return Ok(rep);
        }
        let handle = ResourceHandle { ty, rep, lends: 0, borrowed_for: Some(task) };
        let index = self.handles.add(Entry::Resource(handle))?;
        self.borrows[task.0 as usize] += 1;
        Ok(index)
    }
}

/// The handles that a guest has lent to one call.
#[derive(Debug, Default)]
#[must_use = "what is lent must be given back with `InstanceState::end_lends`"]
pub struct Lends {
    indices: Vec<u32>,
}

impl Lends {
    /// Whether nothing was lent.
    pub fn is_empty(&self) -> bool {
        self.indices.is_empty()
    }

    /// The indices of the handles in the guest's table, in the order in which they were lent.
    pub fn indices(&self) -> &[u32] {
        &self.indices
    }
}

fn check_not_lent(index: u32, handle: &ResourceHandle) -> Result<(), Trap> {
    match handle.lends {
        0 => Ok(()),
        lends => Err(Trap::HandleLent { index, lends }),
    }
}

#[cfg(test)]
mod tests;
