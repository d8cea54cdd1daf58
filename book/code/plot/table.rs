//! The numbers behind a plot, in Markdown, with the machine and the date.

use std::fmt::Write;

use super::results::{Contest, Ratio, Results};

/// The table of these rows, with these conditions of the measurement.
pub fn page(results: &Results, contest: &Contest, conditions: &[&str]) -> String {
    let (engines, one) = (contest.engines(), contest.one);
    let columns: String = engines.iter().map(|engine| format!(" {engine} |")).collect();
    let mut text = format!("| | {one} |{columns}\n| --- | --: |{}\n", " --: |".repeat(engines.len()));
    for row in &contest.rows {
        let time = row.time(one).map_or_else(String::new, |time| format!("{:.2} ms", time.median * 1e3));
        let ratios = engines.iter().map(|engine| Some(contest.ratio(row, engine)?.median));
        line(&mut text, &row.name, &time, ratios);
    }
    if contest.means {
        line(&mut text, "geometric mean", "", engines.iter().map(|engine| Some(contest.mean(engine))));
    }
    writeln!(text, "\n{}", spread(contest)).expect("text");
    writeln!(text, "Measured on {} ({}).", results.condition("date"), results.condition("processor")).expect("text");
    for name in conditions {
        writeln!(text, "{}: {}.", capital(name), results.condition(name)).expect("text");
    }
    text
}

/// How far the rounds of one engine were apart, at most and usually.
fn spread(contest: &Contest) -> String {
    let mut widths: Vec<(f64, &str, &str)> = Vec::new();
    for row in &contest.rows {
        for engine in contest.engines() {
            let ratio = contest.ratio(row, engine);
            widths.extend(ratio.map(|ratio| (percent(&ratio), engine, row.name.as_str())));
        }
    }
    widths.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (usual, widest) = (&widths[widths.len() / 2], &widths[widths.len() - 1]);
    let rounds = contest.rows.iter().map(|row| row.rounds).fold(f64::INFINITY, f64::min);
    format!(
        "There were {rounds} rounds. The middle half of an engine's rounds spans {:.1} % of the median at most ({} in {}), \
         and usually {:.1} %.",
        widest.0, widest.1, widest.2, usual.0
    )
}

fn percent(ratio: &Ratio) -> f64 {
    100.0 * (ratio.quartiles[1] - ratio.quartiles[0]) / ratio.median
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
        let json = r#"{"conditions":{"date":"today","processor":"P"},"rows":[{"group":"g","name":"k","rounds":5,"seconds":
            {"a":{"thread":3e-3},"native":{"thread":2e-3},"a, slowly":{"thread":1}},"quartiles":
            {"a":{"thread":[2.97e-3,3.06e-3]},"native":{"thread":[2e-3,2e-3]},"a, slowly":{"thread":[1,1]}}}],"checks":[]}"#;
        let results = Results::parse(json, "thread").unwrap();
        let page = page(&results, &results.of("g", "native"), &["load when it ended"]);
        assert!(page.starts_with("| | native | a |\n| --- | --: | --: |\n| k | 2.00 ms | 1.50 |\n"), "{page}");
        assert!(page.contains("There were 5 rounds. The middle half of an engine's rounds spans 3.0 % of the median at most (a in k), and usually 3.0 %.\n"), "{page}");
        assert!(page.contains("Measured on today (P).\nLoad when it ended: not recorded.\n"), "{page}");
        assert!(results.of("none", "native").rows.is_empty());
    }
}
