//! Size, alignment and flat length of types (*Alignment*, *Element Size*, *Flattening*).
//!
//! These are `const` functions with one definition for two users: [`Types`](crate::Types) computes the layouts of types
//! that come from a component, and the compiler those of Rust types. Sizes saturate, so that a hostile type cannot
//! overflow them; `Types` refuses what is too large.

use crate::options::PtrType;

/// How much memory a value takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shape {
    /// The size in bytes, a multiple of the alignment.
    pub size: u32,
    /// The alignment: 1, 2, 4 or 8.
    pub align: u32,
}

impl Shape {
    /// The shape of a scalar, whose alignment is its size.
    const fn scalar(size: u32) -> Shape {
        Shape { size, align: size }
    }
}

/// A distance in bytes that depends on the size of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Offset {
    /// In memories with 32-bit addresses.
    pub at32: u32,
    /// In memories with 64-bit addresses.
    pub at64: u32,
}

impl Offset {
    /// The distance in memories with these addresses.
    #[inline]
    pub const fn get(self, ptr_type: PtrType) -> usize {
        match ptr_type {
            PtrType::I32 => self.at32 as usize,
            PtrType::I64 => self.at64 as usize,
        }
    }
}

/// The layout of a type: its shape in both sorts of memory, and the number of core values it flattens to.
///
/// ```
/// use falkirk_canonical_abi::{Layout, PtrType};
///
/// // record { a: u8, b: string } is a byte, three bytes of padding, a pointer and a length.
/// let layout = Layout::record(&[Layout::scalar(1), Layout::POINTER_PAIR]);
/// assert_eq!(layout.shape(PtrType::I32).size, 12);
/// assert_eq!(layout.shape(PtrType::I32).align, 4);
/// assert_eq!(layout.flat, 3);
/// ```
///
/// [The book](crate#in-the-book) explains it in chapter 13.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Layout {
    /// The shape in memories with 32-bit addresses.
    pub at32: Shape,
    /// The shape in memories with 64-bit addresses.
    pub at64: Shape,
    /// How many core values a value flattens to. More than [`MAX_FLAT_PARAMS`](crate::MAX_FLAT_PARAMS) means that it
    /// always goes through memory.
    pub flat: u32,
}

impl Layout {
    /// No value at all: what a function without parameters takes. Not the layout of any type.
    pub const NOTHING: Layout =
        Layout { at32: Shape { size: 0, align: 1 }, at64: Shape { size: 0, align: 1 }, flat: 0 };
    /// A pointer and a length: strings and lists.
    pub const POINTER_PAIR: Layout =
        Layout { at32: Shape { size: 8, align: 4 }, at64: Shape { size: 16, align: 8 }, flat: 2 };
    /// A handle: an index of 32 bits.
    pub const HANDLE: Layout = Layout::scalar(4);

    /// A scalar of this size in bytes.
    pub const fn scalar(size: u32) -> Layout {
        Layout { at32: Shape::scalar(size), at64: Shape::scalar(size), flat: 1 }
    }

    /// The shape in memories with these addresses.
    #[inline]
    pub const fn shape(self, ptr_type: PtrType) -> Shape {
        match ptr_type {
            PtrType::I32 => self.at32,
            PtrType::I64 => self.at64,
        }
    }

    /// The size in memories with these addresses.
    #[inline]
    pub const fn size(self, ptr_type: PtrType) -> usize {
        self.shape(ptr_type).size as usize
    }

    /// The alignment in memories with these addresses.
    #[inline]
    pub const fn align(self, ptr_type: PtrType) -> u32 {
        self.shape(ptr_type).align
    }

    // ANCHOR: record
    /// One field after the other, each at the next multiple of its alignment.
    pub const fn record(fields: &[Layout]) -> Layout {
        let mut end = Layout::NOTHING;
        let mut i = 0;
        while i < fields.len() {
            end = end.append(fields[i]).1;
            i += 1;
        }
        end.padded()
    }
    // ANCHOR_END: record

    /// Where each field of a record begins.
    pub const fn offsets<const N: usize>(fields: [Layout; N]) -> [Offset; N] {
        let mut offsets = [Offset { at32: 0, at64: 0 }; N];
        let mut end = Layout::NOTHING;
        let mut i = 0;
        while i < N {
            (offsets[i], end) = end.append(fields[i]);
            i += 1;
        }
        offsets
    }

    /// Which of a record's core values are those of each field: from the first to before the second number.
    pub const fn flat_ranges<const N: usize>(fields: [Layout; N]) -> [(usize, usize); N] {
        let mut ranges = [(0, 0); N];
        let (mut end, mut i) = (0, 0);
        while i < N {
            ranges[i] = (end, end + fields[i].flat as usize);
            end = ranges[i].1;
            i += 1;
        }
        ranges
    }

    // ANCHOR: variant
    /// A discriminant, then the payload at an offset that suits every case, with room for the largest.
    pub const fn variant(cases: &[Option<Layout>]) -> Layout {
        let tag = Layout::scalar(discriminant_size(cases.len()));
        let payload = Layout::payload(cases);
        let (_, whole) = tag.append(payload);
        whole.padded()
    }
    // ANCHOR_END: variant

    /// Where the payload of a variant begins.
    pub const fn payload_offset(cases: &[Option<Layout>]) -> Offset {
        let tag = Layout::scalar(discriminant_size(cases.len()));
        tag.append(Layout::payload(cases)).0
    }

    /// What holds the payload of any of these cases.
    const fn payload(cases: &[Option<Layout>]) -> Layout {
        let mut widest = Layout::NOTHING;
        let mut i = 0;
        while i < cases.len() {
            if let Some(case) = cases[i] {
                widest.at32 = larger(widest.at32, case.at32);
                widest.at64 = larger(widest.at64, case.at64);
                widest.flat = max(widest.flat, case.flat);
            }
            i += 1;
        }
        widest
    }

    /// One bit for each label: a byte, two bytes, or as many words of 32 bits as it takes.
    pub const fn flags(labels: usize) -> Layout {
        match labels {
            0..=8 => Layout::scalar(1),
            9..=16 => Layout::scalar(2),
            _ => Layout::fixed_list(Layout::scalar(4), saturate((labels as u64).div_ceil(32))),
        }
    }

    /// `length` elements, one after the other, with no pointer and no length.
    pub const fn fixed_list(element: Layout, length: u32) -> Layout {
        Layout {
            at32: Shape { size: element.at32.size.saturating_mul(length), align: element.at32.align },
            at64: Shape { size: element.at64.size.saturating_mul(length), align: element.at64.align },
            flat: element.flat.saturating_mul(length),
        }
    }

    // ANCHOR: append
    /// Puts a value behind this one: where it begins, and the layout of both.
    pub const fn append(self, next: Layout) -> (Offset, Layout) {
        let offset =
            Offset { at32: align_up(self.at32.size, next.at32.align), at64: align_up(self.at64.size, next.at64.align) };
        let at32 =
            Shape { size: offset.at32.saturating_add(next.at32.size), align: max(self.at32.align, next.at32.align) };
        let at64 =
            Shape { size: offset.at64.saturating_add(next.at64.size), align: max(self.at64.align, next.at64.align) };
        (offset, Layout { at32, at64, flat: self.flat.saturating_add(next.flat) })
    }
    // ANCHOR_END: append

    /// The layout with its size rounded up to its alignment.
    const fn padded(mut self) -> Layout {
        self.at32.size = align_up(self.at32.size, self.at32.align);
        self.at64.size = align_up(self.at64.size, self.at64.align);
        self
    }
}

/// The size of the number that tells the cases of a variant apart.
pub const fn discriminant_size(cases: usize) -> u32 {
    match cases {
        0..=0x100 => 1,
        0x101..=0x1_0000 => 2,
        _ => 4,
    }
}

/// The next multiple of an alignment, which is a power of two. The largest one, if there is no next.
const fn align_up(size: u32, align: u32) -> u32 {
    saturate((size as u64).next_multiple_of(align as u64))
}

const fn saturate(number: u64) -> u32 {
    if number > u32::MAX as u64 { u32::MAX } else { number as u32 }
}

const fn max(a: u32, b: u32) -> u32 {
    if a > b { a } else { b }
}

const fn larger(a: Shape, b: Shape) -> Shape {
    Shape { size: max(a.size, b.size), align: max(a.align, b.align) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn discriminants_grow_with_the_number_of_cases() {
        let sizes = [1, 256, 257, 65_536, 65_537].map(discriminant_size);
        assert_eq!(sizes, [1, 1, 2, 2, 4]);
    }

    #[test]
    fn flags_take_words_beyond_sixteen() {
        let shape = |labels| {
            let Layout { at32, flat, .. } = Layout::flags(labels);
            (at32.size, at32.align, flat)
        };
        let found = [1, 8, 9, 16, 17, 32, 33, 64, 65].map(shape);
        assert_eq!(
            found,
            [(1, 1, 1), (1, 1, 1), (2, 2, 1), (2, 2, 1), (4, 4, 1), (4, 4, 1), (8, 4, 2), (8, 4, 2), (12, 4, 3)]
        );
    }

    #[test]
    fn records_are_padded_and_their_size_saturates() {
        let [byte, word, long] = [1, 4, 8].map(Layout::scalar);
        assert_eq!(Layout::offsets([byte, long, byte, word]).map(|offset| offset.at32), [0, 8, 16, 20]);
        assert_eq!(Layout::record(&[byte, long, byte]).at32, Shape { size: 24, align: 8 });
        let huge = Layout::fixed_list(long, u32::MAX);
        assert_eq!(Layout::record(&[huge, huge]).at32.size, u32::MAX);
        assert_eq!(Layout::record(&[huge, huge]).flat, u32::MAX);
    }

    #[test]
    fn the_payload_stands_where_every_case_can_have_it() {
        let cases = [Some(Layout::scalar(1)), None, Some(Layout::scalar(8))];
        assert_eq!(Layout::payload_offset(&cases).at32, 8);
        assert_eq!(Layout::variant(&cases).at32, Shape { size: 16, align: 8 });
        assert_eq!(Layout::variant(&[None, None]).at32, Shape { size: 1, align: 1 });
        assert_eq!(Layout::variant(&cases).flat, 2);
    }
}
