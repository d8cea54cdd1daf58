//! Code finds the fields of the runtime's structures where the runtime has them.
//!
//! # Safety
//!
//! This module allows `unsafe`: it makes code that loads a number from a structure, and runs it.
#![allow(unsafe_code)]

use std::ptr;
use std::sync::atomic::AtomicPtr;

use cranelift_codegen::ir::{AbiParam, InstBuilder, Signature, Type, types};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use falkirk_runtime::TypeId;
use falkirk_runtime::vm::{Exit, FuncRef, Landing, MachineTrace, VmContext, VmMemory, VmStore, VmTable};

use crate::abi::{self, POINTER};
use crate::code_memory::CodeMemory;
use crate::compile::code::Compiler;
use crate::isa;

/// What code reads that loads a number of this type from this offset of the structure.
fn read<T>(structure: &T, offset: i32, ty: Type) -> u64 {
    let isa = isa::host().expect("there is a JIT for this machine");
    let mut compiler = Compiler::default();
    let mut builders = FunctionBuilderContext::new();
    let func = compiler.start();
    func.signature = Signature::new(isa.default_call_conv());
    func.signature.params.push(AbiParam::new(POINTER));
    func.signature.returns.push(AbiParam::new(types::I64));
    let mut b = FunctionBuilder::new(func, &mut builders);
    let block = b.create_block();
    b.append_block_params_for_function_params(block);
    b.switch_to_block(block);
    let base = b.block_params(block)[0];
    let number = b.ins().load(ty, abi::trusted(), base, offset);
    let number = if ty == types::I64 { number } else { b.ins().uextend(types::I64, number) };
    b.ins().return_(&[number]);
    b.seal_all_blocks();
    b.finalize(isa.frontend_config());
    let code = compiler.finish(&*isa).expect("Cranelift compiles a load");
    assert!(code.calls.is_empty());
    // SAFETY: the code loads from the structure, which lives, within its bounds, and has no traps.
    unsafe {
        let memory = CodeMemory::publish(&code.bytes, ptr::null()).expect("memory for code");
        let run: extern "C" fn(*const T) -> u64 = std::mem::transmute(memory.base());
        run(structure)
    }
}

fn address<T>(number: usize) -> *mut T {
    ptr::without_provenance_mut(number)
}

#[test]
fn contexts() {
    let context = VmContext {
        memory0: VmMemory { base: address(1), len: 2 },
        stack_limit: address(3),
        code: address(4),
        store: address(5),
        builtins: address(7),
        module_code: address(8),
        machine_code: address(9),
        instance: 10,
    };
    let offsets = [(abi::context::STACK_LIMIT, 3), (abi::context::STORE, 5), (abi::context::BUILTINS, 7)];
    for (offset, expected) in offsets {
        assert_eq!(read(&context, offset, POINTER), expected);
    }
    let memory = falkirk_runtime::vm::VmLayout::default().memory(0) as i32;
    assert_eq!(read(&context, memory + abi::memory::BASE, POINTER), 1);
    assert_eq!(read(&context, memory + abi::memory::LEN, POINTER), 2);
}

#[test]
fn memories_and_tables() {
    let memory = VmMemory { base: address(11), len: 12 };
    assert_eq!(read(&memory, abi::memory::BASE, POINTER), 11);
    assert_eq!(read(&memory, abi::memory::LEN, POINTER), 12);
    let table = VmTable { base: address(13), len: 14 };
    assert_eq!(read(&table, abi::table::BASE, POINTER), 13);
    assert_eq!(read(&table, abi::table::LEN, POINTER), 14);
}

#[test]
fn function_references() {
    unsafe fn enter(_: *const FuncRef, _: *mut VmStore, _: *mut u64) -> Exit {
        Exit::DONE
    }
    let func = FuncRef {
        type_id: TypeId(0x8000_0001),
        index: 22,
        vmctx: address(23),
        machine: AtomicPtr::new(address(24)),
        code: address(25),
        enter,
        bridge: address(26),
    };
    assert_eq!(read(&func, abi::func_ref::TYPE_ID, types::I32), 0x8000_0001);
    assert_eq!(read(&func, abi::func_ref::VMCTX, POINTER), 23);
    assert_eq!(read(&func, abi::func_ref::MACHINE, POINTER), 24);
    assert_eq!(read(&func, abi::func_ref::BRIDGE, POINTER), 26);
}

#[test]
fn stores() {
    let store = VmStore {
        stack_top: address(31),
        fuel: 32,
        landing: Landing { fp: 33, sp: 34, pc: 35, slots: address(36) },
        exit: Exit(37),
        callee: address(38),
        limit: ptr::null(),
        native_stack: 39,
        depth_left: 40,
        failure: None,
        panic: None,
        frames: Vec::new(),
        trace: MachineTrace { len: 0, pcs: [0; 65] },
        backend: ptr::null(),
        registers: [0; 7],
    };
    let offsets = [
        (abi::store::FUEL, 32),
        (abi::store::LANDING_FP, 33),
        (abi::store::LANDING_SP, 34),
        (abi::store::LANDING_PC, 35),
        (abi::store::LANDING_SLOTS, 36),
        (abi::store::EXIT, 37),
        (abi::store::CALLEE, 38),
    ];
    for (offset, expected) in offsets {
        assert_eq!(read(&store, offset, POINTER), expected);
    }
}
