//! Places in a text: lines and columns for a person, and where they are in the editor of a browser, which counts in
//! units of UTF-16.

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// Where it starts, in units of UTF-16.
    pub start: usize,
    /// Where it ends, likewise.
    pub end: usize,
    /// Where it starts and ends in bytes.
    bytes: (usize, usize),
}

/// A text, and where its lines start.
pub struct Places<'a> {
    text: &'a str,
    /// For each line, its start in bytes and in units of UTF-16.
    lines: Vec<(usize, usize)>,
}

impl<'a> Places<'a> {
    /// Looks for the lines of a text.
    pub fn new(text: &'a str) -> Places<'a> {
        let (mut lines, mut units) = (vec![(0, 0)], 0);
        for (at, char) in text.char_indices() {
            units += char.len_utf16();
            if char == '\n' {
                lines.push((at + 1, units));
            }
        }
        Places { text, lines }
    }

    /// The place that starts at this byte: an instruction with its immediates, or whatever stands there.
    pub fn at(&self, byte: usize) -> Place {
        let byte = self.text.floor_char_boundary(byte.min(self.text.len()));
        let line = self.lines.partition_point(|(start, _)| *start <= byte);
        let (start, units) = self.lines[line - 1];
        let before = &self.text[start..byte];
        let length = length(&self.text[byte..]);
        let start = units + utf16(before);
        let end = start + utf16(&self.text[byte..byte + length]);
        Place { line, column: before.chars().count() + 1, start, end, bytes: (byte, byte + length) }
    }

    /// The text between the ends of a place.
    pub fn slice(&self, place: &Place) -> &'a str {
        &self.text[place.bytes.0..place.bytes.1]
    }
}

fn utf16(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// How many bytes the instruction at the start of a text takes, with its immediates.
fn length(text: &str) -> usize {
    let first = token(text);
    let mut end = first.len();
    if !first.starts_with(|char: char| char.is_ascii_lowercase()) {
        return if end == 0 { text.chars().next().map_or(0, char::len_utf8) } else { end };
    }
    loop {
        let rest = &text[end..];
        let space = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let next = token(&rest[space..]);
        if !is_immediate(next) {
            return end;
        }
        end += space + next.len();
    }
}

/// What stands before the next space, parenthesis or comment.
fn token(text: &str) -> &str {
    let end = text.find(|char: char| char.is_whitespace() || matches!(char, '(' | ')' | ';')).unwrap_or(text.len());
    &text[..end]
}

/// Whether a token belongs to the instruction before it.
fn is_immediate(token: &str) -> bool {
    token.starts_with(|char: char| char.is_ascii_digit() || matches!(char, '$' | '+' | '-'))
        || ["offset=", "align=", "nan", "inf"].iter().any(|prefix| token.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_lines_columns_and_units() {
        let places = Places::new("a\n\u{e9}\u{1d11e} local.get $n ;; c\n(i32.store8 offset=4 align=1(i32.const -1)");
        let show = |byte| {
            let place = places.at(byte);
            (place.line, place.column, place.start, place.end, places.slice(&place))
        };
        assert_eq!(show(0), (1, 1, 0, 1, "a"));
        assert_eq!(show(9), (2, 4, 6, 18, "local.get $n"));
        assert_eq!(show(27), (3, 1, 24, 25, "("));
        assert_eq!(show(28), (3, 2, 25, 52, "i32.store8 offset=4 align=1"));
        assert_eq!(show(56), (3, 30, 53, 65, "i32.const -1"));
        assert_eq!(show(1 << 20).4, "");
    }
}
