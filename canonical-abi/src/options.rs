//! The options of a lifted or lowered function (*Canonical ABI Options*).

/// How a guest encodes its strings: the option `string-encoding`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum StringEncoding {
    /// UTF-8, in units of one byte.
    #[default]
    Utf8,
    /// UTF-16, little-endian, in units of two bytes.
    Utf16,
    /// Latin-1 where all characters allow it, else UTF-16; the highest bit of the length tells which.
    Latin1Utf16,
}

/// The encoding of one string: what a [`StringEncoding`] comes to once the length's tag is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SimpleEncoding {
    /// One byte for each of the first 256 characters of Unicode.
    Latin1,
    /// UTF-8.
    Utf8,
    /// UTF-16, little-endian.
    Utf16,
}

impl SimpleEncoding {
    /// The size of a code unit in bytes: 1 or 2.
    pub const fn unit(self) -> u64 {
        match self {
            SimpleEncoding::Latin1 | SimpleEncoding::Utf8 => 1,
            SimpleEncoding::Utf16 => 2,
        }
    }
}

/// The type of a guest's addresses: `i32`, or `i64` where its memory is a 64-bit one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PtrType {
    /// Addresses of 32 bits.
    #[default]
    I32,
    /// Addresses of 64 bits.
    I64,
}

impl PtrType {
    /// Both types of addresses.
    pub const ALL: [PtrType; 2] = [PtrType::I32, PtrType::I64];

    /// The size of an address in bytes: 4 or 8.
    #[inline]
    pub const fn size(self) -> u32 {
        match self {
            PtrType::I32 => 4,
            PtrType::I64 => 8,
        }
    }

    /// The address or length that a core value of 64 bits holds.
    #[inline]
    pub const fn truncate(self, value: u64) -> u64 {
        match self {
            PtrType::I32 => value as u32 as u64,
            PtrType::I64 => value,
        }
    }

    /// The bit of a string's length that says "UTF-16" under [`StringEncoding::Latin1Utf16`]: the highest one.
    #[inline]
    pub const fn utf16_tag(self) -> u64 {
        match self {
            PtrType::I32 => 1 << 31,
            PtrType::I64 => 1 << 63,
        }
    }
}

/// What a guest chose for one of its functions. The other options (memory, `realloc`, `post-return`) are what a
/// [`Guest`](crate::Guest) does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Options {
    /// How strings are encoded.
    pub string_encoding: StringEncoding,
    /// The type of addresses and lengths.
    pub ptr_type: PtrType,
}
