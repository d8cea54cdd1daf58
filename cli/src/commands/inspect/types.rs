//! Types of imports and exports, for people.

use falkirk::{ExternType, GlobalType, MemoryType, TableType};

/// `func (i32) -> (i32)`, `memory 1 page, at most 2`, ...
pub fn show_type(ty: &ExternType) -> String {
    match ty {
        ExternType::Func(ty) => format!("func {ty}"),
        ExternType::Memory(ty) => show_memory(ty),
        ExternType::Table(ty) => show_table(ty),
        ExternType::Global(GlobalType { content, mutable: false }) => format!("global {content}"),
        ExternType::Global(GlobalType { content, mutable: true }) => format!("global mut {content}"),
    }
}

fn show_memory(ty: &MemoryType) -> String {
    format!("memory{} {}", bits(ty.memory64), show_limits(ty.min, ty.max, "page"))
}

fn show_table(ty: &TableType) -> String {
    format!("table{} of {}, {}", bits(ty.table64), ty.element, show_limits(ty.min, ty.max, "element"))
}

fn bits(wide: bool) -> &'static str {
    if wide { " (i64)" } else { "" }
}

/// `1 page, at most 2`.
pub fn show_limits(min: u64, max: Option<u64>, unit: &str) -> String {
    let plural = if min == 1 { "" } else { "s" };
    match max {
        Some(max) => format!("{min} {unit}{plural}, at most {max}"),
        None => format!("{min} {unit}{plural}, no maximum"),
    }
}
