//! Which module each interface becomes, and the paths between them.

use std::collections::HashMap;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use wit_parser::{InterfaceId, PackageId, Resolve, TypeDefKind, TypeId, TypeOwner, World, WorldItem, WorldKey};

use crate::names::{Scope, camel, camel_text, snake, snake_text};

/// Names that code around a type uses for something else.
const TAKEN: [&str; 6] = ["T", "U", "Ok", "Err", "Some", "None"];

/// Where something of a world stands in the bindings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// In the module where the macro is.
    Root,
    /// In the module of an interface that is imported.
    Import(InterfaceId),
    /// In the module of an interface that is exported.
    Export(InterfaceId),
}

impl Place {
    /// The interface, if it is one's module.
    pub fn interface(self) -> Option<InterfaceId> {
        match self {
            Place::Root => None,
            Place::Import(id) | Place::Export(id) => Some(id),
        }
    }
}

/// The modules of a world, and the names of the types in them.
pub struct Places {
    modules: HashMap<Place, Vec<Ident>>,
    types: HashMap<(Place, TypeId), Ident>,
}

impl Places {
    /// Those of a world.
    pub fn new(resolve: &Resolve, world: &World) -> Places {
        let mut places = Places { modules: HashMap::from([(Place::Root, Vec::new())]), types: HashMap::new() };
        // A package could have a namespace of this name.
        let mut namespaces = Scope::default();
        let exports = namespaces.take(format_ident!("exports"));
        let mut known = HashMap::new();
        for (key, id) in interfaces(&world.imports) {
            let mut path = module(resolve, key, id);
            let first = path[0].clone();
            path[0] = known.entry(first.to_string()).or_insert_with(|| namespaces.take(first)).clone();
            places.add(resolve, Place::Import(id), path);
        }
        for (key, id) in interfaces(&world.exports) {
            let path = [exports.clone()].into_iter().chain(module(resolve, key, id)).collect();
            places.add(resolve, Place::Export(id), path);
        }
        let types = world.imports.values().chain(world.exports.values()).filter_map(|item| match item {
            WorldItem::Type { id, .. } => Some(*id),
            _ => None,
        });
        let own = camel_text(&world.name);
        places.name_types(resolve, Place::Root, types.collect(), vec![own.clone(), own + "Imports"]);
        places
    }

    fn add(&mut self, resolve: &Resolve, place: Place, path: Vec<Ident>) {
        self.modules.insert(place, path);
        let types = place.interface().into_iter().flat_map(|id| resolve.interfaces[id].types.values().copied());
        let taken = if matches!(place, Place::Import(_)) { "Host" } else { "Guest" };
        self.name_types(resolve, place, types.collect(), vec![taken.to_owned()]);
    }

    /// Gives names to types; those of the traits and structs for resources are taken too.
    fn name_types(&mut self, resolve: &Resolve, place: Place, types: Vec<TypeId>, mut taken: Vec<String>) {
        let name = |id: TypeId| resolve.types[id].name.as_deref().expect("BUG: a type without name is defined");
        let prefix = if matches!(place, Place::Export(_)) { "Guest" } else { "Host" };
        let resources = types.iter().filter(|id| matches!(resolve.types[**id].kind, TypeDefKind::Resource));
        taken.extend(TAKEN.map(str::to_owned));
        taken.extend(resources.map(|id| prefix.to_owned() + &camel_text(name(*id))));
        let mut scope = Scope::with(taken);
        for id in types {
            self.types.insert((place, id), scope.take(camel(name(id))));
        }
    }

    /// The path of a place's module, from where the macro is.
    pub fn module(&self, place: Place) -> &[Ident] {
        &self.modules[&place]
    }

    /// The name of a type in its place.
    pub fn name(&self, place: Place, id: TypeId) -> &Ident {
        &self.types[&(place, id)]
    }

    /// Where a type is that something in a place names.
    pub fn owner(&self, resolve: &Resolve, from: Place, id: TypeId) -> Place {
        match resolve.types[id].owner {
            TypeOwner::Interface(interface) => {
                let export = Place::Export(interface);
                let exported = matches!(from, Place::Export(_)) && self.modules.contains_key(&export);
                if exported { export } else { Place::Import(interface) }
            }
            TypeOwner::World(_) | TypeOwner::None => Place::Root,
        }
    }

    /// The path from one place's module to another's: `super::super::` and so on, with two colons behind it.
    pub fn path(&self, from: Place, to: Place) -> TokenStream {
        if from == to {
            return TokenStream::new();
        }
        let up = self.up(from);
        let down = self.module(to);
        quote!(#up #(#down::)*)
    }

    /// The way to where the macro is.
    pub fn up(&self, from: Place) -> TokenStream {
        self.module(from).iter().map(|_| quote!(super::)).collect()
    }
}

/// The interfaces among what a world imports or exports.
pub fn interfaces<'a>(
    items: impl IntoIterator<Item = (&'a WorldKey, &'a WorldItem)>,
) -> impl Iterator<Item = (&'a WorldKey, InterfaceId)> {
    items.into_iter().filter_map(|(key, item)| match item {
        WorldItem::Interface { id, .. } => Some((key, *id)),
        _ => None,
    })
}

/// The module of an interface: `namespace::package::name`, or its name alone if the world itself defines it.
fn module(resolve: &Resolve, key: &WorldKey, id: InterfaceId) -> Vec<Ident> {
    let interface = &resolve.interfaces[id];
    match (key, interface.package, &interface.name) {
        (WorldKey::Interface(_), Some(package), Some(name)) => {
            let namespace = &resolve.packages[package].name.namespace;
            vec![snake(namespace), package_module(resolve, package), snake(name)]
        }
        (WorldKey::Name(name), ..) => vec![snake(name)],
        _ => panic!("BUG: an interface without name"),
    }
}

/// A package's module; with its version, if there are several of that name.
fn package_module(resolve: &Resolve, package: PackageId) -> Ident {
    let name = &resolve.packages[package].name;
    let same = |other: &&wit_parser::PackageName| other.namespace == name.namespace && other.name == name.name;
    match &name.version {
        Some(version) if resolve.package_names.keys().filter(same).count() > 1 => {
            let version = version.to_string().replace(|char: char| !char.is_ascii_alphanumeric(), "_");
            format_ident!("{}{}", snake_text(&name.name), version)
        }
        _ => snake(&name.name),
    }
}
