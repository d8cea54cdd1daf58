//! `falkirk doc`: opens the book, which needs no network.

use std::env;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::browser;
use crate::failure::Failure;
use crate::options::Doc;
use crate::output::{self, Out};

/// Says where the book is, with a path or with nothing.
const VARIABLE: &str = "FALKIRK_BOOK";

/// Where the book may be, from the program's folder. The last is where `cargo pages` puts it for one that cargo has built.
const PLACES: [&str; 3] = ["../share/falkirk/book", "book", "../book"];

/// Prints the path of the book, and opens it.
pub fn run(command: &Doc, out: &mut Out) -> Result<(), Failure> {
    let places = places();
    let Some(book) = places.iter().find(|place| place.is_file()) else { return Err(missing(&places)) };
    writeln!(out, "{}", book.display())?;
    out.finish()?;
    if !command.no_open && !browser::open(book) {
        output::to_stderr("note: no browser could be started; open the file above");
    }
    Ok(())
}

/// Where the book's first page may be. Where the variable says so, nowhere else.
fn places() -> Vec<PathBuf> {
    if let Some(path) = env::var_os(VARIABLE).filter(|path| !path.is_empty()) {
        return vec![page(Path::new(&path))];
    }
    let program = env::current_exe().and_then(|program| program.canonicalize());
    let folder = program.ok().and_then(|program| program.parent().map(Path::to_owned));
    folder.map_or_else(Vec::new, |folder| PLACES.iter().map(|place| page(&tidy(&folder, place))).collect())
}

/// A folder's first page, or the page itself.
fn page(path: &Path) -> PathBuf {
    if path.extension().is_some_and(|extension| extension == "html") {
        path.to_owned()
    } else {
        path.join("index.html")
    }
}

/// A place beside a folder, without the way up in its path.
fn tidy(folder: &Path, place: &str) -> PathBuf {
    match place.strip_prefix("../") {
        Some(rest) => folder.parent().unwrap_or(folder).join(rest),
        None => folder.join(place),
    }
}

fn missing(places: &[PathBuf]) -> Failure {
    let looked: String = places.iter().map(|place| format!("\n    {}", place.display())).collect();
    Failure::input("the book is not installed")
        .found(format!("no file at{looked}"))
        .help("`cargo pages` builds it, in a checkout of falkirk")
        .help(format!("{VARIABLE} says where it is, if it is somewhere else"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_books_page_is_named_or_found_in_its_folder() {
        assert_eq!(page(Path::new("a/book")), Path::new("a/book/index.html"));
        assert_eq!(page(Path::new("a/other.html")), Path::new("a/other.html"));
        assert_eq!(tidy(Path::new("/usr/bin"), PLACES[0]), Path::new("/usr/share/falkirk/book"));
        assert_eq!(tidy(Path::new("/opt/falkirk"), PLACES[1]), Path::new("/opt/falkirk/book"));
    }
}
