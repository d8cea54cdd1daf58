//! Widening multiplication with carries: long multiplication of large numbers in limbs of 32 bits.

use crate::{Rng, mix};
use alloc::{vec, vec::Vec};

/// Multiplies two numbers of `n` limbs.
pub fn run(n: u32) -> u64 {
    let mut rng = Rng::new(n);
    let mut random = || -> Vec<u32> { (0..n).map(|_| rng.next() as u32).collect() };
    let product = multiply(&random(), &random());
    product.iter().fold(0, |sum, &limb| mix(sum, u64::from(limb)))
}

/// The product, the lowest limb first.
fn multiply(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut product = vec![0; a.len() + b.len()];
    for (i, &x) in a.iter().enumerate() {
        let mut carry = 0;
        for (limb, &y) in product[i..].iter_mut().zip(b) {
            // At most (2^32 - 1)^2 + 2 * (2^32 - 1) = 2^64 - 1.
            let value = u64::from(x) * u64::from(y) + u64::from(*limb) + carry;
            *limb = value as u32;
            carry = value >> 32;
        }
        product[i + b.len()] = carry as u32;
    }
    product
}

#[test]
fn products() {
    let (a, b) = (0xfedc_ba98_7654_3210u64, 0xffff_ffff_ffff_fffbu64);
    let limbs = |x: u128, n| (0..n).map(|i| (x >> (32 * i)) as u32).collect::<Vec<_>>();
    let expected = limbs(u128::from(a) * u128::from(b), 4);
    assert_eq!(multiply(&limbs(a.into(), 2), &limbs(b.into(), 2)), expected);
}
