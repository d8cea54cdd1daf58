//! The sixth step: an instruction is the address of what executes it, and its operands.

use crate::forms::{self, shr_u};
use crate::{Slots, filled};

// ANCHOR: instr
/// Executes one instruction; gives the next one, or nothing where the program ends with its result in slot 0.
pub type Handler = fn(&Instr, u8, &mut Slots) -> Option<u8>;

/// An instruction: its handler, then slots, the target of a branch, a small constant, and a large one.
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
// ANCHOR_END: instr

// ANCHOR: run
/// Runs a program.
pub fn run(code: &[Instr; 256], n: i32) -> i32 {
    let mut slots: Slots = [0; 256];
    slots[0] = n;
    let mut pc = 0;
    loop {
        let instr = &code[usize::from(pc)];
        match (instr.handler)(instr, pc, &mut slots) {
            Some(next) => pc = next,
            None => return slots[0],
        }
    }
}

fn add(instr: &Instr, pc: u8, slots: &mut Slots) -> Option<u8> {
    slots[usize::from(instr.to)] = slots[usize::from(instr.a)].wrapping_add(slots[usize::from(instr.b)]);
    Some(pc + 1)
}

fn br_if_eq(instr: &Instr, pc: u8, slots: &mut Slots) -> Option<u8> {
    if slots[usize::from(instr.a)] == instr.k { Some(instr.b) } else { Some(pc + 1) }
}
// ANCHOR_END: run

fn add_const(instr: &Instr, pc: u8, slots: &mut Slots) -> Option<u8> {
    slots[usize::from(instr.to)] = slots[usize::from(instr.a)].wrapping_add(instr.k);
    Some(pc + 1)
}

fn sub_const(instr: &Instr, pc: u8, slots: &mut Slots) -> Option<u8> {
    slots[usize::from(instr.to)] = slots[usize::from(instr.a)].wrapping_sub(instr.k);
    Some(pc + 1)
}

fn shr_u_const(instr: &Instr, pc: u8, slots: &mut Slots) -> Option<u8> {
    slots[usize::from(instr.to)] = shr_u(slots[usize::from(instr.a)], instr.k);
    Some(pc + 1)
}

fn copy(instr: &Instr, pc: u8, slots: &mut Slots) -> Option<u8> {
    slots[usize::from(instr.to)] = slots[usize::from(instr.a)];
    Some(pc + 1)
}

fn br(instr: &Instr, _: u8, _: &mut Slots) -> Option<u8> {
    Some(instr.b)
}

fn end(instr: &Instr, _: u8, slots: &mut Slots) -> Option<u8> {
    slots[0] = slots[usize::from(instr.a)];
    None
}

fn br_if_and(instr: &Instr, pc: u8, slots: &mut Slots) -> Option<u8> {
    if slots[usize::from(instr.a)] & instr.k != 0 { Some(instr.b) } else { Some(pc + 1) }
}

fn mul_add(instr: &Instr, pc: u8, slots: &mut Slots) -> Option<u8> {
    slots[usize::from(instr.to)] = slots[usize::from(instr.a)].wrapping_mul(instr.k).wrapping_add(i32::from(instr.j));
    Some(pc + 1)
}

/// Makes the code of a program that is fused.
pub fn assemble(code: &[forms::Instr]) -> [Instr; 256] {
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
