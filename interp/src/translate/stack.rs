//! The abstract stack, what the accumulators mirror, and the emission of instructions.

use super::{Translator, halves, halves_int};
use crate::exec::numeric::{CopyTwo, Gather, Put};
use crate::exec::operand::{A, I, S, W};
use crate::exec::simd;
use crate::exec::state::{Handler, handler};
use crate::forms::{BinForms, Class, LoadForms, Scalar};

/// The name of no slot.
pub(super) const NO_SLOT: u16 = u16::MAX;

/// Locals wait only on the lowest this many places of the stack, so that looking for them takes no longer than that
/// whatever the function looks like.
pub(super) const MAX_WAITING: usize = 256;

/// A value on the abstract stack.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub kind: Kind,
    pub class: Class,
    /// The slot of its height, where it lives as a temporary.
    pub base: u16,
}

impl Entry {
    /// The slot that holds it, unless it is a constant that is nowhere yet.
    pub fn slot(self) -> Option<u16> {
        match self.kind {
            Kind::Temp => Some(self.base),
            Kind::Local(slot) => Some(slot),
            Kind::Const(..) => None,
        }
    }

    pub fn is_const(self) -> bool {
        matches!(self.kind, Kind::Const(..))
    }
}

// ANCHOR: kind
/// Where a value on the abstract stack is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// In its own slot.
    Temp,
    /// Still in the local with this slot.
    Local(u16),
    /// A constant that is nowhere yet.
    Const(u64, Scalar),
}
// ANCHOR_END: kind

/// A scalar operand of an instruction: a constant, or a slot that the accumulator may mirror.
#[derive(Clone, Copy, Debug)]
pub(super) enum Src {
    Slot { slot: u16, acc: bool },
    Const(u64),
}

impl Src {
    pub fn slot(self) -> u16 {
        match self {
            Src::Slot { slot, .. } => slot,
            Src::Const(_) => panic!("BUG: a constant has no slot"),
        }
    }

    pub fn is_acc(self) -> bool {
        matches!(self, Src::Slot { acc: true, .. })
    }

    pub fn is_const(self) -> bool {
        matches!(self, Src::Const(_))
    }
}

/// The instruction emitted last, as far as later instructions want to know it.
#[derive(Clone, Copy)]
pub(super) struct Last {
    /// Its first word.
    pub at: usize,
    /// The slot it writes, named at its halfword 4.
    pub dst: u16,
    /// The class of the accumulator it writes; the entry on the stack may be of another (reinterpreted) class.
    pub class: Class,
    pub kind: LastKind,
    /// What the accumulators mirrored before it.
    pub acc: [u16; 3],
}

/// The addition of a constant to an `i32`.
#[derive(Clone, Copy)]
pub(super) struct Sum {
    pub dst: u16,
    pub a: u16,
    pub imm: i32,
    pub forms: &'static BinForms,
}

/// What the last instruction was.
#[derive(Clone, Copy)]
pub(super) enum LastKind {
    /// Something that writes a result.
    Put,
    /// Something that writes an `i32`, and so zeros to the upper half of the slot.
    Narrow,
    /// The zero extension of the `i32` in this slot.
    Extend { from: u16 },
    /// The copy of a scalar from this slot.
    Copy { from: u16 },
    /// The copy of one integer, then that of another from this slot.
    CopyTwo { first: (u16, u16), from: u16 },
    /// Two additions of constants to `i32` slots, each as its result's slot, its operand's, and the constant.
    AddTwo { first: Sum, second: Sum },
    /// A binary instruction.
    Bin { forms: &'static BinForms, x: Src, y: Src },
    /// A comparison, by its index among those of its type.
    Cmp { scalar: Scalar, index: usize, x: Src, y: Src },
    /// A load from memory 0 with 32-bit addresses, at an address in a slot.
    Load { forms: &'static LoadForms, address: Src, offset: u32 },
    /// `base + (index << shift)` of `i32`s; the index may be in the accumulator.
    Scaled { base: u16, index: u16, shift: u16, acc: bool },
    /// `(a & mask) << shift` of `i32`s.
    MaskShift { acc: bool, a: u16, mask: u16, shift: u16 },
    /// `base + ((a & mask) << shift)` of `i32`s.
    Ring { acc: bool, a: u16, mask: u16, shift: u16, base: u16 },
    /// A load from memory 0 with 32-bit addresses, at the sum of two slots.
    LoadSum { forms: &'static LoadForms, a: u16, b: u16, offset: u32 },
    /// A binary instruction whose left operand is loaded.
    LoadBin { forms: &'static BinForms, address: u16, offset: u32, y: Src },
}

impl Translator {
    /// The slot of the next temporary.
    pub(super) fn height(&self) -> u16 {
        match self.stack.last() {
            Some(top) => top.base + top.class.slots() as u16,
            None => self.temps as u16,
        }
    }

    /// Pushes the value of a local, which waits there if it can.
    pub(super) fn push_local(&mut self, slot: u16, class: Class) {
        let base = self.push(Kind::Local(slot), class);
        if self.stack.len() > MAX_WAITING {
            let entry = self.pop();
            self.copy(entry, base);
            self.push(Kind::Temp, class);
        }
    }

    /// Pushes a temporary and gives its slot.
    pub(super) fn push_temp(&mut self, class: Class) -> u16 {
        self.push(Kind::Temp, class)
    }

    pub(super) fn push(&mut self, kind: Kind, class: Class) -> u16 {
        let base = self.height();
        let end = usize::from(base) + class.slots();
        // The check of the whole function's size comes after each operator; one operator adds few slots but for
        // calls, whose results are counted before they are pushed.
        self.max_slot = self.max_slot.max(end + 2);
        self.waiting += usize::from(matches!(kind, Kind::Local(_)));
        self.stack.push(Entry { kind, class, base });
        base
    }

    pub(super) fn pop(&mut self) -> Entry {
        match self.stack.pop() {
            Some(entry) => {
                self.waiting -= usize::from(matches!(entry.kind, Kind::Local(_)));
                entry
            }
            None => panic!("BUG: valid code pops from an empty stack"),
        }
    }

    /// The operand as an instruction of its class would name it now.
    pub(super) fn src(&self, entry: Entry) -> Src {
        let slot = match entry.kind {
            Kind::Const(bits, _) => return Src::Const(bits),
            Kind::Local(slot) => slot,
            Kind::Temp => entry.base,
        };
        let acc = entry.class != Class::Vec && self.acc[entry.class as usize] == slot;
        Src::Slot { slot, acc }
    }

    /// The last instruction, if the entry is the temporary that it wrote.
    pub(super) fn writer(&self, entry: Entry) -> Option<Last> {
        self.last.filter(|last| entry.kind == Kind::Temp && last.dst == entry.base)
    }

    /// The same for an instruction that is about to take that one in: what was made one before is taken apart again.
    pub(super) fn fresh(&mut self, entry: Entry) -> Option<Last> {
        if self.writer(entry).is_some() {
            self.split();
        }
        self.writer(entry)
    }

    /// If two additions were made one, makes them two again, so that the second can become part of what comes next.
    pub(super) fn split(&mut self) {
        if let Some(last) = self.last
            && let LastKind::AddTwo { first, second } = last.kind
        {
            self.retract(last);
            self.emit_sum(first);
            self.emit_sum(second);
        }
    }

    /// Emits the addition of a constant by itself.
    pub(super) fn emit_sum(&mut self, sum: Sum) {
        let Sum { dst, a, imm, forms } = sum;
        let kind = LastKind::Bin { forms, x: Src::Slot { slot: a, acc: false }, y: Src::Const(u64::from(imm as u32)) };
        self.emit_put(forms.si, &[halves_int(dst, a, imm)], dst, Class::Int, kind);
    }

    /// Takes back the last instruction, which is about to become part of another.
    pub(super) fn retract(&mut self, last: Last) {
        self.code.truncate(last.at);
        self.acc = last.acc;
        self.last = self.prev.take();
    }

    /// Notes that a slot was written by an instruction of this class.
    pub(super) fn wrote(&mut self, slot: u16, class: Class) {
        for mirrored in &mut self.acc {
            if *mirrored == slot || class == Class::Vec && *mirrored == slot + 1 {
                *mirrored = NO_SLOT;
            }
        }
        if class != Class::Vec {
            self.acc[class as usize] = slot;
        }
    }

    /// Notes that a slot was written without an accumulator.
    pub(super) fn unmirror(&mut self, slot: u16) {
        for mirrored in &mut self.acc {
            if *mirrored == slot {
                *mirrored = NO_SLOT;
            }
        }
    }

    /// Forgets what accumulators mirror and what came last: control may arrive here from elsewhere.
    pub(super) fn forget(&mut self) {
        self.acc = [NO_SLOT; 3];
        self.last = None;
        self.prev = None;
    }

    /// Emits an instruction that writes no slot which others would want to know.
    pub(super) fn emit(&mut self, handler: Handler, words: &[u64]) -> usize {
        let at = self.code.len();
        self.code.push(handler as usize as u64);
        self.code.extend_from_slice(words);
        self.last = None;
        self.prev = None;
        at
    }

    /// Emits an instruction that writes the slot at its halfword 4 (and, if scalar, its class's accumulator).
    pub(super) fn emit_put(&mut self, handler: Handler, words: &[u64], dst: u16, class: Class, kind: LastKind) {
        let acc = self.acc;
        let prev = self.last;
        let at = self.emit(handler, words);
        self.prev = prev;
        self.last = Some(Last { at, dst, class, kind, acc });
        self.wrote(dst, class);
    }

    /// Emits the copy of an entry to a slot.
    pub(super) fn copy(&mut self, entry: Entry, dst: u16) {
        let src = match entry.kind {
            Kind::Const(bits, scalar) => return self.constant(bits, scalar, dst),
            Kind::Local(slot) => slot,
            Kind::Temp => entry.base,
        };
        if entry.class == Class::Int && self.copy_two(src, dst) {
            return;
        }
        let acc = self.src(entry).is_acc();
        let handler: Handler = match (entry.class, acc) {
            (Class::Int, false) => handler::<Put<u64, S<5>, 2>>,
            (Class::Int, true) => handler::<Put<u64, A, 2>>,
            (Class::F32, false) => handler::<Put<f32, S<5>, 2>>,
            (Class::F32, true) => handler::<Put<f32, A, 2>>,
            (Class::F64, false) => handler::<Put<f64, S<5>, 2>>,
            (Class::F64, true) => handler::<Put<f64, A, 2>>,
            (Class::Vec, _) => handler::<simd::Compute<simd::Copy>>,
        };
        let kind = if entry.class == Class::Vec { LastKind::Put } else { LastKind::Copy { from: src } };
        self.emit_put(handler, &[halves([dst, src, 0, 0])], dst, entry.class, kind);
    }

    /// Makes the copy of an integer one with that of another just before it.
    fn copy_two(&mut self, src: u16, dst: u16) -> bool {
        let Some(last) = self.last else { return false };
        let (Class::Int, LastKind::Copy { from }) = (last.class, last.kind) else { return false };
        let to = last.dst;
        self.retract(last);
        let kind = LastKind::CopyTwo { first: (to, from), from: src };
        self.emit_put(handler::<CopyTwo>, &[halves([dst, src, to, from])], dst, Class::Int, kind);
        if to != dst {
            self.unmirror(to);
        }
        true
    }

    /// Emits a constant.
    fn constant(&mut self, bits: u64, scalar: Scalar, dst: u16) {
        match (scalar, scalar.imm32(bits)) {
            (Scalar::F32, Some(imm)) => {
                let handler = handler::<Put<f32, I<6>, 2>>;
                self.emit_put(handler, &[halves_int(dst, 0, imm)], dst, Class::F32, LastKind::Put);
            }
            (_, Some(imm)) => {
                let handler = handler::<Put<u64, I<6>, 2>>;
                self.emit_put(handler, &[halves_int(dst, 0, imm)], dst, Class::Int, LastKind::Put);
            }
            (Scalar::F64, None) => {
                let handler = handler::<Put<f64, W<2>, 3>>;
                self.emit_put(handler, &[halves([dst, 0, 0, 0]), bits], dst, Class::F64, LastKind::Put);
            }
            (_, None) => {
                let handler = handler::<Put<u64, W<2>, 3>>;
                self.emit_put(handler, &[halves([dst, 0, 0, 0]), bits], dst, Class::Int, LastKind::Put);
            }
        }
    }

    /// Makes a popped entry a temporary in its own slot and gives that slot.
    pub(super) fn materialise(&mut self, entry: Entry) -> u16 {
        if entry.kind != Kind::Temp {
            self.copy(entry, entry.base);
        }
        entry.base
    }

    /// The slot of a popped entry: a constant is written to its own first.
    pub(super) fn in_slot(&mut self, entry: Entry) -> u16 {
        match entry.kind {
            Kind::Local(slot) => slot,
            Kind::Temp => entry.base,
            Kind::Const(..) => self.materialise(entry),
        }
    }

    /// Makes temporaries of the entries from `from` on.
    pub(super) fn materialise_from(&mut self, from: usize) {
        let mut position = from;
        while position < self.stack.len() {
            let run = self.locals_at(position);
            if run >= 2 {
                self.gather(position, run);
                position += run;
                continue;
            }
            let entry = self.stack[position];
            if entry.kind != Kind::Temp {
                self.materialise(entry);
                self.settle(position);
            }
            position += 1;
        }
    }

    /// Notes that an entry is a temporary now.
    fn settle(&mut self, position: usize) {
        let entry = &mut self.stack[position];
        self.waiting -= usize::from(matches!(entry.kind, Kind::Local(_)));
        entry.kind = Kind::Temp;
    }

    /// How many scalar locals stand in a row on the stack from `position` on, up to what one instruction copies.
    fn locals_at(&self, position: usize) -> usize {
        let local = |entry: &&Entry| matches!(entry.kind, Kind::Local(_)) && entry.class != Class::Vec;
        self.stack[position..].iter().take(7).take_while(local).count()
    }

    /// Copies a row of locals to their temporaries with one instruction.
    fn gather(&mut self, position: usize, count: usize) {
        let first = self.stack[position].base;
        let mut named = [0; 8];
        named[0] = first;
        for step in 0..count {
            if let Kind::Local(slot) = self.stack[position + step].kind {
                named[step + 1] = slot;
            }
            self.settle(position + step);
        }
        let handler: Handler = match count {
            2 => handler::<Gather<2, 2>>,
            3 => handler::<Gather<3, 2>>,
            4 => handler::<Gather<4, 3>>,
            5 => handler::<Gather<5, 3>>,
            6 => handler::<Gather<6, 3>>,
            _ => handler::<Gather<7, 3>>,
        };
        let words =
            [halves([named[0], named[1], named[2], named[3]]), halves([named[4], named[5], named[6], named[7]])];
        self.emit(handler, &words[..if count > 3 { 2 } else { 1 }]);
        for step in 0..count as u16 {
            self.unmirror(first + step);
        }
    }

    /// Makes temporaries of the waiting locals (constants may wait on: nothing changes them).
    pub(super) fn settle_locals(&mut self) {
        if self.waiting > 0 {
            self.settle_where(|_| true);
        }
    }

    /// Makes temporaries of the entries that wait in this local, which is about to be set.
    pub(super) fn settle_local(&mut self, slot: u16) {
        if self.waiting > 0 {
            self.settle_where(|waiting| waiting == slot);
        }
    }

    fn settle_where(&mut self, condition: impl Fn(u16) -> bool) {
        let mut left = self.waiting;
        for position in (0..self.stack.len().min(MAX_WAITING)).rev() {
            if left == 0 {
                break;
            }
            if let Kind::Local(slot) = self.stack[position].kind {
                left -= 1;
                if condition(slot) {
                    self.materialise(self.stack[position]);
                    self.settle(position);
                }
            }
        }
    }
}
