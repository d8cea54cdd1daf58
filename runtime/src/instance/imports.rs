//! Whether what is offered for an import fits it (specification, section 3.3.3, "Import Subtyping").

use crate::error::{LinkError, Result};
use crate::externs::Extern;
use crate::module::{EntityType, Import, ModuleInfo};
use crate::store::StoreInner;
use crate::types::{ExternType, GlobalType, MemoryType, TableType};

/// Checks what is offered for an import.
///
/// # Errors
///
/// It is of another type. The message has both.
pub(crate) fn check_import(store: &StoreInner, info: &ModuleInfo, import: &Import, found: &Extern) -> Result<()> {
    let fits = match (import.entity, found) {
        (EntityType::Func(ty), Extern::Func(func)) => func.type_id(store) == info.types[ty as usize].1,
        (EntityType::Table(wanted), Extern::Table(table)) => {
            table_fits(store.tables[table.index(store.id) as usize].present_type(), wanted)
        }
        (EntityType::Memory(wanted), Extern::Memory(memory)) => {
            memory_fits(store.memories[memory.index(store.id) as usize].present_type(), wanted)
        }
        (EntityType::Global(wanted), Extern::Global(global)) => {
            global_fits(store.globals[global.index(store.id) as usize].ty, wanted)
        }
        _ => false,
    };
    if fits {
        return Ok(());
    }
    let error = LinkError::IncompatibleImport {
        module: import.module.clone(),
        name: import.name.clone(),
        found: store.extern_type(found).to_string(),
        wanted: info.import_type(import).to_string(),
    };
    Err(error.into())
}

fn table_fits(found: TableType, wanted: TableType) -> bool {
    // Elements are read and written, so their types are the same.
    found.element == wanted.element
        && found.table64 == wanted.table64
        && limits_fit((found.min, found.max), (wanted.min, wanted.max))
}

fn memory_fits(found: MemoryType, wanted: MemoryType) -> bool {
    found.memory64 == wanted.memory64 && limits_fit((found.min, found.max), (wanted.min, wanted.max))
}

fn limits_fit(found: (u64, Option<u64>), wanted: (u64, Option<u64>)) -> bool {
    found.0 >= wanted.0 && wanted.1.is_none_or(|wanted| found.1.is_some_and(|found| found <= wanted))
}

fn global_fits(found: GlobalType, wanted: GlobalType) -> bool {
    found.mutable == wanted.mutable
        && match wanted.mutable {
            true => found.content == wanted.content,
            false => found.content.matches(wanted.content),
        }
}

impl StoreInner {
    /// The type of something in the store, for memories and tables with the present size as the minimum.
    fn extern_type(&self, item: &Extern) -> ExternType {
        match item {
            Extern::Func(func) => ExternType::Func(self.engine.types().get(func.type_id(self))),
            Extern::Table(table) => ExternType::Table(self.tables[table.index(self.id) as usize].present_type()),
            Extern::Memory(memory) => ExternType::Memory(self.memories[memory.index(self.id) as usize].present_type()),
            Extern::Global(global) => ExternType::Global(self.globals[global.index(self.id) as usize].ty),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits() {
        let cases = [
            ((1, None), (1, None), true),
            ((2, None), (1, None), true),
            ((0, None), (1, None), false),
            ((1, Some(2)), (1, None), true),
            ((1, Some(2)), (1, Some(2)), true),
            ((1, Some(2)), (1, Some(3)), true),
            ((1, Some(3)), (1, Some(2)), false),
            ((1, None), (1, Some(2)), false),
        ];
        for (found, wanted, fits) in cases {
            assert_eq!(limits_fit(found, wanted), fits, "{found:?} for {wanted:?}");
        }
    }
}
