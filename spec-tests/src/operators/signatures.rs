//! The types of operators: found by asking the validator.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use falkirk::diff::Rng;
use wasmparser::{Operator, RefType, ValType, WasmFeatures};

use super::immediates::Immediates;
use super::laboratory;
use super::table::Entry;
use crate::build::Body;

/// The types that operands are tried with.
pub const TYPES: [ValType; 7] = [
    ValType::V128,
    ValType::I32,
    ValType::I64,
    ValType::F32,
    ValType::F64,
    ValType::Ref(RefType::FUNCREF),
    ValType::Ref(RefType::EXTERNREF),
];

/// How often other immediates are tried where some do not fit.
const ATTEMPTS: usize = 1000;

/// An operator with immediates, and its types.
#[derive(Clone, Debug)]
pub struct Typed {
    /// Its name in `wasmparser`.
    pub name: &'static str,
    /// The operator.
    pub operator: Operator<'static>,
    /// What it adds to its address, if it accesses memory.
    pub offset: Option<u64>,
    /// The types of its operands.
    pub params: Vec<ValType>,
    /// The types of its results, of which there is one at most.
    pub results: Vec<ValType>,
}

/// Operands and results.
type Signature = (Vec<ValType>, Vec<ValType>);

/// The operator with some immediates that fit, and one of the types it can have then.
///
/// # Panics
///
/// None of many tries was valid: the operator does not belong into the list of those that are tested one by one.
pub fn typed(entry: &Entry, rng: &mut Rng) -> Typed {
    for _ in 0..ATTEMPTS {
        let mut immediates = Immediates::new(rng);
        let operator = entry.operator(&mut immediates);
        let operator = operator.unwrap_or_else(|| panic!("the immediates of {} are not made up", entry.name));
        let Immediates { structure, offset, .. } = immediates;
        let signatures = signatures(entry, &operator, structure);
        if !signatures.is_empty() {
            let (params, results) = rng.choose(&signatures).clone();
            return Typed { name: entry.name, operator, offset, params, results };
        }
    }
    panic!("{} is never valid", entry.name)
}

/// All types of an operator with these immediates. Asking takes time, so answers are kept.
fn signatures(entry: &Entry, operator: &Operator<'static>, structure: Vec<u32>) -> Arc<Vec<Signature>> {
    type Known = HashMap<(&'static str, Vec<u32>), Arc<Vec<Signature>>>;
    static KNOWN: Mutex<Option<Known>> = Mutex::new(None);
    let key = (entry.name, structure);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_default();
    known.entry(key).or_insert_with(|| Arc::new(ask(entry, operator))).clone()
}

fn ask(entry: &Entry, operator: &Operator<'static>) -> Vec<Signature> {
    let (operands, results) = entry.arity().unwrap_or_else(|| panic!("{} has no fixed arity", entry.name));
    // The others have one signature; these several.
    let is_polymorphic = matches!(entry.name, "Drop" | "Select" | "RefIsNull" | "RefAsNonNull");
    let mut found = Vec::new();
    for number in 0..TYPES.len().pow(operands as u32) {
        let params: Vec<ValType> =
            (0..operands as u32).map(|at| TYPES[number / TYPES.len().pow(at) % TYPES.len()]).collect();
        if is_valid(operator, &params, &[], results) {
            found.push((params.clone(), results_of(operator, &params, results)));
            if !is_polymorphic {
                break;
            }
        }
    }
    found
}

fn results_of(operator: &Operator<'static>, params: &[ValType], count: usize) -> Vec<ValType> {
    if count == 0 {
        return Vec::new();
    }
    let result = TYPES.iter().find(|ty| is_valid(operator, params, &[**ty], 0));
    vec![*result.unwrap_or_else(|| panic!("{operator:?} gives none of the types that are known here"))]
}

/// Whether a function with these types is valid that hands its parameters to the operator, and drops so many values.
fn is_valid(operator: &Operator<'static>, params: &[ValType], results: &[ValType], drops: usize) -> bool {
    let mut body = Body::new();
    for local in 0..params.len() as u32 {
        body = body.op(wasm_encoder::Instruction::LocalGet(local));
    }
    body = body.operator(operator);
    for _ in 0..drops {
        body = body.op(wasm_encoder::Instruction::Drop);
    }
    let wasm = laboratory::module(
        [laboratory::Function {
            name: "f".to_owned(),
            params: params.to_vec(),
            results: results.to_vec(),
            locals: Vec::new(),
            body,
        }],
        laboratory::Furniture::All,
    );
    let features = WasmFeatures::WASM3.difference(WasmFeatures::GC | WasmFeatures::EXCEPTIONS);
    wasmparser::Validator::new_with_features(features).validate_all(&wasm).is_ok()
}
