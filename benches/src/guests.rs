//! The modules that are measured, from `guests/built`.

use std::path::Path;

pub use falkirk_kernels::{KERNELS, Kernel};

/// The module of a guest, such as `greet` or `kernel-fib`.
///
/// # Panics
///
/// Where it has not been built.
pub fn module(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../guests/built").join(name).with_extension("wasm");
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A kernel's module.
pub fn kernel_module(kernel: &Kernel) -> Vec<u8> {
    module(&format!("kernel-{}", kernel.name))
}

/// The kernel of this name.
pub fn kernel(name: &str) -> Option<&'static Kernel> {
    KERNELS.iter().find(|kernel| kernel.name == name)
}
