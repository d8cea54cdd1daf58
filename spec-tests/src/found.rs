//! A difference between engines is written down: the module, and a regression test to be.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use falkirk::diff::{Call, Reference, Report, Script, Value, What};

/// The folder for what is found: `found` in the build folder.
pub fn folder() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(target).join("found")
}

/// Writes `name.wasm` and `name.wat`, which is ready for `regressions/`. Gives what to tell, with the files' names.
pub fn write_down(name: &str, wasm: &[u8], report: &Report, script: &Script) -> String {
    let folder = folder();
    let (binary, text) = (folder.join(format!("{name}.wasm")), folder.join(format!("{name}.wat")));
    let regression = regression(name, wasm, report, script);
    let written =
        fs::create_dir_all(&folder).and_then(|()| fs::write(&binary, wasm)).and_then(|()| fs::write(&text, regression));
    match written {
        Ok(()) => format!("{report}\nwritten: {} and, as a regression test, {}", binary.display(), text.display()),
        Err(error) => format!("{report}\n{} cannot be written: {error}", folder.display()),
    }
}

/// A file for `regressions/`: what was seen, the calls that lead there, and the module.
fn regression(name: &str, wasm: &[u8], report: &Report, script: &Script) -> String {
    let mut text = format!(";; TODO: say what was wrong, and name the file after it. Found as {name}:\n");
    let seen = report.difference.as_ref().map(ToString::to_string).unwrap_or_default();
    for line in seen.lines() {
        let _ = writeln!(text, ";;   {line}");
    }
    for call in last_run(report, script) {
        let _ = writeln!(text, "{}", line_of(call));
    }
    match wasmprinter::print_bytes(wasm) {
        Ok(module) => text.push_str(&module),
        Err(error) => {
            let _ = writeln!(text, ";; the module has no text: {error}");
        }
    }
    text
}

/// The calls of the run in which the difference was seen.
fn last_run<'a>(report: &'a Report, script: &'a Script) -> Vec<&'a Call> {
    let begins = |step: &falkirk::diff::Step| step.what == What::Instantiate;
    let Some(start) = report.steps.iter().rposition(begins) else { return script.runs.iter().flatten().collect() };
    let calls = report.steps[start..].iter();
    calls.filter_map(|step| if let What::Call(call) = &step.what { Some(call) } else { None }).collect()
}

/// What a line begins with that says what to call.
const CALL: &str = ";; call ";

fn line_of(call: &Call) -> String {
    let arguments: String = call.arguments.iter().map(|value| format!(" {}", literal(*value))).collect();
    format!("{CALL}{:?}{arguments}", call.export)
}

/// The calls that a regression test's text asks for; none if it does not.
///
/// # Panics
///
/// A line is not of the form `;; call "name" i32:1 f64:0x7ff8000000000000 ref:null`.
pub fn calls_in(text: &str) -> Vec<Call> {
    text.lines().filter_map(|line| line.strip_prefix(CALL)).map(call_from).collect()
}

fn call_from(line: &str) -> Call {
    let wrong = || -> ! { panic!("not a call: {line}") };
    let Some((name, rest)) = line.strip_prefix('"').and_then(|rest| rest.rsplit_once('"')) else { wrong() };
    let export = unescape(name).unwrap_or_else(|| wrong());
    let arguments = rest.split_whitespace().map(|word| value_from(word).unwrap_or_else(|| wrong())).collect();
    Call { export, arguments }
}

/// Undoes Rust's `{:?}` of a string.
fn unescape(text: &str) -> Option<String> {
    let mut unescaped = String::new();
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            unescaped.push(char);
            continue;
        }
        unescaped.push(match chars.next()? {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '0' => '\0',
            'u' => {
                let digits: String = chars.by_ref().skip(1).take_while(|char| *char != '}').collect();
                char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?
            }
            other => other,
        });
    }
    Some(unescaped)
}

fn literal(value: Value) -> String {
    match value {
        Value::I32(value) => format!("i32:{value}"),
        Value::I64(value) => format!("i64:{value}"),
        Value::F32(bits) => format!("f32:{bits:#x}"),
        Value::F64(bits) => format!("f64:{bits:#x}"),
        Value::V128(bits) => format!("v128:{bits:#x}"),
        Value::Ref(Reference::Function(index)) => format!("function:{index}"),
        Value::Ref(Reference::MadeUp(number)) => format!("host:{number}"),
        Value::Ref(_) => "null".to_owned(),
    }
}

fn value_from(word: &str) -> Option<Value> {
    if word == "null" {
        return Some(Value::Ref(Reference::Null));
    }
    let (ty, text) = word.split_once(':')?;
    let bits = || u128::from_str_radix(text.strip_prefix("0x")?, 16).ok();
    Some(match ty {
        "i32" => Value::I32(text.parse().ok()?),
        "i64" => Value::I64(text.parse().ok()?),
        "f32" => Value::F32(bits()?.try_into().ok()?),
        "f64" => Value::F64(bits()?.try_into().ok()?),
        "v128" => Value::V128(bits()?),
        "function" => Value::Ref(Reference::Function(text.parse().ok()?)),
        "host" => Value::Ref(Reference::MadeUp(text.parse().ok()?)),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_as_text_and_back() {
        let arguments = vec![
            Value::I32(-1),
            Value::I64(i64::MIN),
            Value::F32(0x7f80_0001),
            Value::F64(0xfff8_0000_0000_0000),
            Value::V128(u128::MAX - 1),
            Value::Ref(Reference::Null),
            Value::Ref(Reference::Function(3)),
            Value::Ref(Reference::MadeUp(7)),
        ];
        for export in ["f", "", "a \"b\"\n\\", "\u{200b}\u{1f680} é\0"] {
            let call = Call { export: export.to_owned(), arguments: arguments.clone() };
            let text = format!(";; something\n{}\n(module)", line_of(&call));
            assert_eq!(calls_in(&text), [call]);
        }
    }
}
