//! What crosses between the host and its guests, step by step: as lines of JSON for programs, and as a page for a
//! browser that goes through them forwards and backwards.
//!
//! | module | what |
//! | --- | --- |
//! | `step` | a step: a call, an access to memory, a handle's move |
//! | `core` | steps from the [`Observer`](crate::Observer) of a store: calls, accesses to memory, instructions |
//! | `component` | steps from the observer of the canonical ABI: lifting and lowering |
//! | `calls`, `flat` | steps from the components of a store: who calls whom, what core values are parts of |
//! | `recording` | steps that are kept, within bounds |
//! | `sentence` | what a step means, in a sentence |
//! | `json` | a step as a line of JSON |
//! | `html` | a recording as a page |
//!
//! # The lines
//!
//! Each step is an object on a line of its own. All fields of its kind are always there; new kinds and new fields may come,
//! so a reader passes over what it does not know.
//!
//! | `event` | further fields |
//! | --- | --- |
//! | `call` | `function`, `arguments`: a function is entered |
//! | `return` | `function`, `results`: it returns |
//! | `instruction` | `function`, `offset` in the module's bytes, `text`, `operands` with the top of the stack last |
//! | `read`, `write` | `memory`, `address`, `length`, `bytes`: an access of the host's |
//! | `grow` | `memory`, `before`, `after`, in pages of 64 KiB |
//! | `stopped` | `error`: the call from the host failed. What was entered does not return; `depth` is 0 again |
//! | `component-call` | `function`, its `type`, `caller` and `callee`: a component's function is called, or the host's by one |
//! | `component-return` | `function`, `caller`, `callee`: it returns |
//! | `begin` | `crossing`, one of `lift-params`, `lower-params`, `lift-result`, `lower-result` |
//! | `flat` | `crossing`, `values`: the core values of what crossed; `types` and `parts`: what each is, where that is known |
//! | `load`, `store` | `memory`, `address`, `length`, `bytes`: an access of the canonical ABI's |
//! | `copy` | `from_memory`, `from`, and as `store`: unchanged from one memory to another |
//! | `realloc` | `memory`, `old`, `old_size`, `align`, `new_size`, `result` |
//! | `handle` | `table`, `movement`, `index`, `resource`, `rep`, and the table `before` and `after` |
//! | `post-return` | `memory` of the guest, `values` |
//!
//! Each also has its `depth` (how many calls it is in) and its `path`: the part of a value that it is about, as in
//! `point.x` or `result[0].name`, or an empty text. In all but those of components, a `function` has `host` (a boolean), `module`, `name` and `index`, of which the last
//! three may be null. A value has a `type` and a `value`: a number for `i32`, and a text for all others, since JSON's
//! numbers are not exact there. Floats and vectors also have `bits`, in hexadecimal digits, the same for every NaN with the
//! same payload. Core values and what `realloc` is given and returns are texts too. `memory` and `table` count from 0.
//! A `caller` or `callee` has a `name`, the number of its `instance` (that of its `table`) and of its `memory`; both are null
//! for the host, and the memory where a function needs none. A handle's `movement` is one of `lift-own`, `lift-borrow`,
//! `lower-own`, `lower-borrow`, `end-lend`, `new`, `rep` and `drop`.
//! `bytes` are hexadecimal digits, two for each byte, all of them.
//!
//! The book: [Lift and lower](../../../book/ch12-lift-and-lower.html).

#[cfg(feature = "component-model")]
mod calls;
mod component;
mod core;
#[cfg(feature = "component-model")]
mod flat;
mod html;
mod json;
mod recording;
mod sentence;
mod step;
#[cfg(test)]
mod tests;

/// Parts of the page, for other pages that go through steps.
pub mod parts {
    /// What our pages look like, and what those that go through steps do.
    pub const STYLE: &str = concat!(include_str!("../page/base.css"), include_str!("../page/steps.css"));
    /// The script's part that shows memories, with what it needs: it defines `memoryView`, `table`, `make`, `id`, `count`.
    pub const MEMORY: &str = include_str!("../page/memory.js");
}

pub use self::component::{Guests, Tables};
pub use self::core::Steps;
pub use self::recording::Recording;
pub use self::step::{Access, Entry, FlatPart, Function, Party, Step, Value, What};
