//! A component: what it imports and exports as WIT has it, and what is inside.

use std::io::Write;

use wit_component::{DecodedWasm, OutputToString, WitPrinter};
use wit_parser::{Function, PackageId, Resolve, WorldItem, WorldKey};

use super::nested;
use crate::commands::components::{Item, beyond_wit, items, validate};
use crate::failure::Failure;
use crate::output::Out;
use crate::source::Source;

/// Prints imports, exports, what is inside, names and producers.
pub fn print(source: &Source, out: &mut Out) -> Result<(), Failure> {
    validate(source)?;
    match wit_component::decode(&source.wasm) {
        Ok(DecodedWasm::Component(resolve, world)) => {
            let (world, others) = (&resolve.worlds[world], beyond_wit(&source.wasm));
            let lines = |imported| others.iter().filter(move |item| item.imported == imported).map(show);
            print_items("imports", &resolve, world.imports.iter(), lines(true), out)?;
            print_items("exports", &resolve, world.exports.iter(), lines(false), out)?;
        }
        Ok(DecodedWasm::WitPackage(resolve, package)) => print_package(source, &resolve, package, out)?,
        Err(error) => print_kinds(source, &error, out)?,
    }
    nested::print(&source.wasm, out)
}

/// Imports or exports with their types, and those that WIT has no words for.
fn print_items<'a>(
    heading: &str,
    resolve: &Resolve,
    items: impl Iterator<Item = (&'a WorldKey, &'a WorldItem)>,
    others: impl Iterator<Item = String>,
    out: &mut Out,
) -> Result<(), Failure> {
    let mut lines = Vec::new();
    for (key, item) in items {
        describe(resolve, &resolve.name_world_key(key), item, &mut lines)
            .map_err(|error| Failure::input(format!("{heading} cannot be shown as WIT: {}", error.root_cause())))?;
    }
    lines.extend(others);
    print_lines(heading, &lines, out)
}

fn print_lines(heading: &str, lines: &[String], out: &mut Out) -> Result<(), Failure> {
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{heading}:")?;
    Ok(lines.iter().try_for_each(|line| writeln!(out, "  {line}"))?)
}

/// `core module engine`.
fn show(item: &Item) -> String {
    format!("{} {}", item.kind, item.name.escape_debug())
}

/// An interface with all that is in it, a function or a type, in lines.
fn describe(resolve: &Resolve, name: &str, item: &WorldItem, lines: &mut Vec<String>) -> anyhow::Result<()> {
    let mut printer = WitPrinter::new(OutputToString::default());
    printer.emit_docs(false);
    match item {
        WorldItem::Interface { id, .. } => {
            lines.push(format!("interface {name}"));
            printer.print_interface(resolve, *id)?;
            let text = printer.output.to_string();
            lines.extend(text.lines().filter(|line| !line.is_empty()).map(|line| format!("  {line}")));
        }
        WorldItem::Function(function) => lines.push(format!("{name}: {}", signature(resolve, function)?)),
        WorldItem::Type { id, .. } => {
            let ty = &resolve.types[*id];
            printer.print_types(resolve, ty.owner, [(name, *id)].into_iter(), &Default::default())?;
            let text = printer.output.to_string();
            lines.extend(text.lines().filter(|line| !line.is_empty()).map(str::to_owned));
        }
    }
    Ok(())
}

/// `func(name: string) -> string`.
fn signature(resolve: &Resolve, function: &Function) -> anyhow::Result<String> {
    let show = |ty| {
        let mut printer = WitPrinter::new(OutputToString::default());
        printer.print_type_name(resolve, ty).map(|()| printer.output.to_string())
    };
    let parameters = function.params.iter().map(|param| Ok(format!("{}: {}", param.name, show(&param.ty)?)));
    let parameters = parameters.collect::<anyhow::Result<Vec<_>>>()?.join(", ");
    let result = function.result.as_ref().map(show).transpose()?;
    let result = result.map_or_else(String::new, |result| format!(" -> {result}"));
    let asynchronous = if function.kind.is_async() { "async " } else { "" };
    Ok(format!("{asynchronous}func({parameters}){result}"))
}

/// A WIT package in the binary format: the names in it.
fn print_package(source: &Source, resolve: &Resolve, package: PackageId, out: &mut Out) -> Result<(), Failure> {
    let package = &resolve.packages[package];
    writeln!(out, "\na WIT package and nothing that runs: {}", package.name)?;
    let interfaces = package.interfaces.keys().map(|name| ("interface".to_owned(), name.clone()));
    let worlds = package.worlds.keys().map(|name| ("world".to_owned(), name.clone()));
    super::print_pairs("contents", interfaces.chain(worlds).collect(), out)?;
    Ok(writeln!(out, "\n`falkirk wit {}` prints it", source.name)?)
}

/// What can be said where types cannot be expressed in WIT.
fn print_kinds(source: &Source, error: &anyhow::Error, out: &mut Out) -> Result<(), Failure> {
    writeln!(out, "\nthese types cannot be expressed in WIT: {error:#}")?;
    let (imports, exports): (Vec<_>, Vec<_>) = items(&source.wasm).into_iter().partition(|item| item.imported);
    print_lines("imports", &imports.iter().map(show).collect::<Vec<_>>(), out)?;
    print_lines("exports", &exports.iter().map(show).collect::<Vec<_>>(), out)
}
