//! The checks that an adapter leaves to the host: where something looks wrong to it, or only unusual.

use falkirk_canonical_abi::{Guest as _, Trap, What, checks};
use falkirk_runtime::{Result, StoreContextMut};

use crate::func::{Side, View, trap};
use crate::state::state;

/// What is to be checked, with what is passed for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Check {
    /// Whether the caller may leave and the callee be entered.
    Enter,
    /// An address and a length: a string.
    String,
    /// An address, a length, and the size and alignment of the elements: a list.
    List,
    /// An address, a size and an alignment: where a result is or goes.
    Result,
    /// An address, a size and an alignment: what `realloc` returned.
    Realloc,
    /// A `char`.
    Char,
    /// A discriminant, and how many cases there are.
    Case,
}

/// Which guest it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guest {
    /// Who calls.
    Caller,
    /// Who is called.
    Callee,
}

impl Check {
    const ALL: [Check; 7] =
        [Check::Enter, Check::String, Check::List, Check::Result, Check::Realloc, Check::Char, Check::Case];
}

impl Guest {
    /// The other one.
    pub fn other(self) -> Guest {
        match self {
            Guest::Caller => Guest::Callee,
            Guest::Callee => Guest::Caller,
        }
    }
}

/// Checks what an adapter wants to have checked: `what`, for which guest, and four numbers.
pub(super) fn check<T: 'static>(
    store: StoreContextMut<'_, T>,
    caller: &View,
    callee: &View,
    args: &[u64],
) -> Result<()> {
    let [what, guest, a, b, c, d] = *args else { panic!("BUG: a check takes six numbers") };
    let what = Check::ALL[what as usize];
    let mut side = Side { store, view: if guest == Guest::Caller as u64 { caller } else { callee } };
    checked(&mut side, caller, callee, what, [a, b, c, d]).map_err(trap)
}

fn checked<T: 'static>(
    side: &mut Side<'_, T>,
    caller: &View,
    callee: &View,
    what: Check,
    [a, b, c, d]: [u64; 4],
) -> Result<(), Trap> {
    if what == Check::Enter {
        let components = state(&mut side.store);
        components.instance(caller.instance).check_may_leave()?;
        return match components.rules.may_enter(callee.instance, Some(caller.instance)) {
            true => Ok(()),
            false => Err(Trap::MayNotEnter),
        };
    }
    let options = side.view.options;
    let memory = side.memory();
    match what {
        Check::Enter => panic!("BUG: that was checked"),
        Check::String => checks::check_string(memory, options, a, b),
        Check::List => {
            let bytes = checks::list_byte_length(b, c as usize)?;
            checks::check_pointer(What::List, a, bytes, d as u32, memory.len()).map(|_| ())
        }
        Check::Result => checks::check_pointer(What::Result, a, b, c as u32, memory.len()).map(|_| ()),
        Check::Realloc => checks::check_realloc(a, b, c as u32, memory.len()).map(|_| ()),
        Check::Char => checks::check_char(a as u32).map(|_| ()),
        Check::Case => checks::check_discriminant(a as u32, b as usize).map(|_| ()),
    }
}
