//! How many assertions passed, per engine and suite.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;

use falkirk::wast::Report;

/// The counts of one suite on one engine.
#[derive(Clone, Copy, Default)]
struct Line {
    files: usize,
    assertions: usize,
    failed: usize,
    whole_files_listed: usize,
}

/// Sums over all scripts; shared by the threads that run them.
#[derive(Default)]
pub struct Totals {
    lines: Mutex<BTreeMap<(&'static str, String), Line>>,
}

impl Totals {
    /// Adds a script. One that is listed as a whole is only counted as such: what holds in it says nothing.
    pub fn add(&self, engine: &'static str, suite: &str, report: &Report, listed_as_a_whole: bool) {
        let mut lines = self.lines.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let line = lines.entry((engine, suite.to_owned())).or_default();
        if listed_as_a_whole {
            line.whole_files_listed += 1;
            return;
        }
        line.files += 1;
        line.assertions += report.assertions();
        line.failed += report.failed_assertions();
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.lines.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        writeln!(f, "{:<14} {:<38} {:>5} {:>10} {:>6}  listed", "engine", "suite", "files", "assertions", "failed")?;
        for ((engine, suite), line) in lines.iter() {
            let Line { files, assertions, failed, whole_files_listed } = line;
            writeln!(
                f,
                "{engine:<14} {suite:<38} {files:>5} {assertions:>10} {failed:>6}  {whole_files_listed} files"
            )?;
        }
        let sum: usize = lines.values().map(|line| line.assertions).sum();
        write!(f, "{sum} assertions passed")
    }
}
