//! Whether a [`Unit`] from a file fits its module, and holds together: no index or range in it leads outside.
//!
//! What comes here was signed with the user's key, so a failure means a bug or a forger who has the key. Neither shall read
//! beyond an array. What the code itself does, nobody can check.

use falkirk_runtime::Trap;
use falkirk_runtime::module::ModuleInfo;
use falkirk_runtime::vm::{Exit, Stop};

use super::{Inlined, Position, Range, Unit};
use crate::translate::ModuleEnv;

/// Stops that are no traps.
const STOPS: [Stop; 5] = [Stop::StackExhausted, Stop::OutOfFuel, Stop::Interrupted, Stop::Failed, Stop::TailCall];

impl Unit {
    /// Makes sure that this unit can be one of a module.
    ///
    /// # Errors
    ///
    /// What does not fit.
    pub fn check(&self, env: &ModuleEnv) -> Result<(), &'static str> {
        let module = &*env.info;
        let within = |text: &[u8], range: &Range| range.start <= range.end && range.end as usize <= text.len();
        let bridges = |bridges: &[(u32, Range)], text: &[u8]| {
            bridges.iter().all(|(ty, range)| (*ty as usize) < module.types.len() && within(text, range))
        };
        let rules = [
            (self.functions.len() == module.bodies.len(), "it has code for another number of functions"),
            (self.functions.iter().all(|range| within(&self.text, range)), "a function stands outside the text"),
            (self.functions.is_sorted_by_key(|range| range.end), "the functions are not in order"),
            (self.has_code_as(env), "a function has no code, or some that it should not have"),
            (bridges(&self.bridges, &self.text), "a bridge has no type, or stands outside the text"),
            (bridges(&self.gates, &self.gate_text), "a gate has no type, or stands outside the text"),
            (self.traps_fit(), "the traps are not in order, or are none"),
            (self.places_fit(module), "the places are not in order, or are none"),
            (self.inlined_fit(module), "a function that was compiled into another is none"),
        ];
        rules.into_iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, why)| Err(why))
    }

    fn has_code_as(&self, env: &ModuleEnv) -> bool {
        let mut functions = (env.info.imported_functions..).zip(&self.functions);
        functions.all(|(index, code)| code.is_empty() != env.is_compiled(index))
    }

    fn traps_fit(&self) -> bool {
        let is_exit = |code: &u8| Trap::from_code(*code).is_some() || STOPS.map(number).contains(code);
        self.trap_offsets.len() == self.trap_codes.len()
            && self.trap_offsets.is_sorted()
            && self.trap_offsets.last().is_none_or(|offset| (*offset as usize) < self.text.len())
            && self.trap_codes.iter().all(is_exit)
    }

    fn places_fit(&self, module: &ModuleInfo) -> bool {
        self.place_ends.len() == self.place_positions.len()
            && self.place_ends.is_sorted()
            && self.place_ends.last().is_none_or(|end| *end as usize <= self.text.len())
            && self.place_positions.iter().all(|position| fits(Position(*position), module, self.inlined.len()))
    }

    /// A call stands before those that were compiled into its callee, so that to follow calls comes to an end.
    fn inlined_fit(&self, module: &ModuleInfo) -> bool {
        self.inlined.iter().enumerate().all(|(number, Inlined { function, offset, call })| {
            (*function as usize) < module.functions.len()
                && (*offset as usize) < module.bytes.len()
                && fits(*call, module, number)
        })
    }
}

/// Whether this is an operator's offset, or one of the first `inlined` operators that stand in another function.
fn fits(Position(position): Position, module: &ModuleInfo, inlined: usize) -> bool {
    match position.checked_sub(Position::INLINED) {
        Some(number) => (number as usize) < inlined,
        None => (position as usize) < module.bytes.len(),
    }
}

fn number(stop: Stop) -> u8 {
    Exit::from(stop).0 as u8
}
