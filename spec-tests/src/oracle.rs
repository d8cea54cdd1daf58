//! Every engine in one comparison.
//!
//! The book: [Two engines, one truth](../../../book/ch10-two-engines.html).

use falkirk::diff::{Nans, Oracle};

use crate::engines::Subject;

/// An oracle for these subjects: the first one's behaviour is what the others' is held against.
pub fn of(subjects: &[Subject]) -> Oracle {
    Oracle::new(subjects.iter().map(|subject| (subject.name, subject.engine.clone())))
}

/// As [`of`], for modules that make every NaN canonical themselves.
pub fn exact(subjects: &[Subject]) -> Oracle {
    let mut oracle = of(subjects);
    oracle.nans(Nans::Exact);
    oracle
}
