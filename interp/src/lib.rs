//! Falkirk's interpreter.
//!
//! A function's body is translated once, in one pass, into direct-threaded register code, and executed by handlers
//! that call one another in tail position.
//!
//! | module | what it holds |
//! | --- | --- |
//! | `ops` | one table of the numeric instructions, as types that carry their semantics |
//! | `exec` | the state in registers, operands, and the handlers |
//! | `forms` | which handler serves an instruction with given operands |
//! | `translate` | wasm operators to code |
//! | `code` | the code of a module, and lazy translation |
//! | `entry` | the way in from the host, and the walk along the frames after a trap |
//! | `explain` | a function's code as text |
//!
//! The code is a sequence of 64-bit words. An instruction is the address of its handler, then its operands:
//!
//! ```text
//! word 0                word 1                                  word 2 ...
//! [handler address] [d:u16][a:u16][b:u16][c:u16]            [wide constants]
//!                   [d:u16][a:u16][imm:i32     ]
//! ```
//!
//! A frame is a run of 64-bit slots on the store's value stack; `sp` is its first slot:
//!
//! ```text
//! sp -> [parameters, later results][return ip][caller's sp][locals][temporaries]
//! ```
//!
//! # In the book
//!
//! [Chapter 5](../../book/ch05-places.html) makes such code of a stack machine's, [chapter
//! 6](../../book/ch06-dispatch.html) arrives at these handlers in seven steps, and [chapter
//! 7](../../book/ch07-calls.html) is about frames, calls and the way out of them.

mod code;
mod entry;
mod exec;
#[cfg(feature = "explain")]
pub mod explain;
mod forms;
mod ops;
#[cfg(test)]
mod outside_tests;
#[cfg(test)]
mod tests;
mod translate;
mod vector_ops;

#[cfg(not(all(target_endian = "little", target_pointer_width = "64")))]
compile_error!("the interpreter reads slots as little-endian words of 64 bits: it is made for x86_64 and aarch64");

use std::sync::Arc;

use falkirk_runtime::Error;
use falkirk_runtime::engine::{Backend, ModuleCode, Settings};
use falkirk_runtime::module::ModuleInfo;

/// The interpreter, as an engine of the runtime.
#[derive(Clone, Copy, Debug, Default)]
pub struct Interpreter;

impl Interpreter {
    /// As [`Backend::prepare`], but for the functions that are `outside` (a function's index says so): another engine has
    /// their code, and calls enter them through their [`FuncRef`](falkirk_runtime::vm::FuncRef), which each of them must
    /// have.
    ///
    /// # Errors
    ///
    /// A function passes one of the interpreter's limits.
    pub fn prepare_some(
        &self,
        module: &Arc<ModuleInfo>,
        settings: &Settings,
        outside: impl Fn(u32) -> bool,
    ) -> Result<Arc<dyn ModuleCode>, Error> {
        Ok(code::InterpCode::prepare(module.clone(), *settings, outside)?)
    }
}

impl Backend for Interpreter {
    fn name(&self) -> &'static str {
        "interp"
    }

    fn prepare(&self, module: &Arc<ModuleInfo>, settings: &Settings) -> Result<Arc<dyn ModuleCode>, Error> {
        self.prepare_some(module, settings, |_| false)
    }
}
