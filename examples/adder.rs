//! Functions on their own and in interfaces, exported and imported: `cargo run -p falkirk --example adder`.
//!
//! Two components take part. The adder, `guests/components/adder`, exports the same function twice:
//!
//! ```text
//! world adder {
//!   export add;                                       // the interface `falkirk:adder/add`, with a function `add`
//!   export add-directly: func(a: u32, b: u32) -> u32; // a function of the world's own
//! }
//! ```
//!
//! The calculator, `guests/components/calculator`, *imports* that interface, and adds three numbers with it. Whoever
//! runs it has to provide the addition: here it is the host, which counts how often it was asked.

use std::io::Write;

use falkirk::component::{Component, Linker};
use falkirk::{Engine, Result, Store};

// The WIT's packages are called `falkirk:...`, so the bindings have a module `falkirk`. In a module of their own, it does
// not stand in the way of the crate.
mod adder_bindings {
    ::falkirk::bindgen!("adder" in "guests/components/adder/wit");
}

mod calculator_bindings {
    ::falkirk::bindgen!("calculator" in "guests/components/calculator/wit");
}

use adder_bindings::Adder;
use calculator_bindings::Calculator;
use calculator_bindings::falkirk::adder::add;

/// The folder with both guests, built.
const GUESTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/guests/built/components");

fn main() -> Result<()> {
    run(&mut std::io::stdout())
}

/// Adds in all ways there are.
pub fn run(out: &mut dyn Write) -> Result<()> {
    let engine = Engine::default();
    exports(&engine, out)?;
    imports(&engine, out)
}

/// The guest adds, and the host calls it.
fn exports(engine: &Engine, out: &mut dyn Write) -> Result<()> {
    let component = Component::from_file(engine, format!("{GUESTS}/adder.wasm"))?;
    let mut store = Store::new(engine, ());
    let adder = Adder::instantiate(&mut store, &component, &Linker::new(engine))?;
    writeln!(out, "directly: 1 + 2 = {}", adder.call_add_directly(&mut store, 1, 2)?)?;
    let interface = adder.falkirk_adder_add();
    writeln!(out, "through the interface: 3 + 4 = {}", interface.call_add(&mut store, 3, 4)?)?;
    Ok(())
}

/// What the host knows while the calculator runs: the data of its store.
#[derive(Default)]
struct Additions {
    count: u32,
}

/// The interface that the calculator imports is a trait that the host implements.
impl add::Host for Additions {
    fn add(&mut self, a: u32, b: u32) -> u32 {
        self.count += 1;
        a.wrapping_add(b)
    }
}

/// The host adds, and the guest calls it.
fn imports(engine: &Engine, out: &mut dyn Write) -> Result<()> {
    let component = Component::from_file(engine, format!("{GUESTS}/calculator.wasm"))?;
    let mut linker = Linker::new(engine);
    // The closure finds who adds, in the store's data. Here, that is all of it.
    Calculator::add_to_linker(&mut linker, |data: &mut Additions| data)?;
    let mut store = Store::new(engine, Additions::default());
    let calculator = Calculator::instantiate(&mut store, &component, &linker)?;
    writeln!(out, "with the host's addition: 5 + 6 + 7 = {}", calculator.call_add_three(&mut store, 5, 6, 7)?)?;
    writeln!(out, "the host was asked {} times", store.data().count)?;
    Ok(())
}
