//! Numbers as WebAssembly writes them: seven bits a byte, the lowest first.

use std::io::Write;

use crate::programs::{Result, byte};

// ANCHOR: decode
/// Decodes the number at the start of `bytes`. Gives it, and how many bytes it took.
pub fn decode(bytes: &[u8]) -> Result<(u32, usize)> {
    let mut value = 0_u32;
    for (index, byte) in bytes.iter().enumerate() {
        let seven = u32::from(byte & 0x7f);
        let shift = 7 * index as u32;
        if shift > 28 || (shift == 28 && seven > 0xf) {
            return Err("the number has more than 32 bits".into());
        }
        value |= seven << shift;
        if byte & 0x80 == 0 {
            return Ok((value, index + 1));
        }
    }
    Err("the bytes end inside a number".into())
}
// ANCHOR_END: decode

/// Decodes the bytes of the command line.
pub fn run(words: &[String], out: &mut dyn Write) -> Result<()> {
    if words.is_empty() {
        return Err("wanted: BYTE...".into());
    }
    let bytes: Result<Vec<u8>> = words.iter().map(|word| byte(word)).collect();
    let (value, length) = decode(&bytes?)?;
    writeln!(out, "{value}, from {length} {}", if length == 1 { "byte" } else { "bytes" })?;
    Ok(())
}
