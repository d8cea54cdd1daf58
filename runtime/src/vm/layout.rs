//! Where an instance's arrays stand behind the head of its context.

use super::context::{FuncRef, VmContext, VmMemory, VmTable};
use crate::types::TypeId;

/// The offsets, in bytes from the start of a [`VmContext`], of the arrays that follow its head.
///
/// The interpreter and the JIT put these offsets into their code, so they depend on the module alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VmLayout {
    memories: u32,
    tables: u32,
    imported_functions: u32,
    imported_globals: u32,
    globals: u32,
    func_refs: u32,
    type_ids: u32,
    size: u32,
    imported_global_count: u32,
}

/// How many of each thing a module has.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Memories, imported ones included.
    pub memories: u32,
    /// Tables, imported ones included.
    pub tables: u32,
    /// Imported functions.
    pub imported_functions: u32,
    /// Imported globals.
    pub imported_globals: u32,
    /// Globals that the module defines.
    pub defined_globals: u32,
    /// Functions of the module that a reference may refer to.
    pub func_refs: u32,
    /// Function types.
    pub types: u32,
}

impl VmLayout {
    /// Lays out the context of a module; `None` if it would take more than `u32::MAX` bytes.
    pub fn new(counts: Counts) -> Option<VmLayout> {
        let mut end = size_of::<VmContext>() as u64;
        let mut place = |count: u32, size: usize, align: u64| {
            end = end.next_multiple_of(align);
            let start = end;
            end += u64::from(count) * size as u64;
            u32::try_from(start).ok()
        };
        Some(VmLayout {
            tables: place(counts.tables, size_of::<VmTable>(), 8)?,
            memories: place(counts.memories, size_of::<VmMemory>(), 8)?,
            imported_functions: place(counts.imported_functions, 8, 8)?,
            imported_globals: place(counts.imported_globals, 8, 8)?,
            globals: place(counts.defined_globals, 16, 16)?,
            func_refs: place(counts.func_refs, size_of::<FuncRef>(), 8)?,
            type_ids: place(counts.types, size_of::<TypeId>(), 4)?,
            size: place(0, 0, 16)?,
            imported_global_count: counts.imported_globals,
        })
    }

    /// The size of the whole context in bytes; its alignment is 16.
    pub fn size(&self) -> usize {
        self.size as usize
    }

    /// The offset of the [`VmMemory`] of memory `index`. Memory 0 is in the head instead, as `memory0`.
    pub fn memory(&self, index: u32) -> u32 {
        match index {
            0 => std::mem::offset_of!(VmContext, memory0) as u32,
            _ => self.memories + index * size_of::<VmMemory>() as u32,
        }
    }

    /// The offset of the [`VmTable`] of table `index`.
    pub fn table(&self, index: u32) -> u32 {
        self.tables + index * size_of::<VmTable>() as u32
    }

    /// The offset of the `*const FuncRef` of imported function `index`.
    pub fn imported_function(&self, index: u32) -> u32 {
        self.imported_functions + index * 8
    }

    /// Where global `index` (imported ones first) stands.
    pub fn global(&self, index: u32) -> GlobalPlace {
        match index.checked_sub(self.imported_global_count) {
            None => GlobalPlace::Imported(self.imported_globals + index * 8),
            Some(defined) => GlobalPlace::Defined(self.globals + defined * 16),
        }
    }

    /// The offset of the [`FuncRef`] with this number (see `ModuleInfo::func_ref_of`).
    pub fn func_ref(&self, number: u32) -> u32 {
        self.func_refs + number * size_of::<FuncRef>() as u32
    }

    /// The offset of the [`TypeId`] of type `index` of the module. Machine code reads ids from there rather than holding
    /// them, so that it can be kept for another process.
    pub fn type_id(&self, index: u32) -> u32 {
        self.type_ids + index * size_of::<TypeId>() as u32
    }
}

/// Where a global's 16-byte cell is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GlobalPlace {
    /// The cell stands at this offset in the context.
    Defined(u32),
    /// A pointer to the cell stands at this offset.
    Imported(u32),
}
