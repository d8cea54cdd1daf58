//! Locals (section 4.4.4): variables of the builder, which makes them values; and in functions that have very many, slots
//! of the frame.

use cranelift_codegen::ir::{InstBuilder, StackSlot, StackSlotData, StackSlotKind, Type, Value, types};
use cranelift_frontend::Variable;
use falkirk_runtime::ValType;
use wasmparser::FunctionBody;

use super::BUG;
use super::state::{FunctionTranslator, Operand};
use crate::abi::{POINTER, value_type};

/// The memory that the builder may use for variables: it has a cell for each variable and block.
const VARIABLE_CELLS: usize = 64 << 20;

/// How many variables any function may have.
const FEW_VARIABLES: usize = 64;

/// The locals of a function, and of those that are compiled in place of calls in it.
#[derive(Default)]
pub(super) struct Locals {
    places: Vec<Place>,
    /// Which is the first of the function that the operators belong to.
    pub(super) first: usize,
    /// How many may still become variables.
    variables_left: usize,
    /// The frame's slot for the others, and how much of it is taken.
    slot: Option<StackSlot>,
    slot_size: u32,
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
        self.places.clear();
        self.first = 0;
        // Blocks are no more than bytes of the body.
        self.variables_left = (VARIABLE_CELLS / body_size.max(1)).max(FEW_VARIABLES);
        self.slot = None;
        self.slot_size = 0;
    }

    /// How many there are, those of inlined functions included.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether so many more can become variables.
    pub(super) fn has_room_for(&self, count: usize) -> bool {
        count <= self.variables_left
    }

    /// Forgets those of the function that the operators belong to.
    pub(super) fn truncate_to_first(&mut self) {
        self.places.truncate(self.first);
    }
}

impl FunctionTranslator<'_> {
    /// Declares the next local; its value is undefined.
    fn declare_local(&mut self, ty: ValType) -> Place {
        let ty = value_type(ty);
        let locals = &mut self.buffers.locals;
        let place = if let Some(left) = locals.variables_left.checked_sub(1) {
            locals.variables_left = left;
            Place::Variable(self.builder.declare_var(ty))
        } else {
            let offset = locals.slot_size.next_multiple_of(ty.bytes());
            locals.slot_size = offset + ty.bytes();
            Place::Slot(ty, offset as i32)
        };
        self.buffers.locals.places.push(place);
        place
    }

    /// Declares a parameter, with its value.
    pub(super) fn declare_param(&mut self, ty: ValType, value: Value) {
        let place = self.declare_local(ty);
        self.set_place(place, value);
    }

    /// Declares the locals of a body, which are zero. The builder makes a variable that is read before it is set zero at
    /// the function's entry, which is where the body starts unless it is `inlined`.
    pub(super) fn declare_locals(&mut self, body: &FunctionBody<'_>, inlined: bool) {
        let mut reader = BUG(body.get_locals_reader());
        for _ in 0..reader.get_count() {
            let (count, ty) = BUG(reader.read());
            let ty = self.env.info.val_type(ty);
            for _ in 0..count {
                let place = self.declare_local(ty);
                if inlined || matches!(place, Place::Slot(..)) {
                    let zero = self.zero(value_type(ty));
                    self.set_place(place, zero);
                }
            }
        }
    }

    fn zero(&mut self, ty: Type) -> Value {
        match ty {
            types::F32 => self.builder.ins().f32const(0.0),
            types::F64 => self.builder.ins().f64const(0.0),
            types::I8X16 => self.vector_zero(),
            ty => self.builder.ins().iconst(ty, 0),
        }
    }

    fn vector_zero(&mut self) -> Value {
        let zero = self.builder.func.dfg.constants.insert(vec![0; 16].into());
        self.builder.ins().vconst(types::I8X16, zero)
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

    fn place(&self, index: u32) -> Place {
        let locals = &self.buffers.locals;
        locals.places[locals.first + index as usize]
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
        self.set_place(self.place(index), value);
    }

    pub(super) fn local_tee(&mut self, index: u32) {
        let operand = self.pop_operand();
        let value = self.value(operand);
        self.set_place(self.place(index), value);
        // A comparison or constant is still known as such.
        self.push_operand(match operand {
            Operand::Value(_) if self.is_condition(operand) => operand,
            Operand::Value(_) => Operand::Value(value),
            constant => constant,
        });
    }
}
