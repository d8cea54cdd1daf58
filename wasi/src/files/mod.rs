//! Files and directories: the host's, below a directory that was granted, or ones in memory.
//!
//! Both previews use the operations of [`Dir`] and [`File`]. A path is a run of bytes as Unix has it: names between
//! slashes, relative to a directory. No path leads out of that directory, whatever `..`, symbolic links and other
//! threads do: for the host's files `cap-std` sees to that (see `RATIONALE.md`), in memory the walk along the names.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `dir.rs`, `file.rs` | the operations, and what a grant allows of them |
//! | `host/` | the host's files |
//! | `memory/` | files in memory |
//! | `stat.rs`, `options.rs` | what is known of a file; how one is opened |

mod dir;
mod file;
mod host;
mod memory;
mod options;
mod stat;

pub use dir::{Dir, Opened};
pub use file::{Advice, File};
pub use memory::MemoryFs;
pub use options::{Access, OpenOptions};
pub use stat::{DirEntry, FileType, NewTime, Stat};

#[cfg(test)]
mod tests;
