//! Compare and swap in memory, with branches that cannot be predicted: quicksort, with insertion sort for the short
//! runs.

use crate::{Rng, mix};
use alloc::vec::Vec;

const SHORT: usize = 12;

/// Sorts `n` random numbers.
pub fn run(n: u32) -> u64 {
    let mut rng = Rng::new(n);
    let mut numbers: Vec<u32> = (0..n).map(|_| rng.next() as u32).collect();
    quicksort(&mut numbers);
    let descents = numbers.windows(2).filter(|pair| pair[0] > pair[1]).count();
    numbers.iter().step_by(17).fold(descents as u64, |sum, &x| mix(sum, u64::from(x)))
}

fn quicksort(mut numbers: &mut [u32]) {
    while numbers.len() > SHORT {
        let middle = partition(numbers);
        let (low, high) = numbers.split_at_mut(middle);
        // The shorter part by recursion, the longer in this loop: the stack stays shallow.
        if low.len() < high.len() {
            quicksort(low);
            numbers = high;
        } else {
            quicksort(high);
            numbers = low;
        }
    }
    insertion_sort(numbers);
}

/// Hoare's partition around the median of three: no number below the returned index is greater than one from it on, and
/// there is at least one on either side.
fn partition(numbers: &mut [u32]) -> usize {
    let last = numbers.len() - 1;
    let (a, b, c) = (numbers[0], numbers[last / 2], numbers[last]);
    let pivot = a.min(b).max(a.max(b).min(c));
    let (mut i, mut j) = (0, last);
    loop {
        while numbers[i] < pivot {
            i += 1;
        }
        while numbers[j] > pivot {
            j -= 1;
        }
        if i >= j {
            return i;
        }
        numbers.swap(i, j);
        i += 1;
        j -= 1;
    }
}

fn insertion_sort(numbers: &mut [u32]) {
    for end in 1..numbers.len() {
        let number = numbers[end];
        let mut at = end;
        while at > 0 && numbers[at - 1] > number {
            numbers[at] = numbers[at - 1];
            at -= 1;
        }
        numbers[at] = number;
    }
}

#[test]
fn sorts_as_std_does() {
    for (n, range) in [(0, 1), (1, 1), (13, 2), (100, 3), (1000, 50), (5000, u64::MAX)] {
        let mut rng = Rng::new(n);
        let mut ours: Vec<u32> = (0..n).map(|_| (rng.next() % range) as u32).collect();
        let mut expected = ours.clone();
        expected.sort_unstable();
        quicksort(&mut ours);
        assert_eq!(ours, expected);
    }
    let mut ascending: Vec<u32> = (0..1000).collect();
    quicksort(&mut ascending);
    assert!(ascending.is_sorted());
}
