//! The kernels as native code: how far there is to go.

use falkirk_benches::contest::engine::NATIVE;
use falkirk_benches::guests::Kernel;

use super::{Engine, Work};

/// Native code.
pub struct Native;

impl Engine for Native {
    fn name(&self) -> &'static str {
        NATIVE
    }

    fn kernel(&self, kernel: &Kernel, _: &[u8]) -> Option<Work> {
        Some(Box::new(kernel.run))
    }
}
