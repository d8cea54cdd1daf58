//! The two programs, in each of the forms that the steps take. Nothing translates one into another here: chapter 5 has
//! shown how that is done, and the tests compare the results.

use crate::places::Place::{Const, Slot};
use crate::{forms, places};

/// A program in four forms.
pub struct Program {
    /// Its name.
    pub name: &'static str,
    /// The same as a module: a file in the repository, which exports a function of the program's name.
    pub file: &'static str,
    /// As the module's instructions, with the blocks taken out: a branch names the instruction that it goes to.
    pub words: &'static [&'static str],
    /// With places.
    pub places: &'static [places::Instr],
    /// With an instruction for each kind of place.
    pub forms: &'static [forms::Instr],
    /// With two instructions made one.
    pub fused: &'static [forms::Instr],
}

/// All programs.
pub const PROGRAMS: [Program; 2] = [SUM, COLLATZ];

/// 1 + 2 + ... + n. Slot 0 is `n`, 1 the sum; the others are temporaries.
pub const SUM: Program = Program {
    name: "sum",
    file: "book/modules/ch04/sum.wat",
    // ANCHOR: words
    words: &[
        "local.get 0", // 0
        "i32.eqz",
        "br_if 12",
        "local.get 1",
        "local.get 0",
        "i32.add",
        "local.set 1",
        "local.get 0",
        "i32.const 1",
        "i32.sub",
        "local.set 0",
        "br 0",
        "local.get 1", // 12
        "return",
    ],
    // ANCHOR_END: words
    // ANCHOR: places
    places: &[
        places::Instr::Eq(2, Slot(0), Const(0)), // 0
        places::Instr::BrIf(Slot(2), 5),
        places::Instr::Add(1, Slot(1), Slot(0)),
        places::Instr::Sub(0, Slot(0), Const(1)),
        places::Instr::Br(0),
        places::Instr::Return(Slot(1)), // 5
    ],
    // ANCHOR_END: places
    forms: &[
        forms::Instr::EqConst(2, 0, 0), // 0
        forms::Instr::BrIf(2, 5),
        forms::Instr::Add(1, 1, 0),
        forms::Instr::SubConst(0, 0, 1),
        forms::Instr::Br(0),
        forms::Instr::Return(1), // 5
    ],
    // ANCHOR: fused
    fused: &[
        forms::Instr::BrIfEqConst(0, 0, 4), // 0
        forms::Instr::Add(1, 1, 0),
        forms::Instr::SubConst(0, 0, 1),
        forms::Instr::Br(0),
        forms::Instr::Return(1), // 4
    ],
    // ANCHOR_END: fused
};

/// How often a number must be halved, or made three times itself plus 1, until it is 1: the sum of that for all numbers up
/// to `n`. Slot 0 is `n`, 1 the sum, 2 the number; the others are temporaries.
pub const COLLATZ: Program = Program {
    name: "collatz",
    file: "book/modules/ch06/collatz.wat",
    words: &[
        "local.get 0", // 0: the next number, if there is one
        "i32.eqz",
        "br_if 34",
        "local.get 0",
        "local.set 2",
        "local.get 2", // 5: the next step, if it is not 1
        "i32.const 1",
        "i32.eq",
        "br_if 29",
        "local.get 1",
        "i32.const 1",
        "i32.add",
        "local.set 1",
        "local.get 2",
        "i32.const 1",
        "i32.and",
        "br_if 22",
        "local.get 2", // it is even
        "i32.const 1",
        "i32.shr_u",
        "local.set 2",
        "br 5",
        "local.get 2", // 22: it is odd
        "i32.const 3",
        "i32.mul",
        "i32.const 1",
        "i32.add",
        "local.set 2",
        "br 5",
        "local.get 0", // 29
        "i32.const 1",
        "i32.sub",
        "local.set 0",
        "br 0",
        "local.get 1", // 34
        "return",
    ],
    places: &[
        places::Instr::Eq(3, Slot(0), Const(0)), // 0
        places::Instr::BrIf(Slot(3), 15),
        places::Instr::Move(2, Slot(0)),
        places::Instr::Eq(3, Slot(2), Const(1)), // 3
        places::Instr::BrIf(Slot(3), 13),
        places::Instr::Add(1, Slot(1), Const(1)),
        places::Instr::And(3, Slot(2), Const(1)),
        places::Instr::BrIf(Slot(3), 10),
        places::Instr::ShrU(2, Slot(2), Const(1)),
        places::Instr::Br(3),
        places::Instr::Mul(3, Slot(2), Const(3)), // 10
        places::Instr::Add(2, Slot(3), Const(1)),
        places::Instr::Br(3),
        places::Instr::Sub(0, Slot(0), Const(1)), // 13
        places::Instr::Br(0),
        places::Instr::Return(Slot(1)), // 15
    ],
    forms: &[
        forms::Instr::EqConst(3, 0, 0), // 0
        forms::Instr::BrIf(3, 15),
        forms::Instr::Move(2, 0),
        forms::Instr::EqConst(3, 2, 1), // 3
        forms::Instr::BrIf(3, 13),
        forms::Instr::AddConst(1, 1, 1),
        forms::Instr::AndConst(3, 2, 1),
        forms::Instr::BrIf(3, 10),
        forms::Instr::ShrUConst(2, 2, 1),
        forms::Instr::Br(3),
        forms::Instr::MulConst(3, 2, 3), // 10
        forms::Instr::AddConst(2, 3, 1),
        forms::Instr::Br(3),
        forms::Instr::SubConst(0, 0, 1), // 13
        forms::Instr::Br(0),
        forms::Instr::Return(1), // 15
    ],
    fused: &[
        forms::Instr::BrIfEqConst(0, 0, 11), // 0
        forms::Instr::Move(2, 0),
        forms::Instr::BrIfEqConst(2, 1, 9), // 2
        forms::Instr::AddConst(1, 1, 1),
        forms::Instr::BrIfAndConst(2, 1, 7),
        forms::Instr::ShrUConst(2, 2, 1),
        forms::Instr::Br(2),
        forms::Instr::MulAddConst(2, 2, 3, 1), // 7
        forms::Instr::Br(2),
        forms::Instr::SubConst(0, 0, 1), // 9
        forms::Instr::Br(0),
        forms::Instr::Return(1), // 11
    ],
};
