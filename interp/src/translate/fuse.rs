//! Several instructions as one: an instruction takes the one before it in as an operand.
//!
//! This is possible when the instruction before wrote the very temporary that this one consumes, and nothing branches
//! in between. The instruction before is taken back, and one handler does the work of both; the temporary between
//! them is not written, since nobody can read it any more.

use super::stack::{Entry, Kind, Last, LastKind, Src};
use super::{Translator, halves, halves_int};
use crate::exec::state::Handler;
use crate::forms::{
    BinForms, Class, EdgeForms, F32_EDGES, F32_LOAD_MUL_ADD, F32_LOAD_MUL_ADD_A, F32_PAIRS, F64_EDGES,
    F64_LOAD_MUL_ADD, F64_LOAD_MUL_ADD_A, F64_PAIRS, I32_EDGES, I32_PAIRS, I64_EDGES, I64_PAIRS, LoadForms, LoadGroup,
    PairForms, RING, RING_A, Scalar,
};

/// What a producer and a consumer of the same type make together.
fn pair(producer: &BinForms, consumer: &BinForms) -> Option<&'static PairForms> {
    let (p, c) = (usize::from(producer.group?), usize::from(consumer.group?));
    match (producer.operand, consumer.operand) {
        (Scalar::I32, Scalar::I32) => Some(&I32_PAIRS[p][c]),
        (Scalar::I64, Scalar::I64) => Some(&I64_PAIRS[p][c]),
        (Scalar::F32, Scalar::F32) => Some(&F32_PAIRS[p][c]),
        (Scalar::F64, Scalar::F64) => Some(&F64_PAIRS[p][c]),
        _ => None,
    }
}

/// What an instruction makes with loads, stores and returns.
pub(super) fn edges(forms: &BinForms) -> Option<&'static EdgeForms> {
    let index = usize::from(forms.group?);
    Some(match forms.operand {
        Scalar::I32 => &I32_EDGES[index],
        Scalar::I64 => &I64_EDGES[index],
        Scalar::F32 => &F32_EDGES[index],
        Scalar::F64 => &F64_EDGES[index],
    })
}

/// The places of `i32` instructions in their table.
pub(super) const ADD: u8 = 0;
pub(super) const AND: u8 = 3;
pub(super) const SHL: u8 = 6;

/// The place of `mul` in the tables of floats.
const FLOAT_MUL: u8 = 2;

/// Whether an instruction is the `i32` one at this place of its table.
pub(super) fn is_i32(forms: &BinForms, group: u8) -> bool {
    forms.operand == Scalar::I32 && forms.group == Some(group)
}

/// Whether a load is the full-width load of a type.
fn loads_all(forms: &LoadForms, scalar: Scalar) -> bool {
    matches!(
        (forms.group, scalar),
        (LoadGroup::I32(0), Scalar::I32)
            | (LoadGroup::I64, Scalar::I64)
            | (LoadGroup::F32, Scalar::F32)
            | (LoadGroup::F64, Scalar::F64)
    )
}

/// The operands of a binary producer: the first in a slot or the accumulator, the second in a slot or a 16-bit
/// immediate.
pub(super) struct Producer {
    pub acc: bool,
    pub a: u16,
    pub b: u16,
    pub imm: bool,
}

/// A producer's operands as pairs take them, if they can.
pub(super) fn producer(forms: &BinForms, x: Src, y: Src) -> Option<Producer> {
    let (x, y) = if forms.commutes && y.is_acc() { (y, x) } else { (x, y) };
    let Src::Slot { slot: a, acc } = x else { return None };
    Some(match y {
        Src::Slot { slot: b, .. } => Producer { acc, a, b, imm: false },
        Src::Const(bits) => Producer { acc, a, b: forms.operand.imm16(bits)? as u16, imm: true },
    })
}

impl Translator {
    /// Tries to make a binary instruction one with the instruction before it.
    pub(super) fn fuse_binary(&mut self, forms: &'static BinForms, x: Entry, y: Entry, dst: u16) -> bool {
        if let Some(last) = self.fresh(x) {
            return self.fuse_left(forms, last, y, dst);
        }
        if let Some(last) = self.fresh(y) {
            if forms.commutes {
                return self.fuse_left(forms, last, x, dst);
            }
            return self.fuse_right(forms, last, x, dst);
        }
        false
    }

    /// The instruction before computes the left operand.
    fn fuse_left(&mut self, forms: &'static BinForms, last: Last, other: Entry, dst: u16) -> bool {
        match last.kind {
            LastKind::Bin { forms: producer_forms, x, y } => {
                let Some(pair) = pair(producer_forms, forms) else { return false };
                let Some(p) = producer(producer_forms, x, y) else { return false };
                let in_acc = self.was_acc(&last, other) && !p.acc;
                let (handler, c, wide) = match other.kind {
                    _ if in_acc => (if p.imm { pair.si_a } else { pair.ss_a }, slot_of(other), None),
                    Kind::Const(bits, _) => match forms.operand.imm16(bits) {
                        Some(imm) => (choose(&p, pair.ss_i, pair.si_i, pair.as_i, pair.ai_i), imm as u16, None),
                        None if p.imm => return false,
                        None => (if p.acc { pair.as_w } else { pair.ss_w }, 0, Some(bits)),
                    },
                    Kind::Local(slot) => (choose(&p, pair.ss_s, pair.si_s, pair.as_s, pair.ai_s), slot, None),
                    Kind::Temp => (choose(&p, pair.ss_s, pair.si_s, pair.as_s, pair.ai_s), other.base, None),
                };
                self.retract(last);
                let words = [halves([dst, p.a, p.b, c]), wide.unwrap_or(0)];
                let scaled = is_i32(producer_forms, SHL) && is_i32(forms, ADD) && p.imm && !other.is_const();
                let masked = is_i32(producer_forms, AND) && is_i32(forms, SHL) && p.imm && other.is_const();
                let kind = if scaled {
                    LastKind::Scaled { base: c, index: p.a, shift: p.b, acc: p.acc }
                } else if masked {
                    LastKind::MaskShift { acc: p.acc, a: p.a, mask: p.b, shift: c }
                } else if forms.operand == Scalar::I32 {
                    LastKind::Narrow
                } else {
                    LastKind::Put
                };
                self.put(handler, &words[..1 + usize::from(wide.is_some())], dst, forms, kind);
                true
            }
            LastKind::Load { forms: load, address, offset } if loads_all(load, forms.operand) => {
                self.fuse_loaded_left(forms, last, address, offset, other, dst)
            }
            LastKind::LoadBin { forms: mul, address, offset, y } if forms.group == Some(ADD) && !other.is_const() => {
                let Some((handler, b)) = load_mul_add(mul, forms, y) else { return false };
                let c = slot_of(other);
                self.retract(last);
                let words = [halves_int(dst, address, offset as i32), halves([b, c, 0, 0])];
                self.put(handler, &words, dst, forms, LastKind::Put);
                true
            }
            LastKind::MaskShift { acc, a, mask, shift } if is_i32(forms, ADD) && !other.is_const() => {
                let base = slot_of(other);
                self.retract(last);
                let words = [halves([dst, 0, 0, 0]), halves([a, mask, shift, base])];
                let kind = LastKind::Ring { acc, a, mask, shift, base };
                self.put(if acc { RING_A } else { RING }, &words, dst, forms, kind);
                true
            }
            _ => false,
        }
    }

    fn fuse_loaded_left(
        &mut self,
        forms: &'static BinForms,
        last: Last,
        address: Src,
        offset: u32,
        other: Entry,
        dst: u16,
    ) -> bool {
        let Some(edges) = edges(forms) else { return false };
        let (handler, word) = match other.kind {
            _ if self.was_acc(&last, other) => (edges.load_a, u64::from(slot_of(other))),
            Kind::Const(bits, _) => match forms.operand.imm32(bits) {
                Some(imm) => (edges.load_i, u64::from(imm as u32)),
                None => (edges.load_w, bits),
            },
            Kind::Local(slot) => (edges.load_s, u64::from(slot)),
            Kind::Temp => (edges.load_s, u64::from(other.base)),
        };
        let address = address.slot();
        self.retract(last);
        let y = self.src(other);
        let kind = LastKind::LoadBin { forms, address, offset, y };
        self.put(handler, &[halves_int(dst, address, offset as i32), word], dst, forms, kind);
        true
    }

    /// The instruction before computes the right operand of an instruction that does not commute.
    fn fuse_right(&mut self, forms: &'static BinForms, last: Last, other: Entry, dst: u16) -> bool {
        let Some(slot) = other.slot() else { return false };
        match last.kind {
            LastKind::Bin { forms: producer_forms, x, y } => {
                let Some(pair) = pair(producer_forms, forms) else { return false };
                let Some(p) = producer(producer_forms, x, y) else { return false };
                let handler = match self.was_acc(&last, other) && !p.acc {
                    true if p.imm => pair.a_si,
                    true => pair.a_ss,
                    false => choose(&p, pair.s_ss, pair.s_si, pair.s_as, pair.s_ai),
                };
                self.retract(last);
                self.put(handler, &[halves([dst, p.a, p.b, slot])], dst, forms, LastKind::Put);
                true
            }
            LastKind::Load { forms: load, address, offset } if loads_all(load, forms.operand) => {
                let Some(edges) = edges(forms) else { return false };
                self.retract(last);
                let handler = if self.src(other).is_acc() { edges.a_load } else { edges.s_load };
                let words = [halves_int(dst, address.slot(), offset as i32), u64::from(slot)];
                self.put(handler, &words, dst, forms, LastKind::Put);
                true
            }
            _ => false,
        }
    }

    /// Whether the accumulator mirrored a value before the last instruction, and so will again when that is taken back.
    fn was_acc(&self, last: &Last, value: Entry) -> bool {
        value.class != Class::Vec && !value.is_const() && last.acc[value.class as usize] == slot_of(value)
    }

    /// Emits an instruction with the result of `forms` and pushes that result.
    fn put(&mut self, handler: Handler, words: &[u64], dst: u16, forms: &BinForms, kind: LastKind) {
        self.emit_put(handler, words, dst, forms.class, kind);
        self.push_temp(forms.class);
    }
}

/// The handler for the sum of a loaded product and something else, with the slot of the product's other factor.
fn load_mul_add(mul: &BinForms, add: &BinForms, y: Src) -> Option<(Handler, u16)> {
    if mul.group != Some(FLOAT_MUL) || mul.operand != add.operand {
        return None;
    }
    let Src::Slot { slot, acc } = y else { return None };
    let handler = match (add.operand, acc) {
        (Scalar::F32, false) => F32_LOAD_MUL_ADD,
        (Scalar::F32, true) => F32_LOAD_MUL_ADD_A,
        (Scalar::F64, false) => F64_LOAD_MUL_ADD,
        (Scalar::F64, true) => F64_LOAD_MUL_ADD_A,
        _ => return None,
    };
    Some((handler, slot))
}

/// The slot of a value that is no constant.
fn slot_of(value: Entry) -> u16 {
    value.slot().unwrap_or_else(|| panic!("BUG: a constant has no slot"))
}

/// The handler for a producer's operands.
fn choose(p: &Producer, ss: Handler, si: Handler, as_: Handler, ai: Handler) -> Handler {
    match (p.acc, p.imm) {
        (false, false) => ss,
        (false, true) => si,
        (true, false) => as_,
        (true, true) => ai,
    }
}
