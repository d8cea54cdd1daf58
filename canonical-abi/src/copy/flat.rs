//! Values that are core values on both sides.

use super::memory::mask;
use super::{Copier, Pair};
use crate::context::check_discriminant;
use crate::error::Error;
use crate::observer::{Observer, Part};
use crate::types::{Defined, Plan, Type};
use crate::val::{convert_i32_to_char, part};

impl<P: Pair, O: Observer> Copier<'_, P, O> {
    /// Copies a value of a type, from as many core values as it flattens to into as many.
    pub(super) fn copy_flat(&mut self, ty: Type, from: &[u64], to: &mut [u64]) -> Result<(), Error<P::Error>> {
        match ty {
            Type::Bool => to[0] = u64::from(from[0] as u32 != 0),
            Type::S8 => to[0] = u64::from(from[0] as i8 as u32),
            Type::U8 => to[0] = u64::from(from[0] as u8),
            Type::S16 => to[0] = u64::from(from[0] as i16 as u32),
            Type::U16 => to[0] = u64::from(from[0] as u16),
            Type::S32 | Type::U32 | Type::F32 => to[0] = u64::from(from[0] as u32),
            Type::S64 | Type::U64 | Type::F64 => to[0] = from[0],
            Type::Char => to[0] = u64::from(u32::from(convert_i32_to_char(from[0] as u32)?)),
            Type::String => {
                let (ptr, length) = self.pair_of(from);
                (to[0], to[1]) = self.copy_string(ptr, length)?;
            }
            Type::Defined(defined) => self.copy_flat_defined(defined, from, to)?,
        }
        Ok(())
    }

    fn copy_flat_defined(&mut self, defined: Defined, from: &[u64], to: &mut [u64]) -> Result<(), Error<P::Error>> {
        let types = self.types.types();
        let kind = types.defined(defined);
        match types.plan(defined) {
            Plan::List(element) => {
                let (ptr, length) = self.pair_of(from);
                (to[0], to[1]) = self.copy_list(*element, ptr, length)?;
            }
            Plan::FixedList(element, _) => {
                let flat = types.layout(*element).flat as usize;
                for (i, (from, to)) in from.chunks_exact(flat).zip(to.chunks_exact_mut(flat)).enumerate() {
                    self.part(Part::Index(i), |copier| copier.copy_flat(*element, from, to))?;
                }
            }
            Plan::Record(slots) => {
                let mut begin = 0;
                for (i, slot) in slots.iter().enumerate() {
                    let range = begin..begin + types.layout(slot.ty).flat as usize;
                    begin = range.end;
                    let (from, to) = (&from[range.clone()], &mut to[range]);
                    self.part(part(kind, i), |copier| copier.copy_flat(slot.ty, from, to))?;
                }
            }
            Plan::Variant(variant) => {
                let case = check_discriminant(from[0] as u32, variant.cases.len())?;
                to.fill(0);
                to[0] = case as u64;
                if let Some(ty) = variant.cases[case] {
                    let range = 1..=types.layout(ty).flat as usize;
                    let (from, to) = (&from[range.clone()], &mut to[range]);
                    self.part(part(kind, case), |copier| copier.copy_flat(ty, from, to))?;
                }
            }
            Plan::Flags(labels) => {
                for (i, (from, to)) in from.iter().zip(to).enumerate() {
                    *to = u64::from(*from as u32 & mask(*labels, i));
                }
            }
            Plan::Own(resource) => to[0] = self.move_own(self.types.resource(*resource), from[0] as u32)?.into(),
            Plan::Borrow(resource) => to[0] = self.lend(self.types.resource(*resource), from[0] as u32)?.into(),
        }
        Ok(())
    }

    /// An address and a length of the source's.
    fn pair_of(&self, from: &[u64]) -> (u64, u64) {
        (self.source.ptr_type.truncate(from[0]), self.source.ptr_type.truncate(from[1]))
    }
}
