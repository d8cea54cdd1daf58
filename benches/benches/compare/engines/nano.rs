//! Silverfir-nano's interpreter. It has no SIMD, and its calls go through slices of values.

use falkirk_benches::contest::engine::NANO;
use falkirk_benches::guests::Kernel;
use sf_nano_core::{Config, Func, Import, Instance, Value};

use super::{Engine, Work};

/// Silverfir-nano.
pub struct Nano;

impl Engine for Nano {
    fn name(&self) -> &'static str {
        NANO
    }

    fn kernel(&self, _: &Kernel, wasm: &[u8]) -> Option<Work> {
        let (mut instance, run) = export(wasm, "run")?;
        Some(Box::new(move |n: u32| match call(&mut instance, &run, &[i32(n)], Value::I64(0)) {
            Value::I64(sum) => sum.cast_unsigned(),
            other => panic!("kernels do not return {other:?}"),
        }))
    }

    fn call_empty(&self, wasm: &[u8]) -> Option<Work> {
        let (mut instance, empty) = export(wasm, "empty")?;
        Some(Box::new(move |n| {
            for _ in 0..n {
                instance.call(&empty, &[], &mut []).expect("no trap");
            }
            0
        }))
    }

    fn call_add(&self, wasm: &[u8]) -> Option<Work> {
        let (mut instance, add) = export(wasm, "add")?;
        Some(Box::new(move |n| {
            let sum = (0..n).fold(0, |sum, item| u32(call(&mut instance, &add, &[i32(sum), i32(item)], i32(0))));
            sum.into()
        }))
    }

    fn call_host(&self, wasm: &[u8]) -> Option<Work> {
        let (mut instance, run) = export(wasm, "run")?;
        Some(Box::new(move |n| u32(call(&mut instance, &run, &[i32(n)], i32(0))).into()))
    }
}

fn export(wasm: &[u8], name: &str) -> Option<(Instance, Func)> {
    let engine = sf_nano_core::Engine::new(Config::new()).expect("the defaults are right");
    let tick = Import::func("host", "tick", |_, args, results| {
        results[0] = i32(u32(args[0]).wrapping_add(1));
        Ok(())
    });
    let instance = Instance::new(&engine, wasm, &[tick]).ok()?;
    let export = instance.get_func(name).expect("an export");
    Some((instance, export))
}

fn call(instance: &mut Instance, func: &Func, args: &[Value], result: Value) -> Value {
    let mut results = [result];
    instance.call(func, args, &mut results).expect("no trap");
    results[0]
}

fn i32(value: u32) -> Value {
    Value::I32(value.cast_signed())
}

fn u32(value: Value) -> u32 {
    match value {
        Value::I32(value) => value.cast_unsigned(),
        other => panic!("{other:?} is not an i32"),
    }
}
