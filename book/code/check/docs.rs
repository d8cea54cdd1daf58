//! Links from the documentation of the code to the book.
//!
//! Two kinds of them are known. A page of `cargo doc` at a place that is known, above all that of a crate, links the
//! chapter itself: `[Embedding](../../book/ch19-embedding.html)`. An item may have several pages, at several depths, from
//! which no one relative link leads to the book. So its documentation says that the book *explains it in chapters 2 and
//! 9*, with a link to `crate#in-the-book`: the section of its crate that links these.
//!
//! Whether the depths are right is for whoever has built both.

use std::path::Path;

use super::crates::{self, Crate};
use super::links::targets;
use super::markdown::Page;

/// The section of a crate's documentation, and how its items link it.
const SECTION: &str = "# In the book";
const TO_SECTION: &str = "crate#in-the-book";

/// What is wrong with these links in all crates.
pub fn check() -> Vec<String> {
    let crates = crates::documented();
    let files = crates.iter().flat_map(|krate| files(krate).into_iter().map(move |file| (krate, file)));
    files.flat_map(|(krate, file)| in_file(krate, &file)).collect()
}

/// How many of them there are.
pub fn count() -> usize {
    let crates = crates::documented();
    let files = crates.iter().flat_map(files);
    files
        .map(|file| documentation(&file).iter().flat_map(|(_, line)| targets(line)).filter(|t| is_ours(t)).count())
        .sum()
}

fn is_ours(target: &str) -> bool {
    target == TO_SECTION || chapter(target).is_some()
}

/// The files of a crate that have documentation.
fn files(krate: &Crate) -> Vec<Page> {
    crate::files_below(krate.sources(), &["rs", "md"]).into_iter().map(Page::read).collect()
}

fn in_file(krate: &Crate, file: &Page) -> Vec<String> {
    let mut complaints = Vec::new();
    for (number, line) in documentation(file) {
        for target in targets(line) {
            let what = match chapter(target) {
                Some(page) => in_the_book(page).err(),
                None if target == TO_SECTION => in_the_section(krate, line).err(),
                None => None,
            };
            complaints.extend(what.map(|what| file.complain(number, what)));
        }
    }
    complaints
}

/// The lines of documentation, with their numbers.
fn documentation(file: &Page) -> Vec<(usize, &str)> {
    let lines = file.text.lines().enumerate().map(|(index, line)| (index + 1, line));
    if file.name().ends_with(".md") {
        return lines.collect();
    }
    lines.filter(|(_, line)| is_documentation(line)).collect()
}

fn is_documentation(line: &str) -> bool {
    line.trim_start().starts_with("///") || line.starts_with("//!")
}

/// The page of the book that a relative link leads to, `ch19-embedding.html#exercises`, if it is one.
fn chapter(target: &str) -> Option<&str> {
    let (up, page) = target.split_once("book/")?;
    (!up.is_empty() && up.split_terminator('/').all(|folder| folder == "..")).then_some(page)
}

/// Whether the book has this page, and this heading.
fn in_the_book(page: &str) -> Result<(), String> {
    let (file, heading) = page.split_once('#').unwrap_or((page, ""));
    let path = file.strip_suffix(".html").map(|name| super::source().join(name).with_extension("md"));
    let Some(path) = path.filter(|path| path.exists()) else {
        return Err(format!("the book has no page {file}"));
    };
    if !heading.is_empty() && !Page::read(path).ids().iter().any(|id| id == heading) {
        return Err(format!("the page {file} has no heading for #{heading}"));
    }
    Ok(())
}

/// Whether the crate's section links the chapters that a line names.
fn in_the_section(krate: &Crate, line: &str) -> Result<(), String> {
    let (_, words) = line.split_once(TO_SECTION).expect("the line has the link");
    let words = words.split(|c: char| !c.is_ascii_digit());
    let wanted: Vec<usize> = words.filter_map(|word| word.parse().ok()).collect();
    let linked = section(&krate.library);
    match wanted.iter().find(|wanted| !linked.contains(wanted)) {
        Some(missing) => Err(format!("chapter {missing} is not linked in the section `{SECTION}` of {}", krate.name)),
        None if wanted.is_empty() => Err("which chapters? wanted: their numbers on the same line".to_owned()),
        None => Ok(()),
    }
}

/// The numbers of the chapters that the section of a crate's documentation links.
fn section(library: &Path) -> Vec<usize> {
    let library = Page::read(library.to_path_buf());
    let lines = library.text.lines().filter_map(|line| line.strip_prefix("//!")).map(str::trim_start);
    let lines = lines.skip_while(|line| *line != SECTION).skip(1).take_while(|line| !line.starts_with("# "));
    let pages = lines.flat_map(targets).filter_map(chapter);
    pages.filter_map(|page| page.strip_prefix("ch")?.split('-').next()?.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_links_to_the_book_are_known() {
        assert_eq!(chapter("../../book/ch01-bytes.html#exercises"), Some("ch01-bytes.html#exercises"));
        assert_eq!(chapter("https://example.org/book/a.html"), None);
        assert_eq!(chapter("book/a.html"), None);
    }

    #[test]
    fn pages_and_headings_of_the_book_are_looked_up() {
        assert_eq!(in_the_book("reading.html"), Ok(()));
        assert_eq!(in_the_book("reading.html#walls"), Ok(()));
        assert!(in_the_book("reading.html#none").is_err());
        assert!(in_the_book("none.html").is_err());
        assert!(in_the_book("reading.md").is_err());
    }

    #[test]
    fn an_item_names_chapters_of_its_crate() {
        let crates = crates::documented();
        let runtime = crates.iter().find(|krate| krate.name == "falkirk_runtime").expect("the runtime is a crate");
        let line = |words: &str| format!("/// [The book](crate#in-the-book) explains it in {words}");
        assert_eq!(in_the_section(runtime, &line("chapters 2 and 9.")), Ok(()));
        assert!(in_the_section(runtime, &line("chapter 16.")).is_err());
        assert!(in_the_section(runtime, &line("another chapter.")).is_err());
    }

    #[test]
    fn only_documentation_is_read() {
        let page = |name: &str| Page { path: name.into(), text: "//! a\nlet b = \"///\";\n    /// c\n".to_owned() };
        assert_eq!(documentation(&page("a.rs")), [(1, "//! a"), (3, "    /// c")]);
        assert_eq!(documentation(&page("a.md")).len(), 3);
    }
}
