//! The conditions under which the canonical ABI traps.

use std::fmt;

/// A trap: one of the conditions under which the canonical ABI ends a computation. The fault is a guest's.
///
/// Each condition has its own variant, which carries what was found, and its message says that and what was wanted.
///
/// [The book](crate#in-the-book) explains it in chapters 12, 13 and 14.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trap {
    /// An address that the guest gave is not a multiple of the alignment.
    PointerUnaligned {
        /// What is at the address.
        what: What,
        /// The address.
        ptr: u64,
        /// The alignment.
        align: u32,
    },
    /// What the guest points to reaches past the end of its memory.
    PointerOutOfBounds {
        /// What is at the address.
        what: What,
        /// The address.
        ptr: u64,
        /// How many bytes it takes.
        bytes: u64,
        /// The size of the memory.
        memory: u64,
    },
    /// `realloc` returned an address that is not a multiple of the alignment it was called with.
    ReallocUnaligned {
        /// The address.
        ptr: u64,
        /// The alignment.
        align: u32,
    },
    /// `realloc` returned an address at which there is less memory than it was called for.
    ReallocOutOfBounds {
        /// The address.
        ptr: u64,
        /// How many bytes were wanted.
        bytes: u64,
        /// The size of the memory.
        memory: u64,
    },
    /// A string takes more bytes than the ABI allows.
    StringTooLong {
        /// How many bytes it takes.
        bytes: u64,
    },
    /// A list takes more bytes than the ABI allows.
    ListTooLong {
        /// How many elements it has.
        length: u64,
        /// The size of an element.
        element: u32,
    },
    /// A string is not UTF-8.
    InvalidUtf8 {
        /// How many of its bytes are.
        valid: u64,
    },
    /// A string is not UTF-16: a surrogate stands alone.
    InvalidUtf16 {
        /// How many of its code units are.
        valid: u64,
    },
    /// A `char` is beyond the last character of Unicode.
    CharOutOfRange {
        /// The number.
        found: u32,
    },
    /// A `char` is a surrogate.
    CharIsSurrogate {
        /// The number.
        found: u32,
    },
    /// A variant, enum, option or result has no such case.
    InvalidDiscriminant {
        /// The discriminant.
        found: u32,
        /// How many cases there are.
        cases: u32,
    },
    /// There is nothing at this index of the handle table.
    UnknownHandle {
        /// The index.
        index: u32,
    },
    /// The handle is of another resource type.
    WrongResource {
        /// The handle's index.
        index: u32,
    },
    /// A borrowed handle is given where an owned one is wanted.
    NotOwned {
        /// The handle's index.
        index: u32,
    },
    /// An owned handle is given away or dropped while it is lent.
    HandleLent {
        /// The handle's index.
        index: u32,
        /// How many calls it is lent to.
        lends: u32,
    },
    /// A call returned while handles borrowed for it remain.
    BorrowsRemain {
        /// How many remain.
        count: u32,
    },
    /// The handle table is full, or the tables that share a [`Quota`](crate::Quota) are.
    TableFull {
        /// How many handles it can hold.
        limit: u32,
    },
    /// A component calls out while it may not: from `realloc`, `post-return` or a start function.
    MayNotLeave,
    /// A component is called while it may not be: it is running already, or has trapped.
    MayNotEnter,
    /// What one call lifts or copies takes more of the host's memory or time than it may. A limit of this
    /// implementation, not a condition of the specification.
    BudgetExceeded {
        /// How many bytes may be made.
        limit: u64,
    },
}

/// What an address belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A string's code units.
    String,
    /// A list's elements.
    List,
    /// Parameters that go through memory.
    Params,
    /// A result that goes through memory.
    Result,
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            What::String => "a string",
            What::List => "a list",
            What::Params => "the parameters",
            What::Result => "the result",
        })
    }
}

impl fmt::Display for Trap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Trap::PointerUnaligned { what, ptr, align } => {
                write!(f, "the pointer to {what} is {ptr:#x}, wanted a multiple of {align}")
            }
            Trap::PointerOutOfBounds { what, ptr, bytes, memory } => {
                write!(f, "the pointer to {what} is {ptr:#x} with {bytes} bytes, but the memory has {memory}")
            }
            Trap::ReallocUnaligned { ptr, align } => {
                write!(f, "`realloc` returned {ptr:#x}, wanted a multiple of {align}")
            }
            Trap::ReallocOutOfBounds { ptr, bytes, memory } => {
                write!(f, "`realloc` returned {ptr:#x}, wanted {bytes} bytes there, but the memory has {memory}")
            }
            Trap::StringTooLong { bytes } => {
                write!(f, "a string has {bytes} bytes, wanted at most {}", crate::MAX_STRING_BYTE_LENGTH)
            }
            Trap::ListTooLong { length, element } => {
                let limit = crate::MAX_LIST_BYTE_LENGTH;
                write!(f, "a list has {length} elements of {element} bytes, wanted at most {limit} bytes")
            }
            Trap::InvalidUtf8 { valid } => write!(f, "a string is not UTF-8 after its first {valid} bytes"),
            Trap::InvalidUtf16 { valid } => write!(f, "a string is not UTF-16 after its first {valid} code units"),
            Trap::CharOutOfRange { found } => write!(f, "a char is {found:#x}, wanted at most 0x10ffff"),
            Trap::CharIsSurrogate { found } => {
                write!(f, "a char is {found:#x}, wanted none of the surrogates 0xd800 to 0xdfff")
            }
            Trap::InvalidDiscriminant { found, cases } => {
                write!(f, "a discriminant is {found}, wanted one of {cases} cases")
            }
            Trap::UnknownHandle { index } => write!(f, "there is no handle {index}"),
            Trap::WrongResource { index } => write!(f, "handle {index} is of another resource type than wanted"),
            Trap::NotOwned { index } => write!(f, "handle {index} is borrowed, wanted an owned one"),
            Trap::HandleLent { index, lends } => {
                write!(f, "handle {index} is lent to {lends} calls, wanted it back from all of them")
            }
            Trap::BorrowsRemain { count } => {
                write!(f, "a call returned with {count} borrowed handles, wanted all of them dropped")
            }
            Trap::TableFull { limit } => write!(f, "the handle table is full, it holds at most {limit} handles"),
            Trap::MayNotLeave => f.write_str("a component called out from where it may not leave"),
            Trap::MayNotEnter => f.write_str("a component was called while it may not be entered"),
            Trap::BudgetExceeded { limit } => {
                write!(f, "one call lifts or copies more than {limit} bytes, which is a limit of the host's")
            }
        }
    }
}

impl std::error::Error for Trap {}
