//! `wasi:filesystem`: files and directories.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `interfaces.rs` | the tables of `wasi:filesystem/types` and `/preopens` |
//! | `values.rs` | the values of the interfaces, and error codes |
//! | `descriptor.rs` | what is done with something that is open |
//! | `paths.rs` | what is done with paths |
//!
//! A descriptor of a directory can do what the grant of that directory allows, whatever flags it was opened with.

mod descriptor;
mod interfaces;
mod paths;
mod values;

pub(super) use descriptor::{Descriptor, Entries};
pub(super) use interfaces::{Preopens, Types};
