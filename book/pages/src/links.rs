//! Follows every link of the built pages: those among them, those to the pages of `cargo doc`, and from there to the book.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::{Result, tidy};

/// What came of following the links.
#[derive(Default)]
pub struct Followed {
    /// How many pages have links.
    pub pages: usize,
    /// How many links there are that lead to a file.
    pub links: usize,
    /// How many of them lead to pages of `cargo doc`, where there are none.
    pub unseen: usize,
    /// Those that lead nowhere.
    pub complaints: Vec<String>,
}

/// Follows the links of the book in this folder. The folder `doc` beside it is where `cargo doc` puts its pages.
///
/// # Errors
///
/// A page cannot be read.
pub fn follow(book: &Path) -> Result<Followed> {
    let docs = book.parent().unwrap_or(Path::new(".")).join("doc");
    let mut follower =
        Follower { docs: docs.clone(), book: book.to_path_buf(), ids: BTreeMap::new(), followed: Followed::default() };
    for page in pages(book) {
        follower.page(&page, |_| true)?;
    }
    if docs.is_dir() {
        for page in ours(&docs)? {
            follower.page(&page, |target| target.contains("/book/"))?;
        }
    }
    Ok(follower.followed)
}

struct Follower {
    docs: PathBuf,
    book: PathBuf,
    /// The places of each page that was looked at.
    ids: BTreeMap<PathBuf, BTreeSet<String>>,
    followed: Followed,
}

impl Follower {
    /// Follows those links of a page that are wanted.
    fn page(&mut self, page: &Path, wanted: impl Fn(&str) -> bool) -> Result<()> {
        let text = fs::read_to_string(page).map_err(|error| format!("{}: {error}", page.display()))?;
        self.followed.pages += 1;
        for target in targets(&text).filter(|target| is_file(target) && wanted(target)) {
            self.followed.links += 1;
            if let Err(what) = self.target(page, target) {
                let line = format!("{}: the link to {target}: {what}", page.display());
                self.followed.complaints.push(line);
            }
        }
        Ok(())
    }

    fn target(&mut self, page: &Path, target: &str) -> std::result::Result<(), String> {
        let (file, place) = target.split_once('#').unwrap_or((target, ""));
        let file = file.split('?').next().unwrap_or_default();
        let path = if file.is_empty() { page.to_path_buf() } else { tidy(&page.with_file_name(""), &decoded(file)) };
        if path.starts_with(&self.docs) && !self.docs.is_dir() {
            self.followed.unseen += 1;
            return Ok(());
        }
        if !path.starts_with(&self.docs) && !path.starts_with(&self.book) {
            return Err("it leads out of the book".to_owned());
        }
        if !path.is_file() {
            return Err(format!("there is no {}", path.display()));
        }
        let is_page = path.extension().is_some_and(|extension| extension == "html");
        if place.is_empty() || !is_page || self.ids(&path).contains(&decoded(place)) {
            Ok(())
        } else {
            Err(format!("there is no #{place} in {}", path.display()))
        }
    }

    fn ids(&mut self, page: &Path) -> &BTreeSet<String> {
        self.ids.entry(page.to_path_buf()).or_insert_with(|| {
            let text = fs::read_to_string(page).unwrap_or_default();
            values(&text, "id").map(unescaped).collect()
        })
    }
}

/// The pages in a folder, and in those within it.
fn pages(folder: &Path) -> Vec<PathBuf> {
    falkirk_book::files_below(folder, &["html"])
}

/// The pages of `cargo doc` about the project's own crates, of which all names begin alike.
fn ours(docs: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(docs)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with("falkirk") && entry.path().is_dir() {
            found.extend(pages(&entry.path()));
        }
    }
    Ok(found)
}

/// Where links and pictures of a page lead.
fn targets(text: &str) -> impl Iterator<Item = &str> {
    values(text, "href").chain(values(text, "src"))
}

/// The values of an attribute, as the makers of pages write it: in quotes.
fn values<'a>(text: &'a str, attribute: &str) -> impl Iterator<Item = &'a str> {
    let opens = format!(" {attribute}=\"");
    let places: Vec<usize> = text.match_indices(&opens).map(|(at, _)| at + opens.len()).collect();
    places.into_iter().filter_map(|at| text[at..].split('"').next())
}

/// Whether a link leads to a file or a place in this page.
fn is_file(target: &str) -> bool {
    let scheme = target.split_once(':').is_some_and(|(scheme, _)| scheme.chars().all(|c| c.is_ascii_alphabetic()));
    !scheme && !target.is_empty() && !target.starts_with("//")
}

/// An attribute's text without the escapes of HTML that occur in it.
fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}

/// A part of an address without its escapes: those of HTML, and `%41` for `A`.
fn decoded(text: &str) -> String {
    let text = unescaped(text);
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let byte = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let rest = if byte.is_some() { &part[2..] } else { part };
        bytes.push(byte.unwrap_or(b'%'));
        bytes.extend(rest.bytes());
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_and_told_from_addresses() {
        let text =
            r#"<a class="x" href="a.html#b"> <img src="c.svg"> <a href="https://example.org"> <a href="mailto:x">"#;
        let found: Vec<&str> = targets(text).filter(|target| is_file(target)).collect();
        assert_eq!(found, ["a.html#b", "c.svg"]);
    }

    #[test]
    fn addresses_are_decoded() {
        assert_eq!(decoded("a%20b%C3%AB&amp;100%"), "a b\u{eb}&100%");
    }

    #[test]
    fn links_lead_somewhere_or_are_complaints() {
        let folder = tempfile::tempdir().unwrap();
        let book = folder.path().join("book");
        fs::create_dir(&book).unwrap();
        let write = |name: &str, text: &str| fs::write(book.join(name), text).unwrap();
        write("a.html", r##"<p id="x"> <a href="b.html#y"> <a href="#x"> <a href="../doc/falkirk/index.html">"##);
        write("b.html", r#"<p id="y"> <a href="a.html">"#);
        let followed = follow(&book).unwrap();
        assert_eq!((followed.pages, followed.links, followed.unseen), (2, 4, 1));
        assert_eq!(followed.complaints, [""; 0]);

        write("b.html", r##"<a href="#y"> <a href="c.html"> <a href="../../etc/passwd">"##);
        let docs = folder.path().join("doc/falkirk");
        fs::create_dir_all(&docs).unwrap();
        fs::write(
            docs.join("other.html"),
            r#"<a href="../../book/a.html#x"> <a href="../../book/z.html"> <a href="gone.html">"#,
        )
        .unwrap();
        let followed = follow(&book).unwrap();
        // b's place, that of b's own link, two files that are not there, one outside; and the documents' index and link.
        assert_eq!(followed.complaints.len(), 6, "{:#?}", followed.complaints);
        assert_eq!(followed.unseen, 0);
    }
}
