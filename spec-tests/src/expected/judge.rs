//! Compares what came of a script with what the list says.

use std::collections::BTreeSet;

use falkirk::wast::Report;

use super::{Entry, Lines};

/// What is wrong: failures that are not listed, and listed directives (or files) that pass. Empty when all is as expected.
pub fn judge(report: &Report, entries: &[Entry]) -> Vec<String> {
    if entries.iter().any(|entry| entry.lines == Lines::All) {
        return if report.is_success() {
            vec![format!(
                "{}: every directive passes, but the file is listed as failing: take it off the list",
                report.name
            )]
        } else {
            Vec::new()
        };
    }
    let mut problems = unlisted_failures(report, entries);
    problems.extend(unexpected_passes(report, entries));
    problems
}

fn unlisted_failures(report: &Report, entries: &[Entry]) -> Vec<String> {
    let listed = |line| entries.iter().any(|entry| entry.covers(line));
    let unlisted = report.failed.iter().filter(|failure| !listed(failure.line));
    unlisted.map(|failure| format!("{}:{failure}", report.name)).collect()
}

fn unexpected_passes(report: &Report, entries: &[Entry]) -> Vec<String> {
    let failed: BTreeSet<usize> = report.failed.iter().map(|failure| failure.line).collect();
    let lines: BTreeSet<usize> = report.lines.iter().copied().collect();
    let mut problems = Vec::new();
    for entry in entries {
        let Lines::Some(ranges) = &entry.lines else { continue };
        for range in ranges {
            let mut directives = lines.range(range.clone()).chain(failed.range(range.clone())).peekable();
            if directives.peek().is_none() {
                problems.push(format!("{}: no directive on the listed line {}", report.name, range.start()));
            }
            let passes = directives.filter(|line| !failed.contains(line));
            problems.extend(passes.map(|line| {
                format!(
                    "{}:{line}: passes, but is listed as failing ({}): take it off the list",
                    report.name, entry.reason
                )
            }));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use falkirk::wast::Failure;

    use super::super::List;
    use super::*;

    fn report(lines: &[usize], failed: &[usize]) -> Report {
        let failure = |line: &usize| Failure { line: *line, column: 1, what: "invoke", message: "m".to_owned() };
        Report {
            name: "s/f.wast".to_owned(),
            passed: lines.len() - failed.len(),
            failed: failed.iter().map(failure).collect(),
            lines: lines.to_vec(),
            ..Report::default()
        }
    }

    #[track_caller]
    fn check(failed: &[usize], list: &str, wanted: &[&str]) {
        let entries = List::parse(list).unwrap().entries;
        assert_eq!(judge(&report(&[1, 5, 9], failed), &entries), wanted);
    }

    #[test]
    fn as_listed() {
        check(&[], "", &[]);
        check(&[5], "s/f.wast:5 # GC", &[]);
        check(&[5, 9], "s/f.wast:5-9 # GC", &[]);
        check(&[5], "s/f.wast # GC", &[]);
    }

    #[test]
    fn not_as_listed() {
        check(
            &[5],
            "s/f.wast:9 # GC",
            &["s/f.wast:5:1: invoke: m", "s/f.wast:9: passes, but is listed as failing (GC): take it off the list"],
        );
        check(&[], "s/f.wast:3 # GC", &["s/f.wast: no directive on the listed line 3"]);
        check(
            &[],
            "s/f.wast # GC",
            &["s/f.wast: every directive passes, but the file is listed as failing: take it off the list"],
        );
    }
}
