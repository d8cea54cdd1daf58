//! The machine that code is made for, and Cranelift's settings.

use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::settings::{self, Configurable};

/// This machine, with the settings that all code is compiled with; `Err` says why there is no JIT for it.
pub fn host() -> Result<OwnedTargetIsa, String> {
    let mut flags = settings::builder();
    let set = [
        // Wasm that a compiler has optimised gains little from a second optimiser, which would take as long as all else.
        ("opt_level", "none"),
        ("regalloc_algorithm", "backtracking"),
        // Frames are walked for backtraces.
        ("preserve_frame_pointers", "true"),
        ("unwind_info", "false"),
        // Each function checks the limit of the stack itself.
        ("enable_probestack", "false"),
        ("is_pic", "false"),
        ("enable_verifier", if cfg!(debug_assertions) { "true" } else { "false" }),
    ];
    for (name, value) in set {
        flags.set(name, value).map_err(|error| format!("Cranelift's setting {name}: {error}"))?;
    }
    let builder = cranelift_native::builder()?;
    builder.finish(settings::Flags::new(flags)).map_err(|error| error.to_string())
}
