//! The book's page with every instruction, made from `book/instructions.txt` and the table by which modules are read.
//! `FALKIRK_BLESS=1 cargo test -p falkirk-book --test instructions` writes it again. What the page says of types is
//! validated, and its examples are run.

mod assemble;
mod decoder;
mod examples;
mod list;
mod page;
mod types;

use std::collections::BTreeMap;

use falkirk::{Config, Engine, EngineKind, Module};
use falkirk_book::appendix::compare;

use decoder::{Operator, operators};
use list::{Instruction, Line, instructions, lines};

/// The interpreter, with what Falkirk knows of proposals.
fn engine() -> Engine {
    Engine::new(Config::new().engine(EngineKind::Interp)).expect("the interpreter is built in")
}

/// What the list is made of, with the operators that its instructions are.
fn matched() -> Vec<(Operator, Instruction)> {
    let mut listed: BTreeMap<String, Instruction> =
        instructions().into_iter().map(|instruction| (instruction.name.clone(), instruction)).collect();
    let operators = operators().into_iter();
    operators.filter_map(|operator| listed.remove(&operator.name()).map(|found| (operator, found))).collect()
}

#[test]
fn the_page_is_up_to_date() {
    let operators = matched().into_iter().map(|(operator, _)| (operator.name(), operator)).collect();
    compare("appendix-instructions.md", &page::page(&lines(), &operators)).unwrap_or_else(|wrong| panic!("{wrong}"));
}

#[test]
fn every_instruction_has_one_line_and_every_line_an_instruction() {
    let mut expected: Vec<String> = operators().iter().map(Operator::name).collect();
    let mut listed: Vec<String> = instructions().into_iter().map(|instruction| instruction.name).collect();
    expected.sort_unstable();
    listed.sort_unstable();
    let missing: Vec<&String> = expected.iter().filter(|name| !listed.contains(name)).collect();
    let unknown: Vec<&String> = listed.iter().filter(|name| !expected.contains(name)).collect();
    assert!(
        missing.is_empty() && unknown.is_empty(),
        "without a line: {missing:?}; without an instruction: {unknown:?}"
    );
    assert_eq!(listed, expected, "an instruction has two lines");
}

#[test]
fn instructions_stand_under_their_proposals() {
    let proposals: BTreeMap<String, &str> = operators().iter().map(|o| (o.name(), o.heading())).collect();
    let mut heading = String::new();
    for line in lines() {
        match line {
            Line::Text(text) => {
                if let Some(words) = text.strip_prefix("## ") {
                    words.clone_into(&mut heading);
                }
            }
            Line::Instruction(instruction) => assert_eq!(proposals[&instruction.name], heading, "{}", instruction.name),
        }
    }
}

/// As many are popped and pushed as the decoder's table says, where it says a number.
#[test]
fn types_are_as_many_as_the_decoder_knows() {
    for (operator, instruction) in matched() {
        let fixed = |types: &[String]| types.iter().filter(|ty| !types::is_row(ty)).count();
        if let Some(arity) = operator.arity() {
            assert_eq!((fixed(&instruction.takes), fixed(&instruction.gives)), arity, "{}", instruction.name);
        }
    }
}

/// With all types that may stand for `at`, `t` and the others, and with no type for `t*`.
#[test]
fn types_are_valid() {
    let engine = engine();
    for (operator, instruction) in matched() {
        for choice in types::choices(&instruction) {
            let text = assemble::module(&operator, &instruction, choice, None, "");
            let bytes = wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
            Module::new(&engine, bytes).unwrap_or_else(|error| panic!("{}: {error}\n{text}", instruction.name));
        }
    }
}

/// The check above would notice a wrong type.
#[test]
fn other_types_are_not_valid() {
    let engine = engine();
    let (operator, mut add) = matched().into_iter().find(|(_, found)| found.name == "i32.add").expect("it is listed");
    let valid = |instruction: &Instruction| {
        let text = assemble::module(&operator, instruction, types::choices(instruction)[0], None, "");
        Module::new(&engine, wat::parse_str(&text).expect("text that can be read")).is_ok()
    };
    assert!(valid(&add));
    add.gives[0] = "i64".to_owned();
    assert!(!valid(&add));
}

/// What `decoder.rs` leaves out because no module may use it.
#[test]
fn select_of_two_values_is_not_valid() {
    let text = "(module (func (param i32) (result i32 i32)
        i32.const 1 i32.const 2 i32.const 3 i32.const 4 local.get 0 select (result i32 i32)))";
    let bytes = wat::parse_str(text).expect("text that can be read");
    assert!(Module::new(&engine(), bytes).is_err());
}

#[test]
fn examples_are_true() {
    let (mut count, mut wrong) = (0, Vec::new());
    for (operator, instruction) in matched() {
        count += instruction.examples.len();
        wrong.extend(
            instruction.examples.iter().filter_map(|example| examples::check(&operator, &instruction, example)),
        );
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(count > 500, "only {count} examples were found");
}

/// All that can be said in numbers has an example.
#[test]
fn numeric_instructions_have_examples() {
    let numeric = |ty: &String| types::lanes(ty).is_some() || matches!(ty.as_str(), "i32" | "i64" | "f32" | "f64");
    for instruction in instructions() {
        let Instruction { name, takes, gives, examples, .. } = &instruction;
        if !takes.is_empty() && !gives.is_empty() && takes.iter().chain(gives).all(numeric) {
            assert!(!examples.is_empty(), "{name} has no example");
        }
    }
}
