//! What crosses when a function is called (*Lifting and Lowering Values*, the sync halves of `canon lift` and `canon
//! lower`).
//!
//! | who calls | parameters | result |
//! | --- | --- | --- |
//! | the host calls a guest (`canon lift`) | [`lower_params`](crate::LowerContext::lower_params) | [`lift_result`](crate::LiftContext::lift_result), then [`post_return`] |
//! | a guest calls the host (`canon lower`) | [`lift_params`](crate::LiftContext::lift_params) | [`lower_result`](crate::LowerContext::lower_result) |
//!
//! Each comes for typed values, and for [`Val`](crate::Val)s with `_vals` or `_val` in its name. Between two guests, a
//! [`Copier`](crate::Copier) does both at once.

mod lift;
mod lower;

use crate::error::Error;
use crate::guest::Guest;
use crate::observer::{Event, Observer};
use crate::types::{FuncType, MAX_FLAT_PARAMS, MAX_FLAT_RESULTS};

/// Room for the core values of any parameters or result, with one more for the address of a result.
pub type FlatValues = [u64; MAX_FLAT_PARAMS + 1];

/// Calls a guest's `post-return` with the core values that its function returned. It may not call out meanwhile.
///
/// ```
/// use falkirk_canonical_abi::{Heap, post_return};
///
/// let mut guest = Heap::new([]);
/// post_return(&mut guest, &[16], &mut ())?;
/// assert_eq!(guest.post_returns, [[16]]);
/// # Ok::<(), falkirk_canonical_abi::Error<std::convert::Infallible>>(())
/// ```
pub fn post_return<G: Guest, O: Observer>(
    guest: &mut G,
    results: &[u64],
    observer: &mut O,
) -> Result<(), Error<G::Error>> {
    guest.instance().flags.set_may_leave(false);
    guest.post_return(results).map_err(Error::Guest)?;
    guest.instance().flags.set_may_leave(true);
    if O::ENABLED {
        observer.event(Event::PostReturn { values: results });
    }
    Ok(())
}

impl FuncType {
    /// How many core values the parameters are when the function is called.
    pub(crate) fn flat_params(&self) -> usize {
        if self.params_in_memory() { 1 } else { self.params_layout().flat as usize }
    }

    /// The address that a guest which calls the function brought for its result, if it goes through memory.
    ///
    /// ```
    /// use falkirk_canonical_abi::{Type, Types};
    ///
    /// let greet = Types::new().func([("name", Type::String)], Some(Type::String))?;
    /// // A pointer, a length, and the address for the result.
    /// assert_eq!(greet.result_pointer(&[8, 3, 64]), Some(64));
    /// # Ok::<(), falkirk_canonical_abi::TypeError>(())
    /// ```
    pub fn result_pointer(&self, args: &[u64]) -> Option<u64> {
        self.result_in_memory().then(|| args[self.flat_params()])
    }
}

/// Whether so many core values go through memory.
const fn params_in_memory(flat: u32) -> bool {
    flat as usize > MAX_FLAT_PARAMS
}

/// Whether so many core values go through memory.
const fn result_in_memory(flat: u32) -> bool {
    flat as usize > MAX_FLAT_RESULTS
}
