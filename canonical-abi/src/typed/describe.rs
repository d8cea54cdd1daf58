//! Which type of a component a Rust type is.
//!
//! A Rust type with parts lists them in a [`PartOf`] each; what follows from that list is here, for tuples as well as
//! for what is derived.

use super::ComponentType;
use crate::types::{Kind, Mismatch, Name, Type, TypeError, Types};

/// A part of a Rust type: a field, or a case.
#[derive(Clone, Copy, Debug)]
pub struct PartOf {
    /// Its name in the component's type.
    pub name: &'static str,
    /// Its type; none for a case without payload.
    pub ty: Option<TypeOf>,
}

/// The functions of a [`ComponentType`].
#[derive(Clone, Copy, Debug)]
pub struct TypeOf {
    matches: fn(&Types, Type) -> Result<(), Mismatch>,
    describe: fn(&mut Types) -> Result<Type, TypeError>,
}

impl TypeOf {
    /// Those of this type.
    pub const fn new<T: ComponentType + ?Sized>() -> TypeOf {
        TypeOf { matches: T::matches, describe: T::describe }
    }

    /// Those of this type; none if it is `()`.
    pub const fn payload<T: ComponentType + ?Sized>() -> Option<TypeOf> {
        if T::LAYOUT.flat == 0 { None } else { Some(TypeOf::new::<T>()) }
    }
}

impl PartOf {
    /// A field, or a case with a payload.
    pub const fn new<T: ComponentType + ?Sized>(name: &'static str) -> PartOf {
        PartOf { name, ty: Some(TypeOf::new::<T>()) }
    }

    /// A case without payload.
    pub const fn bare(name: &'static str) -> PartOf {
        PartOf { name, ty: None }
    }

    fn matches(&self, types: &Types, name: &str, ty: Option<Type>) -> Result<(), Mismatch> {
        if self.name != name {
            return Err(Mismatch::new(format_args!("`{}`", self.name), format_args!("`{name}`")));
        }
        payload_matches(self.ty, types, ty).map_err(|mismatch| mismatch.inside(format_args!("`{name}`")))
    }

    fn describe(&self, types: &mut Types) -> Result<(&'static str, Option<Type>), TypeError> {
        Ok((self.name, self.ty.map(|ty| (ty.describe)(types)).transpose()?))
    }
}

/// A primitive type is itself.
pub(super) fn primitive(rust: &str, found: Type, types: &Types, wanted: Type) -> Result<(), Mismatch> {
    if found == wanted { Ok(()) } else { Err(unlike(format_args!("Rust's `{rust}`"), types, wanted)) }
}

/// What was found is not the type that was wanted.
pub(super) fn unlike(found: impl std::fmt::Display, types: &Types, wanted: Type) -> Mismatch {
    Mismatch::new(found, types.display(wanted))
}

/// Both have a payload, of the same type, or neither has.
pub(super) fn payload_matches(found: Option<TypeOf>, types: &Types, wanted: Option<Type>) -> Result<(), Mismatch> {
    match (found, wanted) {
        (None, None) => Ok(()),
        (Some(found), Some(wanted)) => (found.matches)(types, wanted),
        (None, Some(wanted)) => Err(unlike("no payload", types, wanted)),
        (Some(_), None) => Err(Mismatch::new("a payload", "none")),
    }
}

/// Describes a payload, if there is one.
pub(super) fn payload_describe(payload: Option<TypeOf>, types: &mut Types) -> Result<Option<Type>, TypeError> {
    payload.map(|ty| (ty.describe)(types)).transpose()
}

/// A record has these fields.
pub fn record_matches(fields: &[PartOf], types: &Types, ty: Type) -> Result<(), Mismatch> {
    match types.kind(ty) {
        Some(Kind::Record(wanted)) if wanted.len() == fields.len() => wanted
            .iter()
            .zip(fields)
            .try_for_each(|(wanted, field)| field.matches(types, &wanted.name, Some(wanted.ty))),
        _ => Err(unlike(format_args!("a record of {} fields", fields.len()), types, ty)),
    }
}

/// The record with these fields.
pub fn record_describe(fields: &[PartOf], types: &mut Types) -> Result<Type, TypeError> {
    let mut described = Vec::with_capacity(fields.len());
    for field in fields {
        let (name, ty) = field.describe(types)?;
        described.push((name, ty.expect("BUG: a field has a type")));
    }
    types.record(described)
}

/// A tuple has these parts.
pub(super) fn tuple_matches(parts: &[TypeOf], types: &Types, ty: Type) -> Result<(), Mismatch> {
    match types.kind(ty) {
        Some(Kind::Tuple(wanted)) if wanted.len() == parts.len() => {
            wanted.iter().zip(parts).enumerate().try_for_each(|(i, (wanted, part))| {
                (part.matches)(types, *wanted).map_err(|mismatch| mismatch.inside(format_args!("part {i}")))
            })
        }
        _ => Err(unlike(format_args!("a tuple of {}", parts.len()), types, ty)),
    }
}

/// The tuple of these parts.
pub(super) fn tuple_describe(parts: &[TypeOf], types: &mut Types) -> Result<Type, TypeError> {
    let described: Result<Vec<Type>, TypeError> = parts.iter().map(|part| (part.describe)(types)).collect();
    types.tuple(described?)
}

/// A variant has these cases.
pub fn variant_matches(cases: &[PartOf], types: &Types, ty: Type) -> Result<(), Mismatch> {
    match types.kind(ty) {
        Some(Kind::Variant(wanted)) if wanted.len() == cases.len() => {
            wanted.iter().zip(cases).try_for_each(|(wanted, case)| case.matches(types, &wanted.name, wanted.ty))
        }
        _ => Err(unlike(format_args!("a variant of {} cases", cases.len()), types, ty)),
    }
}

/// The variant with these cases.
pub fn variant_describe(cases: &[PartOf], types: &mut Types) -> Result<Type, TypeError> {
    let described: Result<Vec<_>, TypeError> = cases.iter().map(|case| case.describe(types)).collect();
    types.variant(described?)
}

/// An enum has these cases.
pub fn enum_matches(names: &[&str], types: &Types, ty: Type) -> Result<(), Mismatch> {
    match types.kind(ty) {
        Some(Kind::Enum(wanted)) => names_match("an enum", names, wanted),
        _ => Err(unlike(format_args!("an enum of {} cases", names.len()), types, ty)),
    }
}

/// The enum with these cases.
pub fn enum_describe(names: &[&str], types: &mut Types) -> Result<Type, TypeError> {
    types.enumeration(names.iter().copied())
}

/// A flags type has these flags.
pub fn flags_matches(names: &[&str], types: &Types, ty: Type) -> Result<(), Mismatch> {
    match types.kind(ty) {
        Some(Kind::Flags(wanted)) => names_match("flags", names, wanted),
        _ => Err(unlike(format_args!("{} flags", names.len()), types, ty)),
    }
}

/// The type of these flags.
pub fn flags_describe(names: &[&str], types: &mut Types) -> Result<Type, TypeError> {
    types.flags(names.iter().copied())
}

fn names_match(what: &str, found: &[&str], wanted: &[Name]) -> Result<(), Mismatch> {
    if found.iter().copied().eq(wanted.iter().map(|name| &**name)) {
        return Ok(());
    }
    let wanted: Vec<&str> = wanted.iter().map(|name| &**name).collect();
    Err(Mismatch::new(format_args!("{what} {{ {} }}", found.join(", ")), format_args!("{{ {} }}", wanted.join(", "))))
}
