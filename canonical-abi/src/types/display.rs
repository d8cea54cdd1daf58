//! Types as text, as WIT writes them.

use std::fmt::{self, Write};

use super::{Kind, Name, Type, Types};

/// How many bytes of a type are written. Types share their parts, so one that was made with a line of text can take
/// years to write in full.
const MAX_LENGTH: usize = 1000;

/// Prints a type: see [`Types::display`].
#[derive(Clone, Copy)]
pub struct DisplayType<'a> {
    types: &'a Types,
    ty: Type,
}

impl Types {
    /// A type as text, as WIT writes it; only the beginning, if it is long.
    pub fn display(&self, ty: Type) -> DisplayType<'_> {
        DisplayType { types: self, ty }
    }
}

impl fmt::Display for DisplayType<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Limited(String::new());
        let written = write_type(self.types, self.ty, &mut text);
        f.write_str(&text.0)?;
        if written.is_err() { f.write_str("...") } else { Ok(()) }
    }
}

/// Text that refuses to become too long.
struct Limited(String);

impl Write for Limited {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.0.len() + text.len() > MAX_LENGTH {
            return Err(fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}

fn write_type(types: &Types, ty: Type, f: &mut Limited) -> fmt::Result {
    let Some(kind) = types.kind(ty) else { return f.write_str(primitive_name(ty)) };
    let write = |f: &mut Limited, ty: &Type| write_type(types, *ty, f);
    let write_name = |f: &mut Limited, name: &Name| f.write_str(name);
    match kind {
        Kind::List(element) => write_parts(f, "list<", &[*element], ">", write),
        Kind::FixedList(element, length) => write_parts(f, "list<", &[*element], &format!(", {length}>"), write),
        Kind::Record(fields) => write_parts(f, "record { ", fields, " }", |f, field| {
            write!(f, "{}: ", field.name)?;
            write_type(types, field.ty, f)
        }),
        Kind::Tuple(parts) => write_parts(f, "tuple<", parts, ">", write),
        Kind::Variant(cases) => write_parts(f, "variant { ", cases, " }", |f, case| {
            f.write_str(&case.name)?;
            case.ty.map_or(Ok(()), |ty| write_parts(f, "(", &[ty], ")", write))
        }),
        Kind::Enum(names) => write_parts(f, "enum { ", names, " }", write_name),
        Kind::Option(some) => write_parts(f, "option<", &[*some], ">", write),
        Kind::Result { ok: None, err: None } => f.write_str("result"),
        Kind::Result { ok: Some(ok), err: None } => write_parts(f, "result<", &[*ok], ">", write),
        Kind::Result { ok: None, err: Some(err) } => write_parts(f, "result<_, ", &[*err], ">", write),
        Kind::Result { ok: Some(ok), err: Some(err) } => write_parts(f, "result<", &[*ok, *err], ">", write),
        Kind::Flags(names) => write_parts(f, "flags { ", names, " }", write_name),
        Kind::Own(resource) => write!(f, "own<resource {}>", resource.0),
        Kind::Borrow(resource) => write!(f, "borrow<resource {}>", resource.0),
    }
}

/// Parts with commas between them.
fn write_parts<T>(
    f: &mut Limited,
    open: &str,
    parts: &[T],
    close: &str,
    write: impl Fn(&mut Limited, &T) -> fmt::Result,
) -> fmt::Result {
    f.write_str(open)?;
    for (i, part) in parts.iter().enumerate() {
        f.write_str(if i == 0 { "" } else { ", " })?;
        write(f, part)?;
    }
    f.write_str(close)
}

fn primitive_name(ty: Type) -> &'static str {
    match ty {
        Type::Bool => "bool",
        Type::S8 => "s8",
        Type::U8 => "u8",
        Type::S16 => "s16",
        Type::U16 => "u16",
        Type::S32 => "s32",
        Type::U32 => "u32",
        Type::S64 => "s64",
        Type::U64 => "u64",
        Type::F32 => "f32",
        Type::F64 => "f64",
        Type::Char => "char",
        Type::String => "string",
        Type::Defined(_) => panic!("BUG: a defined type is not a primitive"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_that_share_their_parts_are_not_written_in_full() {
        let mut types = Types::new();
        let mut bomb = Type::U8;
        while let Ok(ty) = types.tuple([bomb; 24]) {
            bomb = ty;
        }
        let text = types.display(bomb).to_string();
        assert!(text.len() <= MAX_LENGTH + 3, "{} bytes", text.len());
        assert!(text.starts_with("tuple<tuple<tuple<tuple<tuple<") && text.ends_with("..."), "{text}");
    }

    #[test]
    fn types_are_written_as_wit_does() {
        let mut types = Types::new();
        let mut check = |kind, text: &str| {
            let ty = types.intern(kind).expect("a type");
            assert_eq!(types.display(ty).to_string(), text);
        };
        check(Kind::List(Type::S64), "list<s64>");
        check(Kind::FixedList(Type::Char, 3), "list<char, 3>");
        check(Kind::Result { ok: None, err: None }, "result");
        check(Kind::Result { ok: Some(Type::Bool), err: None }, "result<bool>");
        check(Kind::Result { ok: None, err: Some(Type::F64) }, "result<_, f64>");
        check(Kind::Result { ok: Some(Type::S16), err: Some(Type::U16) }, "result<s16, u16>");
        check(Kind::Own(super::super::ResourceIndex(2)), "own<resource 2>");
        check(Kind::Borrow(super::super::ResourceIndex(2)), "borrow<resource 2>");
    }
}
