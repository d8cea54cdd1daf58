//! Links: to files, to headings of documents, to pages of `cargo doc`, and out of the repository.
//!
//! Nothing is fetched, and nothing is built. What leads out of the repository only has to be an address. What leads to
//! a page of `cargo doc` has to be a name that such a page can have, of a crate that there is; whether the page is there
//! is for whoever has built both.

use std::path::Path;

use super::crates;
use super::markdown::Page;

/// The way from a page of the book to the documentation, which is beside the book once both are built.
const DOCUMENTATION: &str = "../doc/";

/// With what the names of such pages begin, but for `index.html`.
const KINDS: [&str; 11] =
    ["attr", "constant", "derive", "enum", "fn", "macro", "static", "struct", "trait", "type", "union"];

/// What is wrong with a page's links.
pub fn check(page: &Page) -> Vec<String> {
    let mut complaints = Vec::new();
    for line in page.lines().into_iter().filter(|line| !line.code) {
        for target in targets(line.text) {
            if let Err(what) = follow(page, target) {
                complaints.push(page.complain(line.number, what));
            }
        }
    }
    complaints
}

/// What the links of a line lead to.
pub fn targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

fn follow(page: &Page, target: &str) -> Result<(), String> {
    let folder = page.path.parent().unwrap_or(Path::new("."));
    if target.contains(':') {
        return address(target).ok_or_else(|| format!("{target} is no address; wanted: https://HOST/..."));
    }
    if let Some(place) = target.strip_prefix(DOCUMENTATION).filter(|_| folder == super::source()) {
        let wanted = "wanted: a crate of the workspace, then a page as `cargo doc` names them";
        return documentation(place).ok_or_else(|| format!("the link to {target} leads nowhere; {wanted}"));
    }
    let (file, heading) = target.split_once('#').unwrap_or((target, ""));
    let path = if file.is_empty() { page.path.clone() } else { folder.join(file) };
    if !path.exists() {
        return Err(format!("the link to {target} leads nowhere"));
    }
    let is_document = path.extension().is_some_and(|extension| extension == "md");
    if target.contains('#') && (!is_document || !Page::read(path).ids().iter().any(|id| id == heading)) {
        return Err(format!("there is no heading for the link to {target}"));
    }
    Ok(())
}

/// Whether this is an address on the web: `https`, a host with a domain, and no sign that would have to be written in
/// another way.
fn address(target: &str) -> Option<()> {
    let rest = target.strip_prefix("https://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let label = |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let host_is_good = host.contains('.') && host.split('.').all(label);
    let signs_are_good = rest.bytes().all(|b| b.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&b));
    (host_is_good && signs_are_good).then_some(())
}

/// Whether a page of `cargo doc` can have this name, which begins with the crate: `falkirk/struct.Store.html`, with a
/// place in the page behind a `#` or none.
fn documentation(place: &str) -> Option<()> {
    let (file, fragment) = place.split_once('#').unwrap_or((place, "top"));
    let (folders, page) = file.strip_suffix(".html")?.rsplit_once('/')?;
    let name = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let page_is_good = match page.split_once('.') {
        Some((kind, item)) => KINDS.contains(&kind) && name(item),
        None => page == "index",
    };
    let mut folders = folders.split('/');
    let crate_is_there = crates::documented().iter().any(|krate| Some(&krate.name[..]) == folders.clone().next());
    (crate_is_there && folders.all(name) && page_is_good && !fragment.is_empty()).then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(text: &str) -> usize {
        check(&Page { path: crate::root().join("book/src/page.md"), text: text.to_owned() }).len()
    }

    #[test]
    fn links_are_followed() {
        assert_eq!(complaints("[a](SUMMARY.md) [b](https://example.org)\n```\n[c](none)\n```"), 0);
        assert_eq!(complaints("[a](none.md) [b](SUMMARY.md#none)"), 2);
    }

    #[test]
    fn headings_of_any_document_are_found() {
        assert_eq!(complaints("[a](../../CONTRIBUTING.md#house-rules) [b](SUMMARY.md#summary)"), 0);
        assert_eq!(
            complaints("[a](../../CONTRIBUTING.md#none) [b](../../CONTRIBUTING.md#) [c](../Cargo.toml#name)"),
            3
        );
    }

    #[test]
    fn links_to_the_documentation_have_its_form() {
        let good = ["falkirk/index.html", "falkirk/struct.Store.html#method.new", "falkirk_wasi/preview1/index.html"];
        for target in good {
            assert_eq!(complaints(&format!("[a](../doc/{target})")), 0, "{target}");
        }
        let bad = [
            "none/index.html",
            "falkirk/",
            "falkirk/struct.Store",
            "falkirk/thing.Store.html",
            "falkirk/struct.html",
            "falkirk//index.html",
            "falkirk/../index.html",
            "falkirk/index.html#",
            "index.html",
            "falkirk_cli/index.html",
        ];
        for target in bad {
            assert_eq!(complaints(&format!("[a](../doc/{target})")), 1, "{target}");
        }
    }

    #[test]
    fn only_the_book_lies_beside_the_documentation() {
        let text = "[a](../doc/falkirk/index.html)".to_owned();
        assert_eq!(check(&Page { path: crate::root().join("wasi/README.md"), text }).len(), 1);
    }

    #[test]
    fn addresses_are_addresses() {
        for target in ["https://wasi.dev/", "https://example.org/a_b?c=d#e", "https://example.org"] {
            assert_eq!(complaints(&format!("[a]({target})")), 0, "{target}");
        }
        let bad = [
            "http://example.org/",
            "https:///a",
            "https://localhost/",
            "https://example..org/",
            "https://example.org/a b",
            "https://example.org/<a>",
            "https:/example.org",
            "mailto:a@example.org",
        ];
        for target in bad {
            assert_eq!(complaints(&format!("[a]({target})")), 1, "{target}");
        }
    }
}
