//! Derives `ComponentType`, `Lift` and `Lower` for structs and enums, and makes types of flags.
//!
//! The macros are documented, and tested, in `falkirk-canonical-abi`, which re-exports them.
//!
//! | file | what |
//! | --- | --- |
//! | `input.rs` | what stands in the source: attributes, fields, cases |
//! | `record.rs` | code for records |
//! | `variant.rs` | code for variants and enums |
//! | `flags.rs` | the macro `flags!` |
//! | `imp.rs` | what all `impl` blocks have in common |
//! | `names.rs` | names as the component model writes them |
//!
//! # In the book
//!
//! [Chapter 13](../../book/ch13-shapes.html) is about the types that these macros make.

mod flags;
mod imp;
mod input;
mod names;
mod record;
mod variant;

use imp::Trait;
use input::{Input, Shape};
use proc_macro::TokenStream;

/// Makes a struct or enum a component type. Which one, an attribute says:
///
/// | attribute | on | meaning |
/// | --- | --- | --- |
/// | `#[component(record)]` | a struct with named fields | a record |
/// | `#[component(variant)]` | an enum whose cases carry one value or nothing | a variant |
/// | `#[component(enum)]` | an enum whose cases carry nothing | an enum |
/// | `#[component(name = "...")]` | a field or case | its name in the component; else its Rust name in kebab-case |
/// | `#[component(crate = path)]` | the type | where `falkirk-canonical-abi` is, if the crate depends neither on it nor on `falkirk` or `falkirk-component` |
#[proc_macro_derive(ComponentType, attributes(component))]
pub fn component_type(input: TokenStream) -> TokenStream {
    derive(input, Trait::ComponentType)
}

/// Lets values of a component type be lifted out of a guest.
#[proc_macro_derive(Lift, attributes(component))]
pub fn lift(input: TokenStream) -> TokenStream {
    derive(input, Trait::Lift)
}

/// Lets values of a component type be lowered into a guest.
#[proc_macro_derive(Lower, attributes(component))]
pub fn lower(input: TokenStream) -> TokenStream {
    derive(input, Trait::Lower)
}

/// Makes a component type of flags, with a constant for each, and operators to combine them.
///
/// ```text
/// flags! {
///     pub Access {
///         const READ;
///         #[component(name = "write-through")]
///         const WRITE;
///     }
/// }
/// assert!((Access::READ | Access::WRITE).contains(Access::READ));
/// ```
#[proc_macro]
pub fn flags(input: TokenStream) -> TokenStream {
    let flags = syn::parse_macro_input!(input as flags::Flags);
    flags.expand().into()
}

fn derive(input: TokenStream, which: Trait) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    let expanded = Input::new(input).map(|input| match &input.shape {
        Shape::Record(fields) => record::expand(&input, fields, which),
        Shape::Variant(cases) | Shape::Enum(cases) => variant::expand(&input, cases, which),
    });
    expanded.unwrap_or_else(|error| error.to_compile_error()).into()
}
