//! The structures that both engines read, each defined once (design, section 3).
//!
//! | structure | one per | what it is |
//! | --- | --- | --- |
//! | [`VmContext`] | instance | a fixed head, then the arrays that [`VmLayout`] places |
//! | [`VmStore`] | store | the value stack, fuel, and what a failing call leaves behind |
//! | [`StackLimit`] | store | the ends of the value stack and of the native one, which another thread may move to interrupt |
//! | [`FuncRef`] | function that is called through a reference | what a table holds |
//! | [`VmMemory`], [`VmTable`] | instance and memory or table | base and length, mirrored when they change |
//!
//! # Safety
//!
//! This module allows `unsafe`: its structures are reached through raw pointers from generated code. A
//! `VmContext`, and all it points to, lives exactly as long as its store, is only touched by the thread that
//! has the store (the [`StackLimit`] alone is shared), and its arrays have the lengths of the module's
//! [`VmLayout`].
#![allow(unsafe_code)]

mod bulk;
mod context;
mod large_pages;
mod layout;
pub mod libcalls;
#[cfg(feature = "trace")]
mod observe;
mod stack_limit;
mod store;

pub use bulk::{memory_copy, memory_fill, memory_range, table_copy, table_fill, table_range};
pub use context::{CodeEntry, FuncRef, HostEntry, HostFromMachine, MachineCode, VmContext, VmMemory, VmTable};
pub use large_pages::{expect_filled, read_file};
pub use layout::{Counts, GlobalPlace, VmLayout};
#[cfg(feature = "trace")]
pub use observe::{FrameSlots, GuestFrame, Step, observe};
pub use stack_limit::StackLimit;
pub use store::{Exit, Frame, Landing, MachineTrace, Stop, VmStore};
