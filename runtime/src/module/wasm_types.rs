//! Types as `wasmparser` gives them, turned into ours.
//!
//! Only types that were found valid come here, so what the enabled proposals do not have is a bug.

use wasmparser::{AbstractHeapType, UnpackedIndex};

use crate::types::{FuncType, GlobalType, HeapType, MemoryType, RefType, TableType, TypeId, ValType};

/// The function types that a module has declared so far, with their interned ids.
type Types = [(FuncType, TypeId)];

/// Turns the type of a value, in the module's type indices, into ours.
pub(crate) fn val_type(types: &Types, ty: wasmparser::ValType) -> ValType {
    match ty {
        wasmparser::ValType::I32 => ValType::I32,
        wasmparser::ValType::I64 => ValType::I64,
        wasmparser::ValType::F32 => ValType::F32,
        wasmparser::ValType::F64 => ValType::F64,
        wasmparser::ValType::V128 => ValType::V128,
        wasmparser::ValType::Ref(ty) => ValType::Ref(ref_type(types, ty)),
    }
}

pub(super) fn ref_type(types: &Types, ty: wasmparser::RefType) -> RefType {
    RefType { nullable: ty.is_nullable(), heap: heap_type(types, ty.heap_type()) }
}

fn heap_type(types: &Types, ty: wasmparser::HeapType) -> HeapType {
    match ty {
        wasmparser::HeapType::Abstract { ty: AbstractHeapType::Func, .. } => HeapType::Func,
        wasmparser::HeapType::Abstract { ty: AbstractHeapType::Extern, .. } => HeapType::Extern,
        wasmparser::HeapType::Concrete(UnpackedIndex::Module(index)) => HeapType::Concrete(types[index as usize].1),
        // The types of operands are in the validator's own numbers. Without garbage collection, all that has a number is
        // a function type, so `func` is true of it, if not all there is to say.
        wasmparser::HeapType::Concrete(_) => HeapType::Func,
        ty => panic!("BUG: the validator let through the heap type {ty:?}"),
    }
}

pub(super) fn func_type(types: &Types, ty: &wasmparser::FuncType) -> FuncType {
    let list = |list: &[wasmparser::ValType]| list.iter().map(|&ty| val_type(types, ty)).collect::<Vec<_>>();
    FuncType::new(list(ty.params()), list(ty.results()))
}

pub(super) fn table_type(types: &Types, ty: wasmparser::TableType) -> TableType {
    TableType { element: ref_type(types, ty.element_type), min: ty.initial, max: ty.maximum, table64: ty.table64 }
}

pub(super) fn memory_type(ty: wasmparser::MemoryType) -> MemoryType {
    MemoryType { min: ty.initial, max: ty.maximum, memory64: ty.memory64 }
}

pub(super) fn global_type(types: &Types, ty: wasmparser::GlobalType) -> GlobalType {
    GlobalType { content: val_type(types, ty.content_type), mutable: ty.mutable }
}
