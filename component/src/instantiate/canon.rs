//! Canonical functions: what is lifted, what is lowered, and the built-ins of resources.

use std::sync::Arc;

#[cfg(feature = "trace")]
use falkirk_canonical_abi::HandleMove;
use falkirk_canonical_abi::{
    CoreFuncType, CoreType, FuncType, Name, Options, PtrType, ResourceIndex, Side as FlatSide,
};
use falkirk_runtime::{
    self as runtime, AsContext, AsContextMut, Caller, Error, Func as CoreFunc, Memory, Result, StoreContextMut, ValType,
};

use super::Building;
use crate::func::{Body, Func, FuncInner, GuestFunc, HostFunction, Side, View, call_guest_from_guest, trap};
use crate::fuse;
use crate::item::Item;
use crate::plan::{CoreSort, OptionsPlan, Sort};
use crate::resource::destroy;
use crate::state::state;

impl Building<'_> {
    /// `canon lift`
    pub(super) fn lift<T: 'static>(
        &mut self,
        store: &mut StoreContextMut<'_, T>,
        core: u32,
        ty: &FuncType,
        options: OptionsPlan,
        name: &Name,
    ) -> Result<()> {
        let view = self.view(&*store, options)?;
        let core = self.core_func(core).slots(&*store)?;
        let func = FuncInner {
            name: name.clone(),
            ty: ty.clone(),
            types: self.request.plan.types.clone(),
            resources: self.shared_resources(),
            body: Body::Guest(GuestFunc { view, core }),
        };
        self.push(Sort::Func, Item::Func(Func(Arc::new(func))));
        Ok(())
    }

    /// `canon lower`
    pub(super) fn lower<T: 'static>(
        &mut self,
        store: &mut StoreContextMut<'_, T>,
        func: u32,
        options: OptionsPlan,
    ) -> Result<()> {
        let view = self.view(&*store, options)?;
        let Item::Func(Func(func)) = self.item(Sort::Func, func).clone() else { panic!("BUG: not a function") };
        let ty = core_type(func.ty.flatten(&func.types, view.options.ptr_type, FlatSide::Lower));
        let lowered = match &func.body {
            Body::Guest(callee) => {
                let callee = *callee;
                if let Some(adapter) = fuse::adapter(store, &view, &func, &callee)? {
                    self.push_core_func(adapter);
                    return Ok(());
                }
                CoreFunc::wrap_slots(store, ty, move |mut caller: Caller<'_, T>, slots| {
                    let mut store = caller.as_context_mut();
                    state(&mut store).instance(view.instance).check_may_leave().map_err(trap)?;
                    call_guest_from_guest(&mut store, &view, &func, &callee, slots)
                })
            }
            Body::Host(host) => {
                let host = host.downcast_ref::<Arc<dyn HostFunction<T>>>();
                let host = host.ok_or_else(|| Error::usage("a host function is for a store with other data"))?.clone();
                CoreFunc::wrap_slots(store, ty, move |mut caller: Caller<'_, T>, slots| {
                    let mut side = Side { store: caller.as_context_mut(), view: &view };
                    state(&mut side.store).instance(view.instance).check_may_leave().map_err(trap)?;
                    host.call(&mut side, &func, slots)
                })
            }
        };
        self.push_core_func(lowered);
        Ok(())
    }

    /// `canon resource.new`
    pub(super) fn resource_new<T: 'static>(&mut self, store: &mut StoreContextMut<'_, T>, resource: ResourceIndex) {
        let (id, ty) = (self.id, self.resource(resource));
        let func = CoreFunc::wrap_slots(store, one_to_one(), move |mut caller: Caller<'_, T>, slots| {
            let (mut store, rep) = (caller.as_context_mut(), slots[0] as u32);
            let index = state(&mut store).instance(id).resource_new(ty, rep).map_err(trap)?;
            #[cfg(feature = "trace")]
            crate::trace::moved(&mut store, id, HandleMove::New, ty, index, rep);
            slots[0] = index.into();
            Ok(())
        });
        self.push_core_func(func);
    }

    /// `canon resource.rep`
    pub(super) fn resource_rep<T: 'static>(&mut self, store: &mut StoreContextMut<'_, T>, resource: ResourceIndex) {
        let (id, ty) = (self.id, self.resource(resource));
        let func = CoreFunc::wrap_slots(store, one_to_one(), move |mut caller: Caller<'_, T>, slots| {
            let (mut store, index) = (caller.as_context_mut(), slots[0] as u32);
            let rep = state(&mut store).instance(id).resource_rep(ty, index).map_err(trap)?;
            #[cfg(feature = "trace")]
            crate::trace::moved(&mut store, id, HandleMove::Rep, ty, index, rep);
            slots[0] = rep.into();
            Ok(())
        });
        self.push_core_func(func);
    }

    /// `canon resource.drop`
    pub(super) fn resource_drop<T: 'static>(&mut self, store: &mut StoreContextMut<'_, T>, resource: ResourceIndex) {
        let (id, ty) = (self.id, self.resource(resource));
        let drop = runtime::FuncType::new([ValType::I32], []);
        let func = CoreFunc::wrap_slots(store, drop, move |mut caller: Caller<'_, T>, slots| {
            let (mut store, index) = (caller.as_context_mut(), slots[0] as u32);
            let instance = state(&mut store).instance(id);
            #[cfg(feature = "trace")]
            let behind = instance.resource_rep(ty, index);
            let dropped = instance.resource_drop(ty, index).map_err(trap)?;
            #[cfg(feature = "trace")]
            crate::trace::moved(&mut store, id, HandleMove::Drop, ty, index, behind.map_err(trap)?);
            match dropped {
                Some(rep) => destroy(&mut store, ty, rep, Some(id)),
                None => Ok(()),
            }
        });
        self.push_core_func(func);
    }

    fn push_core_func(&mut self, func: CoreFunc) {
        self.core[CoreSort::Func as usize].push(func.into());
    }

    /// This instance, through the options of one of its functions.
    fn view(&self, store: impl AsContext, options: OptionsPlan) -> Result<View> {
        let memory = |index| self.core_item(CoreSort::Memory, index).into_memory().expect("BUG: not a memory");
        let memory: Option<Memory> = options.memory.map(memory);
        let ptr_type = match memory {
            Some(memory) if memory.ty(&store).memory64 => PtrType::I64,
            _ => PtrType::I32,
        };
        let func = |index: Option<u32>| index.map(|index| self.core_func(index).slots(&store)).transpose();
        Ok(View {
            instance: self.id,
            options: Options { string_encoding: options.encoding, ptr_type },
            memory,
            realloc: func(options.realloc)?,
            post_return: func(options.post_return)?,
        })
    }
}

/// `(i32) -> (i32)`
fn one_to_one() -> runtime::FuncType {
    runtime::FuncType::new([ValType::I32], [ValType::I32])
}

fn core_type(ty: CoreFuncType) -> runtime::FuncType {
    let types = |types: Vec<CoreType>| types.into_iter().map(val_type).collect::<Vec<_>>();
    runtime::FuncType::new(types(ty.params), types(ty.results))
}

fn val_type(ty: CoreType) -> ValType {
    match ty {
        CoreType::I32 => ValType::I32,
        CoreType::I64 => ValType::I64,
        CoreType::F32 => ValType::F32,
        CoreType::F64 => ValType::F64,
    }
}
