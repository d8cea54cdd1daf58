//! Chapter 10: two engines, one truth.

use falkirk_book::differ::optimise::{RULES, Rule};
use falkirk_book::differ::random::{Rng, edges, program, small};
use falkirk_book::differ::shrink::shrink;
use falkirk_book::differ::{differ, first, search};
use falkirk_book::stack::table::{Type, find};
use falkirk_book::values::registers::allocate;
use falkirk_book::values::translate::translate;
use falkirk_book::values::{Function, Operand};

use crate::ch08;

/// How many programs.
const PROGRAMS: u64 = 3_000;

// ANCHOR: fixed
/// The rules but the one that is wrong: what was cut off does not come back.
fn right() -> Vec<Rule> {
    RULES.into_iter().filter(|rule| rule.says != "extended(cut(x)) = x").collect()
}

#[test]
fn the_mistake_is_found_and_made_small() {
    let seed = search(edges, PROGRAMS, &RULES).expect("a difference");
    let program = program(&mut Rng::new(seed), edges);
    let small = shrink(&program, |words| differ(words, &RULES));
    assert_eq!(small[1..], ["i32.wrap_i64", "i64.extend_i32_s"], "of {program:?}");
    assert!(small[0].starts_with("i64.const "));
}

#[test]
fn without_it_the_engines_agree() {
    assert_eq!(search(edges, PROGRAMS, &right()), None);
    assert_eq!(search(small, PROGRAMS, &right()), None);
}
// ANCHOR_END: fixed

// ANCHOR: own
/// Says that `not(not(x))` is `x`, which holds for 0 and 1 only.
const TWICE: Rule = Rule { says: "not(not(x)) = x", of: &["i32.eqz"], result: twice };

fn twice(function: &Function, operands: &[Operand]) -> Option<Operand> {
    let Operand::Value(value) = operands[0] else { return None };
    let (name, inner) = &function.instructions[value];
    (name == "i32.eqz").then(|| inner[0].clone())
}

#[test]
fn a_mistake_of_my_own() {
    let mut rules = right();
    rules.push(TWICE);
    let seed = search(small, PROGRAMS, &rules).expect("small numbers are enough for this one");
    let small = shrink(&program(&mut Rng::new(seed), small), |words| differ(words, &rules));
    assert_eq!(small[1..], ["i32.eqz", "i32.eqz"]);
}
// ANCHOR_END: own

// ANCHOR: allocator
#[test]
fn the_allocator_against_the_stack_machine() {
    for seed in 0..500 {
        let words = program(&mut Rng::new(seed), edges);
        // Our code returns one value: add up what is on the stack at the end.
        let words = summed(words);
        let expected = first(&words)[0];
        let function = translate(&words).expect("a valid program");
        for registers in 2..6 {
            let code = allocate(&function, registers);
            assert_eq!(ch08::run(&code, registers, &[]), expected, "program {seed}, {registers} registers: {code:#?}");
        }
    }
}

/// The program, with all that it leaves made one value: what is on top is made an `i64` and added to what is below.
fn summed(mut words: Vec<String>) -> Vec<String> {
    loop {
        let next: &[&str] = match types(&words)[..] {
            [_] => return words,
            [.., Type::I32] => &["i64.extend_i32_s"],
            [.., Type::I64, Type::I64] => &["i64.add"],
            _ => &["i32.wrap_i64", "i32.add"],
        };
        words.extend(next.iter().map(|word| (*word).to_owned()));
    }
}
// ANCHOR_END: allocator

/// The types of what a program leaves.
fn types(words: &[String]) -> Vec<Type> {
    let mut stack = Vec::new();
    for word in words {
        let ty = match word.split_once(".const ") {
            Some(("i32", _)) => Type::I32,
            Some(_) => Type::I64,
            None => {
                let (_, takes, gives, _) = find(word).expect("an instruction");
                stack.truncate(stack.len() - takes.len());
                *gives
            }
        };
        stack.push(ty);
    }
    stack
}
