//! An explanation as text: for each group of operators, what became of it.

use std::fmt::Write;

use super::{Column, Explanation, Line, LineKind, View};

/// How wide the column of operators is at most. Longer lines have what belongs to them below.
const MOST_LEFT: usize = 44;
/// How many columns there are for the name of a view.
const NAME: usize = 8;

impl Explanation {
    /// The explanation as text, in about 120 columns: the operators on the left, and on the right what the other views
    /// show for them. Without [`View::Wasm`], or with a single view, the views come one after another, each line where it
    /// stands in the code.
    pub fn text(&self, views: &[View]) -> String {
        let mut text = String::new();
        let shown = self.only(views);
        let columns: Vec<&Column> = shown.columns.iter().collect();
        shown.head(&columns, &mut text);
        match columns.split_first() {
            Some((wasm, others)) if wasm.view == View::Wasm && !others.is_empty() => {
                shown.side_by_side(wasm, others, &mut text);
            }
            _ => {
                for column in columns.iter().filter(|column| column.absent.is_none()) {
                    one(column, columns.len() > 1, &mut text);
                }
            }
        }
        text
    }

    /// What is shown, and what each view is.
    fn head(&self, columns: &[&Column], text: &mut String) {
        let body = &self.body;
        let _ =
            writeln!(text, "{} (function {}, offsets {:#x} to {:#x})\n", self.name, self.index, body.start, body.end);
        for column in columns {
            let about = match &column.absent {
                Some(why) => format!("not shown: {why}"),
                None => column.about.clone(),
            };
            wrap(column.view.name(), &about, text);
        }
    }

    fn side_by_side(&self, wasm: &Column, others: &[&Column], text: &mut String) {
        let operators = wasm.lines.iter().filter(|line| line.kind != LineKind::Declaration);
        let width = operators.map(|line| left(line).chars().count()).max().unwrap_or(0).min(MOST_LEFT);
        let right: Vec<&Column> = others.iter().copied().filter(|column| column.absent.is_none()).collect();
        for group in 0..self.groups {
            let operators: Vec<String> = lines_of(wasm, group).map(left).collect();
            let mut code = Vec::new();
            for column in &right {
                let mut name = column.view.name();
                for line in lines_of(column, group) {
                    code.push(format!("{name:<NAME$}{}", show(line)));
                    name = "";
                }
            }
            rows(&operators, &code, width, text);
        }
    }
}

fn lines_of(column: &Column, group: usize) -> impl Iterator<Item = &Line> {
    column.lines.iter().filter(move |line| line.group == group)
}

/// Writes two columns next to each other, and an empty line before them.
fn rows(left: &[String], right: &[String], width: usize, text: &mut String) {
    if left.is_empty() && right.is_empty() {
        return;
    }
    text.push('\n');
    let (mut left, mut right) = (left.iter(), right.iter().peekable());
    loop {
        let operator = left.next();
        if operator.is_none() && right.peek().is_none() {
            return;
        }
        let operator = operator.map_or("", |operator| operator);
        // What is too long for its column has its line for itself.
        let code = if operator.chars().count() > width { None } else { right.next() };
        let line = format!("{operator:<width$}  {}", code.map_or("", |code| code));
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

/// A line of wasm's text.
fn left(line: &Line) -> String {
    noted(format!("{}  {}", line.at, line.text), line)
}

/// A line of another view.
fn show(line: &Line) -> String {
    let text = match (line.kind, &*line.at, &*line.bytes) {
        (LineKind::Declaration, ..) | (LineKind::Label, ..) | (_, "", _) => line.text.clone(),
        (_, at, "") => format!("{at:>4}  {}", line.text),
        (_, at, bytes) if line.note.is_some() => format!("{at:>4}  {bytes:<16} {:<20}", line.text),
        (_, at, bytes) => format!("{at:>4}  {bytes:<16} {}", line.text),
    };
    noted(text, line)
}

/// A line's text with its note.
fn noted(text: String, line: &Line) -> String {
    match &line.note {
        Some(note) => format!("{text}  ;; {note}"),
        None => text,
    }
}

/// A view by itself, with a heading if there are several.
fn one(column: &Column, heading: bool, text: &mut String) {
    text.push('\n');
    if heading {
        let _ = writeln!(text, "{}:", column.view.name());
    }
    for line in &column.lines {
        let shown = if column.view == View::Wasm { left(line) } else { show(line) };
        text.push_str(&shown);
        text.push('\n');
    }
}

/// Writes a name and, beside it, a paragraph of at most 100 columns.
fn wrap(name: &str, paragraph: &str, text: &mut String) {
    let mut name = format!("{name:<NAME$}");
    let mut line = String::new();
    for word in paragraph.split(' ') {
        if line.len() + word.len() > 90 {
            let _ = writeln!(text, "{name}{}", line.trim_end());
            name = " ".repeat(NAME);
            line.clear();
        }
        line.push_str(word);
        line.push(' ');
    }
    let _ = writeln!(text, "{name}{}", line.trim_end());
}
