//! The context of lifting.

use super::{Budget, TypeEnv, check_pointer, list_byte_length};
use crate::guest::Guest;
use crate::observer::{Event, HandleMove, Observer, Part};
use crate::options::{Options, PtrType};
use crate::resources::{InstanceState, Lends};
use crate::trap::{Trap, What};
use crate::types::{Kind, Offset, Type};
use crate::val::Handle;

/// What lifting needs: the guest's memory and handle table.
///
/// Lifting runs none of the guest's code, so the memory stays where it is, and all that can go wrong is a [`Trap`].
#[derive(Debug)]
pub struct LiftContext<'a, O: Observer = ()> {
    /// The guest's memory.
    pub memory: &'a [u8],
    /// The state of the guest's instance.
    pub instance: &'a mut InstanceState,
    /// The options of the function that is called or has returned.
    pub options: Options,
    /// The types.
    pub types: TypeEnv<'a>,
    /// The handles lent so far. Give them to [`InstanceState::end_lends`] when the call has returned.
    pub lends: Lends,
    /// What may still be made.
    pub budget: Budget,
    /// Who watches.
    pub observer: O,
}

impl<'a> LiftContext<'a> {
    /// A context in which nobody watches.
    #[inline]
    pub fn new<G: Guest>(guest: &'a mut G, options: Options, types: TypeEnv<'a>) -> Self {
        LiftContext::observed(guest, options, types, ())
    }
}

impl<'a, O: Observer> LiftContext<'a, O> {
    /// A context with an observer.
    #[inline]
    pub fn observed<G: Guest>(guest: &'a mut G, options: Options, types: TypeEnv<'a>, observer: O) -> Self {
        let (memory, instance) = guest.parts();
        LiftContext { memory, instance, options, types, lends: Lends::default(), budget: Budget::default(), observer }
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

    /// The bytes at an address that was checked before.
    #[inline]
    pub fn read<const N: usize>(&mut self, at: usize) -> [u8; N] {
        let bytes: [u8; N] = *self.memory[at..].first_chunk().expect("BUG: an address was not checked");
        if O::ENABLED {
            self.observer.event(Event::Load { address: at as u64, bytes: &bytes });
        }
        bytes
    }

    /// So many bytes at an address that was checked before.
    #[inline]
    pub fn read_bytes(&mut self, at: usize, length: usize) -> &'a [u8] {
        let bytes = &self.memory[at..at + length];
        if O::ENABLED {
            self.observer.event(Event::Load { address: at as u64, bytes });
        }
        bytes
    }

    /// An address or a length in the guest's memory.
    #[inline]
    pub fn read_pointer(&mut self, at: usize) -> u64 {
        match self.options.ptr_type {
            PtrType::I32 => u32::from_le_bytes(self.read(at)).into(),
            PtrType::I64 => u64::from_le_bytes(self.read(at)),
        }
    }

    /// An address or a length among core values.
    #[inline]
    pub fn flat_pointer(&self, value: u64) -> u64 {
        self.options.ptr_type.truncate(value)
    }

    /// A discriminant of so many bytes, which must be below the number of cases.
    #[inline]
    pub fn read_discriminant(&mut self, at: usize, size: u32, cases: usize) -> Result<usize, Trap> {
        let found = match size {
            1 => u8::from_le_bytes(self.read(at)).into(),
            2 => u16::from_le_bytes(self.read(at)).into(),
            _ => u32::from_le_bytes(self.read(at)),
        };
        check_discriminant(found, cases)
    }

    /// The address of a list's elements, whose size and alignment these are, once it is known that all lie in memory.
    /// Each costs `host` bytes of the budget.
    #[inline]
    pub fn check_list(&mut self, ptr: u64, length: u64, size: usize, align: u32, host: usize) -> Result<usize, Trap> {
        let bytes = list_byte_length(length, size)?;
        let at = check_pointer(What::List, ptr, bytes, align, self.memory.len())?;
        self.budget.charge(length * host as u64)?;
        Ok(at)
    }

    /// Lifts part of a value.
    #[inline]
    pub fn part<T>(&mut self, part: Part<'_>, lift: impl FnOnce(&mut Self) -> Result<T, Trap>) -> Result<T, Trap> {
        if O::ENABLED {
            self.observer.event(Event::Enter(part));
        }
        let value = lift(self);
        if O::ENABLED {
            self.observer.event(Event::Leave);
        }
        value
    }

    /// A handle with this index, given away or lent as its type says (`lift_own`, `lift_borrow`).
    pub fn lift_handle(&mut self, ty: Type, index: u32) -> Result<Handle, Trap> {
        let (movement, resource, rep) = match self.types.types().kind(ty) {
            Some(Kind::Own(resource)) => {
                let resource = self.types.resource(*resource);
                (HandleMove::LiftOwn, resource, self.instance.lift_own(resource, index)?)
            }
            Some(Kind::Borrow(resource)) => {
                let resource = self.types.resource(*resource);
                (HandleMove::LiftBorrow, resource, self.instance.lift_borrow(resource, index, &mut self.lends)?)
            }
            _ => panic!("BUG: {} is not a handle", self.types.types().display(ty)),
        };
        if O::ENABLED {
            self.observer.event(Event::Handle { movement, index, resource, rep });
        }
        Ok(Handle { ty: resource, rep })
    }
}

/// The number of a case, if there is such a case.
#[inline]
pub fn check_discriminant(found: u32, cases: usize) -> Result<usize, Trap> {
    if (found as usize) < cases {
        Ok(found as usize)
    } else {
        Err(Trap::InvalidDiscriminant { found, cases: cases as u32 })
    }
}
