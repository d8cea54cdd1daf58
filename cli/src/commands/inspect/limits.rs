//! Limits of all memories and tables, whether exported or not.

use wasmparser::{Parser, Payload, TypeRef};

use super::types::show_limits;
use crate::failure::Failure;
use crate::output::Out;

/// Prints them; nothing when there are none. The module is valid.
pub fn print(wasm: &[u8], out: &mut Out) -> Result<(), Failure> {
    let mut memories = Vec::new();
    let mut tables = Vec::new();
    for payload in Parser::new(0).parse_all(wasm).map_while(Result::ok) {
        match payload {
            Payload::ImportSection(section) => {
                for import in section.into_imports().map_while(Result::ok) {
                    match import.ty {
                        TypeRef::Memory(ty) => memories.push(show_memory(&ty, " (imported)")),
                        TypeRef::Table(ty) => tables.push(show_table(&ty, " (imported)")),
                        _ => {}
                    }
                }
            }
            Payload::MemorySection(section) => {
                memories.extend(section.into_iter().map_while(Result::ok).map(|ty| show_memory(&ty, "")));
            }
            Payload::TableSection(section) => {
                tables.extend(section.into_iter().map_while(Result::ok).map(|table| show_table(&table.ty, "")));
            }
            Payload::CodeSectionStart { .. } => break,
            _ => {}
        }
    }
    super::print_pairs("memories", numbered(memories), out)?;
    super::print_pairs("tables", numbered(tables), out)
}

fn numbered(lines: Vec<String>) -> Vec<(String, String)> {
    lines.into_iter().enumerate().map(|(index, line)| (index.to_string(), line)).collect()
}

fn show_memory(ty: &wasmparser::MemoryType, origin: &str) -> String {
    let bytes = ty.initial.saturating_mul(65536);
    let width = if ty.memory64 { ", 64-bit addresses" } else { "" };
    format!("{} ({bytes} bytes at the start){width}{origin}", show_limits(ty.initial, ty.maximum, "page"))
}

fn show_table(ty: &wasmparser::TableType, origin: &str) -> String {
    let width = if ty.table64 { ", 64-bit indices" } else { "" };
    format!("{}, {}{width}{origin}", ty.element_type, show_limits(ty.initial, ty.maximum, "element"))
}
