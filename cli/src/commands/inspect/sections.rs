//! The sections of a module or component: identifier, size, contents (specification, section 5.5.2 "Sections").

use std::io::Write;

use crate::failure::Failure;
use crate::output::Out;
use crate::source::{Kind, Source};

/// A section.
pub struct Section {
    id: u8,
    /// Where its contents begin.
    offset: usize,
    size: usize,
    /// How many items its vector has, if it is one.
    count: Option<u32>,
    /// The name of a custom section.
    name: Option<String>,
}

/// The sections up to the first that is broken.
pub struct Sections {
    pub found: Vec<Section>,
    pub failure: Option<Failure>,
}

/// Magic, version and layer.
const PREAMBLE: usize = 8;

const MODULE_SECTIONS: [&str; 14] = [
    "custom",
    "type",
    "import",
    "function",
    "table",
    "memory",
    "global",
    "export",
    "start",
    "element",
    "code",
    "data",
    "data count",
    "tag",
];

const COMPONENT_SECTIONS: [&str; 13] = [
    "custom",
    "core module",
    "core instance",
    "core type",
    "component",
    "instance",
    "alias",
    "type",
    "canon",
    "start",
    "import",
    "export",
    "value",
];

/// Looks for sections, without validating what is in them.
pub fn scan(source: &Source) -> Sections {
    let mut found = Vec::new();
    let mut offset = PREAMBLE;
    while offset < source.wasm.len() {
        match section(source, offset) {
            Ok(section) => {
                offset = section.offset + section.size;
                found.push(section);
            }
            Err(failure) => return Sections { found, failure: Some(failure) },
        }
    }
    Sections { found, failure: None }
}

fn section(source: &Source, start: usize) -> Result<Section, Failure> {
    let wasm = &source.wasm;
    let id = wasm[start];
    let (size, length) = leb(&wasm[start + 1..]).ok_or_else(|| {
        Failure::input(format!("{} is truncated, or not well-formed", source.name))
            .found(format!("no size behind the section identifier at offset {start:#x}"))
    })?;
    let offset = start + 1 + length;
    let left = wasm.len() - offset;
    let Some(contents) = wasm[offset..].get(..size as usize) else {
        return Err(Failure::input(format!("{} is truncated", source.name))
            .found(format!("{left} bytes behind offset {offset:#x}"))
            .wanted(format!("{size}, the size of the section `{}` there", section_name(source.kind, id))));
    };
    let count = if has_count(source.kind, id) { leb(contents).map(|(count, _)| count) } else { None };
    let name = if id == 0 { custom_name(contents) } else { None };
    Ok(Section { id, offset, size: contents.len(), count, name })
}

/// An unsigned LEB128 number and its length (specification, section 5.2.2 "Integers").
fn leb(bytes: &[u8]) -> Option<(u32, usize)> {
    let mut value = 0_u64;
    for (position, byte) in bytes.iter().take(5).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * position);
        if byte & 0x80 == 0 {
            return Some((u32::try_from(value).ok()?, position + 1));
        }
    }
    None
}

fn custom_name(contents: &[u8]) -> Option<String> {
    let (length, start) = leb(contents)?;
    let name = contents.get(start..)?.get(..length as usize)?;
    Some(String::from_utf8_lossy(name).escape_debug().to_string())
}

/// Whether the section is a vector of items.
fn has_count(kind: Kind, id: u8) -> bool {
    match kind {
        Kind::Module => !matches!(id, 0 | 8 | 12),
        Kind::Component => !matches!(id, 0 | 1 | 4 | 9),
    }
}

fn section_name(kind: Kind, id: u8) -> &'static str {
    let names: &[&str] = match kind {
        Kind::Module => &MODULE_SECTIONS,
        Kind::Component => &COMPONENT_SECTIONS,
    };
    names.get(usize::from(id)).copied().unwrap_or("unknown")
}

/// Prints a table of the sections.
pub fn print(sections: &[Section], kind: Kind, out: &mut Out) -> Result<(), Failure> {
    writeln!(out, "\nsections:\n  {:>10} {:>10}  contents", "offset", "size")?;
    for section in sections {
        let contents = match (&section.name, section.count) {
            (Some(name), _) => format!("custom `{name}`"),
            (None, Some(count)) => format!("{} ({count})", section_name(kind, section.id)),
            (None, None) => section_name(kind, section.id).to_owned(),
        };
        writeln!(out, "  {:>#10x} {:>10}  {contents}", section.offset, section.size)?;
    }
    Ok(())
}
