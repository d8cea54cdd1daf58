//! Values to text.

use std::fmt::{self, Display, Formatter};

use crate::types::Name;
use crate::val::Val;

impl Display for Val {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Val::Bool(value) => value.fmt(f),
            Val::S8(value) => value.fmt(f),
            Val::U8(value) => value.fmt(f),
            Val::S16(value) => value.fmt(f),
            Val::U16(value) => value.fmt(f),
            Val::S32(value) => value.fmt(f),
            Val::U32(value) => value.fmt(f),
            Val::S64(value) => value.fmt(f),
            Val::U64(value) => value.fmt(f),
            Val::F32(value) if value.is_nan() => f.write_str("nan"),
            Val::F32(value) => write!(f, "{value}"),
            Val::F64(value) if value.is_nan() => f.write_str("nan"),
            Val::F64(value) => write!(f, "{value}"),
            Val::Char(value) => {
                f.write_str("'")?;
                print_char(f, *value, '\'')?;
                f.write_str("'")
            }
            Val::String(text) => {
                f.write_str("\"")?;
                text.chars().try_for_each(|char| print_char(f, char, '"'))?;
                f.write_str("\"")
            }
            Val::List(values) => print_parts(f, "[", values, "]", |f, value| value.fmt(f)),
            Val::Tuple(values) => print_parts(f, "(", values, ")", |f, value| value.fmt(f)),
            Val::Record(fields) => print_record(f, fields),
            Val::Variant(name, payload) => {
                print_name(f, name)?;
                print_payload(f, payload.as_deref())
            }
            Val::Enum(name) => print_name(f, name),
            Val::Option(None) => f.write_str("none"),
            Val::Option(payload) => print_word(f, "some", payload.as_deref()),
            Val::Result(Ok(payload)) => print_word(f, "ok", payload.as_deref()),
            Val::Result(Err(payload)) => print_word(f, "err", payload.as_deref()),
            Val::Flags(names) => print_parts(f, "{", names, "}", |f, name| f.write_str(name)),
            Val::Handle(handle) => write!(f, "<handle {}>", handle.rep),
        }
    }
}

/// Parts with commas between them.
fn print_parts<T>(
    f: &mut Formatter<'_>,
    open: &str,
    parts: impl IntoIterator<Item = T>,
    close: &str,
    print: impl Fn(&mut Formatter<'_>, T) -> fmt::Result,
) -> fmt::Result {
    f.write_str(open)?;
    for (i, part) in parts.into_iter().enumerate() {
        f.write_str(if i == 0 { "" } else { ", " })?;
        print(f, part)?;
    }
    f.write_str(close)
}

/// A record without the fields that are `none`. If no others are left, a colon tells it from flags.
fn print_record(f: &mut Formatter<'_>, fields: &[(Name, Val)]) -> fmt::Result {
    let there: Vec<&(Name, Val)> = fields.iter().filter(|(_, value)| *value != Val::Option(None)).collect();
    if there.is_empty() {
        return f.write_str("{:}");
    }
    print_parts(f, "{", there, "}", |f, (name, value)| write!(f, "{name}: {value}"))
}

/// A case of an option or result.
fn print_word(f: &mut Formatter<'_>, word: &str, payload: Option<&Val>) -> fmt::Result {
    f.write_str(word)?;
    print_payload(f, payload)
}

fn print_payload(f: &mut Formatter<'_>, payload: Option<&Val>) -> fmt::Result {
    payload.map_or(Ok(()), |payload| write!(f, "({payload})"))
}

/// The name of a case, with a `%` if it is also a word.
fn print_name(f: &mut Formatter<'_>, name: &str) -> fmt::Result {
    let is_word = matches!(name, "true" | "false" | "inf" | "nan" | "some" | "none" | "ok" | "err");
    write!(f, "{}{name}", if is_word { "%" } else { "" })
}

fn print_char(f: &mut Formatter<'_>, char: char, quote: char) -> fmt::Result {
    match char {
        '\n' => f.write_str("\\n"),
        '\r' => f.write_str("\\r"),
        '\t' => f.write_str("\\t"),
        '\\' => f.write_str("\\\\"),
        char if char == quote => write!(f, "\\{char}"),
        char if char.is_control() => write!(f, "\\u{{{:x}}}", u32::from(char)),
        char => write!(f, "{char}"),
    }
}
