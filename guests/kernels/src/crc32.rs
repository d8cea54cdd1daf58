//! A load that depends on the load before, byte after byte: the CRC-32 of a buffer, by table.

use crate::Rng;

/// The CRC-32 of a buffer of 16 KiB, taken again and again until `n` bytes went through.
pub fn run(n: u32) -> u64 {
    let table = table();
    let buffer = Rng::new(n).bytes(16384);
    let mut left = n as usize;
    let mut crc = !0;
    while left > 0 {
        let length = left.min(buffer.len());
        crc = update(&table, crc, &buffer[..length]);
        left -= length;
    }
    u64::from(!crc)
}

/// Entry `i` is what the byte `i` leaves after it went through the register.
fn table() -> [u32; 256] {
    let mut table = [0; 256];
    for (i, entry) in (0..).zip(&mut table) {
        let mut crc: u32 = i;
        for _ in 0..8 {
            let carry = crc & 1;
            crc = (crc >> 1) ^ (0xedb8_8320 * carry);
        }
        *entry = crc;
    }
    table
}

fn update(table: &[u32; 256], crc: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(crc, |crc, &byte| table[((crc ^ u32::from(byte)) & 0xff) as usize] ^ (crc >> 8))
}

#[test]
fn check_value() {
    assert_eq!(!update(&table(), !0, b"123456789"), 0xcbf4_3926);
}
