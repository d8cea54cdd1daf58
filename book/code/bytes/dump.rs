//! The bytes of a file, sixteen a line.

use std::io::Write;

use crate::programs::{Result, expect, read};

/// Prints offset, bytes, and the characters that they are in ASCII.
pub fn run(words: &[String], out: &mut dyn Write) -> Result<()> {
    let [path] = expect(words, ["FILE"])?;
    for (line, bytes) in read(path)?.chunks(16).enumerate() {
        let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let text: String = bytes.iter().map(|byte| shown(*byte)).collect();
        writeln!(out, "{:#06x}  {:47}  |{text}|", line * 16, hex.join(" "))?;
    }
    Ok(())
}

fn shown(byte: u8) -> char {
    if byte.is_ascii_graphic() || byte == b' ' { char::from(byte) } else { '.' }
}
