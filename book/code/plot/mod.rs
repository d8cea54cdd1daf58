//! Plots, from what the benches have measured: `book/measured/compare.json` becomes a picture and a table for each of
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

/// A plot: the names of its files, the group of the benches that it shows, and its title.
struct Plot {
    name: &'static str,
    group: &'static str,
    title: &'static str,
}

/// Every plot.
const PLOTS: [Plot; 2] = [
    Plot { name: "engines", group: "JIT: execution", title: "Both engines and wasmtime, with native code as 1" },
    Plot { name: "interpreters", group: "Execution", title: "Interpreters, with native code as 1" },
];

/// What stands where the file has no such group.
const MISSING: &str = "Not measured yet: the file of the benches has no such group.";

fn results() -> Result<Results> {
    let path = crate::root().join("book/measured/compare.json");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    Results::parse(&text).map_err(|error| format!("{}: {error}", path.display()).into())
}

/// The files, each with what it should have in it.
fn made() -> Result<Vec<(PathBuf, String)>> {
    let (results, folder) = (results()?, crate::root().join("book/src/measured"));
    let files = PLOTS.iter().flat_map(|plot| {
        let (svg, page) = plot.make(&results);
        let file = folder.join(plot.name);
        [(file.with_extension("svg"), svg), (file.with_extension("md"), page)]
    });
    Ok(files.collect())
}

impl Plot {
    /// The picture and the table.
    fn make(&self, results: &Results) -> (String, String) {
        let rows = results.of(self.group);
        if rows.is_empty() {
            let mut svg = Svg::new(self.title);
            svg.text(0.0, LINE, Anchor::Start, MISSING, false);
            return (svg.finish(), format!("{MISSING}\n"));
        }
        (bars::draw(self.title, &rows), table::page(results, &rows))
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
        let results = Results::parse(r#"{"conditions":{},"rows":[],"checks":[]}"#).unwrap();
        for plot in PLOTS {
            let (svg, page) = plot.make(&results);
            assert!(svg.contains(MISSING) && page.contains(MISSING));
        }
    }
}
