//! The fourth step, and the fifth: instructions for operands in certain places, and instructions that do the work of two.

use crate::{Count, Slots, filled};

/// An instruction: the slot for the result, then the operands. Branches end with the instruction that they go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "they are called as before; with `Const`, the last operand is in the instruction")]
pub enum Instr {
    Add(u8, u8, u8),
    AddConst(u8, u8, i32),
    SubConst(u8, u8, i32),
    MulConst(u8, u8, i32),
    AndConst(u8, u8, i32),
    ShrUConst(u8, u8, i32),
    EqConst(u8, u8, i32),
    Move(u8, u8),
    Br(u8),
    BrIf(u8, u8),
    Return(u8),
    // From here on, two in one.
    BrIfEqConst(u8, i32, u8),
    BrIfAndConst(u8, i32, u8),
    MulAddConst(u8, u8, i32, i8),
}

use Instr::{
    Add, AddConst, AndConst, Br, BrIf, BrIfAndConst, BrIfEqConst, EqConst, Move, MulAddConst, MulConst, Return,
    ShrUConst, SubConst,
};

/// Runs a program.
pub fn run(code: &[Instr], n: i32, count: &mut impl Count) -> i32 {
    let code = filled(code.iter().copied(), Return(0));
    let mut slots: Slots = [0; 256];
    slots[0] = n;
    let mut pc: u8 = 0;
    loop {
        count.one();
        let instr = code[usize::from(pc)];
        pc += 1;
        match instr {
            // ANCHOR: add
            Add(to, a, b) => slots[usize::from(to)] = slots[usize::from(a)].wrapping_add(slots[usize::from(b)]),
            AddConst(to, a, k) => slots[usize::from(to)] = slots[usize::from(a)].wrapping_add(k),
            // ANCHOR_END: add
            SubConst(to, a, k) => slots[usize::from(to)] = slots[usize::from(a)].wrapping_sub(k),
            MulConst(to, a, k) => slots[usize::from(to)] = slots[usize::from(a)].wrapping_mul(k),
            AndConst(to, a, k) => slots[usize::from(to)] = slots[usize::from(a)] & k,
            ShrUConst(to, a, k) => slots[usize::from(to)] = shr_u(slots[usize::from(a)], k),
            EqConst(to, a, k) => slots[usize::from(to)] = i32::from(slots[usize::from(a)] == k),
            Move(to, a) => slots[usize::from(to)] = slots[usize::from(a)],
            Br(target) => pc = target,
            BrIf(a, target) => {
                if slots[usize::from(a)] != 0 {
                    pc = target;
                }
            }
            Return(a) => return slots[usize::from(a)],
            BrIfEqConst(a, k, target) => {
                if slots[usize::from(a)] == k {
                    pc = target;
                }
            }
            BrIfAndConst(a, k, target) => {
                if slots[usize::from(a)] & k != 0 {
                    pc = target;
                }
            }
            MulAddConst(to, a, k, j) => {
                slots[usize::from(to)] = slots[usize::from(a)].wrapping_mul(k).wrapping_add(i32::from(j));
            }
        }
    }
}

/// `i32.shr_u`.
pub(crate) fn shr_u(a: i32, k: i32) -> i32 {
    a.cast_unsigned().wrapping_shr(k.cast_unsigned()).cast_signed()
}
