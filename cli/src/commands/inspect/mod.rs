//! `falkirk inspect`: what a file is.

#[cfg(feature = "component-tools")]
mod component;
mod custom;
mod limits;
#[cfg(feature = "component-tools")]
mod nested;
mod sections;
mod types;

use std::io::Write;

use falkirk::Module;

pub use types::show_type;

use crate::failure::Failure;
use crate::options::Inspect;
use crate::output::Out;
use crate::session;
use crate::source::{Form, Kind, Source};

/// Prints what is in the file. Sections are printed before anything is validated, so also those of a broken module.
pub fn run(command: &Inspect, out: &mut Out) -> Result<(), Failure> {
    let source = Source::read(&command.file)?;
    writeln!(out, "{}: {}", source.name, headline(&source))?;
    let sections = sections::scan(&source);
    sections::print(&sections.found, source.kind, out)?;
    if let Some(failure) = sections.failure {
        return Err(failure);
    }
    match source.kind {
        Kind::Module => print_module(&source, out),
        Kind::Component => print_component(&source, out),
    }
}

#[cfg(feature = "component-tools")]
fn print_component(source: &Source, out: &mut Out) -> Result<(), Failure> {
    component::print(source, out)
}

#[cfg(not(feature = "component-tools"))]
fn print_component(_source: &Source, out: &mut Out) -> Result<(), Failure> {
    Ok(writeln!(out, "\nthe cargo feature `component-tools`, without which this program was built, shows more")?)
}

fn headline(source: &Source) -> String {
    let kind = match source.kind {
        Kind::Module => "core module",
        Kind::Component => "component",
    };
    let (size, wasm) = (source.size, source.wasm.len());
    match source.form {
        Form::Binary => format!("{kind}, {size} bytes"),
        Form::Text => format!("{kind} as text, {size} bytes ({wasm} as binary)"),
        Form::Precompiled => format!("{kind} with machine code, {size} bytes ({wasm} without)"),
    }
}

fn print_module(source: &Source, out: &mut Out) -> Result<(), Failure> {
    let engine = session::reader()?;
    let module = Module::new_shared(&engine, source.wasm.clone()).map_err(|error| Failure::of(&source.name, &error))?;
    print_imports(&module, out)?;
    print_exports(&module, out)?;
    limits::print(&source.wasm, out)?;
    custom::print_names(&source.wasm, out)?;
    custom::print_producers(&source.wasm, out)
}

fn print_imports(module: &Module, out: &mut Out) -> Result<(), Failure> {
    let line = |import: falkirk::ImportType<'_>| {
        let (module, name) = (import.module().escape_debug(), import.name().escape_debug());
        (format!("{module}.{name}"), show_type(&import.ty()))
    };
    print_pairs("imports", module.imports().map(line).collect(), out)
}

fn print_exports(module: &Module, out: &mut Out) -> Result<(), Failure> {
    let line = |export: falkirk::ExportType<'_>| (export.name().escape_debug().to_string(), show_type(&export.ty()));
    print_pairs("exports", module.exports().map(line).collect(), out)
}

/// A heading and, below it, names with what they are, in two columns; nothing when there is none.
fn print_pairs(heading: &str, pairs: Vec<(String, String)>, out: &mut Out) -> Result<(), Failure> {
    if pairs.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{heading}:")?;
    let width = pairs.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0).min(40);
    for (name, what) in pairs {
        writeln!(out, "  {name:<width$}  {what}")?;
    }
    Ok(())
}
