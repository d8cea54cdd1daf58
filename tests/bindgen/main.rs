//! Bindings that `bindgen!` makes, on every engine that is built in.
#![cfg(feature = "wat")]
#![warn(missing_docs)]

mod guests;
mod resources;
mod values;
mod worlds;

use falkirk::component::Component;
use falkirk::{Config, Engine, EngineKind};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::{Resolve, WorldId};

/// Every engine that is built in.
fn engines() -> Vec<Engine> {
    let kinds = [(cfg!(feature = "interp"), EngineKind::Interp), (cfg!(feature = "jit"), EngineKind::Jit)];
    let kinds = kinds.into_iter().filter(|(built_in, _)| *built_in);
    kinds.map(|(_, kind)| Engine::new(Config::new().engine(kind)).expect("an engine")).collect()
}

/// Memory, a `realloc` that only ever moves on, and a page at 0 that it leaves alone.
const LIBC: &str = r#"
    (memory (export "memory") 16)
    (global $next (mut i32) (i32.const 1024))
    (func $realloc (export "cabi_realloc") (param $old i32) (param $size i32) (param $align i32) (param $new i32)
        (result i32)
        (local $at i32)
        (local.set $at (i32.and (i32.add (global.get $next) (i32.sub (local.get $align) (i32.const 1)))
                                (i32.sub (i32.const 0) (local.get $align))))
        (global.set $next (i32.add (local.get $at) (local.get $new)))
        (memory.copy (local.get $at) (local.get $old) (local.get $size))
        (local.get $at))"#;

/// The WIT in a file or folder of `tests/bindgen/wit`, and a world of it.
fn wit(path: &str, world: &str) -> (Resolve, WorldId) {
    let mut resolve = Resolve::default();
    let path = format!("{}/tests/bindgen/wit/{path}", env!("CARGO_MANIFEST_DIR"));
    let (package, _) = resolve.push_path(path).expect("WIT");
    let world = resolve.select_world(&[package], Some(world)).expect("a world");
    (resolve, world)
}

/// A component of a world, from a core module's definitions. It need not define memory.
fn component(engine: &Engine, (resolve, world): &(Resolve, WorldId), definitions: &str) -> Component {
    // Imports come first in a module's text.
    let (imports, rest): (Vec<&str>, Vec<&str>) =
        definitions.lines().partition(|line| line.trim().starts_with("(import"));
    let text = format!("(module {} {LIBC} {})", imports.join("\n"), rest.join("\n"));
    let mut module = wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    embed_component_metadata(&mut module, resolve, *world, StringEncoding::UTF8, false).expect("a module");
    let mut encoder = ComponentEncoder::default();
    let bytes = encoder.module(&module).expect("a module").encode().unwrap_or_else(|error| panic!("{error:?}"));
    Component::new(engine, bytes).expect("a valid component")
}
