//! Calls (section 4.4.10).
//!
//! A function of the module that has machine code is called directly. Everything else is called through a `FuncRef`,
//! whose address is left in the store for those that are no machine code.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::I32;
use cranelift_codegen::ir::{
    ExtFuncData, ExternalName, FuncRef, InstBuilder, MemFlagsData, SigRef, UserExternalName, Value,
};
use falkirk_runtime::{HeapType, Trap};

use super::state::{FunctionTranslator, Operand};
use crate::abi::{POINTER, constant, context, func_ref, machine_signature, stop_code, store, trusted};

/// The namespace of the module's functions among external names.
pub(super) const FUNCTIONS: u32 = 0;

/// What a function has declared for its calls, by the module's indices.
#[derive(Default)]
pub(super) struct Callees {
    functions: Known<FuncRef>,
    signatures: Known<SigRef>,
    /// Those of the library's functions.
    pub(super) library: Known<SigRef>,
    /// The types of the functions that are called which may have no machine code.
    pub(super) outward: Vec<u32>,
}

/// Something that is known for some indices, and forgotten all at once.
pub(super) struct Known<T> {
    entries: Vec<(u32, Option<T>)>,
    epoch: u32,
}

impl<T> Default for Known<T> {
    fn default() -> Known<T> {
        Known { entries: Vec::new(), epoch: 0 }
    }
}

impl<T: Copy> Known<T> {
    fn clear(&mut self) {
        self.epoch += 1;
        if self.epoch == u32::MAX {
            *self = Known::default();
        }
    }

    pub(super) fn get(&self, index: u32) -> Option<T> {
        self.entries.get(index as usize).filter(|(epoch, _)| *epoch == self.epoch)?.1
    }

    pub(super) fn set(&mut self, index: u32, value: T) {
        if self.entries.len() <= index as usize {
            self.entries.resize_with(index as usize + 1, || (0, None));
        }
        self.entries[index as usize] = (self.epoch, Some(value));
    }
}

impl Callees {
    pub(super) fn clear(&mut self) {
        self.functions.clear();
        self.signatures.clear();
        self.library.clear();
        self.outward.clear();
    }
}

/// What is called.
#[derive(Clone, Copy)]
enum Callee {
    /// A function of this module with machine code.
    Direct(FuncRef),
    /// Code at an address, with the context it expects.
    Indirect { code: Value, context: Value },
}

/// The flags of the first access through a reference: null faults, with this trap.
fn or_null(trap: Trap) -> MemFlagsData {
    trusted().with_trap_code(Some(stop_code(trap)))
}

/// Whose context a function that is called through its `FuncRef` expects.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    /// This instance's.
    Own,
    /// The one that the `FuncRef` names, or this instance's if it names none.
    Any,
}

impl FunctionTranslator<'_> {
    pub(super) fn call(&mut self, index: u32) {
        if self.inline(index) {
            return;
        }
        let ty = self.env.info.functions[index as usize];
        let callee = self.callee(index);
        self.emit_call(callee, ty);
    }

    pub(super) fn call_indirect(&mut self, ty: u32, table: u32) {
        let callee = self.callee_in_table(ty, table);
        self.emit_call(callee, ty);
    }

    pub(super) fn call_ref(&mut self, ty: u32) {
        let callee = self.callee_referred_to();
        self.emit_call(callee, ty);
    }

    pub(super) fn return_call(&mut self, index: u32) {
        let ty = self.env.info.functions[index as usize];
        let callee = self.callee(index);
        self.emit_return_call(callee, ty);
    }

    pub(super) fn return_call_indirect(&mut self, ty: u32, table: u32) {
        let callee = self.callee_in_table(ty, table);
        self.emit_return_call(callee, ty);
    }

    pub(super) fn return_call_ref(&mut self, ty: u32) {
        let callee = self.callee_referred_to();
        self.emit_return_call(callee, ty);
    }

    /// The function with this index.
    fn callee(&mut self, index: u32) -> Callee {
        if self.env.is_compiled(index) {
            return Callee::Direct(self.function(index));
        }
        let imported = index < self.env.info.imported_functions;
        let func = self.function_reference(index);
        self.callee_through(func, if imported { Owner::Any } else { Owner::Own })
    }

    /// A reference to the function with this index.
    pub(super) fn function_reference(&mut self, index: u32) -> Value {
        let (info, context) = (&self.env.info, self.context);
        if index < info.imported_functions {
            let offset = info.layout.imported_function(index) as i32;
            return self.builder.ins().load(POINTER, constant(), context, offset);
        }
        let number = info.func_ref_of[index as usize];
        assert!(number != u32::MAX, "BUG: function {index} is referred to, and has no reference");
        self.builder.ins().iadd_imm_s(context, i64::from(info.layout.func_ref(number)))
    }

    /// Pops an index, and gives the function that a table has there, which is of this type.
    fn callee_in_table(&mut self, ty: u32, table: u32) -> Callee {
        let index = self.pop_operand();
        let element = self.element(table, index, Trap::UndefinedElement);
        let func = self.builder.ins().load(POINTER, trusted(), element, 0);
        let (info, context) = (&self.env.info, self.context);
        if info.tables[table as usize].element.heap == HeapType::Concrete(info.types[ty as usize].1) {
            return self.callee_or_null(func, Trap::UninitializedElement);
        }
        let offset = info.layout.type_id(ty) as i32;
        let flags = or_null(Trap::UninitializedElement);
        let id = self.placed(|builder| builder.ins().load(I32, flags, func, func_ref::TYPE_ID));
        let wanted = self.builder.ins().load(I32, constant(), context, offset);
        let differs = self.compare(IntCC::NotEqual, id, wanted);
        self.trap_if(differs, Trap::IndirectCallTypeMismatch);
        self.callee_through(func, Owner::Any)
    }

    /// Pops a reference, and gives the function it refers to.
    fn callee_referred_to(&mut self) -> Callee {
        let func = self.pop();
        self.callee_or_null(func, Trap::NullFunctionReference)
    }

    /// What is called through a reference; traps if it is null.
    fn callee_or_null(&mut self, func: Value, trap: Trap) -> Callee {
        let owner = self.placed(|builder| builder.ins().load(POINTER, or_null(trap), func, func_ref::VMCTX));
        let context = self.context_of(owner);
        self.code_of(func, context)
    }

    /// What is called through a reference that is not null.
    fn callee_through(&mut self, func: Value, owner: Owner) -> Callee {
        let context = match owner {
            Owner::Own => self.context,
            Owner::Any => {
                let owner = self.builder.ins().load(POINTER, trusted(), func, func_ref::VMCTX);
                self.context_of(owner)
            }
        };
        self.code_of(func, context)
    }

    /// The context to pass to a function with this owner.
    fn context_of(&mut self, owner: Value) -> Value {
        // A host function has none, and gets the caller's.
        self.builder.ins().select(owner, owner, self.context)
    }

    /// The code that is called through a reference, whose address is left in the store.
    fn code_of(&mut self, func: Value, callee_context: Value) -> Callee {
        let context = self.context;
        let code = self.builder.ins().load(POINTER, trusted(), func, func_ref::MACHINE);
        let store = self.builder.ins().load(POINTER, constant(), context, context::STORE);
        self.builder.ins().store(trusted(), func, store, store::CALLEE);
        Callee::Indirect { code, context: callee_context }
    }

    /// Pops the arguments of a call of this type; the context comes before them.
    fn call_arguments(&mut self, callee: Callee, ty: u32) -> Vec<Value> {
        let count = self.env.info.types[ty as usize].0.params().len();
        let first = self.buffers.stack.len() - count;
        let mut args = Vec::with_capacity(count + 1);
        args.push(match callee {
            Callee::Direct(_) => self.context,
            Callee::Indirect { context, .. } => context,
        });
        for position in first..self.buffers.stack.len() {
            let value = self.value(self.buffers.stack[position]);
            args.push(value);
        }
        self.buffers.stack.truncate(first);
        args
    }

    fn emit_call(&mut self, callee: Callee, ty: u32) {
        let args = self.call_arguments(callee, ty);
        let call = match callee {
            Callee::Direct(function) => self.placed(|builder| builder.ins().call(function, &args)),
            Callee::Indirect { code, .. } => {
                let signature = self.outward_signature(ty);
                self.placed(|builder| builder.ins().call_indirect(signature, code, &args))
            }
        };
        let results = self.builder.func.dfg.inst_results(call);
        self.buffers.stack.extend(results.iter().map(|&value| Operand::Value(value)));
    }

    fn emit_return_call(&mut self, callee: Callee, ty: u32) {
        let args = self.call_arguments(callee, ty);
        match callee {
            Callee::Direct(function) => self.placed(|builder| builder.ins().return_call(function, &args)),
            Callee::Indirect { code, .. } => {
                let signature = self.outward_signature(ty);
                self.placed(|builder| builder.ins().return_call_indirect(signature, code, &args))
            }
        };
        self.die();
    }

    /// The signature of functions of a type, one of which is called that may have no machine code.
    fn outward_signature(&mut self, ty: u32) -> SigRef {
        let outward = &mut self.buffers.callees.outward;
        if outward.last() != Some(&ty) {
            outward.push(ty);
        }
        self.signature(ty)
    }

    /// A function of the module as CLIF names it.
    fn function(&mut self, index: u32) -> FuncRef {
        if let Some(function) = self.buffers.callees.functions.get(index) {
            return function;
        }
        let signature = self.signature(self.env.info.functions[index as usize]);
        let func = &mut self.builder.func;
        let name = func.declare_imported_user_function(UserExternalName { namespace: FUNCTIONS, index });
        let data = ExtFuncData { name: ExternalName::user(name), signature, colocated: true, patchable: false };
        let function = func.import_function(data);
        self.buffers.callees.functions.set(index, function);
        function
    }

    /// The signature of code for functions of this type.
    fn signature(&mut self, ty: u32) -> SigRef {
        if let Some(signature) = self.buffers.callees.signatures.get(ty) {
            return signature;
        }
        let signature = self.builder.import_signature(machine_signature(&self.env.info.types[ty as usize].0));
        self.buffers.callees.signatures.set(ty, signature);
        signature
    }
}
