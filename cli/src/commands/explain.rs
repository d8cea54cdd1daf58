//! `falkirk explain`: what became of a function.

use std::io::Write;

use falkirk::explain::{FunctionEntry, View, explain, find_function, functions};
use falkirk::{Config, Engine, EngineKind, Module};

use crate::failure::Failure;
use crate::options::Explain;
use crate::output::Out;
use crate::page;
use crate::source::Source;

/// How many functions a message names.
const NAMED: usize = 20;

/// Prints the explanation, or writes the page.
pub fn run(command: &Explain, out: &mut Out) -> Result<(), Failure> {
    let source = Source::read(&command.file)?;
    let failed = |error| Failure::of(&source.name, &error);
    let engine = engine().map_err(failed)?;
    let module = Module::new_shared(&engine, source.module()?.clone()).map_err(failed)?;
    let function = choose(&source.name, &module, command.function.as_deref())?;
    let explanation = explain(&module, function).map_err(failed)?;
    let views: Vec<View> = match &command.only[..] {
        [] => View::ALL.to_vec(),
        only => View::ALL.into_iter().filter(|view| only.iter().any(|name| name == view.name())).collect(),
    };
    match &command.html {
        Some(path) => page::write(&explanation.html(&views), &explanation.name, path, out),
        None => Ok(out.write_all(explanation.text(&views).as_bytes())?),
    }
}

/// An engine that makes no code before it is needed: only one function is looked at.
fn engine() -> falkirk::Result<Engine> {
    let mut config = Config::new();
    config.lazy_above(Some(0));
    config.engine(if cfg!(feature = "interp") { EngineKind::Interp } else { EngineKind::Auto });
    Engine::new(&config)
}

/// The function that is wanted, or the only one there is.
fn choose(file: &str, module: &Module, wanted: Option<&str>) -> Result<u32, Failure> {
    let all = functions(module);
    let defined: Vec<&FunctionEntry> = all.iter().filter(|function| function.size.is_some()).collect();
    let failure = match (wanted, &defined[..]) {
        (None, [only]) => return Ok(only.index),
        (None, _) => Failure::input(format!("which function of {file}?")),
        (Some(wanted), _) => match find_function(module, wanted) {
            Some(function) => return Ok(function),
            None => Failure::input(format!("{file} has no function `{wanted}`")),
        },
    };
    let failure = failure.found(list(&defined)).help("`--function F` takes a name or an index");
    Err(match wanted.and_then(|wanted| nearest(wanted, &defined)) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure,
    })
}

/// Functions for a message, a line each.
fn list(functions: &[&FunctionEntry]) -> String {
    if functions.is_empty() {
        return "no function with code".into();
    }
    let mut text = String::from("the functions");
    for function in functions.iter().take(NAMED) {
        let name = function.name.as_ref().map_or_else(String::new, |name| name.escape_debug().to_string());
        let size = function.size.unwrap_or_default();
        text.push_str(&format!("\n    {:>4}  {name} ({size} bytes)", function.index).replace("   (", "  ("));
    }
    if let Some(more) = functions.len().checked_sub(NAMED).filter(|more| *more > 0) {
        text.push_str(&format!("\n    and {more} more"));
    }
    text
}

/// The name that was probably meant.
fn nearest(wanted: &str, functions: &[&FunctionEntry]) -> Option<String> {
    let names = functions.iter().filter_map(|function| function.name.as_deref());
    let distance = |name: &&str| strsim::damerau_levenshtein(wanted, name);
    let near = names.min_by_key(distance)?;
    (distance(&near) <= wanted.chars().count().div_ceil(3)).then(|| near.escape_debug().to_string())
}
