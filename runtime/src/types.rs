//! Types of values and of what a module imports and exports (specification, section 2.3 "Types").

use std::fmt;
use std::sync::Arc;

/// The type of a value: `i32`, `f64`, `v128`, a reference, ...
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValType {
    /// A 32-bit integer.
    I32,
    /// A 64-bit integer.
    I64,
    /// A 32-bit IEEE 754 float.
    F32,
    /// A 64-bit IEEE 754 float.
    F64,
    /// A 128-bit vector.
    V128,
    /// A reference.
    Ref(RefType),
}

impl ValType {
    /// `funcref`, that is `(ref null func)`.
    pub const FUNCREF: ValType = ValType::Ref(RefType::FUNCREF);
    /// `externref`, that is `(ref null extern)`.
    pub const EXTERNREF: ValType = ValType::Ref(RefType::EXTERNREF);

    /// How many 64-bit slots a value of this type takes: two for `v128`, else one.
    pub const fn slots(self) -> usize {
        match self {
            ValType::V128 => 2,
            _ => 1,
        }
    }

    /// Whether a local of this type starts with a value of its own (zero or null).
    pub const fn is_defaultable(self) -> bool {
        match self {
            ValType::Ref(reference) => reference.nullable,
            _ => true,
        }
    }

    /// Whether a value of this type may stand where `other` is expected (section 3.3).
    pub fn matches(self, other: ValType) -> bool {
        match (self, other) {
            (ValType::Ref(a), ValType::Ref(b)) => a.matches(b),
            (a, b) => a == b,
        }
    }
}

impl fmt::Display for ValType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ValType::I32 => f.write_str("i32"),
            ValType::I64 => f.write_str("i64"),
            ValType::F32 => f.write_str("f32"),
            ValType::F64 => f.write_str("f64"),
            ValType::V128 => f.write_str("v128"),
            ValType::Ref(reference) => reference.fmt(f),
        }
    }
}

/// The type of a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RefType {
    /// Whether null is a value of this type.
    pub nullable: bool,
    /// What a reference that is not null refers to.
    pub heap: HeapType,
}

impl RefType {
    /// `(ref null func)`.
    pub const FUNCREF: RefType = RefType { nullable: true, heap: HeapType::Func };
    /// `(ref null extern)`.
    pub const EXTERNREF: RefType = RefType { nullable: true, heap: HeapType::Extern };

    /// Whether a reference of this type may stand where `other` is expected.
    pub fn matches(self, other: RefType) -> bool {
        (other.nullable || !self.nullable) && self.heap.matches(other.heap)
    }
}

impl fmt::Display for RefType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.nullable, self.heap) {
            (true, HeapType::Func) => f.write_str("funcref"),
            (true, HeapType::Extern) => f.write_str("externref"),
            (true, heap) => write!(f, "(ref null {heap})"),
            (false, heap) => write!(f, "(ref {heap})"),
        }
    }
}

/// What a reference refers to.
///
/// The heap types of the garbage-collection and exception proposals will join these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HeapType {
    /// Any function.
    Func,
    /// Any value of the host.
    Extern,
    /// A function of exactly this type.
    Concrete(TypeId),
}

impl HeapType {
    /// Whether a reference to this may stand where a reference to `other` is expected.
    pub fn matches(self, other: HeapType) -> bool {
        self == other || matches!((self, other), (HeapType::Concrete(_), HeapType::Func))
    }
}

impl fmt::Display for HeapType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HeapType::Func => f.write_str("func"),
            HeapType::Extern => f.write_str("extern"),
            HeapType::Concrete(id) => write!(f, "type#{}", id.0),
        }
    }
}

/// A function type interned in an [`Engine`](crate::Engine): two types are equal exactly when their ids are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(transparent)]
pub struct TypeId(pub u32);

impl TypeId {
    /// The id that no type has. The null function reference carries it, so one comparison checks for both.
    pub const NONE: TypeId = TypeId(u32::MAX);
}

/// The type of a function: its parameters and results.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FuncType {
    params: Arc<[ValType]>,
    results: Arc<[ValType]>,
}

impl FuncType {
    /// A function type from its parameters and results.
    pub fn new(params: impl IntoIterator<Item = ValType>, results: impl IntoIterator<Item = ValType>) -> FuncType {
        FuncType { params: params.into_iter().collect(), results: results.into_iter().collect() }
    }

    /// The types of the parameters.
    pub fn params(&self) -> &[ValType] {
        &self.params
    }

    /// The types of the results.
    pub fn results(&self) -> &[ValType] {
        &self.results
    }

    /// How many slots the parameters take.
    pub fn param_slots(&self) -> usize {
        self.params.iter().map(|ty| ty.slots()).sum()
    }

    /// How many slots the results take.
    pub fn result_slots(&self) -> usize {
        self.results.iter().map(|ty| ty.slots()).sum()
    }
}

impl fmt::Display for FuncType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, types: &[ValType]| {
            f.write_str("(")?;
            for (position, ty) in types.iter().enumerate() {
                write!(f, "{}{ty}", if position == 0 { "" } else { ", " })?;
            }
            f.write_str(")")
        };
        list(f, &self.params)?;
        f.write_str(" -> ")?;
        list(f, &self.results)
    }
}

/// The type of a linear memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MemoryType {
    /// Pages (of 65,536 bytes) at the start.
    pub min: u64,
    /// The most pages it may grow to, if it says.
    pub max: Option<u64>,
    /// Whether addresses are `i64`.
    pub memory64: bool,
}

/// The type of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TableType {
    /// What its elements are.
    pub element: RefType,
    /// Elements at the start.
    pub min: u64,
    /// The most elements it may grow to, if it says.
    pub max: Option<u64>,
    /// Whether indices are `i64`.
    pub table64: bool,
}

/// The type of a global.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GlobalType {
    /// What it holds.
    pub content: ValType,
    /// Whether it can be set.
    pub mutable: bool,
}

/// The type of something that is imported or exported.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ExternType {
    /// A function.
    Func(FuncType),
    /// A table.
    Table(TableType),
    /// A linear memory.
    Memory(MemoryType),
    /// A global.
    Global(GlobalType),
}

impl fmt::Display for MemoryType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_limits(f, self.memory64, self.min, self.max)?;
        f.write_str(" pages")
    }
}

impl fmt::Display for TableType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_limits(f, self.table64, self.min, self.max)?;
        write!(f, " {}", self.element)
    }
}

/// Limits as in the text format, with `..` between them: `1..`, `i64 1..2`.
fn write_limits(f: &mut fmt::Formatter<'_>, is_64: bool, min: u64, max: Option<u64>) -> fmt::Result {
    write!(f, "{}{min}..", if is_64 { "i64 " } else { "" })?;
    match max {
        Some(max) => write!(f, "{max}"),
        None => Ok(()),
    }
}

impl fmt::Display for GlobalType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.mutable { "mut " } else { "" }, self.content)
    }
}

impl fmt::Display for ExternType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExternType::Func(ty) => write!(f, "func {ty}"),
            ExternType::Table(ty) => write!(f, "table {ty}"),
            ExternType::Memory(ty) => write!(f, "memory {ty}"),
            ExternType::Global(ty) => write!(f, "global {ty}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_print_as_people_write_them() {
        let memory = MemoryType { min: 1, max: Some(2), memory64: true };
        let table = TableType { element: RefType::FUNCREF, min: 0, max: None, table64: false };
        let global = GlobalType { content: ValType::EXTERNREF, mutable: true };
        let func = FuncType::new([ValType::I32, ValType::V128], [ValType::F64]);
        let cases = [
            (ExternType::Memory(memory), "memory i64 1..2 pages"),
            (ExternType::Table(table), "table 0.. funcref"),
            (ExternType::Global(global), "global mut externref"),
            (ExternType::Func(func), "func (i32, v128) -> (f64)"),
        ];
        for (ty, text) in cases {
            assert_eq!(ty.to_string(), text);
        }
    }

    #[test]
    fn matching() {
        let reference = |nullable, heap| ValType::Ref(RefType { nullable, heap });
        let concrete = HeapType::Concrete(TypeId(3));
        assert!(reference(false, concrete).matches(ValType::FUNCREF));
        assert!(reference(false, HeapType::Func).matches(reference(true, HeapType::Func)));
        assert!(!reference(true, concrete).matches(reference(false, concrete)));
        assert!(!ValType::FUNCREF.matches(reference(true, concrete)));
        assert!(!ValType::FUNCREF.matches(ValType::EXTERNREF));
        assert!(ValType::I32.matches(ValType::I32) && !ValType::I32.matches(ValType::I64));
    }
}
