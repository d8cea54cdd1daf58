//! Values that stand in memory on both sides.

use super::{Copier, Pair};
use crate::context::check_discriminant;
use crate::error::Error;
use crate::observer::{Event, Observer};
use crate::options::PtrType;
use crate::types::{Defined, Plan, Type, VariantPlan};
use crate::val::{convert_i32_to_char, part};

impl<P: Pair, O: Observer> Copier<'_, P, O> {
    /// Copies a value of a type. Both addresses were checked.
    pub(super) fn copy_memory(&mut self, ty: Type, from: usize, to: usize) -> Result<(), Error<P::Error>> {
        match ty {
            Type::Bool => {
                let [byte] = self.read(from);
                self.write(to, [u8::from(byte != 0)]);
            }
            Type::Char => {
                let bytes = self.read(from);
                convert_i32_to_char(u32::from_le_bytes(bytes))?;
                self.write(to, bytes);
            }
            Type::String => {
                let (ptr, length) = self.read_pair(from);
                let (ptr, length) = self.copy_string(ptr, length)?;
                self.write_pair(to, ptr, length);
            }
            Type::Defined(defined) => self.copy_defined(defined, from, to)?,
            number => self.copy_bytes(self.types.layout(number).at32.size as usize, from, to),
        }
        Ok(())
    }

    fn copy_defined(&mut self, defined: Defined, from: usize, to: usize) -> Result<(), Error<P::Error>> {
        let types = self.types.types();
        match types.plan(defined) {
            Plan::List(element) => {
                let (ptr, length) = self.read_pair(from);
                let (ptr, length) = self.copy_list(*element, ptr, length)?;
                self.write_pair(to, ptr, length);
            }
            Plan::FixedList(element, length) => self.copy_elements(*element, *length as usize, from, to)?,
            Plan::Record(slots) => {
                for (i, slot) in slots.iter().enumerate() {
                    let from = from + slot.offset.get(self.source.ptr_type);
                    let to = to + slot.offset.get(self.target.ptr_type);
                    self.part(part(types.defined(defined), i), |copier| copier.copy_memory(slot.ty, from, to))?;
                }
            }
            Plan::Variant(variant) => self.copy_variant(defined, variant, from, to)?,
            Plan::Flags(labels) => self.copy_flags(*labels, from, to),
            Plan::Own(resource) => {
                let index = u32::from_le_bytes(self.read(from));
                let index = self.move_own(self.types.resource(*resource), index)?;
                self.write(to, index.to_le_bytes());
            }
            Plan::Borrow(resource) => {
                let index = u32::from_le_bytes(self.read(from));
                let index = self.lend(self.types.resource(*resource), index)?;
                self.write(to, index.to_le_bytes());
            }
        }
        Ok(())
    }

    fn copy_variant(
        &mut self,
        defined: Defined,
        plan: &VariantPlan,
        from: usize,
        to: usize,
    ) -> Result<(), Error<P::Error>> {
        let found = match plan.tag {
            1 => u8::from_le_bytes(self.read(from)).into(),
            2 => u16::from_le_bytes(self.read(from)).into(),
            _ => u32::from_le_bytes(self.read(from)),
        };
        let case = check_discriminant(found, plan.cases.len())?;
        match plan.tag {
            1 => self.write(to, (found as u8).to_le_bytes()),
            2 => self.write(to, (found as u16).to_le_bytes()),
            _ => self.write(to, found.to_le_bytes()),
        }
        let Some(ty) = plan.cases[case] else { return Ok(()) };
        let from = from + plan.payload.get(self.source.ptr_type);
        let to = to + plan.payload.get(self.target.ptr_type);
        let kind = self.types.types().defined(defined);
        self.part(part(kind, case), |copier| copier.copy_memory(ty, from, to))
    }

    /// Copies flags; bits that are no flag's are not copied.
    fn copy_flags(&mut self, labels: usize, from: usize, to: usize) {
        match labels {
            0..=8 => {
                let word = u8::from_le_bytes(self.read(from)) & mask(labels, 0) as u8;
                self.write(to, word.to_le_bytes());
            }
            9..=16 => {
                let word = u16::from_le_bytes(self.read(from)) & mask(labels, 0) as u16;
                self.write(to, word.to_le_bytes());
            }
            _ => {
                for i in 0..labels.div_ceil(32) {
                    let word = u32::from_le_bytes(self.read(from + 4 * i)) & mask(labels, i);
                    self.write(to + 4 * i, word.to_le_bytes());
                }
            }
        }
    }

    /// An address and a length in the source's memory.
    fn read_pair(&mut self, at: usize) -> (u64, u64) {
        match self.source.ptr_type {
            PtrType::I32 => (u32::from_le_bytes(self.read(at)).into(), u32::from_le_bytes(self.read(at + 4)).into()),
            PtrType::I64 => (u64::from_le_bytes(self.read(at)), u64::from_le_bytes(self.read(at + 8))),
        }
    }

    /// An address and a length into the target's memory.
    fn write_pair(&mut self, at: usize, ptr: u64, length: u64) {
        match self.target.ptr_type {
            PtrType::I32 => {
                self.write(at, (ptr as u32).to_le_bytes());
                self.write(at + 4, (length as u32).to_le_bytes());
            }
            PtrType::I64 => {
                self.write(at, ptr.to_le_bytes());
                self.write(at + 8, length.to_le_bytes());
            }
        }
    }

    fn read<const N: usize>(&mut self, at: usize) -> [u8; N] {
        let bytes = *self.pair.memories().0[at..].first_chunk().expect("BUG: an address was not checked");
        self.tell(Event::Load { address: at as u64, bytes: &bytes });
        bytes
    }

    fn write<const N: usize>(&mut self, at: usize, bytes: [u8; N]) {
        *self.pair.memories().1[at..].first_chunk_mut().expect("BUG: an address was not checked") = bytes;
        self.tell(Event::Store { address: at as u64, bytes: &bytes });
    }
}

/// The bits of the flags in a word of 32.
pub(super) fn mask(labels: usize, word: usize) -> u32 {
    match labels - 32 * word {
        bits @ 0..32 => (1 << bits) - 1,
        _ => u32::MAX,
    }
}
