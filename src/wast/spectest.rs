//! The host module `spectest`, from which the specification's scripts import.

use falkirk_runtime::{
    Error, FuncType, Global, GlobalType, Linker, Memory, MemoryType, RefType, Store, Table, TableType, Val, ValType,
};

/// The module's name, as imports spell it.
pub const NAME: &str = "spectest";

/// The functions: each prints its arguments.
const FUNCTIONS: [(&str, &[ValType]); 7] = [
    ("print", &[]),
    ("print_i32", &[ValType::I32]),
    ("print_i64", &[ValType::I64]),
    ("print_f32", &[ValType::F32]),
    ("print_f64", &[ValType::F64]),
    ("print_i32_f32", &[ValType::I32, ValType::F32]),
    ("print_f64_f64", &[ValType::F64, ValType::F64]),
];

/// Defines `spectest` in `linker`: functions that hand their arguments to `print`, globals of value 666 (or 666.6), a table
/// of 10 to 20 function references, one with 64-bit indices, and a memory of 1 to 2 pages.
///
/// # Errors
///
/// If the linker has a definition of that name already, or the store's limits leave no room.
pub fn define<T: 'static>(
    linker: &mut Linker<T>,
    store: &mut Store<T>,
    print: impl Fn(&[Val]) + Clone + Send + Sync + 'static,
) -> Result<(), Error> {
    for (name, params) in FUNCTIONS {
        let print = print.clone();
        let ty = FuncType::new(params.iter().copied(), []);
        linker.func_new(NAME, name, ty, move |_, arguments, _| {
            print(arguments);
            Ok(())
        })?;
    }
    define_globals(linker, store)?;
    define_table(linker, store, "table", false)?;
    define_table(linker, store, "table64", true)?;
    let memory = Memory::new(&mut *store, MemoryType { min: 1, max: Some(2), memory64: false })?;
    linker.define(&*store, NAME, "memory", memory)?;
    Ok(())
}

fn define_globals<T: 'static>(linker: &mut Linker<T>, store: &mut Store<T>) -> Result<(), Error> {
    let globals = [
        ("global_i32", ValType::I32, Val::I32(666)),
        ("global_i64", ValType::I64, Val::I64(666)),
        ("global_f32", ValType::F32, Val::F32(666.6_f32.to_bits())),
        ("global_f64", ValType::F64, Val::F64(666.6_f64.to_bits())),
    ];
    for (name, content, value) in globals {
        let global = Global::new(&mut *store, GlobalType { content, mutable: false }, value)?;
        linker.define(&*store, NAME, name, global)?;
    }
    Ok(())
}

fn define_table<T: 'static>(
    linker: &mut Linker<T>,
    store: &mut Store<T>,
    name: &str,
    table64: bool,
) -> Result<(), Error> {
    let ty = TableType { element: RefType::FUNCREF, min: 10, max: Some(20), table64 };
    let table = Table::new(&mut *store, ty, Val::FuncRef(None))?;
    linker.define(&*store, NAME, name, table)?;
    Ok(())
}

/// Whether `module` imports from `spectest`.
pub fn is_imported_by(module: &falkirk_runtime::Module) -> bool {
    module.imports().any(|import| import.module() == NAME)
}
