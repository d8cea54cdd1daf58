//! Plots, from what the benches have measured: the files in `book/measured` become a picture and a table for each of
//! `PLOTS`, in `book/src/measured`.
//!
//! | module | what it is |
//! | --- | --- |
//! | `json` | a reader of JSON |
//! | `results` | what the benches' file says |
//! | `bars` | the picture |
//! | `table` | the numbers, with the machine and the date |
//!
//! To measure anew, see `book/PLAN.md`.

pub mod bars;
pub mod json;
pub mod results;
pub mod table;

use std::io::Write;
use std::path::PathBuf;

use crate::draw::svg::{Anchor, LINE, Svg};
use crate::programs::Result;
use results::Results;

/// A plot.
struct Plot {
    /// The name of its files.
    name: &'static str,
    title: &'static str,
    /// The benches' file.
    file: &'static str,
    /// The group of the benches that it shows.
    group: &'static str,
    /// The clock that this group's times are told by.
    clock: &'static str,
    /// The engine whose time is 1.
    one: &'static str,
    /// Whether there is a row of means: not where the rows answer different questions.
    means: bool,
    /// What the names of rows have that are left to the benches' own tables.
    without: &'static [&'static str],
    /// The conditions that a reader needs to know beside date and processor, by their names in the file.
    conditions: &'static [&'static str],
}

/// Conditions where everything is built together.
const BUILT: &[&str] = &["load when it ended", "compiler", "aligned functions", "trace hooks"];

/// Every plot.
const PLOTS: [Plot; 3] = [
    Plot {
        name: "engines",
        title: "Both engines and wasmtime, with native code as 1",
        file: "compare.json",
        group: "JIT: execution",
        clock: "thread",
        one: "native",
        means: true,
        without: &[],
        conditions: BUILT,
    },
    Plot {
        name: "interpreters",
        title: "Interpreters, with native code as 1",
        file: "compare.json",
        group: "Execution",
        clock: "thread",
        one: "native",
        means: true,
        without: &[],
        conditions: BUILT,
    },
    Plot {
        name: "programs",
        title: "Whole programs, with Falkirk's interpreter as 1",
        file: "programs.json",
        group: "WASI: whole processes",
        clock: "wall",
        one: "falkirk-interp",
        means: false,
        // They are about calls of the host.
        without: &["clock", "pipe"],
        conditions: &["load when it ended"],
    },
];

/// What stands where the file has no such group.
const MISSING: &str = "Not measured yet: the file of the benches has no such group.";

/// The files, each with what it should have in it.
fn made() -> Result<Vec<(PathBuf, String)>> {
    let (from, to) = (crate::root().join("book/measured"), crate::root().join("book/src/measured"));
    let mut files = Vec::new();
    for plot in PLOTS {
        let path = from.join(plot.file);
        let said = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let text = std::fs::read_to_string(&path).map_err(|error| said(&error))?;
        let (svg, page) = plot.make(&Results::parse(&text, plot.clock).map_err(|error| said(&error))?);
        let file = to.join(plot.name);
        files.extend([(file.with_extension("svg"), svg), (file.with_extension("md"), page)]);
    }
    Ok(files)
}

impl Plot {
    /// The picture and the table.
    fn make(&self, results: &Results) -> (String, String) {
        let mut contest = results.of(self.group, self.one);
        contest.means = self.means;
        contest.rows.retain(|row| !self.without.iter().any(|word| row.name.contains(word)));
        if contest.rows.is_empty() {
            let mut svg = Svg::new(self.title);
            svg.text(0.0, LINE, Anchor::Start, MISSING, false);
            return (svg.finish(), format!("{MISSING}\n"));
        }
        (bars::draw(self.title, &contest), table::page(results, &contest, self.conditions))
    }
}

/// Makes every plot again.
pub fn run(_: &[String], out: &mut dyn Write) -> Result<()> {
    for (path, text) in made()? {
        std::fs::write(&path, text)?;
        writeln!(out, "{}", path.strip_prefix(crate::root())?.display())?;
    }
    Ok(())
}

/// Plots that are not what the benches' file says.
pub fn check() -> Vec<String> {
    let made = match made() {
        Ok(made) => made,
        Err(error) => return vec![error.to_string()],
    };
    let old = made.into_iter().filter(|(path, text)| std::fs::read_to_string(path).ok().as_ref() != Some(text));
    old.map(|(path, _)| format!("{} is not up to date: `cargo book plot`", path.display())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_that_was_not_measured_says_so() {
        let results = Results::parse(r#"{"conditions":{},"rows":[],"checks":[]}"#, "wall").unwrap();
        for plot in PLOTS {
            let (svg, page) = plot.make(&results);
            assert!(svg.contains(MISSING) && page.contains(MISSING));
        }
    }
}
