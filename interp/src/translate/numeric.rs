//! Numeric instructions, `select`, and locals.

use super::fuse::{ADD, AND, is_i32};
use super::stack::{Entry, Kind, Last, LastKind, Src, Sum};
use super::{Translator, halves, halves_int};
use crate::exec::numeric::AddTwo;
use crate::exec::simd;
use crate::exec::state::{Handler, handler};
use crate::forms::{
    BinForms, Class, CmpForms, F32_CMPS, F64_CMPS, I32_CMPS, I64_CMPS, SELECT, SELECT_A, SELECT_MASKED,
    SELECT_MASKED_I64, Scalar, SelectForms, UnForms,
};

/// The comparisons of a type, in the order `eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u` or `eq ne lt gt le ge`.
pub(super) fn comparisons(scalar: Scalar) -> &'static [CmpForms] {
    match scalar {
        Scalar::I32 => &I32_CMPS,
        Scalar::I64 => &I64_CMPS,
        Scalar::F32 => &F32_CMPS,
        Scalar::F64 => &F64_CMPS,
    }
}

/// The index of `eq` among the comparisons of a type.
pub(super) const EQ: usize = 0;
/// The index of `ne`.
pub(super) const NE: usize = 1;

/// The comparison with its operands exchanged.
fn flipped(scalar: Scalar, index: usize) -> usize {
    match scalar {
        Scalar::I32 | Scalar::I64 => [0, 1, 4, 5, 2, 3, 8, 9, 6, 7][index],
        Scalar::F32 | Scalar::F64 => [0, 1, 3, 2, 5, 4][index],
    }
}

/// The comparison that holds exactly when this one does not, if there is one: a NaN makes all those of floats fail.
pub(super) fn negated(scalar: Scalar, index: usize) -> Option<usize> {
    match scalar {
        Scalar::I32 | Scalar::I64 => Some([1, 0, 8, 9, 6, 7, 4, 5, 2, 3][index]),
        Scalar::F32 | Scalar::F64 => [1, 0].get(index).copied(),
    }
}

impl Translator {
    pub(super) fn local_get(&mut self, index: u32) {
        let local = self.locals.get(index as usize);
        self.note_read(index);
        self.push_local(local.slot, local.class);
    }

    pub(super) fn local_set(&mut self, index: u32) {
        let local = self.locals.get(index as usize);
        self.note_set(index);
        let value = self.pop();
        self.settle_local(local.slot);
        match self.writer(value) {
            Some(last) => self.redirect(last, local.slot),
            None if value.kind == Kind::Local(local.slot) => {}
            None => self.copy(value, local.slot),
        }
    }

    pub(super) fn local_tee(&mut self, index: u32) {
        self.local_set(index);
        let local = self.locals.get(index as usize);
        self.push_local(local.slot, local.class);
    }

    /// Lets the last instruction write another slot than the temporary that it was to write.
    fn redirect(&mut self, last: Last, slot: u16) {
        let word = &mut self.code[last.at + 1];
        *word = *word & !0xffff | u64::from(slot);
        self.wrote(slot, last.class);
        let mut kind = last.kind;
        if let LastKind::AddTwo { second, .. } = &mut kind {
            second.dst = slot;
        }
        self.last = Some(Last { dst: slot, kind, ..last });
    }

    fn note_read(&mut self, index: u32) {
        if self.assigned.straight && index < 64 && self.assigned.set >> index & 1 == 0 {
            self.assigned.read |= 1 << index;
        }
    }

    fn note_set(&mut self, index: u32) {
        if self.assigned.straight && index < 64 && self.assigned.read >> index & 1 == 0 {
            self.assigned.set |= 1 << index;
        }
    }

    pub(super) fn unary(&mut self, forms: &'static UnForms) {
        let x = self.pop();
        self.unary_of(forms, x);
    }

    /// Emits a unary instruction on a popped entry; gives the slot of its operand.
    fn unary_of(&mut self, forms: &'static UnForms, x: Entry) -> u16 {
        let slot = self.in_slot(x);
        let acc = self.src(Entry { kind: Kind::Local(slot), class: forms.operand.class(), ..x }).is_acc();
        let dst = self.push_temp(forms.class);
        let handler = if acc { forms.a } else { forms.s };
        self.emit_put(handler, &[halves([dst, slot, 0, 0])], dst, forms.class, LastKind::Put);
        slot
    }

    /// `i64.extend_i32_u`: nothing, where the last instruction wrote an `i32` and thereby zeros above it.
    pub(super) fn extend(&mut self, forms: &'static UnForms) {
        let x = self.pop();
        let zero_above = self.writer(x).is_some_and(|last| match last.kind {
            LastKind::Narrow | LastKind::AddTwo { .. } | LastKind::Cmp { .. } => true,
            LastKind::Bin { forms, .. } => forms.operand == Scalar::I32,
            LastKind::Load { forms, .. } | LastKind::LoadSum { forms, .. } => forms.result == Scalar::I32,
            _ => false,
        });
        if zero_above {
            self.push(x.kind, x.class);
            return;
        }
        let from = self.unary_of(forms, x);
        self.last = self.last.map(|last| Last { kind: LastKind::Extend { from }, ..last });
    }

    /// Lets the top of the stack count as of another class: a slot's bits are read as any type.
    pub(super) fn reinterpret(&mut self, scalar: Scalar) {
        let mut x = self.pop();
        if let Kind::Const(bits, _) = x.kind {
            let bits = if matches!(scalar, Scalar::I32 | Scalar::F32) { bits & 0xffff_ffff } else { bits };
            x.kind = Kind::Const(bits, scalar);
        }
        self.push(x.kind, scalar.class());
    }

    pub(super) fn binary(&mut self, forms: &'static BinForms) {
        let y = self.pop();
        let x = self.pop();
        let (x, y) = if forms.commutes && matches!(x.kind, Kind::Const(..)) { (y, x) } else { (x, y) };
        // The result takes the lower place of the two, whichever operand that was.
        let dst = x.base.min(y.base);
        if self.fuse_binary(forms, x, y, dst) {
            return;
        }
        let x = self.first_operand(x, y);
        let (xs, ys) = (self.src(x), self.src(y));
        if self.add_two(forms, xs, ys, dst) {
            self.push_temp(forms.class);
            return;
        }
        let (handler, words, long) = encode(forms, forms.operand, xs, ys, dst);
        let kind = LastKind::Bin { forms, x: xs, y: ys };
        self.emit_put(handler, if long { &words } else { &words[..1] }, dst, forms.class, kind);
        self.push_temp(forms.class);
    }

    /// Makes an addition of a constant one with another just before it.
    fn add_two(&mut self, forms: &'static BinForms, x: Src, y: Src, dst: u16) -> bool {
        let Some(last) = self.last else { return false };
        let LastKind::Bin { forms: before, x: bx, y: by } = last.kind else { return false };
        let sum = |forms: &'static BinForms, x: Src, y: Src, dst: u16| match (x, y) {
            (Src::Slot { slot: a, .. }, Src::Const(bits)) if is_i32(forms, ADD) => {
                Some(Sum { dst, a, imm: bits as u32 as i32, forms })
            }
            _ => None,
        };
        let (Some(first), Some(second)) = (sum(before, bx, by, last.dst), sum(forms, x, y, dst)) else {
            return false;
        };
        self.retract(last);
        let words = [halves_int(second.dst, second.a, second.imm), halves_int(first.dst, first.a, first.imm)];
        self.emit_put(handler::<AddTwo>, &words, dst, Class::Int, LastKind::AddTwo { first, second });
        if first.dst != dst {
            self.unmirror(first.dst);
        }
        true
    }

    pub(super) fn compare(&mut self, scalar: Scalar, index: usize) {
        let y = self.pop();
        let x = self.pop();
        let swap = matches!(x.kind, Kind::Const(..));
        let (x, y, index) = if swap { (y, x, flipped(scalar, index)) } else { (x, y, index) };
        let dst = x.base.min(y.base);
        self.emit_compare(scalar, index, x, y, dst);
    }

    fn emit_compare(&mut self, scalar: Scalar, index: usize, x: Entry, y: Entry, dst: u16) {
        let x = self.first_operand(x, y);
        let (xs, ys) = (self.src(x), self.src(y));
        self.emit_cmp(scalar, index, xs, ys, dst);
        self.push_temp(Class::Int);
    }

    /// Emits a comparison as a value.
    pub(super) fn emit_cmp(&mut self, scalar: Scalar, index: usize, x: Src, y: Src, dst: u16) {
        let forms = &comparisons(scalar)[index].value;
        let (handler, words, long) = encode(forms, scalar, x, y, dst);
        let kind = LastKind::Cmp { scalar, index, x, y };
        self.emit_put(handler, if long { &words } else { &words[..1] }, dst, Class::Int, kind);
    }

    /// `eqz`: a comparison is turned round, anything else is compared with zero.
    pub(super) fn eqz(&mut self, scalar: Scalar) {
        let x = self.pop();
        if let Some(last) = self.fresh(x)
            && let LastKind::Cmp { scalar, index, x: a, y: b } = last.kind
            && let Some(index) = negated(scalar, index)
        {
            self.retract(last);
            self.emit_cmp(scalar, index, a, b, x.base);
            self.push_temp(Class::Int);
            return;
        }
        let zero = Entry { kind: Kind::Const(0, scalar), class: Class::Int, base: x.base + 1 };
        self.emit_compare(scalar, EQ, x, zero, x.base);
    }

    /// The left operand as instructions take it: of two constants, the left one is written to its slot.
    fn first_operand(&mut self, x: Entry, y: Entry) -> Entry {
        match (x.kind, y.kind) {
            (Kind::Const(..), Kind::Const(..)) => {
                self.materialise(x);
                Entry { kind: Kind::Temp, ..x }
            }
            (Kind::Const(bits, scalar), _) if scalar.imm32(bits).is_none() => {
                self.materialise(x);
                Entry { kind: Kind::Temp, ..x }
            }
            _ => x,
        }
    }

    pub(super) fn select(&mut self) {
        let condition = self.pop();
        let y = self.pop();
        let x = self.pop();
        if x.class == Class::Vec {
            return self.select_vector(condition, x, y);
        }
        let (forms, a, b, swap) = self.select_condition(condition);
        let (x, y) = if swap { (y, x) } else { (x, y) };
        let class = x.class;
        let dst = x.base.min(y.base);
        let imm = |entry: Entry| match entry.kind {
            Kind::Const(bits, scalar) if class == Class::Int => scalar.imm32(bits),
            _ => None,
        };
        // Constants that are no immediates are written first; the condition then is no longer in the accumulator.
        let (xi, yi) = (imm(x), imm(y));
        let before = self.code.len();
        let xs = if xi.is_none() { u32::from(self.in_slot(x)) } else { 0 };
        let ys = if yi.is_none() { u32::from(self.in_slot(y)) } else { 0 };
        let forms = if self.code.len() != before && std::ptr::eq(forms, &SELECT_A) { &SELECT } else { forms };
        let acc = self.acc[class as usize];
        let (xa, ya) = (xi.is_none() && u32::from(acc) == xs, yi.is_none() && u32::from(acc) == ys);
        let handler = match (class, xi, yi) {
            (Class::F32, ..) => forms.f32,
            (Class::F64, ..) => forms.f64,
            (_, None, None) if xa => forms.as_,
            (_, None, Some(_)) if xa => forms.ai,
            (_, None, None) if ya => forms.sa,
            (_, Some(_), None) if ya => forms.ia,
            (_, None, None) => forms.ss,
            (_, None, Some(_)) => forms.si,
            (_, Some(_), None) => forms.is,
            (_, Some(_), Some(_)) => forms.ii,
        };
        let (x, y) = (xi.map_or(xs, |imm| imm as u32), yi.map_or(ys, |imm| imm as u32));
        let words = [halves([dst, a, b, 0]), u64::from(x) | u64::from(y) << 32];
        self.emit_put(handler, &words, dst, class, LastKind::Put);
        self.push_temp(class);
    }

    /// The shortest way to select by an `i32`: the forms, their two operands, and whether the values trade places.
    fn select_condition(&mut self, condition: Entry) -> (&'static SelectForms, u16, u16, bool) {
        if let Some(last) = self.fresh(condition)
            && let Some(found) = self.computed_condition(last)
        {
            return found;
        }
        let slot = self.in_slot(condition);
        let acc = self.src(Entry { kind: Kind::Local(slot), class: Class::Int, ..condition }).is_acc();
        (if acc { &SELECT_A } else { &SELECT }, slot, 0, false)
    }

    /// A condition that the last instruction computes.
    fn computed_condition(&mut self, last: Last) -> Option<(&'static SelectForms, u16, u16, bool)> {
        match last.kind {
            LastKind::Bin { forms, x: Src::Slot { slot, .. }, y: Src::Const(bits) } if is_i32(forms, AND) => {
                let imm = Scalar::I32.imm16(bits)?;
                self.retract(last);
                Some((&SELECT_MASKED, slot, imm as u16, false))
            }
            LastKind::Cmp { scalar, index, x: Src::Slot { slot, .. }, y } => {
                if let Some((forms, a, b)) = self.masked_condition(last, scalar, index, slot, y) {
                    return Some((forms, a, b, index == EQ));
                }
                let forms = &comparisons(scalar)[index];
                let (forms, b) = match y {
                    Src::Slot { slot, .. } => (&forms.select_s, slot),
                    Src::Const(bits) => (&forms.select_i, scalar.imm16(bits)? as u16),
                };
                self.retract(last);
                Some((forms, slot, b, false))
            }
            _ => None,
        }
    }

    /// A comparison with zero of a value masked just before it.
    fn masked_condition(
        &mut self,
        cmp: Last,
        scalar: Scalar,
        index: usize,
        slot: u16,
        y: Src,
    ) -> Option<(&'static SelectForms, u16, u16)> {
        let masked = self.prev?;
        let (a, imm) = masked_by(masked, scalar)?;
        let dead = masked.dst == slot && slot >= self.height();
        if !dead || index > NE || !matches!(y, Src::Const(0)) {
            return None;
        }
        self.retract(cmp);
        self.retract(masked);
        let forms = if scalar == Scalar::I32 { &SELECT_MASKED } else { &SELECT_MASKED_I64 };
        Some((forms, a, imm as u16))
    }

    fn select_vector(&mut self, condition: Entry, x: Entry, y: Entry) {
        let condition = self.in_slot(condition);
        let (xs, ys) = (self.in_slot(x), self.in_slot(y));
        let dst = self.push_temp(Class::Vec);
        let words = [halves([dst, xs, ys, condition])];
        self.emit_put(handler::<simd::Compute<simd::Select>>, &words, dst, Class::Vec, LastKind::Put);
    }
}

/// What an instruction masks, and with which constant, if it is an `and` of this type.
pub(super) fn masked_by(last: Last, scalar: Scalar) -> Option<(u16, i16)> {
    match last.kind {
        LastKind::Bin { forms, x: Src::Slot { slot, .. }, y: Src::Const(bits) }
            if forms.operand == scalar && forms.group == Some(AND) =>
        {
            Some((slot, scalar.imm16(bits)?))
        }
        _ => None,
    }
}

/// The handler and the words of a binary instruction with these operands, and whether it takes both words.
fn encode(forms: &BinForms, scalar: Scalar, x: Src, y: Src, dst: u16) -> (Handler, [u64; 2], bool) {
    match (x, y) {
        (Src::Slot { slot: a, acc }, Src::Const(bits)) => match scalar.imm32(bits) {
            Some(imm) => (if acc { forms.ai } else { forms.si }, [halves_int(dst, a, imm), 0], false),
            None => (if acc { forms.aw } else { forms.sw }, [halves([dst, a, 0, 0]), bits], true),
        },
        (Src::Const(bits), Src::Slot { slot: b, acc }) => match scalar.imm32(bits) {
            Some(imm) => (if acc { forms.ia } else { forms.is }, [halves_int(dst, b, imm), 0], false),
            None => panic!("BUG: a wide constant on the left was not written to its slot"),
        },
        (Src::Slot { slot: a, acc: xa }, Src::Slot { slot: b, acc: ya }) => {
            let handler = match (xa, ya) {
                (true, _) => forms.as_,
                (_, true) => forms.sa,
                _ => forms.ss,
            };
            (handler, [halves([dst, a, b, 0]), 0], false)
        }
        (Src::Const(_), Src::Const(_)) => panic!("BUG: of two constants one is written to its slot first"),
    }
}
