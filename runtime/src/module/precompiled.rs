//! Precompiled files: a module with machine code that was made for it.
//!
//! ```text
//! 0  "\0fkcwasm"
//! 8  the version of this layout: u32, then four zero bytes
//! 16 the length of the module: u64
//! 24 the module's checksum: u64
//! 32 the module, then the code
//! ```
//!
//! All numbers have the low byte first. The code is the backend's own, which signs it and ties it to the module. When it
//! does not trust the code, there is still the module, as in any other file; the checksum only tells whether that is as it
//! was written.

use crate::engine::Engine;
use crate::error::{Error, Result};

/// What a precompiled file begins with.
const MAGIC: &[u8; 8] = b"\0fkcwasm";

/// The version of the layout.
const VERSION: u32 = 1;

/// Where the module stands.
const HEAD: usize = 32;

/// The parts of a precompiled file.
#[derive(Debug)]
pub(super) struct Precompiled<'a> {
    /// The module, in the binary format.
    pub wasm: &'a [u8],
    /// The machine code, or what is left of it.
    pub code: &'a [u8],
    checksum: u64,
}

impl<'a> Precompiled<'a> {
    /// Takes a file apart; `None` if these bytes are no precompiled file.
    ///
    /// # Errors
    ///
    /// The file ends before the module does, or is of a version that is not known.
    pub fn read(bytes: &'a [u8]) -> Result<Option<Precompiled<'a>>> {
        if !is_precompiled(bytes) {
            return Ok(None);
        }
        let Some((head, rest)) = bytes.split_at_checked(HEAD) else { return Err(truncated(bytes)) };
        let version = number(head, 8) as u32;
        if version != VERSION {
            let reason = format!("a precompiled file of version {version}; this Falkirk knows version {VERSION}");
            return Err(Error::invalid(8, reason, true));
        }
        let parts = usize::try_from(number(head, 16)).ok().and_then(|len| rest.split_at_checked(len));
        let Some((wasm, code)) = parts else { return Err(truncated(bytes)) };
        Ok(Some(Precompiled { wasm, code, checksum: number(head, 24) }))
    }

    /// Makes sure that the module is as it was written.
    ///
    /// # Errors
    ///
    /// It is not.
    pub fn check(&self) -> Result<()> {
        if checksum(self.wasm) == self.checksum {
            return Ok(());
        }
        Err(Error::invalid(HEAD, "the module in this precompiled file is damaged: its checksum is another", true))
    }

    /// The file for a module and its code.
    pub fn write(wasm: &[u8], code: &[u8]) -> Vec<u8> {
        let mut file = Vec::with_capacity(HEAD + wasm.len() + code.len());
        file.extend_from_slice(MAGIC);
        for number in [u64::from(VERSION), wasm.len() as u64, checksum(wasm)] {
            file.extend_from_slice(&number.to_le_bytes());
        }
        file.extend_from_slice(wasm);
        file.extend_from_slice(code);
        file
    }
}

/// Whether these bytes begin as a precompiled file does.
pub fn is_precompiled(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// The module in a precompiled file, or `None` if these bytes are none.
///
/// # Errors
///
/// The file is truncated or damaged, or of a version that is not known.
pub fn precompiled_wasm(bytes: &[u8]) -> Result<Option<&[u8]>> {
    let Some(file) = Precompiled::read(bytes)? else { return Ok(None) };
    file.check().map(|()| Some(file.wasm))
}

/// The precompiled file for a module.
pub(crate) fn precompile(engine: &Engine, bytes: &[u8]) -> Result<Vec<u8>> {
    let parsed = super::parse::parse(engine, super::wasm_of(bytes)?)?;
    parsed.validate_bodies()?;
    let code = engine.backend().precompile(&parsed.info, engine.config().settings())?;
    Ok(Precompiled::write(&parsed.info.bytes, &code))
}

fn truncated(bytes: &[u8]) -> Error {
    Error::invalid(bytes.len(), "a precompiled file that ends before its module does", true)
}

fn number(head: &[u8], at: usize) -> u64 {
    head[at..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// A number for bytes such that changing up to eight in a row always changes it: each step can be undone, so what differs
/// once differs to the end.
fn checksum(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let step = |sum: u64, word: &[u8; 8]| {
        (sum ^ u64::from_le_bytes(*word)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
    };
    step(words.iter().fold(bytes.len() as u64, step), &last)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WASM: &[u8] = b"\0asm\x01\0\0\0\0\x05\x01xabc";

    #[test]
    fn parts_come_back() {
        let file = Precompiled::write(WASM, b"code");
        let parts = Precompiled::read(&file).unwrap().unwrap();
        assert_eq!((parts.wasm, parts.code), (WASM, b"code".as_slice()));
        parts.check().unwrap();
        assert_eq!(precompiled_wasm(&file).unwrap(), Some(WASM));
        assert_eq!(precompiled_wasm(WASM).unwrap(), None);
    }

    #[test]
    fn damage_is_found() {
        let file = Precompiled::write(WASM, b"code");
        for position in 0..HEAD + WASM.len() {
            let mut damaged = file.clone();
            damaged[position] ^= 0x10;
            let found = precompiled_wasm(&damaged);
            match position {
                0..8 => assert_eq!(found.unwrap(), None, "without the magic it is another kind of file"),
                // Four bytes say nothing.
                _ => assert_eq!(found.is_ok(), matches!(position, 12..16), "byte {position}"),
            }
        }
        for len in 8..file.len() {
            assert_eq!(precompiled_wasm(&file[..len]).is_ok(), len >= HEAD + WASM.len(), "{len} bytes");
        }
    }
}
