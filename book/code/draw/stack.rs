//! A stack, step by step: what is done, and what is on the stack then, the top above the rest.
//!
//! ```text
//! stack The title
//! step local.get $a : 2      what is done, and the stack behind it, its top last; with a `*`, the entry is lit
//! ```

use super::svg::{Anchor, LETTER, LINE, Svg};
use crate::programs::Result;

/// The height of an entry.
const ENTRY: f64 = 26.0;

/// The space between two steps.
const GAP: f64 = 22.0;

/// Draws the steps side by side.
pub fn draw(lines: &[&str], svg: &mut Svg) -> Result<()> {
    let mut steps = Vec::new();
    for line in lines {
        let step = line.strip_prefix("step ").and_then(|rest| rest.split_once(':'));
        let (done, entries) = step.ok_or_else(|| format!("`{line}` is no line of a stack"))?;
        steps.push((done.trim(), entries.split_whitespace().collect::<Vec<_>>()));
    }
    let deepest = steps.iter().map(|(_, entries)| entries.len()).max().unwrap_or(0).max(1);
    let floor = deepest as f64 * ENTRY;
    let mut x = 0.0;
    for (done, entries) in &steps {
        let letters = entries.iter().map(|entry| entry.len() + 2).max().unwrap_or(0).max(done.chars().count()).max(6);
        let width = letters as f64 * LETTER;
        for (height, entry) in entries.iter().enumerate() {
            let (y, lit) = (floor - (height + 1) as f64 * ENTRY, entry.starts_with('*'));
            svg.rect(x, y, width, ENTRY, lit);
            svg.text(x + width / 2.0, y + 18.0, Anchor::Middle, entry.trim_start_matches('*'), lit);
        }
        svg.line(&[(x, floor), (x + width, floor)]);
        svg.text(x + width / 2.0, floor + LINE, Anchor::Middle, done, false);
        x += width + GAP;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_step_is_words_and_entries() {
        assert!(super::super::draw("stack T\nstep i32.const 2 : 2\nstep drop :").is_ok());
        assert!(super::super::draw("stack T\nstep i32.const 2").is_err());
    }
}
