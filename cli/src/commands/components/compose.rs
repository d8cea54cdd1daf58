//! `falkirk compose`: components whose exports fill another component's imports, as one component.

use std::collections::BTreeMap;

use wac_graph::types::{ItemKind, Package, SubtypeChecker, World, are_semver_compatible};
use wac_graph::{CompositionGraph, EncodeOptions, NodeId, PackageId};
use wit_component::DecodedWasm;

use super::{list, reasons, validate};
use crate::failure::Failure;
use crate::options::Compose;
use crate::source::Source;
use crate::versions::{base, track};
use crate::whole_file;

/// A component in the graph.
struct Part {
    /// The file's name.
    name: String,
    package: PackageId,
}

/// An export that fills an import.
struct Fit {
    export: String,
    import: String,
}

/// The imports that are filled, and by which plug.
type Filled = BTreeMap<String, String>;

/// Composes the components and writes the result.
pub fn run(command: &Compose) -> Result<(), Failure> {
    let mut graph = CompositionGraph::new();
    let socket = register(&mut graph, &Source::read(&command.socket)?, "socket")?;
    let mut plugs = Vec::new();
    for (index, path) in command.plug.iter().enumerate() {
        plugs.push(register(&mut graph, &Source::read(path)?, &format!("plug{index}"))?);
    }
    let instance = graph.instantiate(socket.package);
    let mut filled = Filled::new();
    for plug in &plugs {
        let fits = fits(&graph, &socket, plug, &mut filled)?;
        connect(&mut graph, plug, instance, &fits).map_err(|error| cannot(&socket, &error))?;
    }
    let component = finish(&mut graph, &socket, instance).map_err(|error| cannot(&socket, &error))?;
    whole_file::write(&command.output, &component)
}

fn cannot(socket: &Part, error: &anyhow::Error) -> Failure {
    Failure::input(format!("{} cannot be composed with these plugs", socket.name)).found(reasons(error))
}

/// Reads a component's types into the graph.
fn register(graph: &mut CompositionGraph, source: &Source, key: &str) -> Result<Part, Failure> {
    let invalid = |error: anyhow::Error| Failure::input(format!("{}: {}", source.name, reasons(&error)));
    let bytes = source.component()?;
    validate(source)?;
    if let Ok(DecodedWasm::WitPackage(..)) = wit_component::decode(bytes) {
        return Err(Failure::input(format!("{} is a WIT package: it has types and nothing that runs", source.name))
            .wanted("a component")
            .help(format!("`falkirk wit {}` prints it", source.name)));
    }
    let package = Package::from_bytes(key, None, bytes, graph.types_mut()).map_err(invalid)?;
    let package = graph.register_package(package).map_err(|error| invalid(error.into()))?;
    Ok(Part { name: source.name.clone(), package })
}

/// Which exports of the plug fill which imports of the socket; at least one does.
fn fits(graph: &CompositionGraph, socket: &Part, plug: &Part, filled: &mut Filled) -> Result<Vec<Fit>, Failure> {
    let (socket_type, plug_type) = (world(graph, socket), world(graph, plug));
    let mut fits = Vec::new();
    for (export, found) in &plug_type.exports {
        let Some((import, wanted)) = find(socket_type, export) else { continue };
        let mut known = Default::default();
        let mut checker = SubtypeChecker::new(&mut known);
        if let Err(error) = checker.is_subtype(*found, graph.types(), *wanted, graph.types()) {
            return Err(other_type((plug, export), (socket, import), &error));
        }
        if let Some(other) = filled.insert(import.clone(), plug.name.clone()) {
            return Err(filled_twice(import, &other, plug));
        }
        fits.push(Fit { export: export.clone(), import: import.clone() });
    }
    match fits.is_empty() {
        true => Err(unplugged((socket, socket_type), (plug, plug_type))),
        false => Ok(fits),
    }
}

fn world<'a>(graph: &'a CompositionGraph, part: &Part) -> &'a World {
    &graph.types()[graph[part.package].ty()]
}

/// The import of this name, or else of a version on the same track.
fn find<'a>(socket: &'a World, export: &str) -> Option<(&'a String, &'a ItemKind)> {
    let exact = socket.imports.get_key_value(export);
    exact.or_else(|| socket.imports.iter().find(|(import, _)| are_semver_compatible(export, import)))
}

/// Instantiates the plug, and fills the socket's imports with its exports.
fn connect(graph: &mut CompositionGraph, plug: &Part, socket: NodeId, fits: &[Fit]) -> anyhow::Result<()> {
    let instance = graph.instantiate(plug.package);
    for fit in fits {
        let export = graph.alias_instance_export(instance, &fit.export)?;
        graph.set_instantiation_argument(socket, &fit.import, export)?;
    }
    Ok(())
}

/// Exports what the socket does, and gives the component's binary.
fn finish(graph: &mut CompositionGraph, socket: &Part, instance: NodeId) -> anyhow::Result<Vec<u8>> {
    let names: Vec<String> = world(graph, socket).exports.keys().cloned().collect();
    for name in names {
        let export = graph.alias_instance_export(instance, &name)?;
        graph.export(export, &name)?;
    }
    Ok(graph.encode(EncodeOptions::default())?)
}

/// The names fit, and the types do not.
fn other_type((plug, export): (&Part, &str), (socket, import): (&Part, &str), error: &anyhow::Error) -> Failure {
    Failure::input(format!("`{export}` of {} does not fit `{import}` of {}", plug.name, socket.name))
        .found(reasons(error))
        .help(format!("compare `falkirk wit {}` with `falkirk wit {}`", plug.name, socket.name))
}

fn filled_twice(import: &str, first: &str, second: &Part) -> Failure {
    Failure::input(format!("two plugs fill `{import}`"))
        .found(format!("{first} and {}", second.name))
        .wanted("one plug for each import")
}

/// No export of the plug has the name of an import.
fn unplugged((socket, wanted): (&Part, &World), (plug, found): (&Part, &World)) -> Failure {
    let imports = wanted.imports.keys().map(String::as_str);
    if imports.len() == 0 {
        return Failure::input(format!("{} imports nothing, so nothing can be plugged in", socket.name))
            .help(format!("the other way round? `falkirk compose {} --plug {} -o OUT`", plug.name, socket.name));
    }
    let exports = || found.exports.keys().map(String::as_str);
    let other_track = exports().find_map(|export| {
        let import = imports.clone().find(|import| base(import) == base(export))?;
        Some((export, import))
    });
    match other_track {
        Some((export, import)) => {
            Failure::input(format!("{} has another version than {} needs", plug.name, socket.name))
                .found(format!("`{export}` ({})", track(export)))
                .wanted(format!("`{import}` ({})", track(import)))
                .help(format!(
                    "a build of {} for {}, or of {} for {}",
                    plug.name,
                    track(import),
                    socket.name,
                    track(export)
                ))
        }
        None => Failure::input(format!("{} has nothing that {} imports", plug.name, socket.name))
            .found(format!("exports {}", list(exports())))
            .wanted(format!("one of {}", list(imports)))
            .help(format!("`falkirk wit {}` shows what it needs", socket.name)),
    }
}
