//! The interesting values of each type: where instructions change their minds.

use falkirk_runtime::{HeapType, ValType};

use super::value::only_null;
use super::{Reference, Rng, Value};

/// Integers at the edges of every width, as 64 bits; an `i32` takes the low half.
pub const INTEGERS: [u64; 36] = [
    0,
    1,
    2,
    3,
    7,
    8,
    31,
    32,
    33,
    63,
    64,
    65,
    0x7f,
    0x80,
    0xff,
    0x100,
    0x7fff,
    0x8000,
    0xffff,
    0x1_0000,
    0x5555_5555_5555_5555,
    0xaaaa_aaaa_aaaa_aaaa,
    0x7fff_fffe,
    0x7fff_ffff,
    0x8000_0000,
    0x8000_0001,
    0xffff_fffe,
    0xffff_ffff,
    0x1_0000_0000,
    0x7fff_ffff_ffff_fffe,
    0x7fff_ffff_ffff_ffff,
    0x8000_0000_0000_0000,
    0x8000_0000_0000_0001,
    0xffff_ffff_8000_0000,
    0xffff_ffff_ffff_fffe,
    0xffff_ffff_ffff_ffff,
];

/// Magnitudes of 32-bit floats; each also counts with its sign turned.
pub const F32_MAGNITUDES: [u32; 36] = [
    0x0000_0000, // 0
    0x0000_0001, // the smallest subnormal
    0x007f_ffff, // the largest subnormal
    0x0080_0000, // the smallest normal
    0x3eff_ffff, // just below 0.5
    0x3f00_0000, // 0.5
    0x3f00_0001, // just above 0.5
    0x3f7f_ffff, // just below 1
    0x3f80_0000, // 1
    0x3f80_0001, // just above 1
    0x3fc0_0000, // 1.5
    0x4020_0000, // 2.5
    0x4049_0fdb, // pi
    0x42fe_0000, // 127
    0x4300_0000, // 128
    0x437f_0000, // 255
    0x4380_0000, // 256
    0x46ff_fe00, // 32767
    0x477f_ff00, // 65535
    0x4afe_0001, // 8323072.5
    0x4b00_0001, // 8388609: no fraction from here on
    0x4b80_0000, // 2^24
    0x4eff_ffff, // just below 2^31
    0x4f00_0000, // 2^31
    0x4f00_0001, // just above 2^31
    0x4f7f_ffff, // just below 2^32
    0x4f80_0000, // 2^32
    0x5eff_ffff, // just below 2^63
    0x5f00_0000, // 2^63
    0x5f7f_ffff, // just below 2^64
    0x5f80_0000, // 2^64
    0x7f7f_ffff, // the largest
    0x7f80_0000, // infinity
    0x7fc0_0000, // the canonical NaN
    0x7fc1_2345, // a quiet NaN
    0x7f80_0001, // a signalling NaN
];

/// Magnitudes of 64-bit floats; each also counts with its sign turned.
pub const F64_MAGNITUDES: [u64; 44] = [
    0x0000_0000_0000_0000, // 0
    0x0000_0000_0000_0001, // the smallest subnormal
    0x000f_ffff_ffff_ffff, // the largest subnormal
    0x0010_0000_0000_0000, // the smallest normal
    0x3690_0000_0000_0000, // half of the smallest subnormal of 32 bits
    0x3690_0000_0000_0001, // just above it
    0x380f_ffff_e000_0000, // rounds to the smallest normal of 32 bits
    0x3fdf_ffff_ffff_ffff, // just below 0.5
    0x3fe0_0000_0000_0000, // 0.5
    0x3fe0_0000_0000_0001, // just above 0.5
    0x3fef_ffff_ffff_ffff, // just below 1
    0x3ff0_0000_0000_0000, // 1
    0x3ff0_0000_0000_0001, // just above 1
    0x3ff8_0000_0000_0000, // 1.5
    0x4004_0000_0000_0000, // 2.5
    0x4009_21fb_5444_2d18, // pi
    0x405f_c000_0000_0000, // 127
    0x4060_0000_0000_0000, // 128
    0x406f_e000_0000_0000, // 255
    0x41df_ffff_ff80_0000, // 2147483646
    0x41df_ffff_ffc0_0000, // 2147483647
    0x41df_ffff_ffff_ffff, // just below 2^31
    0x41e0_0000_0000_0000, // 2^31
    0x41e0_0000_001f_ffff, // 2147483648.9
    0x41e0_0000_0020_0000, // 2147483649
    0x41ef_ffff_ffe0_0000, // 4294967295
    0x41ef_ffff_ffff_ffff, // just below 2^32
    0x41f0_0000_0000_0000, // 2^32
    0x432f_ffff_ffff_ffff, // 4503599627370495.5
    0x4330_0000_0000_0001, // 4503599627370497: no fraction from here on
    0x4340_0000_0000_0000, // 2^53
    0x43df_ffff_ffff_ffff, // just below 2^63
    0x43e0_0000_0000_0000, // 2^63
    0x43e0_0000_0000_0001, // just above 2^63
    0x43ef_ffff_ffff_ffff, // just below 2^64
    0x43f0_0000_0000_0000, // 2^64
    0x47ef_ffff_e000_0000, // the largest of 32 bits
    0x47ef_ffff_efff_ffff, // the largest that rounds down to it
    0x47ef_ffff_f000_0000, // rounds up to infinity
    0x7fef_ffff_ffff_ffff, // the largest
    0x7ff0_0000_0000_0000, // infinity
    0x7ff8_0000_0000_0000, // the canonical NaN
    0x7ffc_0000_1234_5678, // a quiet NaN
    0x7ff0_0000_0000_0001, // a signalling NaN
];

/// An interesting value of this type: an edge, a small number, or anything; none for references to a type of its own.
pub fn value(rng: &mut Rng, ty: ValType) -> Option<Value> {
    Some(match ty {
        ValType::I32 => Value::I32(integer(rng) as i32),
        ValType::I64 => Value::I64(integer(rng) as i64),
        ValType::F32 => Value::F32(f32_bits(rng)),
        ValType::F64 => Value::F64(f64_bits(rng)),
        ValType::V128 => Value::V128(vector(rng)),
        ValType::Ref(reference) if reference.nullable && (only_null(reference.heap) || rng.once_in(3)) => {
            Value::Ref(Reference::Null)
        }
        ValType::Ref(reference) if reference.heap == HeapType::Extern => {
            Value::Ref(Reference::MadeUp(rng.below(1000) as u32))
        }
        ValType::Ref(reference) if reference.nullable => Value::Ref(Reference::Null),
        ValType::Ref(_) => return None,
    })
}

fn integer(rng: &mut Rng) -> u64 {
    match rng.below(8) {
        0..3 => *rng.choose(&INTEGERS),
        3 => 1 << rng.below(64),
        4 => (1_u64 << rng.below(64)).wrapping_sub(1),
        5 | 6 => rng.next() & 0xff,
        _ => rng.next(),
    }
}

fn f32_bits(rng: &mut Rng) -> u32 {
    let sign = (rng.below(2) as u32) << 31;
    match rng.below(8) {
        0..5 => *rng.choose(&F32_MAGNITUDES) ^ sign,
        5 => (rng.below(1000) as f32).to_bits() ^ sign,
        6 => (rng.next() as i64 as f32 / 7.0).to_bits(),
        _ => rng.next() as u32,
    }
}

fn f64_bits(rng: &mut Rng) -> u64 {
    let sign = (rng.below(2) as u64) << 63;
    match rng.below(8) {
        0..5 => *rng.choose(&F64_MAGNITUDES) ^ sign,
        5 => (rng.below(1000) as f64).to_bits() ^ sign,
        6 => (rng.next() as i64 as f64 / 7.0).to_bits(),
        _ => rng.next(),
    }
}

/// Edges in lanes of one width, each lane with its own or all with the same.
fn vector(rng: &mut Rng) -> u128 {
    let shape = rng.below(6);
    let width = [8, 16, 32, 64, 32, 64][shape];
    let same = rng.once_in(3);
    let mut first = None;
    (0..128 / width).fold(0, |vector, lane| {
        let fresh = match shape {
            4 => u64::from(f32_bits(rng)),
            5 => f64_bits(rng),
            _ => lane_of(integer(rng), width),
        };
        let bits = if same { *first.get_or_insert(fresh) } else { fresh };
        vector | u128::from(bits & (u64::MAX >> (64 - width))) << (lane * width)
    })
}

/// An edge of 32 or 64 bits is also one of the lane: its low bits, or its high ones.
fn lane_of(integer: u64, width: usize) -> u64 {
    if width < 64 && integer.count_ones() == 1 && integer >> width != 0 { 1 << (width - 1) } else { integer }
}
