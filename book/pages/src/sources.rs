//! Files of the repository as pages, so that the book can be read without it: those that a listing is from, and those to
//! which a chapter links.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use falkirk_book::check::markdown::id;
use falkirk_book::draw::svg::escaped;

use crate::Result;
use crate::listings::name;

/// The folder with these pages, in that of the book.
const FOLDER: &str = "source";

/// The files to be shown, by their names, each with its text.
#[derive(Default)]
pub struct Sources(BTreeMap<String, String>);

impl Sources {
    /// The chapter with links to pages of files, where it has links to the files.
    pub fn link(&mut self, chapter: &str) -> String {
        let mut parts = chapter.split("](");
        let mut linked = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let target = part.split(')').next().unwrap_or_default();
            let page = self.page(target);
            write!(linked, "]({}{}", page.as_deref().unwrap_or(target), &part[target.len()..]).expect("a string");
        }
        linked
    }

    /// The page for a link's target, if it is a file outside of the book's folder.
    fn page(&mut self, target: &str) -> Option<String> {
        let (file, place) = target.split_once('#').unwrap_or((target, ""));
        let name = name(file);
        if !file.starts_with("../") || name.starts_with("book/doc/") {
            return None;
        }
        if !self.0.contains_key(&name) {
            let text = fs::read_to_string(falkirk_book::root().join(&name)).ok()?;
            self.0.insert(name.clone(), text);
        }
        let line = line(&self.0[&name], place);
        Some(format!("{}{}", address(&name), line.map_or_else(String::new, |line| format!("#L{line}"))))
    }

    /// Writes the pages.
    ///
    /// # Errors
    ///
    /// The folder cannot be written.
    pub fn write(&self, into: &Path) -> Result<()> {
        for (name, text) in &self.0 {
            let page = into.join(address(name));
            fs::create_dir_all(page.parent().expect("it is in a folder"))?;
            fs::write(page, html(name, text))?;
        }
        Ok(())
    }
}

/// Where the page of a file is. What ends with `.md` is not called `.md.html`, since mdBook takes links to that for chapters.
fn address(name: &str) -> String {
    let name = name.strip_suffix(".md").map_or_else(|| name.to_owned(), |name| format!("{name}-md"));
    format!("{FOLDER}/{name}.html")
}

/// The line, from 1, of a place in a file: behind the mark `anchor:NAME`, or at a heading.
fn line(text: &str, place: &str) -> Option<usize> {
    let is_there = |line: &str| match place.strip_prefix("anchor:") {
        Some(anchor) => line.trim_end().ends_with(&format!("ANCHOR: {anchor}")),
        None => line.starts_with('#') && id(line.trim_start_matches('#').trim()) == place,
    };
    let found = text.lines().position(is_there).filter(|_| !place.is_empty() && place != "anchor:")?;
    Some(found + if place.starts_with("anchor:") { 2 } else { 1 })
}

/// The page of a file: its lines with their numbers, which are links to themselves.
fn html(name: &str, text: &str) -> String {
    let mut lines = String::with_capacity(2 * text.len());
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        writeln!(lines, "<a id=\"L{number}\" href=\"#L{number}\">{number:4}</a> <span>{}</span>", escaped(line))
            .expect("a string takes everything");
    }
    let name = escaped(name);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{name}</title>\n<style>\n{STYLE}</style>\n\
         <h1>{name}</h1>\n<pre>\n{lines}</pre>\n</html>\n"
    )
}

/// Light or dark as the reader's system has it.
const STYLE: &str = "\
:root{color-scheme:light dark}\n\
body{margin:1rem;background:light-dark(#fff,#15171b);color:light-dark(#1b1b1f,#e4e2e6);font:1rem/1.5 ui-monospace,monospace}\n\
h1{font-size:1.25rem;overflow-wrap:anywhere}\n\
pre{margin:0;font:inherit;overflow-x:auto;tab-size:4}\n\
pre a{color:light-dark(#5c5c63,#a9a9b2);text-decoration:none;user-select:none}\n\
:target,:target+span{background:Mark;color:MarkText}\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_files_become_links_to_their_pages() {
        let mut sources = Sources::default();
        let linked = sources
            .link("[a](../../README.md) [b](ch01.md) x](y [c](../doc/falkirk/index.html) [d](../code/main.rs#anchor:)");
        let expected = "[a](source/README-md.html) [b](ch01.md) x](y [c](../doc/falkirk/index.html) \
                        [d](source/book/code/main.rs.html)";
        assert_eq!(linked, expected);
        assert_eq!(sources.0.keys().collect::<Vec<_>>(), ["README.md", "book/code/main.rs"]);
    }

    #[test]
    fn places_are_lines() {
        let text = "// a\n    // ANCHOR: x\nlet b;\n// ANCHOR_END: x\n## To do\n";
        assert_eq!(
            [line(text, "anchor:x"), line(text, "to-do"), line(text, ""), line(text, "anchor:")],
            [Some(3), Some(5), None, None]
        );
        assert_eq!(line(text, "anchor:y"), None);
    }

    #[test]
    fn text_is_shown_and_not_meant() {
        let page = html("a/b.rs", "if a < b && c {\n}\n");
        assert!(
            page.contains("<a id=\"L1\" href=\"#L1\">   1</a> <span>if a &lt; b &amp;&amp; c {</span>\n<a id=\"L2\"")
        );
    }
}
