//! What can be imported and exported.

use crate::func::Func;
use crate::global::Global;
use crate::memory::Memory;
use crate::store::{AsContext, StoreId};
use crate::table::Table;
use crate::types::ExternType;

/// Something that a module can import or export (specification, section 4.2.9, "External Values").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extern {
    /// A function.
    Func(Func),
    /// A table.
    Table(Table),
    /// A linear memory.
    Memory(Memory),
    /// A global.
    Global(Global),
}

/// Ways to and from one kind of external value.
macro_rules! kinds {
    ($($kind:ident $into:ident $name:literal;)*) => {
        impl Extern {$(
            #[doc = concat!("The ", $name, ", if this is one.")]
            pub fn $into(self) -> Option<$kind> {
                match self {
                    Extern::$kind(it) => Some(it),
                    _ => None,
                }
            }
        )*}

        $(impl From<$kind> for Extern {
            fn from(it: $kind) -> Extern {
                Extern::$kind(it)
            }
        })*
    };
}

kinds! {
    Func into_func "function";
    Table into_table "table";
    Memory into_memory "memory";
    Global into_global "global";
}

impl Extern {
    /// Panics unless this is of the store with this id.
    pub(crate) fn check(&self, store: StoreId) {
        match self {
            Extern::Func(func) => _ = func.func_ref(store),
            Extern::Table(table) => _ = table.index(store),
            Extern::Memory(memory) => _ = memory.index(store),
            Extern::Global(global) => _ = global.index(store),
        }
    }

    /// The type of this: for memories and tables with the present size as the minimum.
    ///
    /// # Panics
    ///
    /// This is of another store.
    pub fn ty(&self, store: impl AsContext) -> ExternType {
        match self {
            Extern::Func(func) => ExternType::Func(func.ty(store)),
            Extern::Table(table) => ExternType::Table(table.ty(store)),
            Extern::Memory(memory) => ExternType::Memory(memory.ty(store)),
            Extern::Global(global) => ExternType::Global(global.ty(store)),
        }
    }
}
