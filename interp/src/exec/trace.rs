//! Observation points: instructions that only tell the store's observer where the program is. They are emitted only
//! for engines that trace; nothing else knows about them.

use falkirk_runtime::ValType;
use falkirk_runtime::vm::{Step, VmContext, observe};

use super::state::{Instr, State};

/// What an observation point reports.
#[derive(Debug)]
pub struct Point {
    /// The function's index in its module.
    pub function: u32,
    /// What happens there.
    pub what: What,
    /// The slots of the values to show.
    pub values: Box<[(ValType, u16)]>,
}

/// What happens at an observation point.
#[derive(Debug)]
pub enum What {
    /// The function is entered; the values are its arguments.
    Enter,
    /// The function returns; the values are its results.
    Exit,
    /// An instruction runs; the values are its operands.
    Instruction {
        /// Its offset in the module.
        offset: usize,
        /// Its text.
        text: Box<str>,
    },
}

/// Reports the [`Point`] whose address is in word 1.
pub struct Trace;

impl Trace {
    /// Reports, out of the handler's way.
    ///
    /// # Safety
    ///
    /// The conditions of [`crate::exec`].
    #[inline(never)]
    unsafe fn report(point: *const Point, sp: *mut u64, ctx: *mut VmContext) {
        // SAFETY: the module's code keeps its points as long as its instructions.
        unsafe {
            let point = &*point;
            let step = match &point.what {
                What::Enter => Step::Enter,
                What::Exit => Step::Exit,
                What::Instruction { offset, text } => Step::Instruction { offset: *offset, text },
            };
            let values: Vec<_> =
                point.values.iter().map(|&(ty, slot)| (ty, sp.add(usize::from(slot)).cast_const())).collect();
            observe(ctx, point.function, step, &values);
        }
    }
}

impl Instr for Trace {
    #[inline(always)]
    unsafe fn exec(state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe {
            Self::report(state.word(1) as *const Point, state.sp, state.ctx);
            state.next(2)
        }
    }
}
