//! Text to tokens.

use super::WaveError;

/// What a string of several lines begins and ends with.
pub const LINES: &str = "\"\"\"";

/// A piece of a text that means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// One of `( ) [ ] { } , :`.
    Sign(char),
    /// A number, with its sign and exponent; `nan` and `inf` are names, `-inf` is a number.
    Number,
    /// A name or word; with a `%` before it, never a word.
    Name,
    /// A char with its quotes.
    Char,
    /// A string with its quotes.
    String,
    /// A string of several lines, with three quotes on each side.
    Lines,
    /// The end of the text.
    End,
}

/// A token, and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    pub kind: TokenKind,
    pub begin: usize,
    pub end: usize,
}

/// Takes tokens from a text.
pub struct Scanner<'a> {
    pub text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    pub fn new(text: &'a str) -> Scanner<'a> {
        Scanner { text, at: 0 }
    }

    /// The next token, which stays the next.
    pub fn peek(&mut self) -> Result<Token, WaveError> {
        let at = self.at;
        let token = self.next();
        self.at = at;
        token
    }

    /// Takes the next token.
    pub fn next(&mut self) -> Result<Token, WaveError> {
        self.skip_space();
        let begin = self.at;
        let Some(first) = self.text[begin..].chars().next() else {
            return Ok(Token { kind: TokenKind::End, begin, end: begin });
        };
        let (kind, length) = match first {
            '(' | ')' | '[' | ']' | '{' | '}' | ',' | ':' => (TokenKind::Sign(first), 1),
            '0'..='9' | '-' => (TokenKind::Number, self.number()),
            'a'..='z' | 'A'..='Z' | '%' => (TokenKind::Name, self.while_matching(1, is_name)),
            '\'' => (TokenKind::Char, self.quoted('\'')?),
            '"' if self.text[begin..].starts_with(LINES) => (TokenKind::Lines, self.lines()?),
            '"' => (TokenKind::String, self.quoted('"')?),
            other => {
                let end = begin + other.len_utf8();
                return Err(WaveError::new(self.text, begin, end, format!("found `{other}`, wanted a value")));
            }
        };
        self.at = begin + length;
        Ok(Token { kind, begin, end: self.at })
    }

    /// The text of a token.
    pub fn of(&self, token: Token) -> &'a str {
        &self.text[token.begin..token.end]
    }

    /// Spaces, line ends and comments.
    fn skip_space(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            if !trimmed.starts_with("//") {
                return;
            }
            self.at += trimmed.find('\n').unwrap_or(trimmed.len());
        }
    }

    /// How many bytes match, the first `skip` unseen.
    fn while_matching(&self, skip: usize, matches: impl Fn(char) -> bool) -> usize {
        let rest = &self.text[self.at + skip..];
        skip + rest.find(|char| !matches(char)).unwrap_or(rest.len())
    }

    fn number(&self) -> usize {
        let bytes = &self.text.as_bytes()[self.at..];
        let part_of = |i: usize| match bytes[i] {
            b'-' | b'+' => i == 0 || matches!(bytes[i - 1], b'e' | b'E'),
            byte => byte.is_ascii_alphanumeric() || byte == b'.',
        };
        (0..bytes.len()).find(|i| !part_of(*i)).unwrap_or(bytes.len())
    }

    /// The length of a string of several lines, all quotes included.
    fn lines(&self) -> Result<usize, WaveError> {
        let inside = &self.text[self.at + LINES.len()..];
        match inside.find(LINES) {
            Some(length) => Ok(length + 2 * LINES.len()),
            None => Err(self.unclosed(LINES)),
        }
    }

    fn unclosed(&self, quote: &str) -> WaveError {
        let message = format!("found no closing {quote}, wanted one");
        WaveError::new(self.text, self.at, self.at + quote.len(), message)
    }

    /// The length of a quoted text, which ends on its line; both quotes included.
    fn quoted(&self, quote: char) -> Result<usize, WaveError> {
        let mut escaped = false;
        for (i, char) in self.text[self.at..].char_indices().skip(1) {
            match char {
                '\n' => break,
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                char if char == quote => return Ok(i + 1),
                _ => {}
            }
        }
        Err(self.unclosed(quote.encode_utf8(&mut [0; 4])))
    }
}

fn is_name(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '-'
}
