//! The list as a page of the book.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::assemble::opcode;
use super::decoder::Operator;
use super::list::{Example, Instruction, Line};
use super::types::shown;

/// The page. Instructions that follow each other become a table.
pub fn page(lines: &[Line], operators: &BTreeMap<String, Operator>) -> String {
    let mut page = String::new();
    for group in lines.chunk_by(|line, next| matches!((line, next), (Line::Instruction(_), Line::Instruction(_)))) {
        match &group[0] {
            Line::Text(text) => writeln!(page, "{text}").expect("a string takes everything"),
            Line::Instruction(_) => page.push_str(&table(group, operators)),
        }
    }
    page
}

/// A table, marked for the style sheet. Where nothing is behind any of the instructions, there is no column for it.
fn table(group: &[Line], operators: &BTreeMap<String, Operator>) -> String {
    let instructions = || {
        group.iter().filter_map(|line| match line {
            Line::Instruction(instruction) => operators.get(&instruction.name).map(|operator| (operator, instruction)),
            Line::Text(_) => None,
        })
    };
    let has_behind = instructions().any(|(operator, _)| !operator.behind().is_empty());
    let titles = ["instruction", "opcode", "behind it", "takes and gives", "what it does"].map(str::to_owned);
    let mut table = format!("<div class=\"instructions\">\n\n{}", row(titles, has_behind));
    table.push_str(&row(["---"; 5].map(str::to_owned), has_behind));
    for (operator, instruction) in instructions() {
        let opcode: Vec<String> = opcode(operator, instruction).iter().map(|byte| format!("{byte:#04x}")).collect();
        let cells = [
            format!("`{}`", instruction.name),
            format!("`{}`", opcode.join(" ")),
            operator.behind(),
            format!("`{}`", types(instruction)),
            meaning(instruction),
        ];
        table.push_str(&row(cells, has_behind));
    }
    table + "\n</div>\n"
}

fn row(cells: [String; 5], has_behind: bool) -> String {
    let kept = cells.into_iter().enumerate().filter(|(index, _)| has_behind || *index != 2).map(|(_, cell)| cell);
    format!("| {} |\n", kept.collect::<Vec<_>>().join(" | "))
}

/// `i32 i32 → i32`.
fn types(instruction: &Instruction) -> String {
    let [takes, gives] = [&instruction.takes, &instruction.gives]
        .map(|types| types.iter().map(|ty| shown(ty)).collect::<Vec<_>>().join(" "));
    format!("{takes} → {gives}").trim().to_owned()
}

/// What it does, and the examples.
fn meaning(instruction: &Instruction) -> String {
    let examples: Vec<String> = instruction.examples.iter().map(example).collect();
    format!("{} {}", instruction.meaning, examples.join(", ")).trim().to_owned()
}

fn example(example: &Example) -> String {
    let outcome = match &example.outcome {
        Ok(values) => values.join(" "),
        Err(trap) => format!("trap: {trap}"),
    };
    let text = format!("{} → {outcome}", example.operands.join(" ")).replace("nan:canonical", "nan");
    let behind = example.behind.as_ref().map(|behind| format!(" with `{behind}` behind it")).unwrap_or_default();
    format!("`{}`{behind}", text.trim())
}
