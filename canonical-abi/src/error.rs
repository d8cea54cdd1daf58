//! Why something did not cross: the guest's fault, the host's, or what happened in the guest on the way.

use std::fmt;

use crate::trap::Trap;
use crate::types::Mismatch;

/// Why a value could not be lowered or copied. Lifting runs no code of the guest's and can only [`Trap`].
///
/// `E` is the error of [`Guest`](crate::Guest), which passes through unchanged: when `realloc` traps, that trap is what
/// the caller sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error<E> {
    /// A guest broke a rule of the canonical ABI.
    Trap(Trap),
    /// The guest's `realloc` or `post-return` failed by itself.
    Guest(E),
    /// The host's value is not of the type that is wanted.
    Mismatch(Box<Mismatch>),
}

impl<E> From<Trap> for Error<E> {
    fn from(trap: Trap) -> Self {
        Error::Trap(trap)
    }
}

impl<E> From<Mismatch> for Error<E> {
    fn from(mismatch: Mismatch) -> Self {
        Error::Mismatch(Box::new(mismatch))
    }
}

impl<E: fmt::Display> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Trap(trap) => trap.fmt(f),
            Error::Guest(error) => error.fmt(f),
            Error::Mismatch(mismatch) => mismatch.fmt(f),
        }
    }
}

impl<E: std::error::Error> std::error::Error for Error<E> {}
