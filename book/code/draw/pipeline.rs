//! What becomes of what, from left to right.
//!
//! ```text
//! pipeline The title
//! box bytes                  with a `*`, the box is lit
//! arrow decode               what is done between two boxes
//! next                       goes on in another line, below
//! ```

use super::svg::{Anchor, LETTER, Svg};
use crate::programs::Result;

/// The height of a box.
const BOX: f64 = 40.0;

/// The height of a line of boxes, with the space below it.
const ROW: f64 = 64.0;

/// Draws boxes and arrows.
pub fn draw(lines: &[&str], svg: &mut Svg) -> Result<()> {
    let (mut x, mut y) = (0.0, 14.0);
    for line in lines {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let width = rest.chars().count() as f64 * LETTER + 24.0;
        match word {
            "box" => {
                let lit = rest.starts_with('*');
                svg.rect(x, y, width, BOX, lit);
                svg.text(x + width / 2.0, y + 25.0, Anchor::Middle, rest.trim_start_matches('*'), lit);
                x += width;
            }
            "arrow" => {
                svg.arrow(x + 4.0, x + width - 4.0, y + BOX / 2.0);
                svg.text(x + width / 2.0, y + BOX / 2.0 - 7.0, Anchor::Middle, rest, false);
                x += width;
            }
            "next" => (x, y) = (0.0, y + ROW),
            _ => return Err(format!("`{line}` is no line of a pipeline").into()),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn boxes_and_arrows() {
        assert!(super::super::draw("pipeline T\nbox a\narrow b\nnext\nbox *c").is_ok());
        assert!(super::super::draw("pipeline T\ncircle a").is_err());
    }
}
