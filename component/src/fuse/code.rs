//! Instructions, with what adapters say often said once.

use wasm_encoder::{BlockType, Function, InstructionSink, MemArg, MemArgTarget, ValType};

use super::check::{Check, Guest};

/// A function in the making: its instructions, and the locals that they use beside the parameters.
pub(super) struct Code {
    bytes: Vec<u8>,
    params: u32,
    locals: Vec<ValType>,
    /// The function that the host checks with.
    check: u32,
}

/// The index of a guest's memory.
pub(super) fn memory(guest: Guest) -> u32 {
    guest as u32
}

/// A load or store in a guest's memory.
pub(super) fn at(guest: Guest, offset: u32) -> MemArg {
    MemArg { offset: offset.into(), align: 0, target: MemArgTarget::Memory(memory(guest)), ordering: None }
}

impl Code {
    /// A function with so many parameters.
    pub fn new(params: u32, check: u32) -> Code {
        Code { bytes: Vec::new(), params, locals: Vec::new(), check }
    }

    /// Where instructions go.
    pub fn ins(&mut self) -> InstructionSink<'_> {
        InstructionSink::new(&mut self.bytes)
    }

    /// A new local.
    pub fn local(&mut self, ty: ValType) -> u32 {
        self.locals.push(ty);
        self.params + self.locals.len() as u32 - 1
    }

    /// The end of the function.
    pub fn finish(mut self) -> Function {
        self.ins().end();
        let mut function = Function::new_with_locals_types(self.locals);
        function.raw(self.bytes);
        function
    }

    /// If the number on the stack is not 0, lets the host check: some locals, then some constants.
    pub fn check_if(&mut self, what: Check, guest: Guest, locals: &[u32], constants: &[u32]) {
        let check = self.check;
        let mut ins = self.ins();
        ins.if_(BlockType::Empty).i32_const(what as i32).i32_const(guest as i32);
        for local in locals {
            ins.local_get(*local);
        }
        for constant in constants {
            ins.i32_const(*constant as i32);
        }
        for _ in locals.len() + constants.len()..4 {
            ins.i32_const(0);
        }
        ins.call(check).end();
    }

    /// Whether so many bytes at an address pass the end of a guest's memory. The address is in a local; the bytes are what
    /// `bytes` leaves on the stack, an `i64`.
    pub fn passes_end(&mut self, guest: Guest, ptr: u32, bytes: impl FnOnce(&mut InstructionSink<'_>)) {
        let mut ins = self.ins();
        ins.local_get(ptr).i64_extend_i32_u();
        bytes(&mut ins);
        // Sizes are numbers of pages, of 2^16 bytes.
        ins.i64_add().memory_size(memory(guest)).i64_extend_i32_u().i64_const(16).i64_shl().i64_gt_u();
    }

    /// Whether the address in a local is no multiple of an alignment.
    pub fn is_unaligned(&mut self, ptr: u32, align: u32) {
        self.ins().local_get(ptr).i32_const(align as i32 - 1).i32_and();
    }
}
