//! What machine code calls for a function without machine code.
//!
//! A gate is code of the function's type that calls a host function by its own entry, and hands the call of another to
//! `Builtin::CallOut`. It knows nothing of the function, so an engine needs one per type, whichever module brought it. A
//! `FuncRef` is made before anyone knows whether machine code will call it, so its `machine` starts as [`find_gate`],
//! which puts the gate there at the first call.
//!
//! Gates are kept by types and not by their ids, which mean something else to another engine: nobody keeps two engines
//! from having the same backend.
//!
//! # Safety
//!
//! This module allows `unsafe`: [`find_gate`] keeps all registers that a caller by the `Tail` convention passes arguments
//! in, and goes on in the gate as if the caller had called that.
#![allow(unsafe_code)]

use std::arch::naked_asm;
use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError, RwLock};

use falkirk_runtime::module::ModuleInfo;
use falkirk_runtime::vm::libcalls;
use falkirk_runtime::{Error, FuncType};

use crate::code_memory::CodeMemory;
use crate::traps;
use crate::unit::Unit;

/// The gates of an engine, by type. They live as long as the engine.
#[derive(Debug, Default)]
pub struct Gates {
    by_type: RwLock<HashMap<FuncType, Gate>>,
    memory: Mutex<Vec<CodeMemory>>,
}

/// The address of a gate.
#[derive(Clone, Copy, Debug)]
struct Gate(*const u8);

// SAFETY: it is the address of code, which nobody writes.
unsafe impl Send for Gate {}
// SAFETY: as above.
unsafe impl Sync for Gate {}

impl Gates {
    /// Keeps a copy of each gate that the module brings and that is not here yet.
    ///
    /// # Errors
    ///
    /// The system has no more memory for code.
    pub fn add(&self, info: &ModuleInfo, unit: &Unit) -> Result<(), Error> {
        if unit.gates.iter().all(|(ty, _)| self.get(&info.types[*ty as usize].0).is_some()) {
            return Ok(());
        }
        let mut by_type = self.by_type.write().unwrap_or_else(PoisonError::into_inner);
        let mut text = Vec::new();
        let mut added = Vec::new();
        for (ty, code) in &unit.gates {
            let (ty, _) = &info.types[*ty as usize];
            if !by_type.contains_key(ty) {
                text.resize(text.len().next_multiple_of(ALIGNMENT), 0);
                added.push((ty.clone(), text.len()));
                text.extend_from_slice(code.of(&unit.gate_text));
            }
        }
        // SAFETY: gates have no traps; the memory is kept with the gates, which the engine keeps.
        let memory = unsafe { CodeMemory::publish(&text, std::ptr::null())? };
        by_type.extend(added.into_iter().map(|(ty, start)| (ty, Gate(memory.base().wrapping_add(start)))));
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
        Ok(())
    }

    /// The gate for functions of this type.
    pub fn get(&self, ty: &FuncType) -> Option<*const u8> {
        let by_type = self.by_type.read().unwrap_or_else(PoisonError::into_inner);
        by_type.get(ty).map(|gate| gate.0)
    }
}

/// Where gates start: as functions do.
const ALIGNMENT: usize = 32;

/// Finds the gate for the function in `VmStore::callee`, has its `FuncRef` lead there from now on, and goes there.
///
/// # Safety
///
/// Only machine code calls this, by the `Tail` convention, as the `machine` of that function.
#[cfg(target_arch = "x86_64")]
#[unsafe(naked)]
pub unsafe extern "C" fn find_gate() {
    naked_asm!(
        "push rbp",
        "mov rbp, rsp",
        "sub rsp, 176",
        "movups [rsp], xmm0",
        "movups [rsp + 16], xmm1",
        "movups [rsp + 32], xmm2",
        "movups [rsp + 48], xmm3",
        "movups [rsp + 64], xmm4",
        "movups [rsp + 80], xmm5",
        "movups [rsp + 96], xmm6",
        "movups [rsp + 112], xmm7",
        "mov [rsp + 128], rdi",
        "mov [rsp + 136], rsi",
        "mov [rsp + 144], rdx",
        "mov [rsp + 152], rcx",
        "mov [rsp + 160], r8",
        "mov [rsp + 168], r9",
        "call {resolve}",
        "movups xmm0, [rsp]",
        "movups xmm1, [rsp + 16]",
        "movups xmm2, [rsp + 32]",
        "movups xmm3, [rsp + 48]",
        "movups xmm4, [rsp + 64]",
        "movups xmm5, [rsp + 80]",
        "movups xmm6, [rsp + 96]",
        "movups xmm7, [rsp + 112]",
        "mov rdi, [rsp + 128]",
        "mov rsi, [rsp + 136]",
        "mov rdx, [rsp + 144]",
        "mov rcx, [rsp + 152]",
        "mov r8, [rsp + 160]",
        "mov r9, [rsp + 168]",
        "leave",
        "jmp rax",
        resolve = sym resolve,
    )
}

/// As above. `x8` has the address of results in memory.
///
/// # Safety
///
/// As above.
#[cfg(target_arch = "aarch64")]
#[unsafe(naked)]
pub unsafe extern "C" fn find_gate() {
    naked_asm!(
        "stp x29, x30, [sp, #-224]!",
        "mov x29, sp",
        "stp x0, x1, [sp, #16]",
        "stp x2, x3, [sp, #32]",
        "stp x4, x5, [sp, #48]",
        "stp x6, x7, [sp, #64]",
        "str x8, [sp, #80]",
        "stp q0, q1, [sp, #96]",
        "stp q2, q3, [sp, #128]",
        "stp q4, q5, [sp, #160]",
        "stp q6, q7, [sp, #192]",
        "bl {resolve}",
        "mov x16, x0",
        "ldp x0, x1, [sp, #16]",
        "ldp x2, x3, [sp, #32]",
        "ldp x4, x5, [sp, #48]",
        "ldp x6, x7, [sp, #64]",
        "ldr x8, [sp, #80]",
        "ldp q0, q1, [sp, #96]",
        "ldp q2, q3, [sp, #128]",
        "ldp q4, q5, [sp, #160]",
        "ldp q6, q7, [sp, #192]",
        "ldp x29, x30, [sp], #224",
        "br x16",
        resolve = sym resolve,
    )
}

/// There is no machine code on other machines.
///
/// # Safety
///
/// Never called.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
pub unsafe extern "C" fn find_gate() {
    resolve();
    panic!("BUG: there is no JIT for this machine")
}

/// The gate for the function in `VmStore::callee`, which is put there. A panic ends the process: nothing unwinds through
/// machine code.
extern "C" fn resolve() -> *const u8 {
    let store = traps::active();
    // SAFETY: machine code of this store runs in this thread, and has put the address of its callee, which lives, into
    // the store. The store keeps the engine, whose gates these are.
    unsafe {
        let callee = (*store).callee;
        let gates = &*(*store).backend.cast::<Gates>();
        let ty = libcalls::func_type(store, (*callee).type_id);
        let gate = gates.get(&ty).unwrap_or_else(|| panic!("BUG: no module that calls {ty:?} has brought its gate"));
        // Whoever sees the address sees the code: see `code_memory`.
        (*callee).machine.store(gate.cast_mut(), Ordering::Release);
        gate
    }
}
