//! `memory.copy` and `memory.fill` of a few bytes, a number known at translation: as loads and stores.
//!
//! Everything is loaded before anything is stored, since the ranges may overlap, and the last bytes are stored first:
//! where these are within the memory all others are, so that what traps has written nothing (see also `memory`).

use cranelift_codegen::ir::types::{I8, I8X16, I16, I32, I64};
use cranelift_codegen::ir::{InstBuilder, Type, Value};

use super::state::{FunctionTranslator, Operand};

/// How many bytes are copied or filled in place.
const FEW_BYTES: u64 = 128;

/// The types of the pieces, largest first.
const PIECES: [Type; 5] = [I8X16, I64, I32, I16, I8];

/// The pieces of so many bytes: where each starts, and its type. Those at the end may overlap.
fn pieces(len: u32) -> Vec<(u32, Type)> {
    let Some(ty) = PIECES.into_iter().find(|ty| ty.bytes() <= len) else { return Vec::new() };
    let size = ty.bytes();
    let mut pieces: Vec<(u32, Type)> = (0..len / size).map(|number| (number * size, ty)).collect();
    let rest = len % size;
    if let Some(ty) = PIECES.into_iter().rev().find(|ty| ty.bytes() >= rest && rest > 0) {
        pieces.push((len - ty.bytes(), ty));
    }
    pieces
}

impl FunctionTranslator<'_> {
    /// Pops the number of bytes on top of the stack, if it is known, not zero and small.
    fn pop_few(&mut self) -> Option<u32> {
        let len = *self.buffers.stack.last()?;
        let few = self.known(len).filter(|len| (1..=FEW_BYTES).contains(len))?;
        self.pop_operand();
        Some(few as u32)
    }

    /// Translates a `memory.copy` of a few bytes. Tells whether it was one.
    pub(super) fn copy_in_place(&mut self, to: u32, from: u32) -> bool {
        let Some(len) = self.pop_few() else { return false };
        let source = self.pop_operand();
        let target = self.pop_operand();
        let (flags, address, offset) = self.address_at(from, source, 0, len);
        let mut values = Vec::new();
        for (start, ty) in pieces(len) {
            let offset = i32::from(offset) + start as i32;
            let value = self.placed(|builder| builder.ins().load(ty, flags, address, offset));
            values.push((start, value));
        }
        self.store_pieces(to, target, len, &values);
        true
    }

    /// Translates a `memory.fill` of a few bytes. Tells whether it was one.
    pub(super) fn fill_in_place(&mut self, memory: u32) -> bool {
        let Some(len) = self.pop_few() else { return false };
        let byte = self.pop_operand();
        let target = self.pop_operand();
        let mut values: Vec<(u32, Value)> = Vec::new();
        for (start, ty) in pieces(len) {
            let made = values.last().filter(|(_, value)| self.type_of(*value) == ty);
            let value = made.map_or_else(|| self.repeated(byte, ty), |(_, value)| *value);
            values.push((start, value));
        }
        self.store_pieces(memory, target, len, &values);
        true
    }

    /// A value of this type, each byte of which is the lowest of an `i32`.
    fn repeated(&mut self, byte: Operand, ty: Type) -> Value {
        const ONES: u64 = 0x0101_0101_0101_0101;
        match self.known(byte) {
            Some(byte) if ty == I8X16 => {
                let bytes = self.builder.func.dfg.constants.insert(vec![byte as u8; 16].into());
                self.builder.ins().vconst(I8X16, bytes)
            }
            Some(byte) => {
                let bytes = (ONES * (byte & 0xff)) >> (64 - ty.bits());
                self.builder.ins().iconst(ty, bytes as i64)
            }
            None => {
                let byte = self.value(byte);
                let byte = self.builder.ins().ireduce(I8, byte);
                match ty {
                    I8 => byte,
                    I8X16 => self.builder.ins().splat(I8X16, byte),
                    ty => {
                        let wide = self.builder.ins().uextend(I64, byte);
                        let ones = self.word(ONES);
                        let bytes = self.builder.ins().imul(wide, ones);
                        if ty == I64 { bytes } else { self.builder.ins().ireduce(ty, bytes) }
                    }
                }
            }
        }
    }

    /// Stores the pieces of a range of so many bytes from an index on, the last first.
    fn store_pieces(&mut self, memory: u32, target: Operand, len: u32, pieces: &[(u32, Value)]) {
        let address = self.address_at(memory, target, 0, len);
        self.touch_last(address, len);
        let (flags, address, offset) = address;
        for &(start, value) in pieces.iter().rev() {
            let offset = i32::from(offset) + start as i32;
            self.placed(|builder| builder.ins().store(flags, value, address, offset));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_cover_exactly_the_range() {
        for len in 1..=FEW_BYTES as u32 {
            let mut covered = vec![false; len as usize];
            let pieces = pieces(len);
            for (start, ty) in &pieces {
                covered[*start as usize..(start + ty.bytes()) as usize].fill(true);
            }
            assert!(covered.iter().all(|covered| *covered), "{len} bytes in {pieces:?}");
            assert!(pieces.windows(2).all(|pair| pair[0].0 < pair[1].0), "the last piece ends the range");
        }
    }
}
