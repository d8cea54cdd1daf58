//! Lists, and arrays as lists of fixed length.

use super::describe::unlike;
use super::{ComponentType, Lift, Lower};
use crate::context::{LiftContext, LowerContext};
use crate::error::Error;
use crate::guest::Guest;
use crate::observer::{Observer, Part};
use crate::trap::Trap;
use crate::types::{Kind, Layout, Mismatch, Type, TypeError, Types};
use crate::val::{load_pair, store_pair};

impl<T: ComponentType> ComponentType for [T] {
    const LAYOUT: Layout = Layout::POINTER_PAIR;
    const HANDLES: bool = T::HANDLES;

    fn matches(types: &Types, ty: Type) -> Result<(), Mismatch> {
        match types.kind(ty) {
            Some(Kind::List(element)) => T::matches(types, *element).map_err(|mismatch| mismatch.inside("an element")),
            _ => Err(unlike("a list", types, ty)),
        }
    }

    fn describe(types: &mut Types) -> Result<Type, TypeError> {
        let element = T::describe(types)?;
        types.list(element)
    }
}

/// `store_list_into_range`
#[inline]
fn store_list_into_range<T: Lower, G: Guest, O: Observer>(
    items: &[T],
    cx: &mut LowerContext<'_, G, O>,
    ty: Type,
) -> Result<(u64, u64), Error<G::Error>> {
    let shape = T::LAYOUT.shape(cx.ptr_type());
    let at = cx.allocate_list(items.len(), shape.size as usize, shape.align)?;
    T::store_list(items, cx, cx.types.part_of::<T>(ty, 0), at)?;
    Ok((at as u64, items.len() as u64))
}

impl<T: Lower> Lower for [T] {
    #[inline]
    fn lower_flat<G: Guest, O: Observer>(
        &self,
        cx: &mut LowerContext<'_, G, O>,
        ty: Type,
        values: &mut [u64],
    ) -> Result<(), Error<G::Error>> {
        (values[0], values[1]) = store_list_into_range(self, cx, ty)?;
        Ok(())
    }

    #[inline]
    fn store<G: Guest, O: Observer>(
        &self,
        cx: &mut LowerContext<'_, G, O>,
        ty: Type,
        at: usize,
    ) -> Result<(), Error<G::Error>> {
        let (ptr, length) = store_list_into_range(self, cx, ty)?;
        store_pair(cx, at, ptr, length);
        Ok(())
    }
}

impl<T: ComponentType> ComponentType for Vec<T> {
    const LAYOUT: Layout = Layout::POINTER_PAIR;
    const HANDLES: bool = T::HANDLES;

    fn matches(types: &Types, ty: Type) -> Result<(), Mismatch> {
        <[T]>::matches(types, ty)
    }

    fn describe(types: &mut Types) -> Result<Type, TypeError> {
        <[T]>::describe(types)
    }
}

impl<T: Lower> Lower for Vec<T> {
    #[inline]
    fn lower_flat<G: Guest, O: Observer>(
        &self,
        cx: &mut LowerContext<'_, G, O>,
        ty: Type,
        values: &mut [u64],
    ) -> Result<(), Error<G::Error>> {
        self.as_slice().lower_flat(cx, ty, values)
    }

    #[inline]
    fn store<G: Guest, O: Observer>(
        &self,
        cx: &mut LowerContext<'_, G, O>,
        ty: Type,
        at: usize,
    ) -> Result<(), Error<G::Error>> {
        self.as_slice().store(cx, ty, at)
    }
}

/// `load_list_from_range`
#[inline]
fn load_list_from_range<T: Lift, O: Observer>(
    cx: &mut LiftContext<'_, O>,
    ty: Type,
    ptr: u64,
    length: u64,
) -> Result<Vec<T>, Trap> {
    let shape = T::LAYOUT.shape(cx.ptr_type());
    let host = const { if size_of::<T>() == 0 { 1 } else { size_of::<T>() } };
    let at = cx.check_list(ptr, length, shape.size as usize, shape.align, host)?;
    T::load_list(cx, cx.types.part_of::<T>(ty, 0), at, length as usize)
}

impl<T: Lift> Lift for Vec<T> {
    #[inline]
    fn lift_flat<O: Observer>(cx: &mut LiftContext<'_, O>, ty: Type, values: &[u64]) -> Result<Vec<T>, Trap> {
        let (ptr, length) = (cx.flat_pointer(values[0]), cx.flat_pointer(values[1]));
        load_list_from_range(cx, ty, ptr, length)
    }

    #[inline]
    fn load<O: Observer>(cx: &mut LiftContext<'_, O>, ty: Type, at: usize) -> Result<Vec<T>, Trap> {
        let (ptr, length) = load_pair(cx, at);
        load_list_from_range(cx, ty, ptr, length)
    }
}

impl<T: ComponentType, const N: usize> ComponentType for [T; N] {
    const LAYOUT: Layout = Layout::fixed_list(T::LAYOUT, N as u32);
    const HANDLES: bool = T::HANDLES;

    fn matches(types: &Types, ty: Type) -> Result<(), Mismatch> {
        match types.kind(ty) {
            Some(Kind::FixedList(element, length)) if *length as usize == N => {
                T::matches(types, *element).map_err(|mismatch| mismatch.inside("an element"))
            }
            _ => Err(unlike(format_args!("an array of {N}"), types, ty)),
        }
    }

    fn describe(types: &mut Types) -> Result<Type, TypeError> {
        let element = T::describe(types)?;
        types.fixed_list(element, N as u32)
    }
}

impl<T: Lower, const N: usize> Lower for [T; N] {
    #[inline]
    fn lower_flat<G: Guest, O: Observer>(
        &self,
        cx: &mut LowerContext<'_, G, O>,
        ty: Type,
        values: &mut [u64],
    ) -> Result<(), Error<G::Error>> {
        let element = cx.types.part_of::<T>(ty, 0);
        for (i, (item, values)) in self.iter().zip(values.chunks_exact_mut(T::LAYOUT.flat as usize)).enumerate() {
            cx.part(Part::Index(i), |cx| item.lower_flat(cx, element, values))?;
        }
        Ok(())
    }

    #[inline]
    fn store<G: Guest, O: Observer>(
        &self,
        cx: &mut LowerContext<'_, G, O>,
        ty: Type,
        at: usize,
    ) -> Result<(), Error<G::Error>> {
        let element = cx.types.part_of::<T>(ty, 0);
        T::store_list(self, cx, element, at)
    }
}

impl<T: Lift, const N: usize> Lift for [T; N] {
    #[inline]
    fn lift_flat<O: Observer>(cx: &mut LiftContext<'_, O>, ty: Type, values: &[u64]) -> Result<[T; N], Trap> {
        let element = cx.types.part_of::<T>(ty, 0);
        let mut chunks = values.chunks_exact(T::LAYOUT.flat as usize);
        try_array(|i| {
            let values = chunks.next().expect("BUG: there are as many core values as the type has");
            cx.part(Part::Index(i), |cx| T::lift_flat(cx, element, values))
        })
    }

    #[inline]
    fn load<O: Observer>(cx: &mut LiftContext<'_, O>, ty: Type, at: usize) -> Result<[T; N], Trap> {
        let element = cx.types.part_of::<T>(ty, 0);
        let size = T::LAYOUT.size(cx.ptr_type());
        try_array(|i| cx.part(Part::Index(i), |cx| T::load(cx, element, at + i * size)))
    }
}

/// An array whose items may fail; the first failure is the result.
fn try_array<T, const N: usize>(mut item: impl FnMut(usize) -> Result<T, Trap>) -> Result<[T; N], Trap> {
    let mut trap = None;
    let items: [Option<T>; N] = std::array::from_fn(|i| match trap {
        Some(_) => None,
        None => item(i).map_err(|found| trap = Some(found)).ok(),
    });
    match trap {
        Some(trap) => Err(trap),
        None => Ok(items.map(|item| item.expect("BUG: nothing failed"))),
    }
}
