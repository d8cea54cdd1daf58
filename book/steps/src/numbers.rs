//! The second step: names are looked up once, and each instruction is a case of an enum.

use crate::{Count, Slots, filled};

/// An instruction.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "they are called what they are called in the specification")]
pub enum Instr {
    LocalGet(u8),
    LocalSet(u8),
    Const(i32),
    Eqz,
    Add,
    Sub,
    Mul,
    And,
    ShrU,
    Eq,
    Br(u8),
    BrIf(u8),
    Return,
}

use Instr::{Add, And, Br, BrIf, Const, Eq, Eqz, LocalGet, LocalSet, Mul, Return, ShrU, Sub};

/// Looks every name up, once.
pub fn parse(words: &[&str]) -> [Instr; 256] {
    filled(words.iter().map(|word| parse_one(word)), Return)
}

fn parse_one(word: &str) -> Instr {
    let (name, operand) = word.split_once(' ').unwrap_or((word, "0"));
    let operand: i32 = operand.parse().expect("a number");
    match name {
        "local.get" => LocalGet(operand as u8),
        "local.set" => LocalSet(operand as u8),
        "i32.const" => Const(operand),
        "i32.eqz" => Eqz,
        "i32.add" => Add,
        "i32.sub" => Sub,
        "i32.mul" => Mul,
        "i32.and" => And,
        "i32.shr_u" => ShrU,
        "i32.eq" => Eq,
        "br" => Br(operand as u8),
        "br_if" => BrIf(operand as u8),
        "return" => Return,
        _ => panic!("BUG: there is no instruction `{name}`"),
    }
}

/// The operands of an instruction, and where its result goes.
struct Stack {
    values: Slots,
    height: u8,
}

impl Stack {
    fn push(&mut self, value: i32) {
        self.values[usize::from(self.height)] = value;
        self.height += 1;
    }

    fn pop(&mut self) -> i32 {
        self.height -= 1;
        self.values[usize::from(self.height)]
    }

    fn binary(&mut self, calculate: impl FnOnce(i32, i32) -> i32) {
        let (b, a) = (self.pop(), self.pop());
        self.push(calculate(a, b));
    }
}

/// Runs a program.
pub fn run(code: &[Instr; 256], n: i32, count: &mut impl Count) -> i32 {
    let mut stack = Stack { values: [0; 256], height: 0 };
    let mut locals: Slots = [0; 256];
    locals[0] = n;
    let mut pc: u8 = 0;
    // ANCHOR: loop
    loop {
        count.one();
        let instr = code[usize::from(pc)];
        pc += 1;
        match instr {
            LocalGet(local) => stack.push(locals[usize::from(local)]),
            LocalSet(local) => locals[usize::from(local)] = stack.pop(),
            Const(value) => stack.push(value),
            Add => stack.binary(|a, b| a.wrapping_add(b)),
            // ANCHOR_END: loop
            Eqz => {
                let a = stack.pop();
                stack.push(i32::from(a == 0));
            }
            Sub => stack.binary(|a, b| a.wrapping_sub(b)),
            Mul => stack.binary(|a, b| a.wrapping_mul(b)),
            And => stack.binary(|a, b| a & b),
            ShrU => stack.binary(|a, b| a.cast_unsigned().wrapping_shr(b.cast_unsigned()).cast_signed()),
            Eq => stack.binary(|a, b| i32::from(a == b)),
            Br(target) => pc = target,
            BrIf(target) => {
                if stack.pop() != 0 {
                    pc = target;
                }
            }
            Return => return stack.pop(),
        }
    }
}
