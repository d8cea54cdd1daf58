//! Code for records: one field after the other.

use proc_macro2::TokenStream;
use quote::quote;

use crate::imp::{self, Bodies, Trait};
use crate::input::{Field, Input};

/// `impl Trait` for a struct.
pub fn expand(input: &Input, fields: &[Field], which: Trait) -> TokenStream {
    let path = &input.path;
    let items = match which {
        Trait::ComponentType => component_type(path, fields),
        Trait::Lift => imp::lift(path, &lift(path, fields)),
        Trait::Lower => imp::lower(path, &lower(path, fields)),
    };
    imp::block(input, which, &items)
}

/// The layouts of all fields, in brackets.
fn layouts(path: &TokenStream, fields: &[Field]) -> TokenStream {
    let types = fields.iter().map(|field| &field.ty);
    quote!([#(<#types as #path::ComponentType>::LAYOUT),*])
}

fn component_type(path: &TokenStream, fields: &[Field]) -> TokenStream {
    let layouts = layouts(path, fields);
    let types: Vec<_> = fields.iter().map(|field| &field.ty).collect();
    let names = fields.iter().map(|field| &field.name);
    let parts = quote!([#(#path::derived::PartOf::new::<#types>(#names)),*]);
    let functions = imp::describe(path, &quote!(record_matches), &quote!(record_describe), &parts);
    quote! {
        const LAYOUT: #path::Layout = #path::Layout::record(&#layouts);
        const HANDLES: bool = false #(|| <#types as #path::ComponentType>::HANDLES)*;

        #functions
    }
}

fn lift(path: &TokenStream, fields: &[Field]) -> Bodies {
    let layouts = layouts(path, fields);
    let flat = fields.iter().enumerate().map(|(i, Field { ident, name, ty })| {
        quote! {
            #ident: {
                let ty = cx.types.part_of::<#ty>(ty, #i);
                cx.part(#path::Part::Field(#name), |cx| {
                    <#ty as #path::Lift>::lift_flat(cx, ty, &values[ranges[#i].0..ranges[#i].1])
                })?
            }
        }
    });
    let memory = fields.iter().enumerate().map(|(i, Field { ident, name, ty })| {
        quote! {
            #ident: {
                let ty = cx.types.part_of::<#ty>(ty, #i);
                let at = cx.at(at, offsets[#i]);
                cx.part(#path::Part::Field(#name), |cx| <#ty as #path::Lift>::load(cx, ty, at))?
            }
        }
    });
    Bodies {
        flat: quote! {
            let ranges = const { #path::Layout::flat_ranges(#layouts) };
            Ok(Self { #(#flat),* })
        },
        memory: quote! {
            let offsets = const { #path::Layout::offsets(#layouts) };
            Ok(Self { #(#memory),* })
        },
    }
}

fn lower(path: &TokenStream, fields: &[Field]) -> Bodies {
    let layouts = layouts(path, fields);
    let flat = fields.iter().enumerate().map(|(i, Field { ident, name, ty })| {
        quote! {
            let part = cx.types.part_of::<#ty>(ty, #i);
            cx.part(#path::Part::Field(#name), |cx| {
                #path::Lower::lower_flat(&self.#ident, cx, part, &mut values[ranges[#i].0..ranges[#i].1])
            })?;
        }
    });
    let memory = fields.iter().enumerate().map(|(i, Field { ident, name, ty })| {
        quote! {
            let part = cx.types.part_of::<#ty>(ty, #i);
            let begin = cx.at(at, offsets[#i]);
            cx.part(#path::Part::Field(#name), |cx| #path::Lower::store(&self.#ident, cx, part, begin))?;
        }
    });
    Bodies {
        flat: quote! {
            let ranges = const { #path::Layout::flat_ranges(#layouts) };
            #(#flat)*
            Ok(())
        },
        memory: quote! {
            let offsets = const { #path::Layout::offsets(#layouts) };
            #(#memory)*
            Ok(())
        },
    }
}
