//! What all `impl` blocks have in common.

use proc_macro2::TokenStream;
use quote::quote;
use syn::GenericParam;

use crate::input::Input;

/// Which trait is derived.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Trait {
    /// `ComponentType`
    ComponentType,
    /// `Lift`
    Lift,
    /// `Lower`
    Lower,
}

/// The bodies of the two functions of `Lift` or `Lower`.
pub struct Bodies {
    /// Of `lift_flat` or `lower_flat`.
    pub flat: TokenStream,
    /// Of `load` or `store`.
    pub memory: TokenStream,
}

/// `impl Trait for Type`, with each of the type's parameters bound by the trait.
pub fn block(input: &Input, which: Trait, items: &TokenStream) -> TokenStream {
    let Input { ident, path, .. } = input;
    let name = match which {
        Trait::ComponentType => quote!(ComponentType),
        Trait::Lift => quote!(Lift),
        Trait::Lower => quote!(Lower),
    };
    let mut generics = input.generics.clone();
    for param in &mut generics.params {
        if let GenericParam::Type(param) = param {
            param.bounds.push(syn::parse_quote!(#path::#name));
        }
    }
    let (parameters, arguments, condition) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #parameters #path::#name for #ident #arguments #condition {
            #items
        }
    }
}

/// The functions of `Lift`.
pub fn lift(path: &TokenStream, bodies: &Bodies) -> TokenStream {
    let Bodies { flat, memory } = bodies;
    quote! {
        #[inline]
        fn lift_flat<__O: #path::Observer>(
            cx: &mut #path::LiftContext<'_, __O>,
            ty: #path::Type,
            values: &[u64],
        ) -> ::core::result::Result<Self, #path::Trap> {
            #flat
        }

        #[inline]
        fn load<__O: #path::Observer>(
            cx: &mut #path::LiftContext<'_, __O>,
            ty: #path::Type,
            at: usize,
        ) -> ::core::result::Result<Self, #path::Trap> {
            #memory
        }
    }
}

/// The functions of `Lower`.
pub fn lower(path: &TokenStream, bodies: &Bodies) -> TokenStream {
    let Bodies { flat, memory } = bodies;
    quote! {
        #[inline]
        fn lower_flat<__G: #path::Guest, __O: #path::Observer>(
            &self,
            cx: &mut #path::LowerContext<'_, __G, __O>,
            ty: #path::Type,
            values: &mut [u64],
        ) -> ::core::result::Result<(), #path::Error<__G::Error>> {
            #flat
        }

        #[inline]
        fn store<__G: #path::Guest, __O: #path::Observer>(
            &self,
            cx: &mut #path::LowerContext<'_, __G, __O>,
            ty: #path::Type,
            at: usize,
        ) -> ::core::result::Result<(), #path::Error<__G::Error>> {
            #memory
        }
    }
}

/// The functions of `ComponentType`, which call these two functions with a list of parts.
pub fn describe(path: &TokenStream, matches: &TokenStream, describe: &TokenStream, parts: &TokenStream) -> TokenStream {
    quote! {
        fn matches(types: &#path::Types, ty: #path::Type) -> ::core::result::Result<(), #path::Mismatch> {
            #path::derived::#matches(&#parts, types, ty)
        }

        fn describe(types: &mut #path::Types) -> ::core::result::Result<#path::Type, #path::TypeError> {
            #path::derived::#describe(&#parts, types)
        }
    }
}
