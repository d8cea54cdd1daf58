//! [Chapter 6](../../book/ch06-dispatch.html): one interpreter, made faster step by step.
//!
//! | module | the step | its program |
//! | --- | --- | --- |
//! | [`names`] | each instruction is looked up by its name | words |
//! | [`numbers`] | it is a number, and a `match` finds what it does | an enum |
//! | [`places`] | places instead of a stack | an enum with places |
//! | [`forms`] | each kind of place has an instruction of its own, and neighbours are fused | an enum with more cases |
//! | [`pointers`] | an instruction is the address of its handler | handlers with operands |
//! | [`tail`] | handlers go on by themselves | the same |
//!
//! Each runs the two programs of [`programs`], and the tests compare what comes out. [`STEPS`] lists them all.
//!
//! Hardly any of them checks an index, and none needs `unsafe`: indices are bytes, and what they index has 256 elements.
//! In the `dev` profile this crate is optimised, since the calls in [`tail`] are jumps only then.

pub mod forms;
pub mod names;
pub mod numbers;
pub mod places;
pub mod pointers;
pub mod programs;
pub mod tail;

use programs::Program;

/// The slots of a frame.
pub type Slots = [i32; 256];

/// A step.
pub struct Step {
    /// Its name.
    pub name: &'static str,
    /// Runs a program with an argument.
    pub run: fn(&Program, i32) -> i32,
    /// How many instructions it executes for that.
    pub count: fn(&Program, i32) -> u64,
}

/// Every step, in the order of the chapter.
pub const STEPS: [Step; 7] = [
    Step { name: "names", run: |p, n| names::run(p.words, n), count: count_words },
    Step { name: "numbers", run: |p, n| numbers::run(&numbers::parse(p.words), n, &mut ()), count: count_words },
    Step { name: "places", run: |p, n| places::run(p.places, n, &mut ()), count: count_places },
    Step { name: "forms", run: |p, n| forms::run(p.forms, n, &mut ()), count: count_forms },
    Step { name: "fused", run: |p, n| forms::run(p.fused, n, &mut ()), count: count_fused },
    Step { name: "pointers", run: |p, n| pointers::run(&pointers::assemble(p.fused), n), count: count_fused },
    Step { name: "tail", run: |p, n| tail::run(&tail::assemble(p.fused), n), count: count_fused },
];

/// Counts instructions, or does nothing at all while time is measured.
pub trait Count {
    /// One instruction is executed.
    fn one(&mut self);
}

impl Count for u64 {
    fn one(&mut self) {
        *self += 1;
    }
}

impl Count for () {
    #[inline(always)]
    fn one(&mut self) {}
}

fn counted(run: impl FnOnce(&mut u64) -> i32) -> u64 {
    let mut count = 0;
    run(&mut count);
    count
}

fn count_words(program: &Program, n: i32) -> u64 {
    counted(|count| numbers::run(&numbers::parse(program.words), n, count))
}

fn count_places(program: &Program, n: i32) -> u64 {
    counted(|count| places::run(program.places, n, count))
}

fn count_forms(program: &Program, n: i32) -> u64 {
    counted(|count| forms::run(program.forms, n, count))
}

fn count_fused(program: &Program, n: i32) -> u64 {
    counted(|count| forms::run(program.fused, n, count))
}

/// As many elements as a byte can count: the code, then fillers, which are never reached.
pub(crate) fn filled<T: Copy>(code: impl IntoIterator<Item = T>, filler: T) -> [T; 256] {
    let mut filled = [filler; 256];
    let mut places = filled.iter_mut();
    for instr in code {
        *places.next().expect("BUG: the program is too long") = instr;
    }
    filled
}

#[cfg(test)]
mod tests;
