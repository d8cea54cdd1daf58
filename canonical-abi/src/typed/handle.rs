//! Handles of resources.

use super::describe::unlike;
use super::{ComponentType, Lift, Lower};
use crate::context::{LiftContext, LowerContext};
use crate::error::Error;
use crate::guest::Guest;
use crate::observer::Observer;
use crate::trap::Trap;
use crate::types::{Kind, Layout, Mismatch, Type, TypeError, Types};
use crate::val::Handle;

impl ComponentType for Handle {
    const LAYOUT: Layout = Layout::HANDLE;
    const HANDLES: bool = true;

    fn matches(types: &Types, ty: Type) -> Result<(), Mismatch> {
        match types.kind(ty) {
            Some(Kind::Own(_) | Kind::Borrow(_)) => Ok(()),
            _ => Err(unlike("a handle", types, ty)),
        }
    }

    fn describe(_: &mut Types) -> Result<Type, TypeError> {
        Err(TypeError::UnknownResource)
    }
}

impl Lower for Handle {
    fn lower_flat<G: Guest, O: Observer>(
        &self,
        cx: &mut LowerContext<'_, G, O>,
        ty: Type,
        values: &mut [u64],
    ) -> Result<(), Error<G::Error>> {
        values[0] = cx.lower_handle(ty, *self)?.into();
        Ok(())
    }

    fn store<G: Guest, O: Observer>(
        &self,
        cx: &mut LowerContext<'_, G, O>,
        ty: Type,
        at: usize,
    ) -> Result<(), Error<G::Error>> {
        let index = cx.lower_handle(ty, *self)?;
        cx.write(at, index.to_le_bytes());
        Ok(())
    }
}

impl Lift for Handle {
    fn lift_flat<O: Observer>(cx: &mut LiftContext<'_, O>, ty: Type, values: &[u64]) -> Result<Handle, Trap> {
        cx.lift_handle(ty, values[0] as u32)
    }

    fn load<O: Observer>(cx: &mut LiftContext<'_, O>, ty: Type, at: usize) -> Result<Handle, Trap> {
        let index = u32::from_le_bytes(cx.read(at));
        cx.lift_handle(ty, index)
    }
}
