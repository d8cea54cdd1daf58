//! Types as text, as WIT writes them.

use std::fmt;

use super::{Kind, Name, Type, Types};

/// How deep types are written out. Types share their parts, so one that fits on a line can take years to write in full.
const MAX_DEPTH: u32 = 4;

/// How many parts of a type are written.
const MAX_PARTS: usize = 24;

/// Prints a type: see [`Types::display`].
#[derive(Clone, Copy)]
pub struct DisplayType<'a> {
    types: &'a Types,
    ty: Type,
    depth: u32,
}

impl Types {
    /// A type as text, as WIT writes it; what is deep inside or comes late is left out.
    pub fn display(&self, ty: Type) -> DisplayType<'_> {
        DisplayType { types: self, ty, depth: 0 }
    }
}

impl<'a> DisplayType<'a> {
    fn part(self, ty: Type) -> DisplayType<'a> {
        DisplayType { ty, depth: self.depth + 1, ..self }
    }

    fn optional(self, ty: Option<Type>) -> String {
        ty.map_or("_".to_string(), |ty| self.part(ty).to_string())
    }
}

impl fmt::Display for DisplayType<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(kind) = self.types.kind(self.ty) else {
            return f.write_str(primitive_name(self.ty));
        };
        if self.depth > MAX_DEPTH {
            return f.write_str("...");
        }
        match kind {
            Kind::List(element) => write!(f, "list<{}>", self.part(*element)),
            Kind::FixedList(element, length) => write!(f, "list<{}, {length}>", self.part(*element)),
            Kind::Record(fields) => {
                let field = |field: &super::Field| format!("{}: {}", field.name, self.part(field.ty));
                write!(f, "record {{ {} }}", joined(fields, field))
            }
            Kind::Tuple(types) => write!(f, "tuple<{}>", joined(types, |ty| self.part(*ty).to_string())),
            Kind::Variant(cases) => {
                let case = |case: &super::Case| match case.ty {
                    Some(ty) => format!("{}({})", case.name, self.part(ty)),
                    None => case.name.to_string(),
                };
                write!(f, "variant {{ {} }}", joined(cases, case))
            }
            Kind::Enum(names) => write!(f, "enum {{ {} }}", joined(names, Name::to_string)),
            Kind::Option(some) => write!(f, "option<{}>", self.part(*some)),
            Kind::Result { ok: None, err: None } => f.write_str("result"),
            Kind::Result { ok: Some(ok), err: None } => write!(f, "result<{}>", self.part(*ok)),
            Kind::Result { ok, err } => write!(f, "result<{}, {}>", self.optional(*ok), self.optional(*err)),
            Kind::Flags(names) => write!(f, "flags {{ {} }}", joined(names, Name::to_string)),
            Kind::Own(resource) => write!(f, "own<resource {}>", resource.0),
            Kind::Borrow(resource) => write!(f, "borrow<resource {}>", resource.0),
        }
    }
}

/// Parts with commas between them, and an ellipsis for those that are too many.
fn joined<T>(parts: &[T], print: impl Fn(&T) -> String) -> String {
    let mut texts: Vec<String> = parts.iter().take(MAX_PARTS).map(print).collect();
    if parts.len() > MAX_PARTS {
        texts.push("...".to_string());
    }
    texts.join(", ")
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
