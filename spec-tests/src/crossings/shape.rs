//! Types and values of them.

use arbitrary::{Result as Made, Unstructured};
use falkirk::component::abi::{Case, Field, Kind, Name};
use falkirk::component::{Type, Types, Val};

/// A type, as a tree.
#[derive(Debug)]
pub enum Shape {
    Primitive(Type),
    List(Box<Shape>),
    FixedList(Box<Shape>, u32),
    Record(Vec<Shape>),
    Tuple(Vec<Shape>),
    Variant(Vec<Option<Shape>>),
    Enum(u32),
    Option(Box<Shape>),
    Result(Option<Box<Shape>>, Option<Box<Shape>>),
    Flags(u32),
}

/// The names of parts.
fn names() -> impl Iterator<Item = String> {
    (0..).map(|i| format!("n{i}"))
}

fn name(i: usize) -> Name {
    format!("n{i}").into()
}

impl Shape {
    /// A type that is at most so deep.
    pub fn make(u: &mut Unstructured<'_>, depth: u32) -> Made<Shape> {
        let choices = if depth == 0 { 5 } else { 12 };
        Ok(match u.int_in_range(0..=choices)? {
            0..=3 => Shape::Primitive(*u.choose(&Type::PRIMITIVES)?),
            4 => Shape::Enum(if u.ratio(1, 8)? { 300 } else { u.int_in_range(1..=9)? }),
            5 => Shape::Flags(u.int_in_range(1..=32)?),
            6 => Shape::List(Shape::boxed(u, depth)?),
            7 => Shape::FixedList(Shape::boxed(u, depth)?, u.int_in_range(1..=4)?),
            8 => Shape::Record(Shape::parts(u, |u| Shape::make(u, depth - 1))?),
            9 => Shape::Tuple(Shape::parts(u, |u| Shape::make(u, depth - 1))?),
            10 => Shape::Variant(Shape::parts(u, |u| {
                u.arbitrary::<bool>()?.then(|| Shape::make(u, depth - 1)).transpose()
            })?),
            11 => Shape::Option(Shape::boxed(u, depth)?),
            _ => {
                let mut maybe = || u.arbitrary::<bool>()?.then(|| Shape::boxed(u, depth)).transpose();
                Shape::Result(maybe()?, maybe()?)
            }
        })
    }

    fn boxed(u: &mut Unstructured<'_>, depth: u32) -> Made<Box<Shape>> {
        Ok(Box::new(Shape::make(u, depth - 1)?))
    }

    /// Some parts; now and then more than go flat.
    fn parts<T>(u: &mut Unstructured<'_>, mut part: impl FnMut(&mut Unstructured<'_>) -> Made<T>) -> Made<Vec<T>> {
        let count = if u.ratio(1, 10)? { 18 } else { u.int_in_range(1..=5)? };
        (0..count).map(|_| part(u)).collect()
    }

    /// The type in a table.
    pub fn define(&self, types: &mut Types) -> Type {
        let mut of = |shape: &Shape| shape.define(types);
        let kind = match self {
            Shape::Primitive(ty) => return *ty,
            Shape::List(element) => Kind::List(of(element)),
            Shape::FixedList(element, length) => Kind::FixedList(of(element), *length),
            Shape::Record(fields) => {
                let field = |(name, field): (String, &Shape)| Field { name: name.into(), ty: of(field) };
                Kind::Record(names().zip(fields).map(field).collect())
            }
            Shape::Tuple(parts) => Kind::Tuple(parts.iter().map(of).collect()),
            Shape::Variant(cases) => {
                let case =
                    |(name, case): (String, &Option<Shape>)| Case { name: name.into(), ty: case.as_ref().map(&mut of) };
                Kind::Variant(names().zip(cases).map(case).collect())
            }
            Shape::Enum(count) => Kind::Enum(names().take(*count as usize).map(Name::from).collect()),
            Shape::Option(some) => Kind::Option(of(some)),
            Shape::Result(ok, err) => {
                let mut part = |part: &Option<Box<Shape>>| part.as_ref().map(|part| of(part));
                Kind::Result { ok: part(ok), err: part(err) }
            }
            Shape::Flags(count) => Kind::Flags(names().take(*count as usize).map(Name::from).collect()),
        };
        types.intern(kind).unwrap_or_else(|error| panic!("BUG: {error}"))
    }

    /// What refers to the type in the text of a component. Types that have names of their own are imported, which
    /// `definitions` says.
    pub fn text(&self, definitions: &mut String) -> String {
        let mut of = |shape: &Shape| shape.text(definitions);
        let (word, parts): (&str, Vec<String>) = match self {
            Shape::Primitive(ty) => return Types::new().display(*ty).to_string(),
            Shape::List(element) => ("list", vec![of(element)]),
            Shape::FixedList(element, length) => ("list", vec![of(element), length.to_string()]),
            Shape::Record(fields) => {
                let field = |(name, field)| format!("(field \"{name}\" {})", of(field));
                ("record", names().zip(fields).map(field).collect())
            }
            Shape::Tuple(parts) => ("tuple", parts.iter().map(of).collect()),
            Shape::Variant(cases) => {
                let case = |(name, case): (String, &Option<Shape>)| {
                    format!("(case \"{name}\" {})", case.as_ref().map(&mut of).unwrap_or_default())
                };
                ("variant", names().zip(cases).map(case).collect())
            }
            Shape::Enum(count) => ("enum", names().take(*count as usize).map(|name| format!("\"{name}\"")).collect()),
            Shape::Option(some) => ("option", vec![of(some)]),
            Shape::Result(ok, err) => {
                let ok = ok.as_ref().map(|ok| of(ok));
                let err = err.as_ref().map(|err| format!("(error {})", of(err)));
                ("result", ok.into_iter().chain(err).collect())
            }
            Shape::Flags(count) => ("flags", names().take(*count as usize).map(|name| format!("\"{name}\"")).collect()),
        };
        let number = definitions.lines().count();
        *definitions += &format!("(type $t{number} ({word} {}))", parts.join(" "));
        if matches!(self, Shape::Record(_) | Shape::Variant(_) | Shape::Enum(_) | Shape::Flags(_)) {
            *definitions += &format!(" (import \"i{number}\" (type $i{number} (eq $t{number})))\n");
            return format!("$i{number}");
        }
        *definitions += "\n";
        format!("$t{number}")
    }

    /// A value of the type.
    pub fn value(&self, u: &mut Unstructured<'_>) -> Made<Val> {
        Ok(match self {
            Shape::Primitive(ty) => primitive(*ty, u)?,
            Shape::List(element) => {
                let length = u.int_in_range(0..=4)?;
                Val::List((0..length).map(|_| element.value(u)).collect::<Made<_>>()?)
            }
            Shape::FixedList(element, length) => {
                Val::List((0..*length).map(|_| element.value(u)).collect::<Made<_>>()?)
            }
            Shape::Record(fields) => {
                let values = fields.iter().map(|field| field.value(u)).collect::<Made<Vec<_>>>()?;
                Val::record(names().zip(values))
            }
            Shape::Tuple(parts) => Val::Tuple(parts.iter().map(|part| part.value(u)).collect::<Made<_>>()?),
            Shape::Variant(cases) => {
                let case = u.choose_index(cases.len())?;
                Val::variant(name(case), cases[case].as_ref().map(|payload| payload.value(u)).transpose()?)
            }
            Shape::Enum(count) => Val::enumeration(name(u.choose_index(*count as usize)?)),
            Shape::Option(some) => Val::option(u.arbitrary::<bool>()?.then(|| some.value(u)).transpose()?),
            Shape::Result(ok, err) => {
                let is_ok = u.arbitrary()?;
                let payload = if is_ok { ok } else { err };
                let payload = payload.as_ref().map(|payload| payload.value(u)).transpose()?;
                Val::result(if is_ok { Ok(payload) } else { Err(payload) })
            }
            Shape::Flags(count) => {
                let mut flags = Vec::new();
                for name in names().take(*count as usize) {
                    if u.arbitrary()? {
                        flags.push(name);
                    }
                }
                Val::flags(flags)
            }
        })
    }
}

fn primitive(ty: Type, u: &mut Unstructured<'_>) -> Made<Val> {
    Ok(match ty {
        Type::Bool => Val::Bool(u.arbitrary()?),
        Type::S8 => Val::S8(u.arbitrary()?),
        Type::U8 => Val::U8(u.arbitrary()?),
        Type::S16 => Val::S16(u.arbitrary()?),
        Type::U16 => Val::U16(u.arbitrary()?),
        Type::S32 => Val::S32(u.arbitrary()?),
        Type::U32 => Val::U32(u.arbitrary()?),
        Type::S64 => Val::S64(u.arbitrary()?),
        Type::U64 => Val::U64(u.arbitrary()?),
        Type::F32 => Val::F32(u.arbitrary()?),
        Type::F64 => Val::F64(u.arbitrary()?),
        Type::Char => Val::Char(u.arbitrary()?),
        _ => Val::String(text(u)?),
    })
}

/// A text in which every way of encoding it may have to be changed on the way.
fn text(u: &mut Unstructured<'_>) -> Made<String> {
    const ALPHABETS: [&[char]; 4] = [
        &['a', ' ', '\0', '~'],
        &['a', '\u{e9}', '\u{ff}', '\u{80}'],
        &['z', '\u{e9}', '\u{100}', '\u{ffff}'],
        &['z', '\u{fe}', '\u{7ff}', '\u{800}', '\u{10ffff}', '\u{1f6a2}'],
    ];
    let length = if u.ratio(1, 20)? { 100 } else { u.int_in_range(0..=8)? };
    let alphabet = u.choose(&ALPHABETS)?;
    (0..length).map(|_| u.choose(alphabet).copied()).collect()
}
