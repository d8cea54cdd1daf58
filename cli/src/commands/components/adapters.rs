//! Adapters: modules that stand between what a core module imports and what its component does, such as those that turn
//! WASI preview 1 into later versions.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use wasmparser::{ExternalKind, Parser, Payload};
use wit_component::metadata;

use super::{list, reasons};
use crate::failure::Failure;
use crate::source::{Kind, Source};

/// The name under which modules for WASI preview 1 import it.
const PREVIEW1: &str = "wasi_snapshot_preview1";

/// What a module imports: names by module.
type Imports = BTreeMap<String, BTreeSet<String>>;

/// An adapter.
pub struct Adapter {
    /// The module name of the imports that it is for.
    pub name: String,
    /// The adapter itself.
    pub source: Source,
}

/// Reads the adapters, each as `FILE` or `NAME=FILE`, and checks that they have what the module imports.
pub fn read(words: &[String], module: &Source) -> Result<Vec<Adapter>, Failure> {
    let imports = imports(module)?;
    let adapters = words.iter().map(|word| read_one(word)).collect::<Result<Vec<_>, _>>()?;
    for adapter in &adapters {
        adapter.check(&imports, module)?;
    }
    if imports.contains_key(PREVIEW1) && !adapters.iter().any(|adapter| adapter.name == PREVIEW1) {
        return Err(Failure::input(format!("{} is for WASI preview 1, which components do not import", module.name))
            .found(format!("imports from `{PREVIEW1}`"))
            .wanted("an adapter from preview 1 to interfaces, as wasmtime's releases have it")
            .help(format!("`--adapt {PREVIEW1}=FILE`")));
    }
    Ok(adapters)
}

/// What the module imports.
fn imports(source: &Source) -> Result<Imports, Failure> {
    let mut imports = Imports::new();
    for payload in Parser::new(0).parse_all(&source.wasm) {
        if let Payload::ImportSection(section) = payload.map_err(|error| broken(source, &error))? {
            for import in section.into_imports() {
                let import = import.map_err(|error| broken(source, &error))?;
                imports.entry(import.module.to_owned()).or_default().insert(import.name.to_owned());
            }
        }
    }
    Ok(imports)
}

fn broken(source: &Source, error: &wasmparser::BinaryReaderError) -> Failure {
    Failure::input(format!("{}: {error}", source.name))
}

fn read_one(word: &str) -> Result<Adapter, Failure> {
    let (name, path) = match word.split_once('=') {
        Some((name, path)) => (name.to_owned(), Path::new(path)),
        None => (name_of(Path::new(word)), Path::new(word)),
    };
    let source = Source::read(path)?;
    match source.kind {
        Kind::Module => Ok(Adapter { name, source }),
        Kind::Component => Err(Failure::input(format!("the adapter {} is a component", source.name))
            .wanted("a core module")
            .help("`falkirk compose` fills a component's imports with another component's exports")),
    }
}

/// `wasi_snapshot_preview1.command.wasm` is for `wasi_snapshot_preview1`.
fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.split('.').next().unwrap_or_default().to_owned()
}

impl Adapter {
    fn check(&self, imports: &Imports, module: &Source) -> Result<(), Failure> {
        let Some(wanted) = imports.get(&self.name) else { return self.check_of_use(imports, module) };
        let exports = self.exports()?;
        let missing: Vec<&str> = wanted.difference(&exports).map(String::as_str).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let what = format!("the adapter {} does not have all that {} imports", self.source.name, module.name);
        Err(Failure::input(what)
            .found(format!("exports {}", list(exports.iter().map(String::as_str))))
            .wanted(format!("{} from `{}`", list(missing), self.name.escape_debug()))
            .help(format!("is `{}` the name it is for? `--adapt NAME=FILE` says another", self.name.escape_debug())))
    }

    /// An adapter for imports that are not there must at least have exports for the component.
    fn check_of_use(&self, imports: &Imports, module: &Source) -> Result<(), Failure> {
        let (_, bindgen) = metadata::decode(&self.source.wasm)
            .map_err(|error| Failure::input(format!("{}: {}", self.source.name, reasons(&error))))?;
        if !bindgen.resolve.worlds[bindgen.world].exports.is_empty() {
            return Ok(());
        }
        let what = format!("{} needs no adapter for `{}`", module.name, self.name.escape_debug());
        let failure = Failure::input(what)
            .found(format!("imports from {}", list(imports.keys().map(String::as_str))))
            .wanted(format!("imports from `{}`", self.name.escape_debug()));
        Err(match imports.keys().next() {
            Some(name) => failure.help(format!("`--adapt {}={}`", name.escape_debug(), self.source.name)),
            None => failure.help("leave `--adapt` away"),
        })
    }

    /// The functions and other items that it has for the module.
    fn exports(&self) -> Result<BTreeSet<String>, Failure> {
        let mut names = BTreeSet::new();
        for payload in Parser::new(0).parse_all(&self.source.wasm) {
            if let Payload::ExportSection(section) = payload.map_err(|error| broken(&self.source, &error))? {
                for export in section {
                    let export = export.map_err(|error| broken(&self.source, &error))?;
                    if export.kind == ExternalKind::Func {
                        names.insert(export.name.to_owned());
                    }
                }
            }
        }
        Ok(names)
    }
}
