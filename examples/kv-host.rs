//! The host has a resource, connections to a key-value store: `cargo run -p falkirk --example kv-host`.
//!
//! A *resource* is something that stays with whoever implements it; others have handles. Here the host implements
//! connections, and the guest, `guests/components/kv-client`, opens them, uses them, and drops them when it is done:
//!
//! ```text
//! resource connection {
//!   constructor();
//!   get: func(key: string) -> option<string>;
//!   set: func(key: string, value: string);
//!   remove: func(key: string) -> option<string>;
//!   clear: func();
//! }
//! ```
//!
//! The guest also tells what it does, through a function `log` that it imports without any interface.

use std::collections::BTreeMap;
use std::io::Write;

use falkirk::component::{Component, Linker, Resource, ResourceTable};
use falkirk::{Engine, Result, Store};

// ANCHOR: bindings
mod bindings {
    ::falkirk::bindgen!({
        world: "client",
        path: "guests/components/kv-client/wit",
        // A handle is a `Resource<Connection>`, with this program's `Connection`.
        with: { "falkirk:kv/store/connection": super::Connection },
        // All functions of the host return `falkirk::Result`: one that fails ends the guest's call.
        imports: { default: trappable },
    });
}
// ANCHOR_END: bindings

use bindings::falkirk::kv::store;
use bindings::{Client, ClientImports};

/// The guest, built.
const GUEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/guests/built/components/kv-client.wasm");

// ANCHOR: host
/// A connection: what the host knows of one.
pub struct Connection {
    number: u32,
}

/// The store behind all connections, the connections that are open, and what is to be printed.
#[derive(Default)]
struct Host {
    values: BTreeMap<String, String>,
    /// Gives each connection a number, which is what a handle carries.
    table: ResourceTable,
    opened: u32,
    lines: Vec<String>,
}
// ANCHOR_END: host

impl ClientImports for Host {
    fn log(&mut self, message: String) -> Result<()> {
        self.lines.push(format!("the guest says: {message}"));
        Ok(())
    }
}

impl store::Host for Host {}

// ANCHOR: connection
/// The functions of the resource. A handle that is only borrowed comes as `self_`; the last function is told of the end.
impl store::HostConnection for Host {
    fn new(&mut self) -> Result<Resource<Connection>> {
        self.opened += 1;
        self.table.push(Connection { number: self.opened })
    }

    fn get(&mut self, _: Resource<Connection>, key: String) -> Result<Option<String>> {
        Ok(self.values.get(&key).cloned())
    }

    fn set(&mut self, self_: Resource<Connection>, key: String, value: String) -> Result<()> {
        let Connection { number } = self.table.get(&self_)?;
        self.lines.push(format!("connection {number} sets {key}"));
        self.values.insert(key, value);
        Ok(())
    }

    fn remove(&mut self, _: Resource<Connection>, key: String) -> Result<Option<String>> {
        Ok(self.values.remove(&key))
    }

    fn clear(&mut self, _: Resource<Connection>) -> Result<()> {
        self.values.clear();
        Ok(())
    }

    fn drop(&mut self, connection: Resource<Connection>) -> Result<()> {
        let Connection { number } = self.table.delete(connection)?;
        self.lines.push(format!("connection {number} is closed"));
        Ok(())
    }
}
// ANCHOR_END: connection

fn main() -> Result<()> {
    run(&mut std::io::stdout())
}

// ANCHOR: run
/// Lets the guest put values into the store and take them out again.
pub fn run(out: &mut dyn Write) -> Result<()> {
    let engine = Engine::default();
    let component = Component::from_file(&engine, GUEST)?;
    let mut linker = Linker::new(&engine);
    Client::add_to_linker(&mut linker, |host: &mut Host| host)?;

    let mut store = Store::new(&engine, Host::default());
    let client = Client::instantiate(&mut store, &component, &linker)?;
    let before = client.call_replace(&mut store, "colour", "red")?;
    print(out, &mut store, &format!("before red: {before:?}"))?;
    let before = client.call_replace(&mut store, "colour", "blue")?;
    print(out, &mut store, &format!("before blue: {before:?}"))?;
    let forgotten = client.call_forget(&mut store, "shape")?;
    print(out, &mut store, &format!("was there a shape? {forgotten}"))?;
    client.call_reset(&mut store)?;
    let rest = format!("values: {}, connections: {}", store.data().values.len(), store.data().table.len());
    print(out, &mut store, &rest)
}
// ANCHOR_END: run

/// What the host has noted since, and then this.
fn print(out: &mut dyn Write, store: &mut Store<Host>, line: &str) -> Result<()> {
    for line in store.data_mut().lines.drain(..) {
        writeln!(out, "  {line}")?;
    }
    writeln!(out, "{line}")?;
    Ok(())
}
