//! A string goes into a module through linear memory, and another comes out: `cargo run -p falkirk --example greet -- Ada`.
//!
//! Host and guest share nothing but the guest's memory, so where the strings are is a convention between the two: the
//! host writes the name at `len + 10`, and the guest writes its greeting at 0.

use falkirk::{Engine, Instance, Module, Result, Store};

/// What every greeting begins with.
const PREFIX: &str = "Hello, ";

fn main() -> Result<()> {
    let name = std::env::args().nth(1).unwrap_or_else(|| "World".to_owned());
    println!("{}", greet(&name)?);
    Ok(())
}

// ANCHOR: greet
fn greet(name: &str) -> Result<String> {
    let engine = Engine::default();
    let module = Module::from_file(&engine, concat!(env!("CARGO_MANIFEST_DIR"), "/guests/built/greet.wasm"))?;
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[])?;
    let memory = instance.get_memory(&store, "memory").expect("the guest exports its memory");
    let greet = instance.get_typed_func::<(u32, u32), ()>(&store, "greet")?;

    let address = name.len() + 10;
    memory.write(&mut store, address, name.as_bytes())?;
    greet.call(&mut store, (address as u32, name.len() as u32))?;
    let greeting = memory.slice(&store, 0, PREFIX.len() + name.len())?;
    Ok(String::from_utf8(greeting.to_vec())?)
}
// ANCHOR_END: greet
