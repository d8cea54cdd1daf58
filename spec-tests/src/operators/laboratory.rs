//! The module that cases run in: some of everything that an operator may name.
//!
//! | index | memory | table | data segment | element segment |
//! | --- | --- | --- | --- | --- |
//! | 0 | 1 to 3 pages | `funcref`, 10 to 20 | active | active |
//! | 1 | 64-bit, 1 to 3 pages | `externref`, 10 to 20 | passive | passive |
//! | 2 | exactly 2 pages | 64-bit, `funcref`, 4 to 8 | | declarative |
//!
//! For each type there is a mutable global and a function that gives its argument back, both with the type's position in
//! [`TYPES`] as their index.

use falkirk::diff::Rng;
use wasm_encoder::{
    CodeSection, ConstExpr, DataCountSection, DataSection, ElementSection, Elements, ExportKind, ExportSection,
    FunctionSection, GlobalSection, GlobalType, Ieee32, Ieee64, Instruction, MemorySection, MemoryType, Module,
    RefType, TableSection, TableType, TypeSection, ValType,
};

use super::signatures::TYPES;
use crate::build::Body;

/// How many memories there are.
pub const MEMORIES: usize = 3;
/// No kind of item has more than this many.
pub const MOST: usize = TYPES.len();

/// A function of a case, exported under its name.
pub struct Function {
    /// The name.
    pub name: String,
    /// Its parameters.
    pub params: Vec<wasmparser::ValType>,
    /// Its results.
    pub results: Vec<wasmparser::ValType>,
    /// Its locals.
    pub locals: Vec<wasmparser::ValType>,
    /// Its body.
    pub body: Body,
}

/// Whether a memory has 64-bit addresses.
pub fn is_64(memory: u32) -> bool {
    memory == 1
}

/// An offset as code has them: mostly small, or where something ends.
pub fn offset(rng: &mut Rng, wide: bool) -> u64 {
    const OFFSETS: [u64; 24] = [
        0,
        0,
        0,
        0,
        1,
        4,
        7,
        8,
        16,
        255,
        4096,
        65520,
        65535,
        65536,
        0x1_fff8,
        0x2_0000,
        (32 << 20) - 1,
        32 << 20,
        (32 << 20) + 1,
        0x7fff_ffff,
        0x8000_0000,
        0xffff_fff0,
        0xffff_fffe,
        0xffff_ffff,
    ];
    const WIDE: [u64; 8] = [1 << 32, (1 << 32) + 8, 1 << 33, 1 << 47, 1 << 48, 1 << 63, u64::MAX - 15, u64::MAX];
    if wide && rng.once_in(4) { *rng.choose(&WIDE) } else { *rng.choose(&OFFSETS) }
}

/// Where memories end, and what is reserved for them, and all that can be addressed.
const ENDS: [u64; 8] = [0x1_0000, 0x2_0000, 0x3_0000, 1 << 31, 1 << 32, (1 << 32) + (32 << 20), 1 << 63, 0];

/// An address as code has them: near one of the ends, so that `offset` leads there, or without it.
pub fn address(rng: &mut Rng, offset: u64) -> u64 {
    // Mostly the ends of the laboratory's memories.
    let end = if rng.once_in(3) { rng.choose(&ENDS) } else { rng.choose(&ENDS[..3]) };
    let address = end.wrapping_add(2).wrapping_sub(rng.below(20) as u64);
    match rng.below(6) {
        0 => rng.below(65536) as u64,
        1 => address,
        _ => address.wrapping_sub(offset),
    }
}

/// All addresses that `offset` leads to an end with, or nearly.
pub fn edges(offset: u64) -> impl Iterator<Item = u64> {
    ENDS.iter()
        .flat_map(move |end| (0..20).map(move |below| end.wrapping_add(2).wrapping_sub(below).wrapping_sub(offset)))
}

/// What there is beside functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Furniture {
    /// Nothing: what only computes needs nothing, and there is less to compare.
    None,
    /// Memories, tables, globals, segments.
    All,
}

/// The laboratory with these functions.
pub fn module(cases: impl IntoIterator<Item = Function>, furniture: Furniture) -> Vec<u8> {
    let (mut types, mut functions, mut exports, mut code) =
        (TypeSection::new(), FunctionSection::new(), ExportSection::new(), CodeSection::new());
    for (index, ty) in TYPES.iter().enumerate() {
        types.ty().function([encoded(*ty)], [encoded(*ty)]);
        functions.function(index as u32);
        code.function(
            wasm_encoder::Function::new([]).instruction(&Instruction::LocalGet(0)).instruction(&Instruction::End),
        );
        exports.export(&format!("same {ty}"), ExportKind::Func, index as u32);
    }
    for (index, case) in (TYPES.len() as u32..).zip(cases) {
        let list = |types: &[wasmparser::ValType]| types.iter().map(|ty| encoded(*ty)).collect::<Vec<_>>();
        types.ty().function(list(&case.params), list(&case.results));
        functions.function(index);
        exports.export(&case.name, ExportKind::Func, index);
        let mut function = wasm_encoder::Function::new_with_locals_types(list(&case.locals));
        function.raw(case.body.into_bytes());
        code.function(function.instruction(&Instruction::End));
    }
    let mut module = Module::new();
    module.section(&types).section(&functions);
    match furniture {
        Furniture::None => module.section(&exports).section(&code),
        Furniture::All => module
            .section(&tables())
            .section(&memories())
            .section(&globals())
            .section(&exports)
            .section(&elements())
            .section(&DataCountSection { count: 2 })
            .section(&code)
            .section(&data()),
    };
    module.finish()
}

fn tables() -> TableSection {
    let mut tables = TableSection::new();
    let ty = |element_type, table64, minimum, maximum| TableType {
        element_type,
        table64,
        minimum,
        maximum: Some(maximum),
        shared: false,
    };
    tables.table(ty(RefType::FUNCREF, false, 10, 20)).table(ty(RefType::EXTERNREF, false, 10, 20));
    tables.table(ty(RefType::FUNCREF, true, 4, 8));
    tables
}

fn memories() -> MemorySection {
    let mut memories = MemorySection::new();
    for (memory, (minimum, maximum)) in [(1, 3), (1, 3), (2, 2)].into_iter().enumerate() {
        let memory64 = is_64(memory as u32);
        memories.memory(MemoryType { minimum, maximum: Some(maximum), memory64, shared: false, page_size_log2: None });
    }
    memories
}

fn globals() -> GlobalSection {
    let mut globals = GlobalSection::new();
    for ty in TYPES.map(encoded) {
        let init = match ty {
            ValType::I32 => ConstExpr::i32_const(-1),
            ValType::I64 => ConstExpr::i64_const(i64::MIN),
            ValType::F32 => ConstExpr::f32_const(Ieee32::new(0x7f80_0001)),
            ValType::F64 => ConstExpr::f64_const(Ieee64::new(1)),
            ValType::V128 => ConstExpr::v128_const(0x0123_4567_89ab_cdef),
            ValType::Ref(ty) => ConstExpr::ref_null(ty.heap_type),
        };
        globals.global(GlobalType { val_type: ty, mutable: true, shared: false }, &init);
    }
    globals
}

fn elements() -> ElementSection {
    let mut elements = ElementSection::new();
    elements.active(None, &ConstExpr::i32_const(2), Elements::Functions(vec![0, 1, 2].into()));
    elements.passive(Elements::Functions(vec![3, 4, 5, 6].into()));
    elements.declared(Elements::Functions((0..TYPES.len() as u32).collect()));
    elements
}

fn data() -> DataSection {
    let mut data = DataSection::new();
    data.active(0, &ConstExpr::i32_const(8), (0..=255).collect::<Vec<u8>>());
    data.passive((0..64).rev().collect::<Vec<u8>>());
    data
}

/// The encoder's type for the parser's.
pub fn encoded(ty: wasmparser::ValType) -> ValType {
    ty.try_into().expect("BUG: only types that the encoder has are used")
}
