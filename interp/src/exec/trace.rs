//! Observation points: instructions that only tell the store's observer where the program is. They are emitted only
//! for engines that trace; nothing else knows about them.

use std::sync::Arc;

use falkirk_runtime::ValType;
use falkirk_runtime::vm::{FrameSlots, Step, VmContext, observe};

use super::state::{Instr, State};

/// What an observation point reports.
#[derive(Debug)]
pub struct Point {
    /// The function's index in its module.
    pub function: u32,
    /// What happens there.
    pub what: What,
    /// The slots of the values to show.
    pub values: Slots,
}

/// Values with their types, by their slots.
pub type Slots = Box<[(ValType, u16)]>;

/// What happens at an observation point.
#[derive(Debug)]
pub enum What {
    /// The function is entered; the values are its arguments.
    Enter,
    /// The function returns; the values are its results.
    Exit,
    /// An instruction runs; the values are the operand stack.
    Instruction {
        /// Its offset in the module.
        offset: usize,
        /// Its text.
        text: Box<str>,
        /// How many of the values, counted from the top, are its operands.
        operands: usize,
        /// How many values are on the operand stack.
        height: usize,
        /// The function's locals.
        locals: Arc<[(ValType, u16)]>,
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
            let (step, shown) = match &point.what {
                What::Enter => (Step::Enter, &point.values[..]),
                What::Exit => (Step::Exit, &point.values[..]),
                What::Instruction { offset, text, operands, height, locals } => {
                    let slots = FrameSlots { sp, locals, stack: &point.values, height: *height };
                    let first = point.values.len() - operands;
                    (Step::Instruction { offset: *offset, text, slots }, &point.values[first..])
                }
            };
            let values: Vec<_> = shown.iter().map(|&(ty, slot)| (ty, sp.add(usize::from(slot)).cast_const())).collect();
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
