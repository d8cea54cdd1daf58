//! A guest makes a page, with content that the host keeps: `cargo run -p falkirk --example content-store`.
//!
//! The guest, `guests/components/content`, can do nothing but call what it is given, and it is given two functions:
//!
//! ```text
//! interface kvstore {
//!   get: func(key: string) -> option<string>;
//!   set: func(key: string, value: string);
//! }
//! world content {
//!   import kvstore;
//!   export run: func() -> string;
//! }
//! ```
//!
//! It asks for the site's name and for the number of visits, adds one to that, and hands it back to be kept. The host
//! decides what keeping means: here, a map that is gone when the program ends.

use std::collections::BTreeMap;
use std::io::Write;

use falkirk::component::{Component, Linker};
use falkirk::{Engine, Result, Store};

mod bindings {
    ::falkirk::bindgen!("content" in "guests/components/content/wit");
}

use bindings::Content;
use bindings::falkirk::content::kvstore;

/// The guest, built.
const GUEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/guests/built/components/content.wasm");

/// What the host keeps.
#[derive(Default)]
struct Contents {
    values: BTreeMap<String, String>,
}

impl kvstore::Host for Contents {
    fn get(&mut self, key: String) -> Option<String> {
        self.values.get(&key).cloned()
    }

    fn set(&mut self, key: String, value: String) {
        self.values.insert(key, value);
    }
}

fn main() -> Result<()> {
    run(&mut std::io::stdout())
}

/// Visits the page twice, then gives the site a name and visits it again.
pub fn run(out: &mut dyn Write) -> Result<()> {
    let engine = Engine::default();
    let component = Component::from_file(&engine, GUEST)?;
    let mut linker = Linker::new(&engine);
    Content::add_to_linker(&mut linker, |contents: &mut Contents| contents)?;

    let mut store = Store::new(&engine, Contents::default());
    let content = Content::instantiate(&mut store, &component, &linker)?;
    writeln!(out, "{}", content.call_run(&mut store)?)?;
    writeln!(out, "{}", content.call_run(&mut store)?)?;
    store.data_mut().values.insert("site".to_owned(), "the Falkirk Wheel".to_owned());
    writeln!(out, "{}", content.call_run(&mut store)?)?;
    writeln!(out, "kept: {:?}", store.data().values)?;
    Ok(())
}
