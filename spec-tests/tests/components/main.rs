//! Components on every engine: what they import and pass on, guests that lie, and values that go round.
//!
//! | file | what is in it |
//! | --- | --- |
//! | `given.rs` | components that the embedder gives to one that imports them |
//! | `handles.rs` | handles that are forged, gone, lent or kept; destructors |
//! | `lifting.rs` | guests that say what is not so |
//! | `lowering.rs` | guests whose `realloc` lies, traps, calls out or never returns |
//! | `passed.rs` | functions of the host that a component only passes on |
//! | `strings.rs` | strings from one component to another |
//! | `round_trips.rs` | random values of random types, through guests and back |
//! | `rules.rs` | who may be called when |
//!
//! Whatever could harm the process that it runs in is in `tests/hostile/components.rs`.

mod given;
mod handles;
mod lifting;
mod lowering;
mod passed;
mod round_trips;
mod rules;
mod strings;
mod support;
