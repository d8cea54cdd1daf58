//! Code for variants and enums: a discriminant, and the payload of one case.

use proc_macro2::TokenStream;
use quote::quote;

use crate::imp::{self, Bodies, Trait};
use crate::input::{Case, Input, Shape};

/// `impl Trait` for an enum.
pub fn expand(input: &Input, cases: &[Case], which: Trait) -> TokenStream {
    let path = &input.path;
    let items = match which {
        Trait::ComponentType => component_type(input, cases),
        Trait::Lift => imp::lift(path, &lift(path, cases)),
        Trait::Lower => imp::lower(path, &lower(path, cases)),
    };
    imp::block(input, which, &items)
}

/// The layouts of all payloads, in brackets.
fn layouts(path: &TokenStream, cases: &[Case]) -> TokenStream {
    let layouts = cases.iter().map(|case| match &case.ty {
        Some(ty) => quote!(::core::option::Option::Some(<#ty as #path::ComponentType>::LAYOUT)),
        None => quote!(::core::option::Option::None),
    });
    quote!([#(#layouts),*])
}

fn component_type(input: &Input, cases: &[Case]) -> TokenStream {
    let path = &input.path;
    let layouts = layouts(path, cases);
    let types = cases.iter().filter_map(|case| case.ty.as_ref());
    let functions = if matches!(input.shape, Shape::Enum(_)) {
        let names = cases.iter().map(|case| &case.name);
        imp::describe(path, &quote!(enum_matches), &quote!(enum_describe), &quote!([#(#names),*]))
    } else {
        let parts = cases.iter().map(|Case { name, ty, .. }| match ty {
            Some(ty) => quote!(#path::derived::PartOf::new::<#ty>(#name)),
            None => quote!(#path::derived::PartOf::bare(#name)),
        });
        imp::describe(path, &quote!(variant_matches), &quote!(variant_describe), &quote!([#(#parts),*]))
    };
    quote! {
        const LAYOUT: #path::Layout = #path::Layout::variant(&#layouts);
        const HANDLES: bool = false #(|| <#types as #path::ComponentType>::HANDLES)*;

        #functions
    }
}

fn lift(path: &TokenStream, cases: &[Case]) -> Bodies {
    let (layouts, count) = (layouts(path, cases), cases.len());
    let arms = |lift: fn(&TokenStream, &syn::Type) -> TokenStream| {
        let arms = cases.iter().enumerate().map(move |(i, Case { ident, name, ty })| match ty {
            None => quote!(#i => Ok(Self::#ident),),
            Some(ty) => {
                let lift = lift(path, ty);
                quote! {
                    #i => {
                        let ty = cx.types.part_of::<#ty>(ty, #i);
                        Ok(Self::#ident(cx.part(#path::Part::Case(#name), |cx| #lift)?))
                    }
                }
            }
        });
        quote!(#(#arms)*)
    };
    let flat = arms(|path, ty| {
        quote!(<#ty as #path::Lift>::lift_flat(
            cx,
            ty,
            &values[1..=<#ty as #path::ComponentType>::LAYOUT.flat as usize],
        ))
    });
    let memory = arms(|path, ty| quote!(<#ty as #path::Lift>::load(cx, ty, at)));
    Bodies {
        flat: quote! {
            match #path::derived::check_discriminant(values[0] as u32, #count)? {
                #flat
                _ => unreachable!("BUG: the discriminant was checked"),
            }
        },
        memory: quote! {
            let case = cx.read_discriminant(at, const { #path::discriminant_size(#count) }, #count)?;
            let at = cx.at(at, const { #path::Layout::payload_offset(&#layouts) });
            match case {
                #memory
                _ => unreachable!("BUG: the discriminant was checked"),
            }
        },
    }
}

fn lower(path: &TokenStream, cases: &[Case]) -> Bodies {
    let (layouts, count) = (layouts(path, cases), cases.len());
    let flat = cases.iter().enumerate().map(|(i, Case { ident, name, ty })| match ty {
        None => quote! {
            Self::#ident => {
                values[0] = #i as u64;
                Ok(())
            }
        },
        Some(ty) => quote! {
            Self::#ident(payload) => {
                values[0] = #i as u64;
                let ty = cx.types.part_of::<#ty>(ty, #i);
                let values = &mut values[1..=<#ty as #path::ComponentType>::LAYOUT.flat as usize];
                cx.part(#path::Part::Case(#name), |cx| #path::Lower::lower_flat(payload, cx, ty, values))
            }
        },
    });
    let memory = cases.iter().enumerate().map(|(i, Case { ident, name, ty })| match ty {
        None => quote! {
            Self::#ident => {
                cx.write_discriminant(at, SIZE, #i);
                Ok(())
            }
        },
        Some(ty) => quote! {
            Self::#ident(payload) => {
                cx.write_discriminant(at, SIZE, #i);
                let ty = cx.types.part_of::<#ty>(ty, #i);
                cx.part(#path::Part::Case(#name), |cx| #path::Lower::store(payload, cx, ty, begin))
            }
        },
    });
    Bodies {
        flat: quote! {
            values.fill(0);
            match self {
                #(#flat)*
            }
        },
        memory: quote! {
            const SIZE: u32 = #path::discriminant_size(#count);
            let begin = cx.at(at, const { #path::Layout::payload_offset(&#layouts) });
            match self {
                #(#memory)*
            }
        },
    }
}
