//! Chapter 8: Cranelift.

use std::collections::BTreeMap;

use falkirk_book::stack::table::find;
use falkirk_book::values::registers::allocate;
use falkirk_book::values::translate::translate;
use falkirk_book::values::{Function, Operand};

fn function(words: &[&str]) -> Function {
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    translate(&words).expect("it translates")
}

// ANCHOR: paper
#[test]
fn on_paper() {
    // (a + b) * (a - b)
    let words = ["local.get $a", "local.get $b", "i32.add", "local.get $a", "local.get $b", "i32.sub", "i32.mul"];
    let three = ["r2 = i32.add r0, r1", "r0 = i32.sub r0, r1", "r0 = i32.mul r2, r0", "return r0"];
    assert_eq!(allocate(&function(&words), 3), three);
    let two = [
        "stack[0] = r0",
        "r0 = i32.add r0, r1",
        "stack[1] = r0",
        "r0 = stack[0]",
        "r0 = i32.sub r0, r1",
        "r1 = stack[1]",
        "r0 = i32.mul r1, r0",
        "return r0",
    ];
    assert_eq!(allocate(&function(&words), 2), two);
}
// ANCHOR_END: paper

// ANCHOR: dead
/// The values of instructions that the results need, directly or not.
fn live(function: &Function) -> Vec<usize> {
    let mut wanted: Vec<&Operand> = function.results.iter().collect();
    let mut live = Vec::new();
    // From the end: whoever takes a value stands behind the one who makes it.
    for (index, (_, operands)) in function.instructions.iter().enumerate().rev() {
        let value = function.parameters.len() + index;
        if wanted.contains(&&Operand::Value(value)) {
            wanted.extend(operands);
            live.push(value);
        }
    }
    live.reverse();
    live
}
// ANCHOR_END: dead

#[test]
fn values_that_nobody_takes() {
    let words = ["local.get $a", "i32.const 1", "i32.add", "local.set $b", "local.get $a", "i32.const 2", "i32.mul"];
    assert_eq!(live(&function(&words)), [2]);
    // What only a dead value takes is dead too.
    let chain = ["local.get $a", "i32.eqz", "i32.eqz", "local.set $b", "local.get $a", "i32.eqz"];
    assert_eq!(live(&function(&chain)), [3]);
    assert_eq!(live(&function(&chain[..3])), [1, 2]);
}

// ANCHOR: run
/// Runs what `cargo book registers` prints.
pub fn run(code: &[String], registers: usize, parameters: &[i64]) -> i64 {
    let mut places: BTreeMap<String, i64> = BTreeMap::new();
    for (index, value) in parameters.iter().enumerate() {
        let place = if index < registers { format!("r{index}") } else { format!("stack[{}]", index - registers) };
        places.insert(place, *value);
    }
    let read = |places: &BTreeMap<String, i64>, place: &str| place.parse().unwrap_or_else(|_| places[place]);
    for line in code {
        let Some((to, value)) = line.split_once(" = ") else {
            return read(&places, line.strip_prefix("return ").expect("the end"));
        };
        let value = match value.split_once(' ') {
            None => read(&places, value),
            Some((name, operands)) => {
                let operands: Vec<i64> = operands.split(", ").map(|place| read(&places, place)).collect();
                find(name).expect("an instruction").3(&operands)
            }
        };
        places.insert(to.to_owned(), value);
    }
    panic!("there is no `return`")
}
// ANCHOR_END: run

#[test]
fn any_number_of_registers_computes_the_same() {
    let words = [
        "local.get $a",
        "local.get $b",
        "i32.mul",
        "local.get $c",
        "local.get $d",
        "i32.mul",
        "i32.sub",
        "local.get $a",
        "local.get $d",
        "i32.mul",
        "local.get $b",
        "local.get $c",
        "i32.mul",
        "i32.add",
        "i32.add",
    ];
    let function = function(&words);
    let [a, b, c, d] = [3, 5, 7, 11];
    for registers in 2..8 {
        let code = allocate(&function, registers);
        assert_eq!(run(&code, registers, &[a, b, c, d]), a * b - c * d + a * d + b * c, "{code:#?}");
    }
}
