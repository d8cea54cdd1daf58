//! A WIT type's definition.

use proc_macro2::TokenStream;
use quote::quote;
use wit_parser::{Docs, Enum, Flags, Record, Type, TypeDefKind, TypeId, Variant};

use crate::names::{Scope, camel, shouty, snake};
use crate::places::Place;
use crate::types::At;
use crate::world::Bindings;

/// What the WIT says about something, or else this.
pub fn docs(docs: &Docs, otherwise: &str) -> TokenStream {
    let text = docs.contents.as_deref().unwrap_or(otherwise).trim();
    let lines = text.lines().map(|line| format!(" {line}"));
    quote!(#(#[doc = #lines])*)
}

impl Bindings<'_> {
    /// The definition of a type in its place.
    pub fn define(&self, place: Place, id: TypeId) -> TokenStream {
        let def = &self.resolve.types[id];
        let wit = def.name.as_deref().expect("BUG: a type without name is defined");
        let name = self.places.name(place, id);
        let docs = docs(&def.docs, &format!("The {} `{wit}`.", def.kind.as_str()));
        let docs = quote!(#docs #[allow(dead_code, clippy::all)]);
        if let Some(alias) = self.with.ty(place, id) {
            let up = self.places.up(place);
            return quote!(#docs pub type #name = #up #alias;);
        }
        let body = match &def.kind {
            TypeDefKind::Record(record) => {
                let fields = self.fields(place, record);
                self.derived(&quote!(record), id, &quote!(pub struct #name { #fields }))
            }
            TypeDefKind::Variant(variant) => {
                let cases = self.cases(place, variant);
                self.derived(&quote!(variant), id, &quote!(pub enum #name { #cases }))
            }
            TypeDefKind::Enum(cases) => {
                let cases = bare_cases(cases);
                self.derived(&quote!(enum), id, &quote!(pub enum #name { #cases }))
            }
            TypeDefKind::Flags(flags) => return self.flags(&docs, name, flags),
            TypeDefKind::Resource => quote!(#[derive(Debug)] pub enum #name {}),
            TypeDefKind::Type(Type::Id(other)) if self.is_resource(*other) => {
                let path = self.value(At::definition(place), Type::Id(*other));
                quote!(pub type #name = #path;)
            }
            _ => {
                let ty = self.aliased(At::definition(place), id);
                quote!(pub type #name = #ty;)
            }
        };
        let error = if self.errors.contains(&(place, id)) { self.error(place, id) } else { TokenStream::new() };
        quote!(#docs #body #error)
    }

    fn is_resource(&self, id: TypeId) -> bool {
        match self.resolve.types[id].kind {
            TypeDefKind::Resource => true,
            TypeDefKind::Type(Type::Id(other)) => self.is_resource(other),
            _ => false,
        }
    }

    /// A struct or enum with all that is derived for it.
    fn derived(&self, kind: &TokenStream, id: TypeId, item: &TokenStream) -> TokenStream {
        let component = &self.component;
        let ty = Type::Id(id);
        let clone = (!self.has_own(ty)).then(|| quote!(Clone, PartialEq,));
        let copy = self.is_copy(ty).then(|| quote!(Copy,));
        let eq = self.is_eq(ty).then(|| quote!(Eq,));
        let more = &self.derives;
        quote! {
            #[derive(Debug, #clone #copy #eq #(#more,)*)]
            #[derive(#component::ComponentType, #component::Lift, #component::Lower)]
            #[component(#kind, crate = #component::abi)]
            #item
        }
    }

    fn fields(&self, place: Place, record: &Record) -> TokenStream {
        let mut scope = Scope::default();
        let fields = record.fields.iter().map(|field| {
            let (wit, ident) = (&field.name, scope.take(snake(&field.name)));
            let ty = self.value(At::definition(place), field.ty);
            let docs = docs(&field.docs, &format!("The field `{wit}`."));
            quote!(#docs #[component(name = #wit)] pub #ident: #ty,)
        });
        fields.collect()
    }

    fn cases(&self, place: Place, variant: &Variant) -> TokenStream {
        let mut scope = Scope::default();
        let cases = variant.cases.iter().map(|case| {
            let (wit, ident) = (&case.name, scope.take(camel(&case.name)));
            let payload = case.ty.map(|ty| self.value(At::definition(place), ty)).map(|ty| quote!((#ty)));
            let docs = docs(&case.docs, &format!("The case `{wit}`."));
            quote!(#docs #[component(name = #wit)] #ident #payload,)
        });
        cases.collect()
    }

    fn flags(&self, docs: &TokenStream, name: &proc_macro2::Ident, flags: &Flags) -> TokenStream {
        let component = &self.component;
        let mut scope = Scope::default();
        let constants = flags.flags.iter().map(|flag| {
            let (wit, ident) = (&flag.name, scope.take(shouty(&flag.name)));
            let docs = flag.docs.contents.as_ref().map(|_| self::docs(&flag.docs, ""));
            quote!(#docs #[component(name = #wit)] const #ident;)
        });
        quote!(#component::flags! { #docs #[component(crate = #component::abi)] pub #name { #(#constants)* } })
    }

    /// What functions fail with is an error in Rust too.
    fn error(&self, place: Place, id: TypeId) -> TokenStream {
        let name = self.places.name(place, id);
        let display = match &self.resolve.types[id].kind {
            TypeDefKind::Enum(cases) => {
                let mut scope = Scope::default();
                let arms = cases.cases.iter().map(|case| {
                    let (wit, ident) = (&case.name, scope.take(camel(&case.name)));
                    quote!(Self::#ident => #wit,)
                });
                quote!(f.write_str(match self { #(#arms)* }))
            }
            _ => quote!(::core::fmt::Debug::fmt(self, f)),
        };
        quote! {
            impl ::core::fmt::Display for #name {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    #display
                }
            }

            impl ::core::error::Error for #name {}
        }
    }
}

fn bare_cases(cases: &Enum) -> TokenStream {
    let mut scope = Scope::default();
    let cases = cases.cases.iter().map(|case| {
        let (wit, ident) = (&case.name, scope.take(camel(&case.name)));
        let docs = docs(&case.docs, &format!("The case `{wit}`."));
        quote!(#docs #[component(name = #wit)] #ident,)
    });
    cases.collect()
}
