//! Tests of stores.

use super::*;
use crate::limits::{StoreLimits, StoreLimitsBuilder};
use crate::memory::Memory;
use crate::testing::{engine, engine_with, store};
use crate::types::MemoryType;
use crate::{Config, ErrorKind, Extern, ExternRef, Func, InstancePre, Linker, Module, TypedFunc, Val};

fn send<T: Send>() {}
fn send_and_sync<T: Send + Sync>() {}

#[test]
fn what_crosses_threads() {
    send_and_sync::<Engine>();
    send_and_sync::<Module>();
    send_and_sync::<Linker<std::cell::Cell<u8>>>();
    send_and_sync::<InstancePre<std::rc::Rc<u8>>>();
    send_and_sync::<Store<u8>>();
    send::<Store<std::cell::Cell<u8>>>();
    send_and_sync::<InterruptHandle>();
    send_and_sync::<(Extern, Val, ExternRef, TypedFunc<i32, ()>)>();
    send_and_sync::<StoreContext<'_, u8>>();
    send_and_sync::<StoreContextMut<'_, u8>>();
    send::<crate::Caller<'_, std::cell::Cell<u8>>>();
}

#[test]
fn the_data_comes_back() {
    let mut store = Store::new(&engine(), vec![1]);
    store.data_mut().push(2);
    assert_eq!(format!("{store:?}"), "Store { data: [1, 2], .. }");
    assert_eq!(store.into_data(), [1, 2]);
}

#[test]
fn what_a_store_holds_is_dropped_with_it() {
    let shared = std::sync::Arc::new(());
    let mut store = Store::new(&engine(), shared.clone());
    let (in_closure, in_reference) = (shared.clone(), shared.clone());
    Func::wrap(&mut store, move || drop(in_closure.clone()));
    ExternRef::new(&mut store, in_reference);
    assert_eq!(std::sync::Arc::strong_count(&shared), 4);
    drop(store);
    assert_eq!(std::sync::Arc::strong_count(&shared), 1);
}

#[test]
fn fuel_is_for_engines_that_count_it() {
    let mut store = store();
    assert_eq!(*store.set_fuel(1).unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(*store.get_fuel().unwrap_err().kind(), ErrorKind::Usage);
    let mut store = Store::new(&engine_with(Config::new().consume_fuel(true)), ());
    assert_eq!(store.get_fuel().unwrap(), 0);
    store.set_fuel(5).unwrap();
    assert_eq!(store.get_fuel().unwrap(), 5);
    store.set_fuel(u64::MAX).unwrap();
    assert_eq!(store.get_fuel().unwrap(), i64::MAX as u64);
}

#[test]
fn a_limiter_is_part_of_the_data() {
    let mut store: Store<(u8, StoreLimits)> = Store::new(&engine(), (0, StoreLimits::default()));
    store.limiter(|data| {
        data.0 += 1;
        &mut data.1
    });
    let ty = MemoryType { min: 1, max: None, memory64: false };
    Memory::new(&mut store, ty).unwrap();
    assert!(store.data().0 > 0);
    store.data_mut().1 = StoreLimitsBuilder::new().memory_size(1).build();
    assert!(Memory::new(&mut store, ty).is_err());
}

#[test]
fn settings_are_checked() {
    let error =
        |config: &mut Config| Engine::with_backend(config, std::sync::Arc::new(crate::testing::Echo)).unwrap_err();
    let message = error(Config::new().max_wasm_stack(1000)).to_string();
    assert_eq!(message, "Config::max_wasm_stack is 1000 bytes; choose from 65536 to 1073741824");
    assert!(error(Config::new().max_host_depth(0)).to_string().contains("choose at least 1"));
}

#[cfg(feature = "trace")]
mod observed {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::observer::{Event, Observer};

    /// Writes down what it is told.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<String>>>);

    impl Observer for Log {
        fn event(&mut self, event: Event<'_>) {
            self.0.lock().unwrap().push(match event {
                Event::HostEnter { module, name, args } => format!("enter {module}.{name} {args:?}"),
                Event::HostExit { module, name, results } => format!("exit {module}.{name} {results:?}"),
                Event::HostRead { memory, address, bytes } => format!("read {memory} {address} {bytes:?}"),
                Event::HostWrite { memory, address, bytes } => format!("write {memory} {address} {bytes:?}"),
                Event::Stopped { error } => format!("stopped {error}"),
                event => format!("{event:?}"),
            });
        }
    }

    #[test]
    fn an_observer_is_told_what_the_host_does() {
        let mut store = store();
        let log = Log::default();
        store.set_observer(Some(Box::new(log.clone())));
        let memory = Memory::new(&mut store, MemoryType { min: 1, max: None, memory64: false }).unwrap();
        memory.write(&mut store, 7, &[1, 2]).unwrap();
        memory.slice(&store, 8, 1).unwrap();
        assert!(memory.slice(&store, 65536, 1).is_err());
        memory.grow(&mut store, 2).unwrap();
        memory.grow(&mut store, 1 << 20).unwrap_err();
        let mut linker: Linker<()> = Linker::new(store.engine());
        linker.func_wrap("math", "half", |value: i32| value / 2).unwrap();
        let half = linker.get(&mut store, "math", "half").unwrap().into_func().unwrap();
        half.typed::<i32, i32>(&store).unwrap().call(&mut store, 6).unwrap();
        let fail = Func::wrap(&mut store, || -> Result<()> { Err(crate::Error::msg("no")) });
        fail.call(&mut store, &[], &mut []).unwrap_err();
        store.set_observer(None);
        memory.write(&mut store, 0, &[0]).unwrap();
        let expected = [
            "write 0 7 [1, 2]",
            "read 0 8 [2]",
            "MemoryGrow { memory: 0, before: 1, after: 3 }",
            "enter math.half [I32(6)]",
            "exit math.half [I32(3)]",
            "enter host. []",
            "stopped no",
        ];
        assert_eq!(*log.0.lock().unwrap(), expected);
    }
}
