//! The first step of every decoder: from bytes to sections.

use std::io::Write;

use super::leb128;
use crate::programs::{Result, expect, read};

/// The sections by their numbers, as the specification has them.
#[rustfmt::skip]
const NAMES: [&str; 13] = [
    "custom", "type", "import", "function", "table", "memory", "global", "export", "start", "element", "code", "data",
    "data count",
];

// ANCHOR: section
/// A section: its number, where its contents begin, and its contents.
pub struct Section<'a> {
    /// What kind of section it is.
    pub id: u8,
    /// Where the contents begin in the module.
    pub offset: usize,
    /// What is in it.
    pub contents: &'a [u8],
}
// ANCHOR_END: section

// ANCHOR: split
/// Splits a module into its sections.
pub fn split(module: &[u8]) -> Result<Vec<Section<'_>>> {
    if !module.starts_with(b"\0asm") {
        return Err("this is no WebAssembly: it does not begin with the bytes 00 61 73 6d".into());
    }
    if module.get(4..8) != Some(&[1, 0, 0, 0]) {
        return Err("this is not version 1 of WebAssembly".into());
    }
    let mut sections = Vec::new();
    let mut offset = 8;
    while let Some(id) = module.get(offset) {
        let (size, length) = leb128::decode(&module[offset + 1..])?;
        offset += 1 + length;
        let contents = module.get(offset..offset + size as usize).ok_or("the bytes end inside a section")?;
        sections.push(Section { id: *id, offset, contents });
        offset += contents.len();
    }
    Ok(sections)
}
// ANCHOR_END: split

/// Prints a line for each section.
pub fn run(words: &[String], out: &mut dyn Write) -> Result<()> {
    let [path] = expect(words, ["FILE"])?;
    for section in split(&read(path)?)? {
        let name = NAMES.get(usize::from(section.id)).ok_or(format!("there is no section {}", section.id))?;
        writeln!(out, "{:#6x}  {:5} bytes  {name}", section.offset, section.contents.len())?;
    }
    Ok(())
}
