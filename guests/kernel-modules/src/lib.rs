//! Makes a WebAssembly module of a kernel: see the files in `examples/`, each of which is one [`export!`].
//!
//! In place of `std` the modules have panics that trap, and an allocator of a few instructions, so that kernels may use
//! `Vec` and `Box` and yet measure nothing but themselves.
//!
//! # Safety
//!
//! The state is in `Cell`s inside a `static`. That is sound because modules are built without threads.

#![no_std]

#[doc(hidden)]
pub use falkirk_kernels;

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size};
use core::cell::Cell;

const PAGE: usize = 65536;

/// Hands out memory upwards from the end of the initial memory. When the last block is freed it starts over, so a
/// second run finds the same memory as the first.
pub struct Bump {
    start: Cell<usize>,
    next: Cell<usize>,
    blocks: Cell<usize>,
}

// SAFETY: there are no threads (see the module's notes).
unsafe impl Sync for Bump {}

impl Bump {
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Bump {
        Bump { start: Cell::new(0), next: Cell::new(0), blocks: Cell::new(0) }
    }
}

// SAFETY: blocks that are live at the same time never overlap, since `next` only moves down when none is live; each is
// aligned and inside the memory, which never shrinks.
unsafe impl GlobalAlloc for Bump {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if self.start.get() == 0 {
            self.start.set(memory_size(0) * PAGE);
            self.next.set(self.start.get());
        }
        let block = self.next.get().next_multiple_of(layout.align());
        let end = block + layout.size();
        let have = memory_size(0) * PAGE;
        if end > have && memory_grow(0, (end - have).div_ceil(PAGE)) == usize::MAX {
            return core::ptr::null_mut();
        }
        self.next.set(end);
        self.blocks.set(self.blocks.get() + 1);
        block as *mut u8
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {
        self.blocks.set(self.blocks.get() - 1);
        if self.blocks.get() == 0 {
            self.next.set(self.start.get());
        }
    }
}

/// Makes the module of one kernel: the export `run`, the allocator, and panics that trap.
#[macro_export]
macro_rules! export {
    ($kernel:ident) => {
        #[global_allocator]
        static BUMP: $crate::Bump = $crate::Bump::new();

        #[unsafe(no_mangle)]
        extern "C" fn run(n: u32) -> u64 {
            $crate::falkirk_kernels::$kernel::run(n)
        }

        #[panic_handler]
        fn panic(_: &core::panic::PanicInfo) -> ! {
            core::arch::wasm32::unreachable()
        }
    };
}
