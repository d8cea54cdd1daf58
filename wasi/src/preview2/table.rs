//! Interfaces of preview 2 as tables, from which their functions are linked, traced and described.

use std::fmt;

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
                        let cx = context(store.data_mut());
                        let begun = $crate::preview2::show::begin(cx, &[$((stringify!($param), &$param)),*]);
                        let result = $handler $(:: $inner)? $(::<$Of>)? (cx, $($param),*);
                        $crate::preview2::show::end(cx, begun, Self::INTERFACE.name, $name, &result);
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
