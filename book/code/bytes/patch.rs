//! A copy of a file with some of its bytes changed, for experiments.

use std::io::Write;

use crate::programs::{Result, byte, number, read};

/// What the program is given.
const WANTED: &str = "wanted: FROM TO OFFSET=BYTE...";

/// Copies, changes, and says what was there before.
pub fn run(words: &[String], out: &mut dyn Write) -> Result<()> {
    let [from, to, changes @ ..] = words else { return Err(WANTED.into()) };
    if changes.is_empty() {
        return Err(WANTED.into());
    }
    let mut bytes = read(from)?;
    for change in changes {
        let (offset, value) = change.split_once('=').ok_or(format!("`{change}`; wanted: OFFSET=BYTE"))?;
        let (offset, byte) = (number(offset)?, byte(value)?);
        let length = bytes.len();
        let place = bytes.get_mut(offset).ok_or(format!("{from} has {length} bytes, and none at {offset:#x}"))?;
        writeln!(out, "{to}: the byte at {offset:#x} was {place:#04x}, and is {byte:#04x}")?;
        *place = byte;
    }
    std::fs::write(to, bytes).map_err(|error| format!("{to}: {error}").into())
}
