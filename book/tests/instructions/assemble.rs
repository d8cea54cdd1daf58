//! Modules with one instruction in them: to see its opcode, to validate its types, to run its examples.

use wasmparser::{Parser, Payload};

use super::decoder::Operator;
use super::list::Instruction;
use super::types::{Choice, choices, concrete};

/// What to write for what is behind an instruction; `@ht` is what the variable `ht` stands for.
const IMMEDIATES: [(&[&str], &str); 21] = [
    (&[], ""),
    (&["blockty"], ""),
    (&["data_index"], "0"),
    (&["data_index", "mem"], "0"),
    (&["dst_mem", "src_mem"], ""),
    (&["dst_table", "src_table"], ""),
    (&["elem_index"], "0"),
    (&["elem_index", "table"], "0"),
    (&["function_index"], "$f"),
    (&["global_index"], "0"),
    (&["hty"], "@ht"),
    (&["lane"], "0"),
    (&["lanes"], "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0"),
    (&["local_index"], "0"),
    (&["mem"], ""),
    (&["memarg"], ""),
    (&["memarg", "lane"], "0"),
    (&["relative_depth"], "0"),
    (&["table"], "0"),
    (&["targets"], "0 0"),
    (&["type_index"], "$x"),
];

/// The instruction with what is behind it.
fn instruction(operator: &Operator, choice: Choice, behind: Option<&str>) -> String {
    let name = operator.name();
    let behind = match (behind, name.as_str()) {
        (Some(behind), _) => behind,
        (None, "select (result t)") => return format!("select (result {})", choice.value),
        (None, "v128.const") => "i64x2 0 0",
        (None, "i32.const" | "i64.const" | "f32.const" | "f64.const") => "0",
        (None, "call_indirect" | "return_call_indirect") => "0 (type $x)",
        _ => {
            let found = IMMEDIATES.iter().find(|(immediates, _)| *immediates == operator.immediates);
            found.unwrap_or_else(|| panic!("what to write behind {name}: {:?}", operator.immediates)).1
        }
    };
    format!("{name} {}", behind.replace("@ht", choice.heap))
}

/// A function's body that has the instruction with the function's parameters as operands. Some need others around them.
fn body(operator: &Operator, operands: &str, instruction: &str, choice: Choice) -> String {
    match operator.name().as_str() {
        "block" | "loop" | "if" => format!("{operands} {instruction} end"),
        "else" => "i32.const 0 if else end".to_owned(),
        "end" => "block end".to_owned(),
        "br_on_null" => format!("block {operands} {instruction} return end unreachable"),
        "br_on_non_null" => {
            format!("block (result (ref {})) {operands} {instruction} unreachable end drop", choice.heap)
        }
        _ => format!("{operands} {instruction}"),
    }
}

/// The start value of a global of this type.
fn zero(ty: &str) -> String {
    match ty {
        "v128" => "(v128.const i64x2 0 0)".to_owned(),
        "funcref" => "(ref.null func)".to_owned(),
        "externref" => "(ref.null extern)".to_owned(),
        _ => format!("({ty}.const 0)"),
    }
}

/// `(param i32 i32)` for types that the list names.
pub fn clause(keyword: &str, types: &[String], choice: Choice) -> String {
    let types: Vec<String> = types.iter().filter_map(|ty| concrete(ty, choice)).collect();
    format!("({keyword} {})", types.join(" "))
}

/// A module with what instructions may name, a function `$it` that executes the instruction on its parameters, and `more`
/// after that.
pub fn module(it: &Operator, said: &Instruction, choice: Choice, behind: Option<&str>, more: &str) -> String {
    let Choice { address, value, .. } = choice;
    let (params, results) = (clause("param", &said.takes, choice), clause("result", &said.gives, choice));
    let count = said.takes.iter().filter_map(|ty| concrete(ty, choice)).count();
    let operands: String = (0..count).map(|index| format!("local.get {index} ")).collect();
    let body = body(it, &operands, &instruction(it, choice, behind), choice);
    let (zero, element) = (zero(value), if value == "externref" { value } else { "funcref" });
    let bytes: String = (0xf0..=0xff).map(|byte| format!("\\{byte:02x}")).collect();
    format!(
        "(module
          (type $x (func))
          (table {address} 2 3 {element})
          (memory {address} 1 2)
          (data ({address}.const 0) \"{bytes}\")
          (elem funcref (ref.null func))
          (elem declare func $f)
          (global (mut {value}) {zero})
          (func $f (type $x))
          (func $it {params} {results} (local {value}) {body})
          {more})"
    )
}

/// The bytes by which a module says that this instruction follows.
pub fn opcode(operator: &Operator, said: &Instruction) -> Vec<u8> {
    let text = module(operator, said, choices(said)[0], None, "");
    let bytes = wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let at = position(&bytes, operator.id).unwrap_or_else(|| panic!("{} is not in what was assembled", operator.id));
    let prefixed = bytes[at] >= 0xfb;
    // Behind a prefix is a number in LEB128: bytes with the highest bit set, and one without.
    let more = if prefixed { bytes[at + 1..].iter().take_while(|byte| **byte >= 0x80).count() + 1 } else { 0 };
    bytes[at..=at + more].to_vec()
}

/// Where an instruction, by the decoder's name for it, stands for the first time.
fn position(bytes: &[u8], id: &str) -> Option<usize> {
    let payloads = Parser::new(0).parse_all(bytes).map(|payload| payload.expect("a module that can be read"));
    let bodies = payloads.filter_map(|payload| match payload {
        Payload::CodeSectionEntry(body) => Some(body),
        _ => None,
    });
    let operators = bodies.flat_map(|body| body.get_operators_reader().expect("a body").into_iter_with_offsets());
    let mut named = operators.map(|found| found.expect("an instruction"));
    let (_, at) = named.find(|(operator, _)| format!("{operator:?}").split(' ').next() == Some(id))?;
    usize::try_from(at).ok()
}
