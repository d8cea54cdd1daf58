//! The machine that code is made for, and Cranelift's settings.

use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::settings::{self, Configurable};

/// This machine, with the settings that all code is compiled with; `Err` says why there is no JIT for it.
pub fn host() -> Result<OwnedTargetIsa, String> {
    check_machine()?;
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
        // Results that find no register are returned in memory.
        ("enable_multi_ret_implicit_sret", "true"),
        ("is_pic", "false"),
        ("enable_verifier", if cfg!(debug_assertions) { "true" } else { "false" }),
    ];
    for (name, value) in set {
        flags.set(name, value).map_err(|error| format!("Cranelift's setting {name}: {error}"))?;
    }
    let builder = cranelift_native::builder()?;
    builder.finish(settings::Flags::new(flags)).map_err(|error| error.to_string())
}

/// Whether there is a JIT for this machine: traps are signals, and two places are written in assembly.
fn check_machine() -> Result<(), String> {
    if cfg!(not(target_os = "linux")) {
        return Err("the JIT runs on Linux only".into());
    }
    if cfg!(not(any(target_arch = "x86_64", target_arch = "aarch64"))) {
        return Err(format!("the JIT makes code for x86_64 and aarch64, and not for {}", std::env::consts::ARCH));
    }
    // Without it, Cranelift rounds floats by calls to a library, which code that stands anywhere cannot make.
    #[cfg(target_arch = "x86_64")]
    if !std::is_x86_feature_detected!("sse4.1") {
        return Err("the JIT needs a processor with SSE4.1".into());
    }
    Ok(())
}
