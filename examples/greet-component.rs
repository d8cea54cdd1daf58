//! A string goes into a component, and another comes out: `cargo run -p falkirk --example greet-component`.
//!
//! `examples/greet.rs` does the same with a core module, where host and guest have to agree on addresses. A *component*
//! says in its types that it takes and gives strings. How they get into its memory and out of it is not the host's
//! business any more.
//!
//! The guest is `guests/components/greet`. Its types stand in a WIT file there:
//!
//! ```text
//! world greeter {
//!   export greet: func(name: string) -> string;
//! }
//! ```
//!
//! `bindgen!` reads that file when this program is compiled. It makes a struct `Greeter`, with a method `call_greet`
//! that takes a `&str` and returns a `String`.

use std::io::Write;

use falkirk::component::{Component, Linker};
use falkirk::{Engine, Result, Store};

// ANCHOR: greet
falkirk::bindgen!("greeter" in "guests/components/greet/wit");

/// The guest, built.
const GUEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/guests/built/components/greet.wasm");

fn main() -> Result<()> {
    run(&mut std::io::stdout())
}

/// Greets Dan, and somebody whose name is longer in bytes than in letters.
pub fn run(out: &mut dyn Write) -> Result<()> {
    let engine = Engine::default();
    let component = Component::from_file(&engine, GUEST)?;
    // The component imports nothing, so nothing is in the linker.
    let linker = Linker::new(&engine);
    let mut store = Store::new(&engine, ());
    let greeter = Greeter::instantiate(&mut store, &component, &linker)?;
    for name in ["Dan", "Zoë"] {
        writeln!(out, "{}", greeter.call_greet(&mut store, name)?)?;
    }
    Ok(())
}
// ANCHOR_END: greet
