//! The numbers behind a plot, in Markdown, with the machine and the date.

use std::fmt::Write;

use super::results::{NATIVE, Results, Row, engines, mean};

/// The conditions that a reader needs to know, by their names in the benches' file.
const CONDITIONS: [&str; 4] = ["load when it ended", "compiler", "aligned functions", "trace hooks"];

/// The table of these kernels.
pub fn page(results: &Results, rows: &[&Row]) -> String {
    let engines = engines(rows);
    let columns: String = engines.iter().map(|engine| format!(" {engine} |")).collect();
    let mut text = format!("| kernel | native |{columns}\n| --- | --: |{}\n", " --: |".repeat(engines.len()));
    for row in rows {
        let native = row.time(NATIVE).map_or_else(String::new, |seconds| format!("{:.2} ms", seconds * 1e3));
        let ratios = engines.iter().map(|engine| row.ratio(engine));
        line(&mut text, &row.name, &native, ratios);
    }
    line(&mut text, "geometric mean", "", engines.iter().map(|engine| Some(mean(rows, engine))));
    writeln!(text, "\nMeasured on {} ({}).", results.condition("date"), results.condition("processor")).expect("text");
    for name in CONDITIONS {
        writeln!(text, "{}: {}.", capital(name), results.condition(name)).expect("text");
    }
    text
}

fn line(text: &mut String, name: &str, native: &str, ratios: impl Iterator<Item = Option<f64>>) {
    let cells: String = ratios.map(|ratio| ratio.map_or(" - |".to_owned(), |ratio| format!(" {ratio:.2} |"))).collect();
    writeln!(text, "| {name} | {native} |{cells}").expect("a string takes everything");
}

fn capital(text: &str) -> String {
    let (first, rest) = text.split_at(1);
    first.to_uppercase() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_from_the_file() {
        let json = r#"{"conditions":{"date":"today","processor":"P"},"rows":[{"group":"g","name":"k","seconds":
            {"a":{"thread":3e-3},"native":{"thread":2e-3},"a, slowly":{"thread":1}}}],"checks":[]}"#;
        let results = Results::parse(json).unwrap();
        let page = page(&results, &results.of("g"));
        assert!(page.starts_with("| kernel | native | a |\n| --- | --: | --: |\n| k | 2.00 ms | 1.50 |\n"), "{page}");
        assert!(page.contains("Measured on today (P).\nLoad when it ended: not recorded.\n"), "{page}");
        assert!(results.of("none").is_empty());
    }
}
