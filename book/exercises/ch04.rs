//! Chapter 4: validation and the stack machine.

use falkirk::{Engine, Module};
use falkirk_book::programs::{Result, run};
use falkirk_book::stack::table::Type;

// ANCHOR: formula
const FORMULA: [&str; 9] =
    ["stack", "i32.const 7", "i32.const 7", "i32.mul", "i32.const 2", "i32.add", "i32.const 1", "i32.sub", "i32.eqz"];
// ANCHOR_END: formula

/// The last line that a program of the book prints.
fn last_line(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let mut out = Vec::new();
    run(&words, &mut out).expect("it runs");
    String::from_utf8(out).expect("UTF-8").lines().last().expect("a line").to_owned()
}

#[test]
fn the_formula_is_valid_and_not_zero() {
    let types = [&["types"][..], &FORMULA[1..]].concat();
    assert!(last_line(&types).ends_with("[i32]"));
    assert!(last_line(&FORMULA[..8]).ends_with("[50]"));
    assert!(last_line(&FORMULA).ends_with("[0]"));
}

// ANCHOR: drop
/// `drop`, with values.
fn execute_drop(stack: &mut Vec<i64>) {
    stack.pop();
}

/// `drop`, with types.
fn validate_drop(stack: &mut Vec<Type>) -> Result<()> {
    stack.pop().map(|_| ()).ok_or_else(|| "drop wants a value, and the stack is empty".into())
}
// ANCHOR_END: drop

#[test]
fn drop_drops() {
    let (mut values, mut types) = (vec![1, 2], vec![Type::I64]);
    execute_drop(&mut values);
    assert_eq!(values, [1]);
    assert!(validate_drop(&mut types).is_ok());
    assert!(validate_drop(&mut types).is_err());
}

// ANCHOR: bodies
/// The bodies, and whether they are valid.
const BODIES: [(&str, bool); 5] = [
    ("i32.const 1 i32.const 2 drop", true),
    ("block br 0 end i32.const 1", true),
    ("loop br 0 end", false),
    ("loop (result i32) br 0 end", true),
    ("block i32.const 1 br 0 end i32.const 2", true),
];

#[test]
fn bodies_are_valid_or_not() {
    for (body, valid) in BODIES {
        let module = format!("(module (func (result i32) {body}))");
        assert_eq!(Module::new(&Engine::default(), module).is_ok(), valid, "{body}");
    }
}
// ANCHOR_END: bodies
