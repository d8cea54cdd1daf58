//! Execution: the state in registers, the operands of instructions, and the handlers.
//!
//! # Safety
//!
//! This module and its children allow `unsafe`: handlers read their operands from code that the translator made,
//! and slots that it allotted. What they rely on, everywhere:
//!
//! 1. `ip` points to an instruction that was emitted for this handler, so the words it reads are its own;
//! 2. `sp` points to a frame with room for every slot that the function's code names (checked by the call);
//! 3. `ctx` is the context of the running instance, laid out as its module says, and `mem` is the base of its
//!    memory 0 at all times;
//! 4. validation has made every index and type right.
#![allow(unsafe_code)]

pub mod branch;
pub mod call;
pub mod data;
pub mod memory;
pub mod numeric;
pub mod operand;
pub mod outside;
pub mod rare;
pub mod simd;
pub mod state;
#[cfg(feature = "trace")]
pub mod trace;
