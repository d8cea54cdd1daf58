//! Components on every engine: what they import and pass on, guests that lie, and values that go round.
//!
//! | file | what is in it |
//! | --- | --- |
//! | `passed.rs` | functions of the host that a component only passes on |
//!
//! Whatever could harm the process that it runs in is in `tests/hostile/components.rs`.

mod passed;
mod support;
