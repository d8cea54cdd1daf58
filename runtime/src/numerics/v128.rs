//! Vectors (section 2.2.4 of the specification), their lanes (4.3.1) and their text.
//!
//! A [`V128`] is sixteen bytes in memory order. A shape (`i32x4`, ...) is only a way to look at them:
//! lane 0 is the least significant, which is the first in memory.
//!
//! Bytes, not a `u128`: the compiler sees through an array to the vector instructions, and through an
//! integer it does not.

use std::fmt;
use std::str::FromStr;

/// A 128-bit vector.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
#[repr(transparent)]
pub struct V128([u8; 16]);

impl V128 {
    /// The vector with all bits zero.
    pub const ZERO: V128 = V128([0; 16]);

    /// The vector with these bytes in memory.
    #[inline(always)]
    pub const fn from_bytes(bytes: [u8; 16]) -> V128 {
        V128(bytes)
    }

    /// The bytes of this vector in memory.
    #[inline(always)]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }
}

impl From<[u8; 16]> for V128 {
    #[inline(always)]
    fn from(bytes: [u8; 16]) -> V128 {
        V128(bytes)
    }
}

impl From<V128> for [u8; 16] {
    #[inline(always)]
    fn from(vector: V128) -> [u8; 16] {
        vector.0
    }
}

impl From<u128> for V128 {
    #[inline(always)]
    fn from(bits: u128) -> V128 {
        V128(bits.to_le_bytes())
    }
}

impl From<V128> for u128 {
    #[inline(always)]
    fn from(vector: V128) -> u128 {
        u128::from_le_bytes(vector.0)
    }
}

/// Converts between a vector and its lanes, each little-endian.
macro_rules! lanes {
    ($($lane:ident $count:literal)*) => {$(
        impl From<[$lane; $count]> for V128 {
            #[inline(always)]
            fn from(lanes: [$lane; $count]) -> V128 {
                let mut bytes = [0; 16];
                let (chunks, _) = bytes.as_chunks_mut();
                for (chunk, lane) in chunks.iter_mut().zip(lanes) {
                    *chunk = lane.to_le_bytes();
                }
                V128(bytes)
            }
        }

        impl From<V128> for [$lane; $count] {
            #[inline(always)]
            fn from(vector: V128) -> [$lane; $count] {
                let (chunks, _) = vector.0.as_chunks();
                std::array::from_fn(|lane| $lane::from_le_bytes(chunks[lane]))
            }
        }
    )*};
}

lanes! { i8 16 u16 8 i16 8 u32 4 i32 4 u64 2 i64 2 f32 4 f64 2 }

/// The text form, as in `v128.const`: `i32x4 0x00000001 0x00000002 0x00000003 0x00000004`.
impl fmt::Display for V128 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d] = <[u32; 4]>::from(*self);
        write!(f, "i32x4 {a:#010x} {b:#010x} {c:#010x} {d:#010x}")
    }
}

impl fmt::Debug for V128 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d] = <[u32; 4]>::from(*self);
        write!(f, "i32x4({a:#010x} {b:#010x} {c:#010x} {d:#010x})")
    }
}

/// Why a text is no vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParseV128Error {
    /// The text begins neither with a shape nor with `0x`.
    Shape {
        /// The word found instead.
        found: String,
    },
    /// A shape is followed by too few or too many lanes.
    Count {
        /// The shape.
        shape: &'static str,
        /// How many lanes follow it.
        found: usize,
        /// How many lanes it has.
        wanted: usize,
    },
    /// A lane is no number of the shape's type, or out of its range.
    Lane {
        /// The shape.
        shape: &'static str,
        /// The lane's index.
        lane: usize,
        /// The word found in its place.
        found: String,
    },
    /// A text that begins with `0x` does not go on with 32 hexadecimal digits.
    Digits {
        /// The text.
        found: String,
    },
}

impl std::error::Error for ParseV128Error {}

impl fmt::Display for ParseV128Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParseV128Error::Shape { found } => {
                write!(f, "a vector begins with i8x16, i16x8, i32x4, i64x2, f32x4, f64x2 or 0x, not with `{found}`")
            }
            ParseV128Error::Count { shape, found, wanted } => {
                write!(f, "{shape} takes {wanted} lanes, but {found} follow")
            }
            ParseV128Error::Lane { shape, lane, found } => {
                let (kind, lanes) = shape.split_once('x').unwrap_or((shape, ""));
                write!(f, "lane {lane} of {lanes} in {shape} must be an {kind}, and `{found}` is none")
            }
            ParseV128Error::Digits { found } => {
                write!(f, "a vector in hexadecimal is 0x and 32 digits, not `{found}`")
            }
        }
    }
}

/// Parses `i32x4 1 -2 0x3 4` and its like for each shape, or `0x` and 32 digits (a `u128`, so the last
/// digits are lane 0).
///
/// Integer lanes may be signed or unsigned, decimal or hexadecimal, with `_` between digits. Float lanes
/// are decimal, `inf`, `nan`, or `nan:0x` and a payload.
impl FromStr for V128 {
    type Err = ParseV128Error;

    fn from_str(text: &str) -> Result<V128, ParseV128Error> {
        let mut words = text.split_whitespace();
        let shape = words.next().unwrap_or("");
        let words: Vec<&str> = words.collect();
        match shape {
            "i8x16" => parse_lanes("i8x16", &words, |word| integer(word, 8).map(|bits| bits as u8)).map(V128),
            "i16x8" => {
                parse_lanes::<_, 8>("i16x8", &words, |word| integer(word, 16).map(|bits| bits as u16)).map(V128::from)
            }
            "i32x4" => {
                parse_lanes::<_, 4>("i32x4", &words, |word| integer(word, 32).map(|bits| bits as u32)).map(V128::from)
            }
            "i64x2" => parse_lanes::<_, 2>("i64x2", &words, |word| integer(word, 64)).map(V128::from),
            "f32x4" => parse_lanes::<_, 4>("f32x4", &words, float32).map(V128::from),
            "f64x2" => parse_lanes::<_, 2>("f64x2", &words, float64).map(V128::from),
            _ => parse_digits(text.trim(), shape),
        }
    }
}

/// Reads exactly `N` words as lanes of `shape`.
fn parse_lanes<T: Copy + Default, const N: usize>(
    shape: &'static str,
    words: &[&str],
    parse: impl Fn(&str) -> Option<T>,
) -> Result<[T; N], ParseV128Error> {
    if words.len() != N {
        return Err(ParseV128Error::Count { shape, found: words.len(), wanted: N });
    }
    let mut lanes = [T::default(); N];
    for (lane, word) in words.iter().enumerate() {
        lanes[lane] = parse(word).ok_or_else(|| ParseV128Error::Lane { shape, lane, found: (*word).to_owned() })?;
    }
    Ok(lanes)
}

/// Reads the form without a shape.
fn parse_digits(text: &str, first_word: &str) -> Result<V128, ParseV128Error> {
    let Some(digits) = text.strip_prefix("0x") else {
        return Err(ParseV128Error::Shape { found: first_word.to_owned() });
    };
    if digits.len() != 32 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(ParseV128Error::Digits { found: text.to_owned() });
    }
    let bits = u128::from_str_radix(digits, 16).map_err(|_| ParseV128Error::Digits { found: text.to_owned() })?;
    Ok(V128::from(bits))
}

/// An integer of `bits` bits in the text format: between `-2^(bits-1)` and `2^bits - 1`.
fn integer(word: &str, bits: u32) -> Option<u64> {
    let (negative, magnitude) = sign(word);
    let value = i128::from(natural(magnitude)?);
    let value = if negative { -value } else { value };
    (-(1 << (bits - 1)) <= value && value < 1 << bits).then_some(value as u64)
}

/// A number without a sign, decimal or hexadecimal, with single underscores between digits.
fn natural(word: &str) -> Option<u64> {
    let (digits, radix) = word.strip_prefix("0x").map_or((word, 10), |digits| (digits, 16));
    let well_formed =
        digits.split('_').all(|group| !group.is_empty() && group.chars().all(|digit| digit.is_digit(radix)));
    u64::from_str_radix(&digits.replace('_', ""), radix).ok().filter(|_| well_formed)
}

/// Splits off a sign: is it negative?
fn sign(word: &str) -> (bool, &str) {
    match word.strip_prefix('-') {
        Some(magnitude) => (true, magnitude),
        None => (false, word.strip_prefix('+').unwrap_or(word)),
    }
}

/// The payload in `nan:0x...` for a mantissa of `bits` bits, or that of a plain `nan`.
fn nan_payload(magnitude: &str, bits: u32) -> Option<u64> {
    match magnitude.strip_prefix("nan")? {
        "" => Some(1 << (bits - 1)),
        rest => {
            let payload = rest.strip_prefix(':').filter(|payload| payload.starts_with("0x"))?;
            natural(payload).filter(|payload| (1..1 << bits).contains(payload))
        }
    }
}

/// Defines the reader of a float type with a mantissa of so many stored bits.
macro_rules! float_reader {
    ($name:ident, $float:ident, $bits:ident, $mantissa:literal) => {
        /// A float in the text format, less the hexadecimal ones.
        fn $name(word: &str) -> Option<$float> {
            let (negative, magnitude) = sign(word);
            let positive = if magnitude == "inf" {
                $float::INFINITY
            } else if magnitude.starts_with(|first: char| first.is_ascii_digit()) {
                magnitude.parse().ok()?
            } else {
                let payload = nan_payload(magnitude, $mantissa)? as $bits;
                $float::from_bits($float::INFINITY.to_bits() | payload)
            };
            Some(if negative { -positive } else { positive })
        }
    };
}

float_reader!(float32, f32, u32, 23);
float_reader!(float64, f64, u64, 52);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lane_zero_is_first_in_memory() {
        let bytes: [u8; 16] = std::array::from_fn(|i| i as u8);
        let vector = V128::from_bytes(bytes);
        assert_eq!(vector.to_bytes(), bytes);
        assert_eq!(u128::from(vector), 0x0f0e_0d0c_0b0a_0908_0706_0504_0302_0100);
        assert_eq!(<[u16; 8]>::from(vector)[1], 0x0302);
        assert_eq!(<[u32; 4]>::from(vector), [0x0302_0100, 0x0706_0504, 0x0b0a_0908, 0x0f0e_0d0c]);
        assert_eq!(<[u64; 2]>::from(vector), [0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908]);
    }

    #[test]
    fn every_view_leads_back() {
        let vector = V128::from(0xfedc_ba98_7654_3210_7fa0_0001_8899_aabb_u128);
        assert_eq!(V128::from(<[u8; 16]>::from(vector)), vector);
        assert_eq!(V128::from(<[i8; 16]>::from(vector)), vector);
        assert_eq!(V128::from(<[u16; 8]>::from(vector)), vector);
        assert_eq!(V128::from(<[i16; 8]>::from(vector)), vector);
        assert_eq!(V128::from(<[u32; 4]>::from(vector)), vector);
        assert_eq!(V128::from(<[i32; 4]>::from(vector)), vector);
        assert_eq!(V128::from(<[u64; 2]>::from(vector)), vector);
        assert_eq!(V128::from(<[i64; 2]>::from(vector)), vector);
        assert_eq!(V128::from(<[f32; 4]>::from(vector)), vector);
        assert_eq!(V128::from(<[f64; 2]>::from(vector)), vector);
        assert_eq!(V128::from(u128::from(vector)), vector);
        assert_eq!(V128::default(), V128::ZERO);
    }

    #[test]
    fn text_round_trips() {
        let vector = V128::from([1u32, 2, 0xdead_beef, 4]);
        assert_eq!(vector.to_string(), "i32x4 0x00000001 0x00000002 0xdeadbeef 0x00000004");
        assert_eq!(format!("{vector:?}"), "i32x4(0x00000001 0x00000002 0xdeadbeef 0x00000004)");
        assert_eq!(vector.to_string().parse(), Ok(vector));
    }

    #[test]
    fn each_shape_parses() {
        for (text, wanted) in [
            ("i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 -128 0xff", 0xff80_0d0c_0b0a_0908_0706_0504_0302_0100),
            ("i16x8 0 1 2 3 4 5 -1 65535", 0xffff_ffff_0005_0004_0003_0002_0001_0000),
            ("i32x4 +1 -0x8000_0000 0xffff_ffff 1_000", 0x0000_03e8_ffff_ffff_8000_0000_0000_0001),
            ("i64x2 -1 0x8000000000000000", 0x8000_0000_0000_0000_ffff_ffff_ffff_ffff),
            ("f32x4 1.5 -0 -inf nan:0x200001", 0x7fa0_0001_ff80_0000_8000_0000_3fc0_0000),
            (" f64x2  -nan\n1e3 ", 0x408f_4000_0000_0000_fff8_0000_0000_0000),
            ("0x0123456789abcdef0123456789ABCDEF", 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef),
        ] {
            assert_eq!(text.parse(), Ok(V128::from(wanted)), "{text}");
        }
    }

    #[test]
    fn errors_say_what_was_found_and_what_was_wanted() {
        for (text, wanted) in [
            ("", "a vector begins with i8x16, i16x8, i32x4, i64x2, f32x4, f64x2 or 0x, not with ``"),
            ("u8x16 1", "a vector begins with i8x16, i16x8, i32x4, i64x2, f32x4, f64x2 or 0x, not with `u8x16`"),
            ("i32x4 1 2 3", "i32x4 takes 4 lanes, but 3 follow"),
            ("i64x2 1 2 3", "i64x2 takes 2 lanes, but 3 follow"),
            ("i16x8 0 0 0 65536 0 0 0 0", "lane 3 of 8 in i16x8 must be an i16, and `65536` is none"),
            ("i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 -129", "lane 15 of 16 in i8x16 must be an i8, and `-129` is none"),
            (
                "i64x2 0 0x1_0000_0000_0000_0000",
                "lane 1 of 2 in i64x2 must be an i64, and `0x1_0000_0000_0000_0000` is none",
            ),
            ("i32x4 _1 0 0 0", "lane 0 of 4 in i32x4 must be an i32, and `_1` is none"),
            ("i32x4 --1 0 0 0", "lane 0 of 4 in i32x4 must be an i32, and `--1` is none"),
            ("f32x4 0 infinity 0 0", "lane 1 of 4 in f32x4 must be an f32, and `infinity` is none"),
            ("f32x4 0 0 0 nan:0x800000", "lane 3 of 4 in f32x4 must be an f32, and `nan:0x800000` is none"),
            ("0x123", "a vector in hexadecimal is 0x and 32 digits, not `0x123`"),
        ] {
            assert_eq!(text.parse::<V128>().unwrap_err().to_string(), wanted);
        }
    }
}
