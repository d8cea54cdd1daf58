//! The lists of expected failures: what a proposal that is not there yet makes fail, and nothing else.
//!
//! A line of a list is `suite/file.wast[:lines] # reason`. Without lines the file needs the proposal as a whole; with
//! them (`:12,15,20-31`) exactly the directives on these lines fail and all others pass. A range means every directive
//! in it. Whatever passes although it is listed fails the run, as does what fails and is not listed.

mod bless;
mod entry;
mod judge;

pub use bless::{Outcome, bless};
pub use entry::{Entry, Lines, List};
pub use judge::judge;
