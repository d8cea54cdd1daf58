//! What the custom sections `name` and `producers` say.

use wasmparser::{KnownCustom, Name, NameMap, Parser, Payload, ProducersSectionReader};

use crate::failure::Failure;
use crate::output::Out;

/// Prints the module's own name and how many items of each kind have one. What is broken is left out: custom sections have
/// no say in whether a module is valid.
pub fn print_names(wasm: &[u8], out: &mut Out) -> Result<(), Failure> {
    let mut pairs = Vec::new();
    for custom in customs(wasm) {
        if let KnownCustom::Name(section) = custom {
            pairs.extend(section.into_iter().map_while(Result::ok).filter_map(describe));
        }
    }
    super::print_pairs("names", pairs, out)
}

fn customs(wasm: &[u8]) -> impl Iterator<Item = KnownCustom<'_>> {
    Parser::new(0).parse_all(wasm).map_while(Result::ok).filter_map(|payload| match payload {
        Payload::CustomSection(section) => Some(section.as_known()),
        _ => None,
    })
}

/// The module's name, or how many of one kind are named. Names of labels, fields and what later versions add are left out.
fn describe(name: Name<'_>) -> Option<(String, String)> {
    let counted =
        |kind: &str, map: NameMap<'_>| Some((kind.to_owned(), format!("{} named", map.map_while(Result::ok).count())));
    match name {
        Name::Module { name, .. } => Some(("module".to_owned(), format!("`{}`", name.escape_debug()))),
        Name::Function(map) => counted("functions", map),
        Name::Type(map) => counted("types", map),
        Name::Table(map) => counted("tables", map),
        Name::Memory(map) => counted("memories", map),
        Name::Global(map) => counted("globals", map),
        Name::Element(map) => counted("element segments", map),
        Name::Data(map) => counted("data segments", map),
        Name::Local(functions) => {
            let count: usize = functions.map_while(Result::ok).map(|locals| locals.names.count()).sum();
            Some(("locals".to_owned(), format!("{count} named")))
        }
        _ => None,
    }
}

/// Prints which tools made the module.
pub fn print_producers(wasm: &[u8], out: &mut Out) -> Result<(), Failure> {
    let mut pairs = Vec::new();
    for custom in customs(wasm) {
        if let KnownCustom::Producers(section) = custom {
            pairs.extend(producers(section));
        }
    }
    super::print_pairs("producers", pairs, out)
}

/// The tools that a section `producers` names, each with what it did.
pub fn producers(section: ProducersSectionReader<'_>) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for field in section.into_iter().map_while(Result::ok) {
        for value in field.values.into_iter().map_while(Result::ok) {
            let tool = format!("{} {}", value.name, value.version).trim_end().escape_debug().to_string();
            pairs.push((field.name.escape_debug().to_string(), tool));
        }
    }
    pairs
}
