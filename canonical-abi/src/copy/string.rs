//! Strings and lists between memories.

use super::{Copier, Pair};
use crate::context::{check_pointer, list_byte_length};
use crate::error::Error;
use crate::observer::{Event, Observer, Part};
use crate::strings::{Found, Source, Transfer, find_string, store_string_into_range};
use crate::trap::What;
use crate::types::Type;

/// A string on its way from one guest into another.
struct BetweenGuests<'c, 'a, P: Pair, O: Observer> {
    copier: &'c mut Copier<'a, P, O>,
    found: Found,
}

impl<P: Pair, O: Observer> Transfer for BetweenGuests<'_, '_, P, O> {
    type Error = P::Error;
    const VALID: bool = false;

    fn reallocate(&mut self, old: usize, old_size: u64, align: u32, new_size: u64) -> Result<usize, Error<P::Error>> {
        self.copier.reallocate(old as u64, old_size, align, new_size)
    }

    fn both(&mut self) -> (&[u8], &mut [u8]) {
        let (source, target) = self.copier.pair.memories();
        (&source[self.found.at..self.found.at + self.found.bytes], target)
    }

    fn stored(&mut self, at: usize, length: usize, unchanged: bool) {
        if !O::ENABLED {
            return;
        }
        let bytes = &self.copier.pair.memories().1[at..at + length];
        self.copier.observer.event(match unchanged {
            true => Event::Copy { from: self.found.at as u64, to: at as u64, bytes },
            false => Event::Store { address: at as u64, bytes },
        });
    }
}

impl<P: Pair, O: Observer> Copier<'_, P, O> {
    /// Copies a string: its address and (tagged) length in the target.
    pub(super) fn copy_string(&mut self, ptr: u64, tagged: u64) -> Result<(u64, u64), Error<P::Error>> {
        let memory = self.pair.memories().0.len();
        let found = find_string(memory, self.source, ptr, tagged)?;
        self.budget.charge(found.bytes as u64)?;
        let source =
            Source { encoding: self.source.string_encoding, simple: found.encoding, code_units: found.code_units };
        let (encoding, ptr_type) = (self.target.string_encoding, self.target.ptr_type);
        store_string_into_range(&mut BetweenGuests { copier: self, found }, source, encoding, ptr_type)
    }

    /// Copies a list: its address and length in the target.
    pub(super) fn copy_list(&mut self, element: Type, ptr: u64, length: u64) -> Result<(u64, u64), Error<P::Error>> {
        let layout = self.types.layout(element);
        let (from_shape, to_shape) = (layout.shape(self.source.ptr_type), layout.shape(self.target.ptr_type));
        let bytes = list_byte_length(length, from_shape.size as usize)?;
        let memory = self.pair.memories().0.len();
        let from = check_pointer(What::List, ptr, bytes, from_shape.align, memory)?;
        self.budget.charge(bytes)?;
        let to = self.reallocate(0, 0, to_shape.align, length * u64::from(to_shape.size))?;
        self.copy_elements(element, length as usize, from, to)?;
        Ok((to as u64, length))
    }

    /// Copies elements that stand one after the other: at once, if they are nothing but numbers.
    pub(super) fn copy_elements(
        &mut self,
        element: Type,
        length: usize,
        from: usize,
        to: usize,
    ) -> Result<(), Error<P::Error>> {
        let layout = self.types.layout(element);
        let (from_size, to_size) = (layout.size(self.source.ptr_type), layout.size(self.target.ptr_type));
        if self.types.is_plain(element) {
            self.copy_bytes(length * from_size, from, to);
            return Ok(());
        }
        for i in 0..length {
            self.part(Part::Index(i), |copier| copier.copy_memory(element, from + i * from_size, to + i * to_size))?;
        }
        Ok(())
    }

    /// Copies bytes whose addresses were checked.
    pub(super) fn copy_bytes(&mut self, length: usize, from: usize, to: usize) {
        let (source, target) = self.pair.memories();
        let bytes = &source[from..from + length];
        crate::bytes::copy(bytes, &mut target[to..to + length]);
        if O::ENABLED {
            self.observer.event(Event::Copy { from: from as u64, to: to as u64, bytes });
        }
    }
}
