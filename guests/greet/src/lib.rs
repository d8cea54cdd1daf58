//! `greet(ptr, len)` reads a name of `len` bytes of UTF-8 at `ptr` and writes `Hello, <name>` at address 0.
//!
//! The host and this module share nothing but the exported `memory`; the addresses are a convention between the two.
//! The host writes the name at `len + 10`, so the greeting, `7 + len` bytes at 0, ends three bytes before the name:
//!
//! ```text
//!   0        7                7 + len  len + 10           2 * len + 10
//!   | Hello, | copy of the name | 0 0 0 | the name as written | zeros ... | stack | data
//! ```
//!
//! Nothing else in the module touches those bytes: the linker puts the stack at the top of the first MiB, growing down
//! (this code hardly uses it), and any data above it. Names of up to half a MiB fit.
//!
//! The same in the text format, with nothing hidden: `greet.wat` beside this crate's `Cargo.toml`.
#![no_std]

use core::ptr;
use core::sync::atomic::{Ordering, compiler_fence};

const PREFIX: &[u8; 7] = b"Hello, ";

/// Writes `Hello, ` and the `len` bytes found at `name` to address 0. Right wherever the name lies, also when the two
/// regions overlap; a name that is not inside the memory traps.
///
/// # Safety
///
/// The host must keep `[0, 7 + len)` and `[name, name + len)` clear of this module's stack and data.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn greet(name: *const u8, len: usize) {
    // The name goes first: were it to start below address 7, writing the prefix first would overwrite it.
    let behind_prefix = ptr::without_provenance_mut::<u8>(PREFIX.len());
    // SAFETY: the caller owns both ranges; `ptr::copy` allows them to overlap.
    unsafe { ptr::copy(name, behind_prefix, len) };
    compiler_fence(Ordering::SeqCst);
    for (address, byte) in PREFIX.iter().enumerate() {
        // SAFETY: address 0 is an ordinary address in linear memory, but a null pointer to the compiler, which takes
        // a plain store to it for unreachable code. A volatile store is made as written.
        unsafe { ptr::without_provenance_mut::<u8>(address).write_volatile(*byte) };
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}
