//! What unit tests share: an engine whose guests do next to nothing.
//!
//! # Safety
//!
//! This module allows `unsafe`: its guests' entry reads and writes the slots that it is given.
#![allow(unsafe_code)]

use std::sync::Arc;
use std::sync::atomic::AtomicPtr;

use crate::engine::{Backend, Config, Engine, FuncCode, ModuleCode, Settings};
use crate::error::Error;
use crate::module::ModuleInfo;
use crate::store::Store;
use crate::trap::Trap;
use crate::vm::{CodeEntry, Exit, Frame, FuncRef, Stop, VmContext, VmStore};

/// A backend whose functions trap with `unreachable` if they have no parameters, and else return their parameters'
/// slots unchanged. A function whose first import is a function calls that first, with its own slots.
#[derive(Debug)]
pub(crate) struct Echo;

impl Backend for Echo {
    fn name(&self) -> &'static str {
        "echo"
    }

    fn prepare(&self, module: &Arc<ModuleInfo>, _: &Settings) -> Result<Arc<dyn ModuleCode>, Error> {
        let entries = module.bodies.iter().map(|_| AtomicPtr::default()).collect();
        Ok(Arc::new(EchoCode { module: module.clone(), entries }))
    }
}

#[derive(Debug)]
struct EchoCode {
    module: Arc<ModuleInfo>,
    entries: Vec<CodeEntry>,
}

impl ModuleCode for EchoCode {
    fn entries(&self) -> *const CodeEntry {
        self.entries.as_ptr()
    }

    fn function(&self, index: u32) -> FuncCode {
        let code = &raw const self.entries[(index - self.module.imported_functions) as usize];
        FuncCode { machine: std::ptr::null(), code, enter, bridge: std::ptr::null() }
    }

    fn data(&self) -> *const () {
        (&raw const *self.module).cast()
    }

    fn code_size(&self) -> usize {
        0
    }
}

unsafe fn enter(func: *const FuncRef, store: *mut VmStore, frame: *mut u64) -> Exit {
    // SAFETY: the runtime calls this with a function of a module that `EchoCode` was made for.
    unsafe {
        let FuncRef { vmctx, index, .. } = *func;
        let info = &*(*vmctx).module_code.cast::<ModuleInfo>();
        let mut result = Ok(());
        if info.imported_functions > 0 {
            let import = VmContext::at::<*const FuncRef>(vmctx, info.layout.imported_function(0)).read();
            result = crate::vm::libcalls::call_host(vmctx, import, frame);
        } else if info.func_type(index).params().is_empty() {
            result = Err(Stop::Trap(Trap::Unreachable));
        }
        match result {
            Ok(()) => Exit::DONE,
            Err(stop) => {
                (*store).frames.push(Frame { instance: (*vmctx).instance, function: index, offset: 0 });
                stop.into()
            }
        }
    }
}

/// An engine with these settings.
pub(crate) fn engine_with(config: &Config) -> Engine {
    Engine::with_backend(config, Arc::new(Echo)).unwrap()
}

/// An engine.
pub(crate) fn engine() -> Engine {
    engine_with(&Config::new())
}

/// A store.
pub(crate) fn store() -> Store<()> {
    Store::new(&engine(), ())
}
