//! The results as JSON.

use crate::contest::Row;
use crate::targets::Check;

/// Writes everything as one object: `conditions`, `rows` (seconds for one item) and `checks`.
pub fn document(conditions: &[(&str, String)], rows: &[Row], checks: &[Check]) -> String {
    let conditions = object(conditions.iter().map(|(name, value)| (*name, text(value))));
    let rows = array(rows.iter().map(row));
    let checks = array(checks.iter().map(check));
    object([("conditions", conditions), ("rows", rows), ("checks", checks)]) + "\n"
}

fn row(row: &Row) -> String {
    let time = |(engine, sample): &(&'static str, crate::clock::Sample)| {
        let clocks = [("thread", sample.thread), ("process", sample.process), ("wall", sample.wall)];
        (*engine, object(clocks.map(|(clock, seconds)| (clock, format!("{seconds:e}")))))
    };
    object([
        ("group", text(row.group.title())),
        ("name", text(&row.name)),
        ("seconds", object(row.times.iter().map(time))),
    ])
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

    #[test]
    fn text_is_escaped() {
        assert_eq!(text("a \"b\" \\ \n"), r#""a \"b\" \\ \u000a""#);
    }

    #[test]
    fn documents() {
        let check = Check { what: "w".into(), target: "t".into(), measured: "m".into(), pass: None };
        let json = document(&[("date", "today".into())], &[], &[check]);
        let expected = r#"{"conditions":{"date":"today"},"rows":[],"checks":[{"what":"w","target":"t","measured":"m","pass":null}]}"#;
        assert_eq!(json.trim_end(), expected);
    }
}
