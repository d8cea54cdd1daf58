//! Reversing the bytes of an integer, which wasm has no instruction for: compilers write it as shifts, masks and `or`s.
//!
//! Each `or` is looked at as a choice of bytes. Where it has chosen all bytes of one value in reverse, it becomes one
//! instruction, and what it was made of is left without users, so that no code is made of it.

use cranelift_codegen::ir::types::{I32, I64};
use cranelift_codegen::ir::{InstBuilder, InstructionData, Opcode, Value};

use super::state::{FunctionTranslator, Operand};

/// How many operations may stand between the result and the value.
const MAX_DEPTH: u32 = 6;

/// Where the bytes of a value come from, lowest first: bytes of `source`, or zero.
#[derive(Clone, Copy)]
struct Bytes {
    source: Value,
    chosen: [Option<u8>; 8],
}

impl Bytes {
    /// These bytes, so many places further up or, if negative, down.
    fn moved(self, places: i64) -> Bytes {
        let chosen = std::array::from_fn(|byte| {
            let from = usize::try_from(byte as i64 - places).ok()?;
            self.chosen.get(from).copied().flatten()
        });
        Bytes { chosen, ..self }
    }

    /// The bytes that a mask leaves; `None` if it splits one.
    fn masked(self, mask: u64) -> Option<Bytes> {
        let mut chosen = self.chosen;
        for (byte, part) in chosen.iter_mut().zip(mask.to_le_bytes()) {
            match part {
                0 => *byte = None,
                0xff => {}
                _ => return None,
            }
        }
        Some(Bytes { chosen, ..self })
    }

    /// Bytes of the same value that fill each other's gaps.
    fn joined(self, other: Bytes) -> Option<Bytes> {
        let overlap = self.chosen.iter().zip(&other.chosen).any(|(a, b)| a.is_some() && b.is_some());
        let chosen = std::array::from_fn(|byte| self.chosen[byte].or(other.chosen[byte]));
        (self.source == other.source && !overlap).then_some(Bytes { chosen, ..self })
    }

    /// The first `count` bytes only.
    fn low(self, count: usize) -> Bytes {
        let chosen = std::array::from_fn(|byte| self.chosen[byte].filter(|_| byte < count));
        Bytes { chosen, ..self }
    }
}

impl FunctionTranslator<'_> {
    /// The `or` of two integers, if that reverses the bytes of a value.
    pub(super) fn swapped(&mut self, x: Value, y: Value) -> Option<Value> {
        let size = self.type_of(x).bytes() as usize;
        let bytes = self.bytes(x, MAX_DEPTH)?.joined(self.bytes(y, MAX_DEPTH)?)?;
        let reversed = bytes.chosen[..size].iter().rev().enumerate().all(|(from, byte)| *byte == Some(from as u8));
        reversed.then(|| self.builder.ins().bswap(bytes.source))
    }

    /// Where the bytes of a value come from, if it is bytes of another.
    fn bytes(&self, value: Value, depth: u32) -> Option<Bytes> {
        let ty = self.type_of(value);
        let size = match ty {
            I32 => 4,
            I64 => 8,
            _ => return None,
        };
        let depth = depth.checked_sub(1)?;
        let Some(InstructionData::Binary { opcode, args: [x, y] }) = self.definition(value) else { return None };
        let bytes = match (opcode, self.known(Operand::Value(y))) {
            (Opcode::Bor, None) => self.bytes(x, depth)?.joined(self.bytes(y, depth)?)?,
            (Opcode::Band, Some(mask)) => self.bytes_or_itself(x, size, depth).masked(mask)?,
            (Opcode::Ishl, Some(bits)) if bits % 8 == 0 && bits < 8 * size as u64 => {
                self.bytes_or_itself(x, size, depth).moved(bits as i64 / 8)
            }
            (Opcode::Ushr, Some(bits)) if bits % 8 == 0 && bits < 8 * size as u64 => {
                self.bytes_or_itself(x, size, depth).moved(-(bits as i64) / 8)
            }
            _ => return None,
        };
        Some(bytes.low(size))
    }

    fn bytes_or_itself(&self, value: Value, size: usize, depth: u32) -> Bytes {
        let itself = || {
            let source = self.builder.func.dfg.resolve_aliases(value);
            Bytes { source, chosen: std::array::from_fn(|byte| (byte < size).then_some(byte as u8)) }
        };
        self.bytes(value, depth).unwrap_or_else(itself)
    }
}
