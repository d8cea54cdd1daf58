//! Chapter 5: code with places.

use std::collections::BTreeMap;

use falkirk_book::programs;
use falkirk_book::stack::table::{constant, find};

/// What a program of the book prints, without the numbers of the lines.
fn lines(program: &str, words: &[&str]) -> Vec<String> {
    let words: Vec<String> = [program].iter().chain(words).map(|word| (*word).to_owned()).collect();
    let mut out = Vec::new();
    programs::run(&words, &mut out).expect("it translates");
    let printed = String::from_utf8(out).expect("UTF-8");
    printed.lines().map(|line| line.trim_start_matches(|c: char| c == ' ' || c.is_ascii_digit()).to_owned()).collect()
}

// ANCHOR: paper
#[test]
fn on_paper() {
    let words = ["$a", "$a", "$b"].map(|local| format!("local.get {local}"));
    let rest = ["i32.mul", "i32.const 1", "i32.sub", "i32.add", "local.set $a"];
    let words: Vec<&str> = words.iter().map(String::as_str).chain(rest).collect();
    assert_eq!(lines("waiting", &words), ["t1 = i32.mul $a, $b", "t1 = i32.sub t1, 1", "$a = i32.add $a, t1"]);
}
// ANCHOR_END: paper

// ANCHOR: highest
/// The most values that are on the stack at once.
fn highest(words: &[&str]) -> usize {
    let (mut height, mut highest) = (0, 0);
    for word in words {
        match constant(word).expect("a number") {
            Some(_) => height += 1,
            None => height = height + 1 - find(word).expect("an instruction").1.len(),
        }
        highest = highest.max(height);
    }
    highest
}
// ANCHOR_END: highest

/// (10 - (2 + 3)) * 4
const FORMULA: [&str; 7] =
    ["i32.const 10", "i32.const 2", "i32.const 3", "i32.add", "i32.sub", "i32.const 4", "i32.mul"];

#[test]
fn the_formula_needs_three() {
    assert_eq!(highest(&FORMULA), 3);
    assert_eq!(highest(&FORMULA[..2]), 2);
    assert_eq!(highest(&[]), 0);
}

// ANCHOR: run
/// Runs the code that `cargo book slots` prints, and gives what is in `t0` then.
fn run(code: &[String]) -> i64 {
    let mut slots: BTreeMap<&str, i64> = BTreeMap::new();
    for line in code {
        let (place, value) = line.split_once(" = ").expect("a place and a value");
        let value = match value.split_once(' ') {
            None => value.parse().unwrap_or_else(|_| slots[value]),
            Some((name, operands)) => {
                let operands: Vec<i64> = operands.split(", ").map(|operand| slots[operand]).collect();
                find(name).expect("an instruction").3(&operands)
            }
        };
        slots.insert(place, value);
    }
    slots["t0"]
}
// ANCHOR_END: run

#[test]
fn code_with_places_computes_the_same() {
    assert_eq!(run(&lines("slots", &FORMULA)), 20);
    assert_eq!(run(&lines("slots", &["i64.const 5000000000", "i32.wrap_i64", "i64.extend_i32_s"])), 705_032_704);
}
