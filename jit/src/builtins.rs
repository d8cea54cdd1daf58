//! The library functions that machine code calls: what is too rare or too large to be compiled in place.
//!
//! Code loads a function's address from the table at `VmContext::builtins`, and calls it by the machine's C convention
//! with its context first. Those that can stop return 0 when they went well; else the reason is in `VmStore::exit`, and
//! code calls [`Builtin::Raise`], which does not return.

mod bulk;
mod call_out;
mod table;

pub use table::TABLE;

use cranelift_codegen::ir::{AbiParam, Signature, Type, types};
use cranelift_codegen::isa::CallConv;

/// The library functions, by their position in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Builtin {
    /// `(ctx)`: stops; the reason is in `VmStore::exit`.
    Raise,
    /// `(ctx, slots, params: i32, results: i32, frame) -> i32`: calls `VmStore::callee`, a function of the interpreter.
    /// Its arguments, `params` slots, stand at `slots`, where its results, `results` slots, replace them. `frame` is the
    /// caller's frame pointer. Returns 0 when it went well.
    CallOut,
    /// `(ctx, memory: i32, pages: i64, result: *mut i64) -> i32`: `memory.grow`. Writes the pages before or -1. Returns 0
    /// when it went well (also when it could not grow).
    MemoryGrow,
    /// `(ctx, memory: i32, segment: i32, at: i64, source: i64, len: i64) -> i32`.
    MemoryInit,
    /// `(ctx, to: i32, from: i32, at: i64, source: i64, len: i64) -> i32`.
    MemoryCopy,
    /// `(ctx, memory: i32, at: i64, byte: i32, len: i64) -> i32`.
    MemoryFill,
    /// `(ctx, segment: i32)`.
    DataDrop,
    /// `(ctx, table: i32, value: i64, count: i64, result: *mut i64) -> i32`: as `MemoryGrow`.
    TableGrow,
    /// `(ctx, table: i32, segment: i32, at: i64, source: i64, len: i64) -> i32`.
    TableInit,
    /// `(ctx, to: i32, from: i32, at: i64, source: i64, len: i64) -> i32`.
    TableCopy,
    /// `(ctx, table: i32, at: i64, value: i64, len: i64) -> i32`.
    TableFill,
    /// `(ctx, segment: i32)`.
    ElemDrop,
}

impl Builtin {
    /// All of them, in order.
    pub const ALL: [Builtin; 12] = [
        Builtin::Raise,
        Builtin::CallOut,
        Builtin::MemoryGrow,
        Builtin::MemoryInit,
        Builtin::MemoryCopy,
        Builtin::MemoryFill,
        Builtin::DataDrop,
        Builtin::TableGrow,
        Builtin::TableInit,
        Builtin::TableCopy,
        Builtin::TableFill,
        Builtin::ElemDrop,
    ];

    /// The offset of its address in the table.
    pub fn offset(self) -> i32 {
        8 * self as i32
    }

    /// Its signature; `convention` is the machine's C convention.
    pub fn signature(self, convention: CallConv) -> Signature {
        const A: Type = types::I64;
        const I: Type = types::I32;
        let (params, stops): (&[Type], bool) = match self {
            Builtin::Raise => (&[A], false),
            Builtin::CallOut => (&[A, A, I, I, A], true),
            Builtin::MemoryGrow => (&[A, I, A, A], true),
            Builtin::MemoryInit | Builtin::MemoryCopy | Builtin::TableInit | Builtin::TableCopy => {
                (&[A, I, I, A, A, A], true)
            }
            Builtin::MemoryFill => (&[A, I, A, I, A], true),
            Builtin::TableGrow | Builtin::TableFill => (&[A, I, A, A, A], true),
            Builtin::DataDrop | Builtin::ElemDrop => (&[A, I], false),
        };
        let mut signature = Signature::new(convention);
        signature.params.extend(params.iter().map(|ty| AbiParam::new(*ty)));
        signature.returns.extend(stops.then_some(AbiParam::new(I)));
        signature
    }
}
