//! Single operators with interesting operands, on every engine.
//!
//! ```text
//! wasmparser's list ── table ──> Operator ── signatures ──> Typed ── case ──> a function in the laboratory
//! ```
//!
//! | module | what |
//! | --- | --- |
//! | `table` | every operator there is, from `wasmparser`'s own list, and which of them are tested here |
//! | `immediates` | what stands behind an operator: lanes, indices, addresses |
//! | `signatures` | operand and result types, found by asking the validator |
//! | `laboratory` | the module that cases run in: memories, tables, globals, segments, helpers |
//! | `case` | an operator with operands, each a parameter, a constant or something computed, and a use of its result |
//! | `function` | a case as a function |
//! | `check` | cases on every engine |

mod case;
mod check;
mod function;
mod immediates;
mod laboratory;
mod signatures;
mod table;

pub use case::{Case, MAX_OPERANDS, Source, Use, bare_module, module, public, script};
pub use check::{check, random_case, random_cases, run};
pub use laboratory::edges as address_edges;
pub use signatures::{Typed, typed};
pub use table::{ELSEWHERE, Entry, PROPOSALS, TABLE, is_arithmetic, tested};
