//! The CLIF of the ways in and out of machine code: bridges from the host, and gates to everything else.
//!
//! ```text
//! host, interpreter ── slots ──> bridge ── registers ──> machine code ── registers ──> gate ── slots ──> host, interpreter
//! ```

use cranelift_codegen::ir::immediates::Offset32;
use cranelift_codegen::ir::{
    self, AbiParam, BlockArg, BlockCall, ExceptionTableData, ExceptionTableItem, InstBuilder, MemFlagsData, Signature,
    StackSlotData, StackSlotKind, TrapCode, Value, types,
};
use cranelift_codegen::isa::{CallConv, TargetIsa};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use falkirk_runtime::{FuncType, ValType};

use crate::abi::{self, POINTER, value_type};
use crate::builtins::Builtin;

/// Makes the bridge to functions of this type: `(ctx, code, slots, store) -> exit`, by the machine's C convention.
///
/// It says where a stop lands, loads the arguments from the slots, and calls the code, which stores the results to the
/// slots if it returns. A stop goes on in the call's handler, in the bridge's own frame.
pub fn bridge(ty: &FuncType, isa: &dyn TargetIsa, builders: &mut FunctionBuilderContext, func: &mut ir::Function) {
    func.signature = Signature::new(isa.default_call_conv());
    func.signature.params.extend([AbiParam::new(POINTER); 4]);
    func.signature.returns.push(AbiParam::new(types::I64));
    let mut b = FunctionBuilder::new(func, builders);
    let start = b.create_block();
    b.append_block_params_for_function_params(start);
    let &[ctx, code, slots, store] = b.block_params(start) else { panic!("BUG: a bridge has four parameters") };
    let (call, returned, stopped) = (b.create_block(), b.create_block(), b.create_block());
    b.switch_to_block(start);
    b.ins().jump(call, []);

    b.switch_to_block(call);
    let landing = [
        (abi::store::LANDING_FP, b.ins().get_frame_pointer(POINTER)),
        (abi::store::LANDING_SP, b.ins().get_stack_pointer(POINTER)),
        (abi::store::LANDING_PC, b.ins().get_exception_handler_address(POINTER, call, 0)),
        (abi::store::LANDING_SLOTS, slots),
    ];
    for (offset, value) in landing {
        b.ins().store(abi::trusted(), value, store, offset);
    }
    let mut arguments = vec![ctx];
    arguments.extend(load_slots(&mut b, ty.params(), slots));
    let signature = b.import_signature(abi::machine_signature(ty));
    let results: Vec<Value> = ty.results().iter().map(|ty| b.append_block_param(returned, value_type(*ty))).collect();
    let values = &mut b.func.dfg.value_lists;
    let returns = BlockCall::new(returned, (0..results.len()).map(|at| BlockArg::TryCallRet(at as u32)), values);
    let stops = ExceptionTableItem::Default(BlockCall::new(stopped, [], values));
    let table = b.func.dfg.exception_tables.push(ExceptionTableData::new(signature, returns, [stops]));
    b.ins().try_call_indirect(code, &arguments, table);

    b.switch_to_block(returned);
    store_slots(&mut b, ty.results(), &results, slots);
    let done = b.ins().iconst(types::I64, 0);
    b.ins().return_(&[done]);

    b.switch_to_block(stopped);
    let exit = b.ins().load(types::I64, abi::trusted(), store, abi::store::EXIT);
    b.ins().return_(&[exit]);
    b.seal_all_blocks();
    b.finalize(isa.frontend_config());
}

/// Makes the gate for functions of this type: it has their signature, and calls the host's by their `FuncRef::bridge`, and
/// the interpreter's through [`Builtin::CallOut`].
pub fn gate(ty: &FuncType, isa: &dyn TargetIsa, builders: &mut FunctionBuilderContext, func: &mut ir::Function) {
    func.signature = abi::machine_signature(ty);
    let mut b = FunctionBuilder::new(func, builders);
    let start = b.create_block();
    b.append_block_params_for_function_params(start);
    b.switch_to_block(start);
    let parameters = b.block_params(start).to_vec();
    let (ctx, arguments) = parameters.split_first().expect("BUG: code has its context as a parameter");
    let bytes = 8 * ty.param_slots().max(ty.result_slots()) as u32;
    let cell = b.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, bytes, 3));
    let slots = b.ins().stack_addr(POINTER, cell, 0);
    store_slots(&mut b, ty.params(), arguments, slots);
    let convention = isa.default_call_conv();
    let [host, interpreted, answered, returned, stopped] = [(); 5].map(|()| b.create_block());
    let failed = b.append_block_param(answered, types::I32);
    b.set_cold_block(interpreted);
    b.set_cold_block(stopped);
    let store = b.ins().load(POINTER, abi::constant(), *ctx, abi::context::STORE);
    let callee = b.ins().load(POINTER, abi::trusted(), store, abi::store::CALLEE);
    let instance = b.ins().load(POINTER, abi::constant(), callee, abi::func_ref::VMCTX);
    b.ins().brif(instance, interpreted, [], host, []);

    b.switch_to_block(host);
    let signature = b.import_signature(abi::host_signature(convention));
    let address = b.ins().load(POINTER, abi::constant(), callee, abi::func_ref::BRIDGE);
    let call = b.ins().call_indirect(signature, address, &[*ctx, callee, slots]);
    let answer = b.inst_results(call)[0];
    b.ins().jump(answered, [&answer.into()]);

    b.switch_to_block(interpreted);
    let counts = [ty.param_slots(), ty.result_slots()].map(|count| b.ins().iconst(types::I32, count as i64));
    let frame = b.ins().get_frame_pointer(POINTER);
    let call = call_builtin(&mut b, convention, Builtin::CallOut, &[*ctx, slots, counts[0], counts[1], frame]);
    let answer = b.inst_results(call)[0];
    b.ins().jump(answered, [&answer.into()]);

    b.switch_to_block(answered);
    b.ins().brif(failed, stopped, [], returned, []);

    b.switch_to_block(returned);
    let results = load_slots(&mut b, ty.results(), slots);
    b.ins().return_(&results);

    b.switch_to_block(stopped);
    call_builtin(&mut b, convention, Builtin::Raise, &[*ctx]);
    // Not reached: an instruction that no table knows.
    b.ins().trap(TrapCode::unwrap_user(1));
    b.seal_all_blocks();
    b.finalize(isa.frontend_config());
}

/// Calls a library function through the table in the context.
fn call_builtin(b: &mut FunctionBuilder<'_>, convention: CallConv, builtin: Builtin, arguments: &[Value]) -> ir::Inst {
    let signature = b.import_signature(builtin.signature(convention));
    let table = b.ins().load(POINTER, abi::constant(), arguments[0], abi::context::BUILTINS);
    let address = b.ins().load(POINTER, abi::constant(), table, builtin.offset());
    b.ins().call_indirect(signature, address, arguments)
}

/// Values of these types from consecutive slots.
fn load_slots(b: &mut FunctionBuilder<'_>, types: &[ValType], slots: Value) -> Vec<Value> {
    places(types).map(|(ty, offset)| b.ins().load(value_type(ty), slot_flags(), slots, offset)).collect()
}

/// Stores values of these types to consecutive slots.
fn store_slots(b: &mut FunctionBuilder<'_>, types: &[ValType], values: &[Value], slots: Value) {
    for ((_, offset), value) in places(types).zip(values) {
        b.ins().store(slot_flags(), *value, slots, offset);
    }
}

/// Where values of these types stand in consecutive slots.
fn places(types: &[ValType]) -> impl Iterator<Item = (ValType, Offset32)> {
    types.iter().scan(0, |slot, ty| {
        let offset = Offset32::new(8 * *slot as i32);
        *slot += ty.slots();
        Some((*ty, offset))
    })
}

/// How slots are accessed: a vector's two are only aligned to 8 bytes.
fn slot_flags() -> MemFlagsData {
    MemFlagsData::new().with_notrap()
}
