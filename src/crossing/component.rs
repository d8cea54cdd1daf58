//! Steps from the events of the canonical ABI.

use std::collections::BTreeMap;

use falkirk_canonical_abi::{Crossing, Event, HandleMove, InstanceId, Observer, ResourceType};

use super::step::{Access, Entry, Step, What};

/// The handle tables of guests, as far as their handles have been seen to move.
#[derive(Clone, Debug, Default)]
pub struct Tables(BTreeMap<(usize, u32), Entry>);

impl Tables {
    /// A guest's handles.
    pub fn of(&self, guest: usize) -> Vec<Entry> {
        self.0.range((guest, 0)..=(guest, u32::MAX)).map(|(_, entry)| *entry).collect()
    }

    /// A handle that moves, as a step with the guest's table before and after.
    pub(super) fn moved(&mut self, table: usize, Move { movement, index, resource, rep }: Move) -> What<'static> {
        let own = movement != HandleMove::LowerBorrow;
        let seen = Entry { index, resource: resource.id, rep, own, lent: 0 };
        // Who implements a resource borrows no handle for it: it gets the representation itself.
        let own_resource = resource.implementer != InstanceId::HOST && resource.implementer.0 as usize == table;
        let (before, after) = match movement == HandleMove::LowerBorrow && own_resource {
            true => (self.of(table), self.of(table)),
            false => self.apply(table, movement, seen),
        };
        What::Handle { table, movement, index, resource: resource.id, rep, before, after }
    }

    /// Moves a handle; gives the table before and after. A handle that was there before the move is in the table before,
    /// also if nobody saw it come.
    fn apply(&mut self, guest: usize, movement: HandleMove, seen: Entry) -> (Vec<Entry>, Vec<Entry>) {
        let key = (guest, seen.index);
        if !matches!(movement, HandleMove::LowerOwn | HandleMove::LowerBorrow | HandleMove::New) {
            self.0.entry(key).or_insert(seen);
        }
        let before = self.of(guest);
        let entry = self.0.entry(key).or_insert(seen);
        match movement {
            HandleMove::LiftBorrow => entry.lent += 1,
            HandleMove::EndLend => entry.lent = entry.lent.saturating_sub(1),
            HandleMove::LowerOwn | HandleMove::LowerBorrow | HandleMove::New => *entry = seen,
            HandleMove::LiftOwn | HandleMove::Drop => drop(self.0.remove(&key)),
            HandleMove::Rep => {}
        }
        (before, self.of(guest))
    }
}

/// A handle that moves.
pub(super) struct Move {
    pub movement: HandleMove,
    pub index: u32,
    pub resource: ResourceType,
    pub rep: u32,
}

/// An event as what happened. The numbers are those of the guest that values come from and of the one they go to.
pub(super) fn steps_of<'a>(
    event: Event<'a>,
    (source, target): (usize, usize),
    (source_table, target_table): (usize, usize),
    tables: &mut Tables,
) -> Option<What<'a>> {
    Some(match event {
        Event::Begin(crossing) => What::Begin(crossing),
        Event::Flat { crossing, values } => What::Flat { crossing, values: values.to_vec(), parts: Vec::new() },
        Event::Realloc { old, old_size, align, new_size, result } => {
            What::Realloc { memory: target, old, old_size, align, new_size, result }
        }
        Event::Load { address, bytes } => What::Load(Access::new(source, address, bytes)),
        Event::Store { address, bytes } => What::Store(Access::new(target, address, bytes)),
        Event::Copy { from, to, bytes } => What::Copy { from_memory: source, from, to: Access::new(target, to, bytes) },
        Event::Handle { movement, index, resource, rep } => {
            let lowered = matches!(movement, HandleMove::LowerOwn | HandleMove::LowerBorrow);
            let table = if lowered { target_table } else { source_table };
            tables.moved(table, Move { movement, index, resource, rep })
        }
        // The guest whose result was lifted.
        Event::PostReturn { values } => What::PostReturn { memory: source, values: values.to_vec() },
        _ => return None,
    })
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
}

impl<F: FnMut(Step<'_>)> Observer for Guests<'_, F> {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Enter(part) => self.path.push(part.to_string()),
            Event::Leave => drop(self.path.pop()),
            event => {
                let guests = (self.source, self.target);
                if let Some(what) = steps_of(event, guests, guests, self.tables) {
                    (self.sink)(Step { depth: self.depth, path: self.path.concat(), what });
                }
            }
        }
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
        HandleMove::EndLend => ("end-lend", "is lent no longer by"),
        HandleMove::New => ("new", "comes into the table of"),
        HandleMove::Rep => ("rep", "is looked up by"),
        HandleMove::Drop => ("drop", "leaves the table of"),
    }
}
