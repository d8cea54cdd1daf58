//! Guests, as the canonical ABI sees them.

use falkirk_canonical_abi::{
    self as abi, Entry, Event, Guest, HandleMove, InstanceId, InstanceState, Lends, Observer, Options, Pair,
};
use falkirk_runtime::{Error, Memory, Result, SlotFunc, StoreContextMut};

use crate::state::{ComponentStore, state};

/// An instance, seen through the options of one of its lifted or lowered functions. All is resolved: a call looks
/// nothing up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    /// The instance.
    pub instance: InstanceId,
    /// How strings are encoded, and how wide addresses are.
    pub options: Options,
    /// The memory.
    pub memory: Option<Memory>,
    /// Gives memory.
    pub realloc: Option<SlotFunc>,
    /// Is called when a result was taken.
    pub post_return: Option<SlotFunc>,
}

/// A guest while something crosses.
pub(crate) struct Side<'a, T: 'static> {
    pub store: StoreContextMut<'a, T>,
    pub view: &'a View,
}

/// Two guests while something crosses from one to the other.
pub(crate) struct Both<'a, 's, T: 'static> {
    pub store: &'a mut StoreContextMut<'s, T>,
    pub source: &'a View,
    pub target: &'a View,
}

impl View {
    /// Calls the instance's `realloc`.
    #[inline]
    fn realloc<T>(
        &self,
        store: &mut StoreContextMut<'_, T>,
        old: u64,
        old_size: u64,
        align: u32,
        new_size: u64,
    ) -> Result<u64> {
        let realloc = self.realloc.expect("BUG: a valid function has the option `realloc` where it needs memory");
        let mut result = [0];
        realloc.call(store, &[old, old_size, align.into(), new_size], &mut result)?;
        Ok(result[0])
    }
}

impl<T> Guest for Side<'_, T> {
    type Error = Error;

    #[inline]
    fn parts(&mut self) -> (&mut [u8], &mut InstanceState) {
        let (components, memory): (&mut ComponentStore, &mut [u8]) = match self.view.memory {
            Some(memory) => {
                let (components, [memory]) = self.store.extension_and_memories([memory]);
                (components, memory)
            }
            None => (self.store.extension(), &mut []),
        };
        (memory, components.instance(self.view.instance))
    }

    #[inline]
    fn realloc(&mut self, old: u64, old_size: u64, align: u32, new_size: u64) -> Result<u64> {
        self.view.realloc(&mut self.store, old, old_size, align, new_size)
    }

    #[inline]
    fn post_return(&mut self, results: &[u64]) -> Result<()> {
        match self.view.post_return {
            Some(post_return) => post_return.call(&mut self.store, results, &mut []),
            None => Ok(()),
        }
    }
}

impl<T> Pair for Both<'_, '_, T> {
    type Error = Error;

    #[inline]
    fn memories(&mut self) -> (&[u8], &mut [u8]) {
        match (self.source.memory, self.target.memory) {
            (Some(source), Some(target)) => {
                let (_, [source, target]) = self.store.extension_and_memories::<ComponentStore, 2>([source, target]);
                (source, target)
            }
            (Some(source), None) => {
                let (_, [source]) = self.store.extension_and_memories::<ComponentStore, 1>([source]);
                (source, &mut [])
            }
            (None, Some(target)) => {
                let (_, [target]) = self.store.extension_and_memories::<ComponentStore, 1>([target]);
                (&[], target)
            }
            (None, None) => (&[], &mut []),
        }
    }

    #[inline]
    fn source(&mut self) -> &mut InstanceState {
        state(self.store).instance(self.source.instance)
    }

    #[inline]
    fn target(&mut self) -> &mut InstanceState {
        state(self.store).instance(self.target.instance)
    }

    #[inline]
    fn realloc(&mut self, old: u64, old_size: u64, align: u32, new_size: u64) -> Result<u64> {
        self.target.realloc(self.store, old, old_size, align, new_size)
    }
}

/// The call that handles were lent to has returned.
pub(super) fn end_lends<O: Observer>(instance: &mut InstanceState, lends: Lends, watch: &mut O) {
    if O::ENABLED {
        for index in lends.indices() {
            if let Ok(Entry::Resource(handle)) = instance.handles.get(*index) {
                let (movement, index, resource, rep) = (HandleMove::EndLend, *index, handle.ty, handle.rep);
                watch.event(Event::Handle { movement, index, resource, rep });
            }
        }
    }
    instance.end_lends(lends);
}

/// What went wrong in the canonical ABI, as an error of the runtime: a trap, the guest's own failure, or the embedder's
/// mistake.
#[cold]
pub(crate) fn failure(error: abi::Error<Error>) -> Error {
    match error {
        abi::Error::Trap(trap) => Error::canonical_abi(trap),
        abi::Error::Guest(error) => error,
        abi::Error::Mismatch(mismatch) => Error::usage(mismatch.to_string()),
    }
}

/// A trap of the canonical ABI, as an error of the runtime.
#[cold]
pub(crate) fn trap(trap: abi::Trap) -> Error {
    Error::canonical_abi(trap)
}
