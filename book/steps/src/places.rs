//! The third step: instructions say where their operands are and where the result goes.

use crate::{Count, Slots, filled};

/// Where an operand is.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    /// In a slot.
    Slot(u8),
    /// In the instruction.
    Const(i32),
}

/// An instruction: the slot for the result, then the operands. Branches end with the instruction that they go to.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "they are called as before")]
pub enum Instr {
    Move(u8, Place),
    Add(u8, Place, Place),
    Sub(u8, Place, Place),
    Mul(u8, Place, Place),
    And(u8, Place, Place),
    ShrU(u8, Place, Place),
    Eq(u8, Place, Place),
    Br(u8),
    BrIf(Place, u8),
    Return(Place),
}

use Instr::{Add, And, Br, BrIf, Eq, Move, Mul, Return, ShrU, Sub};

// ANCHOR: get
impl Place {
    fn get(self, slots: &Slots) -> i32 {
        match self {
            Place::Slot(slot) => slots[usize::from(slot)],
            Place::Const(value) => value,
        }
    }
}
// ANCHOR_END: get

/// Runs a program.
pub fn run(code: &[Instr], n: i32, count: &mut impl Count) -> i32 {
    let code = filled(code.iter().copied(), Return(Place::Const(0)));
    let mut slots: Slots = [0; 256];
    slots[0] = n;
    let mut pc: u8 = 0;
    loop {
        count.one();
        let instr = code[usize::from(pc)];
        pc += 1;
        match instr {
            Move(to, a) => slots[usize::from(to)] = a.get(&slots),
            // ANCHOR: add
            Add(to, a, b) => slots[usize::from(to)] = a.get(&slots).wrapping_add(b.get(&slots)),
            // ANCHOR_END: add
            Sub(to, a, b) => slots[usize::from(to)] = a.get(&slots).wrapping_sub(b.get(&slots)),
            Mul(to, a, b) => slots[usize::from(to)] = a.get(&slots).wrapping_mul(b.get(&slots)),
            And(to, a, b) => slots[usize::from(to)] = a.get(&slots) & b.get(&slots),
            ShrU(to, a, b) => {
                let (a, b) = (a.get(&slots).cast_unsigned(), b.get(&slots).cast_unsigned());
                slots[usize::from(to)] = a.wrapping_shr(b).cast_signed();
            }
            Eq(to, a, b) => slots[usize::from(to)] = i32::from(a.get(&slots) == b.get(&slots)),
            Br(target) => pc = target,
            BrIf(a, target) => {
                if a.get(&slots) != 0 {
                    pc = target;
                }
            }
            Return(a) => return a.get(&slots),
        }
    }
}
