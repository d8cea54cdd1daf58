//! What stands behind an operator in the code.

use falkirk::diff::{Rng, edges};
use wasmparser::{HeapType, Ieee32, Ieee64, MemArg, MemArgTarget, V128, ValType};

use super::laboratory;

/// Makes up immediates. Not all of them fit: whoever wants an operator asks the validator.
pub struct Immediates<'a> {
    rng: &'a mut Rng,
    /// Those that the operator's types or its validity may depend on.
    pub structure: Vec<u32>,
    /// What a memory operator adds to its address.
    pub offset: Option<u64>,
}

impl Immediates<'_> {
    /// Immediates that follow from `rng`.
    pub fn new(rng: &mut Rng) -> Immediates<'_> {
        Immediates { rng, structure: Vec::new(), offset: None }
    }

    /// A number below `bound` that types may depend on.
    fn structural(&mut self, bound: usize) -> u32 {
        let number = self.rng.below(bound) as u32;
        self.structure.push(number);
        number
    }

    fn structural_choice<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.structural(choices.len()) as usize]
    }
}

/// A type of immediates, of which some values can be made up.
pub trait Immediate: Sized {
    /// One of them; none if they are not made up.
    fn pick(from: &mut Immediates<'_>) -> Option<Self>;
}

/// Indices: of memories, tables, globals, functions, segments. The laboratory has a few of each.
impl Immediate for u32 {
    fn pick(from: &mut Immediates<'_>) -> Option<u32> {
        Some(from.structural(laboratory::MOST))
    }
}

/// Lanes.
impl Immediate for u8 {
    fn pick(from: &mut Immediates<'_>) -> Option<u8> {
        Some(from.structural(16) as u8)
    }
}

/// The lanes of a shuffle: any, or runs such as those that engines know better instructions for.
impl Immediate for [u8; 16] {
    fn pick(from: &mut Immediates<'_>) -> Option<[u8; 16]> {
        let kind = from.rng.below(4);
        let start = from.rng.below(32);
        let unit = *from.rng.choose(&[1, 2, 4, 8]);
        let step = *from.rng.choose(&[0, 1, 1, 2, 3, 31]);
        Some(std::array::from_fn(|lane| {
            let (number, byte, first) = (lane / unit, lane % unit, start / unit * unit);
            let lane = match kind {
                0 => from.rng.below(32),
                // One run of bytes.
                1 => start + lane,
                // Lanes of several bytes: splats, every other one, reversed.
                2 => first + number * unit * step + byte,
                // The two vectors' lanes in turn.
                _ => (first + number / 2 * unit + byte) % 16 + number % 2 * 16,
            };
            (lane % 32) as u8
        }))
    }
}

impl Immediate for MemArg {
    fn pick(from: &mut Immediates<'_>) -> Option<MemArg> {
        let memory = from.structural(laboratory::MEMORIES);
        let align = from.structural(5) as u8;
        let offset = laboratory::offset(from.rng, laboratory::is_64(memory));
        from.offset = Some(offset);
        let target = MemArgTarget::Memory(memory);
        Some(MemArg { align, max_align: align, offset, target, ordering: None })
    }
}

impl Immediate for ValType {
    fn pick(from: &mut Immediates<'_>) -> Option<ValType> {
        Some(from.structural_choice(&super::signatures::TYPES))
    }
}

impl Immediate for HeapType {
    fn pick(from: &mut Immediates<'_>) -> Option<HeapType> {
        Some(from.structural_choice(&[HeapType::FUNC, HeapType::EXTERN]))
    }
}

impl Immediate for i32 {
    fn pick(from: &mut Immediates<'_>) -> Option<i32> {
        Some(*from.rng.choose(&edges::INTEGERS) as i32)
    }
}

impl Immediate for i64 {
    fn pick(from: &mut Immediates<'_>) -> Option<i64> {
        Some(*from.rng.choose(&edges::INTEGERS) as i64)
    }
}

impl Immediate for Ieee32 {
    fn pick(from: &mut Immediates<'_>) -> Option<Ieee32> {
        Some(f32::from_bits(*from.rng.choose(&edges::F32_MAGNITUDES)).into())
    }
}

impl Immediate for Ieee64 {
    fn pick(from: &mut Immediates<'_>) -> Option<Ieee64> {
        Some(f64::from_bits(*from.rng.choose(&edges::F64_MAGNITUDES)).into())
    }
}

impl Immediate for V128 {
    fn pick(from: &mut Immediates<'_>) -> Option<V128> {
        Some((u128::from(from.rng.next()) << 64 | u128::from(from.rng.next())).into())
    }
}

/// Immediates of control and of proposals that the engines do not have.
macro_rules! not_made_up {
    ($($ty:ty),* $(,)?) => {$(
        impl Immediate for $ty {
            fn pick(_: &mut Immediates<'_>) -> Option<$ty> {
                None
            }
        }
    )*};
}

not_made_up!(
    wasmparser::BlockType,
    wasmparser::BrTable<'static>,
    wasmparser::Ordering,
    wasmparser::RefType,
    wasmparser::ResumeTable,
    wasmparser::TryTable,
    Vec<wasmparser::ValType>,
);
