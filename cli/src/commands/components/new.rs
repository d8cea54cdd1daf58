//! `falkirk component new`: a component of a core module.

use std::path::Path;

use wit_component::{ComponentEncoder, embed_component_metadata, metadata};
use wit_parser::WorldId;

use super::adapters::{self, Adapter};
use super::wit::{self, Packages};
use super::{list, reasons};
use crate::failure::Failure;
use crate::options::New;
use crate::source::{Kind, Source};
use crate::whole_file;

/// Makes the component and writes it.
pub fn run(command: &New) -> Result<(), Failure> {
    let source = Source::read(&command.module)?;
    let mut module = core_module(&source)?.to_vec();
    let adapters = adapters::read(&command.adapt, &source)?;
    match &command.wit {
        Some(path) => embed(command, path, &mut module)?,
        None if adapters.is_empty() => check_metadata(&source)?,
        None => {}
    }
    let component = wrap(&module, &adapters).map_err(|error| unwrappable(command, &source, &error))?;
    whole_file::write(&command.output, &component)
}

fn core_module(source: &Source) -> Result<&[u8], Failure> {
    match source.kind {
        Kind::Module => Ok(&source.wasm),
        Kind::Component => Err(Failure::input(format!("{} is a component already", source.name))
            .wanted("a core module")
            .help(format!("`falkirk wit {}` shows its types", source.name))),
    }
}

/// Notes the world in the module, as wit-bindgen would have.
fn embed(command: &New, path: &Path, module: &mut Vec<u8>) -> Result<(), Failure> {
    let packages = wit::parse(path)?;
    let world = choose(&packages, path, command.world.as_deref())?;
    let encoding = command.string_encoding.unwrap_or_default();
    embed_component_metadata(module, &packages.resolve, world, encoding, false)
        .map_err(|error| Failure::input(format!("{}: {}", path.display(), reasons(&error))))
}

fn choose(packages: &Packages, path: &Path, wanted: Option<&str>) -> Result<WorldId, Failure> {
    let failure = match packages.resolve.select_world(&[packages.main], wanted) {
        Ok(world) => return Ok(world),
        Err(_) => match wanted {
            Some(wanted) => Failure::input(format!("{} has no world `{wanted}`", path.display())),
            None => Failure::input(format!("which world of {}?", path.display())),
        },
    };
    let worlds = &packages.resolve.packages[packages.main].worlds;
    let names = || worlds.keys().map(String::as_str);
    let failure = failure.found(match names().count() {
        0 => "no world at all".to_owned(),
        1 => format!("the world {}", list(names())),
        _ => format!("the worlds {}", list(names())),
    });
    Err(match names().min_by_key(|name| strsim::damerau_levenshtein(name, wanted.unwrap_or_default())) {
        Some(near) => failure.help(format!("`--world {near}`")),
        None => failure.wanted("a package with a world: what the module imports and exports"),
    })
}

/// Without `--wit`, the module itself says which world it is for.
fn check_metadata(source: &Source) -> Result<(), Failure> {
    let failed = |error| Failure::input(format!("{}: {}", source.name, reasons(&error)));
    match metadata::decode(&source.wasm).map_err(failed)? {
        (Some(_), _) => Ok(()),
        (None, _) => Err(Failure::input(format!("{} does not say which world it is for", source.name))
            .found("no custom section `component-type`, which wit-bindgen would have left")
            .wanted("a world in WIT")
            .help(format!("`falkirk component new {} --wit DIR --world WORLD -o OUT`", source.name))),
    }
}

fn wrap(module: &[u8], adapters: &[Adapter]) -> anyhow::Result<Vec<u8>> {
    let mut encoder = ComponentEncoder::default();
    encoder.validate(true).module(module)?;
    for adapter in adapters {
        encoder.adapter(&adapter.name, &adapter.source.wasm)?;
    }
    encoder.encode()
}

/// The module does not fit its world, and the library says where.
fn unwrappable(command: &New, source: &Source, error: &anyhow::Error) -> Failure {
    let failure = Failure::input(format!("{} does not fit its world", source.name)).found(reasons(error));
    let failure = failure.help(format!("`falkirk inspect {}` shows what it imports and exports", source.name));
    match &command.wit {
        Some(path) => failure.help(format!("`falkirk wit {}` shows what the world wants", path.display())),
        None => failure.help(format!("`falkirk wit {}` shows what the world wants", source.name)),
    }
}
