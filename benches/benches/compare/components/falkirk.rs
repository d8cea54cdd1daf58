//! Falkirk's components.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ::falkirk::component::{
    Component, ComponentType, Handle, Instance, Lift, Linker, Lower, Params, Return, TypedFunc,
};
use ::falkirk::{Result, Store, StoreContextMut};

use super::{Components, Work, list, name, numbers};
use crate::engines::{Engine as _, falkirk as engines};

/// The JIT.
pub const JIT: Falkirk = Falkirk(&engines::JIT);

/// The interpreter.
pub const INTERP: Falkirk = Falkirk(&engines::INTERP);

/// Falkirk with one of its engines.
pub struct Falkirk(&'static engines::Falkirk);

#[derive(Clone, Copy, ComponentType, Lift, Lower)]
#[component(record)]
struct Ten {
    a: u8,
    b: i16,
    c: u32,
    d: u64,
    e: f32,
    f: f64,
    g: bool,
    h: char,
    i: u16,
    j: i64,
}

impl Falkirk {
    fn instance(&self, wasm: &[u8]) -> (Store<()>, Instance) {
        let engine = self.0.engine();
        let component = Component::new(&engine, wasm).expect("a valid component");
        let mut store = Store::new(&engine, ());
        let instance = Linker::new(&engine).instantiate(&mut store, &component).expect("no imports");
        (store, instance)
    }

    fn export<P: Params, R: Return>(&self, wasm: &[u8], name: &str) -> (Store<()>, TypedFunc<P, R>) {
        let (store, instance) = self.instance(wasm);
        let func = instance.get_typed_func(name).expect("an export of this type");
        (store, func)
    }
}

impl Components for Falkirk {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn greet(&self, wasm: &[u8], bytes: usize) -> Option<Work> {
        let name = name(bytes);
        let (mut store, instance) = self.instance(wasm);
        let greet = instance.get_typed_func::<(&str,), (String,)>("greet").expect("an export of this type");
        Some(Box::new(move |n| {
            (0..n).map(|_| greet.call(&mut store, (name.as_str(),)).expect("no trap").0.len() as u64).sum()
        }))
    }

    fn bytes(&self, wasm: &[u8], bytes: usize) -> Option<Work> {
        let list = list(bytes);
        let (mut store, echo) = self.export::<(&[u8],), (Vec<u8>,)>(wasm, "bytes");
        Some(Box::new(move |n| {
            let mut once = |item| {
                let (back,) = echo.call(&mut store, (&*list,)).expect("no trap");
                u64::from(back[item as usize % back.len()])
            };
            (0..n).map(&mut once).sum()
        }))
    }

    fn words(&self, wasm: &[u8], bytes: usize) -> Option<Work> {
        let numbers = numbers(bytes);
        let (mut store, echo) = self.export::<(&[u32],), (Vec<u32>,)>(wasm, "words");
        Some(Box::new(move |n| {
            let mut once = |item| {
                let (back,) = echo.call(&mut store, (&*numbers,)).expect("no trap");
                u64::from(back[item as usize % back.len()])
            };
            (0..n).map(&mut once).sum()
        }))
    }

    fn record(&self, wasm: &[u8]) -> Option<Work> {
        let (mut store, record) = self.export::<(Ten,), (Ten,)>(wasm, "record");
        Some(Box::new(move |n| {
            let mut ten = Ten { a: 1, b: -2, c: 3, d: 4, e: 5.5, f: 6.5, g: true, h: 'x', i: 9, j: -10 };
            for item in 0..n {
                (ten,) = record.call(&mut store, (Ten { c: item, d: ten.d + 1, ..ten },)).expect("no trap");
            }
            ten.d + u64::from(ten.c)
        }))
    }

    fn method(&self, wasm: &[u8]) -> Option<Work> {
        let (mut store, instance) = self.instance(wasm);
        let new = instance.get_typed_func::<(u32,), (Handle,)>("[constructor]counter").expect("an export of this type");
        let (counter,) = new.call(&mut store, (7,)).expect("no trap");
        let add = instance.get_typed_func::<(Handle, u32), (u32,)>("[method]counter.add");
        let add = add.expect("an export of this type");
        Some(Box::new(move |n| {
            (0..n).map(|item| u64::from(add.call(&mut store, (counter, item)).expect("no trap").0)).sum()
        }))
    }

    fn between(&self, wasm: &[u8], bytes: u32) -> Option<Work> {
        let (mut store, between) = self.export::<(u32, u32), (u32,)>(wasm, "between");
        Some(Box::new(move |n| between.call(&mut store, (n, bytes)).expect("no trap").0.into()))
    }

    fn host(&self, wasm: &[u8]) -> Option<Work> {
        let engine = self.0.engine();
        let component = Component::new(&engine, wasm).expect("a valid component");
        let mut store = Store::new(&engine, ());
        let mut linker = Linker::new(&engine);
        let bytes = Arc::new(AtomicU64::new(0));
        let sum = bytes.clone();
        let log = move |_: StoreContextMut<'_, ()>, (line,): (String,)| -> Result<()> {
            sum.fetch_add(line.len() as u64, Ordering::Relaxed);
            Ok(())
        };
        linker.root().func_wrap("log", log).expect("the only definition");
        let instance = linker.instantiate(&mut store, &component).expect("all imports are there");
        let run = instance.get_typed_func::<(u32,), ()>("run").expect("an export of this type");
        Some(Box::new(move |n| {
            run.call(&mut store, (n,)).expect("no trap");
            bytes.swap(0, Ordering::Relaxed)
        }))
    }

    fn instantiate(&self, wasm: &[u8]) -> Option<Work> {
        let engine = self.0.engine();
        let component = Component::new(&engine, wasm).expect("a valid component");
        let linker = Linker::new(&engine);
        Some(Box::new(move |n| {
            for _ in 0..n {
                let mut store = Store::new(&engine, ());
                linker.instantiate(&mut store, &component).expect("no imports");
            }
            0
        }))
    }
}
