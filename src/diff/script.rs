//! What is called.

use std::fmt;

use falkirk_runtime::module::EntityIndex;
use falkirk_runtime::{HeapType, Module, RefType, ValType};

use super::value::list;
use super::{Reference, Rng, Value, edges};

/// How many exported functions of a module a random script calls.
const MAX_FUNCTIONS: usize = 10;

/// The calls of a comparison, in runs: each run has an instance of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// The runs. A run without calls only instantiates the module.
    pub runs: Vec<Vec<Call>>,
}

/// A call of an exported function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The name of the export.
    pub export: String,
    /// The arguments.
    pub arguments: Vec<Value>,
}

impl Script {
    /// These calls, one after another, on one instance.
    pub fn new(calls: impl IntoIterator<Item = Call>) -> Script {
        Script { runs: vec![calls.into_iter().collect()] }
    }

    /// Calls of a module's exported functions with interesting arguments, which follow from `seed`.
    ///
    /// Each function begins two runs, in which it is called and then another. Short runs, since a program that stops itself
    /// after so many steps does nothing more on the same instance.
    pub fn random(module: &Module, seed: u64) -> Script {
        let mut rng = Rng::new(seed);
        let functions = exported_functions(module);
        let first = 0..functions.len().min(MAX_FUNCTIONS);
        let mut run = |position| -> Vec<Call> {
            let both = [position, rng.below(functions.len())];
            both.iter().filter_map(|&function| random_call(module, &functions, function, &mut rng)).collect()
        };
        let mut runs: Vec<Vec<Call>> = first.clone().chain(first).map(&mut run).collect();
        if runs.is_empty() {
            runs.push(Vec::new());
        }
        Script { runs }
    }
}

/// The names and indices of the functions that a module exports.
fn exported_functions(module: &Module) -> Vec<(&str, u32)> {
    let exports = module.info().exports.iter();
    exports
        .filter_map(
            |export| if let EntityIndex::Func(index) = export.entity { Some((&*export.name, index)) } else { None },
        )
        .collect()
}

/// A call of a function with made-up arguments; none if a parameter has no value that can be made up.
fn random_call(module: &Module, functions: &[(&str, u32)], position: usize, rng: &mut Rng) -> Option<Call> {
    let (name, index) = functions[position];
    let params = module.info().func_type(index).params();
    let argument = |ty: &ValType| match ty {
        ValType::Ref(RefType { nullable, heap: HeapType::Func }) if !nullable || rng.once_in(2) => {
            let (_, function) = *rng.choose(functions);
            let is_own = function >= module.info().imported_functions;
            if is_own { Some(Value::Ref(Reference::Function(function))) } else { edges::value(rng, *ty) }
        }
        ty => edges::value(rng, *ty),
    };
    let arguments: Option<Vec<Value>> = params.iter().map(argument).collect();
    Some(Call { export: name.to_owned(), arguments: arguments? })
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.export.escape_debug(), list(&self.arguments))
    }
}
