//! How an adapter takes values over: as `falkirk_canonical_abi::Copier` does, but in the guests' own code.

use std::ops::RangeFrom;

use wasm_encoder::{BlockType, ValType};

use super::check::{Check, Guest};
use super::code::{Code, at};
use super::shape::Shape;

/// The functions that copy a string and a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Copies {
    pub string: u32,
    pub list: u32,
}

/// Values on their way from one guest to the other.
pub(super) struct Values<'a> {
    pub code: &'a mut Code,
    pub from: Guest,
    /// There where there are strings or lists.
    pub copies: Option<Copies>,
}

impl Values<'_> {
    /// Takes over a value that is in locals, the next ones of `locals`: the locals that it is in then.
    pub fn flat(&mut self, shape: &Shape, locals: &mut RangeFrom<u32>) -> Vec<u32> {
        let mut next = || locals.next().expect("there is always a number more");
        match shape {
            Shape::I32 | Shape::I64 | Shape::F32 | Shape::F64 => vec![next()],
            Shape::Bool | Shape::S8 | Shape::U8 | Shape::S16 | Shape::U16 => {
                let to = self.code.local(ValType::I32);
                let mut ins = self.code.ins();
                ins.local_get(next());
                match shape {
                    Shape::Bool => ins.i32_const(0).i32_ne(),
                    Shape::S8 => ins.i32_extend8_s(),
                    Shape::S16 => ins.i32_extend16_s(),
                    Shape::U8 => ins.i32_const(0xff).i32_and(),
                    _ => ins.i32_const(0xffff).i32_and(),
                };
                ins.local_set(to);
                vec![to]
            }
            Shape::Char => {
                let char = next();
                self.check_char(char);
                vec![char]
            }
            Shape::String | Shape::List { .. } => {
                let (ptr, length) = (next(), next());
                let to = self.code.local(ValType::I32);
                self.copy(shape, ptr, length);
                self.code.ins().local_set(to);
                vec![to, length]
            }
            Shape::Record(fields) => fields.iter().flat_map(|(_, field)| self.flat(field, locals)).collect(),
            Shape::Variant { cases, .. } => {
                let case = next();
                self.check_case(case, cases.len());
                vec![case]
            }
        }
    }

    /// Takes over a value in memory, whose addresses are those in two locals and an offset. Both were checked.
    pub fn memory(&mut self, shape: &Shape, from: u32, to: u32, offset: u32) {
        let (source, target) = (at(self.from, offset), at(self.from.other(), offset));
        let mut ins = self.code.ins();
        match shape {
            Shape::Bool => {
                _ = ins.local_get(to).local_get(from).i32_load8_u(source).i32_const(0).i32_ne().i32_store8(target)
            }
            Shape::S8 | Shape::U8 => _ = ins.local_get(to).local_get(from).i32_load8_u(source).i32_store8(target),
            Shape::S16 | Shape::U16 => _ = ins.local_get(to).local_get(from).i32_load16_u(source).i32_store16(target),
            Shape::I32 | Shape::F32 => _ = ins.local_get(to).local_get(from).i32_load(source).i32_store(target),
            Shape::I64 | Shape::F64 => _ = ins.local_get(to).local_get(from).i64_load(source).i64_store(target),
            Shape::Char => {
                let char = self.load(from, offset);
                self.check_char(char);
                self.code.ins().local_get(to).local_get(char).i32_store(target);
            }
            Shape::String | Shape::List { .. } => {
                let (ptr, length) = (self.load(from, offset), self.load(from, offset + 4));
                self.code.ins().local_get(to);
                self.copy(shape, ptr, length);
                self.code.ins().i32_store(target);
                self.code.ins().local_get(to).local_get(length).i32_store(at(self.from.other(), offset + 4));
            }
            Shape::Record(fields) => {
                for (place, field) in fields {
                    self.memory(field, from, to, offset + place);
                }
            }
            Shape::Variant { tag, payload, cases } => {
                let case = self.take_tag(*tag, from, to, offset, cases.len());
                for (i, shape) in cases.iter().enumerate() {
                    if let Some(shape) = shape {
                        self.code.ins().local_get(case).i32_const(i as i32).i32_eq().if_(BlockType::Empty);
                        self.memory(shape, from, to, offset + payload);
                        self.code.ins().end();
                    }
                }
            }
        }
    }

    /// Checks where a result is or goes.
    pub fn check_result(&mut self, guest: Guest, ptr: u32, size: u32, align: u32) {
        self.code.is_unaligned(ptr, align);
        self.code.passes_end(guest, ptr, |ins| _ = ins.i64_const(size.into()));
        self.code.ins().i32_or();
        self.code.check_if(Check::Result, guest, &[ptr], &[size, align]);
    }

    /// Takes over a discriminant of so many bytes; the local with the case.
    fn take_tag(&mut self, tag: u32, from: u32, to: u32, offset: u32, cases: usize) -> u32 {
        let case = self.code.local(ValType::I32);
        let (source, target) = (at(self.from, offset), at(self.from.other(), offset));
        let mut ins = self.code.ins();
        ins.local_get(from);
        match tag {
            1 => ins.i32_load8_u(source),
            2 => ins.i32_load16_u(source),
            _ => ins.i32_load(source),
        };
        ins.local_set(case);
        self.check_case(case, cases);
        let mut ins = self.code.ins();
        ins.local_get(to).local_get(case);
        match tag {
            1 => ins.i32_store8(target),
            2 => ins.i32_store16(target),
            _ => ins.i32_store(target),
        };
        case
    }

    /// A new local with 32 bits of the source's memory.
    fn load(&mut self, from: u32, offset: u32) -> u32 {
        let local = self.code.local(ValType::I32);
        self.code.ins().local_get(from).i32_load(at(self.from, offset)).local_set(local);
        local
    }

    /// Copies a string or list; its new address is on the stack.
    fn copy(&mut self, shape: &Shape, ptr: u32, length: u32) {
        let copies = self.copies.expect("BUG: a string or list was not counted");
        let mut ins = self.code.ins();
        ins.local_get(ptr).local_get(length);
        match shape {
            Shape::List { size, align } => ins.i32_const(*size as i32).i32_const(*align as i32).call(copies.list),
            _ => ins.call(copies.string),
        };
    }

    /// A `char` is at most 0x10ffff, and no surrogate.
    fn check_char(&mut self, char: u32) {
        let mut ins = self.code.ins();
        ins.local_get(char).i32_const(0xd800).i32_ge_u();
        ins.local_get(char).i32_const(0xe000).i32_sub().i32_const(0x11_0000 - 0xe000).i32_ge_u().i32_and();
        self.code.check_if(Check::Char, self.from, &[char], &[]);
    }

    fn check_case(&mut self, case: u32, cases: usize) {
        self.code.ins().local_get(case).i32_const(cases as i32).i32_ge_u();
        self.code.check_if(Check::Case, self.from, &[case], &[cases as u32]);
    }
}
