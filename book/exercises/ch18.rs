//! Chapter 18: measuring.

use falkirk_book::measure::machine::{Machine, Program};
use falkirk_book::measure::{AFTER, BEFORE, median};

/// How many seeds are tried.
const SEEDS: u64 = 200;

/// By how many percent `AFTER` is faster.
const TRUTH: f64 = 100.0 * (1_000.0 / 950.0 - 1.0);

// ANCHOR: flawed
/// By how many percent the new program is faster.
fn flawed(machine: &mut Machine, old: &Program, new: &Program) -> f64 {
    let mut total = [0.0, 0.0];
    for (total, program) in total.iter_mut().zip([old, new]) {
        for run in 0..50 {
            let (_, sample) = machine.run(program, run == 0);
            *total += sample.wall;
        }
    }
    100.0 * (total[0] / total[1] - 1.0)
}
// ANCHOR_END: flawed

// ANCHOR: repaired
/// By how many percent the new program is faster, if it computes the same.
fn repaired(machine: &mut Machine, old: &Program, new: &Program) -> Result<f64, String> {
    let mut times = [vec![], vec![]];
    let mut expected = None;
    for round in 0..=50 {
        for turn in 0..2 {
            // Both begin equally often.
            let which = (round + turn) % 2;
            let (result, sample) = machine.run([old, new][which], round == 0);
            if *expected.get_or_insert(result) != result {
                return Err(format!("they differ: {expected:?} and {result}"));
            }
            if round > 0 {
                times[which].push(sample.thread);
            }
        }
    }
    let [old, new] = times.map(|times| median(&times));
    Ok(100.0 * (old / new - 1.0))
}

#[test]
fn the_repaired_one_is_right_for_every_seed() {
    for seed in 0..SEEDS {
        let percent = repaired(&mut Machine::new(seed), &BEFORE, &AFTER).expect("they compute the same");
        assert!((percent - TRUTH).abs() < 1.0, "{seed}: {percent}");
    }
}

#[test]
fn the_flawed_one_says_slower_of_what_is_faster() {
    let slower = |seed: &u64| flawed(&mut Machine::new(*seed), &BEFORE, &AFTER) < 0.0;
    assert!((0..SEEDS).filter(slower).count() > 150);
}

#[test]
fn who_computes_nothing_is_fast() {
    let nothing = Program { work: 1.0, first: 0.0, result: 0 };
    assert!(flawed(&mut Machine::new(1), &BEFORE, &nothing) > 100.0);
    assert!(repaired(&mut Machine::new(1), &BEFORE, &nothing).is_err());
}
// ANCHOR_END: repaired

// ANCHOR: worth
/// What an engine takes to be ready, and for each call then.
struct Costs {
    ready: f64,
    call: f64,
}

impl Costs {
    fn of(&self, calls: u64) -> f64 {
        self.ready + calls as f64 * self.call
    }
}

/// The fewest calls for which the second engine is done earlier. `None` if it never is.
fn worth(first: &Costs, second: &Costs) -> Option<u64> {
    let (behind, gain) = (second.ready - first.ready, first.call - second.call);
    if behind < 0.0 {
        return Some(0);
    }
    (gain > 0.0).then(|| (behind / gain).floor() as u64 + 1)
}

#[test]
fn from_here_on_the_compiler_is_earlier() {
    let interpreter = Costs { ready: 1.0, call: 8.0 };
    let compiler = Costs { ready: 100.0, call: 2.0 };
    let calls = worth(&interpreter, &compiler).expect("each call gains");
    assert!(compiler.of(calls) < interpreter.of(calls));
    assert!(compiler.of(calls - 1) >= interpreter.of(calls - 1));

    // Code from a cache may be ready first.
    assert_eq!(worth(&interpreter, &Costs { ready: 0.5, call: 2.0 }), Some(0));
    // Where both wait for memory, nothing is gained by a call, and the time to compile is lost.
    assert_eq!(worth(&interpreter, &Costs { ready: 100.0, call: 8.0 }), None);
}
// ANCHOR_END: worth

// ANCHOR: chance
/// How likely it is that a coin thrown so many times shows one side so often, or more often, whichever side that is.
fn chance(throws: usize, one_side: usize) -> f64 {
    // How likely each number of heads is: with one more throw, half of it stays, and half of it is one more.
    let mut likely = vec![1.0];
    for _ in 0..throws {
        let mut next = vec![0.0; likely.len() + 1];
        for (heads, half) in likely.iter().map(|likely| likely / 2.0).enumerate() {
            next[heads] += half;
            next[heads + 1] += half;
        }
        likely = next;
    }
    let most = one_side.max(throws - one_side);
    (2.0 * likely[most..].iter().sum::<f64>()).min(1.0)
}

/// In how many of fifty rounds the second program was faster.
fn won(machine: &mut Machine, first: &Program, second: &Program) -> usize {
    let mut faster = |round: usize| {
        let mut time = |program| machine.run(program, false).1.thread;
        if round.is_multiple_of(2) {
            time(first) > time(second)
        } else {
            let second = time(second);
            time(first) > second
        }
    };
    (0..50).filter(|round| faster(*round)).count()
}

#[test]
fn coins() {
    assert_eq!([chance(1, 1), chance(2, 2), chance(3, 0), chance(4, 2)], [1.0, 0.5, 0.25, 1.0]);
}

#[test]
fn five_percent_are_no_chance() {
    for seed in 0..SEEDS {
        assert!(chance(50, won(&mut Machine::new(seed), &BEFORE, &AFTER)) < 1e-6);
    }
}

#[test]
fn a_program_is_not_faster_than_itself() {
    let surprising = |seed: &u64| chance(50, won(&mut Machine::new(*seed), &BEFORE, &BEFORE)) < 0.01;
    let seeds = (0..SEEDS).filter(surprising).count();
    // One in a hundred is what "less than one in a hundred" means; so many seeds show some.
    assert!(seeds <= 10, "{seeds} of {SEEDS}");
}
// ANCHOR_END: chance
