//! Every operator that `wasmparser` knows, so that none is forgotten.

use wasmparser::Operator;

use super::immediates::{Immediate, Immediates};

/// The proposals whose operators the engines have, as `wasmparser` names them.
pub const PROPOSALS: [&str; 8] = [
    "mvp",
    "sign_extension",
    "saturating_float_to_int",
    "bulk_memory",
    "reference_types",
    "simd",
    "relaxed_simd",
    "function_references",
];

/// Operators of these proposals that are not tested one by one: they are about control or the function around them.
/// Random modules and the specification's scripts test them.
pub const ELSEWHERE: [&str; 20] = [
    "Block",
    "Br",
    "BrIf",
    "BrOnNonNull",
    "BrOnNull",
    "BrTable",
    "Call",
    "CallIndirect",
    "CallRef",
    "Else",
    "End",
    "If",
    "LocalGet",
    "LocalSet",
    "LocalTee",
    "Loop",
    "Return",
    "ReturnCallRef",
    // Not valid with any other number of types than one.
    "TypedSelectMulti",
    // Nothing behind it runs.
    "Unreachable",
];

/// An operator of the list.
#[derive(Clone, Copy)]
pub struct Entry {
    /// The operator's name in `wasmparser`.
    pub name: &'static str,
    /// The proposal it belongs to.
    pub proposal: &'static str,
    /// How many operands it takes and how many results it gives, in `wasmparser`'s words.
    arity: &'static str,
    make: fn(&mut Immediates<'_>) -> Option<Operator<'static>>,
}

impl Entry {
    /// The operator with these immediates; none if it has some that are not made up.
    pub fn operator(&self, immediates: &mut Immediates<'_>) -> Option<Operator<'static>> {
        (self.make)(immediates)
    }

    /// How many operands it takes and how many results it gives; none if that depends on its immediates.
    pub fn arity(&self) -> Option<(usize, usize)> {
        let (operands, results) = self.arity.rsplit_once("->")?;
        Some((operands.split_whitespace().last()?.parse().ok()?, results.trim().parse().ok()?))
    }
}

/// The operators that are tested one by one.
pub fn tested() -> impl Iterator<Item = &'static Entry> {
    TABLE.iter().filter(|entry| PROPOSALS.contains(&entry.proposal) && !ELSEWHERE.contains(&entry.name))
}

/// Whether the operator's NaNs may differ between engines; the others give the same bits everywhere.
pub fn is_arithmetic(name: &str) -> bool {
    const VERBS: [&str; 15] = [
        "Ceil",
        "Floor",
        "Trunc",
        "Nearest",
        "Sqrt",
        "Add",
        "Sub",
        "Mul",
        "Div",
        "Min",
        "Max",
        "DemoteF64",
        "PromoteF32",
        "RelaxedMadd",
        "RelaxedNmadd",
    ];
    const MORE: [&str; 6] = ["DemoteF64x2Zero", "PromoteLowF32x4", "RelaxedMin", "RelaxedMax", "Madd", "Nmadd"];
    let kinds = ["F32x4", "F64x2", "F32", "F64"];
    let verb = kinds.iter().find_map(|kind| name.strip_prefix(kind));
    verb.is_some_and(|verb| VERBS.contains(&verb) || MORE.contains(&verb))
}

macro_rules! table {
    ($(@$proposal:ident $op:ident $({ $($arg:ident: $ty:ty),* })? => $visit:ident ($($arity:tt)*))*) => {
        /// Every operator that `wasmparser` knows.
        pub const TABLE: &[Entry] = &[$(Entry {
            name: stringify!($op),
            proposal: stringify!($proposal),
            arity: stringify!($($arity)*),
            make: |_immediates| Some(Operator::$op $({ $($arg: Immediate::pick(_immediates)?),* })?),
        }),*];
    };
}

wasmparser::for_each_operator!(table);
