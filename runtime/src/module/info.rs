//! What a module declares, in the specification's terms (section 2.5 "Modules").

use std::ops::Range;
use std::sync::Arc;

use crate::numerics::V128;
use crate::types::{FuncType, GlobalType, MemoryType, RefType, TableType, TypeId, ValType};
use crate::vm::VmLayout;

/// A validated module's declarations. Every index space starts with what is imported.
#[derive(Debug, Default)]
pub struct ModuleInfo {
    /// The binary, which function bodies and segments refer to.
    pub bytes: Arc<Vec<u8>>,
    /// The function types of the type section, with their interned ids.
    pub types: Vec<(FuncType, TypeId)>,
    /// The imports, in order.
    pub imports: Vec<Import>,
    /// For each function the index of its type in [`ModuleInfo::types`].
    pub functions: Vec<u32>,
    /// How many of the functions are imported.
    pub imported_functions: u32,
    /// For each function that the module defines, its body in [`ModuleInfo::bytes`]: from the count of its local
    /// declarations to its last `end`.
    pub bodies: Vec<Range<usize>>,
    /// For each function, the number of its `FuncRef` in the instance's context, or `u32::MAX` if nothing refers to it.
    pub func_ref_of: Vec<u32>,
    /// The tables.
    pub tables: Vec<TableType>,
    /// How many of the tables are imported.
    pub imported_tables: u32,
    /// For each table that the module defines, the value of its elements at the start, unless null.
    pub table_inits: Vec<Option<ConstExpr>>,
    /// The memories.
    pub memories: Vec<MemoryType>,
    /// How many of the memories are imported.
    pub imported_memories: u32,
    /// The globals.
    pub globals: Vec<GlobalType>,
    /// How many of the globals are imported.
    pub imported_globals: u32,
    /// For each global that the module defines, its value at the start.
    pub global_inits: Vec<ConstExpr>,
    /// The exports, in order.
    pub exports: Vec<Export>,
    /// The start function.
    pub start: Option<u32>,
    /// The element segments.
    pub elements: Vec<ElementSegment>,
    /// The data segments.
    pub data: Vec<DataSegment>,
    /// Where the instance's arrays stand.
    pub layout: VmLayout,
}

impl ModuleInfo {
    /// The type of function `index`.
    pub fn func_type(&self, index: u32) -> &FuncType {
        &self.types[self.functions[index as usize] as usize].0
    }

    /// The interned id of the type of function `index`.
    pub fn func_type_id(&self, index: u32) -> TypeId {
        self.types[self.functions[index as usize] as usize].1
    }

    /// The body of function `index`, or `None` if it is imported.
    pub fn body(&self, index: u32) -> Option<Range<usize>> {
        self.bodies.get(index.checked_sub(self.imported_functions)? as usize).cloned()
    }

    /// Turns a type as `wasmparser` gives it (in this module's type indices) into ours.
    pub fn val_type(&self, ty: wasmparser::ValType) -> ValType {
        super::parse::val_type(&self.types, ty)
    }
}

/// An import.
#[derive(Clone, Debug)]
pub struct Import {
    /// The module's name.
    pub module: String,
    /// The name in that module.
    pub name: String,
    /// What it is.
    pub entity: EntityType,
}

/// The type of an import.
#[derive(Clone, Copy, Debug)]
pub enum EntityType {
    /// A function of this type (an index in [`ModuleInfo::types`]).
    Func(u32),
    /// A table.
    Table(TableType),
    /// A memory.
    Memory(MemoryType),
    /// A global.
    Global(GlobalType),
}

/// An export.
#[derive(Clone, Debug)]
pub struct Export {
    /// Its name.
    pub name: String,
    /// What it is.
    pub entity: EntityIndex,
}

/// One thing of an index space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntityIndex {
    /// A function.
    Func(u32),
    /// A table.
    Table(u32),
    /// A memory.
    Memory(u32),
    /// A global.
    Global(u32),
}

/// A constant expression (section 3.4.14): a short program for a stack.
pub type ConstExpr = Box<[ConstOp]>;

/// An instruction of a constant expression.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ConstOp {
    /// `i32.const`, `i64.const`, `f32.const` or `f64.const`, as the bits of a slot.
    Const(u64),
    /// `v128.const`.
    V128(V128),
    /// `ref.null`.
    RefNull,
    /// `ref.func`.
    RefFunc(u32),
    /// `global.get`.
    GlobalGet(u32),
    /// `i32.add`.
    I32Add,
    /// `i32.sub`.
    I32Sub,
    /// `i32.mul`.
    I32Mul,
    /// `i64.add`.
    I64Add,
    /// `i64.sub`.
    I64Sub,
    /// `i64.mul`.
    I64Mul,
}

/// An element segment.
#[derive(Clone, Debug)]
pub struct ElementSegment {
    /// The type of its elements.
    pub element: RefType,
    /// Its elements.
    pub items: ElementItems,
    /// When it is used.
    pub mode: ElementMode,
}

/// The elements of a segment.
#[derive(Clone, Debug)]
pub enum ElementItems {
    /// References to these functions.
    Functions(Box<[u32]>),
    /// The values of these expressions.
    Expressions(Box<[ConstExpr]>),
}

/// When an element segment is used.
#[derive(Clone, Debug)]
pub enum ElementMode {
    /// By `table.init`.
    Passive,
    /// At instantiation.
    Active {
        /// The table it goes to.
        table: u32,
        /// Where it starts there.
        offset: ConstExpr,
    },
    /// Never: it only declares functions that `ref.func` names.
    Declared,
}

/// A data segment.
#[derive(Clone, Debug)]
pub struct DataSegment {
    /// Its bytes in [`ModuleInfo::bytes`].
    pub range: Range<usize>,
    /// The memory and the offset it goes to at instantiation, unless it is passive.
    pub active: Option<(u32, ConstExpr)>,
}
