//! `Option` and `Result`.

use super::describe::{TypeOf, payload_describe, payload_matches, unlike};
use super::{ComponentType, Lift, Lower};
use crate::context::{LiftContext, LowerContext, check_discriminant};
use crate::error::Error;
use crate::guest::Guest;
use crate::observer::{Observer, Part};
use crate::trap::Trap;
use crate::types::{Kind, Layout, Mismatch, Type, TypeError, Types};

impl<T: ComponentType> ComponentType for Option<T> {
    const LAYOUT: Layout = Layout::variant(&[None, Some(T::LAYOUT)]);
    const HANDLES: bool = T::HANDLES;

    fn matches(types: &Types, ty: Type) -> Result<(), Mismatch> {
        match types.kind(ty) {
            Some(Kind::Option(some)) => T::matches(types, *some).map_err(|mismatch| mismatch.inside("`some`")),
            _ => Err(unlike("an option", types, ty)),
        }
    }

    fn describe(types: &mut Types) -> Result<Type, TypeError> {
        let some = T::describe(types)?;
        types.option(some)
    }
}

impl<T: Lower> Lower for Option<T> {
    #[inline]
    fn lower_flat<G: Guest, O: Observer>(
        &self,
        cx: &mut LowerContext<'_, G, O>,
        ty: Type,
        values: &mut [u64],
    ) -> Result<(), Error<G::Error>> {
        match self {
            None => {
                values.fill(0);
                Ok(())
            }
            Some(value) => {
                values[0] = 1;
                let ty = cx.types.part_of::<T>(ty, 1);
                cx.part(Part::Case("some"), |cx| value.lower_flat(cx, ty, &mut values[1..]))
            }
        }
    }

    #[inline]
    fn store<G: Guest, O: Observer>(
        &self,
        cx: &mut LowerContext<'_, G, O>,
        ty: Type,
        at: usize,
    ) -> Result<(), Error<G::Error>> {
        cx.write_discriminant(at, 1, usize::from(self.is_some()));
        let Some(value) = self else { return Ok(()) };
        let at = cx.at(at, const { Layout::payload_offset(&[None, Some(T::LAYOUT)]) });
        let ty = cx.types.part_of::<T>(ty, 1);
        cx.part(Part::Case("some"), |cx| value.store(cx, ty, at))
    }
}

impl<T: Lift> Lift for Option<T> {
    #[inline]
    fn lift_flat<O: Observer>(cx: &mut LiftContext<'_, O>, ty: Type, values: &[u64]) -> Result<Option<T>, Trap> {
        if check_discriminant(values[0] as u32, 2)? == 0 {
            return Ok(None);
        }
        let ty = cx.types.part_of::<T>(ty, 1);
        cx.part(Part::Case("some"), |cx| T::lift_flat(cx, ty, &values[1..])).map(Some)
    }

    #[inline]
    fn load<O: Observer>(cx: &mut LiftContext<'_, O>, ty: Type, at: usize) -> Result<Option<T>, Trap> {
        if cx.read_discriminant(at, 1, 2)? == 0 {
            return Ok(None);
        }
        let at = cx.at(at, const { Layout::payload_offset(&[None, Some(T::LAYOUT)]) });
        let ty = cx.types.part_of::<T>(ty, 1);
        cx.part(Part::Case("some"), |cx| T::load(cx, ty, at)).map(Some)
    }
}

impl<T: ComponentType, E: ComponentType> ComponentType for Result<T, E> {
    const LAYOUT: Layout = Layout::variant(&[Some(T::LAYOUT), Some(E::LAYOUT)]);
    const HANDLES: bool = T::HANDLES || E::HANDLES;

    fn matches(types: &Types, ty: Type) -> Result<(), Mismatch> {
        let Some(Kind::Result { ok, err }) = types.kind(ty) else { return Err(unlike("a result", types, ty)) };
        payload_matches(TypeOf::payload::<T>(), types, *ok).map_err(|mismatch| mismatch.inside("`ok`"))?;
        payload_matches(TypeOf::payload::<E>(), types, *err).map_err(|mismatch| mismatch.inside("`err`"))
    }

    fn describe(types: &mut Types) -> Result<Type, TypeError> {
        let ok = payload_describe(TypeOf::payload::<T>(), types)?;
        let err = payload_describe(TypeOf::payload::<E>(), types)?;
        types.result(ok, err)
    }
}

impl<T: Lower, E: Lower> Lower for Result<T, E> {
    #[inline]
    fn lower_flat<G: Guest, O: Observer>(
        &self,
        cx: &mut LowerContext<'_, G, O>,
        ty: Type,
        values: &mut [u64],
    ) -> Result<(), Error<G::Error>> {
        values.fill(0);
        match self {
            Ok(value) => {
                let ty = cx.types.part_of::<T>(ty, 0);
                cx.part(Part::Case("ok"), |cx| value.lower_flat(cx, ty, &mut values[1..=T::LAYOUT.flat as usize]))
            }
            Err(value) => {
                values[0] = 1;
                let ty = cx.types.part_of::<E>(ty, 1);
                cx.part(Part::Case("err"), |cx| value.lower_flat(cx, ty, &mut values[1..=E::LAYOUT.flat as usize]))
            }
        }
    }

    #[inline]
    fn store<G: Guest, O: Observer>(
        &self,
        cx: &mut LowerContext<'_, G, O>,
        ty: Type,
        at: usize,
    ) -> Result<(), Error<G::Error>> {
        cx.write_discriminant(at, 1, usize::from(self.is_err()));
        let at = cx.at(at, const { Layout::payload_offset(&[Some(T::LAYOUT), Some(E::LAYOUT)]) });
        match self {
            Ok(value) => {
                let ty = cx.types.part_of::<T>(ty, 0);
                cx.part(Part::Case("ok"), |cx| value.store(cx, ty, at))
            }
            Err(value) => {
                let ty = cx.types.part_of::<E>(ty, 1);
                cx.part(Part::Case("err"), |cx| value.store(cx, ty, at))
            }
        }
    }
}

impl<T: Lift, E: Lift> Lift for Result<T, E> {
    #[inline]
    fn lift_flat<O: Observer>(cx: &mut LiftContext<'_, O>, ty: Type, values: &[u64]) -> Result<Result<T, E>, Trap> {
        if check_discriminant(values[0] as u32, 2)? == 0 {
            let ty = cx.types.part_of::<T>(ty, 0);
            return cx.part(Part::Case("ok"), |cx| T::lift_flat(cx, ty, &values[1..=T::LAYOUT.flat as usize])).map(Ok);
        }
        let ty = cx.types.part_of::<E>(ty, 1);
        cx.part(Part::Case("err"), |cx| E::lift_flat(cx, ty, &values[1..=E::LAYOUT.flat as usize])).map(Err)
    }

    #[inline]
    fn load<O: Observer>(cx: &mut LiftContext<'_, O>, ty: Type, at: usize) -> Result<Result<T, E>, Trap> {
        let case = cx.read_discriminant(at, 1, 2)?;
        let at = cx.at(at, const { Layout::payload_offset(&[Some(T::LAYOUT), Some(E::LAYOUT)]) });
        if case == 0 {
            let ty = cx.types.part_of::<T>(ty, 0);
            return cx.part(Part::Case("ok"), |cx| T::load(cx, ty, at)).map(Ok);
        }
        let ty = cx.types.part_of::<E>(ty, 1);
        cx.part(Part::Case("err"), |cx| E::load(cx, ty, at)).map(Err)
    }
}
