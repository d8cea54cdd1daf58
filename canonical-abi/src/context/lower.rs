//! The context of lowering.

use super::{MAX_LIST_BYTE_LENGTH, TypeEnv, check_realloc, list_byte_length};
use crate::error::Error;
use crate::guest::Guest;
use crate::observer::{Event, HandleMove, Observer, Part};
use crate::options::{Options, PtrType};
use crate::resources::{Mark, TaskId};
use crate::trap::Trap;
use crate::types::{Kind, Mismatch, Offset, Type};
use crate::val::Handle;

/// What lowering needs: a guest that gives memory.
#[derive(Debug)]
pub struct LowerContext<'a, G: Guest, O: Observer = ()> {
    /// The guest.
    pub guest: &'a mut G,
    /// The options of the function that is called or returns.
    pub options: Options,
    /// The types.
    pub types: TypeEnv<'a>,
    /// The call that handles are borrowed for; needed only where parameters hold borrowed handles.
    pub task: Option<TaskId>,
    /// When the first handle was lowered.
    first_handle: Option<Mark>,
    /// Who watches.
    pub observer: O,
}

impl<'a, G: Guest> LowerContext<'a, G> {
    /// A context in which nobody watches.
    #[inline]
    pub fn new(guest: &'a mut G, options: Options, types: TypeEnv<'a>) -> Self {
        LowerContext::observed(guest, options, types, ())
    }
}

impl<'a, G: Guest, O: Observer> LowerContext<'a, G, O> {
    /// A context with an observer.
    #[inline]
    pub fn observed(guest: &'a mut G, options: Options, types: TypeEnv<'a>, observer: O) -> Self {
        LowerContext { guest, options, types, task: None, first_handle: None, observer }
    }

    /// The type of the guest's addresses.
    #[inline]
    pub fn ptr_type(&self) -> PtrType {
        self.options.ptr_type
    }

    /// Where a part of a value is that begins at `at`.
    #[inline]
    pub fn at(&self, at: usize, offset: Offset) -> usize {
        at + offset.get(self.options.ptr_type)
    }

    /// Puts bytes at an address that was checked before.
    #[inline]
    pub fn write<const N: usize>(&mut self, at: usize, bytes: [u8; N]) {
        *self.guest.memory()[at..].first_chunk_mut().expect("BUG: an address was not checked") = bytes;
        if O::ENABLED {
            self.observer.event(Event::Store { address: at as u64, bytes: &bytes });
        }
    }

    /// Puts bytes at an address that was checked before.
    #[inline]
    pub fn write_bytes(&mut self, at: usize, bytes: &[u8]) {
        crate::bytes::copy(bytes, &mut self.guest.memory()[at..at + bytes.len()]);
        if O::ENABLED {
            self.observer.event(Event::Store { address: at as u64, bytes });
        }
    }

    /// Puts an address or a length into the guest's memory.
    #[inline]
    pub fn write_pointer(&mut self, at: usize, value: u64) {
        match self.options.ptr_type {
            PtrType::I32 => self.write(at, (value as u32).to_le_bytes()),
            PtrType::I64 => self.write(at, value.to_le_bytes()),
        }
    }

    /// Puts a discriminant of so many bytes into the guest's memory.
    #[inline]
    pub fn write_discriminant(&mut self, at: usize, size: u32, case: usize) {
        match size {
            1 => self.write(at, (case as u8).to_le_bytes()),
            2 => self.write(at, (case as u16).to_le_bytes()),
            _ => self.write(at, (case as u32).to_le_bytes()),
        }
    }

    /// Calls the guest's `realloc`, during which the guest may not call out, and checks what it returns.
    #[inline]
    pub fn reallocate(&mut self, old: u64, old_size: u64, align: u32, new_size: u64) -> Result<usize, Error<G::Error>> {
        self.guest.instance().flags.set_may_leave(false);
        let result = self.guest.realloc(old, old_size, align, new_size).map_err(Error::Guest)?;
        let (memory, instance) = self.guest.parts();
        instance.flags.set_may_leave(true);
        let memory = memory.len();
        if O::ENABLED {
            self.observer.event(Event::Realloc { old, old_size, align, new_size, result });
        }
        Ok(check_realloc(result, new_size, align, memory)?)
    }

    /// New memory from the guest.
    #[inline]
    pub fn allocate(&mut self, align: u32, size: u64) -> Result<usize, Error<G::Error>> {
        self.reallocate(0, 0, align, size)
    }

    /// New memory for the elements of a list, whose size and alignment these are.
    #[inline]
    pub fn allocate_list(&mut self, length: usize, size: usize, align: u32) -> Result<usize, Error<G::Error>> {
        match list_byte_length(length as u64, size) {
            Ok(bytes) => self.allocate(align, bytes),
            Err(_) => {
                let found = format!("a list of {length} elements of {size} bytes");
                Err(Mismatch::new(found, format_args!("at most {MAX_LIST_BYTE_LENGTH} bytes")).into())
            }
        }
    }

    /// Lowers part of a value. If it does not fit its type, the error says which part it was.
    #[inline]
    pub fn part<T>(
        &mut self,
        part: Part<'_>,
        lower: impl FnOnce(&mut Self) -> Result<T, Error<G::Error>>,
    ) -> Result<T, Error<G::Error>> {
        if O::ENABLED {
            self.observer.event(Event::Enter(part));
        }
        let value = lower(self);
        if O::ENABLED {
            self.observer.event(Event::Leave);
        }
        match value {
            Err(Error::Mismatch(mismatch)) => Err(Error::Mismatch(Box::new(mismatch.inside(part)))),
            value => value,
        }
    }

    /// Puts a handle into the guest's table, as an owned or a borrowed one as its type says (`lower_own`,
    /// `lower_borrow`). Its index.
    pub fn lower_handle(&mut self, ty: Type, handle: Handle) -> Result<u32, Error<G::Error>> {
        let (resource, owned) = match self.types.types().kind(ty) {
            Some(Kind::Own(resource)) => (self.types.resource(*resource), true),
            Some(Kind::Borrow(resource)) => (self.types.resource(*resource), false),
            _ => return Err(Mismatch::new("a handle", self.types.types().display(ty)).into()),
        };
        if handle.ty != resource {
            return Err(Mismatch::new("a handle of another resource", self.types.types().display(ty)).into());
        }
        let (movement, index) = self.add_handle(handle, owned)?;
        if O::ENABLED {
            self.observer.event(Event::Handle { movement, index, resource, rep: handle.rep });
        }
        Ok(index)
    }

    /// Takes back the handles that were lowered in this context, which the guest has not seen: after a [`Mismatch`], where
    /// the call does not take place.
    pub fn take_back_handles(&mut self) {
        if let Some(since) = self.first_handle.take() {
            self.guest.instance().take_back(since);
        }
    }

    fn add_handle(&mut self, handle: Handle, owned: bool) -> Result<(HandleMove, u32), Trap> {
        let instance = self.guest.instance();
        self.first_handle.get_or_insert(instance.handles.mark());
        if owned {
            return Ok((HandleMove::LowerOwn, instance.lower_own(handle.ty, handle.rep)?));
        }
        let task = self.task.expect("BUG: a handle is borrowed, but for no call");
        Ok((HandleMove::LowerBorrow, instance.lower_borrow(handle.ty, handle.rep, task)?))
    }
}
