//! Strings.

use std::rc::Rc;
use std::sync::Arc;

use super::describe::primitive;
use super::{ComponentType, Lift, Lower};
use crate::context::{LiftContext, LowerContext};
use crate::error::Error;
use crate::guest::Guest;
use crate::observer::Observer;
use crate::strings::{load_string_from_range, store_str};
use crate::trap::Trap;
use crate::types::{Layout, Mismatch, Type, TypeError, Types};
use crate::val::{load_pair, store_pair};

impl ComponentType for str {
    const LAYOUT: Layout = Layout::POINTER_PAIR;

    fn matches(types: &Types, ty: Type) -> Result<(), Mismatch> {
        primitive("str", Type::String, types, ty)
    }

    fn describe(_: &mut Types) -> Result<Type, TypeError> {
        Ok(Type::String)
    }
}

impl Lower for str {
    #[inline]
    fn lower_flat<G: Guest, O: Observer>(
        &self,
        cx: &mut LowerContext<'_, G, O>,
        _: Type,
        values: &mut [u64],
    ) -> Result<(), Error<G::Error>> {
        (values[0], values[1]) = store_str(cx, self)?;
        Ok(())
    }

    #[inline]
    fn store<G: Guest, O: Observer>(
        &self,
        cx: &mut LowerContext<'_, G, O>,
        _: Type,
        at: usize,
    ) -> Result<(), Error<G::Error>> {
        let (ptr, length) = store_str(cx, self)?;
        store_pair(cx, at, ptr, length);
        Ok(())
    }
}

impl ComponentType for String {
    const LAYOUT: Layout = Layout::POINTER_PAIR;

    fn matches(types: &Types, ty: Type) -> Result<(), Mismatch> {
        primitive("String", Type::String, types, ty)
    }

    fn describe(_: &mut Types) -> Result<Type, TypeError> {
        Ok(Type::String)
    }
}

impl Lower for String {
    #[inline]
    fn lower_flat<G: Guest, O: Observer>(
        &self,
        cx: &mut LowerContext<'_, G, O>,
        ty: Type,
        values: &mut [u64],
    ) -> Result<(), Error<G::Error>> {
        self.as_str().lower_flat(cx, ty, values)
    }

    #[inline]
    fn store<G: Guest, O: Observer>(
        &self,
        cx: &mut LowerContext<'_, G, O>,
        ty: Type,
        at: usize,
    ) -> Result<(), Error<G::Error>> {
        self.as_str().store(cx, ty, at)
    }
}

impl Lift for String {
    #[inline]
    fn lift_flat<O: Observer>(cx: &mut LiftContext<'_, O>, _: Type, values: &[u64]) -> Result<String, Trap> {
        let (ptr, length) = (cx.flat_pointer(values[0]), cx.flat_pointer(values[1]));
        load_string_from_range(cx, ptr, length)
    }

    #[inline]
    fn load<O: Observer>(cx: &mut LiftContext<'_, O>, _: Type, at: usize) -> Result<String, Trap> {
        let (ptr, length) = load_pair(cx, at);
        load_string_from_range(cx, ptr, length)
    }
}

/// A type that is lifted as another and then converted.
macro_rules! lift_as {
    ($($ty:ty as $other:ty $(, $generic:ident)?;)*) => {
        $(
            impl$(<$generic: Lift>)? Lift for $ty {
                #[inline]
                fn lift_flat<O: Observer>(cx: &mut LiftContext<'_, O>, ty: Type, values: &[u64]) -> Result<Self, Trap> {
                    Ok(<$other>::lift_flat(cx, ty, values)?.into())
                }

                #[inline]
                fn load<O: Observer>(cx: &mut LiftContext<'_, O>, ty: Type, at: usize) -> Result<Self, Trap> {
                    Ok(<$other>::load(cx, ty, at)?.into())
                }
            }
        )*
    };
}

lift_as! {
    Box<str> as String;
    Rc<str> as String;
    Arc<str> as String;
    Box<[T]> as Vec<T>, T;
    Rc<[T]> as Vec<T>, T;
    Arc<[T]> as Vec<T>, T;
    Box<T> as T, T;
    Rc<T> as T, T;
    Arc<T> as T, T;
}
