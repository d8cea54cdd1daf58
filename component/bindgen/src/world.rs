//! Everything together: the struct for a world, and the modules of its interfaces.

use std::collections::{BTreeMap, HashSet};

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::Path;
use wit_parser::{Function, Resolve, Type, TypeDefKind, TypeId, World, WorldItem, WorldKey};

use crate::define::docs;
use crate::exports::Calls;
use crate::imports::Host;
use crate::names::{Scope, camel, camel_text, snake_text};
use crate::options::Options;
use crate::places::{Place, Places, interfaces};
use crate::source::Source;
use crate::trappable;
use crate::with::With;

/// What the bindings of a world are made from.
pub struct Bindings<'a> {
    /// The packages.
    pub resolve: &'a Resolve,
    /// Where everything goes.
    pub places: Places,
    /// What is replaced.
    pub with: With,
    /// The path of `falkirk`.
    pub krate: TokenStream,
    /// The path of `falkirk::component`.
    pub component: TokenStream,
    /// What else types derive.
    pub derives: &'a [Path],
    /// The types that functions fail with, by where they are defined.
    pub errors: HashSet<(Place, TypeId)>,
    /// Which functions of the host may fail.
    pub trappable: Vec<(Place, &'a str)>,
    world: &'a World,
}

/// The bindings of a world.
pub fn expand(source: &Source, options: &Options) -> syn::Result<TokenStream> {
    let bindings = Bindings::new(source, options)?;
    let files = source.files.iter().map(|file| {
        let file = file.to_string_lossy();
        quote!(
            const _: &[u8] = ::core::include_bytes!(#file);
        )
    });
    let bindings = bindings.expand();
    Ok(quote!(#bindings #(#files)*))
}

impl<'a> Bindings<'a> {
    fn new(source: &'a Source, options: &'a Options) -> syn::Result<Bindings<'a>> {
        let (resolve, world) = (&source.resolve, &source.resolve.worlds[source.world]);
        let krate = options.krate.as_ref().map_or_else(|| quote!(::falkirk), |path| quote!(#path));
        let mut bindings = Bindings {
            resolve,
            places: Places::new(resolve, world),
            with: With::new(resolve, world, &options.with)?,
            component: quote!(#krate::component),
            krate,
            derives: &options.derives,
            errors: HashSet::new(),
            trappable: trappable::functions(resolve, world, &options.trappable)?,
            world,
        };
        bindings.errors = bindings.errors();
        Ok(bindings)
    }

    /// Everything that the macro becomes, but for what tracks files.
    fn expand(&self) -> TokenStream {
        let mut modules = Modules::default();
        for (key, id) in interfaces(&self.world.imports) {
            let place = Place::Import(id);
            if self.with.interface(place).is_none() {
                modules.add(self.places.module(place), self.import_module(place, key));
            }
        }
        for (key, id) in interfaces(&self.world.exports) {
            let place = Place::Export(id);
            modules.add(self.places.module(place), self.export_module(place, key));
        }
        let modules = modules.expand();
        let types = self.types(Place::Root).into_iter().map(|id| {
            let definition = self.define(Place::Root, id);
            quote!(#definition)
        });
        let host = self.root_host();
        let traits = host.as_ref().map(|host| &host.traits);
        let aliases = &self.with.aliases;
        let root = self.root(host.as_ref());
        quote!(#aliases #(#types)* #traits #root #modules)
    }

    /// The module of an interface that is imported.
    fn import_module(&self, place: Place, key: &WorldKey) -> TokenStream {
        let wit = self.resolve.name_world_key(key);
        let types = self.types(place);
        let definitions = types.iter().map(|id| self.define(place, *id));
        let title = format!(" What the host does for the interface `{wit}`.");
        let host = self.host(place, format_ident!("Host"), &title, &self.functions(place), &types);
        let host = host.map(|Host { traits, define, .. }| {
            let (krate, component) = (&self.krate, &self.component);
            let doc =
                format!(" Puts the interface `{wit}` into a linker. `get` finds who provides it, in a store's data.");
            quote! {
                #traits

                #[doc = #doc]
                ///
                /// # Errors
                ///
                /// Something of it is defined already.
                pub fn add_to_linker<T, U>(
                    linker: &mut #component::Linker<T>,
                    get: impl Fn(&mut T) -> &mut U + Copy + Send + Sync + 'static,
                ) -> #krate::Result<()>
                where
                    T: 'static,
                    U: Host + ?Sized + 'static,
                {
                    let mut instance = linker.instance(#wit)?;
                    #define
                    ::core::result::Result::Ok(())
                }
            }
        });
        quote!(#(#definitions)* #host)
    }

    /// The module of an interface that is exported.
    fn export_module(&self, place: Place, key: &WorldKey) -> TokenStream {
        let types = self.types(place);
        let definitions = types.iter().map(|id| self.define(place, *id));
        let is_resource = |id: &TypeId| matches!(self.resolve.types[*id].kind, TypeDefKind::Resource);
        let resources: Vec<TypeId> = types.iter().copied().filter(is_resource).collect();
        let guest = self.guest(place, &self.resolve.name_world_key(key), &self.functions(place), &resources);
        quote!(#(#definitions)* #guest)
    }

    fn root_host(&self) -> Option<Host> {
        let name = format_ident!("{}Imports", camel_text(&self.world.name));
        let title = format!(" What the host does for the world `{}` itself.", self.world.name);
        self.host(Place::Root, name, &title, &self.functions(Place::Root), &self.types(Place::Root))
    }

    /// The struct for the world.
    fn root(&self, host: Option<&Host>) -> TokenStream {
        let (krate, component) = (&self.krate, &self.component);
        let name = camel(&self.world.name);
        let exported = self.world.exports.values().filter_map(function).collect::<Vec<_>>();
        let mut calls = self.calls(Place::Root, &exported, None);
        let mut scope = Scope::with(["new", "instantiate", "add_to_linker"]);
        for (number, (key, id)) in interfaces(&self.world.exports).enumerate() {
            let (path, wit) = (self.places.module(Place::Export(id)), self.resolve.name_world_key(key));
            let field = format_ident!("interface{number}");
            let accessor = scope.take(accessor(&path[1..]));
            let doc = format!(" The interface `{wit}`.");
            calls.fields.extend(quote!(#field: #(#path::)*Guest,));
            calls.values.push(quote!(#(#path::)*Guest::new(&instance.interface(#wit)?)?));
            calls.methods.extend(quote!(#[doc = #doc] pub fn #accessor(&self) -> &#(#path::)*Guest { &self.#field }));
            calls.names.push(field);
        }
        let Calls { fields, names, values, methods } = calls;
        let docs = docs(&self.world.docs, &format!("The world `{}`: an instance of a component.", self.world.name));
        let add_to_linker = self.add_to_linker(host);
        quote! {
            #docs
            #[derive(Clone, Debug)]
            #[allow(dead_code)]
            pub struct #name { #fields }

            #[allow(clippy::all, dead_code)]
            impl #name {
                /// An instance's exports, with their types.
                ///
                /// # Errors
                ///
                /// An export is not there, or of another type.
                pub fn new(instance: &#component::Instance) -> #krate::Result<Self> {
                    ::core::result::Result::Ok(Self { #(#names: #values,)* })
                }

                /// Instantiates a component of this world.
                ///
                /// # Errors
                ///
                /// - An import or export is missing, or of another type;
                /// - whatever stops the component's start.
                pub fn instantiate<T: 'static>(
                    store: impl #krate::AsContextMut<Data = T>,
                    component: &#component::Component,
                    linker: &#component::Linker<T>,
                ) -> #krate::Result<Self> {
                    Self::new(&linker.instantiate(store, component)?)
                }

                #add_to_linker

                #methods
            }
        }
    }

    /// The method that defines all that the world imports, if it does.
    fn add_to_linker(&self, host: Option<&Host>) -> Option<TokenStream> {
        let (krate, component) = (&self.krate, &self.component);
        let mut bounds = Vec::new();
        let mut statements = TokenStream::new();
        if let Some(Host { name, define, .. }) = host {
            bounds.push(quote!(#name));
            statements.extend(quote!({ let mut instance = linker.root(); #define }));
        }
        for (_, id) in interfaces(&self.world.imports) {
            let place = Place::Import(id);
            if self.with.interface(place).is_some() {
                continue;
            }
            // Types alone need no definition.
            if !self.functions(place).is_empty() || self.has_resources(place) {
                let path = self.places.module(place);
                bounds.push(quote!(#(#path::)*Host));
                statements.extend(quote!(#(#path::)*add_to_linker::<T, U>(linker, get)?;));
            }
        }
        if bounds.is_empty() {
            return None;
        }
        Some(quote! {
            /// Puts all that the world imports into a linker. `get` finds who provides it, in a store's data.
            ///
            /// # Errors
            ///
            /// Something of it is defined already.
            pub fn add_to_linker<T, U>(
                linker: &mut #component::Linker<T>,
                get: impl Fn(&mut T) -> &mut U + Copy + Send + Sync + 'static,
            ) -> #krate::Result<()>
            where
                T: 'static,
                U: #(#bounds)+* + ?Sized + 'static,
            {
                #statements
                ::core::result::Result::Ok(())
            }
        })
    }

    fn has_resources(&self, place: Place) -> bool {
        self.types(place).iter().any(|id| matches!(self.resolve.types[*id].kind, TypeDefKind::Resource))
    }

    /// The types that are defined in a place.
    fn types(&self, place: Place) -> Vec<TypeId> {
        match place.interface() {
            Some(id) => self.resolve.interfaces[id].types.values().copied().collect(),
            None => self.world.imports.values().chain(self.world.exports.values()).filter_map(ty).collect(),
        }
    }

    /// The functions of an interface, or those that the world itself imports.
    fn functions(&self, place: Place) -> Vec<&'a Function> {
        match place.interface() {
            Some(id) => self.resolve.interfaces[id].functions.values().collect(),
            None => self.world.imports.values().filter_map(function).collect(),
        }
    }

    /// The types that functions fail with.
    fn errors(&self) -> HashSet<(Place, TypeId)> {
        let root = self.world.imports.values().chain(self.world.exports.values());
        let root = root.filter_map(function).map(|func| (Place::Root, func));
        let imports = interfaces(&self.world.imports).map(|(_, id)| Place::Import(id));
        let exports = interfaces(&self.world.exports).map(|(_, id)| Place::Export(id));
        let inside = imports.chain(exports).flat_map(|place| {
            let functions = self.functions(place);
            functions.into_iter().map(move |func| (place, func))
        });
        root.chain(inside).filter_map(|(place, func)| self.error_of(place, func)).collect()
    }

    /// The record, variant or enum that a function fails with.
    fn error_of(&self, place: Place, func: &Function) -> Option<(Place, TypeId)> {
        let Some(Type::Id(id)) = func.result else { return None };
        let (place, id) = self.resource(place, id);
        let TypeDefKind::Result(result) = &self.resolve.types[id].kind else { return None };
        let Some(Type::Id(id)) = result.err else { return None };
        let (owner, id) = self.resource(place, id);
        use TypeDefKind::{Enum, Record, Variant};
        matches!(self.resolve.types[id].kind, Record(_) | Variant(_) | Enum(_)).then_some((owner, id))
    }
}

fn function(item: &WorldItem) -> Option<&Function> {
    if let WorldItem::Function(func) = item { Some(func) } else { None }
}

fn ty(item: &WorldItem) -> Option<TypeId> {
    if let WorldItem::Type { id, .. } = item { Some(*id) } else { None }
}

/// The method that leads to an interface.
fn accessor(path: &[Ident]) -> Ident {
    match path {
        [name] => name.clone(),
        path => {
            let names: Vec<String> =
                path.iter().map(|name| snake_text(name.to_string().trim_start_matches("r#"))).collect();
            format_ident!("{}", names.join("_"))
        }
    }
}

/// Modules inside modules.
#[derive(Default)]
struct Modules {
    inside: BTreeMap<Ident, Modules>,
    items: TokenStream,
}

impl Modules {
    fn add(&mut self, path: &[Ident], items: TokenStream) {
        match path.split_first() {
            None => self.items.extend(items),
            Some((first, rest)) => self.inside.entry(first.clone()).or_default().add(rest, items),
        }
    }

    fn expand(&self) -> TokenStream {
        let modules = self.inside.iter().map(|(name, modules)| {
            let (items, inside) = (&modules.items, modules.expand());
            quote!(#[allow(clippy::all, dead_code, missing_docs, unused_imports)] pub mod #name { #items #inside })
        });
        modules.collect()
    }
}
