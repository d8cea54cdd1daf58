//! Listings. mdBook is silent where a file or an anchor is missing, so this is not.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::markdown::Page;

/// What opens an include, and what closes it.
const OPEN: &str = "{{#include ";
const CLOSE: &str = "}}";

/// An include of a page: its line, the file, and the anchor if it names one.
pub struct Include {
    /// The line of the page.
    pub line: usize,
    /// The file.
    pub path: PathBuf,
    /// The part of the file.
    pub anchor: Option<String>,
}

/// The includes of a page.
pub fn of(page: &Page) -> Vec<Include> {
    let lines = page.lines().into_iter();
    let includes = lines.filter_map(|line| {
        let target = line.text.trim().strip_prefix(OPEN)?.strip_suffix(CLOSE)?;
        let (path, anchor) = match target.split_once(':') {
            Some((path, anchor)) => (path, Some(anchor.to_owned())),
            None => (target, None),
        };
        let folder = page.path.parent().expect("a page is in a folder");
        Some(Include { line: line.number, path: folder.join(path), anchor })
    });
    includes.collect()
}

/// What is wrong with a page's includes.
pub fn check(page: &Page) -> Vec<String> {
    let includes = of(page);
    let mut complaints = Vec::new();
    for line in page.lines() {
        if line.text.contains("{{#") && !includes.iter().any(|include| include.line == line.number) {
            complaints.push(page.complain(line.number, "wanted: a line that is `{{#include FILE:ANCHOR}}`"));
        }
    }
    for include in &includes {
        if let Err(what) = body(include) {
            complaints.push(page.complain(include.line, what));
        }
    }
    complaints
}

/// What an include puts into the page.
pub fn body(include: &Include) -> Result<String, String> {
    let shown = include.path.display();
    let text = std::fs::read_to_string(&include.path).map_err(|error| format!("{shown}: {error}"))?;
    let Some(anchor) = &include.anchor else { return Ok(text) };
    part(&text, anchor).map_err(|what| format!("{shown}: {what}"))
}

/// The part of a text between an anchor's two marks.
fn part(text: &str, anchor: &str) -> Result<String, String> {
    let marks = |mark: &str| -> Vec<usize> {
        let lines = text.lines().enumerate();
        lines.filter(|(_, line)| marked(line, mark) == Some(anchor)).map(|(index, _)| index).collect()
    };
    let ([start], [end]) = (&marks("ANCHOR:")[..], &marks("ANCHOR_END:")[..]) else {
        return Err(format!("the anchor `{anchor}` does not open and close once"));
    };
    let lines: Vec<&str> = text.lines().take(*end).skip(start + 1).filter(|line| !is_mark(line)).collect();
    if lines.iter().all(|line| line.trim().is_empty()) {
        return Err(format!("there is nothing in the anchor `{anchor}`"));
    }
    Ok(lines.join("\n"))
}

fn is_mark(line: &str) -> bool {
    marked(line, "ANCHOR:").is_some() || marked(line, "ANCHOR_END:").is_some()
}

/// The anchor that a comment like `// ANCHOR: name` names.
fn marked<'a>(line: &'a str, mark: &str) -> Option<&'a str> {
    let comment = line.trim().trim_start_matches(['/', ';', '#', '*']);
    comment.trim_start().strip_prefix(mark).filter(|_| comment.len() < line.trim().len()).map(str::trim)
}

/// The anchors of the repository that no page includes, and those that no page could.
pub fn orphans(root: &Path, pages: &[Page]) -> Vec<String> {
    let used: BTreeSet<(PathBuf, String)> = pages
        .iter()
        .flat_map(of)
        .filter_map(|include| Some((include.path.canonicalize().ok()?, include.anchor?)))
        .collect();
    let mut complaints = Vec::new();
    for path in crate::files_below(root, &["rs", "wat", "wit", "toml", "c"]) {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let path = path.canonicalize().expect("it was just read");
        for anchor in text.lines().filter_map(|line| marked(line, "ANCHOR:")) {
            if !used.contains(&(path.clone(), anchor.to_owned())) {
                complaints.push(format!("{}: no page includes the anchor `{anchor}`", path.display()));
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a\n// ANCHOR: x\nb\n;; ANCHOR: y\nc\n;; ANCHOR_END: y\n// ANCHOR_END: x\n// ANCHOR: z\nd\n";

    #[test]
    fn parts_are_what_stands_between() {
        assert_eq!(part(TEXT, "x"), Ok("b\nc".to_owned()));
        assert_eq!(part(TEXT, "y"), Ok("c".to_owned()));
    }

    #[test]
    fn missing_and_open_anchors_are_complaints() {
        assert!(part(TEXT, "w").is_err());
        assert!(part(TEXT, "z").is_err());
        assert!(part("# ANCHOR: e\n\n# ANCHOR_END: e\n", "e").is_err());
    }

    #[test]
    fn only_includes_are_understood() {
        let page = Page { path: "page.md".into(), text: "{{#include none.rs}}\n{{#playground x}}\n".to_owned() };
        assert_eq!(check(&page).len(), 2);
    }
}
