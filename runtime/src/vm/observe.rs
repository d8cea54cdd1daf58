//! What code that traces reports to the store's observer.

use std::fmt;

use super::{GlobalPlace, VmContext, VmMemory};
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
        /// Where the function's values are.
        slots: FrameSlots<'a>,
    },
}

/// Where the values of a function's frame are: each with its type, and its slot counted from `sp`.
#[derive(Clone, Copy, Debug)]
pub struct FrameSlots<'a> {
    /// The frame's first slot.
    pub sp: *const u64,
    /// The function's locals, parameters first; the first of them, where there are many.
    pub locals: &'a [(ValType, u16)],
    /// The operand stack, its top last; the topmost of it, where it is high.
    pub stack: &'a [(ValType, u16)],
    /// How many values are on the operand stack.
    pub height: usize,
}

/// What a function has at an [`Event::Instruction`]: its locals, its operand stack, and what it can reach of its instance.
/// Nothing is read before it is asked for.
#[derive(Clone, Copy)]
pub struct GuestFrame<'a> {
    slots: FrameSlots<'a>,
    ctx: *mut VmContext,
    store: &'a StoreInner,
}

impl<'a> GuestFrame<'a> {
    /// The function's locals, parameters first: the first of them, where there are many.
    pub fn locals(&self) -> Vec<Val> {
        self.values(self.slots.locals)
    }

    /// The operand stack, its top last: the topmost values, where there are many.
    pub fn stack(&self) -> Vec<Val> {
        self.values(self.slots.stack)
    }

    /// How many values are on the operand stack.
    pub fn stack_height(&self) -> usize {
        self.slots.height
    }

    /// The bytes of the instance's memory with this index in its module.
    pub fn memory(&self, index: u32) -> Option<&'a [u8]> {
        let info = self.module();
        if index as usize >= info.memories.len() {
            return None;
        }
        // SAFETY: the offset is the layout's, of a memory that there is. No code runs while an observer is told of an
        // event, and an observer cannot reach the store: nothing changes the bytes, or moves them.
        unsafe {
            let VmMemory { base, len } = *VmContext::at::<VmMemory>(self.ctx, info.layout.memory(index));
            Some(if len == 0 { &[] } else { std::slice::from_raw_parts(base, len) })
        }
    }

    /// The value of the instance's global with this index in its module.
    pub fn global(&self, index: u32) -> Option<Val> {
        let info = self.module();
        let ty = info.globals.get(index as usize)?.content;
        // SAFETY: the offset is the layout's, of a global of this type.
        unsafe {
            let cell = match info.layout.global(index) {
                GlobalPlace::Defined(offset) => VmContext::at::<u64>(self.ctx, offset),
                GlobalPlace::Imported(offset) => *VmContext::at::<*mut u64>(self.ctx, offset),
            };
            Some(Val::read(ty, cell, self.store.id))
        }
    }

    fn module(&self) -> &'a crate::module::ModuleInfo {
        // SAFETY: the context is that of the running instance.
        let instance = unsafe { (*self.ctx).instance };
        self.store.instances[instance as usize].module.info()
    }

    fn values(&self, slots: &[(ValType, u16)]) -> Vec<Val> {
        // SAFETY: whoever made the frame promised that there are values of these types.
        let read = |&(ty, slot): &_| unsafe { Val::read(ty, self.slots.sp.add(usize::from(slot)), self.store.id) };
        slots.iter().map(read).collect()
    }
}

impl fmt::Debug for GuestFrame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuestFrame")
            .field("locals", &self.locals())
            .field("stack", &self.stack())
            .finish_non_exhaustive()
    }
}

/// Tells the store's observer, if there is one, what function `function` of the running instance does.
///
/// # Safety
///
/// `ctx` is the context of the running instance. Each pointer is to a slot (two for a `v128`) that holds a value of the
/// type beside it, and so does each slot of a step's [`FrameSlots`].
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
            Step::Instruction { offset, text, slots } => {
                let frame = GuestFrame { slots, ctx, store };
                Event::Instruction { function: id, offset, text, operands: &values, frame }
            }
        });
    }
}
