//! Branches on bytes: a lexer for JSON, as most parsers have one.

use crate::{Rng, mix};
use alloc::vec::Vec;

/// What a token is; numbers and strings also have a value.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Token {
    /// One of `{ } [ ] : ,`.
    Mark(u8),
    /// The hash of the characters, escapes resolved.
    String(u64),
    /// The digits before and after the point as one integer, and the exponent of 10 that goes with it.
    Number(i64, i32),
    True,
    False,
    Null,
    Wrong,
    End,
}

/// Reads a list of `n` records.
pub fn run(n: u32) -> u64 {
    let text = text(n);
    let mut lexer = Lexer { text: &text, at: 0 };
    let (mut sum, mut depth, mut deepest) = (0, 0u64, 0);
    loop {
        let (kind, value) = match lexer.next() {
            Token::Mark(mark) => {
                match mark {
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => depth -= 1,
                    _ => {}
                }
                deepest = deepest.max(depth);
                (1, u64::from(mark))
            }
            Token::String(hash) => (2, hash),
            Token::Number(digits, exponent) => (3, mix(digits as u64, exponent as u64)),
            Token::True => (4, 1),
            Token::False => (4, 0),
            Token::Null => (5, 0),
            Token::Wrong => return 0,
            Token::End => return mix(sum, deepest),
        };
        sum = mix(sum, value ^ kind << 56);
    }
}

struct Lexer<'a> {
    text: &'a [u8],
    at: usize,
}

impl Lexer<'_> {
    fn next(&mut self) -> Token {
        while matches!(self.peek(), b' ' | b'\n' | b'\t' | b'\r') {
            self.at += 1;
        }
        match self.peek() {
            0 => Token::End,
            mark @ (b'{' | b'}' | b'[' | b']' | b':' | b',') => {
                self.at += 1;
                Token::Mark(mark)
            }
            b'"' => self.string(),
            b'-' | b'0'..=b'9' => self.number(),
            b't' => self.word(b"true", Token::True),
            b'f' => self.word(b"false", Token::False),
            b'n' => self.word(b"null", Token::Null),
            _ => Token::Wrong,
        }
    }

    /// The next byte, or 0 at the end.
    fn peek(&self) -> u8 {
        *self.text.get(self.at).unwrap_or(&0)
    }

    fn string(&mut self) -> Token {
        let mut hash = 0xcbf2_9ce4_8422_2325;
        loop {
            self.at += 1;
            let byte = match self.peek() {
                b'"' => {
                    self.at += 1;
                    return Token::String(hash);
                }
                b'\\' => {
                    self.at += 1;
                    match self.peek() {
                        b'n' => b'\n',
                        b't' => b'\t',
                        byte @ (b'"' | b'\\' | b'/') => byte,
                        _ => return Token::Wrong,
                    }
                }
                0..b' ' => return Token::Wrong,
                byte => byte,
            };
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn number(&mut self) -> Token {
        let negative = self.accept(b'-');
        let mut digits = 0;
        self.digits(&mut digits);
        let mut exponent = 0;
        if self.accept(b'.') {
            exponent = -self.digits(&mut digits);
        }
        if self.accept(b'e') || self.accept(b'E') {
            let down = self.accept(b'-');
            let mut power = 0;
            self.digits(&mut power);
            exponent += if down { -power as i32 } else { power as i32 };
        }
        Token::Number(if negative { -digits } else { digits }, exponent)
    }

    /// Takes the digits that follow into `value`, and returns how many there were.
    fn digits(&mut self, value: &mut i64) -> i32 {
        let mut count = 0;
        while let digit @ b'0'..=b'9' = self.peek() {
            *value = value.wrapping_mul(10).wrapping_add(i64::from(digit - b'0'));
            self.at += 1;
            count += 1;
        }
        count
    }

    /// Steps over `byte` if it comes next.
    // With an early return, because rustc up to 1.97 miscompiles `let there = a == b; at += usize::from(there); there`
    // once it is inlined into a condition: rust-lang/rust#158206.
    fn accept(&mut self, byte: u8) -> bool {
        if self.peek() != byte {
            return false;
        }
        self.at += 1;
        true
    }

    fn word(&mut self, word: &[u8], token: Token) -> Token {
        if !self.text[self.at..].starts_with(word) {
            return Token::Wrong;
        }
        self.at += word.len();
        token
    }
}

/// The records that are read: made from pieces, so that making them costs little.
fn text(n: u32) -> Vec<u8> {
    let mut rng = Rng::new(n);
    let mut text = Vec::with_capacity(n as usize * 128 + 16);
    text.push(b'[');
    for i in 0..n {
        let random = rng.next();
        if i > 0 {
            text.extend_from_slice(b",\n  ");
        }
        text.extend_from_slice(b"{\"id\": ");
        push_decimal(&mut text, random >> 44);
        text.extend_from_slice(match random % 4 {
            0 => b", \"name\": \"Ada \\\"Countess\\\" Lovelace\", \"tags\": [\"maths\", \"engines\"]",
            1 => b", \"name\": \"Alan Turing\", \"tags\": []",
            2 => b", \"name\": \"Grace\\tHopper\", \"tags\": [\"ships\", \"bugs\\n\", [\"compilers\"]]",
            _ => b", \"name\": null",
        });
        text.extend_from_slice(b", \"weight\": ");
        text.extend_from_slice(if random & 16 == 0 { b"-" } else { b"" });
        push_decimal(&mut text, random >> 33 & 1023);
        text.push(b'.');
        push_decimal(&mut text, random >> 21 & 4095);
        text.extend_from_slice(if random & 32 == 0 { b"e-12, \"ok\": true}" } else { b", \"ok\": false}" });
    }
    text.push(b']');
    text
}

fn push_decimal(text: &mut Vec<u8>, mut value: u64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            return text.extend_from_slice(&digits[at..]);
        }
    }
}

#[test]
fn tokens() {
    let lex = |text: &str| {
        let mut lexer = Lexer { text: text.as_bytes(), at: 0 };
        core::iter::from_fn(move || Some(lexer.next()).filter(|&token| token != Token::End))
            .take(10)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        lex(" [true,null ]"),
        [Token::Mark(b'['), Token::True, Token::Mark(b','), Token::Null, Token::Mark(b']')]
    );
    assert_eq!(lex("-1.50e-3 7"), [Token::Number(-150, -5), Token::Number(7, 0)]);
    assert_eq!(lex(r#""a\n""#), [Token::String(0x089b_dc07_b544_e7b2)]);
    assert_ne!(run(20), 0);
}
