//! Interfaces of preview 2 as tables, from which their functions are linked, traced and described.

use std::fmt;

use falkirk_runtime::{Limit, Result, StoreContextMut};

use crate::context::WasiCtx;

/// An interface of preview 2.
#[derive(Debug)]
pub struct Interface {
    /// Its name, with the version that is implemented. It serves imports of all versions of 0.2.
    pub name: &'static str,
    /// What it is for.
    pub doc: &'static str,
    /// The resources that it defines.
    pub resources: &'static [&'static str],
    /// Its functions.
    pub functions: &'static [Function],
}

/// A function of an [`Interface`].
#[derive(Debug)]
pub struct Function {
    /// Its name, as components import it: `now`, `[method]pollable.ready`.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub doc: &'static str,
    /// The names of its parameters; `this` is the resource that a method is called on.
    pub params: &'static [&'static str],
}

impl fmt::Display for Interface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Makes an interface: a type with the table of its functions, and a function that links what the table has.
///
/// The types are Rust's; the linker compares them with those of the component that imports the function.
macro_rules! interface {
    (
        $(#[doc = $interface_doc:literal])*
        $Interface:ident = $interface:literal {
            $(resource $resource:literal = $Kind:ident;)*
            $($(#[doc = $doc:literal])* $name:literal = $handler:ident $(:: $inner:ident)? $(::<$Of:ident>)?
                ($($param:ident: $ty:ty),* $(,)?) $(-> $ret:ty)?;)*
        }
    ) => {
        $(#[doc = $interface_doc])*
        pub(in crate::preview2) struct $Interface;

        impl $Interface {
            pub(in crate::preview2) const INTERFACE: $crate::preview2::table::Interface =
                $crate::preview2::table::Interface {
                    name: concat!($interface, "@0.2.12"),
                    doc: concat!($($interface_doc),*),
                    resources: &[$($resource),*],
                    functions: &[$($crate::preview2::table::Function {
                        name: $name,
                        doc: concat!($($doc),*),
                        params: &[$(stringify!($param)),*],
                    }),*],
                };

            /// Defines the interface in a linker.
            pub(in crate::preview2) fn link<T: 'static>(
                linker: &mut falkirk_component::Linker<T>,
                context: impl Fn(&mut T) -> &mut $crate::WasiCtx + Copy + Send + Sync + 'static,
            ) -> falkirk_runtime::Result<()> {
                #[allow(unused_mut, reason = "not every interface defines something in it")]
                let mut instance = linker.instance(Self::INTERFACE.name)?;
                $(instance.resource(
                    $resource,
                    $crate::preview2::resources::Kind::$Kind.resource(),
                    move |mut store, rep| context(store.data_mut()).resources.drop_handle(rep),
                )?;)*
                $(instance.func_wrap(
                    $name,
                    move |mut store: falkirk_runtime::StoreContextMut<'_, T>, ($($param,)*): ($($ty,)*)| {
                        let cx = $crate::preview2::table::enter(&mut store, context);
                        let begun = $crate::preview2::show::begin(cx, &[$((stringify!($param), &$param)),*]);
                        let result = $handler $(:: $inner)? $(::<$Of>)? (cx, $($param),*);
                        $crate::preview2::show::end(cx, begun, Self::INTERFACE.name, $name, &result);
                        let result = $crate::preview2::table::leave(&mut store, result);
                        interface!(@wrap result $(, $ret)?)
                    },
                )?;)*
                Ok(())
            }
        }
    };
    (@wrap $result:ident) => { $result };
    (@wrap $result:ident, $ret:ty) => { $result.map(|value: $ret| (value,)) };
}

pub(super) use interface;

/// The context, for a call from this store: an interrupt of the store ends what the guest waits for.
#[inline]
pub(super) fn enter<'a, T: 'static>(
    store: &'a mut StoreContextMut<'_, T>,
    context: impl Fn(&mut T) -> &mut WasiCtx,
) -> &'a mut WasiCtx {
    let id = store.id();
    if !context(store.data_mut()).stop.is_of(id) {
        let handle = store.interrupt_handle();
        context(store.data_mut()).stop_with(id, handle);
    }
    context(store.data_mut())
}

/// What a call gives. If it ended because of an interrupt, the store has noticed that now.
#[inline]
pub(super) fn leave<T: 'static, R>(store: &mut StoreContextMut<'_, T>, result: Result<R>) -> Result<R> {
    if let Err(error) = &result
        && error.limit() == Some(Limit::Interrupted)
    {
        store.check_interrupt()?;
    }
    result
}
