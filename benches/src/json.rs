//! The results as JSON.

use crate::clock::Clock;
use crate::contest::{Row, Time};
use crate::targets::Check;

/// Writes everything as one object: `conditions`, `rows` (medians and quartiles, in seconds for one item) and
/// `checks`.
pub fn document(conditions: &[(&str, String)], rows: &[Row], checks: &[Check]) -> String {
    let conditions = object(conditions.iter().map(|(name, value)| (*name, text(value))));
    let rows = array(rows.iter().map(row));
    let checks = array(checks.iter().map(check));
    object([("conditions", conditions), ("rows", rows), ("checks", checks)]) + "\n"
}

fn row(row: &Row) -> String {
    let median = |time: &Time| (time.engine, by_clocks(|clock| seconds(time.median.by(clock))));
    let quartiles = |time: &Time| {
        (
            time.engine,
            by_clocks(|clock| format!("[{}]", time.quartiles.map(|sample| seconds(sample.by(clock))).join(","))),
        )
    };
    object([
        ("group", text(row.group.title())),
        ("name", text(&row.name)),
        ("rounds", row.rounds.to_string()),
        ("seconds", object(row.times.iter().map(median))),
        ("quartiles", object(row.times.iter().map(quartiles))),
    ])
}

/// An object with something for each clock.
fn by_clocks(value: impl Fn(Clock) -> String) -> String {
    object(
        [("thread", Clock::Thread), ("process", Clock::Process), ("wall", Clock::Wall)]
            .map(|(name, clock)| (name, value(clock))),
    )
}

fn seconds(seconds: f64) -> String {
    format!("{seconds:e}")
}

fn check(check: &Check) -> String {
    object([
        ("what", text(&check.what)),
        ("target", text(&check.target)),
        ("measured", text(&check.measured)),
        ("pass", check.pass.map_or("null".to_owned(), |pass| pass.to_string())),
    ])
}

fn object<'a>(fields: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let fields: Vec<String> = fields.into_iter().map(|(name, value)| format!("{}:{value}", text(name))).collect();
    format!("{{{}}}", fields.join(","))
}

fn array(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(",\n"))
}

fn text(text: &str) -> String {
    let escaped = text.chars().map(|char| match char {
        '"' | '\\' => format!("\\{char}"),
        char if char < ' ' => format!("\\u{:04x}", u32::from(char)),
        char => char.to_string(),
    });
    format!("\"{}\"", escaped.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Sample;
    use crate::contest::{Group, Unit};

    #[test]
    fn text_is_escaped() {
        assert_eq!(text("a \"b\" \\ \n"), r#""a \"b\" \\ \u000a""#);
    }

    #[test]
    fn a_row_has_medians_and_quartiles() {
        let sample = |seconds| Sample { thread: seconds, process: 2.0, wall: 3.0 };
        let time = Time { engine: "e", median: sample(1.0), quartiles: [sample(0.5), sample(1.5)] };
        let row = row(&Row {
            group: Group::Exec,
            name: "fib".into(),
            unit: Unit::Milliseconds,
            rounds: 9,
            times: vec![time],
        });
        let expected = r#"{"group":"Execution","name":"fib","rounds":9,"seconds":{"e":{"thread":1e0,"process":2e0,"wall":3e0}},"quartiles":{"e":{"thread":[5e-1,1.5e0],"process":[2e0,2e0],"wall":[3e0,3e0]}}}"#;
        assert_eq!(row, expected);
    }

    #[test]
    fn documents() {
        let check = Check { what: "w".into(), target: "t".into(), measured: "m".into(), pass: None };
        let json = document(&[("date", "today".into())], &[], &[check]);
        let expected = r#"{"conditions":{"date":"today"},"rows":[],"checks":[{"what":"w","target":"t","measured":"m","pass":null}]}"#;
        assert_eq!(json.trim_end(), expected);
    }
}
