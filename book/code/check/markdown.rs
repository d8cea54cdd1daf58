//! A page of the book, taken apart as far as the checks need it.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// A file of Markdown.
pub struct Page {
    /// Where it is.
    pub path: PathBuf,
    /// What it says.
    pub text: String,
}

/// A line of a page, with where it stands.
pub struct Line<'a> {
    /// Its number, from 1.
    pub number: usize,
    /// What it says.
    pub text: &'a str,
    /// Whether it is inside a block of code, or one of the two fences around it.
    pub code: bool,
}

impl Page {
    /// Reads a page.
    pub fn read(path: PathBuf) -> Page {
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Page { path, text }
    }

    /// Its file's name.
    pub fn name(&self) -> &str {
        self.path.file_name().and_then(|name| name.to_str()).expect("a page has a name")
    }

    /// Its lines.
    pub fn lines(&self) -> Vec<Line<'_>> {
        let mut inside = false;
        let lines = self.text.lines().enumerate().map(|(index, text)| {
            let fence = text.starts_with("```");
            inside ^= fence;
            Line { number: index + 1, text, code: inside || fence }
        });
        lines.collect()
    }

    /// Its headings: how deep, and the words.
    pub fn headings(&self) -> Vec<(usize, &str)> {
        let lines = self.lines().into_iter().filter(|line| !line.code);
        let headings = lines.filter_map(|line| {
            let words = line.text.trim_start_matches('#');
            let depth = line.text.len() - words.len();
            (depth > 0 && words.starts_with(' ')).then(|| (depth, words.trim()))
        });
        headings.collect()
    }

    /// The names by which links reach its headings, as mdBook and GitHub make them: the second of a name gets `-1`.
    pub fn ids(&self) -> Vec<String> {
        let mut seen = BTreeMap::new();
        let ids = self.headings().into_iter().map(|(_, words)| {
            let id = id(words);
            let times = seen.entry(id.clone()).and_modify(|times| *times += 1).or_insert(0);
            if *times == 0 { id } else { format!("{id}-{times}") }
        });
        ids.collect()
    }

    /// Where it is, seen from the root of the repository.
    pub fn place(&self) -> std::path::Display<'_> {
        self.path.strip_prefix(crate::root()).unwrap_or(&self.path).display()
    }

    /// A complaint about a line.
    pub fn complain(&self, line: usize, what: impl std::fmt::Display) -> String {
        format!("{}:{line}: {what}", self.place())
    }
}

/// The name of a heading: small letters, hyphens for spaces, and no other signs.
pub fn id(words: &str) -> String {
    let kept = words.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> Page {
        Page { path: "page.md".into(), text: text.to_owned() }
    }

    #[test]
    fn headings_have_names() {
        let page = page("# 1. A `module` is bytes\n```sh\n# no heading\n```\n## What, why?\n#no\n### What, why?\n");
        assert_eq!(page.headings(), [(1, "1. A `module` is bytes"), (2, "What, why?"), (3, "What, why?")]);
        assert_eq!(page.ids(), ["1-a-module-is-bytes", "what-why", "what-why-1"]);
    }

    #[test]
    fn fences_are_code() {
        let page = page("a\n```\nb\n```\nc");
        assert_eq!(page.lines().iter().map(|line| line.code).collect::<Vec<_>>(), [false, true, true, true, false]);
    }
}
