//! Traits for what the host provides, and the functions that put them into a linker.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use wit_parser::{Function, TypeDefKind, TypeId};

use crate::define::docs;
use crate::func::Func;
use crate::names::camel_text;
use crate::places::Place;
use crate::world::Bindings;

/// What a place imports.
pub struct Host {
    /// The trait that has all of it.
    pub name: Ident,
    /// All traits.
    pub traits: TokenStream,
    /// Statements that define it in `instance`, for a `get` and a `U`.
    pub define: TokenStream,
}

impl Bindings<'_> {
    /// The traits of a place, if the host has anything to do for it.
    pub fn host(
        &self,
        place: Place,
        name: Ident,
        title: &str,
        functions: &[&Function],
        types: &[TypeId],
    ) -> Option<Host> {
        let is_resource = |id: &&TypeId| matches!(self.resolve.types[**id].kind, TypeDefKind::Resource);
        let resources: Vec<TypeId> = types.iter().filter(is_resource).copied().collect();
        if functions.is_empty() && resources.is_empty() {
            return None;
        }
        let free = Func::all(functions, None, &[]);
        let (mut traits, mut define, mut supers) = (TokenStream::new(), TokenStream::new(), Vec::new());
        for id in resources {
            let (bound, traits_of, define_of) = self.host_resource(place, id, functions);
            supers.push(bound);
            traits.extend(traits_of);
            define.extend(define_of);
        }
        let methods: TokenStream = free.iter().map(|func| self.host_method(place, func)).collect();
        define.extend(free.iter().map(|func| self.host_closure(place, &name, func)));
        let supers = (!supers.is_empty()).then(|| quote!(: #(#supers)+*));
        traits.extend(quote!(#[doc = #title] #[allow(dead_code, clippy::all)] pub trait #name #supers { #methods }));
        Some(Host { name, traits, define })
    }

    /// The trait for a resource: its name, itself, and the statements that define what is in it.
    fn host_resource(&self, place: Place, id: TypeId, functions: &[&Function]) -> (Ident, TokenStream, TokenStream) {
        let wit = self.resolve.types[id].name.as_deref().expect("BUG: a resource without name");
        let (component, krate) = (&self.component, &self.krate);
        let (ty, name) = (self.places.name(place, id), format_ident!("Host{}", camel_text(wit)));
        let funcs = Func::all(functions, Some(id), &["drop"]);
        let methods: TokenStream = funcs.iter().map(|func| self.host_method(place, func)).collect();
        let closures: TokenStream = funcs.iter().map(|func| self.host_closure(place, &name, func)).collect();
        let title = format!(" What the host does for the resource `{wit}`.");
        let traits = quote! {
            #[doc = #title]
            #[allow(dead_code, clippy::all)]
            pub trait #name {
                #methods

                /// The guest has dropped the resource: nobody has a handle of it any more.
                fn drop(&mut self, resource: #component::Resource<#ty>) -> #krate::Result<()>;
            }
        };
        let define = quote! {
            instance.resource(#wit, #component::HostResource::of::<#ty>(), move |mut store, rep| {
                <U as #name>::drop(get(store.data_mut()), #component::Resource::new(rep))
            })?;
            #closures
        };
        (name, traits, define)
    }

    /// A function of the host's trait.
    fn host_method(&self, place: Place, func: &Func<'_>) -> TokenStream {
        let Func { wit, name, params } = func;
        let docs = docs(&wit.docs, &func.title());
        let types = self.values(place, func);
        let (mut result, _) = self.result(place, func);
        if self.trappable.contains(&(place, wit.name.as_str())) {
            let krate = &self.krate;
            result = quote!(#krate::Result<#result>);
        }
        quote!(#docs fn #name(&mut self, #(#params: #types),*) -> #result;)
    }

    /// The statement that defines a function of the host in `instance`.
    fn host_closure(&self, place: Place, host: &Ident, func: &Func<'_>) -> TokenStream {
        let Func { wit, name, params } = func;
        let (krate, wit_name) = (&self.krate, &wit.name);
        let types = self.values(place, func);
        let (_, ty) = self.result(place, func);
        let question = self.trappable.contains(&(place, wit.name.as_str())).then(|| quote!(?));
        let result = if wit.result.is_some() { quote!((result,)) } else { quote!(result) };
        quote! {
            instance.func_wrap(
                #wit_name,
                move |mut store: #krate::StoreContextMut<'_, T>, (#(#params,)*): (#(#types,)*)| -> #krate::Result<#ty> {
                    let host: &mut U = get(store.data_mut());
                    let result = <U as #host>::#name(host, #(#params),*) #question;
                    ::core::result::Result::Ok(#result)
                },
            )?;
        }
    }
}
