//! Rows of cells: linear memory, or the bytes of a file.
//!
//! ```text
//! memory The title
//! row 13 Behind the call     the address of the first cell, and what is said above the row
//! cells 44 61 6e             what is in the cells; with a `*`, the cell is lit; `.` is an empty one
//! mark 13 16 the name        what lies from one address up to another
//! ```

use super::svg::{Anchor, LETTER, LINE, Svg};
use crate::programs::{Result, number};

/// The height of a cell.
const CELL: f64 = 26.0;

/// The height of a bracket with its words.
const MARK: f64 = 32.0;

struct Row<'a> {
    start: usize,
    label: &'a str,
    cells: Vec<&'a str>,
    marks: Vec<Mark<'a>>,
}

struct Mark<'a> {
    from: usize,
    to: usize,
    label: &'a str,
}

/// Draws rows, one below the other.
pub fn draw(lines: &[&str], svg: &mut Svg) -> Result<()> {
    let rows = parse(lines)?;
    // All cells are as wide as the widest.
    let letters = rows.iter().flat_map(|row| &row.cells).map(|cell| shown(cell).chars().count()).max().unwrap_or(1);
    let width = letters as f64 * LETTER + 14.0;
    let mut y = 0.0;
    for row in &rows {
        if !row.label.is_empty() {
            svg.text(0.0, y + 14.0, Anchor::Start, row.label, false);
            y += LINE + 4.0;
        }
        draw_cells(row, width, y, svg);
        y += CELL + LINE;
        y += draw_marks(row, width, y, svg) + LINE;
    }
    Ok(())
}

fn parse<'a>(lines: &[&'a str]) -> Result<Vec<Row<'a>>> {
    let mut rows: Vec<Row<'a>> = Vec::new();
    for line in lines {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match (word, rows.last_mut()) {
            ("row", _) => {
                let (start, label) = rest.split_once(' ').unwrap_or((rest, ""));
                rows.push(Row { start: number(start)?, label, cells: Vec::new(), marks: Vec::new() });
            }
            ("cells", Some(row)) => row.cells.extend(rest.split_whitespace()),
            ("mark", Some(row)) => row.marks.push(parse_mark(rest, row)?),
            _ => return Err(format!("`{line}` is no line of a memory").into()),
        }
    }
    Ok(rows)
}

fn parse_mark<'a>(rest: &'a str, row: &Row<'_>) -> Result<Mark<'a>> {
    let mut words = rest.splitn(3, ' ');
    let (Some(from), Some(to), Some(label)) = (words.next(), words.next(), words.next()) else {
        return Err(format!("`mark {rest}`: wanted: FROM TO WORDS").into());
    };
    let (from, to) = (number(from)?, number(to)?);
    if from < row.start || to <= from || to > row.start + row.cells.len() {
        return Err(format!("`mark {rest}` is not in its row").into());
    }
    Ok(Mark { from, to, label })
}

fn shown(cell: &str) -> &str {
    cell.trim_start_matches('*')
}

/// Draws the cells, and below them the addresses of the first and of every fourth.
fn draw_cells(row: &Row<'_>, width: f64, y: f64, svg: &mut Svg) {
    for (index, cell) in row.cells.iter().enumerate() {
        let (x, lit) = (index as f64 * width, cell.starts_with('*'));
        svg.rect(x, y, width, CELL, lit);
        if shown(cell) != "." {
            svg.text(x + width / 2.0, y + 18.0, Anchor::Middle, shown(cell), lit);
        }
        if index.is_multiple_of(4) {
            svg.text(x + 2.0, y + CELL + 15.0, Anchor::Start, &(row.start + index).to_string(), false);
        }
    }
}

/// Draws a bracket and its words for each mark, on as many lines as they need, and gives the height of these.
fn draw_marks(row: &Row<'_>, width: f64, y: f64, svg: &mut Svg) -> f64 {
    // How far each line is filled.
    let mut lines: Vec<f64> = Vec::new();
    for mark in &row.marks {
        let left = (mark.from - row.start) as f64 * width + 2.0;
        let right = (mark.to - row.start) as f64 * width - 2.0;
        let end = right.max(left + (mark.label.chars().count() + 1) as f64 * LETTER);
        let line = lines.iter().position(|filled| *filled < left).unwrap_or(lines.len());
        if line == lines.len() {
            lines.push(0.0);
        }
        lines[line] = end;
        let y = y + line as f64 * MARK;
        svg.line(&[(left, y), (left, y + 6.0), (right, y + 6.0), (right, y)]);
        svg.text(left, y + 22.0, Anchor::Start, mark.label, false);
    }
    lines.len() as f64 * MARK
}

#[cfg(test)]
mod tests {
    #[test]
    fn marks_must_be_in_their_row() {
        assert!(super::super::draw("memory T\nrow 4\ncells a b\nmark 4 6 both").is_ok());
        assert!(super::super::draw("memory T\nrow 4\ncells a b\nmark 4 7 more").is_err());
        assert!(super::super::draw("memory T\nmark 4 7 none").is_err());
    }
}
