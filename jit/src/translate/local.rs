//! Locals (section 4.4.4): variables of the builder, which makes them values; and in functions that have very many, slots
//! of the frame.

use std::collections::HashMap;

use cranelift_codegen::ir::{InstBuilder, StackSlot, StackSlotData, StackSlotKind, Type, Value, types};
use cranelift_frontend::Variable;
use falkirk_runtime::ValType;
use wasmparser::FunctionBody;

use super::BUG;
use super::state::{FunctionTranslator, Operand};
use crate::abi::{POINTER, trusted, value_type};

/// The memory that the builder may use for variables: it has a cell for each variable and block.
const VARIABLE_CELLS: usize = 64 << 20;

/// How many variables any function may have.
const FEW_VARIABLES: usize = 64;

/// How many locals stand in a list: all parameters, and some more.
const NEAR: usize = 1024;

/// The locals of a function, and of those that are compiled in place of calls in it.
///
/// A local gets a place when it is first used.
#[derive(Default)]
pub(super) struct Locals {
    /// The first of them, and those of inlined functions.
    near: Vec<Local>,
    /// The rest, as far as they were used.
    far: HashMap<u32, Place>,
    /// Their types, each from the index on that it comes with.
    runs: Vec<(u32, Type)>,
    /// Which is the first of the function that the operators belong to.
    pub(super) first: usize,
    /// How many may still become variables.
    variables_left: usize,
    /// The frame's slot for the others, and how much of it is taken.
    slot: Option<StackSlot>,
    slot_size: u32,
}

/// A local.
#[derive(Clone, Copy)]
enum Local {
    /// One that was not used yet: it is zero.
    Unused(Type),
    /// One that is somewhere.
    Used(Place),
}

/// Where a local is.
#[derive(Clone, Copy)]
enum Place {
    Variable(Variable),
    /// In the frame, at this offset of the slot for locals.
    Slot(Type, i32),
}

impl Locals {
    pub(super) fn start(&mut self, body_size: usize) {
        self.near.clear();
        self.far.clear();
        self.runs.clear();
        self.first = 0;
        // Blocks are no more than bytes of the body.
        self.variables_left = (VARIABLE_CELLS / body_size.max(1)).max(FEW_VARIABLES);
        self.slot = None;
        self.slot_size = 0;
    }

    /// How many are in the list, those of inlined functions included.
    pub(super) fn len(&self) -> usize {
        self.near.len()
    }

    /// Whether so many more can become variables.
    pub(super) fn has_room_for(&self, count: usize) -> bool {
        count <= self.variables_left
    }

    /// Forgets those of the inlined function that the operators belong to.
    pub(super) fn truncate_to_first(&mut self) {
        self.near.truncate(self.first);
    }

    /// The type of a local that is not among the first.
    fn far_type(&self, index: u32) -> Type {
        let run = self.runs.partition_point(|(first, _)| *first <= index) - 1;
        self.runs[run].1
    }
}

impl FunctionTranslator<'_> {
    /// A place for a local of this type.
    fn new_place(&mut self, ty: Type) -> Place {
        let locals = &mut self.buffers.locals;
        if let Some(left) = locals.variables_left.checked_sub(1) {
            locals.variables_left = left;
            return Place::Variable(self.builder.declare_var(ty));
        }
        let size = ty.bytes().max(8);
        let offset = locals.slot_size.next_multiple_of(size);
        locals.slot_size = offset + size;
        Place::Slot(ty, offset as i32)
    }

    /// Declares a parameter, with its value.
    pub(super) fn declare_param(&mut self, ty: ValType, value: Value) {
        let place = self.new_place(value_type(ty));
        self.buffers.locals.near.push(Local::Used(place));
        self.set_place(place, value);
    }

    /// Declares the locals of the function that is translated.
    pub(super) fn declare_locals(&mut self, body: &FunctionBody<'_>) {
        let locals = &mut self.buffers.locals;
        let mut index = locals.near.len() as u32;
        let mut reader = BUG(body.get_locals_reader());
        for _ in 0..reader.get_count() {
            let (count, ty) = BUG(reader.read());
            let ty = value_type(self.env.info.val_type(ty));
            if count == 0 {
                continue;
            }
            locals.runs.push((index, ty));
            index += count;
            let near = (index as usize).min(NEAR).max(locals.near.len());
            locals.near.resize(near, Local::Unused(ty));
        }
    }

    /// Declares the locals of a function that is compiled in place of a call, and sets them to zero.
    pub(super) fn declare_inlined_locals(&mut self, body: &FunctionBody<'_>) {
        let mut reader = BUG(body.get_locals_reader());
        for _ in 0..reader.get_count() {
            let (count, ty) = BUG(reader.read());
            for _ in 0..count {
                let ty = self.env.info.val_type(ty);
                let zero = self.zero(value_type(ty));
                self.declare_param(ty, zero);
            }
        }
    }

    fn zero(&mut self, ty: Type) -> Value {
        match ty {
            types::F32 => self.builder.ins().f32const(0.0),
            types::F64 => self.builder.ins().f64const(0.0),
            types::I8X16 => {
                let zero = self.builder.func.dfg.constants.insert(vec![0; 16].into());
                self.builder.ins().vconst(types::I8X16, zero)
            }
            ty => self.builder.ins().iconst(ty, 0),
        }
    }

    /// Sets a local in the frame to zero where the function starts.
    fn clear_slot(&mut self, ty: Type, offset: i32) {
        let slot = self.locals_slot();
        self.at_entry(|cursor| {
            let zero = cursor.ins().iconst(types::I64, 0);
            let address = cursor.ins().stack_addr(POINTER, slot, offset);
            for at in (0..ty.bytes().max(8) as i32).step_by(8) {
                cursor.ins().store(trusted(), zero, address, at);
            }
        });
    }

    /// The slot of the frame for locals; its size is known at the end.
    fn locals_slot(&mut self) -> StackSlot {
        if let Some(slot) = self.buffers.locals.slot {
            return slot;
        }
        let slot = self.builder.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, 0, 4));
        self.buffers.locals.slot = Some(slot);
        slot
    }

    /// Gives the frame's slot for locals its size.
    pub(super) fn finish_locals(&mut self) {
        if let Some(slot) = self.buffers.locals.slot {
            self.builder.func.sized_stack_slots[slot].size = self.buffers.locals.slot_size.next_multiple_of(16);
        }
    }

    fn set_place(&mut self, place: Place, value: Value) {
        match place {
            Place::Variable(variable) => self.builder.def_var(variable, value),
            Place::Slot(_, offset) => {
                let slot = self.locals_slot();
                self.builder.ins().stack_store(POINTER, value, slot, offset);
            }
        }
    }

    /// Where a local is. The builder makes a variable that is read before it is set zero where the function starts.
    fn place(&mut self, index: u32) -> Place {
        let locals = &self.buffers.locals;
        let position = locals.first + index as usize;
        let ty = match locals.near.get(position) {
            Some(&Local::Used(place)) => return place,
            Some(&Local::Unused(ty)) => ty,
            None => match locals.far.get(&index) {
                Some(&place) => return place,
                None => locals.far_type(index),
            },
        };
        let place = self.new_place(ty);
        match self.buffers.locals.near.get_mut(position) {
            Some(near) => *near = Local::Used(place),
            None => {
                self.buffers.locals.far.insert(index, place);
            }
        }
        if let Place::Slot(ty, offset) = place {
            self.clear_slot(ty, offset);
        }
        place
    }

    pub(super) fn local_get(&mut self, index: u32) {
        let value = match self.place(index) {
            Place::Variable(variable) => self.builder.use_var(variable),
            Place::Slot(ty, offset) => {
                let slot = self.locals_slot();
                self.builder.ins().stack_load(POINTER, ty, slot, offset)
            }
        };
        self.push(value);
    }

    pub(super) fn local_set(&mut self, index: u32) {
        let value = self.pop();
        let place = self.place(index);
        self.set_place(place, value);
    }

    pub(super) fn local_tee(&mut self, index: u32) {
        let operand = self.pop_operand();
        let value = self.value(operand);
        let place = self.place(index);
        self.set_place(place, value);
        // A comparison or constant is still known as such.
        self.push_operand(match operand {
            Operand::Value(_) if self.is_condition(operand) => operand,
            Operand::Value(_) => Operand::Value(value),
            constant => constant,
        });
    }
}
