//! The macro `flags!`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Error, Ident, Result, Token, Visibility, braced};

use crate::input::Attributes;

/// A type of flags: `pub Name { const A; const B; }`.
pub struct Flags {
    docs: Vec<Attribute>,
    visibility: Visibility,
    ident: Ident,
    path: TokenStream,
    flags: Vec<Flag>,
}

/// One flag.
struct Flag {
    docs: Vec<Attribute>,
    ident: Ident,
    name: String,
}

impl Parse for Flags {
    fn parse(input: ParseStream) -> Result<Flags> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        let ident: Ident = input.parse()?;
        let body;
        braced!(body in input);
        let mut flags = Vec::new();
        while !body.is_empty() {
            flags.push(body.parse()?);
        }
        if flags.is_empty() {
            return Err(Error::new_spanned(&ident, "there must be at least one flag"));
        }
        let path = Attributes::new(&attributes)?.path();
        Ok(Flags { docs: others(attributes), visibility, ident, path, flags })
    }
}

impl Parse for Flag {
    fn parse(input: ParseStream) -> Result<Flag> {
        let attributes = input.call(Attribute::parse_outer)?;
        input.parse::<Token![const]>()?;
        let ident: Ident = input.parse()?;
        input.parse::<Token![;]>()?;
        let name = Attributes::new(&attributes)?.name(&ident);
        Ok(Flag { docs: others(attributes), ident, name })
    }
}

/// The attributes that are not ours.
fn others(attributes: Vec<Attribute>) -> Vec<Attribute> {
    attributes.into_iter().filter(|attribute| !attribute.path().is_ident("component")).collect()
}

impl Flags {
    /// The type, its constants, and the traits.
    pub fn expand(&self) -> TokenStream {
        let Flags { docs, visibility, ident, path, flags } = self;
        let (count, words) = (flags.len(), flags.len().div_ceil(32));
        let names: Vec<&String> = flags.iter().map(|flag| &flag.name).collect();
        let constants = flags.iter().enumerate().map(|(i, Flag { docs, ident, name })| {
            let doc = format!("The flag `{name}`.");
            quote! {
                #[doc = #doc]
                #(#docs)*
                pub const #ident: Self = Self(#path::derived::one_flag(#i));
            }
        });
        let methods = methods(path, count);
        let operators = operators(ident);
        let traits = traits(ident, path, count, &names);
        quote! {
            #(#docs)*
            #[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
            #visibility struct #ident([u32; #words]);

            #[allow(dead_code)]
            impl #ident {
                #(#constants)*
                #methods
            }

            impl ::core::fmt::Debug for #ident {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    #path::derived::debug_flags(f, &[#(#names),*], &self.0)
                }
            }

            #operators
            #traits
        }
    }
}

fn methods(path: &TokenStream, count: usize) -> TokenStream {
    quote! {
        /// No flags.
        pub const fn empty() -> Self {
            Self(#path::derived::first_flags(0))
        }

        /// All flags.
        pub const fn all() -> Self {
            Self(#path::derived::first_flags(#count))
        }

        /// Whether no flag is set.
        pub fn is_empty(&self) -> bool {
            *self == Self::empty()
        }

        /// Whether all flags of the other are set in this one.
        pub fn contains(&self, other: Self) -> bool {
            *self & other == other
        }

        /// Sets the flags of the other, or takes them away.
        pub fn set(&mut self, other: Self, value: bool) {
            *self = if value { *self | other } else { *self & !other };
        }
    }
}

fn operators(ident: &Ident) -> TokenStream {
    let binary = [quote!(BitOr bitor |), quote!(BitAnd bitand &), quote!(BitXor bitxor ^)].map(|operator| {
        let mut tokens = operator.into_iter();
        let (name, method) = (tokens.next(), tokens.next());
        let sign: TokenStream = tokens.collect();
        quote! {
            impl ::core::ops::#name for #ident {
                type Output = Self;

                fn #method(self, other: Self) -> Self {
                    Self(::core::array::from_fn(|i| self.0[i] #sign other.0[i]))
                }
            }
        }
    });
    quote! {
        #(#binary)*

        impl ::core::ops::Not for #ident {
            type Output = Self;

            fn not(self) -> Self {
                Self(self.0.map(|word| !word)) & Self::all()
            }
        }

        impl ::core::ops::BitOrAssign for #ident {
            fn bitor_assign(&mut self, other: Self) {
                *self = *self | other;
            }
        }
    }
}

fn traits(ident: &Ident, path: &TokenStream, count: usize, names: &[&String]) -> TokenStream {
    use crate::imp::{self, Bodies};
    let describe = imp::describe(path, &quote!(flags_matches), &quote!(flags_describe), &quote!([#(#names),*]));
    let lift = imp::lift(
        path,
        &Bodies {
            flat: quote! {
                let _ = (cx, ty);
                Ok(Self(::core::array::from_fn(|i| values[i] as u32)) & Self::all())
            },
            memory: quote! {
                let _ = ty;
                Ok(Self(#path::derived::load_flags(cx, #count, at)) & Self::all())
            },
        },
    );
    let lower = imp::lower(
        path,
        &Bodies {
            flat: quote! {
                let _ = (cx, ty);
                values.iter_mut().zip(self.0).for_each(|(value, word)| *value = u64::from(word));
                Ok(())
            },
            memory: quote! {
                let _ = ty;
                #path::derived::store_flags(cx, #count, &self.0, at);
                Ok(())
            },
        },
    );
    quote! {
        impl #path::ComponentType for #ident {
            const LAYOUT: #path::Layout = #path::Layout::flags(#count);

            #describe
        }

        impl #path::Lift for #ident {
            #lift
        }

        impl #path::Lower for #ident {
            #lower
        }
    }
}
