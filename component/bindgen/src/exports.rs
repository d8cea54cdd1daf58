//! Structs with calls of what the guest exports.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use wit_parser::{Function, TypeId};

use crate::define::docs;
use crate::func::Func;
use crate::names::{Scope, camel_text, snake, snake_text};
use crate::places::Place;
use crate::world::Bindings;

/// Functions that a struct has typed calls of.
#[derive(Default)]
pub struct Calls {
    /// The struct's fields.
    pub fields: TokenStream,
    /// Their names.
    pub names: Vec<Ident>,
    /// Expressions for them, in which `instance` is what exports them.
    pub values: Vec<TokenStream>,
    /// The methods that call what is of no resource.
    pub methods: TokenStream,
}

impl Bindings<'_> {
    /// The calls of functions: those of a resource, or (with none) those that are of none.
    pub fn calls(&self, place: Place, functions: &[&Function], resource: Option<TypeId>) -> Calls {
        let mut calls = Calls::default();
        let (krate, component) = (&self.krate, &self.component);
        // A resource's functions are in the struct of their interface.
        let prefix = resource.map_or_else(String::new, |id| {
            snake_text(self.resolve.types[id].name.as_deref().unwrap_or_default()) + "__"
        });
        let owner = if resource.is_some() { quote!(self.guest) } else { quote!(self) };
        for func in Func::all(functions, resource, &[]) {
            let Func { wit, name, params } = &func;
            let text = name.to_string();
            let text = text.trim_start_matches("r#");
            let (field, call) = (format_ident!("f_{prefix}{text}"), format_ident!("call_{}", call_name(wit, text)));
            let types = self.params(place, &func);
            let long: Vec<TokenStream> = types.iter().map(static_lifetimes).collect();
            let (result, returned) = self.result(place, &func);
            let (docs, wit_name) = (docs(&wit.docs, &func.title()), &wit.name);
            let pattern = if wit.result.is_some() { quote!((result,)) } else { quote!(result) };
            calls.fields.extend(quote!(#field: #component::TypedFunc<(#(#long,)*), #returned>,));
            calls.values.push(quote!(instance.get_typed_func(#wit_name)?));
            calls.methods.extend(quote! {
                #docs
                pub fn #call(
                    &self,
                    store: impl #krate::AsContextMut,
                    #(#params: #types,)*
                ) -> #krate::Result<#result> {
                    let #pattern = #owner.#field.call(store, (#(#params,)*))?;
                    ::core::result::Result::Ok(result)
                }
            });
            calls.names.push(field);
        }
        calls
    }

    /// The struct of an interface that the guest exports.
    pub fn guest(&self, place: Place, wit: &str, functions: &[&Function], resources: &[TypeId]) -> TokenStream {
        let (krate, component) = (&self.krate, &self.component);
        let mut calls = self.calls(place, functions, None);
        let mut scope = Scope::with(["new"]);
        let mut structs = TokenStream::new();
        for id in resources {
            let of_resource = self.calls(place, functions, Some(*id));
            calls.fields.extend(of_resource.fields);
            calls.names.extend(of_resource.names);
            calls.values.extend(of_resource.values);
            let name = self.resolve.types[*id].name.as_deref().expect("BUG: a resource without name");
            let (accessor, guest) = (scope.take(snake(name)), format_ident!("Guest{}", camel_text(name)));
            let doc = format!(" The functions of the resource `{name}`.");
            calls
                .methods
                .extend(quote!(#[doc = #doc] pub fn #accessor(&self) -> #guest<'_> { #guest { guest: self } }));
            let methods = of_resource.methods;
            structs.extend(quote! {
                #[doc = #doc]
                #[derive(Clone, Copy, Debug)]
                pub struct #guest<'a> {
                    guest: &'a Guest,
                }

                impl #guest<'_> { #methods }
            });
        }
        let Calls { fields, names, values, methods } = calls;
        let doc = format!(" The interface `{wit}`, as a guest exports it.");
        quote! {
            #[doc = #doc]
            #[derive(Clone, Debug)]
            pub struct Guest { #fields }

            impl Guest {
                /// The interface of an instance that exports these functions.
                ///
                /// # Errors
                ///
                /// A function is not there, or of another type.
                pub fn new(instance: &#component::Instance) -> #krate::Result<Guest> {
                    ::core::result::Result::Ok(Guest { #(#names: #values,)* })
                }

                #methods
            }

            #structs
        }
    }
}

/// What a call is called after: a constructor is one.
fn call_name(wit: &Function, name: &str) -> String {
    match wit.kind {
        wit_parser::FunctionKind::Constructor(_) => "constructor".to_owned(),
        _ => name.to_owned(),
    }
}

/// A type with `'static` in its references: those of a field live as long as can be.
fn static_lifetimes(ty: &TokenStream) -> TokenStream {
    use proc_macro2::{Group, TokenTree};
    let mut long = TokenStream::new();
    for tree in ty.clone() {
        match tree {
            TokenTree::Group(group) => {
                let inside = static_lifetimes(&group.stream());
                long.extend([TokenTree::Group(Group::new(group.delimiter(), inside))]);
            }
            TokenTree::Punct(punct) if punct.as_char() == '&' => long.extend(quote!(&'static)),
            tree => long.extend([tree]),
        }
    }
    long
}
