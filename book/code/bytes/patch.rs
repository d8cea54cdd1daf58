//! A copy of a file with some of its bytes changed, for experiments.

use std::io::Write;

use crate::programs::{Result, number, read};

/// Copies, changes, and says what was there before.
pub fn run(words: &[String], out: &mut dyn Write) -> Result<()> {
    let [from, to, changes @ ..] = words else { return Err("wanted: FROM TO OFFSET=BYTE...".into()) };
    let mut bytes = read(from)?;
    for change in changes {
        let (offset, byte) = change.split_once('=').ok_or("wanted: OFFSET=BYTE")?;
        let (offset, byte) = (number(offset)?, u8::try_from(number(byte)?)?);
        let length = bytes.len();
        let place = bytes.get_mut(offset).ok_or(format!("{from} has {length} bytes, and none at {offset:#x}"))?;
        writeln!(out, "{to}: the byte at {offset:#x} was {place:#04x}, and is {byte:#04x}")?;
        *place = byte;
    }
    std::fs::write(to, bytes).map_err(|error| format!("{to}: {error}").into())
}
