//! What an engine is to the runtime: one trait for the engine and one for a module's code.
//!
//! Neither engine knows the other. Both serve instances of the same store, over the structures of [`crate::vm`].

use std::fmt::Debug;
use std::sync::Arc;

use super::{CacheProblem, Settings};
use crate::error::Error;
use crate::module::ModuleInfo;
use crate::vm::{CodeEntry, HostEntry};

/// An engine: it turns a module's functions into code.
pub trait Backend: Debug + Send + Sync + 'static {
    /// The engine's name: `interp` or `jit`.
    fn name(&self) -> &'static str;

    /// Prepares the code of a module: all of it, or so that each function is made ready by its first call, as
    /// [`Settings::lazy_above`] says.
    ///
    /// The module was validated, function bodies included: an engine assumes valid code, and what valid code can
    /// never do is a panic that says BUG.
    ///
    /// # Errors
    ///
    /// A function passes one of the engine's own limits (see [`Error::limit`]).
    fn prepare(&self, module: &Arc<ModuleInfo>, settings: &Settings) -> Result<Arc<dyn ModuleCode>, Error>;

    /// The code of a module that an earlier [`Backend::prepare`] made and kept, if there is any that fits these settings and
    /// can be trusted.
    ///
    /// The module was validated but for its function bodies. What is kept was made after those were found valid, of the
    /// same bytes and under the same features, and the backend makes sure of that.
    fn restore(&self, _module: &Arc<ModuleInfo>, _settings: &Settings) -> Option<Arc<dyn ModuleCode>> {
        None
    }

    /// Compiles a module for a precompiled file: code that [`Backend::load`] can take in another process.
    ///
    /// # Errors
    ///
    /// Those of [`Backend::prepare`], and [`ErrorKind::Usage`](crate::ErrorKind::Usage) if the engine cannot do that.
    fn precompile(&self, _module: &Arc<ModuleInfo>, _settings: &Settings) -> Result<Vec<u8>, Error> {
        Err(Error::usage(format!("the engine `{}` makes no machine code that a file could hold", self.name())))
    }

    /// The code of a module that [`Backend::precompile`] made. As for [`Backend::restore`], function bodies are not validated.
    ///
    /// # Errors
    ///
    /// Why the code cannot be used or trusted, as the end of a sentence.
    fn load(
        &self,
        _module: &Arc<ModuleInfo>,
        _settings: &Settings,
        _code: &[u8],
    ) -> Result<Arc<dyn ModuleCode>, String> {
        Err(format!("the engine `{}` has no use for it", self.name()))
    }

    /// Why no code is kept although [`Config::cache`](super::Config::cache) wants it.
    fn cache_problem(&self) -> Option<CacheProblem> {
        None
    }

    /// Whether code leaves out comparisons with a memory's length, where
    /// [`Settings::guarded_memories`] lets it.
    fn relies_on_guards(&self) -> bool {
        false
    }

    /// Whether functions become machine code, so that a module that is made on the way, to save the host's work in a call, is
    /// worth its compilation.
    fn makes_machine_code(&self) -> bool {
        false
    }

    /// How a thread that runs machine code is woken to notice an interrupt; `None` if all code looks for interrupts by
    /// itself.
    fn wake(&self) -> Option<Wake> {
        None
    }

    /// What machine code calls for a function that has no machine code (see [`FuncRef::machine`]); null where the engine
    /// has no JIT.
    ///
    /// [`FuncRef::machine`]: crate::vm::FuncRef::machine
    fn machine_gate(&self) -> *const u8 {
        std::ptr::null()
    }

    /// What [`VmStore::backend`](crate::vm::VmStore::backend) carries. The address stays valid while `self` lives.
    fn store_data(&self) -> *const () {
        std::ptr::null()
    }
}

/// Wakes the thread with this number of the system's. It may have ended, or run something else by now.
pub type Wake = fn(thread: i32);

/// How a function of a module is reached; these become the fields of its [`FuncRef`](crate::vm::FuncRef).
#[derive(Clone, Copy, Debug)]
pub struct FuncCode {
    /// As [`FuncRef::machine`](crate::vm::FuncRef::machine).
    pub machine: *const u8,
    /// As [`FuncRef::code`](crate::vm::FuncRef::code).
    pub code: *const CodeEntry,
    /// As [`FuncRef::enter`](crate::vm::FuncRef::enter).
    pub enter: HostEntry,
    /// As [`FuncRef::bridge`](crate::vm::FuncRef::bridge).
    pub bridge: *const u8,
}

/// The code of one module.
///
/// A host enters a function through [`FuncCode::enter`]. The callee reads its arguments from the frame's slots in the
/// order of the parameters (a `v128` takes two slots, low half first; an `i32` or `f32` the low half of its slot) and
/// writes its results there alike. When the entry returns a stop, the backend has pushed the frames of its part of the
/// stack to [`VmStore::frames`](crate::vm::VmStore::frames) (at most [`MAX_FRAMES`] of them).
pub trait ModuleCode: Debug + Send + Sync + 'static {
    /// The interpreter's entries, one for each function that the module defines; null without an interpreter. The address
    /// stays the same while `self` lives.
    fn entries(&self) -> *const CodeEntry;

    /// How the function `index` (imported ones count) that the module defines is reached. All addresses stay valid while
    /// `self` lives.
    fn function(&self, index: u32) -> FuncCode;

    /// The interpreter's own view of the module, which
    /// [`VmContext::module_code`](crate::vm::VmContext::module_code) carries; null without an interpreter. The address
    /// stays valid while `self` lives, and so do those of the next two.
    fn data(&self) -> *const () {
        std::ptr::null()
    }

    /// The JIT's own view of the module, which [`VmContext::machine_code`](crate::vm::VmContext::machine_code) carries;
    /// null without a JIT.
    fn machine_data(&self) -> *const () {
        std::ptr::null()
    }

    /// The library functions that machine code calls; null without a JIT.
    fn builtins(&self) -> *const () {
        std::ptr::null()
    }

    /// The size of the code made so far, in bytes.
    fn code_size(&self) -> usize;
}

/// How many frames a backtrace keeps.
pub const MAX_FRAMES: usize = 64;
