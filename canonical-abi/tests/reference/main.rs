//! The cases of the reference interpreter (`run_tests.py`), made anew as tables: values, strings, heaps and flattening.
//!
//! Each case is lifted, lowered and lifted again: dynamically and copied from guest to guest, at every alignment, flat
//! and through memory, for addresses of 32 and 64 bits; where a Rust type is given, typed as well.

mod check;
mod flatten;
mod heap;
mod strings;
mod typed;
mod values;
