//! A [`Unit`] as bytes, and back.
//!
//! ```text
//! the text, then for each further array its length (u64) and its elements, then the length of the text (u64)
//! ```
//!
//! All numbers have the low byte first. The text comes first, so that the bytes of a file become the text where they are.
//! There are no offsets, so there is little that can be wrong: too few bytes, too many, or numbers that
//! [`check`](super::check) rejects.

use super::{Inlined, Position, Range, Unit};

/// The arrays of a unit behind the text, in the order in which they are written.
macro_rules! arrays {
    ($($name:ident,)*) => {
        impl Unit {
            /// This unit as bytes.
            pub fn encode(&self) -> Vec<u8> {
                let Unit { text, $($name),* } = self;
                let mut bytes = Vec::with_capacity(text.len() + text.len() / 2 + 1024);
                bytes.extend_from_slice(text);
                $(put_array($name, &mut bytes);)*
                bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
                bytes
            }

            /// The unit that was written to these bytes.
            ///
            /// # Errors
            ///
            /// They are not what [`Unit::encode`] wrote; the error says why.
            pub fn decode(bytes: Vec<u8>) -> Result<Unit, &'static str> {
                let (arrays, len) = bytes.split_last_chunk().ok_or("the length of the text is missing")?;
                let len = usize::try_from(u64::from_le_bytes(*len)).unwrap_or(usize::MAX);
                let mut arrays = arrays.get(len..).ok_or("the text is too long")?;
                let mut unit = Unit { text: Vec::new(), $($name: get_array(&mut arrays)?,)* };
                if !arrays.is_empty() {
                    return Err("there is something behind the last array");
                }
                unit.text = bytes;
                unit.text.truncate(len);
                Ok(unit)
            }
        }
    };
}

arrays! {
    functions,
    bridges,
    gates,
    gate_text,
    trap_offsets,
    trap_codes,
    place_ends,
    place_positions,
    inlined,
}

/// An element of an array: always the same number of bytes.
trait Element: Sized {
    const BYTES: usize;

    /// Appends the element to some bytes.
    fn put(&self, bytes: &mut Vec<u8>);

    /// The element that was written to these bytes, of which there are enough.
    fn get(bytes: &[u8]) -> Self;

    fn put_all(elements: &[Self], bytes: &mut Vec<u8>) {
        elements.iter().for_each(|element| element.put(bytes));
    }

    fn get_all(bytes: &[u8]) -> Vec<Self> {
        bytes.chunks_exact(Self::BYTES).map(Self::get).collect()
    }
}

fn put_array<T: Element>(elements: &[T], bytes: &mut Vec<u8>) {
    bytes.reserve(8 + elements.len() * T::BYTES);
    bytes.extend_from_slice(&(elements.len() as u64).to_le_bytes());
    T::put_all(elements, bytes);
}

fn get_array<T: Element>(bytes: &mut &[u8]) -> Result<Vec<T>, &'static str> {
    let (len, rest) = bytes.split_first_chunk().ok_or("a length is missing")?;
    let len = usize::try_from(u64::from_le_bytes(*len)).ok().and_then(|len| len.checked_mul(T::BYTES));
    let (elements, rest) = len.and_then(|len| rest.split_at_checked(len)).ok_or("an array is too long")?;
    *bytes = rest;
    Ok(T::get_all(elements))
}

impl Element for u8 {
    const BYTES: usize = 1;

    fn put(&self, bytes: &mut Vec<u8>) {
        bytes.push(*self);
    }

    fn get(bytes: &[u8]) -> u8 {
        bytes[0]
    }

    fn put_all(elements: &[u8], bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(elements);
    }

    fn get_all(bytes: &[u8]) -> Vec<u8> {
        bytes.to_vec()
    }
}

impl Element for u32 {
    const BYTES: usize = 4;

    fn put(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.to_le_bytes());
    }

    fn get(bytes: &[u8]) -> u32 {
        u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
    }
}

impl<A: Element, B: Element> Element for (A, B) {
    const BYTES: usize = A::BYTES + B::BYTES;

    fn put(&self, bytes: &mut Vec<u8>) {
        self.0.put(bytes);
        self.1.put(bytes);
    }

    fn get(bytes: &[u8]) -> (A, B) {
        (A::get(bytes), B::get(&bytes[A::BYTES..]))
    }
}

/// Structures whose fields are elements.
macro_rules! structures {
    ($($name:ident { $($field:tt: $ty:ty),* })*) => {$(
        impl Element for $name {
            const BYTES: usize = 0 $(+ <$ty>::BYTES)*;

            fn put(&self, bytes: &mut Vec<u8>) {
                $(self.$field.put(bytes);)*
            }

            fn get(mut bytes: &[u8]) -> $name {
                $name { $($field: next::<$ty>(&mut bytes)),* }
            }
        }
    )*};
}

structures! {
    Range { start: u32, end: u32 }
    Position { 0: u32 }
    Inlined { function: u32, offset: u32, call: Position }
}

fn next<T: Element>(bytes: &mut &[u8]) -> T {
    let (element, rest) = bytes.split_at(T::BYTES);
    *bytes = rest;
    T::get(element)
}
