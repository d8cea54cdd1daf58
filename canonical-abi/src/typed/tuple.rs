//! Tuples. The empty one is what a function without parameters takes, and a missing payload of a `result`.

use super::describe::{TypeOf, tuple_describe, tuple_matches, unlike};
use super::{ComponentType, Lift, Lower};
use crate::context::{LiftContext, LowerContext};
use crate::error::Error;
use crate::guest::Guest;
use crate::observer::{Observer, Part};
use crate::trap::Trap;
use crate::types::{Layout, Mismatch, Type, TypeError, Types};

impl ComponentType for () {
    const LAYOUT: Layout = Layout::NOTHING;

    fn matches(types: &Types, ty: Type) -> Result<(), Mismatch> {
        Err(unlike("nothing", types, ty))
    }

    fn describe(types: &mut Types) -> Result<Type, TypeError> {
        types.tuple([])
    }
}

impl Lower for () {
    #[inline]
    fn lower_flat<G: Guest, O: Observer>(
        &self,
        _: &mut LowerContext<'_, G, O>,
        _: Type,
        _: &mut [u64],
    ) -> Result<(), Error<G::Error>> {
        Ok(())
    }

    #[inline]
    fn store<G: Guest, O: Observer>(
        &self,
        _: &mut LowerContext<'_, G, O>,
        _: Type,
        _: usize,
    ) -> Result<(), Error<G::Error>> {
        Ok(())
    }
}

impl Lift for () {
    #[inline]
    fn lift_flat<O: Observer>(_: &mut LiftContext<'_, O>, _: Type, _: &[u64]) -> Result<(), Trap> {
        Ok(())
    }

    #[inline]
    fn load<O: Observer>(_: &mut LiftContext<'_, O>, _: Type, _: usize) -> Result<(), Trap> {
        Ok(())
    }
}

macro_rules! tuple {
    ($($part:ident $i:tt),*) => {
        impl<$($part: ComponentType),*> ComponentType for ($($part,)*) {
            const LAYOUT: Layout = Layout::record(&[$($part::LAYOUT),*]);
            const HANDLES: bool = false $(|| $part::HANDLES)*;

            fn matches(types: &Types, ty: Type) -> Result<(), Mismatch> {
                tuple_matches(&[$(TypeOf::new::<$part>()),*], types, ty)
            }

            fn describe(types: &mut Types) -> Result<Type, TypeError> {
                tuple_describe(&[$(TypeOf::new::<$part>()),*], types)
            }
        }

        impl<$($part: Lower),*> Lower for ($($part,)*) {
            #[inline]
            fn lower_flat<Gu: Guest, Ob: Observer>(
                &self,
                cx: &mut LowerContext<'_, Gu, Ob>,
                ty: Type,
                values: &mut [u64],
            ) -> Result<(), Error<Gu::Error>> {
                let flat = const { Layout::flat_ranges([$($part::LAYOUT),*]) };
                $(
                    let part = cx.types.part_of::<$part>(ty, $i);
                    cx.part(Part::Index($i), |cx| self.$i.lower_flat(cx, part, &mut values[flat[$i].0..flat[$i].1]))?;
                )*
                Ok(())
            }

            #[inline]
            fn store<Gu: Guest, Ob: Observer>(
                &self,
                cx: &mut LowerContext<'_, Gu, Ob>,
                ty: Type,
                at: usize,
            ) -> Result<(), Error<Gu::Error>> {
                let offsets = const { Layout::offsets([$($part::LAYOUT),*]) };
                $(
                    let at_part = cx.at(at, offsets[$i]);
                    let part = cx.types.part_of::<$part>(ty, $i);
                    cx.part(Part::Index($i), |cx| self.$i.store(cx, part, at_part))?;
                )*
                Ok(())
            }
        }

        impl<$($part: Lift),*> Lift for ($($part,)*) {
            #[inline]
            fn lift_flat<Ob: Observer>(cx: &mut LiftContext<'_, Ob>, ty: Type, values: &[u64]) -> Result<Self, Trap> {
                let flat = const { Layout::flat_ranges([$($part::LAYOUT),*]) };
                Ok(($({
                    let part = cx.types.part_of::<$part>(ty, $i);
                    cx.part(Part::Index($i), |cx| $part::lift_flat(cx, part, &values[flat[$i].0..flat[$i].1]))?
                },)*))
            }

            #[inline]
            fn load<Ob: Observer>(cx: &mut LiftContext<'_, Ob>, ty: Type, at: usize) -> Result<Self, Trap> {
                let offsets = const { Layout::offsets([$($part::LAYOUT),*]) };
                Ok(($({
                    let at = cx.at(at, offsets[$i]);
                    let part = cx.types.part_of::<$part>(ty, $i);
                    cx.part(Part::Index($i), |cx| $part::load(cx, part, at))?
                },)*))
            }
        }
    };
}

tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13, O 14);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13, O 14, P 15);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13, O 14, P 15, Q 16);
