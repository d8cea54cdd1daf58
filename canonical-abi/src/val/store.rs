//! Lowering a value into memory (*Storing*).

use super::Val;
use super::load::part;
use crate::context::LowerContext;
use crate::error::Error;
use crate::guest::Guest;
use crate::observer::{Observer, Part};
use crate::strings::store_str;
use crate::types::{Defined, Kind, Mismatch, Name, Plan, Type, Types};

impl Val {
    /// Stores a value as one of a type. The address is aligned, and the type's size lies in memory from there on: who
    /// calls has checked that.
    ///
    /// ```
    /// use falkirk_canonical_abi::{Heap, LowerContext, Options, Type, TypeEnv, Types, Val};
    ///
    /// let mut types = Types::new();
    /// let maybe = types.option(Type::U16)?;
    /// let mut guest = Heap::new([0xff; 4]);
    /// let mut cx = LowerContext::new(&mut guest, Options::default(), TypeEnv::new(&types));
    /// Val::option(Some(Val::U16(0x1234))).store(&mut cx, maybe, 0)?;
    /// assert_eq!(guest.bytes, [1, 0xff, 0x34, 0x12]); // the case, padding as it was, and the payload
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn store<G: Guest, O: Observer>(
        &self,
        cx: &mut LowerContext<'_, G, O>,
        ty: Type,
        at: usize,
    ) -> Result<(), Error<G::Error>> {
        match (self, ty) {
            (Val::Bool(value), Type::Bool) => cx.write(at, [u8::from(*value)]),
            (Val::S8(value), Type::S8) => cx.write(at, value.to_le_bytes()),
            (Val::U8(value), Type::U8) => cx.write(at, value.to_le_bytes()),
            (Val::S16(value), Type::S16) => cx.write(at, value.to_le_bytes()),
            (Val::U16(value), Type::U16) => cx.write(at, value.to_le_bytes()),
            (Val::S32(value), Type::S32) => cx.write(at, value.to_le_bytes()),
            (Val::U32(value), Type::U32) => cx.write(at, value.to_le_bytes()),
            (Val::S64(value), Type::S64) => cx.write(at, value.to_le_bytes()),
            (Val::U64(value), Type::U64) => cx.write(at, value.to_le_bytes()),
            (Val::F32(value), Type::F32) => cx.write(at, value.to_le_bytes()),
            (Val::F64(value), Type::F64) => cx.write(at, value.to_le_bytes()),
            (Val::Char(value), Type::Char) => cx.write(at, u32::from(*value).to_le_bytes()),
            (Val::String(text), Type::String) => {
                let (ptr, length) = store_str(cx, text)?;
                store_pair(cx, at, ptr, length);
            }
            (value, Type::Defined(defined)) => store_defined(value, cx, defined, at)?,
            (value, ty) => return Err(mismatch(value, cx.types.types_if_any(), ty).into()),
        }
        Ok(())
    }
}

/// An address and a length.
pub(crate) fn store_pair<G: Guest, O: Observer>(cx: &mut LowerContext<'_, G, O>, at: usize, ptr: u64, length: u64) {
    let second = at + cx.ptr_type().size() as usize;
    cx.write_pointer(at, ptr);
    cx.write_pointer(second, length);
}

fn store_defined<G: Guest, O: Observer>(
    value: &Val,
    cx: &mut LowerContext<'_, G, O>,
    defined: Defined,
    at: usize,
) -> Result<(), Error<G::Error>> {
    let types = cx.types.types();
    let kind = types.defined(defined);
    match types.plan(defined) {
        Plan::List(element) => {
            let (ptr, length) = store_list_into_range(cx, elements(value, types, defined)?, *element)?;
            store_pair(cx, at, ptr, length);
        }
        Plan::FixedList(element, _) => {
            store_list_into_valid_range(cx, elements(value, types, defined)?, *element, at)?;
        }
        Plan::Record(slots) => {
            for (i, (value, slot)) in fields(value, types, defined)?.into_iter().zip(slots).enumerate() {
                let at = cx.at(at, slot.offset);
                cx.part(part(kind, i), |cx| value.store(cx, slot.ty, at))?;
            }
        }
        Plan::Variant(variant) => {
            let (case, payload) = match_case(value, types, defined)?;
            cx.write_discriminant(at, variant.tag, case);
            if let (Some(ty), Some(payload)) = (variant.cases[case], payload) {
                let at = cx.at(at, variant.payload);
                cx.part(part(kind, case), |cx| payload.store(cx, ty, at))?;
            }
        }
        Plan::Flags(_) => {
            let words = pack_flags(value, types, defined)?;
            let size = types.layout(Type::Defined(defined)).at32.size as usize;
            let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).take(size).collect();
            cx.write_bytes(at, &bytes);
        }
        Plan::Own(_) | Plan::Borrow(_) => {
            let index = lower_handle(value, cx, defined)?;
            cx.write(at, index.to_le_bytes());
        }
    }
    Ok(())
}

/// `store_list_into_range`
pub(super) fn store_list_into_range<G: Guest, O: Observer>(
    cx: &mut LowerContext<'_, G, O>,
    values: &[Val],
    element: Type,
) -> Result<(u64, u64), Error<G::Error>> {
    let shape = cx.types.layout(element).shape(cx.ptr_type());
    let at = cx.allocate_list(values.len(), shape.size as usize, shape.align)?;
    store_list_into_valid_range(cx, values, element, at)?;
    Ok((at as u64, values.len() as u64))
}

/// `store_list_into_valid_range`
fn store_list_into_valid_range<G: Guest, O: Observer>(
    cx: &mut LowerContext<'_, G, O>,
    values: &[Val],
    element: Type,
    at: usize,
) -> Result<(), Error<G::Error>> {
    let size = cx.types.layout(element).size(cx.ptr_type());
    for (i, value) in values.iter().enumerate() {
        cx.part(Part::Index(i), |cx| value.store(cx, element, at + i * size))?;
    }
    Ok(())
}

/// Puts a value's handle into the guest's table.
pub(super) fn lower_handle<G: Guest, O: Observer>(
    value: &Val,
    cx: &mut LowerContext<'_, G, O>,
    defined: Defined,
) -> Result<u32, Error<G::Error>> {
    let ty = Type::Defined(defined);
    match value {
        Val::Handle(handle) => cx.lower_handle(ty, *handle),
        other => Err(mismatch(other, cx.types.types_if_any(), ty).into()),
    }
}

/// A value that is not of the type that is wanted.
pub(super) fn mismatch(value: &Val, types: Option<&Types>, ty: Type) -> Mismatch {
    match types {
        Some(types) => Mismatch::new(value.sort(), types.display(ty)),
        None => Mismatch::new(value.sort(), Types::new().display(ty)),
    }
}

/// The elements of a list; as many as there must be, if its length is fixed.
pub(super) fn elements<'v>(value: &'v Val, types: &Types, defined: Defined) -> Result<&'v [Val], Mismatch> {
    let Val::List(values) = value else { return Err(mismatch(value, Some(types), Type::Defined(defined))) };
    match types.defined(defined) {
        Kind::FixedList(_, length) if values.len() != *length as usize => {
            Err(Mismatch::new(format_args!("a list of {}", values.len()), types.display(Type::Defined(defined))))
        }
        Kind::List(_) | Kind::FixedList(..) => Ok(values),
        _ => Err(mismatch(value, Some(types), Type::Defined(defined))),
    }
}

/// The fields of a record or tuple, in the order of its type.
pub(super) fn fields<'v>(value: &'v Val, types: &Types, defined: Defined) -> Result<Vec<&'v Val>, Mismatch> {
    match (types.defined(defined), value) {
        (Kind::Record(fields), Val::Record(values)) if names_agree(fields, values) => {
            Ok(values.iter().map(|(_, value)| value).collect())
        }
        (Kind::Record(_), Val::Record(values)) => {
            let names: Vec<&str> = values.iter().map(|(name, _)| &**name).collect();
            let found = format!("a record of the fields {}", names.join(", "));
            Err(Mismatch::new(found, types.display(Type::Defined(defined))))
        }
        (Kind::Tuple(parts), Val::Tuple(values)) if parts.len() == values.len() => Ok(values.iter().collect()),
        (Kind::Tuple(_), Val::Tuple(values)) => {
            Err(Mismatch::new(format_args!("a tuple of {}", values.len()), types.display(Type::Defined(defined))))
        }
        _ => Err(mismatch(value, Some(types), Type::Defined(defined))),
    }
}

fn names_agree(fields: &[crate::types::Field], values: &[(Name, Val)]) -> bool {
    fields.len() == values.len() && fields.iter().zip(values).all(|(field, (name, _))| field.name == *name)
}

/// The number of a value's case, and what it carries: `match_case`.
pub(super) fn match_case<'v>(
    value: &'v Val,
    types: &Types,
    defined: Defined,
) -> Result<(usize, Option<&'v Val>), Mismatch> {
    let kind = types.defined(defined);
    let (case, payload) = match (kind, value) {
        (Kind::Variant(cases), Val::Variant(name, payload)) => {
            (cases.iter().position(|case| case.name == *name), payload.as_deref())
        }
        (Kind::Enum(names), Val::Enum(name)) => (names.iter().position(|other| other == name), None),
        (Kind::Option(_), Val::Option(payload)) => (Some(usize::from(payload.is_some())), payload.as_deref()),
        (Kind::Result { .. }, Val::Result(Ok(payload))) => (Some(0), payload.as_deref()),
        (Kind::Result { .. }, Val::Result(Err(payload))) => (Some(1), payload.as_deref()),
        _ => return Err(mismatch(value, Some(types), Type::Defined(defined))),
    };
    let wanted = types.display(Type::Defined(defined));
    let (Some(case), Plan::Variant(plan)) = (case, types.plan(defined)) else {
        let (Val::Variant(name, _) | Val::Enum(name)) = value else { panic!("BUG: {value:?} has a known case") };
        return Err(Mismatch::new(format_args!("the case `{name}`"), wanted));
    };
    match (plan.cases[case], payload) {
        (Some(_), None) => Err(Mismatch::new("a case without its payload", wanted)),
        (None, Some(_)) => Err(Mismatch::new("a case with a payload too many", wanted)),
        _ => Ok((case, payload)),
    }
}

/// A bit for each flag, in words of 32: `pack_flags_into_int`.
pub(super) fn pack_flags(value: &Val, types: &Types, defined: Defined) -> Result<Vec<u32>, Mismatch> {
    let (Kind::Flags(names), Val::Flags(set)) = (types.defined(defined), value) else {
        return Err(mismatch(value, Some(types), Type::Defined(defined)));
    };
    let mut words = vec![0; names.len().div_ceil(32)];
    for name in set {
        let Some(bit) = names.iter().position(|other| other == name) else {
            return Err(Mismatch::new(format_args!("the flag `{name}`"), types.display(Type::Defined(defined))));
        };
        words[bit / 32] |= 1 << (bit % 32);
    }
    Ok(words)
}
