//! What keeps the book true.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`bytes`] | the programs of chapter 1 |
//! | [`stack`] | those of chapter 4 |
//! | [`slots`] | those of chapter 5 |
//! | [`steps`] | the program of chapter 6 |
//! | [`values`] | those of chapter 8 |
//! | [`differ`] | those of chapter 10 |
//! | [`measure`] | those of chapter 18 |
//! | [`programs`] | every program that a chapter runs with `cargo book` |
//! | [`check`] | that listings, outputs, links and the shape of the chapters are right |
//! | [`draw`] | the pictures, from text |
//! | [`plot`] | the plots of chapter 18, from what the benches write |
//! | [`appendix`] | the pages that are made from others |
//!
//! The chapters are in `src/`, as mdBook wants them; the solutions of their exercises are tests, in `exercises/`.

pub mod appendix;
pub mod bytes;
pub mod check;
pub mod differ;
pub mod draw;
pub mod measure;
pub mod plot;
pub mod programs;
pub mod slots;
pub mod stack;
pub mod steps;
pub mod values;

use std::path::{Path, PathBuf};

/// The root of the repository, where the book's commands are run.
pub fn root() -> PathBuf {
    let book = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    book.parent().expect("the book is a folder of the repository").to_path_buf()
}

/// The files in a folder with this extension, in the order of their names.
pub fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut paths: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|found| found == extension)).collect();
    paths.sort();
    paths
}

/// The files with one of these extensions in a folder and in those below it, but for hidden ones and what was built.
pub fn files_below(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
            if path.is_dir() && name != "target" && !name.starts_with('.') {
                folders.push(path);
            } else if extensions.contains(&extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
