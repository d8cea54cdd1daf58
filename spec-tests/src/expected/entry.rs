//! A list and its entries, as text and as data.

use std::fmt;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

/// What a reason begins with that nobody has written yet.
pub(super) const TODO: &str = "TODO";

/// One line of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `suite/file.wast`.
    pub key: String,
    /// Which of its directives fail.
    pub lines: Lines,
    /// Why: the proposal that they need.
    pub reason: String,
}

/// Which directives of a file fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lines {
    /// The file needs the proposal as a whole; its directives are not told apart.
    All,
    /// Exactly the directives on these lines.
    Some(Vec<RangeInclusive<usize>>),
}

/// A list of expected failures.
#[derive(Clone, Debug, Default)]
pub struct List {
    /// The comment at its top, kept when the list is rewritten.
    pub header: Vec<String>,
    /// Its entries.
    pub entries: Vec<Entry>,
}

impl List {
    /// Where the list of an engine is.
    pub fn path(engine: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("expected-failures").join(format!("{engine}.txt"))
    }

    /// The list of an engine.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or a line of it cannot be understood.
    pub fn load(engine: &str) -> Result<List, String> {
        let path = List::path(engine);
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        List::parse(&text).map_err(|error| format!("{}:{error}", path.display()))
    }

    /// Reads a list's text. An error begins with the line's number.
    pub fn parse(text: &str) -> Result<List, String> {
        let mut list = List::default();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.starts_with('#') && list.entries.is_empty() {
                list.header.push(line.to_owned());
            } else if !line.is_empty() && !line.starts_with('#') {
                list.entries.push(Entry::parse(line).map_err(|error| format!("{}: {error}", number + 1))?);
            }
        }
        Ok(list)
    }

    /// The entries of one file.
    pub fn of(&self, key: &str) -> Vec<Entry> {
        self.entries.iter().filter(|entry| entry.key == key).cloned().collect()
    }

    /// The entries that nobody has given a reason yet.
    pub fn unexplained(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.reason.starts_with(TODO))
    }
}

impl fmt::Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.header.iter().try_for_each(|line| writeln!(f, "{line}"))?;
        if !self.header.is_empty() {
            writeln!(f)?;
        }
        self.entries.iter().try_for_each(|entry| writeln!(f, "{entry}"))
    }
}

impl Entry {
    fn parse(line: &str) -> Result<Entry, String> {
        let (place, reason) = line.split_once(" # ").ok_or("wanted `suite/file.wast[:lines] # reason`")?;
        let (key, lines) = match place.trim().split_once(':') {
            None => (place.trim(), Lines::All),
            Some((key, lines)) => (key, Lines::Some(lines.split(',').map(parse_range).collect::<Result<_, _>>()?)),
        };
        if reason.trim().is_empty() {
            return Err("the reason is missing".to_owned());
        }
        Ok(Entry { key: key.to_owned(), lines, reason: reason.trim().to_owned() })
    }

    /// Whether the directives on `line` are among those that fail.
    pub fn covers(&self, line: usize) -> bool {
        match &self.lines {
            Lines::All => true,
            Lines::Some(ranges) => ranges.iter().any(|range| range.contains(&line)),
        }
    }
}

fn parse_range(text: &str) -> Result<RangeInclusive<usize>, String> {
    let number = |text: &str| text.trim().parse::<usize>().map_err(|_| format!("{text:?} is not a line number"));
    match text.split_once('-') {
        None => number(text).map(|line| line..=line),
        Some((first, last)) => Ok(number(first)?..=number(last)?),
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)?;
        if let Lines::Some(ranges) = &self.lines {
            for (position, range) in ranges.iter().enumerate() {
                f.write_str(if position == 0 { ":" } else { "," })?;
                match (range.start(), range.end()) {
                    (first, last) if first == last => write!(f, "{first}")?,
                    (first, last) => write!(f, "{first}-{last}")?,
                }
            }
        }
        write!(f, " # {}", self.reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_reads_back_as_it_was_written() {
        let text = "# top\n\na/b.wast # GC: structs\nc/d.wast:1,4-7 # threads: atomics\n";
        let list = List::parse(text).unwrap();
        assert_eq!(list.to_string(), text);
        assert!(list.entries[1].covers(5) && !list.entries[1].covers(3));
    }

    #[test]
    fn an_entry_needs_a_reason() {
        assert_eq!(List::parse("\na/b.wast").unwrap_err(), "2: wanted `suite/file.wast[:lines] # reason`");
        assert_eq!(List::parse("a/b.wast:x # r").unwrap_err(), "1: \"x\" is not a line number");
        assert_eq!(List::parse("a/b.wast # TODO reason").unwrap().unexplained().count(), 1);
    }
}
