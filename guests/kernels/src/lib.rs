//! Benchmark kernels, each stressing one thing that a WebAssembly engine does.
//!
//! Every kernel is `run(n) -> checksum`: its cost grows with `n`, its work depends on `n`, and the checksum depends on
//! all of the work, so that a compiler can neither skip nor precompute it. The same source is a native library (to
//! compare with) and, through the package `falkirk-kernel-modules`, one small module per kernel that exports
//! `run: (i32) -> i64` and `memory`. Both give the same checksums to the bit, on every engine and every machine.
//!
//! Nothing here needs `std`, so no kernel carries a runtime that would blur what it measures.
#![no_std]

extern crate alloc;

pub mod bignum;
pub mod br_table;
pub mod bytes;
pub mod crc32;
pub mod fib;
pub mod float_loop;
pub mod hash;
pub mod indirect;
pub mod int_loop;
pub mod json;
pub mod mandelbrot;
pub mod matmul;
pub mod memory_bound;
pub mod sha256;
pub mod simd;
pub mod sort;

/// A kernel, sizes for it, and the checksums that these sizes give.
pub struct Kernel {
    /// The module's name here, and the wasm module's: `kernel-<name>.wasm`.
    pub name: &'static str,
    /// Does work in proportion to the size and returns a checksum of it.
    pub run: fn(u32) -> u64,
    /// A size for measuring: about 20 to 40 ms in a fast interpreter.
    pub bench_n: u32,
    /// The checksum for `bench_n`.
    pub bench_sum: u64,
    /// A size for testing: below 2 ms in an interpreter.
    pub test_n: u32,
    /// The checksum for `test_n`.
    pub test_sum: u64,
}

macro_rules! kernel {
    ($name:ident, bench: $bench_n:literal => $bench_sum:literal, test: $test_n:literal => $test_sum:literal) => {
        Kernel {
            name: stringify!($name),
            run: $name::run,
            bench_n: $bench_n,
            bench_sum: $bench_sum,
            test_n: $test_n,
            test_sum: $test_sum,
        }
    };
}

/// All kernels.
#[rustfmt::skip]
pub const KERNELS: &[Kernel] = &[
    kernel!(fib,          bench:       30 => 0x0000_0000_000c_b228, test:    15 => 0x0000_0000_0000_0262),
    kernel!(int_loop,     bench:    90000 => 0xa131_43c2_22a2_b735, test:   500 => 0x3e84_7590_c5eb_a95e),
    kernel!(float_loop,   bench:    32000 => 0x6c79_13f0_72dd_0ea0, test:    50 => 0xaa93_df0e_9dbc_ef86),
    kernel!(mandelbrot,   bench:      350 => 0xcaa5_15f6_a890_f0f3, test:    16 => 0xcbca_8853_5793_4925),
    kernel!(matmul,       bench:      165 => 0xc875_58ea_daee_ab8c, test:    24 => 0xd5f7_62be_f480_33db),
    kernel!(memory_bound, bench:  1500000 => 0x97c7_382d_2a8d_e200, test:  5000 => 0x05d6_e061_296e_9d80),
    kernel!(indirect,     bench:   800000 => 0xd227_c2ae_9f22_b228, test:  5000 => 0xca01_df78_b879_2a7d),
    kernel!(br_table,     bench:   100000 => 0x9756_4e19_0d1e_196b, test:  1000 => 0x3126_787e_8f12_4852),
    kernel!(bytes,        bench:   600000 => 0x17f1_39df_860b_ea47, test:  5000 => 0xa3f9_ef84_f6b3_61c4),
    kernel!(hash,         bench: 50000000 => 0xed04_5366_f23e_532a, test: 50000 => 0x3994_4a1c_eec3_2ae3),
    kernel!(sha256,       bench:   500000 => 0xab0b_d6de_2453_ce85, test:  5000 => 0x0451_8a3a_88e3_b9dd),
    kernel!(sort,         bench:   180000 => 0x691a_7640_cca5_bb4d, test:  1000 => 0xae67_eccb_d4b1_f337),
    kernel!(crc32,        bench:  4000000 => 0x0000_0000_c9fe_b0fb, test: 20000 => 0x0000_0000_efb2_96b9),
    kernel!(json,         bench:    25000 => 0xc02e_c8e1_5f48_8779, test:   100 => 0x3bec_6e7e_0368_4868),
    kernel!(bignum,       bench:     1900 => 0x8097_456b_974c_75f9, test:    60 => 0xe3c8_5d52_e51e_7db9),
    kernel!(simd,         bench:     2200 => 0x8c8b_6f6e_53f5_6cd2, test:    10 => 0x1fea_df6a_3fee_d4e2),
];

/// The random numbers that kernels make their inputs from: SplitMix64.
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u32) -> Rng {
        Rng(u64::from(seed))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// `len` random bytes.
    pub(crate) fn bytes(&mut self, len: usize) -> alloc::vec::Vec<u8> {
        let mut bytes = alloc::vec![0; len];
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
        bytes
    }
}

/// Takes `value` into the checksum `sum`. The order of the values counts.
pub(crate) fn mix(sum: u64, value: u64) -> u64 {
    (sum.rotate_left(5) ^ value).wrapping_mul(0x517c_c1b7_2722_0a95)
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;

    #[test]
    fn checksums_are_as_listed() {
        let mut wrong = 0;
        for kernel in KERNELS {
            for (n, sum) in [(kernel.bench_n, kernel.bench_sum), (kernel.test_n, kernel.test_sum)] {
                let got = (kernel.run)(n);
                if got != sum {
                    std::println!("{} {n} gives {got:#018x}, not {sum:#018x}", kernel.name);
                    wrong += 1;
                }
            }
        }
        assert_eq!(wrong, 0);
    }

    #[test]
    fn every_size_counts() {
        for kernel in KERNELS {
            assert_ne!((kernel.run)(kernel.test_n), (kernel.run)(kernel.test_n + 1), "{}", kernel.name);
            (kernel.run)(0);
            (kernel.run)(1);
        }
    }
}
