//! What the option `with` replaces: a type of the world by one of the user's, or an interface by a module.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{Error, LitStr, Result, Type};
use wit_parser::{InterfaceId, Resolve, TypeDefKind, TypeId, World, WorldItem, WorldKey};

use crate::places::{Place, interfaces};

/// The replacements, by what they replace.
#[derive(Default)]
pub struct With {
    interfaces: HashMap<InterfaceId, Ident>,
    types: HashMap<(Place, TypeId), Ident>,
    /// The types that are replaced somewhere.
    replaced: HashSet<TypeId>,
    /// Names for the replacements, in the module where the macro is.
    pub aliases: TokenStream,
}

/// What a name stands for.
enum Target {
    Interface(InterfaceId),
    Type(Place, TypeId),
}

impl With {
    /// Finds what each of the option's names stands for.
    pub fn new(resolve: &Resolve, world: &World, option: &[(LitStr, Type)]) -> Result<With> {
        let targets = targets(resolve, world);
        let mut with = With::default();
        let mut resources = HashMap::new();
        for (number, (name, ty)) in option.iter().enumerate() {
            let alias = format_ident!("__with{number}");
            let Some((_, target)) = targets.iter().find(|(names, _)| names.contains(&name.value())) else {
                return Err(Error::new(name.span(), unknown(&name.value(), &targets)));
            };
            match *target {
                Target::Interface(id) => {
                    if !matches!(ty, Type::Path(path) if is_module(path)) {
                        return Err(Error::new_spanned(ty, "an interface is replaced by a module: write its path"));
                    }
                    with.aliases.extend(quote!(use #ty as #alias;));
                    with.interfaces.insert(id, alias);
                }
                Target::Type(place, id) => {
                    if matches!(resolve.types[id].kind, TypeDefKind::Resource) {
                        distinct(&mut resources, name, ty)?;
                    }
                    with.aliases.extend(quote!(#[allow(non_camel_case_types)] type #alias = #ty;));
                    with.types.insert((place, id), alias);
                    with.replaced.insert(id);
                }
            }
        }
        Ok(with)
    }

    /// The module that stands for an interface that is imported.
    pub fn interface(&self, place: Place) -> Option<&Ident> {
        match place {
            Place::Import(id) => self.interfaces.get(&id),
            _ => None,
        }
    }

    /// What stands for a type.
    pub fn ty(&self, place: Place, id: TypeId) -> Option<&Ident> {
        self.types.get(&(place, id))
    }

    /// Whether something stands for a type, of which we know nothing.
    pub fn replaces(&self, id: TypeId) -> bool {
        self.replaced.contains(&id)
    }
}

/// Whether this can be a module: there are no generics in it.
fn is_module(path: &syn::TypePath) -> bool {
    path.qself.is_none() && path.path.segments.iter().all(|segment| segment.arguments.is_empty())
}

/// A Rust type can be one resource only: two would be the same to a guest, and share a destructor.
fn distinct(resources: &mut HashMap<String, String>, name: &LitStr, ty: &Type) -> Result<()> {
    match resources.insert(quote!(#ty).to_string(), name.value()) {
        None => Ok(()),
        Some(other) => {
            let message = format!("this Rust type stands for the resource `{other}` already: use another one");
            Err(Error::new_spanned(ty, message))
        }
    }
}

/// All that can be replaced, by its names. The last one is the one to show.
fn targets(resolve: &Resolve, world: &World) -> Vec<(Vec<String>, Target)> {
    let mut targets = Vec::new();
    for (key, id) in interfaces(&world.imports) {
        let names = interface_names(resolve, key, id);
        for (ty, type_id) in &resolve.interfaces[id].types {
            let both = [".", "/"].iter().flat_map(|separator| names.iter().map(move |name| (name, separator)));
            let names = both.map(|(name, separator)| format!("{name}{separator}{ty}")).collect();
            targets.push((names, Target::Type(Place::Import(id), *type_id)));
        }
        targets.push((names, Target::Interface(id)));
    }
    for (key, item) in &world.imports {
        if let (WorldKey::Name(name), WorldItem::Type { id, .. }) = (key, item) {
            targets.push((vec![name.clone()], Target::Type(Place::Root, *id)));
        }
    }
    targets
}

/// What an interface may be called: with its version, or without.
pub fn interface_names(resolve: &Resolve, key: &WorldKey, id: InterfaceId) -> Vec<String> {
    let full = resolve.name_world_key(key);
    let interface = &resolve.interfaces[id];
    let bare = full.split('@').next().unwrap_or(&full).to_owned();
    let versions = |bare: &str| {
        let all = resolve.interfaces.iter().filter_map(|(id, _)| resolve.id_of(id));
        all.filter(|other| other.split('@').next() == Some(bare)).count()
    };
    match interface.package {
        Some(_) if bare != full && versions(&bare) == 1 => vec![full, bare],
        _ => vec![full],
    }
}

fn unknown(name: &str, targets: &[(Vec<String>, Target)]) -> String {
    let names: Vec<String> = targets.iter().filter_map(|(names, _)| Some(format!("`{}`", names.last()?))).collect();
    match names.is_empty() {
        true => format!("the world imports nothing called `{name}`: it imports no types and no interfaces"),
        false => format!("the world imports nothing called `{name}`: there is {}", names.join(", ")),
    }
}
