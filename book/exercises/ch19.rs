//! Chapter 19: embedding.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use falkirk::component::{Component, Linker};
use falkirk::{Config, Engine, ErrorKind, Instance, Limit, Module, Result, Store, StoreLimits, StoreLimitsBuilder};

mod guest {
    ::falkirk::bindgen!("client" in "../guests/components/cache-client/wit");
}

use guest::falkirk::cache::cache as wit;

/// An instance of the guest of the cache, with a host of its own.
fn start<H: wit::Host + 'static>(host: H) -> Result<(Store<H>, guest::Client)> {
    let engine = Engine::default();
    let file = falkirk_book::root().join("guests/built/components/cache-client.wasm");
    let component = Component::from_file(&engine, file)?;
    let mut linker = Linker::new(&engine);
    guest::Client::add_to_linker(&mut linker, |host: &mut H| host)?;
    let mut store = Store::new(&engine, host);
    let client = guest::Client::instantiate(&mut store, &component, &linker)?;
    Ok((store, client))
}

// ANCHOR: shelf
/// A cache that is a map, and has no sense of time.
#[derive(Default)]
struct Shelf(BTreeMap<String, Vec<u8>>);

impl wit::Host for Shelf {
    fn set(&mut self, key: String, payload: Vec<u8>, _: Option<u32>) -> Result<(), wit::Error> {
        self.0.insert(key, payload);
        Ok(())
    }

    fn get(&mut self, key: String) -> Result<Option<Vec<u8>>, wit::Error> {
        Ok(self.0.get(&key).cloned())
    }

    fn delete(&mut self, key: String) -> Result<(), wit::Error> {
        self.0.remove(&key);
        Ok(())
    }
}

#[test]
fn what_was_computed_is_on_the_shelf() {
    let (mut store, client) = start(Shelf::default()).expect("an instance");
    for cached in [false, true] {
        let answer = client.call_fibonacci(&mut store, 90, None).expect("no trap").expect("an answer");
        assert_eq!((answer.value, answer.cached), (2_880_067_194_370_816_120, cached));
    }
    assert_eq!(store.data().0["fibonacci/90"], [120, 120, 186, 161, 218, 13, 248, 39]);
}
// ANCHOR_END: shelf

// ANCHOR: part
/// A part of a shelf that others have parts of as well.
struct Part {
    name: &'static str,
    shelf: Rc<RefCell<Shelf>>,
}

impl Part {
    fn key(&self, key: &str) -> String {
        format!("{}/{key}", self.name)
    }
}

impl wit::Host for Part {
    fn set(&mut self, key: String, payload: Vec<u8>, time: Option<u32>) -> Result<(), wit::Error> {
        self.shelf.borrow_mut().set(self.key(&key), payload, time)
    }

    fn get(&mut self, key: String) -> Result<Option<Vec<u8>>, wit::Error> {
        self.shelf.borrow_mut().get(self.key(&key))
    }

    fn delete(&mut self, key: String) -> Result<(), wit::Error> {
        self.shelf.borrow_mut().delete(self.key(&key))
    }
}

#[test]
fn nobody_sees_the_others_part() {
    let shelf = Rc::new(RefCell::new(Shelf::default()));
    for name in ["left", "right"] {
        let (mut store, client) = start(Part { name, shelf: shelf.clone() }).expect("an instance");
        let answer = client.call_fibonacci(&mut store, 10, None).expect("no trap").expect("an answer");
        assert_eq!((answer.value, answer.cached), (55, false));
        assert_eq!(client.call_peek(&mut store, "left/fibonacci/10").expect("no trap"), Ok(None));
    }
    let keys: Vec<String> = shelf.borrow().0.keys().cloned().collect();
    assert_eq!(keys, ["left/fibonacci/10", "right/fibonacci/10"]);
}
// ANCHOR_END: part

// ANCHOR: limits
/// Calls a function of a module that nobody trusts: so much fuel, so much time, so much memory, and nothing else.
fn contained(file: &str, function: &str) -> Result<u32> {
    let engine = Engine::new(Config::new().consume_fuel(true))?;
    let module = Module::from_file(&engine, falkirk_book::root().join(file))?;
    let limits = StoreLimitsBuilder::new().memory_size(2 << 20).instances(1).build();
    let mut store = Store::new(&engine, limits);
    store.limiter(|limits: &mut StoreLimits| limits);
    store.set_fuel(1_000_000)?;
    store.set_deadline(Some(Duration::from_secs(10)));
    let instance = Instance::new(&mut store, &module, &[])?;
    instance.get_typed_func::<(), u32>(&store, function)?.call(&mut store, ())
}
// ANCHOR_END: limits

// ANCHOR: outcomes
#[test]
fn guests_end_by_themselves_or_by_a_limit() {
    let spin = contained("book/exercises/endless.wat", "spin").expect_err("it never ends by itself");
    assert!(matches!(spin.kind(), ErrorKind::Limit(Limit::Fuel)));
    let trap = contained("book/exercises/endless.wat", "trap").expect_err("it traps");
    assert!(matches!(trap.kind(), ErrorKind::Trap(_)));
    let missing = contained("book/exercises/endless.wat", "none").expect_err("there is no such function");
    assert!(matches!(missing.kind(), ErrorKind::Usage));
    let link = contained("guests/wat/host.wat", "run").expect_err("it imports something");
    assert!(matches!(link.kind(), ErrorKind::Link(_)));
    let pages = contained("cli/tests/files/hungry.wat", "pages").expect("it is content with what there is");
    assert_eq!(pages, 32);
}
// ANCHOR_END: outcomes

// ANCHOR: page
/// Instantiates a module whose memories may have one page each.
fn on_one_page(file: &str) -> Result<(Store<StoreLimits>, Instance)> {
    let engine = Engine::default();
    let module = Module::from_file(&engine, falkirk_book::root().join(file))?;
    let mut store = Store::new(&engine, StoreLimitsBuilder::new().memory_size(65_536).build());
    store.limiter(|limits: &mut StoreLimits| limits);
    let instance = Instance::new(&mut store, &module, &[])?;
    Ok((store, instance))
}

#[test]
fn one_page_is_enough_for_some() {
    let (mut store, instance) = on_one_page("cli/tests/files/hungry.wat").expect("an instance");
    let pages = instance.get_typed_func::<(), u32>(&store, "pages").expect("the export");
    assert_eq!(pages.call(&mut store, ()).expect("no trap"), 1);
    let error = on_one_page("guests/built/greet.wasm").map(drop).expect_err("sixteen pages are too many");
    assert!(matches!(error.kind(), ErrorKind::Limit(Limit::Memory)));
}
// ANCHOR_END: page
