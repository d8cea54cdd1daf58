//! What code that traces reports to the store's observer.

use super::VmContext;
use crate::observer::{Event, FunctionId};
use crate::store::StoreInner;
use crate::types::ValType;
use crate::value::Val;

/// What a guest's function does.
#[derive(Clone, Copy, Debug)]
pub enum Step<'a> {
    /// It is entered; the values are its arguments.
    Enter,
    /// It returns; the values are its results.
    Exit,
    /// It runs an instruction; the values are its operands.
    Instruction {
        /// The instruction's offset in the module's bytes.
        offset: usize,
        /// The instruction in the text format.
        text: &'a str,
    },
}

/// Tells the store's observer, if there is one, what function `function` of the running instance does.
///
/// # Safety
///
/// `ctx` is the context of the running instance, and each pointer is to a slot (two for a `v128`) that holds a value of
/// the type beside it.
pub unsafe fn observe(ctx: *mut VmContext, function: u32, step: Step<'_>, values: &[(ValType, *const u64)]) {
    // SAFETY: the caller's promise; `VmStore` is the first field of the store.
    unsafe {
        let store: &StoreInner = &*(*ctx).store.cast::<StoreInner>();
        if !store.observer.is_present() {
            return;
        }
        let values: Vec<Val> = values.iter().map(|&(ty, slot)| Val::read(ty, slot, store.id)).collect();
        let module = &store.instances[(*ctx).instance as usize].module;
        let id = FunctionId {
            module: module.name(),
            index: function,
            name: module.function_name(function),
            ty: module.info().func_type(function),
        };
        store.observer.tell(match step {
            Step::Enter => Event::Enter { function: id, args: &values },
            Step::Exit => Event::Exit { function: id, results: &values },
            Step::Instruction { offset, text } => Event::Instruction { function: id, offset, text, operands: &values },
        });
    }
}
