//! The conditions under which the specification lets valid code fail.

use std::fmt;

/// A trap: one of the specification's conditions that end a computation (section 4.4, "Instructions").
///
/// A trap is a value. Limits of this implementation (stack, fuel, deadline, memory) are
/// [`Limit`](crate::Limit)s and errors of host functions are carried unchanged; neither is a trap.
///
/// [The book](crate#in-the-book) explains it in chapters 7 and 9.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Trap {
    /// `unreachable` was executed.
    Unreachable = 1,
    /// A load, store or bulk memory instruction reached past the end of its memory or data segment.
    MemoryOutOfBounds,
    /// A table instruction reached past the end of its table or element segment.
    TableOutOfBounds,
    /// `call_indirect` used an index past the end of its table.
    UndefinedElement,
    /// `call_indirect` found a null reference in its table.
    UninitializedElement,
    /// `call_indirect` found a function of another type.
    IndirectCallTypeMismatch,
    /// `call_ref` was given a null reference.
    NullFunctionReference,
    /// `ref.as_non_null` was given a null reference.
    NullReference,
    /// An integer was divided by zero.
    IntegerDivideByZero,
    /// A signed division or a float-to-integer conversion has no representable result.
    IntegerOverflow,
    /// A NaN was converted to an integer.
    InvalidConversionToInteger,
    /// A component broke a rule of the canonical ABI. Which one, [`Error::downcast_ref`](crate::Error::downcast_ref) tells
    /// with the canonical ABI's own trap.
    CanonicalAbi,
}

impl Trap {
    /// Every trap, in the order of its code.
    pub const ALL: [Trap; 12] = [
        Trap::Unreachable,
        Trap::MemoryOutOfBounds,
        Trap::TableOutOfBounds,
        Trap::UndefinedElement,
        Trap::UninitializedElement,
        Trap::IndirectCallTypeMismatch,
        Trap::NullFunctionReference,
        Trap::NullReference,
        Trap::IntegerDivideByZero,
        Trap::IntegerOverflow,
        Trap::InvalidConversionToInteger,
        Trap::CanonicalAbi,
    ];

    /// The specification's words for this trap, as its test suite spells them.
    pub fn message(self) -> &'static str {
        match self {
            Trap::Unreachable => "unreachable",
            Trap::MemoryOutOfBounds => "out of bounds memory access",
            Trap::TableOutOfBounds => "out of bounds table access",
            Trap::UndefinedElement => "undefined element",
            Trap::UninitializedElement => "uninitialized element",
            Trap::IndirectCallTypeMismatch => "indirect call type mismatch",
            Trap::NullFunctionReference => "null function reference",
            Trap::NullReference => "null reference",
            Trap::IntegerDivideByZero => "integer divide by zero",
            Trap::IntegerOverflow => "integer overflow",
            Trap::InvalidConversionToInteger => "invalid conversion to integer",
            Trap::CanonicalAbi => "a rule of the canonical ABI was broken",
        }
    }

    /// The trap with this code, if there is one.
    pub fn from_code(code: u8) -> Option<Trap> {
        Trap::ALL.get(usize::from(code).checked_sub(1)?).copied()
    }
}

impl fmt::Display for Trap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_positions_in_the_list() {
        for (position, trap) in Trap::ALL.into_iter().enumerate() {
            assert_eq!(trap as usize, position + 1);
            assert_eq!(Trap::from_code(trap as u8), Some(trap));
        }
        assert_eq!(Trap::from_code(0), None);
        assert_eq!(Trap::from_code(13), None);
    }
}
