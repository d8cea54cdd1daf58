//! Loads and stores.

use falkirk_runtime::module::ModuleInfo;
use wasmparser::MemArg;

use super::fuse::{ADD, edges, is_i32, producer};
use super::stack::{Entry, Kind, Last, LastKind, Src};
use super::{Translator, halves, halves_int, memory_of};
use crate::forms::{BinForms, Class, LoadForms, LoadGroup, Scalar, StoreForms};

/// An address of the form `a + b`, `a + imm` or `a + (b << imm)` that an instruction can compute itself.
enum Sum {
    Slots { a: u16, acc: bool, b: u16 },
    Imm { a: u16, acc: bool, imm: i32 },
}

/// The sum that the last instruction computed, if that is what it did.
fn sum(last: Last) -> Option<Sum> {
    let LastKind::Bin { forms, x, y } = last.kind else { return None };
    if !is_i32(forms, ADD) {
        return None;
    }
    let (x, y) = if y.is_acc() { (y, x) } else { (x, y) };
    let Src::Slot { slot: a, acc } = x else { return None };
    Some(match y {
        Src::Slot { slot: b, .. } => Sum::Slots { a, acc, b },
        Src::Const(bits) => Sum::Imm { a, acc, imm: bits as u32 as i32 },
    })
}

/// A constant address and offset as one, if they are below 2^32 together.
fn fixed_address(address: Entry, offset: u32) -> Option<u32> {
    match address.kind {
        Kind::Const(bits, _) => (bits as u32).checked_add(offset),
        _ => None,
    }
}

impl Translator {
    pub(super) fn load(&mut self, info: &ModuleInfo, forms: &'static LoadForms, arg: MemArg) {
        let address = self.pop();
        let wide = info.memories[memory_of(&arg) as usize].memory64;
        let short = u32::try_from(arg.offset).ok().filter(|_| memory_of(&arg) == 0);
        let Some(offset) = short else { return self.load_any(info, forms, address, arg, wide) };
        if let Some(fixed) = fixed_address(address, offset).filter(|_| !wide) {
            let dst = self.push_temp(forms.class);
            let kind = if forms.result == Scalar::I32 { LastKind::Narrow } else { LastKind::Put };
            return self.emit_put(forms.fixed, &[halves_int(dst, 0, fixed as i32)], dst, forms.class, kind);
        }
        if !wide && self.fuse_load(forms, address, offset) {
            return;
        }
        let slot = self.in_slot(address);
        let src = self.src(Entry { kind: Kind::Local(slot), ..address });
        let dst = self.push_temp(forms.class);
        let (handler, kind) = match (wide, src.is_acc()) {
            (false, false) => (forms.s, LastKind::Load { forms, address: src, offset }),
            (false, true) => (forms.a, LastKind::Load { forms, address: src, offset }),
            (true, false) => (forms.wide_s, LastKind::Put),
            (true, true) => (forms.wide_a, LastKind::Put),
        };
        self.emit_put(handler, &[halves_int(dst, slot, offset as i32)], dst, forms.class, kind);
    }

    fn load_any(&mut self, info: &ModuleInfo, forms: &'static LoadForms, address: Entry, arg: MemArg, wide: bool) {
        let slot = self.in_slot(address);
        let dst = self.push_temp(forms.class);
        let handler = if wide { forms.any_wide } else { forms.any };
        let words = [halves_int(dst, slot, info.layout.memory(memory_of(&arg)) as i32), arg.offset];
        self.emit_put(handler, &words, dst, forms.class, LastKind::Put);
    }

    /// Tries to let the load compute its own address.
    fn fuse_load(&mut self, forms: &'static LoadForms, address: Entry, offset: u32) -> bool {
        let Some(last) = self.fresh(address) else { return false };
        let (handler, a, word) = match (sum(last), last.kind) {
            (Some(Sum::Slots { a, acc, b }), _) => (if acc { forms.as_ } else { forms.ss }, a, u64::from(b)),
            (Some(Sum::Imm { a, acc, imm }), _) => (if acc { forms.ai } else { forms.si }, a, u64::from(imm as u32)),
            (None, LastKind::Load { forms: inner, address, offset: inner_offset }) => {
                if inner.group != LoadGroup::I32(0) {
                    return false;
                }
                (forms.indirect, address.slot(), u64::from(inner_offset))
            }
            (None, LastKind::Scaled { base, index, shift, acc }) => {
                let handler = if acc { forms.scaled_a } else { forms.scaled };
                (handler, base, halves([index, shift, 0, 0]))
            }
            (None, LastKind::Ring { acc, a, mask, shift, base }) => {
                (if acc { forms.ring_a } else { forms.ring }, 0, halves([a, mask, shift, base]))
            }
            _ => return false,
        };
        self.retract(last);
        self.reposition();
        let dst = self.push_temp(forms.class);
        let kind = match sum(last) {
            Some(Sum::Slots { a, b, .. }) => LastKind::LoadSum { forms, a, b, offset },
            _ if forms.result == Scalar::I32 => LastKind::Narrow,
            _ => LastKind::Put,
        };
        self.emit_put(handler, &[halves_int(dst, a, offset as i32), word], dst, forms.class, kind);
        true
    }

    pub(super) fn store(&mut self, info: &ModuleInfo, forms: &'static StoreForms, arg: MemArg) {
        let value = self.pop();
        let address = self.pop();
        let wide = info.memories[memory_of(&arg) as usize].memory64;
        let short = u32::try_from(arg.offset).ok().filter(|_| memory_of(&arg) == 0);
        let Some(offset) = short else { return self.store_any(info, forms, address, value, arg, wide) };
        if wide {
            return self.store_wide(forms, address, value, offset);
        }
        if let Some(fixed) = fixed_address(address, offset) {
            return self.store_fixed(forms, value, fixed);
        }
        if self.fuse_store(forms, address, value, offset) {
            return;
        }
        if let Kind::Const(bits, _) = value.kind
            && let Some(imm) = forms.operand.imm16(bits)
        {
            let a = self.in_slot(address);
            let acc = self.src(Entry { kind: Kind::Local(a), ..address }).is_acc();
            self.emit(if acc { forms.ai } else { forms.si }, &[halves_int(a, imm as u16, offset as i32)]);
            return;
        }
        let v = self.in_slot(value);
        let a = self.in_slot(address);
        let class = forms.operand.class();
        let value_acc = self.src(Entry { kind: Kind::Local(v), class, ..value }).is_acc();
        let address_acc = self.src(Entry { kind: Kind::Local(a), ..address }).is_acc();
        let handler = match (address_acc, value_acc) {
            (_, true) => forms.sa,
            (true, false) => forms.as_,
            _ => forms.ss,
        };
        self.emit(handler, &[halves_int(a, v, offset as i32)]);
    }

    /// A store at a constant address.
    fn store_fixed(&mut self, forms: &'static StoreForms, value: Entry, offset: u32) {
        if let Kind::Const(bits, _) = value.kind
            && let Some(imm) = forms.operand.imm16(bits)
        {
            self.emit(forms.fixed_i, &[halves_int(0, imm as u16, offset as i32)]);
            return;
        }
        let v = self.in_slot(value);
        let acc = self.src(Entry { kind: Kind::Local(v), class: forms.operand.class(), ..value }).is_acc();
        self.emit(if acc { forms.fixed_a } else { forms.fixed_s }, &[halves_int(0, v, offset as i32)]);
    }

    fn store_wide(&mut self, forms: &'static StoreForms, address: Entry, value: Entry, offset: u32) {
        let a = self.in_slot(address);
        let v = self.in_slot(value);
        let class = forms.operand.class();
        let acc = self.src(Entry { kind: Kind::Local(v), class, ..value }).is_acc();
        self.emit(if acc { forms.wide_sa } else { forms.wide_ss }, &[halves_int(a, v, offset as i32)]);
    }

    fn store_any(
        &mut self,
        info: &ModuleInfo,
        forms: &'static StoreForms,
        address: Entry,
        value: Entry,
        arg: MemArg,
        wide: bool,
    ) {
        let a = self.in_slot(address);
        let v = self.in_slot(value);
        let handler = if wide { forms.any_wide } else { forms.any };
        self.emit(handler, &[halves_int(a, v, info.layout.memory(memory_of(&arg)) as i32), arg.offset]);
    }

    /// Tries to let the store compute its value or its address.
    fn fuse_store(&mut self, forms: &'static StoreForms, address: Entry, value: Entry, offset: u32) -> bool {
        if let Some(last) = self.fresh(value) {
            return self.fuse_stored(forms, last, address, offset);
        }
        let Some(last) = self.fresh(address) else { return false };
        let Some(v) = value.slot() else { return false };
        let class = forms.operand.class();
        let v_acc = class != Class::Vec && last.acc[class as usize] == v;
        let (handler, a, word) = match (sum(last), last.kind) {
            (Some(Sum::Slots { a, b, .. }), _) => (if v_acc { forms.sum_a } else { forms.sum_s }, a, u64::from(b)),
            (Some(Sum::Imm { a, imm, .. }), _) => (forms.sum_i, a, u64::from(imm as u32)),
            (None, LastKind::Scaled { base, index, shift, acc: false }) => {
                let handler = if v_acc { forms.scaled_a } else { forms.scaled_s };
                (handler, base, halves([index, shift, 0, 0]))
            }
            (None, LastKind::Ring { acc: false, a, mask, shift, base }) => {
                (if v_acc { forms.ring_a } else { forms.ring_s }, 0, halves([a, mask, shift, base]))
            }
            _ => return false,
        };
        self.retract(last);
        self.reposition();
        self.emit(handler, &[halves_int(a, v, offset as i32), word]);
        true
    }

    /// The instruction before computes the value: the two become one, unless the address is not in a slot.
    fn fuse_stored(&mut self, forms: &'static StoreForms, last: Last, address: Entry, offset: u32) -> bool {
        let Some(a) = address.slot() else { return false };
        let full = |bin: &BinForms| bin.operand == forms.operand && forms.full;
        let (handler, word) = match last.kind {
            LastKind::Bin { forms: bin, x, y } if full(bin) => {
                let (Some(edges), Some(p)) = (edges(bin), producer(bin, x, y)) else { return false };
                let handler = match (p.acc, p.imm) {
                    (_, true) => edges.store_si,
                    (true, false) => edges.store_as,
                    (false, false) => edges.store_ss,
                };
                (handler, halves([p.a, p.b, 0, 0]))
            }
            LastKind::LoadBin { forms: bin, address, offset, y } if full(bin) => {
                let Some(edges) = edges(bin) else { return false };
                let (handler, y) = match y {
                    Src::Slot { slot, .. } => (edges.update_s, slot),
                    Src::Const(bits) => match bin.operand.imm16(bits) {
                        Some(imm) => (edges.update_i, imm as u16),
                        None => return false,
                    },
                };
                (handler, halves_int(address, y, offset as i32))
            }
            _ => return false,
        };
        self.retract(last);
        self.reposition();
        self.emit(handler, &[halves_int(a, 0, offset as i32), word]);
        true
    }

    /// Notes that what is emitted next traps as the operator that is being translated, not as one that it took in.
    fn reposition(&mut self) {
        let (at, offset) = (self.code.len() as u32, self.offset);
        if let Some(positions) = &mut self.positions {
            while positions.last().is_some_and(|(position, _)| *position > at) {
                positions.pop();
            }
            positions.push((at, offset));
        }
    }
}
