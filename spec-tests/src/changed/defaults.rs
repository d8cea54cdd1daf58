//! A value of any type, but of handles.

use falkirk::component::abi::Kind;
use falkirk::component::{Type, Types, Val};

/// How many values one value is made of at most.
const MOST: u32 = 1000;

/// The first value of a type: zero, nothing, the first case. None where it would need a handle, or be very large.
pub fn default_value(types: &Types, ty: Type) -> Option<Val> {
    make(types, ty, &mut MOST.clone())
}

fn make(types: &Types, ty: Type, left: &mut u32) -> Option<Val> {
    *left = left.checked_sub(1)?;
    let mut of = |ty: &Type| make(types, *ty, left);
    let some = |ty: &Option<Type>, of: &mut dyn FnMut(&Type) -> Option<Val>| match ty {
        None => Some(None),
        Some(ty) => of(ty).map(Some),
    };
    Some(match types.kind(ty) {
        None => primitive(ty),
        Some(Kind::List(_)) => Val::List(Vec::new()),
        Some(Kind::FixedList(element, length)) => Val::List((0..*length).map(|_| of(element)).collect::<Option<_>>()?),
        Some(Kind::Record(fields)) => {
            let values = fields.iter().map(|field| Some((field.name.clone(), of(&field.ty)?)));
            Val::Record(values.collect::<Option<_>>()?)
        }
        Some(Kind::Tuple(parts)) => Val::Tuple(parts.iter().map(of).collect::<Option<_>>()?),
        Some(Kind::Variant(cases)) => Val::variant(cases[0].name.clone(), some(&cases[0].ty, &mut of)?),
        Some(Kind::Enum(names)) => Val::enumeration(names[0].clone()),
        Some(Kind::Option(_)) => Val::option(None),
        Some(Kind::Result { ok, .. }) => Val::result(Ok(some(ok, &mut of)?)),
        Some(Kind::Flags(_)) => Val::Flags(Vec::new()),
        Some(Kind::Own(_) | Kind::Borrow(_)) => return None,
    })
}

fn primitive(ty: Type) -> Val {
    match ty {
        Type::Bool => Val::Bool(false),
        Type::S8 => Val::S8(0),
        Type::U8 => Val::U8(0),
        Type::S16 => Val::S16(0),
        Type::U16 => Val::U16(0),
        Type::S32 => Val::S32(0),
        Type::U32 => Val::U32(0),
        Type::S64 => Val::S64(0),
        Type::U64 => Val::U64(0),
        Type::F32 => Val::F32(0.0),
        Type::F64 => Val::F64(0.0),
        Type::Char => Val::Char('\0'),
        _ => Val::String(String::new()),
    }
}
