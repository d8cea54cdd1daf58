//! What the canonical ABI asks of a guest: memory, `realloc`, `post-return`, and a handle table.

use crate::resources::InstanceState;

/// A guest: an instance of a component, seen through the options of one of its functions.
///
/// Addresses are 64 bits wide here whatever the guest's are. A guest is free to move or grow its memory whenever
/// [`realloc`](Guest::realloc) runs, so the ABI asks for the memory again after each call, and checks each address that
/// it is given against the memory as it then is. Nothing that a guest returns is trusted.
///
/// [`Heap`](crate::Heap) is a guest for tests and examples, with no WebAssembly in it.
pub trait Guest {
    /// What can go wrong while the guest's own code runs: a trap, an exhausted limit. It passes through unchanged.
    type Error;

    /// The guest's linear memory, which is empty if its functions use none, and the state of its instance.
    fn parts(&mut self) -> (&mut [u8], &mut InstanceState);

    /// Calls the guest's `realloc(old, old_size, align, new_size)`, which returns an address.
    ///
    /// The ABI has seen to it that the guest may not call out meanwhile, and checks what is returned.
    fn realloc(&mut self, old: u64, old_size: u64, align: u32, new_size: u64) -> Result<u64, Self::Error>;

    /// Calls the guest's `post-return` with the results of the core function, if it has one.
    fn post_return(&mut self, results: &[u64]) -> Result<(), Self::Error> {
        let _ = results;
        Ok(())
    }

    /// The guest's memory.
    #[inline]
    fn memory(&mut self) -> &mut [u8] {
        self.parts().0
    }

    /// The state of the guest's instance.
    #[inline]
    fn instance(&mut self) -> &mut InstanceState {
        self.parts().1
    }
}
