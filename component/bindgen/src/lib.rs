//! `bindgen!`: typed Rust bindings for components, made from a WIT file.
//!
//! The macro is documented, and tested, in `falkirk`, which re-exports it.
//!
//! | file | what |
//! | --- | --- |
//! | `options.rs` | what stands in the macro's brackets |
//! | `source.rs` | WIT files are found and read, a world is chosen |
//! | `check.rs` | what cannot be bound is refused by name |
//! | `names.rs` | names as Rust writes them |
//! | `places.rs` | which module each interface becomes, and the paths between them |
//! | `with.rs` | what the option `with` replaces |
//! | `trappable.rs` | which functions of the host may fail |
//! | `types.rs` | a WIT type as a Rust type |
//! | `define.rs` | a WIT type's definition |
//! | `func.rs` | what imports and exports have in common: a function's parameters and result |
//! | `imports.rs` | traits for what the host provides |
//! | `exports.rs` | structs with calls of what the guest exports |
//! | `world.rs` | everything together |
//!
//! # In the book
//!
//! [Chapter 19](../../book/ch19-embedding.html) has three hosts that use the macro, and [chapter
//! 11](../../book/ch11-wit.html) is about the language that it reads.

mod check;
mod define;
mod exports;
mod func;
mod imports;
mod names;
mod options;
mod places;
mod source;
#[cfg(test)]
mod tests;
mod trappable;
mod types;
mod with;
mod world;

use proc_macro2::TokenStream;

/// Makes typed Rust bindings for a component from its WIT.
///
/// The book: [Embedding](../../book/ch19-embedding.html).
#[proc_macro]
pub fn bindgen(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand(input.into()).unwrap_or_else(|error| error.to_compile_error()).into()
}

/// What the macro becomes.
fn expand(input: TokenStream) -> syn::Result<TokenStream> {
    let options: options::Options = syn::parse2(input)?;
    let source = source::Source::read(&options)?;
    check::world(&source.resolve, source.world).map_err(|message| options.error(message))?;
    world::expand(&source, &options)
}
