//! Tests of parts that modules alone do not show.

mod layout;
mod units;
