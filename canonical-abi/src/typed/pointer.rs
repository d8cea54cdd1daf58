//! What points to a value is lowered as the value.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use super::{ComponentType, Lower};
use crate::context::LowerContext;
use crate::error::Error;
use crate::guest::Guest;
use crate::observer::Observer;
use crate::types::{Layout, Mismatch, Type, TypeError, Types};

macro_rules! pointer {
    ($($ty:ty $(, $owned:ident)?;)*) => {
        $(
            impl<T: ComponentType + ?Sized $(+ $owned)?> ComponentType for $ty {
                const LAYOUT: Layout = T::LAYOUT;
                const HANDLES: bool = T::HANDLES;

                fn matches(types: &Types, ty: Type) -> Result<(), Mismatch> {
                    T::matches(types, ty)
                }

                fn describe(types: &mut Types) -> Result<Type, TypeError> {
                    T::describe(types)
                }
            }

            impl<T: Lower + ?Sized $(+ $owned)?> Lower for $ty {
                #[inline]
                fn lower_flat<G: Guest, O: Observer>(
                    &self,
                    cx: &mut LowerContext<'_, G, O>,
                    ty: Type,
                    values: &mut [u64],
                ) -> Result<(), Error<G::Error>> {
                    T::lower_flat(self, cx, ty, values)
                }

                #[inline]
                fn store<G: Guest, O: Observer>(
                    &self,
                    cx: &mut LowerContext<'_, G, O>,
                    ty: Type,
                    at: usize,
                ) -> Result<(), Error<G::Error>> {
                    T::store(self, cx, ty, at)
                }
            }
        )*
    };
}

pointer! {
    &T;
    Box<T>;
    Rc<T>;
    Arc<T>;
    Cow<'_, T>, ToOwned;
}
