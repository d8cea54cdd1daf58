//! Conditions of branches: the instructions before a branch become part of it where they can.

use super::fuse::{ADD, AND, is_i32};
use super::numeric::{EQ, NE, comparisons, masked_by, negated};
use super::stack::{Entry, Kind, Last, LastKind, Src};
use super::{Translator, halves, halves_int};
use crate::forms::{
    BrForms, Class, CmpForms, I32_STEPS, I64_STEPS, LOAD_TESTS, LoadGroup, Scalar, TEST_A, TEST_AND_AI, TEST_AND_I,
    TEST_AND_S, TEST_S, TEST_STEP,
};

/// A conditional branch that is ready to be emitted.
pub(super) struct Condition {
    pub forms: &'static BrForms,
    pub words: [u64; 2],
    pub len: usize,
    /// Whether the branch is taken if the condition does not hold.
    pub unless: bool,
}

/// A comparison that was emitted as an instruction of its own.
#[derive(Clone, Copy)]
struct Comparison {
    at: Last,
    scalar: Scalar,
    index: usize,
    x: Src,
    y: Src,
}

impl Translator {
    /// The shortest way to branch if an `i32` is not zero (or, with `not`, if it is zero). `unless` says whether the
    /// branch may be one that is taken when its condition fails.
    pub(super) fn condition(&mut self, value: Entry, not: bool, unless: bool) -> Condition {
        if self.last.is_some_and(|last| Some(last.dst) == value.slot()) {
            self.split();
        }
        if let Some(last) = self.last.filter(|last| Some(last.dst) == value.slot()) {
            let condition = match last.kind {
                LastKind::Cmp { scalar, index, x, y } if value.kind == Kind::Temp => {
                    self.compared(Comparison { at: last, scalar, index, x, y }, not, unless)
                }
                LastKind::Bin { .. } => self.tested(last, value, not, unless),
                LastKind::Load { forms, .. } | LastKind::LoadSum { forms, .. }
                    if value.kind == Kind::Temp && matches!(forms.group, LoadGroup::I32(_)) =>
                {
                    self.load_tested(last, if not { EQ } else { NE }, Src::Const(0))
                }
                _ => None,
            };
            if let Some(condition) = condition {
                return condition;
            }
        }
        let slot = self.in_slot(value);
        let acc = self.src(Entry { kind: Kind::Local(slot), class: Class::Int, ..value }).is_acc();
        if not && !unless {
            let forms = &comparisons(Scalar::I32)[EQ];
            let forms = if acc { &forms.ai } else { &forms.si };
            return Condition { forms, words: [halves([0, 0, slot, 0]), 0], len: 1, unless: false };
        }
        let forms = if acc { &TEST_A } else { &TEST_S };
        Condition { forms, words: [halves([0, 0, slot, 0]), 0], len: 1, unless: not }
    }

    /// Branches on a comparison that came last.
    fn compared(&mut self, comparison: Comparison, not: bool, unless: bool) -> Option<Condition> {
        let Comparison { at: last, scalar, index, x, y } = comparison;
        let (index, flip) = match (not, negated(scalar, index)) {
            (false, _) => (index, false),
            (true, Some(negated)) => (negated, false),
            (true, None) if unless => (index, true),
            (true, None) => return None,
        };
        if x.is_const() {
            return None;
        }
        if let Some(condition) = self.compared_with_zero(Comparison { index, ..comparison }, unless) {
            return Some(condition);
        }
        if !flip && let Some(condition) = self.compared_computed(last, scalar, index, x, y) {
            return Some(condition);
        }
        if scalar == Scalar::I32
            && index <= 9
            && !flip
            && let Some(condition) = self.compared_load(last, index, x, y)
        {
            return Some(condition);
        }
        if !flip && let Some(condition) = self.stepped(last, scalar, index, x, y) {
            return Some(condition);
        }
        self.retract(last);
        let forms: &'static CmpForms = &comparisons(scalar)[index];
        let (forms, words, len) = match (x, y) {
            (Src::Slot { slot, acc }, Src::Const(bits)) => match scalar.imm16(bits) {
                Some(imm) => (if acc { &forms.ai } else { &forms.si }, [halves([0, 0, slot, imm as u16]), 0], 1),
                None => (if acc { &forms.aw } else { &forms.sw }, [halves([0, 0, slot, 0]), bits], 2),
            },
            _ => {
                let forms = match (x.is_acc(), y.is_acc()) {
                    (true, _) => &forms.as_,
                    (_, true) => &forms.sa,
                    _ => &forms.ss,
                };
                (forms, [halves([0, 0, x.slot(), y.slot()]), 0], 1)
            }
        };
        Some(Condition { forms, words, len, unless: flip })
    }

    /// The temporary that a comparison consumes, if the instruction before the comparison wrote it.
    fn compared_temp(&self, x: Src) -> Option<Last> {
        self.prev.filter(|prev| prev.dst == x.slot() && prev.dst >= self.height())
    }

    /// A comparison with zero of another comparison (of floats: those of integers were turned round before), or of bits
    /// that were masked just before it.
    fn compared_with_zero(&mut self, comparison: Comparison, unless: bool) -> Option<Condition> {
        let Comparison { at: cmp, scalar, index, x, y } = comparison;
        if scalar != Scalar::I32 || index > NE || !matches!(y, Src::Const(0)) || !unless {
            return None;
        }
        let before = self.compared_temp(x)?;
        if let LastKind::Cmp { scalar, index: inner, x, y } = before.kind {
            self.retract(cmp);
            return self.compared(Comparison { at: before, scalar, index: inner, x, y }, index == EQ, true);
        }
        let (a, imm) = masked_by(before, Scalar::I32)?;
        self.retract(cmp);
        self.retract(before);
        let words = [halves([0, 0, a, imm as u16]), 0];
        Some(Condition { forms: &TEST_AND_I, words, len: 1, unless: index == EQ })
    }

    /// A comparison with a constant of a sum or a mask with a constant, computed just before it.
    fn compared_computed(&mut self, cmp: Last, scalar: Scalar, index: usize, x: Src, y: Src) -> Option<Condition> {
        let Src::Const(bits) = y else { return None };
        let c = scalar.imm16(bits).filter(|_| scalar == Scalar::I32)?;
        let before = self.compared_temp(x)?;
        let LastKind::Bin { forms: computed, x: Src::Slot { slot: a, .. }, y: Src::Const(bits) } = before.kind else {
            return None;
        };
        let forms = &comparisons(Scalar::I32)[index];
        let forms = match computed.group {
            Some(ADD) if computed.operand == Scalar::I32 => forms.sum.as_ref()?,
            Some(AND) if computed.operand == Scalar::I32 => forms.masked.as_ref()?,
            _ => return None,
        };
        let b = Scalar::I32.imm16(bits)?;
        self.retract(cmp);
        self.retract(before);
        let words = [halves([0, 0, a, b as u16]), u64::from(c as u16)];
        Some(Condition { forms, words, len: 2, unless: false })
    }

    /// The comparison's left operand was loaded just before it.
    fn compared_load(&mut self, cmp: Last, index: usize, x: Src, y: Src) -> Option<Condition> {
        let load = self.prev?;
        let (LastKind::Load { forms, .. } | LastKind::LoadSum { forms, .. }) = load.kind else { return None };
        let loaded = matches!(forms.group, LoadGroup::I32(_));
        if matches!(load.kind, LastKind::LoadSum { .. }) && !y.is_const() {
            return None;
        }
        // A load that went to a local must still write it.
        if !loaded || load.dst != x.slot() || load.dst < self.height() {
            return None;
        }
        if let Src::Slot { slot, .. } = y
            && slot == load.dst
        {
            return None;
        }
        if let Src::Const(bits) = y {
            Scalar::I32.imm16(bits)?;
        }
        self.retract(cmp);
        self.load_tested(load, index, y)
    }

    /// Branches on a comparison of what a load finds, the load being the last instruction.
    fn load_tested(&mut self, last: Last, index: usize, y: Src) -> Option<Condition> {
        if let LastKind::LoadSum { forms, a, b, offset } = last.kind {
            let (LoadGroup::I32(group), Src::Const(bits)) = (forms.group, y) else { return None };
            let imm = Scalar::I32.imm16(bits)? as u16;
            self.retract(last);
            let words = [halves([0, 0, a, b]), u64::from(offset) | u64::from(imm) << 32];
            let forms = &LOAD_TESTS[usize::from(group)][index].sum;
            return Some(Condition { forms, words, len: 2, unless: false });
        }
        let LastKind::Load { forms, address, offset } = last.kind else { return None };
        let LoadGroup::I32(group) = forms.group else { return None };
        let forms = &LOAD_TESTS[usize::from(group)][index];
        let (forms, b) = match y {
            Src::Slot { slot, .. } => (&forms.s, slot),
            Src::Const(bits) => (&forms.i, Scalar::I32.imm16(bits)? as u16),
        };
        self.retract(last);
        Some(Condition { forms, words: [halves([0, 0, address.slot(), b]), u64::from(offset)], len: 2, unless: false })
    }

    /// The comparison's left operand is a sum with a constant, written just before it: a counting loop.
    fn stepped(&mut self, cmp: Last, scalar: Scalar, index: usize, x: Src, y: Src) -> Option<Condition> {
        let steps = match scalar {
            Scalar::I32 => &I32_STEPS[index],
            Scalar::I64 => &I64_STEPS[index],
            _ => return None,
        };
        let prev = self.prev?;
        if prev.dst != x.slot() {
            return None;
        }
        let (add, a, imm) = match prev.kind {
            LastKind::AddTwo { first, second } if scalar == Scalar::I32 => {
                // Only the second addition becomes part of the branch.
                if let Src::Const(bits) = y {
                    scalar.imm16(bits)?;
                }
                self.retract(cmp);
                self.retract(prev);
                self.emit_sum(first);
                self.emit_sum(second);
                self.emit_cmp(scalar, index, x, y, self.height());
                return self.stepped(self.last?, scalar, index, x, y);
            }
            _ => self.step(prev, scalar)?,
        };
        let (forms, b) = match y {
            Src::Slot { slot, .. } => (&steps.s, slot),
            Src::Const(bits) => (&steps.i, scalar.imm16(bits)? as u16),
        };
        self.retract(cmp);
        self.retract(add);
        self.wrote(add.dst, Class::Int);
        let words = [halves([0, 0, add.dst, a]), halves_int(0, 0, 0) | u64::from(imm as u32) | u64::from(b) << 32];
        Some(Condition { forms, words, len: 2, unless: false })
    }

    /// An addition of a constant to a slot, with that slot and the constant.
    pub(super) fn step(&self, last: Last, scalar: Scalar) -> Option<(Last, u16, i32)> {
        match last.kind {
            LastKind::Bin { forms, x: Src::Slot { slot, .. }, y: Src::Const(bits) }
                if forms.operand == scalar && forms.group == Some(super::fuse::ADD) =>
            {
                Some((last, slot, scalar.imm32(bits)?))
            }
            _ => None,
        }
    }

    /// Branches on the result of an `i32` instruction that came last: a bit test or a countdown.
    fn tested(&mut self, last: Last, value: Entry, not: bool, unless: bool) -> Option<Condition> {
        let LastKind::Bin { forms, x, y } = last.kind else { return None };
        if not && !unless || forms.operand != Scalar::I32 {
            return None;
        }
        if let Some((add, a, imm)) = self.step(last, Scalar::I32) {
            self.retract(add);
            self.wrote(add.dst, Class::Int);
            let words = [halves([0, 0, add.dst, a]), u64::from(imm as u32)];
            return Some(Condition { forms: &TEST_STEP, words, len: 2, unless: not });
        }
        if value.kind != Kind::Temp || !is_i32(forms, AND) {
            return None;
        }
        let (forms, b) = match (x, y) {
            (Src::Slot { acc, .. }, Src::Const(bits)) => {
                (if acc { &TEST_AND_AI } else { &TEST_AND_I }, Scalar::I32.imm16(bits)? as u16)
            }
            (Src::Slot { .. }, Src::Slot { slot, .. }) => (&TEST_AND_S, slot),
            _ => return None,
        };
        self.retract(last);
        Some(Condition { forms, words: [halves([0, 0, x.slot(), b]), 0], len: 1, unless: not })
    }
}
