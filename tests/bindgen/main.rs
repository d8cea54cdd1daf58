//! Bindings that `bindgen!` makes, on every engine that is built in.
#![cfg(feature = "wat")]
#![warn(missing_docs)]

mod guests;

use falkirk::{Config, Engine, EngineKind};

/// Every engine that is built in.
fn engines() -> Vec<Engine> {
    let kinds = [(cfg!(feature = "interp"), EngineKind::Interp), (cfg!(feature = "jit"), EngineKind::Jit)];
    let kinds = kinds.into_iter().filter(|(built_in, _)| *built_in);
    kinds.map(|(_, kind)| Engine::new(Config::new().engine(kind)).expect("an engine")).collect()
}
