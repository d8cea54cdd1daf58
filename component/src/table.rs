//! A table of the host's resources.

use std::any::{Any, type_name};
use std::fmt;

use falkirk_runtime::{Error, Result};

use crate::handles::Resource;

/// How many resources a table may have.
const MAX_RESOURCES: usize = 1 << 24;

/// Values of any types by number: what a host may keep its resources in. The number is the representation in a
/// [`Resource`].
///
/// ```
/// use falkirk_component::{Resource, ResourceTable};
///
/// struct File(&'static str);
///
/// let mut table = ResourceTable::new();
/// let handle: Resource<File> = table.push(File("notes"))?; // this goes to the guest
/// assert_eq!(table.get(&handle)?.0, "notes"); // when the guest gives it to a host function
/// assert_eq!(table.delete(handle)?.0, "notes"); // when the guest drops it
/// # Ok::<(), falkirk_runtime::Error>(())
/// ```
///
/// [The book](crate#in-the-book) explains it in chapter 19.
#[derive(Default)]
pub struct ResourceTable {
    slots: Vec<Slot>,
    /// The first free slot, if there is one.
    free: Option<u32>,
}

/// A place in a table.
enum Slot {
    /// With a resource in it.
    Used(Box<dyn Any + Send>),
    /// Without one; the free slot after this one.
    Free(Option<u32>),
}

impl ResourceTable {
    /// An empty table.
    pub fn new() -> ResourceTable {
        ResourceTable::default()
    }

    /// Puts a resource into the table.
    ///
    /// # Errors
    ///
    /// The table is full: it has 16,777,216 resources.
    pub fn push<R: Send + 'static>(&mut self, resource: R) -> Result<Resource<R>> {
        let slot = Slot::Used(Box::new(resource));
        let Some(rep) = self.free else {
            if self.slots.len() >= MAX_RESOURCES {
                return Err(Error::msg(format!("the table of resources is full: it has {MAX_RESOURCES}")));
            }
            self.slots.push(slot);
            return Ok(Resource::new(self.slots.len() as u32 - 1));
        };
        match std::mem::replace(&mut self.slots[rep as usize], slot) {
            Slot::Free(next) => self.free = next,
            Slot::Used(_) => panic!("BUG: the free slot {rep} is used"),
        }
        Ok(Resource::new(rep))
    }

    /// The resource of a handle.
    ///
    /// # Errors
    ///
    /// It is not in the table: it was never put there, or has been deleted, or is of another type.
    pub fn get<R: 'static>(&self, handle: &Resource<R>) -> Result<&R> {
        match self.slots.get(handle.rep() as usize) {
            Some(Slot::Used(resource)) => resource.downcast_ref().ok_or_else(|| missing(handle)),
            _ => Err(missing(handle)),
        }
    }

    /// The resource of a handle, to change it.
    ///
    /// # Errors
    ///
    /// As [`ResourceTable::get`].
    pub fn get_mut<R: 'static>(&mut self, handle: &Resource<R>) -> Result<&mut R> {
        match self.slots.get_mut(handle.rep() as usize) {
            Some(Slot::Used(resource)) => resource.downcast_mut().ok_or_else(|| missing(handle)),
            _ => Err(missing(handle)),
        }
    }

    /// Takes a resource out of the table.
    ///
    /// # Errors
    ///
    /// As [`ResourceTable::get`].
    pub fn delete<R: 'static>(&mut self, handle: Resource<R>) -> Result<R> {
        self.get(&handle)?;
        let free = Slot::Free(self.free.replace(handle.rep()));
        match std::mem::replace(&mut self.slots[handle.rep() as usize], free) {
            Slot::Used(resource) => Ok(*resource.downcast().expect("BUG: a resource has changed its type")),
            Slot::Free(_) => panic!("BUG: the resource is there and is not"),
        }
    }

    /// How many resources are in the table.
    pub fn len(&self) -> usize {
        self.slots.iter().filter(|slot| matches!(slot, Slot::Used(_))).count()
    }

    /// Whether the table has no resources.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

fn missing<R: 'static>(handle: &Resource<R>) -> Error {
    Error::msg(format!("there is no `{}` with number {} in the table of resources", type_name::<R>(), handle.rep()))
}

impl fmt::Debug for ResourceTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ResourceTable({})", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_used_again_and_types_are_kept_apart() {
        let mut table = ResourceTable::new();
        let (a, b) = (table.push("a").expect("room"), table.push(1_u8).expect("room"));
        assert_eq!((a.rep(), b.rep()), (0, 1));
        assert_eq!(table.delete(a).expect("a"), "a");
        let c = table.push(2_u8).expect("room");
        assert_eq!(c.rep(), 0);
        *table.get_mut(&c).expect("c") += 1;
        assert_eq!((*table.get(&c).expect("c"), *table.get(&b).expect("b"), table.len()), (3, 1, 2));
        let error = table.get(&Resource::<&str>::new(0)).unwrap_err();
        assert_eq!(error.to_string(), "there is no `&str` with number 0 in the table of resources");
        assert_eq!(table.delete(c).expect("c"), 3);
        assert!(table.delete(Resource::<u8>::new(0)).is_err() && table.get(&Resource::<u8>::new(9)).is_err());
        assert_eq!((table.delete(b).expect("b"), table.is_empty()), (1, true));
    }
}
