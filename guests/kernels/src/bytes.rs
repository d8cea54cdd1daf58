//! Loads and stores of single bytes: base64 there and back, and words counted in a text of UTF-8.

use crate::{Rng, mix};
use alloc::vec::Vec;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Works on a text of about `n` bytes.
pub fn run(n: u32) -> u64 {
    let text = text(n);
    let (words, characters) = count(&text);
    let encoded = encode(&text);
    let decoded = decode(&encoded);
    let same = decoded.iter().zip(&text).filter(|(a, b)| a == b).count();
    let sum = encoded.iter().step_by(61).fold(0, |sum, &byte| mix(sum, u64::from(byte)));
    [words, characters, same as u64, decoded.len() as u64].into_iter().fold(sum, mix)
}

/// Words of a few letters, some of them Greek.
fn text(n: u32) -> Vec<u8> {
    let mut rng = Rng::new(n);
    let mut text = Vec::with_capacity(n as usize + 32);
    while text.len() < n as usize {
        let mut bits = rng.next();
        for _ in 0..bits % 8 + 1 {
            bits >>= 6;
            match (bits % 64) as u8 {
                letter @ 0..26 => text.push(b'a' + letter),
                letter @ 26..32 => text.extend([0xce, 0xb1 + letter - 26]),
                letter => text.push(b'a' + letter % 8),
            }
        }
        text.push(if bits % 11 == 0 { b'\n' } else { b' ' });
    }
    text
}

/// The number of words, which white space separates, and of characters, each of which has one byte that does not
/// continue another.
fn count(text: &[u8]) -> (u64, u64) {
    let (mut words, mut characters, mut inside) = (0, 0, false);
    for &byte in text {
        let space = matches!(byte, b' ' | b'\n' | b'\t' | b'\r');
        words += u64::from(!space && !inside);
        inside = !space;
        characters += u64::from(byte & 0xc0 != 0x80);
    }
    (words, characters)
}

fn encode(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |i: usize| u32::from(*group.get(i).unwrap_or(&0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            let used = digit <= group.len();
            out.push(if used { ALPHABET[(bits >> (18 - 6 * digit) & 63) as usize] } else { b'=' });
        }
    }
    out
}

fn decode(digits: &[u8]) -> Vec<u8> {
    let mut value_of = [0u8; 256];
    for (value, &digit) in (0..).zip(ALPHABET) {
        value_of[usize::from(digit)] = value;
    }
    let mut out = Vec::with_capacity(digits.len() / 4 * 3);
    for group in digits.chunks_exact(4) {
        let bits = group.iter().fold(0u32, |bits, &digit| bits << 6 | u32::from(value_of[usize::from(digit)]));
        let padding = group.iter().filter(|&&digit| digit == b'=').count();
        out.extend_from_slice(&bits.to_be_bytes()[1..4 - padding]);
    }
    out
}

#[test]
fn base64_and_words() {
    for (plain, encoded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
        assert_eq!(encode(plain.as_bytes()), encoded.as_bytes());
        assert_eq!(decode(encoded.as_bytes()), plain.as_bytes());
    }
    assert_eq!(count(" two wörds\n".as_bytes()), (2, 11));
    assert!(core::str::from_utf8(&text(1000)).is_ok());
}
