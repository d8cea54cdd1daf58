//! 64-bit multiply and rotate over words loaded in order: XXH64.

use crate::Rng;

const P1: u64 = 0x9e37_79b1_85eb_ca87;
const P2: u64 = 0xc2b2_ae3d_27d4_eb4f;
const P3: u64 = 0x1656_67b1_9e37_79f9;
const P4: u64 = 0x85eb_ca77_c2b2_ae63;
const P5: u64 = 0x27d4_eb2f_1656_67c5;

/// Hashes a buffer of 16 KiB again and again until `n` bytes went through, and then the few that are left.
pub fn run(n: u32) -> u64 {
    let buffer = Rng::new(n).bytes(16384);
    let mut left = n as usize;
    let mut hash = 0;
    loop {
        let length = left.min(buffer.len());
        hash = xxh64(&buffer[..length], hash);
        left -= length;
        if left == 0 {
            return hash;
        }
    }
}

fn xxh64(bytes: &[u8], seed: u64) -> u64 {
    let (stripes, mut rest) = bytes.split_at(bytes.len() & !31);
    let mut hash = if stripes.is_empty() {
        seed.wrapping_add(P5)
    } else {
        let start = seed.wrapping_add(P1);
        let mut lanes = [start.wrapping_add(P2), seed.wrapping_add(P2), seed, seed.wrapping_sub(P1)];
        for stripe in stripes.chunks_exact(32) {
            lanes[0] = round(lanes[0], word(&stripe[0..8]));
            lanes[1] = round(lanes[1], word(&stripe[8..16]));
            lanes[2] = round(lanes[2], word(&stripe[16..24]));
            lanes[3] = round(lanes[3], word(&stripe[24..32]));
        }
        let [a, b, c, d] = lanes;
        let joined = a.rotate_left(1).wrapping_add(b.rotate_left(7));
        let joined = joined.wrapping_add(c.rotate_left(12)).wrapping_add(d.rotate_left(18));
        lanes.into_iter().fold(joined, |hash, lane| (hash ^ round(0, lane)).wrapping_mul(P1).wrapping_add(P4))
    };
    hash = hash.wrapping_add(bytes.len() as u64);
    while let Some((eight, others)) = rest.split_first_chunk::<8>() {
        hash = (hash ^ round(0, u64::from_le_bytes(*eight))).rotate_left(27).wrapping_mul(P1).wrapping_add(P4);
        rest = others;
    }
    if let Some((four, others)) = rest.split_first_chunk::<4>() {
        let value = u64::from(u32::from_le_bytes(*four));
        hash = (hash ^ value.wrapping_mul(P1)).rotate_left(23).wrapping_mul(P2).wrapping_add(P3);
        rest = others;
    }
    for &byte in rest {
        hash = (hash ^ u64::from(byte).wrapping_mul(P5)).rotate_left(11).wrapping_mul(P1);
    }
    hash = (hash ^ (hash >> 33)).wrapping_mul(P2);
    hash = (hash ^ (hash >> 29)).wrapping_mul(P3);
    hash ^ (hash >> 32)
}

fn round(lane: u64, word: u64) -> u64 {
    lane.wrapping_add(word.wrapping_mul(P2)).rotate_left(31).wrapping_mul(P1)
}

fn word(bytes: &[u8]) -> u64 {
    u64::from_le_bytes(bytes.try_into().expect("eight bytes"))
}

#[test]
fn known_hashes() {
    assert_eq!(xxh64(b"", 0), 0xef46_db37_51d8_e999);
    assert_eq!(xxh64(b"abc", 0), 0x44bc_2cf5_ad77_0999);
    assert_eq!(xxh64(b"Nobody inspects the spammish repetition", 0), 0xfbce_a83c_8a37_8bf1);
}
