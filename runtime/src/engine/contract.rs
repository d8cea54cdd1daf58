//! What an engine is to the runtime: one trait for the engine and one for a module's code.
//!
//! Neither engine knows the other. Both serve instances of the same store, over the structures of [`crate::vm`].

use std::fmt::Debug;
use std::sync::Arc;

use super::Settings;
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
}

/// The code of one module.
pub trait ModuleCode: Debug + Send + Sync + 'static {
    /// One entry for each function that the module defines. The address stays the same while `self` lives.
    fn entries(&self) -> *const CodeEntry;

    /// How the host enters a function of this module.
    ///
    /// The callee reads its arguments from the frame's slots in the order of the parameters (a `v128` takes two
    /// slots, low half first; an `i32` or `f32` the low half of its slot) and writes its results there alike.
    ///
    /// When the entry returns a stop, the backend has pushed the frames of its part of the stack to
    /// [`VmStore::frames`](crate::vm::VmStore::frames) (at most [`MAX_FRAMES`] of them).
    fn enter(&self) -> HostEntry;

    /// The backend's own view of the module, which [`VmContext::module_code`](crate::vm::VmContext::module_code)
    /// carries. The address stays valid while `self` lives.
    fn data(&self) -> *const ();

    /// The size of the code made so far, in bytes.
    fn code_size(&self) -> usize;
}

/// How many frames a backtrace keeps.
pub const MAX_FRAMES: usize = 64;
