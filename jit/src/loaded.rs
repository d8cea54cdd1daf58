//! A module's machine code in memory, and how the runtime reaches it.
//!
//! # Safety
//!
//! This module allows `unsafe`: it computes addresses within published texts, and follows the address that each
//! context of such a module carries.
#![allow(unsafe_code)]

use std::sync::Arc;

use falkirk_runtime::Error;
use falkirk_runtime::engine::{FuncCode, ModuleCode};
use falkirk_runtime::module::ModuleInfo;
use falkirk_runtime::vm::{CodeEntry, VmContext};

use crate::builtins;
use crate::code_memory::CodeMemory;
use crate::entry;
use crate::unit::{Range, Unit};

/// What code and the signal handler need to know of a module. `VmContext::machine_code` is its address.
#[derive(Debug)]
pub struct ModuleData {
    /// The module's declarations.
    pub info: Arc<ModuleInfo>,
    /// Its code; the texts have gone to executable memory.
    pub unit: Unit,
}

impl ModuleData {
    /// That of the running code's module.
    ///
    /// # Safety
    ///
    /// `ctx` is the context of running machine code.
    pub unsafe fn of<'a>(ctx: *mut VmContext) -> &'a ModuleData {
        // SAFETY: the caller's promise; the store keeps the module, and so this, while its code runs.
        unsafe { &*(*ctx).machine_code.cast() }
    }
}

/// The machine code of one module.
#[derive(Debug)]
pub struct JitCode {
    // The memory ends before what the signal handler may find through it.
    memory: CodeMemory,
    data: Box<ModuleData>,
    /// For each type of the module where its bridge is in the text, if it has one.
    bridges: Vec<Option<u32>>,
}

impl JitCode {
    /// Publishes a module's code.
    ///
    /// # Errors
    ///
    /// The system has no more memory.
    pub fn load(info: Arc<ModuleInfo>, mut unit: Unit) -> Result<JitCode, Error> {
        let mut bridges = vec![None; info.types.len()];
        for (ty, code) in &unit.bridges {
            bridges[*ty as usize] = Some(code.start);
        }
        let text = std::mem::take(&mut unit.text);
        unit.gate_text = Vec::new();
        let data = Box::new(ModuleData { info, unit });
        // SAFETY: the data is in its box until after the memory has ended. Only instances run the code, and they keep it.
        let memory = unsafe { CodeMemory::publish(&text, &raw const *data)? };
        Ok(JitCode { memory, data, bridges })
    }

    /// Whether function `index` (imported ones count) has machine code.
    pub fn has(&self, index: u32) -> bool {
        let ModuleData { info, unit } = &*self.data;
        let defined = index.checked_sub(info.imported_functions);
        defined.is_some_and(|number| !unit.functions[number as usize].is_empty())
    }

    fn address(&self, offset: u32) -> *const u8 {
        self.memory.base().wrapping_add(offset as usize)
    }
}

impl ModuleCode for JitCode {
    fn entries(&self) -> *const CodeEntry {
        std::ptr::null()
    }

    fn function(&self, index: u32) -> FuncCode {
        let ModuleData { info, unit } = &*self.data;
        let code: Range = unit.functions[(index - info.imported_functions) as usize];
        assert!(!code.is_empty(), "BUG: function {index} was not compiled");
        let bridge = self.bridges[info.functions[index as usize] as usize];
        FuncCode {
            machine: self.address(code.start),
            code: std::ptr::null(),
            enter: entry::enter,
            bridge: bridge.map_or(std::ptr::null(), |start| self.address(start)),
        }
    }

    fn machine_data(&self) -> *const () {
        (&raw const *self.data).cast()
    }

    fn builtins(&self) -> *const () {
        builtins::TABLE.address()
    }

    fn code_size(&self) -> usize {
        self.memory.len()
    }
}
