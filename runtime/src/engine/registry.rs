//! Function types, interned for a whole engine.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use crate::types::{FuncType, TypeId};

/// The function types of an engine, each with one id.
///
/// Types are never given back: an engine that keeps loading modules with new types keeps a few hundred bytes of each.
#[derive(Debug, Default)]
pub(crate) struct TypeRegistry(RwLock<Types>);

#[derive(Debug, Default)]
struct Types {
    ids: HashMap<FuncType, TypeId>,
    list: Vec<FuncType>,
}

impl TypeRegistry {
    /// The id of this type.
    pub fn intern(&self, ty: &FuncType) -> TypeId {
        if let Some(&id) = self.0.read().unwrap_or_else(PoisonError::into_inner).ids.get(ty) {
            return id;
        }
        let mut types = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let types = &mut *types;
        *types.ids.entry(ty.clone()).or_insert_with(|| {
            let id = TypeId(types.list.len() as u32);
            types.list.push(ty.clone());
            id
        })
    }

    /// The type with this id.
    pub fn get(&self, id: TypeId) -> FuncType {
        self.0.read().unwrap_or_else(PoisonError::into_inner).list[id.0 as usize].clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::ValType;

    #[test]
    fn equal_types_have_equal_ids() {
        let registry = TypeRegistry::default();
        let a = FuncType::new([ValType::I32], [ValType::I64]);
        let b = FuncType::new([ValType::I64], [ValType::I32]);
        let (id_a, id_b) = (registry.intern(&a), registry.intern(&b));
        assert_ne!(id_a, id_b);
        assert_eq!(registry.intern(&a.clone()), id_a);
        assert_eq!(registry.get(id_b), b);
    }
}
