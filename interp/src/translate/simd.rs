//! Vector instructions.

use falkirk_runtime::module::ModuleInfo;
use falkirk_runtime::numerics::V128;
use wasmparser::MemArg;

use super::stack::{Entry, Kind, LastKind};
use super::{Translator, halves, halves_int, memory_of};
use crate::exec::memory::{Mem32, MemAny};
use crate::exec::operand::{A, S};
use crate::exec::simd::{Compute, Const, Lane, Load, LoadLane, Shuffle, Store, StoreLane, VectorLoad};
use crate::exec::state::{Handler, handler};
use crate::forms::Class;

/// The two words of a vector.
fn words(vector: V128) -> [u64; 2] {
    vector.into()
}

impl Translator {
    pub(super) fn vector_const(&mut self, value: V128) {
        let dst = self.push_temp(Class::Vec);
        let [low, high] = words(value);
        self.emit_put(handler::<Compute<Const>>, &[halves([dst, 0, 0, 0]), low, high], dst, Class::Vec, LastKind::Put);
    }

    /// An instruction with `count` operands in slots (vectors or not) and a result of the given class.
    pub(super) fn vector_op(&mut self, handler: Handler, count: usize, class: Class) {
        let mut named = [0; 4];
        for position in (0..count).rev() {
            let entry = self.pop();
            named[position + 1] = self.in_slot(entry);
        }
        let dst = self.push_temp(class);
        named[0] = dst;
        self.emit_put(handler, &[halves(named)], dst, class, LastKind::Put);
    }

    pub(super) fn shuffle(&mut self, lanes: [u8; 16]) {
        let y = self.pop();
        let x = self.pop();
        let (a, b) = (self.in_slot(x), self.in_slot(y));
        let dst = self.push_temp(Class::Vec);
        let [low, high] = words(V128::from_bytes(lanes));
        self.emit_put(
            handler::<Compute<Shuffle>>,
            &[halves([dst, a, b, 0]), low, high],
            dst,
            Class::Vec,
            LastKind::Put,
        );
    }

    pub(super) fn extract_lane(&mut self, handler: Handler, lane: u8, class: Class) {
        let x = self.pop();
        let slot = self.in_slot(x);
        let dst = self.push_temp(class);
        self.emit_put(handler, &[halves([dst, slot, u16::from(lane), 0])], dst, class, LastKind::Put);
    }

    pub(super) fn replace_lane(&mut self, handler: Handler, lane: u8) {
        let value = self.pop();
        let x = self.pop();
        let value = self.in_slot(value);
        let slot = self.in_slot(x);
        let dst = self.push_temp(Class::Vec);
        self.emit_put(handler, &[halves([dst, slot, value, u16::from(lane)])], dst, Class::Vec, LastKind::Put);
    }

    /// The 32-bit offset of an access to memory 0 with 32-bit addresses, or `None` for any other.
    fn near(info: &ModuleInfo, arg: MemArg) -> Option<i32> {
        let near = memory_of(&arg) == 0 && !info.memories[0].memory64;
        u32::try_from(arg.offset).ok().filter(|_| near).map(|offset| offset as i32)
    }

    pub(super) fn vector_load<L: VectorLoad>(&mut self, info: &ModuleInfo, arg: MemArg) {
        let address = self.pop();
        let slot = self.in_slot(address);
        let acc = self.src(Entry { kind: Kind::Local(slot), ..address }).is_acc();
        let dst = self.push_temp(Class::Vec);
        if let Some(offset) = Self::near(info, arg) {
            let handler: Handler =
                if acc { handler::<Load<L, Mem32<6>, A, 2>> } else { handler::<Load<L, Mem32<6>, S<5>, 2>> };
            return self.emit_put(handler, &[halves_int(dst, slot, offset)], dst, Class::Vec, LastKind::Put);
        }
        let handler: Handler = match info.memories[memory_of(&arg) as usize].memory64 {
            false => handler::<Load<L, MemAny<u32>, S<5>, 3>>,
            true => handler::<Load<L, MemAny<u64>, S<5>, 3>>,
        };
        let words = [halves_int(dst, slot, info.layout.memory(memory_of(&arg)) as i32), arg.offset];
        self.emit_put(handler, &words, dst, Class::Vec, LastKind::Put);
    }

    pub(super) fn vector_store(&mut self, info: &ModuleInfo, arg: MemArg) {
        let value = self.pop();
        let address = self.pop();
        let v = self.in_slot(value);
        let a = self.in_slot(address);
        if let Some(offset) = Self::near(info, arg) {
            self.emit(handler::<Store<Mem32<6>, S<4>, 2>>, &[halves_int(a, v, offset)]);
            return;
        }
        let handler: Handler = match info.memories[memory_of(&arg) as usize].memory64 {
            false => handler::<Store<MemAny<u32>, S<4>, 3>>,
            true => handler::<Store<MemAny<u64>, S<4>, 3>>,
        };
        self.emit(handler, &[halves_int(a, v, info.layout.memory(memory_of(&arg)) as i32), arg.offset]);
    }

    pub(super) fn load_lane<L: Lane>(&mut self, info: &ModuleInfo, arg: MemArg, lane: u8) {
        let vector = self.pop();
        let address = self.pop();
        let (v, a) = (self.in_slot(vector), self.in_slot(address));
        let dst = self.push_temp(Class::Vec);
        let handler: Handler = match info.memories[memory_of(&arg) as usize].memory64 {
            false => handler::<LoadLane<L, MemAny<u32>>>,
            true => handler::<LoadLane<L, MemAny<u64>>>,
        };
        let place = halves_int(dst, a, info.layout.memory(memory_of(&arg)) as i32);
        let words = [place, arg.offset, halves([v, u16::from(lane), 0, 0])];
        self.emit_put(handler, &words, dst, Class::Vec, LastKind::Put);
    }

    pub(super) fn store_lane<L: Lane>(&mut self, info: &ModuleInfo, arg: MemArg, lane: u8) {
        let vector = self.pop();
        let address = self.pop();
        let (v, a) = (self.in_slot(vector), self.in_slot(address));
        let handler: Handler = match info.memories[memory_of(&arg) as usize].memory64 {
            false => handler::<StoreLane<L, MemAny<u32>>>,
            true => handler::<StoreLane<L, MemAny<u64>>>,
        };
        let place = halves_int(0, a, info.layout.memory(memory_of(&arg)) as i32);
        self.emit(handler, &[place, arg.offset, halves([v, u16::from(lane), 0, 0])]);
    }
}
