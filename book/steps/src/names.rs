//! The first step: whoever executes an instruction reads its name first.

use crate::Slots;

// ANCHOR: run
/// Runs a program that is written down as words.
pub fn run(words: &[&str], n: i32) -> i32 {
    let (mut pc, mut stack) = (0, Vec::new());
    let mut locals: Slots = [0; 256];
    locals[0] = n;
    loop {
        let (name, operand) = words[pc].split_once(' ').unwrap_or((words[pc], "0"));
        let operand: i32 = operand.parse().expect("a number");
        pc += 1;
        match name {
            "local.get" => stack.push(locals[operand as usize]),
            "local.set" => locals[operand as usize] = pop(&mut stack),
            "i32.const" => stack.push(operand),
            "i32.eqz" => {
                let a = pop(&mut stack);
                stack.push(i32::from(a == 0));
            }
            "br" => pc = operand as usize,
            "br_if" if pop(&mut stack) != 0 => pc = operand as usize,
            "br_if" => {}
            "return" => return pop(&mut stack),
            _ => {
                let (b, a) = (pop(&mut stack), pop(&mut stack));
                stack.push(calculate(name, a, b));
            }
        }
    }
}
// ANCHOR_END: run

/// The instructions that take two values and give one.
fn calculate(name: &str, a: i32, b: i32) -> i32 {
    match name {
        "i32.add" => a.wrapping_add(b),
        "i32.sub" => a.wrapping_sub(b),
        "i32.mul" => a.wrapping_mul(b),
        "i32.and" => a & b,
        "i32.shr_u" => a.cast_unsigned().wrapping_shr(b.cast_unsigned()).cast_signed(),
        "i32.eq" => i32::from(a == b),
        _ => panic!("BUG: there is no instruction `{name}`"),
    }
}

fn pop(stack: &mut Vec<i32>) -> i32 {
    stack.pop().expect("BUG: the program is not valid")
}
