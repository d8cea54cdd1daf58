//! Tools for components that need not run them.
//!
//! | module | what |
//! | --- | --- |
//! | `wit` | `falkirk wit`: the types of a component, or a WIT package |
//! | `new` | `falkirk component new`: a component of a core module |
//! | `adapters` | what stands between that module's imports and the component's |
//! | `items` | what a component imports and exports, by name and kind |
//! | `compose` | `falkirk compose`: plugs in a socket, as one component |

pub mod compose;
pub mod new;
pub mod wit;

use wasmparser::{Validator, WasmFeatures};

use crate::failure::Failure;
use crate::source::Source;

mod adapters;
mod items;

pub use items::{Item, beyond_wit, items};

/// Validates a component. All proposals are let in: what falkirk can run is not the question here.
pub fn validate(source: &Source) -> Result<(), Failure> {
    match Validator::new_with_features(WasmFeatures::all()).validate_all(&source.wasm) {
        Ok(_) => Ok(()),
        Err(error) => {
            let place = format!("{}: invalid component at offset {:#x}", source.name, error.offset());
            Err(Failure::input(format!("{place}: {}", error.message())))
        }
    }
}

/// An error of a library with what led to it, from the outside in.
fn reasons(error: &anyhow::Error) -> String {
    format!("{error:#}")
}

/// Names for a message, or `nothing`.
fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{}`", name.escape_debug())).collect();
    if names.is_empty() { "nothing".into() } else { names.join(", ") }
}
