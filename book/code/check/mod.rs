//! That the book says what is so. Each check gives a list of complaints, which is empty for a book in order.
//!
//! | module | what it checks |
//! | --- | --- |
//! | [`markdown`] | nothing: it takes a chapter apart for the others |
//! | [`includes`] | every listing is there, and every anchor is used |
//! | [`console`] | every command prints what the chapter says |
//! | [`frames`] | every page in a frame is there, and made by a command |
//! | [`links`] | every link leads somewhere, in the book and in the other documents |
//! | [`docs`] | every link from the documentation of the code leads to a page of the book |
//! | [`crates`] | nothing: it knows which crates have documentation |
//! | [`mentions`] | the first mention of a chapter is a link |
//! | [`shape`] | every chapter has what a chapter has |

pub mod console;
pub mod crates;
pub mod docs;
pub mod frames;
pub mod includes;
pub mod links;
pub mod markdown;
pub mod mentions;
pub mod shape;

use std::path::PathBuf;

use markdown::Page;

/// The pages of the book, in the order of their names.
pub fn pages() -> Vec<Page> {
    crate::files(&source(), "md").into_iter().map(Page::read).collect()
}

/// The other documents of the repository.
pub fn documents() -> Vec<Page> {
    let paths = crate::files_below(&crate::root(), &["md"]).into_iter();
    paths.filter(|path| !path.starts_with(source())).map(Page::read).collect()
}

/// The folder with the chapters.
pub fn source() -> PathBuf {
    crate::root().join("book/src")
}
