//! That the book says what is so. Each check gives a list of complaints, which is empty for a book in order.
//!
//! | module | what it checks |
//! | --- | --- |
//! | [`markdown`] | nothing: it takes a chapter apart for the others |
//! | [`includes`] | every listing is there, and every anchor is used |
//! | [`console`] | every command prints what the chapter says |
//! | [`frames`] | every page in a frame is there, and made by a command |
//! | [`links`] | every link leads somewhere |
//! | [`shape`] | every chapter has what a chapter has |

pub mod console;
pub mod frames;
pub mod includes;
pub mod links;
pub mod markdown;
pub mod shape;

use std::path::PathBuf;

use markdown::Page;

/// The pages of the book, in the order of their names.
pub fn pages() -> Vec<Page> {
    crate::files(&source(), "md").into_iter().map(Page::read).collect()
}

/// The folder with the chapters.
pub fn source() -> PathBuf {
    crate::root().join("book/src")
}
