//! Lifting a value out of memory (*Loading*).

use super::Val;
use crate::context::LiftContext;
use crate::observer::{Observer, Part};
use crate::strings::load_string_from_range;
use crate::trap::Trap;
use crate::types::{Defined, Kind, Name, Plan, Type, VariantPlan};

/// A number that may be a `char`: `convert_i32_to_char`.
#[inline]
pub fn convert_i32_to_char(found: u32) -> Result<char, Trap> {
    let trap = if found > 0x10ffff { Trap::CharOutOfRange { found } } else { Trap::CharIsSurrogate { found } };
    char::from_u32(found).ok_or(trap)
}

impl Val {
    /// Loads a value of a type. Its address is aligned, and all of its bytes lie in memory: who calls has checked that.
    ///
    /// ```
    /// use falkirk_canonical_abi::{Heap, LiftContext, Options, Type, TypeEnv, Types, Val};
    ///
    /// let mut types = Types::new();
    /// let pair = types.tuple([Type::U8, Type::U16])?;
    /// let mut guest = Heap::new([7, 0xff, 0x34, 0x12]); // 0xff is padding
    /// let mut cx = LiftContext::new(&mut guest, Options::default(), TypeEnv::new(&types));
    /// assert_eq!(Val::load(&mut cx, pair, 0)?, Val::Tuple(vec![Val::U8(7), Val::U16(0x1234)]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn load<O: Observer>(cx: &mut LiftContext<'_, O>, ty: Type, at: usize) -> Result<Val, Trap> {
        Ok(match ty {
            Type::Bool => Val::Bool(u8::from_le_bytes(cx.read(at)) != 0),
            Type::S8 => Val::S8(i8::from_le_bytes(cx.read(at))),
            Type::U8 => Val::U8(u8::from_le_bytes(cx.read(at))),
            Type::S16 => Val::S16(i16::from_le_bytes(cx.read(at))),
            Type::U16 => Val::U16(u16::from_le_bytes(cx.read(at))),
            Type::S32 => Val::S32(i32::from_le_bytes(cx.read(at))),
            Type::U32 => Val::U32(u32::from_le_bytes(cx.read(at))),
            Type::S64 => Val::S64(i64::from_le_bytes(cx.read(at))),
            Type::U64 => Val::U64(u64::from_le_bytes(cx.read(at))),
            Type::F32 => Val::F32(f32::from_le_bytes(cx.read(at))),
            Type::F64 => Val::F64(f64::from_le_bytes(cx.read(at))),
            Type::Char => Val::Char(convert_i32_to_char(u32::from_le_bytes(cx.read(at)))?),
            Type::String => {
                let (ptr, length) = load_pair(cx, at);
                Val::String(load_string_from_range(cx, ptr, length)?)
            }
            Type::Defined(defined) => load_defined(cx, defined, at)?,
        })
    }
}

/// An address and a length.
pub(crate) fn load_pair<O: Observer>(cx: &mut LiftContext<'_, O>, at: usize) -> (u64, u64) {
    let length = at + cx.ptr_type().size() as usize;
    (cx.read_pointer(at), cx.read_pointer(length))
}

fn load_defined<O: Observer>(cx: &mut LiftContext<'_, O>, defined: Defined, at: usize) -> Result<Val, Trap> {
    let types = cx.types.types();
    match types.plan(defined) {
        Plan::List(element) => {
            let (ptr, length) = load_pair(cx, at);
            Ok(Val::List(load_list_from_range(cx, *element, ptr, length)?))
        }
        Plan::FixedList(element, length) => {
            cx.budget.charge(u64::from(*length) * size_of::<Val>() as u64)?;
            Ok(Val::List(load_list_from_valid_range(cx, *element, at, *length as usize)?))
        }
        Plan::Record(slots) => {
            cx.budget.charge((slots.len() * size_of::<(Name, Val)>()) as u64)?;
            let mut values = Vec::with_capacity(slots.len());
            for (i, slot) in slots.iter().enumerate() {
                let at = cx.at(at, slot.offset);
                values.push(cx.part(part(types.defined(defined), i), |cx| Val::load(cx, slot.ty, at))?);
            }
            Ok(named(types.defined(defined), values))
        }
        Plan::Variant(variant) => load_variant(cx, defined, variant, at),
        Plan::Flags(labels) => {
            cx.budget.charge((*labels * size_of::<Name>()) as u64)?;
            let size = types.layout(Type::Defined(defined)).at32.size as usize;
            let bytes = cx.read_bytes(at, size);
            Ok(unpack_flags(types.defined(defined), *labels, |i| bytes[i / 8] >> (i % 8) & 1 == 1))
        }
        Plan::Own(_) | Plan::Borrow(_) => {
            let index = u32::from_le_bytes(cx.read(at));
            Ok(Val::Handle(cx.lift_handle(Type::Defined(defined), index)?))
        }
    }
}

/// `load_list_from_range`
pub(super) fn load_list_from_range<O: Observer>(
    cx: &mut LiftContext<'_, O>,
    element: Type,
    ptr: u64,
    length: u64,
) -> Result<Vec<Val>, Trap> {
    let shape = cx.types.layout(element).shape(cx.ptr_type());
    let at = cx.check_list(ptr, length, shape.size as usize, shape.align, size_of::<Val>())?;
    load_list_from_valid_range(cx, element, at, length as usize)
}

/// `load_list_from_valid_range`
fn load_list_from_valid_range<O: Observer>(
    cx: &mut LiftContext<'_, O>,
    element: Type,
    at: usize,
    length: usize,
) -> Result<Vec<Val>, Trap> {
    let size = cx.types.layout(element).size(cx.ptr_type());
    let mut values = Vec::with_capacity(length);
    for i in 0..length {
        values.push(cx.part(Part::Index(i), |cx| Val::load(cx, element, at + i * size))?);
    }
    Ok(values)
}

/// `load_variant`
fn load_variant<O: Observer>(
    cx: &mut LiftContext<'_, O>,
    defined: Defined,
    plan: &VariantPlan,
    at: usize,
) -> Result<Val, Trap> {
    let kind = cx.types.types().defined(defined);
    let case = cx.read_discriminant(at, plan.tag, plan.cases.len())?;
    let at = cx.at(at, plan.payload);
    let payload = match plan.cases[case] {
        Some(ty) => {
            cx.budget.charge(size_of::<Val>() as u64)?;
            Some(cx.part(part(kind, case), |cx| Val::load(cx, ty, at))?)
        }
        None => None,
    };
    Ok(specialize(kind, case, payload))
}

/// What the observer calls a part of a value of this kind.
pub(crate) fn part(kind: &Kind, index: usize) -> Part<'_> {
    match kind {
        Kind::Record(fields) => Part::Field(&fields[index].name),
        Kind::Variant(cases) => Part::Case(&cases[index].name),
        Kind::Option(_) => Part::Case("some"),
        Kind::Result { .. } => Part::Case(["ok", "err"][index]),
        _ => Part::Index(index),
    }
}

/// A record or tuple of these fields.
pub(super) fn named(kind: &Kind, values: Vec<Val>) -> Val {
    match kind {
        Kind::Record(fields) => {
            Val::Record(fields.iter().map(|field| field.name.clone()).zip(values).collect::<Vec<(Name, Val)>>())
        }
        _ => Val::Tuple(values),
    }
}

/// The value that a variant with this case is: the way back from *despecialization*.
pub(super) fn specialize(kind: &Kind, case: usize, payload: Option<Val>) -> Val {
    let payload = payload.map(Box::new);
    match kind {
        Kind::Variant(cases) => Val::Variant(cases[case].name.clone(), payload),
        Kind::Enum(names) => Val::Enum(names[case].clone()),
        Kind::Option(_) => Val::Option(payload),
        Kind::Result { .. } => Val::Result(if case == 0 { Ok(payload) } else { Err(payload) }),
        other => panic!("BUG: {other:?} has no cases"),
    }
}

/// The flags whose bits are set; further bits are ignored.
pub(super) fn unpack_flags(kind: &Kind, labels: usize, is_set: impl Fn(usize) -> bool) -> Val {
    let Kind::Flags(names) = kind else { panic!("BUG: {kind:?} has no flags") };
    Val::Flags((0..labels).filter(|i| is_set(*i)).map(|i| names[i].clone()).collect())
}
