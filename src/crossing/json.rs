//! A step as a line of JSON. The module's documentation describes the lines.

use std::fmt::{self, Display, Write};

use super::component::{movement, names};
use super::step::{Access, Entry, Function, Party, Step, Value, What};
use crate::page::Json;

/// The most bytes of an access that are turned into digits at once.
const CHUNK: usize = 1024;

impl Step<'_> {
    /// The step as a line of JSON, without the line's end. Its bytes are never all in memory as text.
    pub fn json(&self) -> impl Display + '_ {
        fmt::from_fn(|f| self.write_json(f))
    }

    fn write_json(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{\"event\":\"{}\",\"depth\":{},\"path\":{}", self.what.event(), self.depth, Json(&self.path))?;
        self.what.write_fields(f)?;
        f.write_char('}')
    }
}

impl What<'_> {
    /// What a line calls this kind of step.
    fn event(&self) -> &'static str {
        match self {
            What::Call { .. } => "call",
            What::Return { .. } => "return",
            What::Instruction { .. } => "instruction",
            What::Read(_) => "read",
            What::Write(_) => "write",
            What::Grow { .. } => "grow",
            What::Stopped { .. } => "stopped",
            What::Enter { .. } => "component-call",
            What::Leave { .. } => "component-return",
            What::Begin(_) => "begin",
            What::Flat { .. } => "flat",
            What::Load(_) => "load",
            What::Store(_) => "store",
            What::Copy { .. } => "copy",
            What::Realloc { .. } => "realloc",
            What::Handle { .. } => "handle",
            What::PostReturn { .. } => "post-return",
        }
    }

    fn write_fields(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            What::Call { function, arguments, .. } => {
                write!(f, ",\"function\":{},\"arguments\":{}", show_function(function), list(arguments, show_value))
            }
            What::Return { function, results, .. } => {
                write!(f, ",\"function\":{},\"results\":{}", show_function(function), list(results, show_value))
            }
            What::Instruction { function, offset, text, operands } => {
                write!(f, ",\"function\":{},\"offset\":{offset},", show_function(function))?;
                write!(f, "\"text\":{},\"operands\":{}", Json(text), list(operands, show_value))
            }
            What::Read(access) | What::Write(access) | What::Load(access) | What::Store(access) => {
                write_access(f, access)
            }
            What::Grow { memory, before, after } => {
                write!(f, ",\"memory\":{memory},\"before\":{before},\"after\":{after}")
            }
            What::Stopped { error } => write!(f, ",\"error\":{}", Json(error)),
            What::Begin(crossing) => write!(f, ",\"crossing\":\"{}\"", names(*crossing).0),
            What::Enter { function, signature, caller, callee } => {
                write!(f, ",\"function\":{},\"type\":{}", Json(function), Json(signature))?;
                write!(f, ",\"caller\":{},\"callee\":{}", show_party(caller), show_party(callee))
            }
            What::Leave { function, caller, callee } => {
                write!(f, ",\"function\":{}", Json(function))?;
                write!(f, ",\"caller\":{},\"callee\":{}", show_party(caller), show_party(callee))
            }
            What::Flat { crossing, values, parts } => {
                write!(f, ",\"crossing\":\"{}\",\"values\":{}", names(*crossing).0, list(values, show_number))?;
                write!(f, ",\"types\":{}", list(parts, |part| format!("\"{}\"", part.core)))?;
                write!(f, ",\"parts\":{}", list(parts, |part| Json(&part.of).to_string()))
            }
            What::Copy { from_memory, from, to } => {
                write!(f, ",\"from_memory\":{from_memory},\"from\":{from}")?;
                write_access(f, to)
            }
            What::Realloc { memory, old, old_size, align, new_size, result } => write!(
                f,
                ",\"memory\":{memory},\"old\":\"{old}\",\"old_size\":\"{old_size}\",\"align\":{align},\
                 \"new_size\":\"{new_size}\",\"result\":\"{result}\""
            ),
            What::Handle { table, movement: how, index, resource, rep, before, after } => {
                write!(f, ",\"table\":{table},\"movement\":\"{}\",\"index\":{index},", movement(*how).0)?;
                write!(f, "\"resource\":{resource},\"rep\":{rep},")?;
                write!(f, "\"before\":{},\"after\":{}", list(before, show_entry), list(after, show_entry))
            }
            What::PostReturn { memory, values } => {
                write!(f, ",\"memory\":{memory},\"values\":{}", list(values, show_number))
            }
        }
    }
}

fn write_access(f: &mut fmt::Formatter<'_>, access: &Access<'_>) -> fmt::Result {
    let Access { memory, address, length, bytes } = access;
    write!(f, ",\"memory\":{memory},\"address\":{address},\"length\":{length},\"bytes\":\"")?;
    for chunk in bytes.chunks(CHUNK) {
        f.write_str(&hex(chunk))?;
    }
    f.write_char('"')
}

/// Two digits for each byte.
pub(super) fn hex(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

fn show_function(function: &Function) -> String {
    let text = |text: &Option<String>| text.as_ref().map_or_else(|| "null".to_owned(), |text| Json(text).to_string());
    let index = function.index.map_or_else(|| "null".to_owned(), |index| index.to_string());
    let (module, name) = (text(&function.module), text(&function.name));
    format!("{{\"host\":{},\"module\":{module},\"name\":{name},\"index\":{index}}}", function.host)
}

fn show_party(party: &Party) -> String {
    let number = |number: Option<usize>| number.map_or_else(|| "null".to_owned(), |number| number.to_string());
    let (instance, memory) = (number(party.instance), number(party.memory));
    format!("{{\"name\":{},\"instance\":{instance},\"memory\":{memory}}}", Json(&party.name))
}

fn show_value(value: &Value) -> String {
    let Value { ty, text, bits, .. } = value;
    let text = if ty == "i32" { text.clone() } else { Json(text).to_string() };
    let bits = bits.as_ref().map_or_else(String::new, |bits| format!(",\"bits\":\"{bits}\""));
    format!("{{\"type\":{},\"value\":{text}{bits}}}", Json(ty))
}

fn show_number(number: &u64) -> String {
    format!("\"{number}\"")
}

pub(super) fn show_entry(entry: &Entry) -> String {
    let Entry { index, resource, rep, own, lent } = entry;
    format!("{{\"index\":{index},\"resource\":{resource},\"rep\":{rep},\"own\":{own},\"lent\":{lent}}}")
}

/// A JSON array.
pub(super) fn list<T>(items: &[T], show: impl Fn(&T) -> String) -> String {
    format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(","))
}
