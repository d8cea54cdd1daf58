//! A module written by hand, byte by byte.

use std::io::Write;
use std::path::Path;

use crate::programs::{Result, expect};

// ANCHOR: add
/// `add(a, b) = a + b`, as a module.
#[rustfmt::skip]
pub const ADD: [u8; 41] = [
    0x00, 0x61, 0x73, 0x6d,                   // this is WebAssembly,
    0x01, 0x00, 0x00, 0x00,                   // version 1

    0x01, 0x07,                               // section 1, types: 7 bytes
    0x01,                                     //   there is 1 type:
    0x60,                                     //   a function
    0x02, 0x7f, 0x7f,                         //     with 2 parameters: i32, i32
    0x01, 0x7f,                               //     and 1 result: i32

    0x03, 0x02,                               // section 3, functions: 2 bytes
    0x01,                                     //   there is 1 function:
    0x00,                                     //   function 0 has type 0

    0x07, 0x07,                               // section 7, exports: 7 bytes
    0x01,                                     //   there is 1 export:
    0x03, 0x61, 0x64, 0x64,                   //   its name has 3 bytes: "add"
    0x00, 0x00,                               //   it is a function: function 0

    0x0a, 0x09,                               // section 10, code: 9 bytes
    0x01,                                     //   there is 1 body:
    0x07,                                     //   it has 7 bytes
    0x00,                                     //     no locals beside the parameters
    0x20, 0x00,                               //     local.get 0
    0x20, 0x01,                               //     local.get 1
    0x6a,                                     //     i32.add
    0x0b,                                     //     end
];
// ANCHOR_END: add

/// Writes the module to a file.
pub fn run(words: &[String], out: &mut dyn Write) -> Result<()> {
    let [path] = expect(words, ["FILE"])?;
    if let Some(folder) = Path::new(path).parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, ADD).map_err(|error| format!("{path}: {error}"))?;
    writeln!(out, "{path}: {} bytes", ADD.len())?;
    Ok(())
}
