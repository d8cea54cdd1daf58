//! A small optimiser. One of its rules is wrong: it is for the reader to find.

use crate::values::{Function, Operand};

/// A rule: what it says, for which instructions it is, and what their result is, if the rule fits these operands.
pub struct Rule {
    /// What it says.
    pub says: &'static str,
    /// The instructions.
    pub of: &'static [&'static str],
    /// The result, which is something that is there already.
    pub result: fn(&Function, &[Operand]) -> Option<Operand>,
}

// ANCHOR: rules
/// The rules. Each is tried for each instruction.
pub const RULES: [Rule; 8] = [
    Rule { says: "x + 0 = x", of: &["i32.add", "i64.add"], result: |_, o| is(&o[1], "0").then(|| o[0].clone()) },
    Rule { says: "x - 0 = x", of: &["i32.sub"], result: |_, o| is(&o[1], "0").then(|| o[0].clone()) },
    Rule { says: "x - x = 0", of: &["i32.sub"], result: |_, o| (o[0] == o[1]).then(|| number("0")) },
    Rule { says: "x * 1 = x", of: &["i32.mul"], result: |_, o| is(&o[1], "1").then(|| o[0].clone()) },
    Rule { says: "x * 0 = 0", of: &["i32.mul"], result: |_, o| is(&o[1], "0").then(|| number("0")) },
    Rule { says: "cut(extended(x)) = x", of: &["i32.wrap_i64"], result: |f, o| made(f, &o[0], "i64.extend_i32_s") },
    Rule { says: "extended(cut(x)) = x", of: &["i64.extend_i32_s"], result: |f, o| made(f, &o[0], "i32.wrap_i64") },
    Rule { says: "not(not(not(x))) = not(x)", of: &["i32.eqz"], result: |f, o| twice(f, &o[0], "i32.eqz") },
];
// ANCHOR_END: rules

fn number(number: &str) -> Operand {
    Operand::Const(number.to_owned())
}

fn is(operand: &Operand, number: &str) -> bool {
    matches!(operand, Operand::Const(found) if found == number)
}

/// What the instruction of this name took, if it made the operand.
pub fn made(function: &Function, operand: &Operand, name: &str) -> Option<Operand> {
    let Operand::Value(value) = operand else { return None };
    let (found, operands) = &function.instructions[*value];
    (found == name).then(|| operands[0].clone())
}

/// For an operand that is `name(name(x))`: the inner `name(x)`.
fn twice(function: &Function, operand: &Operand, name: &str) -> Option<Operand> {
    let inner = made(function, operand, name)?;
    made(function, &inner, name).map(|_| inner)
}

/// Where a rule fits, whoever takes the instruction's value takes the rule's result instead.
pub fn optimise(mut function: Function, rules: &[Rule]) -> Function {
    let mut instead: Vec<Operand> = Vec::new();
    for index in 0..function.instructions.len() {
        let (name, operands) = &function.instructions[index];
        let operands: Vec<Operand> = operands.iter().map(|operand| now(operand, &instead)).collect();
        let fits = rules.iter().filter(|rule| rule.of.contains(&name.as_str()));
        let result = fits.filter_map(|rule| (rule.result)(&function, &operands)).next();
        function.instructions[index].1 = operands;
        instead.push(result.unwrap_or(Operand::Value(index)));
    }
    function.results = function.results.iter().map(|operand| now(operand, &instead)).collect();
    function
}

fn now(operand: &Operand, instead: &[Operand]) -> Operand {
    match operand {
        Operand::Value(value) => instead[*value].clone(),
        number => number.clone(),
    }
}
