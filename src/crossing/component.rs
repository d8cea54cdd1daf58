//! Steps from the events of the canonical ABI.

use std::collections::BTreeMap;

use falkirk_canonical_abi::{Crossing, Event, HandleMove, Observer};

use super::step::{Access, Entry, Step, What};

/// The handle tables of guests, as far as their handles have been seen to move.
#[derive(Clone, Debug, Default)]
pub struct Tables(BTreeMap<(usize, u32), Entry>);

impl Tables {
    /// A guest's handles.
    pub fn of(&self, guest: usize) -> Vec<Entry> {
        self.0.range((guest, 0)..=(guest, u32::MAX)).map(|(_, entry)| *entry).collect()
    }

    /// Moves a handle; gives the table before and after. A handle that leaves the table was in it before, also if nobody
    /// saw it come.
    fn apply(&mut self, guest: usize, movement: HandleMove, seen: Entry) -> (Vec<Entry>, Vec<Entry>) {
        let key = (guest, seen.index);
        if matches!(movement, HandleMove::LiftOwn | HandleMove::LiftBorrow) {
            self.0.entry(key).or_insert(seen);
        }
        let before = self.of(guest);
        match movement {
            HandleMove::LiftOwn => drop(self.0.remove(&key)),
            HandleMove::LiftBorrow => self.0.entry(key).or_insert(seen).lent += 1,
            HandleMove::LowerOwn | HandleMove::LowerBorrow => drop(self.0.insert(key, seen)),
        }
        (before, self.of(guest))
    }
}

/// An observer of the canonical ABI that makes steps of a crossing's events and hands them to `sink`.
///
/// The numbers of the guests are those of their memories in a [`Recording`](super::Recording). Where only one guest is at
/// it, both are the same.
pub struct Guests<'a, F> {
    /// The guest that values are lifted from.
    pub source: usize,
    /// The guest that values are lowered into.
    pub target: usize,
    /// How many calls the crossing is in.
    pub depth: usize,
    /// The handle tables, which outlive the crossing.
    pub tables: &'a mut Tables,
    /// Takes the steps.
    pub sink: F,
    path: Vec<String>,
}

impl<'a, F: FnMut(Step<'_>)> Guests<'a, F> {
    /// Values go from `source` to `target`, in the middle of `depth` calls.
    pub fn new(source: usize, target: usize, depth: usize, tables: &'a mut Tables, sink: F) -> Guests<'a, F> {
        Guests { source, target, depth, tables, sink, path: Vec::new() }
    }

    fn handle<'e>(&mut self, movement: HandleMove, index: u32, resource: u32, rep: u32) -> What<'e> {
        let lifted = matches!(movement, HandleMove::LiftOwn | HandleMove::LiftBorrow);
        let table = if lifted { self.source } else { self.target };
        let own = movement != HandleMove::LowerBorrow;
        let (before, after) = self.tables.apply(table, movement, Entry { index, resource, rep, own, lent: 0 });
        What::Handle { table, movement, index, resource, rep, before, after }
    }
}

impl<F: FnMut(Step<'_>)> Observer for Guests<'_, F> {
    fn event(&mut self, event: Event<'_>) {
        let what = match event {
            Event::Enter(part) => return self.path.push(part.to_string()),
            Event::Leave => return drop(self.path.pop()),
            Event::Begin(crossing) => What::Begin(crossing),
            Event::Flat { crossing, values } => What::Flat { crossing, values: values.to_vec() },
            Event::Realloc { old, old_size, align, new_size, result } => {
                What::Realloc { memory: self.target, old, old_size, align, new_size, result }
            }
            Event::Load { address, bytes } => What::Load(Access::new(self.source, address, bytes)),
            Event::Store { address, bytes } => What::Store(Access::new(self.target, address, bytes)),
            Event::Copy { from, to, bytes } => {
                What::Copy { from_memory: self.source, from, to: Access::new(self.target, to, bytes) }
            }
            Event::Handle { movement, index, resource, rep } => self.handle(movement, index, resource.id, rep),
            // The guest whose result was lifted.
            Event::PostReturn { values } => What::PostReturn { memory: self.source, values: values.to_vec() },
            _ => return,
        };
        (self.sink)(Step { depth: self.depth, path: self.path.concat(), what });
    }
}

/// The name of a crossing in lines of JSON, and what crosses, for a sentence.
pub(super) fn names(crossing: Crossing) -> (&'static str, &'static str) {
    match crossing {
        Crossing::LiftParams => ("lift-params", "The parameters are lifted out of the guest that calls"),
        Crossing::LowerParams => ("lower-params", "The parameters are lowered into the guest that is called"),
        Crossing::LiftResult => ("lift-result", "The result is lifted out of the guest that was called"),
        Crossing::LowerResult => ("lower-result", "The result is lowered into the guest that called"),
    }
}

/// The name of a movement in lines of JSON, and what it does to the handle, for a sentence.
pub(super) fn movement(movement: HandleMove) -> (&'static str, &'static str) {
    match movement {
        HandleMove::LiftOwn => ("lift-own", "leaves the table of"),
        HandleMove::LiftBorrow => ("lift-borrow", "is lent for the call by"),
        HandleMove::LowerOwn => ("lower-own", "comes into the table of"),
        HandleMove::LowerBorrow => ("lower-borrow", "is borrowed for the call by"),
    }
}
