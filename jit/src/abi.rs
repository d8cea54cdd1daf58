//! How machine code calls, and where it finds what in the runtime's structures.

use std::mem::offset_of;

use cranelift_codegen::ir::{AbiParam, ArgumentPurpose, MemFlagsData, Signature, TrapCode, Type, types};
use cranelift_codegen::isa::CallConv;
use falkirk_runtime::vm::{Exit, FuncRef, Landing, StackLimit, Stop, VmContext, VmMemory, VmStore, VmTable};
use falkirk_runtime::{FuncType, Trap, ValType};

/// Addresses, and references.
pub const POINTER: Type = types::I64;

/// The type that a wasm value has in machine code.
pub fn value_type(ty: ValType) -> Type {
    match ty {
        ValType::I32 => types::I32,
        ValType::I64 => types::I64,
        ValType::F32 => types::F32,
        ValType::F64 => types::F64,
        ValType::V128 => types::I8X16,
        ValType::Ref(_) => POINTER,
    }
}

/// The signature of machine code for functions of this type: the callee's context, then the parameters.
pub fn machine_signature(ty: &FuncType) -> Signature {
    let mut signature = Signature::new(CallConv::Tail);
    // By its purpose the prologue finds it, for the limit of the stack.
    signature.params.push(AbiParam::special(POINTER, ArgumentPurpose::VMContext));
    signature.params.extend(ty.params().iter().map(|ty| AbiParam::new(value_type(*ty))));
    signature.returns.extend(ty.results().iter().map(|ty| AbiParam::new(value_type(*ty))));
    signature
}

/// The signature of a [`HostFromMachine`](falkirk_runtime::vm::HostFromMachine): the caller's context, the function, the
/// slots; 0 if it went well.
pub fn host_signature(convention: CallConv) -> Signature {
    let mut signature = Signature::new(convention);
    signature.params.extend([AbiParam::new(POINTER); 3]);
    signature.returns.push(AbiParam::new(types::I32));
    signature
}

/// The code that a trapping instruction carries: the number of its [`Exit`].
pub fn stop_code(stop: impl Into<Stop>) -> TrapCode {
    let Exit(number) = stop.into().into();
    TrapCode::unwrap_user(number as u8)
}

/// What a trap that Cranelift placed means: the number of its [`Exit`].
pub fn exit_of(code: TrapCode) -> u8 {
    let stop = match code {
        TrapCode::STACK_OVERFLOW => Stop::StackExhausted,
        TrapCode::HEAP_OUT_OF_BOUNDS => Trap::MemoryOutOfBounds.into(),
        TrapCode::INTEGER_OVERFLOW => Trap::IntegerOverflow.into(),
        TrapCode::INTEGER_DIVISION_BY_ZERO => Trap::IntegerDivideByZero.into(),
        TrapCode::BAD_CONVERSION_TO_INTEGER => Trap::InvalidConversionToInteger.into(),
        // Every other code is one of ours.
        code => return code.as_raw().get(),
    };
    Exit::from(stop).0 as u8
}

/// The flags of accesses to the runtime's structures: aligned, and never a trap.
pub fn trusted() -> MemFlagsData {
    MemFlagsData::trusted()
}

/// As [`trusted`], of what never changes while a function runs.
pub fn constant() -> MemFlagsData {
    MemFlagsData::trusted().with_readonly().with_can_move()
}

/// Offsets in a [`VmContext`]. Those of its arrays come from the module's `VmLayout`.
pub mod context {
    use super::{VmContext, offset_of};

    pub const STACK_LIMIT: i32 = offset_of!(VmContext, stack_limit) as i32;
    pub const STORE: i32 = offset_of!(VmContext, store) as i32;
    pub const BUILTINS: i32 = offset_of!(VmContext, builtins) as i32;
}

/// Offsets in a [`StackLimit`].
pub mod stack_limit {
    pub const NATIVE: i32 = super::StackLimit::NATIVE_OFFSET as i32;
}

/// Offsets in a [`VmStore`].
pub mod store {
    use super::{Landing, VmStore, offset_of};

    pub const FUEL: i32 = offset_of!(VmStore, fuel) as i32;
    pub const CALLEE: i32 = offset_of!(VmStore, callee) as i32;
    pub const EXIT: i32 = offset_of!(VmStore, exit) as i32;
    pub const LANDING_FP: i32 = (offset_of!(VmStore, landing) + offset_of!(Landing, fp)) as i32;
    pub const LANDING_SP: i32 = (offset_of!(VmStore, landing) + offset_of!(Landing, sp)) as i32;
    pub const LANDING_PC: i32 = (offset_of!(VmStore, landing) + offset_of!(Landing, pc)) as i32;
    pub const LANDING_SLOTS: i32 = (offset_of!(VmStore, landing) + offset_of!(Landing, slots)) as i32;
}

/// Offsets in a [`FuncRef`].
pub mod func_ref {
    use super::{FuncRef, offset_of};

    pub const TYPE_ID: i32 = offset_of!(FuncRef, type_id) as i32;
    pub const VMCTX: i32 = offset_of!(FuncRef, vmctx) as i32;
    pub const MACHINE: i32 = offset_of!(FuncRef, machine) as i32;
    pub const BRIDGE: i32 = offset_of!(FuncRef, bridge) as i32;
}

/// Offsets in a [`VmMemory`].
pub mod memory {
    use super::{VmMemory, offset_of};

    pub const BASE: i32 = offset_of!(VmMemory, base) as i32;
    pub const LEN: i32 = offset_of!(VmMemory, len) as i32;
}

/// Offsets in a [`VmTable`].
pub mod table {
    use super::{VmTable, offset_of};

    pub const BASE: i32 = offset_of!(VmTable, base) as i32;
    pub const LEN: i32 = offset_of!(VmTable, len) as i32;
}
