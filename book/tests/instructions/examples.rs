//! The examples, run.

use falkirk::{Instance, Module, Store, V128, Val};

use super::assemble::{clause, module};
use super::decoder::Operator;
use super::list::{Example, Instruction};
use super::types::{Choice, choices, concrete, lanes, words};

/// A NaN with any sign and a canonical payload.
const ANY_NAN: &str = "nan:canonical";

/// Runs an example, and complains if something else comes of it.
pub fn check(operator: &Operator, instruction: &Instruction, example: &Example) -> Option<String> {
    let choice = choices(instruction)[0];
    let results = clause("result", &instruction.gives, choice);
    let operands = constants(&instruction.takes, &example.operands, choice);
    let expected = match &example.outcome {
        Ok(values) => constants(&instruction.gives, values, choice),
        Err(_) => "unreachable".to_owned(),
    };
    let more = format!(
        "(func (export \"run\") {results} {operands} call $it)
         (func (export \"expected\") {results} {expected})"
    );
    let text = module(operator, instruction, choice, example.behind.as_deref(), &more);
    let found = call(&text, "run");
    let same = match &example.outcome {
        Err(trap) => found.as_ref() == Err(trap),
        Ok(values) => {
            let signed = !values.iter().any(|value| value == ANY_NAN);
            let comparable = |values: Vec<Val>| if signed { values } else { values.iter().map(unsigned).collect() };
            found.clone().map(comparable) == call(&text, "expected").map(comparable)
        }
    };
    (!same).then(|| format!("{}: {example:?}, and it is {found:?}", instruction.name))
}

/// What a function of a module gives, or the message of its trap.
fn call(text: &str, name: &str) -> Result<Vec<Val>, String> {
    let engine = crate::engine();
    let module = Module::new(&engine, text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[]).expect("an instance");
    let function = instance.get_func(&mut store, name).expect("an export");
    let mut results = vec![Val::I32(0); function.ty(&store).results().len()];
    match function.call(&mut store, &[], &mut results) {
        Ok(()) => Ok(results),
        Err(error) => Err(error.trap().unwrap_or_else(|| panic!("{error}\n{text}")).message().to_owned()),
    }
}

/// Instructions that push these values.
fn constants(types: &[String], values: &[String], choice: Choice) -> String {
    let types: Vec<&String> = types.iter().filter(|ty| concrete(ty, choice).is_some()).collect();
    assert_eq!(types.len(), values.len(), "as many values as types: {values:?} for {types:?}");
    types.iter().zip(values).map(|(ty, value)| constant(ty, value, choice)).collect()
}

fn constant(ty: &str, value: &str, choice: Choice) -> String {
    let value = value.replace(ANY_NAN, "nan");
    let concrete = concrete(ty, choice).expect("one type");
    if value == "null" {
        let heap = if concrete.contains("extern") { "extern" } else { "func" };
        return format!("(ref.null {})", if concrete.contains("$x") { "$x" } else { heap });
    }
    if concrete != "v128" {
        return format!("({concrete}.const {value}) ");
    }
    let shape = if ty == "v128" { "i32x4" } else { ty };
    format!("(v128.const {shape} {}) ", all_lanes(&value, lanes(shape).expect("a shape")).join(" "))
}

/// Every lane of a vector: a single number is in all of them, and `..` repeats the one before.
fn all_lanes(value: &str, count: usize) -> Vec<String> {
    let inside = value.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let mut lanes = words(inside.unwrap_or(value));
    let repeats = inside.is_none() || lanes.pop_if(|last| last == "..").is_some();
    if repeats {
        let last = lanes.last().expect("a lane").clone();
        lanes.resize(lanes.len().max(count), last);
    }
    assert_eq!(lanes.len(), count, "{value} has as many lanes as its shape");
    lanes
}

/// The value without signs of floats.
fn unsigned(value: &Val) -> Val {
    match value {
        Val::F32(bits) => Val::F32(bits & (u32::MAX >> 1)),
        Val::F64(bits) => Val::F64(bits & (u64::MAX >> 1)),
        Val::V128(vector) => Val::V128(V128::from(<[u32; 4]>::from(*vector).map(|lane| lane & (u32::MAX >> 1)))),
        other => *other,
    }
}

#[test]
fn lanes_are_filled_up() {
    assert_eq!(all_lanes("7", 2), ["7", "7"]);
    assert_eq!(all_lanes("(1 2 ..)", 4), ["1", "2", "2", "2"]);
    assert_eq!(all_lanes("(1 2 ..)", 2), ["1", "2"]);
    assert_eq!(all_lanes("(1 2)", 2), ["1", "2"]);
}
