//! The seventh step: each handler goes on with the next one. There is no loop any more.

use crate::forms::{self, shr_u};
use crate::{Slots, filled};

/// The code of a program.
pub type Code = [Instr; 256];

/// Executes an instruction and all that follow it; gives the program's result.
pub type Handler = fn(&Code, u8, &mut Slots) -> i32;

/// An instruction, as in [`crate::pointers`].
#[derive(Clone, Copy)]
#[allow(missing_docs, reason = "the line above")]
pub struct Instr {
    pub handler: Handler,
    pub to: u8,
    pub a: u8,
    pub b: u8,
    pub j: i8,
    pub k: i32,
}

// ANCHOR: go
/// Goes on with the instruction at `pc`.
#[inline(always)]
fn go(code: &Code, pc: u8, slots: &mut Slots) -> i32 {
    (code[usize::from(pc)].handler)(code, pc, slots)
}

fn add(code: &Code, pc: u8, slots: &mut Slots) -> i32 {
    let Instr { to, a, b, .. } = code[usize::from(pc)];
    slots[usize::from(to)] = slots[usize::from(a)].wrapping_add(slots[usize::from(b)]);
    go(code, pc + 1, slots)
}

fn br_if_eq(code: &Code, pc: u8, slots: &mut Slots) -> i32 {
    let Instr { a, b, k, .. } = code[usize::from(pc)];
    if slots[usize::from(a)] == k { go(code, b, slots) } else { go(code, pc + 1, slots) }
}

fn end(code: &Code, pc: u8, slots: &mut Slots) -> i32 {
    slots[usize::from(code[usize::from(pc)].a)]
}

/// Runs a program.
pub fn run(code: &Code, n: i32) -> i32 {
    let mut slots: Slots = [0; 256];
    slots[0] = n;
    go(code, 0, &mut slots)
}
// ANCHOR_END: go

fn add_const(code: &Code, pc: u8, slots: &mut Slots) -> i32 {
    let Instr { to, a, k, .. } = code[usize::from(pc)];
    slots[usize::from(to)] = slots[usize::from(a)].wrapping_add(k);
    go(code, pc + 1, slots)
}

fn sub_const(code: &Code, pc: u8, slots: &mut Slots) -> i32 {
    let Instr { to, a, k, .. } = code[usize::from(pc)];
    slots[usize::from(to)] = slots[usize::from(a)].wrapping_sub(k);
    go(code, pc + 1, slots)
}

fn shr_u_const(code: &Code, pc: u8, slots: &mut Slots) -> i32 {
    let Instr { to, a, k, .. } = code[usize::from(pc)];
    slots[usize::from(to)] = shr_u(slots[usize::from(a)], k);
    go(code, pc + 1, slots)
}

fn copy(code: &Code, pc: u8, slots: &mut Slots) -> i32 {
    let Instr { to, a, .. } = code[usize::from(pc)];
    slots[usize::from(to)] = slots[usize::from(a)];
    go(code, pc + 1, slots)
}

fn br(code: &Code, pc: u8, slots: &mut Slots) -> i32 {
    go(code, code[usize::from(pc)].b, slots)
}

fn br_if_and(code: &Code, pc: u8, slots: &mut Slots) -> i32 {
    let Instr { a, b, k, .. } = code[usize::from(pc)];
    if slots[usize::from(a)] & k != 0 { go(code, b, slots) } else { go(code, pc + 1, slots) }
}

fn mul_add(code: &Code, pc: u8, slots: &mut Slots) -> i32 {
    let Instr { to, a, j, k, .. } = code[usize::from(pc)];
    slots[usize::from(to)] = slots[usize::from(a)].wrapping_mul(k).wrapping_add(i32::from(j));
    go(code, pc + 1, slots)
}

/// Makes the code of a program that is fused.
pub fn assemble(code: &[forms::Instr]) -> Code {
    filled(code.iter().map(one), Instr { handler: end, to: 0, a: 0, b: 0, j: 0, k: 0 })
}

fn one(instr: &forms::Instr) -> Instr {
    use forms::Instr::*;
    let (handler, to, a, b, j, k): (Handler, _, _, _, _, _) = match *instr {
        Add(to, a, b) => (add, to, a, b, 0, 0),
        AddConst(to, a, k) => (add_const, to, a, 0, 0, k),
        SubConst(to, a, k) => (sub_const, to, a, 0, 0, k),
        ShrUConst(to, a, k) => (shr_u_const, to, a, 0, 0, k),
        Move(to, a) => (copy, to, a, 0, 0, 0),
        Br(b) => (br, 0, 0, b, 0, 0),
        Return(a) => (end, 0, a, 0, 0, 0),
        BrIfEqConst(a, k, b) => (br_if_eq, 0, a, b, 0, k),
        BrIfAndConst(a, k, b) => (br_if_and, 0, a, b, 0, k),
        MulAddConst(to, a, k, j) => (mul_add, to, a, 0, j, k),
        MulConst(..) | AndConst(..) | EqConst(..) | BrIf(..) => panic!("BUG: {instr:?} is always fused"),
    };
    Instr { handler, to, a, b, j, k }
}
