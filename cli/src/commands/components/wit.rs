//! `falkirk wit`: what a file says about types, as WIT.

use std::io::Write;
use std::path::Path;

use wit_component::{DecodedWasm, OutputToString, WitPrinter, metadata};
use wit_parser::{PackageId, Resolve};

use super::{beyond_wit, reasons, validate};
use crate::failure::Failure;
use crate::options::Wit;
use crate::output::{self, Out};
use crate::source::{Kind, Source};
use crate::whole_file;

/// Packages, and which of them is the one in question.
pub struct Packages {
    /// All packages, the main one's dependencies among them.
    pub resolve: Resolve,
    /// The package in question.
    pub main: PackageId,
}

/// Prints or writes the file's WIT.
pub fn run(command: &Wit, out: &mut Out) -> Result<(), Failure> {
    let packages = packages(&command.file)?;
    let failed = |error| Failure::input(format!("{}: {}", command.file.display(), reasons(&error)));
    if command.binary {
        let binary = wit_component::encode(&packages.resolve, packages.main, false).map_err(failed)?;
        return write(command, &binary, out);
    }
    let text = packages.text().map_err(failed)?;
    write(command, text.as_bytes(), out)
}

fn write(command: &Wit, bytes: &[u8], out: &mut Out) -> Result<(), Failure> {
    match &command.output {
        Some(path) => whole_file::write(path, bytes),
        None => Ok(out.write_all(bytes)?),
    }
}

impl Packages {
    /// The main package as a file, with the others nested behind it.
    fn text(&self) -> anyhow::Result<String> {
        let others = self.resolve.packages.iter().map(|(id, _)| id).filter(|id| *id != self.main);
        let mut printer = WitPrinter::new(OutputToString::default());
        printer.print(&self.resolve, self.main, &others.collect::<Vec<_>>())?;
        let text = printer.output.to_string();
        Ok(format!("{}\n", text.trim_end()))
    }
}

/// What the file says: WIT itself, or what a component or a module has of it.
fn packages(path: &Path) -> Result<Packages, Failure> {
    if path.is_dir() || path.extension().is_some_and(|extension| extension == "wit") {
        return parse(path);
    }
    let source = Source::read(path)?;
    match source.kind {
        Kind::Component => of_component(&source),
        Kind::Module => of_module(&source),
    }
}

/// A WIT package from a file or a folder, with its dependencies.
pub fn parse(path: &Path) -> Result<Packages, Failure> {
    if let Err(error) = std::fs::metadata(path) {
        return Err(Failure::unreadable(path, &error));
    }
    let mut resolve = Resolve { all_features: true, ..Resolve::default() };
    match resolve.push_path(path) {
        Ok((main, _)) => Ok(Packages { resolve, main }),
        Err(error) => Err(Failure::input(format!("{} is no WIT package", path.display()))
            .found(resolve.render_error(&error))
            .wanted("a .wit file, or a folder of them with what they use in `deps`")),
    }
}

fn of_component(source: &Source) -> Result<Packages, Failure> {
    validate(source)?;
    let decoded = wit_component::decode(&source.wasm).map_err(|error| not_in_wit(source, &error))?;
    beyond_wit(&source.wasm).iter().for_each(|item| {
        output::to_stderr(&format!(
            "note: WIT has no words for `{}`, which is a {}",
            item.name.escape_debug(),
            item.kind
        ));
    });
    let main = decoded.package();
    match decoded {
        DecodedWasm::WitPackage(resolve, _) | DecodedWasm::Component(resolve, _) => Ok(Packages { resolve, main }),
    }
}

fn not_in_wit(source: &Source, error: &anyhow::Error) -> Failure {
    Failure::input(format!("{} has types that WIT cannot express", source.name))
        .found(reasons(error))
        .help(format!("`falkirk inspect {}` shows what is in it", source.name))
}

/// The world that a module was made for, as wit-bindgen notes it.
fn of_module(source: &Source) -> Result<Packages, Failure> {
    let decoded = metadata::decode(&source.wasm)
        .map_err(|error| Failure::input(format!("{}: {}", source.name, reasons(&error))))?;
    match decoded {
        (Some(_), bindgen) => match bindgen.resolve.worlds[bindgen.world].package {
            Some(main) => Ok(Packages { resolve: bindgen.resolve, main }),
            None => panic!("BUG: a world that is in no package"),
        },
        (None, _) => Err(Failure::input(format!("{} is a core module that says nothing about WIT", source.name))
            .wanted("a component, a WIT package, or a module with the custom section `component-type`")
            .help(format!("`falkirk inspect {}` shows what it imports and exports", source.name))),
    }
}
