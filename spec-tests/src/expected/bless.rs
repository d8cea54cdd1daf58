//! Rewrites a list after what came of the scripts.

use std::collections::{BTreeMap, BTreeSet};

use falkirk::wast::Report;

use super::entry::TODO;
use super::{Entry, Lines, List};

/// The lines of a script's directives, and those that failed.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    lines: BTreeSet<usize>,
    failed: BTreeSet<usize>,
    /// Whether the script did not even parse.
    unreadable: bool,
}

impl From<&Report> for Outcome {
    fn from(report: &Report) -> Outcome {
        Outcome {
            lines: report.lines.iter().copied().collect(),
            failed: report.failed.iter().map(|failure| failure.line).collect(),
            unreadable: report.failed.iter().any(|failure| failure.what == "script"),
        }
    }
}

/// The list as it should be after these outcomes. Reasons are kept; new entries get one that begins with `TODO`. Entries
/// of files that did not run stay as they are.
///
/// A new entry is for the whole file when more than half of its directives fail.
pub fn bless(list: &List, outcomes: &BTreeMap<String, Outcome>) -> List {
    let kept = list.entries.iter().filter(|entry| !outcomes.contains_key(&entry.key)).cloned();
    let new = outcomes.iter().flat_map(|(key, outcome)| entries_of(key, outcome, &list.of(key)));
    let mut entries: Vec<Entry> = kept.chain(new).collect();
    entries.sort_by_cached_key(|entry| (entry.key.clone(), first_line(entry)));
    List { header: list.header.clone(), entries }
}

fn first_line(entry: &Entry) -> usize {
    match &entry.lines {
        Lines::All => 0,
        Lines::Some(ranges) => ranges.first().map_or(0, |range| *range.start()),
    }
}

fn entries_of(key: &str, outcome: &Outcome, old: &[Entry]) -> Vec<Entry> {
    if outcome.failed.is_empty() {
        return Vec::new();
    }
    if let Some(whole) = old.iter().find(|entry| entry.lines == Lines::All) {
        return vec![whole.clone()];
    }
    let mostly = outcome.failed.len() * 2 > outcome.lines.len();
    if outcome.unreadable || (mostly && old.is_empty()) {
        return vec![Entry { key: key.to_owned(), lines: Lines::All, reason: format!("{TODO} reason") }];
    }
    by_reason(outcome, old)
        .into_iter()
        .map(|(reason, lines)| Entry { key: key.to_owned(), lines: Lines::Some(ranges(&lines, outcome)), reason })
        .collect()
}

fn by_reason(outcome: &Outcome, old: &[Entry]) -> BTreeMap<String, BTreeSet<usize>> {
    let mut lines_of = BTreeMap::<String, BTreeSet<usize>>::new();
    for line in &outcome.failed {
        let known = old.iter().find(|entry| entry.covers(*line)).map(|entry| entry.reason.clone());
        lines_of.entry(known.unwrap_or_else(|| format!("{TODO} reason"))).or_default().insert(*line);
    }
    lines_of
}

/// Joins lines with no other directive between them.
fn ranges(wanted: &BTreeSet<usize>, outcome: &Outcome) -> Vec<std::ops::RangeInclusive<usize>> {
    let mut ranges: Vec<std::ops::RangeInclusive<usize>> = Vec::new();
    let mut joins = false;
    for line in &outcome.lines {
        match ranges.last_mut() {
            Some(last) if wanted.contains(line) && joins => *last = *last.start()..=*line,
            _ if wanted.contains(line) => ranges.push(*line..=*line),
            _ => {}
        }
        joins = wanted.contains(line);
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(lines: &[usize], failed: &[usize]) -> Outcome {
        let set = |lines: &[usize]| lines.iter().copied().collect();
        Outcome { lines: set(lines), failed: set(failed), unreadable: false }
    }

    #[track_caller]
    fn check(old: &str, lines: &[usize], failed: &[usize], wanted: &str) {
        let outcomes = BTreeMap::from([("s/f.wast".to_owned(), outcome(lines, failed))]);
        assert_eq!(bless(&List::parse(old).unwrap(), &outcomes).to_string(), wanted);
    }

    #[test]
    fn reasons_stay_and_new_lines_want_one() {
        let lines = [1, 2, 3, 5, 8, 9, 10];
        check("s/f.wast:2 # GC\n", &lines, &[2, 3], "s/f.wast:2 # GC\ns/f.wast:3 # TODO reason\n");
        check("s/f.wast:2-5 # GC\n", &lines, &[2, 3, 5], "s/f.wast:2-5 # GC\n");
        check("s/f.wast:2 # GC\n", &lines, &[], "");
        check("s/f.wast # GC\n", &lines, &[2], "s/f.wast # GC\n");
    }

    #[test]
    fn a_file_that_mostly_fails_is_listed_whole() {
        check("", &[1, 2, 3], &[1, 2], "s/f.wast # TODO reason\n");
        check("", &[1, 2, 3, 4], &[1, 3], "s/f.wast:1,3 # TODO reason\n");
    }

    #[test]
    fn other_files_are_left_alone() {
        check("a/b.wast # GC\n", &[1], &[], "a/b.wast # GC\n");
    }
}
