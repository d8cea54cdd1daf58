//! Hostile input: translated in time that is linear in its size, or refused; never a panic.

use std::fmt::Write;

use super::{guarded, module, translate};

/// A function of this body, in a module with a memory and a table.
fn function(head: &str, body: &str) -> String {
    format!("(module (memory 1) (table 10 funcref) (func $f {head} {body}))")
}

/// Translates the first function of a module, however that ends.
fn try_translate(text: &str) -> bool {
    translate(&module(text, guarded()), 0).is_ok()
}

#[test]
fn many_locals_that_many_blocks_change() {
    let mut body = String::new();
    for local in 0..40_000 {
        let _ = write!(body, "(local.set {local} (i32.const {local})) (if (local.get {local}) (then (nop)))");
    }
    let head = format!("(result i32) (local {})", "i32 ".repeat(40_000));
    assert!(try_translate(&function(&head, &format!("{body} (local.get 39999)"))));
}

#[test]
fn deep_nesting() {
    let depth = 50_000;
    let body = format!("{}{}", "(block ".repeat(depth), ")".repeat(depth));
    assert!(try_translate(&function("", &body)));
    let bytes = nested(0x02, depth);
    assert!(translate(&module(bytes, guarded()), 0).is_ok());
    assert!(translate(&module(nested(0x03, 500), guarded()), 0).is_ok());
    assert!(translate(&module(nested(0x03, depth), guarded()), 0).is_err());
}

/// A module with one function of blocks (or loops) within each other; the text format's parser recurses.
fn nested(opcode: u8, depth: usize) -> Vec<u8> {
    let mut code = vec![0];
    code.extend(std::iter::repeat_n([opcode, 0x40], depth).flatten());
    code.extend(std::iter::repeat_n(0x0b, depth + 1));
    let mut section = vec![1];
    leb(&mut section, code.len());
    section.extend(code);
    let mut bytes = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x0a".to_vec();
    leb(&mut bytes, section.len());
    bytes.extend(section);
    bytes
}

fn leb(bytes: &mut Vec<u8>, mut number: usize) {
    while number > 0x7f {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

#[test]
fn a_table_of_branches_to_many_blocks() {
    let targets: String = (0..10_000).fold(String::new(), |mut text, depth| {
        let _ = write!(text, " {}", depth % 800);
        text
    });
    let mut body = format!("{}(br_table {targets} (local.get 0))", "(block ".repeat(800));
    for number in 0..800 {
        let _ = write!(body, ") (local.set {} (i32.const {number}))", number % 50);
    }
    assert!(try_translate(&function(&format!("(local {})", "i32 ".repeat(50)), &body)));
}

#[test]
fn many_params_and_results() {
    let types = "i64 ".repeat(1000);
    let gets: String = (0..1000).fold(String::new(), |mut text, local| {
        let _ = write!(text, "(local.get {local})");
        text
    });
    let text = format!("(module (func $f (param {types}) (result {types}) {gets} (call $f)))");
    assert!(try_translate(&text));
}

#[test]
fn branches_that_carry_too_much_in_all_are_refused() {
    let types = "i64 ".repeat(1000);
    let gets = "(local.get 0)".repeat(1000);
    let branches = "(br_if 0 (local.get 1))".repeat(20_000);
    let body = format!("(block (result {types}) {gets} {branches}) {}", "drop ".repeat(1000));
    assert!(!try_translate(&function("(param i64 i32)", &body)));
}
