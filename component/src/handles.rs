//! Handles that Rust's types tell apart.

use std::fmt;
use std::marker::PhantomData;

use falkirk_canonical_abi::{
    ComponentType, Error as AbiError, Guest, Handle, Layout, Lift, LiftContext, Lower, LowerContext, Mismatch,
    Observer, Trap, Type, TypeError, Types,
};
use falkirk_runtime::{AsContextMut, Error, Result};

use crate::resource::{HostResource, drop_resource};

/// A handle of a resource that the host implements. `R` says which: its resource type is [`HostResource::of::<R>()`].
///
/// Where a function's type says `own`, whoever has this has the resource, and gives it away with the value; so there is
/// no `Clone`. Where it says `borrow`, a host function may use the resource until it returns. What the number in it
/// means is up to the host: a [`ResourceTable`](crate::ResourceTable) gives it a meaning.
///
/// A guest cannot make one up: what it gives is looked up in its own table of handles first.
///
/// [`HostResource::of::<R>()`]: HostResource::of
///
/// [The book](crate#in-the-book) explains it in chapters 14 and 19.
pub struct Resource<R> {
    rep: u32,
    resource: PhantomData<fn() -> R>,
}

impl<R: 'static> Resource<R> {
    /// A handle for the resource with this representation.
    pub fn new(rep: u32) -> Resource<R> {
        Resource { rep, resource: PhantomData }
    }

    /// A handle of which nothing was known.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](falkirk_runtime::ErrorKind::Usage): it is of another resource.
    pub fn from_handle(handle: Handle) -> Result<Resource<R>> {
        match handle.ty == HostResource::of::<R>().ty() {
            true => Ok(Resource::new(handle.rep)),
            false => Err(Error::usage(format!("the handle is no `{}`", std::any::type_name::<R>()))),
        }
    }

    /// The representation.
    pub fn rep(&self) -> u32 {
        self.rep
    }

    /// The same as a handle of any resource.
    pub fn handle(&self) -> Handle {
        HostResource::of::<R>().handle(self.rep)
    }

    /// What was lifted at an index of a guest's table.
    fn lifted(handle: Handle, index: u32) -> Result<Resource<R>, Trap> {
        match handle.ty == HostResource::of::<R>().ty() {
            true => Ok(Resource::new(handle.rep)),
            false => Err(Trap::WrongResource { index }),
        }
    }
}

impl<R> fmt::Debug for Resource<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Resource({})", self.rep)
    }
}

/// A handle of a resource that a guest implements, such as a constructor that it exports has returned. `R` says which.
///
/// It can be given back to the guest, as `own` once and as `borrow` (by reference) any number of times. Whoever is done
/// with it calls [`GuestResource::resource_drop`]: nothing happens when the value is dropped, since there is no store at
/// hand then, and the guest keeps the resource until its store goes.
pub struct GuestResource<R> {
    handle: Handle,
    resource: PhantomData<fn() -> R>,
}

impl<R> GuestResource<R> {
    /// A handle of which only the caller knows that it is of this resource. If it is not, the guest's function that it is
    /// given to fails.
    pub fn from_handle(handle: Handle) -> GuestResource<R> {
        GuestResource { handle, resource: PhantomData }
    }

    /// The same as a handle of any resource.
    pub fn handle(&self) -> Handle {
        self.handle
    }

    /// Ends the resource's life: its destructor in the guest is called.
    ///
    /// # Errors
    ///
    /// Whatever stops the destructor; also that the guest may not be entered.
    ///
    /// # Panics
    ///
    /// The handle is of another store.
    pub fn resource_drop(self, store: impl AsContextMut) -> Result<()> {
        drop_resource(store, self.handle)
    }
}

impl<R> fmt::Debug for GuestResource<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GuestResource({})", self.handle.rep)
    }
}

/// Both cross as handles; they differ in what becomes of one that was lifted.
macro_rules! handle {
    ($($name:ident<$resource:ident $(: $bound:lifetime)?>, |$handle:ident, $index:ident| $lifted:expr;)*) => {$(
        impl<$resource $(: $bound)?> ComponentType for $name<$resource> {
            const LAYOUT: Layout = Handle::LAYOUT;
            const HANDLES: bool = true;

            fn matches(types: &Types, ty: Type) -> Result<(), Mismatch> {
                Handle::matches(types, ty)
            }

            fn describe(types: &mut Types) -> Result<Type, TypeError> {
                Handle::describe(types)
            }
        }

        impl<$resource $(: $bound)?> Lower for $name<$resource> {
            fn lower_flat<G: Guest, O: Observer>(
                &self,
                cx: &mut LowerContext<'_, G, O>,
                ty: Type,
                values: &mut [u64],
            ) -> Result<(), AbiError<G::Error>> {
                self.handle().lower_flat(cx, ty, values)
            }

            fn store<G: Guest, O: Observer>(
                &self,
                cx: &mut LowerContext<'_, G, O>,
                ty: Type,
                at: usize,
            ) -> Result<(), AbiError<G::Error>> {
                self.handle().store(cx, ty, at)
            }
        }

        impl<$resource $(: $bound)?> Lift for $name<$resource> {
            fn lift_flat<O: Observer>(cx: &mut LiftContext<'_, O>, ty: Type, values: &[u64]) -> Result<Self, Trap> {
                let ($handle, $index) = (Handle::lift_flat(cx, ty, values)?, values[0] as u32);
                $lifted
            }

            fn load<O: Observer>(cx: &mut LiftContext<'_, O>, ty: Type, at: usize) -> Result<Self, Trap> {
                let ($handle, $index) = (Handle::load(cx, ty, at)?, u32::from_le_bytes(cx.read(at)));
                $lifted
            }
        }
    )*};
}

handle! {
    Resource<R: 'static>, |handle, index| Self::lifted(handle, index);
    GuestResource<R>, |handle, _index| Ok(Self::from_handle(handle));
}
