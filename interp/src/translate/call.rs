//! Calls and returns.

use falkirk_runtime::FuncType;
use falkirk_runtime::module::ModuleInfo;

use super::fuse::edges;
use super::stack::{Entry, Kind, LastKind, Src};
use super::{Translator, halves, halves_int};
use crate::exec::call::{
    Call, CallImport, CallIndirect, CallRef, Return, Return1, ReturnMany, TailCall, TailCallImport, TailCallIndirect,
    TailCallRef,
};
use crate::exec::operand::{A, I, S, W};
use crate::exec::state::{Handler, handler};
use crate::forms::{Class, Scalar};

/// A handler with and without the payment of fuel.
macro_rules! metered {
    ($self:ident, $name:ident $(<$($arg:ty),*>)?) => {
        if $self.metered { handler::<$name<$($($arg,)*)? true>> } else { handler::<$name<$($($arg,)*)? false>> }
    };
}

/// The slots a call of this type has before its header.
fn header(ty: &FuncType) -> u16 {
    ty.param_slots().max(ty.result_slots()) as u16
}

impl Translator {
    /// Puts the arguments of a call in their places and takes them from the stack; gives the frame's slot.
    fn arguments(&mut self, ty: &FuncType) -> u16 {
        let first = self.stack.len() - ty.params().len();
        self.materialise_from(first);
        let frame = self.stack.get(first).map_or_else(|| self.height(), |entry| entry.base);
        while self.stack.len() > first {
            self.pop();
        }
        self.max_slot = self.max_slot.max(usize::from(frame) + usize::from(header(ty)) + 2);
        frame
    }

    /// Pushes the results of a call; the first, if it is the only one, is in the accumulator too.
    fn results(&mut self, ty: &FuncType) {
        self.forget();
        for &result in ty.results() {
            let slot = self.push_temp(Class::of(result));
            if ty.results().len() == 1 {
                self.wrote(slot, Class::of(result));
            }
        }
    }

    pub(super) fn call(&mut self, info: &ModuleInfo, index: u32) {
        let ty = info.func_type(index);
        let frame = self.arguments(ty);
        let (handler, operand): (Handler, u32) = match index.checked_sub(info.imported_functions) {
            Some(number) => (metered!(self, Call), number),
            None => (metered!(self, CallImport), info.layout.imported_function(index)),
        };
        self.emit(handler, &[halves_int(frame, header(ty), operand as i32)]);
        self.results(ty);
    }

    pub(super) fn call_indirect(&mut self, info: &ModuleInfo, type_index: u32, table: u32) {
        let (ty, id) = &info.types[type_index as usize];
        let index = self.pop();
        let (slot, acc, wide) = self.indirect_index(info, index, ty, table);
        let frame = self.arguments(ty);
        let handler: Handler = match (wide, acc) {
            (false, false) => metered!(self, CallIndirect<u32, S<6>>),
            (false, true) => metered!(self, CallIndirect<u32, A>),
            (true, _) => metered!(self, CallIndirect<u64, S<6>>),
        };
        let place = u64::from(id.0) | u64::from(info.layout.table(table)) << 32;
        self.emit(handler, &[halves([frame, header(ty), slot, 0]), place]);
        self.results(ty);
    }

    /// The index of an indirect call: in a slot that the call's arguments leave alone, and perhaps in the accumulator.
    fn indirect_index(&mut self, info: &ModuleInfo, index: Entry, ty: &FuncType, table: u32) -> (u16, bool, bool) {
        let slot = self.in_slot(index);
        let first = self.stack.len() - ty.params().len();
        let in_place = self.stack[first..].iter().all(|entry| entry.kind == Kind::Temp);
        let acc = in_place && self.src(Entry { kind: Kind::Local(slot), class: Class::Int, ..index }).is_acc();
        (slot, acc, info.tables[table as usize].table64)
    }

    pub(super) fn call_ref(&mut self, info: &ModuleInfo, type_index: u32) {
        let ty = &info.types[type_index as usize].0;
        let reference = self.pop();
        let slot = self.in_slot(reference);
        let frame = self.arguments(ty);
        self.emit(metered!(self, CallRef), &[halves([frame, header(ty), slot, 0])]);
        self.results(ty);
    }

    /// The word of a tail call that says what its arguments and results take.
    fn tail(&self, ty: &FuncType) -> u64 {
        halves([ty.param_slots() as u16, header(ty), ty.result_slots() as u16, 0])
    }

    /// A tail call's frame starts where this one does; it must have room for the callee's arguments and header.
    fn tail_arguments(&mut self, ty: &FuncType) -> u16 {
        let args = self.arguments(ty);
        self.max_slot = self.max_slot.max(usize::from(header(ty)) + 2);
        args
    }

    pub(super) fn return_call(&mut self, info: &ModuleInfo, index: u32) {
        let ty = info.func_type(index);
        let args = self.tail_arguments(ty);
        let (handler, operand): (Handler, u32) = match index.checked_sub(info.imported_functions) {
            Some(number) => (metered!(self, TailCall), number),
            None => (metered!(self, TailCallImport), info.layout.imported_function(index)),
        };
        let words = [halves_int(args, self.header, operand as i32), self.tail(ty)];
        self.emit(handler, &words);
        self.die();
    }

    pub(super) fn return_call_indirect(&mut self, info: &ModuleInfo, type_index: u32, table: u32) {
        let (ty, id) = &info.types[type_index as usize];
        let index = self.pop();
        let (slot, _, wide) = self.indirect_index(info, index, ty, table);
        let args = self.tail_arguments(ty);
        let handler: Handler = match wide {
            false => metered!(self, TailCallIndirect<u32, S<6>>),
            true => metered!(self, TailCallIndirect<u64, S<6>>),
        };
        let place = u64::from(id.0) | u64::from(info.layout.table(table)) << 32;
        let words = [halves([args, self.header, slot, 0]), place, self.tail(ty)];
        self.emit(handler, &words);
        self.die();
    }

    pub(super) fn return_call_ref(&mut self, info: &ModuleInfo, type_index: u32) {
        let ty = &info.types[type_index as usize].0;
        let reference = self.pop();
        let slot = self.in_slot(reference);
        let args = self.tail_arguments(ty);
        let words = [halves([args, self.header, slot, 0]), self.tail(ty)];
        self.emit(metered!(self, TailCallRef), &words);
        self.die();
    }

    /// Returns the topmost values.
    pub(super) fn return_(&mut self) {
        #[cfg(feature = "trace")]
        self.trace_return();
        let count = self.result_types.len();
        let single = count == 1 && Class::of(self.result_types[0]) != Class::Vec;
        if count == 0 {
            self.emit(handler::<Return>, &[halves([self.header, 0, 0, 0])]);
        } else if single {
            let value = self.stack[self.stack.len() - 1];
            self.return_one(value);
        } else {
            let first = self.stack.len() - count;
            self.materialise_from(first);
            let from = self.stack[first].base;
            let slots = self.height() - from;
            self.emit(handler::<ReturnMany>, &[halves([self.header, from, slots, 0])]);
        }
    }

    fn return_one(&mut self, value: Entry) {
        if self.return_computed(value) {
            return;
        }
        let class = value.class;
        let (handler, words, long): (Handler, [u64; 2], bool) = match self.src(value) {
            Src::Const(bits) => self.return_constant(value, bits),
            Src::Slot { acc: true, .. } => {
                let handler: Handler = match class {
                    Class::Int => handler::<Return1<u64, A>>,
                    Class::F32 => handler::<Return1<f32, A>>,
                    _ => handler::<Return1<f64, A>>,
                };
                (handler, [halves([self.header, 0, 0, 0]), 0], false)
            }
            Src::Slot { slot, .. } => {
                let handler: Handler = match class {
                    Class::Int => handler::<Return1<u64, S<5>>>,
                    Class::F32 => handler::<Return1<f32, S<5>>>,
                    _ => handler::<Return1<f64, S<5>>>,
                };
                (handler, [halves([self.header, slot, 0, 0]), 0], false)
            }
        };
        self.emit(handler, if long { &words } else { &words[..1] });
    }

    fn return_constant(&self, value: Entry, bits: u64) -> (Handler, [u64; 2], bool) {
        let scalar = match value.kind {
            Kind::Const(_, scalar) => scalar,
            _ => Scalar::I64,
        };
        match (scalar, scalar.imm32(bits)) {
            (Scalar::F32, Some(imm)) => (handler::<Return1<f32, I<6>>>, [halves_int(self.header, 0, imm), 0], false),
            (_, Some(imm)) => (handler::<Return1<u64, I<6>>>, [halves_int(self.header, 0, imm), 0], false),
            (Scalar::F64, None) => (handler::<Return1<f64, W<2>>>, [halves([self.header, 0, 0, 0]), bits], true),
            (_, None) => (handler::<Return1<u64, W<2>>>, [halves([self.header, 0, 0, 0]), bits], true),
        }
    }

    /// Returns what the last instruction computes, as part of that instruction.
    fn return_computed(&mut self, value: Entry) -> bool {
        let Some(last) = self.fresh(value) else { return false };
        if let (LastKind::Extend { from }, Class::Int) = (last.kind, value.class) {
            // Returning an `i32` extends it with zeros already.
            self.retract(last);
            self.emit(handler::<Return1<u32, S<5>>>, &[halves([self.header, from, 0, 0])]);
            return true;
        }
        let LastKind::Bin { forms, x: Src::Slot { slot: a, acc: xa }, y: Src::Slot { slot: b, acc: ya } } = last.kind
        else {
            return false;
        };
        let Some(edges) = edges(forms).filter(|_| forms.class == value.class) else { return false };
        let handler = match (xa, ya) {
            (true, _) => edges.return_as,
            (_, true) => edges.return_sa,
            _ => edges.return_ss,
        };
        self.retract(last);
        self.emit(handler, &[halves([self.header, a, b, 0])]);
        true
    }
}
