//! Something for whatever a module imports: functions that give zeros or fail, memories, tables and globals of the right
//! type.

use falkirk::{
    Error, Extern, ExternType, Func, FuncType, Global, Memory, Module, Store, StoreLimits, Table, Val, ValType,
};

/// One item for each import, in order.
///
/// # Errors
///
/// If a type has no value that can be made up (a reference that is never null), or the store's limits leave no room.
pub fn make_up(store: &mut Store<StoreLimits>, module: &Module) -> Result<Vec<Extern>, Error> {
    let types: Vec<ExternType> = module.imports().map(|import| import.ty()).collect();
    types.into_iter().enumerate().map(|(position, ty)| item(store, position, ty)).collect()
}

fn item(store: &mut Store<StoreLimits>, position: usize, ty: ExternType) -> Result<Extern, Error> {
    Ok(match ty {
        ExternType::Func(ty) => function(store, position, ty).into(),
        ExternType::Global(ty) => Global::new(&mut *store, ty, zero(ty.content)?)?.into(),
        ExternType::Memory(ty) => Memory::new(&mut *store, ty)?.into(),
        ExternType::Table(ty) => Table::new(&mut *store, ty, zero(ValType::Ref(ty.element))?)?.into(),
    })
}

/// Every fourth function fails; the others give zeros.
fn function(store: &mut Store<StoreLimits>, position: usize, ty: FuncType) -> Func {
    let types = ty.results().to_vec();
    Func::new(store, ty, move |_, _, results: &mut [Val]| {
        if position % 4 == 3 {
            return Err(Error::msg("this import fails"));
        }
        for (result, ty) in results.iter_mut().zip(&types) {
            *result = zero(*ty)?;
        }
        Ok(())
    })
}

fn zero(ty: ValType) -> Result<Val, Error> {
    Val::default_for(ty).ok_or_else(|| Error::msg(format!("there is no value of type {ty} to make up")))
}
