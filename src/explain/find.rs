//! Functions, as people name them.

use falkirk_runtime::Module;
use falkirk_runtime::module::{EntityIndex, EntityType};

/// A function of a module, for people to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionEntry {
    /// Its index in the module.
    pub index: u32,
    /// Its name: that of the name section, or the one it is exported or imported under.
    pub name: Option<String>,
    /// How many bytes its body has; none if it is imported.
    pub size: Option<usize>,
}

/// All functions of a module, in order.
pub fn functions(module: &Module) -> Vec<FunctionEntry> {
    let info = module.info();
    let entry = |index: u32| FunctionEntry {
        index,
        name: module.function_name(index).map(str::to_owned),
        size: info.body(index).map(|body| body.len()),
    };
    (0..info.functions.len() as u32).map(entry).collect()
}

/// The function that `wanted` means: an export's name, else a name from the name section (with or without its `$`),
/// else an index.
pub fn find_function(module: &Module, wanted: &str) -> Option<u32> {
    let info = module.info();
    let exported = info.exports.iter().find_map(|export| match export.entity {
        EntityIndex::Func(index) if export.name == wanted => Some(index),
        _ => None,
    });
    let named = || {
        let name = wanted.strip_prefix('$').unwrap_or(wanted);
        let is_meant = |index: &u32| module.function_name(*index).is_some_and(|found| found == wanted || found == name);
        (0..info.functions.len() as u32).find(is_meant)
    };
    let numbered = || wanted.parse().ok().filter(|index: &u32| (*index as usize) < info.functions.len());
    exported.or_else(named).or_else(numbered)
}

/// Where an imported function comes from: `"env"."log"`.
pub fn import_of(module: &Module, function: u32) -> Option<String> {
    let functions = module.info().imports.iter().filter(|import| matches!(import.entity, EntityType::Func(_)));
    let import = functions.into_iter().nth(function as usize)?;
    Some(format!("\"{}\".\"{}\"", import.module.escape_debug(), import.name.escape_debug()))
}
