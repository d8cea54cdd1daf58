//! What a text is, without running it: what is wrong with it, or what it exports.

use falkirk::{EngineKind, ExternType};
use serde_json::{Value, json};

use super::guest::{Guests, engine, module};
use super::order::Order;
use super::problem::Problem;
use super::text::Program;

/// Reads and validates a module, and gives its exported functions.
pub fn check(order: &Order, _: &Guests) -> Result<Value, Problem> {
    let program = Program::read(&order.text)?;
    let module = module(&engine(EngineKind::Interp, false, false)?, &program)?;
    let functions = module.exports().filter_map(|export| match export.ty() {
        ExternType::Func(ty) => {
            let params: Vec<String> = ty.params().iter().map(ToString::to_string).collect();
            Some(json!({ "name": export.name(), "type": ty.to_string(), "params": params }))
        }
        _ => None,
    });
    let functions: Vec<Value> = functions.collect();
    let memory = module.exports().any(|export| matches!(export.ty(), ExternType::Memory(_)));
    Ok(json!({ "functions": functions, "bytes": program.wasm.len(), "memory": memory }))
}
