//! Executable memory: a text of machine code, published so that threads may run it.
//!
//! The pages are Cranelift's own provider's: mapped writable, filled, then made executable and never writable again. One
//! mapping per text, which ends with its last user. A whole `JITModule` would add symbols, relocations and declarations,
//! of which a linked text has none, and would leak its memory if it were dropped in the ordinary way.
//!
//! # Weakly ordered machines
//!
//! An aarch64 processor fetches instructions through a cache of its own, possibly early. Before the text's address is
//! told to anyone, `caches` cleans the data cache, and the provider invalidates the instruction cache, makes the pages
//! executable, and has every processor that runs a thread of this process begin fetching anew (`membarrier`; a processor
//! that turns to such a thread later does so anyway). So once `publish` has returned, no processor can fetch what stood at
//! these addresses before, for instance the code of a module that has ended.
//!
//! That the *address* does not overtake the code needs ordering too: it reaches another thread by a release store (a gate
//! in `FuncRef::machine`, the table of gates behind its lock) or with the module itself, which is handed to a thread by
//! whatever orders Rust values (an `Arc`, a channel, a join). Both come after the barriers. A thread that reads the
//! address by a plain load, as machine code reads `FuncRef::machine`, jumps where that load says, and finds the code
//! there. The same goes for what code finds by a signal: a thread that runs a text got it after `registry::add`, so its
//! handler finds the text in the table.
//!
//! # Safety
//!
//! This module allows `unsafe`: it fills pages that it has just mapped, and ends them when nobody can run their code.
#![allow(unsafe_code)]

mod caches;
pub mod registry;

use std::sync::{Mutex, PoisonError};

use cranelift_jit::{BranchProtection, JITMemoryKind, JITMemoryProvider, SystemMemoryProvider};
use falkirk_runtime::Error;
use falkirk_runtime::vm::expect_filled;

use crate::loaded::ModuleData;

/// A text in executable memory, known to the signal handler.
pub struct CodeMemory {
    base: *const u8,
    len: usize,
    /// Used to end the memory, and nothing else.
    provider: Mutex<SystemMemoryProvider>,
}

// SAFETY: the base is the address of code, which nobody writes.
unsafe impl Send for CodeMemory {}
// SAFETY: as above.
unsafe impl Sync for CodeMemory {}

impl CodeMemory {
    /// Publishes a text. `owner` has its traps; null if it has none.
    ///
    /// # Errors
    ///
    /// The system has no more memory.
    ///
    /// # Safety
    ///
    /// `owner` lives, where it is, until this is dropped. Nobody runs the text after that.
    pub unsafe fn publish(text: &[u8], owner: *const ModuleData) -> Result<CodeMemory, Error> {
        let no_room = |error: &dyn std::fmt::Display| Error::implementation_limit(format!("memory for code: {error}"));
        let mut provider = SystemMemoryProvider::new();
        let mut base = std::ptr::null_mut();
        if !text.is_empty() {
            // A new mapping, and so aligned to a page.
            base = provider.allocate(text.len(), 1, JITMemoryKind::Executable).map_err(|error| no_room(&error))?;
            expect_filled(base, text.len());
            // SAFETY: the provider has just mapped so many bytes for this.
            let written = unsafe {
                text.as_ptr().copy_to_nonoverlapping(base, text.len());
                std::slice::from_raw_parts(base, text.len())
            };
            caches::clean(written);
            // The code has no landing pads for branches: nobody compiled it with them.
            provider.finalize(BranchProtection::None).map_err(|error| no_room(&error))?;
            registry::add(base, text.len(), owner);
        }
        Ok(CodeMemory { base, len: text.len(), provider: Mutex::new(provider) })
    }

    /// The address of the text.
    pub fn base(&self) -> *const u8 {
        self.base
    }

    /// The size of the text.
    pub fn len(&self) -> usize {
        self.len
    }
}

impl Drop for CodeMemory {
    fn drop(&mut self) {
        if self.len > 0 {
            registry::remove(self.base);
        }
        let provider = self.provider.get_mut().unwrap_or_else(PoisonError::into_inner);
        // SAFETY: nobody runs the code any more, by the promise to `publish`, nor looks for it.
        unsafe { provider.free_memory() };
    }
}

impl std::fmt::Debug for CodeMemory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CodeMemory").field("base", &self.base).field("len", &self.len).finish()
    }
}
