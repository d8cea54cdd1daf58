//! An operator with operands and a use of its result, as a function.

use falkirk::diff::{Call, Reference, Rng, Script, Value, edges};
use wasmparser::{RefType, ValType};

use super::laboratory::Furniture;
use super::signatures::{TYPES, Typed};
use super::{function, laboratory};

/// No operator has more operands.
pub const MAX_OPERANDS: usize = 3;

/// Where an operand comes from. All but constants come from a parameter in the end, so that engines cannot know them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A parameter.
    Param,
    /// A constant.
    Const,
    /// A local that was set before.
    Local,
    /// Memory, where it was stored before; a reference comes from a global.
    Memory,
    /// A mutable global.
    Global,
    /// The result of a block that may be left early.
    Block,
    /// The result of a call.
    Call,
}

impl Source {
    /// All of them, the simplest first.
    pub const ALL: [Source; 7] =
        [Source::Param, Source::Const, Source::Local, Source::Memory, Source::Global, Source::Block, Source::Call];
}

/// What is done with a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It is returned.
    Return,
    /// It is dropped; only side effects show.
    Drop,
    /// It goes into a local, from where it is returned twice.
    Local,
    /// It goes into memory; a reference into a global.
    Memory,
    /// It goes into a global.
    Global,
    /// An `i32` decides a branch; others are returned.
    If,
    /// An `i32` decides a `br_if`; others are returned.
    BrIf,
    /// An `i32` decides a `select`; others are returned.
    Select,
}

impl Use {
    /// All of them, the simplest first.
    pub const ALL: [Use; 8] =
        [Use::Return, Use::Drop, Use::Local, Use::Memory, Use::Global, Use::If, Use::BrIf, Use::Select];
}

/// An operator with operands and a use of its result.
#[derive(Clone, Debug)]
pub struct Case {
    /// The operator.
    pub typed: Typed,
    /// The operands, and where each comes from.
    pub operands: Vec<(Source, Value)>,
    /// What is done with its result.
    pub usage: Use,
}

impl Case {
    /// The operator with operands that follow from `rng`.
    pub fn new(typed: Typed, sources: [Source; MAX_OPERANDS], usage: Use, rng: &mut Rng) -> Case {
        let values = operand_values(&typed, rng);
        let from = |source, value| if has_constant(value) || source != Source::Const { source } else { Source::Param };
        let operands = sources.into_iter().zip(values).map(|(source, value)| (from(source, value), value)).collect();
        Case { typed, operands, usage }
    }

    /// Any case of this operator.
    pub fn random(typed: Typed, rng: &mut Rng) -> Case {
        let sources = std::array::from_fn(|_| *rng.choose(&Source::ALL));
        let usage = *rng.choose(&Use::ALL);
        Case::new(typed, sources, usage, rng)
    }

    /// The types of the function's parameters.
    pub fn params(&self) -> Vec<ValType> {
        let operands = self.operands.iter().zip(&self.typed.params);
        operands.filter(|((source, _), _)| *source != Source::Const).map(|(_, ty)| *ty).collect()
    }

    fn arguments(&self) -> Vec<Value> {
        let operands = self.operands.iter().filter(|(source, _)| *source != Source::Const);
        operands.map(|(_, value)| *value).collect()
    }
}

/// The laboratory with these cases, in the functions `c0`, `c1`, ...
pub fn module(cases: &[Case]) -> Vec<u8> {
    with_furniture(cases, Furniture::All)
}

/// As [`module`], without anything else. Operands come from parameters and constants, and results are returned.
pub fn bare_module(cases: &[Case]) -> Vec<u8> {
    with_furniture(cases, Furniture::None)
}

fn with_furniture(cases: &[Case], furniture: Furniture) -> Vec<u8> {
    laboratory::module(
        cases.iter().enumerate().map(|(number, case)| function::of(case, format!("c{number}"))),
        furniture,
    )
}

/// The calls of these cases, one after another on one instance.
pub fn script(cases: &[Case]) -> Script {
    let call = |(number, case): (usize, &Case)| Call { export: format!("c{number}"), arguments: case.arguments() };
    Script::new(cases.iter().enumerate().map(call))
}

fn operand_values(typed: &Typed, rng: &mut Rng) -> Vec<Value> {
    let offset = typed.offset;
    let counts = matches!(typed.name.get(..5), Some("Memor" | "Table"));
    let value = |(position, ty): (usize, &ValType)| match (offset, ty) {
        (Some(offset), ValType::I32) if position == 0 => Value::I32(laboratory::address(rng, offset) as i32),
        (Some(offset), ValType::I64) if position == 0 => Value::I64(laboratory::address(rng, offset) as i64),
        (None, ValType::I32) if counts && !rng.once_in(4) => Value::I32(rng.below(24) as i32),
        (None, ValType::I64) if counts && !rng.once_in(4) => Value::I64(rng.below(24) as i64),
        (None, ValType::I32) if counts => Value::I32(laboratory::address(rng, 0) as i32),
        (_, ValType::Ref(RefType::FUNCREF)) => function_or_null(rng),
        (_, ty) => edges::value(rng, public(*ty)).expect("BUG: these types have values"),
    };
    typed.params.iter().enumerate().map(value).collect()
}

fn function_or_null(rng: &mut Rng) -> Value {
    let index = rng.below(TYPES.len() + 2);
    Value::Ref(if index < TYPES.len() { Reference::Function(index as u32) } else { Reference::Null })
}

/// The type as the engines name it.
pub fn public(ty: ValType) -> falkirk::ValType {
    match ty {
        ValType::I32 => falkirk::ValType::I32,
        ValType::I64 => falkirk::ValType::I64,
        ValType::F32 => falkirk::ValType::F32,
        ValType::F64 => falkirk::ValType::F64,
        ValType::V128 => falkirk::ValType::V128,
        ValType::Ref(RefType::EXTERNREF) => falkirk::ValType::EXTERNREF,
        ValType::Ref(_) => falkirk::ValType::FUNCREF,
    }
}

/// Whether there is an instruction that pushes this value.
fn has_constant(value: Value) -> bool {
    !matches!(value, Value::Ref(Reference::MadeUp(_) | Reference::Opaque))
}
