//! The first difference behind a step.

use falkirk_runtime::{Global, Memory, Table};

use super::difference::Place;
use super::memory;
use super::oracle::Rules;
use super::outcome::{End, Failure, Outcome};
use super::side::{Running, Side};
use super::value::{Nans, Value};

/// What comparing came to.
pub(super) enum Verdict {
    /// All is the same.
    Same,
    /// An engine came to a limit: the stores are no longer comparable.
    AtLimit,
    /// These engines differ, here, and have this.
    Differ(Place, Vec<(usize, String)>),
}

/// A difference between two engines: where, and what the first and the second have.
type Found = (Place, String, String);

/// Compares how a step ended and what it left behind: each engine with the first.
pub(super) fn behind_step(ends: &[End], sides: &mut [Side], rules: &Rules) -> Verdict {
    if let Some(panicked) = ends.iter().position(|end| matches!(end.outcome, Outcome::Panicked(_))) {
        return panic_verdict(ends, panicked);
    }
    if ends.iter().any(|end| matches!(end.outcome, Outcome::AtLimit(..))) {
        return Verdict::AtLimit;
    }
    let Some((first, others)) = sides.split_first_mut() else { return Verdict::Same };
    for (position, side) in others.iter_mut().enumerate() {
        let found = outcomes(&ends[0].outcome, &ends[position + 1].outcome, rules)
            .or_else(|| states(first.running.as_mut()?, side.running.as_mut()?, rules.nans));
        if let Some((place, a, b)) = found {
            return Verdict::Differ(place, vec![(0, a), (position + 1, b)]);
        }
    }
    Verdict::Same
}

/// A panic differs from whatever the others did, also when they panicked too.
fn panic_verdict(ends: &[End], panicked: usize) -> Verdict {
    let other = if panicked == 0 { ends.len() - 1 } else { 0 };
    let mut found = vec![other, panicked];
    found.sort_unstable();
    found.dedup();
    let found = found.into_iter().map(|side| (side, ends[side].outcome.to_string())).collect();
    Verdict::Differ(Place::Outcome, found)
}

fn outcomes(a: &Outcome, b: &Outcome, rules: &Rules) -> Option<Found> {
    match (a, b) {
        (Outcome::Returned(a), Outcome::Returned(b)) => results(a, b, rules.nans),
        (Outcome::Failed(a), Outcome::Failed(b)) => failures(a, b, rules),
        (a, b) => Some((Place::Outcome, a.to_string(), b.to_string())),
    }
}

fn results(a: &[Value], b: &[Value], nans: Nans) -> Option<Found> {
    let mut pairs = a.iter().zip(b);
    let at = pairs.position(|(a, b)| !a.is_like(*b, nans))?;
    Some((Place::Result(at), a[at].to_string(), b[at].to_string()))
}

fn failures(a: &Failure, b: &Failure, rules: &Rules) -> Option<Found> {
    if !a.is_same(b) {
        return Some((Place::Failure, a.message.clone(), b.message.clone()));
    }
    let at = a.first_other_frame(b, rules.frames)?;
    let show = |failure: &Failure| match failure.frames.get(at) {
        Some((function, offset)) => format!("function {function} at {offset:#x} ({})", failure.message),
        None => format!("no such frame ({})", failure.message),
    };
    Some((Place::Frame(at), show(a), show(b)))
}

/// Compares the host's log, and all that an instance has.
fn states(a: &mut Running, b: &mut Running, nans: Nans) -> Option<Found> {
    if let Some((at, a, b)) = a.log.first_difference(&b.log, nans) {
        return Some((Place::HostEvent(at), a, b));
    }
    let (one, other) = (a.instance?, b.instance?);
    let memories = one.memories(&a.store).into_iter().zip(other.memories(&b.store));
    let memories = numbered(memories).find_map(|(at, pair)| memories_differ(at, pair, a, b, nans));
    let globals = || {
        let pairs = one.globals(&a.store).into_iter().zip(other.globals(&b.store));
        numbered(pairs).find_map(|(at, pair)| globals_differ(at, pair, a, b, nans))
    };
    let tables = || {
        let pairs = one.tables(&a.store).into_iter().zip(other.tables(&b.store));
        numbered(pairs).find_map(|(at, pair)| tables_differ(at, pair, a, b))
    };
    memories.or_else(globals).or_else(tables)
}

fn numbered<T>(items: impl Iterator<Item = T>) -> impl Iterator<Item = (u32, T)> {
    (0..).zip(items)
}

fn memories_differ(at: u32, pair: (Memory, Memory), a: &Running, b: &Running, nans: Nans) -> Option<Found> {
    let sizes = (pair.0.size(&a.store), pair.1.size(&b.store));
    if sizes.0 != sizes.1 {
        return Some((Place::MemorySize(at), format!("{} pages", sizes.0), format!("{} pages", sizes.1)));
    }
    let (one, other) = (pair.0.data(&a.store), pair.1.data(&b.store));
    let address = memory::first_difference(one, other, nans)?;
    Some((Place::Memory { memory: at, address }, memory::row(one, address), memory::row(other, address)))
}

fn globals_differ(at: u32, pair: (Global, Global), a: &Running, b: &Running, nans: Nans) -> Option<Found> {
    let one = Value::of(&pair.0.get(&a.store), &a.store, a.instance);
    let other = Value::of(&pair.1.get(&b.store), &b.store, b.instance);
    (!one.is_like(other, nans)).then(|| (Place::Global(at), one.to_string(), other.to_string()))
}

fn tables_differ(at: u32, pair: (Table, Table), a: &Running, b: &Running) -> Option<Found> {
    let sizes = (pair.0.size(&a.store), pair.1.size(&b.store));
    if sizes.0 != sizes.1 {
        return Some((Place::TableSize(at), format!("{} elements", sizes.0), format!("{} elements", sizes.1)));
    }
    let see = |table: Table, side: &Running, element: u64| {
        let value = table.get(&side.store, element).expect("BUG: an element below the table's size");
        Value::of(&value, &side.store, side.instance)
    };
    (0..sizes.0).find_map(|element| {
        let (one, other) = (see(pair.0, a, element), see(pair.1, b, element));
        (one != other).then(|| (Place::Element { table: at, element }, one.to_string(), other.to_string()))
    })
}
