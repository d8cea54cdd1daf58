//! Chapter 6: dispatch.

use falkirk_book_steps::forms::{self, Instr};
use falkirk_book_steps::numbers;
use falkirk_book_steps::programs::{COLLATZ, SUM};

/// What a program computes, and how many instructions it executes.
fn run(code: &[Instr], n: i32) -> (i32, u64) {
    let mut count = 0;
    (forms::run(code, n, &mut count), count)
}

// ANCHOR: rotated
#[test]
fn three_instructions_in_each_turn() {
    let rotated = [
        Instr::BrIfEqConst(0, 0, 4), // nothing to do?
        Instr::Add(1, 1, 0),         // 1
        Instr::SubConst(0, 0, 1),
        Instr::BrIf(0, 1), // more to do?
        Instr::Return(1),  // 4
    ];
    assert_eq!(run(&rotated, 1000), (500_500, 3 * 1000 + 2));
    assert_eq!(run(&rotated, 0), (0, 2));
    assert_eq!(run(SUM.fused, 1000), (500_500, 4 * 1000 + 2));
}
// ANCHOR_END: rotated

// ANCHOR: power
/// 3 to the power of n: slot 0 is n, 1 the product.
const WORDS: [&str; 15] = [
    "i32.const 1",
    "local.set 1",
    "local.get 0", // 2
    "i32.eqz",
    "br_if 14",
    "local.get 1",
    "i32.const 3",
    "i32.mul",
    "local.set 1",
    "local.get 0",
    "i32.const 1",
    "i32.sub",
    "local.set 0",
    "br 2",
    "local.get 1", // 14
];

/// No instruction here sets a slot to a constant, but slots begin as 0.
const FUSED: [Instr; 6] = [
    Instr::AddConst(1, 1, 1),
    Instr::BrIfEqConst(0, 0, 5), // 1
    Instr::MulConst(1, 1, 3),
    Instr::SubConst(0, 0, 1),
    Instr::Br(1),
    Instr::Return(1), // 5
];

#[test]
fn powers_of_three() {
    let (mut count, words) = (0u64, [&WORDS[..], &["return"]].concat());
    assert_eq!(numbers::run(&numbers::parse(&words), 10, &mut count), 59_049);
    assert_eq!(count, 2 + 12 * 10 + 5);
    assert_eq!(run(&FUSED, 10), (59_049, 1 + 4 * 10 + 2));
}
// ANCHOR_END: power

// ANCHOR: fuse
/// Makes one instruction of two where the second takes what the first has just made, and no branch goes between them.
/// Temporaries are the slots from `temporaries` on; nobody takes one twice.
fn fuse(code: &[Instr], temporaries: u8) -> Vec<Instr> {
    let is_target = |index: usize| code.iter().any(|instr| target(*instr) == Some(index));
    let (mut fused, mut new_index, mut index) = (Vec::new(), Vec::new(), 0);
    while index < code.len() {
        new_index.push(fused.len() as u8);
        let pair = code.get(index + 1).filter(|_| !is_target(index + 1));
        match pair.and_then(|second| join(code[index], *second, temporaries)) {
            Some(both) => {
                new_index.push(fused.len() as u8);
                fused.push(both);
                index += 2;
            }
            None => {
                fused.push(code[index]);
                index += 1;
            }
        }
    }
    fused.into_iter().map(|instr| moved(instr, &new_index)).collect()
}

fn join(first: Instr, second: Instr, temporaries: u8) -> Option<Instr> {
    match (first, second) {
        (Instr::EqConst(t, a, k), Instr::BrIf(c, to)) if c == t && t >= temporaries => {
            Some(Instr::BrIfEqConst(a, k, to))
        }
        (Instr::AndConst(t, a, k), Instr::BrIf(c, to)) if c == t && t >= temporaries => {
            Some(Instr::BrIfAndConst(a, k, to))
        }
        (Instr::MulConst(t, a, k), Instr::AddConst(d, b, j)) if b == t && t >= temporaries => {
            Some(Instr::MulAddConst(d, a, k, j.try_into().ok()?))
        }
        _ => None,
    }
}

/// Where an instruction branches to.
fn target(instr: Instr) -> Option<usize> {
    match instr {
        Instr::Br(to) | Instr::BrIf(_, to) | Instr::BrIfEqConst(.., to) | Instr::BrIfAndConst(.., to) => {
            Some(to.into())
        }
        _ => None,
    }
}

/// The instruction with its target where that is now.
fn moved(instr: Instr, new_index: &[u8]) -> Instr {
    let new = |to: u8| new_index[usize::from(to)];
    match instr {
        Instr::Br(to) => Instr::Br(new(to)),
        Instr::BrIf(a, to) => Instr::BrIf(a, new(to)),
        Instr::BrIfEqConst(a, k, to) => Instr::BrIfEqConst(a, k, new(to)),
        Instr::BrIfAndConst(a, k, to) => Instr::BrIfAndConst(a, k, new(to)),
        other => other,
    }
}
// ANCHOR_END: fuse

#[test]
fn fused_by_a_program() {
    assert_eq!(fuse(SUM.forms, 2), SUM.fused);
    assert_eq!(fuse(COLLATZ.forms, 3), COLLATZ.fused);
    // A branch between the two keeps them apart.
    let between = [Instr::MulConst(2, 0, 3), Instr::AddConst(2, 2, 1), Instr::Br(1)];
    assert_eq!(fuse(&between, 2), between);
}
