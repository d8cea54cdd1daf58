//! Lifting values from core values and lowering them into such (*Flat Lifting*, *Flat Lowering*).
//!
//! A core value is held in 64 bits, 32-bit ones in the lower half. So where cases of a variant share a place, a payload
//! is put there by its bits, whatever the place's type, and taken out by looking at as many bits as it has: of the
//! coercions that the specification lists, nothing is left to do.

use super::Val;
use super::load::{convert_i32_to_char, load_list_from_range, named, part, specialize, unpack_flags};
use super::store::{elements, fields, lower_handle, match_case, mismatch, pack_flags, store_list_into_range};
use crate::context::{LiftContext, LowerContext, check_discriminant};
use crate::error::Error;
use crate::guest::Guest;
use crate::observer::{Observer, Part};
use crate::strings::{load_string_from_range, store_str};
use crate::trap::Trap;
use crate::types::{Defined, Plan, Type};

/// Takes core values one after the other.
struct CoreValues<'a> {
    values: &'a [u64],
}

impl<'a> CoreValues<'a> {
    fn next(&mut self) -> u64 {
        let (first, rest) = self.values.split_first().expect("BUG: there are as many core values as the type has");
        self.values = rest;
        *first
    }

    /// The next so many, to be used apart.
    fn split(&mut self, count: usize) -> CoreValues<'a> {
        let (values, rest) = self.values.split_at(count);
        self.values = rest;
        CoreValues { values }
    }
}

impl Val {
    /// Lifts a value of a type from as many core values as the type flattens to.
    ///
    /// ```
    /// use falkirk_canonical_abi::{Heap, LiftContext, Options, Type, TypeEnv, Val};
    ///
    /// let mut guest = Heap::new(b"....hello");
    /// let mut cx = LiftContext::new(&mut guest, Options::default(), TypeEnv::NONE);
    /// assert_eq!(Val::lift_flat(&mut cx, Type::String, &[4, 5])?, Val::from("hello"));
    /// // The upper bits of a small number do not count.
    /// assert_eq!(Val::lift_flat(&mut cx, Type::S8, &[0xffff_ff80])?, Val::S8(-128));
    /// # Ok::<(), falkirk_canonical_abi::Trap>(())
    /// ```
    pub fn lift_flat<O: Observer>(cx: &mut LiftContext<'_, O>, ty: Type, values: &[u64]) -> Result<Val, Trap> {
        lift(cx, ty, &mut CoreValues { values })
    }

    /// Lowers a value into as many core values as its type flattens to.
    ///
    /// ```
    /// use falkirk_canonical_abi::{Heap, LowerContext, Options, Type, TypeEnv, Val};
    ///
    /// let mut guest = Heap::new(b"....");
    /// let mut cx = LowerContext::new(&mut guest, Options::default(), TypeEnv::NONE);
    /// let mut values = [0; 2];
    /// Val::from("hello").lower_flat(&mut cx, Type::String, &mut values)?;
    /// assert_eq!((values, &guest.bytes[..]), ([4, 5], &b"....hello"[..]));
    /// # Ok::<(), falkirk_canonical_abi::Error<std::convert::Infallible>>(())
    /// ```
    pub fn lower_flat<G: Guest, O: Observer>(
        &self,
        cx: &mut LowerContext<'_, G, O>,
        ty: Type,
        values: &mut [u64],
    ) -> Result<(), Error<G::Error>> {
        match (self, ty) {
            (Val::Bool(value), Type::Bool) => values[0] = u64::from(*value),
            (Val::S8(value), Type::S8) => values[0] = u64::from(*value as u32),
            (Val::U8(value), Type::U8) => values[0] = u64::from(*value),
            (Val::S16(value), Type::S16) => values[0] = u64::from(*value as u32),
            (Val::U16(value), Type::U16) => values[0] = u64::from(*value),
            (Val::S32(value), Type::S32) => values[0] = u64::from(*value as u32),
            (Val::U32(value), Type::U32) => values[0] = u64::from(*value),
            (Val::S64(value), Type::S64) => values[0] = *value as u64,
            (Val::U64(value), Type::U64) => values[0] = *value,
            (Val::F32(value), Type::F32) => values[0] = u64::from(value.to_bits()),
            (Val::F64(value), Type::F64) => values[0] = value.to_bits(),
            (Val::Char(value), Type::Char) => values[0] = u64::from(u32::from(*value)),
            (Val::String(text), Type::String) => (values[0], values[1]) = store_str(cx, text)?,
            (value, Type::Defined(defined)) => lower_defined(value, cx, defined, values)?,
            (value, ty) => return Err(mismatch(value, cx.types.types_if_any(), ty).into()),
        }
        Ok(())
    }
}

/// `lift_flat`
fn lift<O: Observer>(cx: &mut LiftContext<'_, O>, ty: Type, vi: &mut CoreValues<'_>) -> Result<Val, Trap> {
    Ok(match ty {
        Type::Bool => Val::Bool(vi.next() as u32 != 0),
        Type::S8 => Val::S8(vi.next() as i8),
        Type::U8 => Val::U8(vi.next() as u8),
        Type::S16 => Val::S16(vi.next() as i16),
        Type::U16 => Val::U16(vi.next() as u16),
        Type::S32 => Val::S32(vi.next() as i32),
        Type::U32 => Val::U32(vi.next() as u32),
        Type::S64 => Val::S64(vi.next() as i64),
        Type::U64 => Val::U64(vi.next()),
        Type::F32 => Val::F32(f32::from_bits(vi.next() as u32)),
        Type::F64 => Val::F64(f64::from_bits(vi.next())),
        Type::Char => Val::Char(convert_i32_to_char(vi.next() as u32)?),
        Type::String => {
            let (ptr, length) = next_pair(cx, vi);
            Val::String(load_string_from_range(cx, ptr, length)?)
        }
        Type::Defined(defined) => lift_defined(cx, defined, vi)?,
    })
}

fn next_pair<O: Observer>(cx: &LiftContext<'_, O>, vi: &mut CoreValues<'_>) -> (u64, u64) {
    (cx.flat_pointer(vi.next()), cx.flat_pointer(vi.next()))
}

fn lift_defined<O: Observer>(
    cx: &mut LiftContext<'_, O>,
    defined: Defined,
    vi: &mut CoreValues<'_>,
) -> Result<Val, Trap> {
    let types = cx.types.types();
    let kind = types.defined(defined);
    match types.plan(defined) {
        Plan::List(element) => {
            let (ptr, length) = next_pair(cx, vi);
            Ok(Val::List(load_list_from_range(cx, *element, ptr, length)?))
        }
        Plan::FixedList(element, length) => {
            let values: Result<_, _> =
                (0..*length as usize).map(|i| cx.part(Part::Index(i), |cx| lift(cx, *element, vi))).collect();
            Ok(Val::List(values?))
        }
        Plan::Record(slots) => {
            let fields = slots.iter().enumerate();
            let values: Result<_, _> =
                fields.map(|(i, slot)| cx.part(part(kind, i), |cx| lift(cx, slot.ty, vi))).collect();
            Ok(named(kind, values?))
        }
        Plan::Variant(variant) => {
            let mut vi = vi.split(types.layout(Type::Defined(defined)).flat as usize);
            let case = check_discriminant(vi.next() as u32, variant.cases.len())?;
            let payload = match variant.cases[case] {
                Some(ty) => Some(cx.part(part(kind, case), |cx| lift(cx, ty, &mut vi))?),
                None => None,
            };
            Ok(specialize(kind, case, payload))
        }
        Plan::Flags(labels) => {
            let words: Vec<u64> = (0..labels.div_ceil(32)).map(|_| vi.next()).collect();
            Ok(unpack_flags(kind, *labels, |i| words[i / 32] >> (i % 32) & 1 == 1))
        }
        Plan::Own(_) | Plan::Borrow(_) => Ok(Val::Handle(cx.lift_handle(Type::Defined(defined), vi.next() as u32)?)),
    }
}

fn lower_defined<G: Guest, O: Observer>(
    value: &Val,
    cx: &mut LowerContext<'_, G, O>,
    defined: Defined,
    out: &mut [u64],
) -> Result<(), Error<G::Error>> {
    let types = cx.types.types();
    let kind = types.defined(defined);
    match types.plan(defined) {
        Plan::List(element) => {
            (out[0], out[1]) = store_list_into_range(cx, elements(value, types, defined)?, *element)?;
        }
        Plan::FixedList(element, _) => {
            let values = elements(value, types, defined)?;
            let flat = types.layout(*element).flat as usize;
            for (i, (value, out)) in values.iter().zip(out.chunks_exact_mut(flat)).enumerate() {
                cx.part(Part::Index(i), |cx| value.lower_flat(cx, *element, out))?;
            }
        }
        Plan::Record(slots) => {
            let mut rest = out;
            for (i, (value, slot)) in fields(value, types, defined)?.into_iter().zip(slots).enumerate() {
                let (out, behind) = rest.split_at_mut(types.layout(slot.ty).flat as usize);
                rest = behind;
                cx.part(part(kind, i), |cx| value.lower_flat(cx, slot.ty, out))?;
            }
        }
        Plan::Variant(variant) => {
            let (case, payload) = match_case(value, types, defined)?;
            out.fill(0);
            out[0] = case as u64;
            if let (Some(ty), Some(payload)) = (variant.cases[case], payload) {
                let out = &mut out[1..=types.layout(ty).flat as usize];
                cx.part(part(kind, case), |cx| payload.lower_flat(cx, ty, out))?;
            }
        }
        Plan::Flags(_) => {
            let words = pack_flags(value, types, defined)?;
            out.iter_mut().zip(words).for_each(|(out, word)| *out = word.into());
        }
        Plan::Own(_) | Plan::Borrow(_) => out[0] = lower_handle(value, cx, defined)?.into(),
    }
    Ok(())
}
