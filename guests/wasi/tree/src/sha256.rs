//! SHA-256, by FIPS 180-4. Its constants are computed: they are the first bits of roots of primes, after the point.

use std::io::{self, Write};

/// A hash to which bytes are still added.
pub struct Sha256 {
    constants: [u32; 64],
    state: [u32; 8],
    /// What there is of the next block.
    block: Vec<u8>,
    /// How many bytes there were in all.
    length: u64,
}

impl Sha256 {
    /// The hash of no bytes.
    pub fn new() -> Self {
        let mut primes = (2u64..).filter(|n| (2..*n).all(|divisor| n % divisor != 0));
        let primes: [u64; 64] = std::array::from_fn(|_| primes.next().expect("there is always another prime"));
        let state = std::array::from_fn(|at| root(primes[at], 2));
        Self { constants: primes.map(|prime| root(prime, 3)), state, block: Vec::new(), length: 0 }
    }

    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        for byte in bytes {
            self.block.push(*byte);
            if self.block.len() == 64 {
                self.compress();
            }
        }
    }

    /// The hash, in hexadecimal digits.
    pub fn finish(mut self) -> String {
        let bits = self.length * 8;
        self.update(&[0x80]);
        while self.block.len() != 56 {
            self.update(&[0]);
        }
        self.update(&bits.to_be_bytes());
        self.state.iter().map(|word| format!("{word:08x}")).collect()
    }

    /// Takes a whole block into the state.
    fn compress(&mut self) {
        let mut words: Vec<u32> =
            self.block.chunks(4).map(|bytes| bytes.iter().fold(0, |word, byte| word << 8 | u32::from(*byte))).collect();
        for at in 16..64 {
            let (a, b) = (words[at - 15], words[at - 2]);
            let s0 = a.rotate_right(7) ^ a.rotate_right(18) ^ (a >> 3);
            let s1 = b.rotate_right(17) ^ b.rotate_right(19) ^ (b >> 10);
            words.push(words[at - 16].wrapping_add(s0).wrapping_add(words[at - 7]).wrapping_add(s1));
        }
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = self.state;
        for (word, constant) in words.iter().zip(self.constants) {
            let s1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
            let choice = (e & f) ^ (!e & g);
            let t1 = h.wrapping_add(s1).wrapping_add(choice).wrapping_add(constant).wrapping_add(*word);
            let s0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
            let majority = (a & b) ^ (a & c) ^ (b & c);
            (h, g, f, e, d, c, b, a) =
                (g, f, e, d.wrapping_add(t1), c, b, a, t1.wrapping_add(s0.wrapping_add(majority)));
        }
        for (state, new) in self.state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
            *state = state.wrapping_add(new);
        }
        self.block.clear();
    }
}

impl Write for Sha256 {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The first 32 bits after the point of the square or the cube root of a prime.
fn root(prime: u64, degree: u32) -> u32 {
    let wanted = u128::from(prime) << (32 * degree);
    // The greatest number whose power is not above that; bit by bit, from above.
    let root = (0..36).rev().fold(0u128, |root, bit| {
        let more = root | 1 << bit;
        if more.pow(degree) <= wanted { more } else { root }
    });
    root as u32
}
