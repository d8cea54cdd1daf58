//! Values to text: what `run` prints and the trace shows.

use falkirk::Val;

/// Values with commas between.
pub fn show_all(values: &[Val]) -> String {
    values.iter().map(Val::to_string).collect::<Vec<_>>().join(", ")
}
