//! Resources of the host and of the guest, owned and borrowed.

use falkirk::component::{Component, HostResource, Linker, Resource, ResourceTable, abi};
use falkirk::{Engine, ErrorKind, Result, Store, StoreContextMut};

mod bindings {
    ::falkirk::bindgen!({
        world: "resources",
        path: "tests/bindgen/wit/resources.wit",
        with: {
            "t:resources/files/file": super::File,
            "clock": super::Clock,
        },
        imports: {
            "t:resources/files@1.2.0": trappable,
            "the-clock": trappable,
        },
    });
}

use bindings::t::resources::files::{self, Error};
use bindings::t::resources::tools;
use bindings::{HostClock, Resources, ResourcesImports};

/// A file of the host's.
#[derive(Debug, PartialEq)]
pub struct File {
    name: String,
}

/// A clock of the host's.
pub struct Clock;

/// All files and clocks, and which were dropped.
#[derive(Default)]
struct Host {
    table: ResourceTable,
    dropped: Vec<String>,
}

impl Host {
    fn size(&self, file: &Resource<File>) -> Result<u32> {
        Ok(self.table.get(file)?.name.len() as u32)
    }
}

impl files::Host for Host {
    fn total(&mut self, files: Vec<Resource<File>>) -> Result<u32> {
        files.iter().map(|file| self.size(file)).sum()
    }

    fn both(&mut self, two: files::Two) -> Result<u32> {
        Ok(self.size(&Resource::from_handle(two.first)?)? + two.size)
    }

    fn close(&mut self, files: Vec<Resource<File>>) -> Result<u32> {
        let count = files.len() as u32;
        files.into_iter().try_for_each(|file| files::HostFile::drop(self, file))?;
        Ok(count)
    }
}

impl files::HostFile for Host {
    fn new(&mut self, name: String) -> Result<Resource<File>> {
        self.table.push(File { name })
    }

    fn open(&mut self, name: String) -> Result<Result<Resource<File>, Error>> {
        match name.as_str() {
            "" => Err(falkirk::Error::msg("a file without name")),
            "folder" => Ok(Err(Error::IsFolder)),
            _ => self.table.push(File { name }).map(Ok),
        }
    }

    fn size(&mut self, file: Resource<File>) -> Result<u32> {
        Host::size(self, &file)
    }

    fn drop_(&mut self, file: Resource<File>) -> Result<()> {
        self.dropped.push(format!("not {}", self.table.get(&file)?.name));
        Ok(())
    }

    fn other(&mut self, file: Resource<File>, other: Resource<File>) -> Result<u32> {
        Ok(Host::size(self, &file)? * Host::size(self, &other)?)
    }

    fn drop(&mut self, file: Resource<File>) -> Result<()> {
        let File { name } = self.table.delete(file)?;
        self.dropped.push(name);
        Ok(())
    }
}

impl tools::Host for Host {
    fn rename(&mut self, file: Resource<File>) -> Result<Resource<File>, Error> {
        let name = format!("new {}", self.table.get(&file).map_err(|_| Error::NotFound)?.name);
        self.table.push(File { name }).map_err(|_| Error::NotFound)
    }
}

impl HostClock for Host {
    fn now(&mut self, clock: Resource<Clock>) -> u64 {
        u64::from(self.table.get(&clock).is_ok()) * 1_000
    }

    fn drop(&mut self, clock: Resource<Clock>) -> Result<()> {
        self.table.delete(clock)?;
        self.dropped.push("the clock".into());
        Ok(())
    }
}

impl ResourcesImports for Host {
    fn the_clock(&mut self) -> Result<Resource<Clock>> {
        self.table.push(Clock)
    }
}

/// Results of more than one number are returned at 16.
const GUEST: &str = r#"
    (import "t:resources/files@1.2.0" "[constructor]file" (func $new (param i32 i32) (result i32)))
    (import "t:resources/files@1.2.0" "[static]file.open" (func $open (param i32 i32 i32)))
    (import "t:resources/files@1.2.0" "[method]file.size" (func $size (param i32) (result i32)))
    (import "t:resources/files@1.2.0" "[method]file.drop" (func $not_drop (param i32)))
    (import "t:resources/files@1.2.0" "[method]file.other" (func $other (param i32 i32) (result i32)))
    (import "t:resources/files@1.2.0" "[resource-drop]file" (func $drop (param i32)))
    (import "t:resources/files@1.2.0" "total" (func $total (param i32 i32) (result i32)))
    (import "t:resources/files@1.2.0" "both" (func $both (param i32 i32) (result i32)))
    (import "t:resources/files@1.2.0" "close" (func $close (param i32 i32) (result i32)))
    (import "t:resources/tools@1.2.0" "rename" (func $rename (param i32 i32)))
    (import "$root" "the-clock" (func $clock (result i32)))
    (import "$root" "[method]clock.now" (func $now (param i32) (result i64)))
    (import "$root" "[resource-drop]clock" (func $drop_clock (param i32)))
    (import "[export]t:resources/counters@1.2.0" "[resource-new]counter" (func $made (param i32) (result i32)))
    (import "[export]t:resources/counters@1.2.0" "[resource-rep]counter" (func $rep (param i32) (result i32)))
    (import "[export]t:resources/counters@1.2.0" "[resource-drop]counter" (func $drop_counter (param i32)))

    ;; A file that is opened, measured, renamed, lent in a list and in a record, and closed in a list.
    (func (export "run") (param $ptr i32) (param $len i32) (result i32)
        (local $file i32) (local $new i32) (local $sum i32)
        (call $open (local.get $ptr) (local.get $len) (i32.const 16))
        ;; An error is one byte behind the case; so is the error of the result.
        (if (i32.load8_u (i32.const 16)) (then
            (i32.store8 (i32.const 20) (i32.load8_u (i32.const 20)))
            (return (i32.const 16))))
        (local.set $file (i32.load (i32.const 20)))
        (call $rename (local.get $file) (i32.const 16))
        (if (i32.load8_u (i32.const 16)) (then unreachable))
        (local.set $new (i32.load (i32.const 20)))
        (call $not_drop (local.get $file))
        (i32.store (i32.const 32) (local.get $file))
        (i32.store (i32.const 36) (local.get $new))
        (local.set $sum (call $total (i32.const 32) (i32.const 2)))
        (local.set $sum (i32.add (local.get $sum) (call $both (local.get $new) (i32.const 1000))))
        (local.set $sum (i32.add (local.get $sum) (call $other (local.get $file) (local.get $new))))
        (call $drop (local.get $file))
        (local.set $sum (i32.add (local.get $sum) (i32.mul (i32.const 10000) (call $close (i32.const 36) (i32.const 1)))))
        (i32.store8 (i32.const 16) (i32.const 0))
        (i32.store (i32.const 20) (local.get $sum))
        (i32.const 16))
    (func (export "clone") (param $file i32) (result i32)
        (i32.store (i32.const 32) (i32.const 0x656c6966))
        (drop (call $size (local.get $file)))
        (call $drop (local.get $file))
        (call $new (i32.const 32) (i32.const 4)))
    (func (export "tick") (result i64)
        (local $clock i32) (local $now i64)
        (local.set $clock (call $clock))
        (local.set $now (call $now (local.get $clock)))
        (call $drop_clock (local.get $clock))
        (local.get $now))

    ;; A counter's representation is the address of its number.
    (global $place (mut i32) (i32.const 512))
    (global $dropped (mut i32) (i32.const 0))
    (func $counter (export "t:resources/counters@1.2.0#[constructor]counter") (param $start i32) (result i32)
        (global.set $place (i32.add (global.get $place) (i32.const 4)))
        (i32.store (global.get $place) (local.get $start))
        (call $made (global.get $place)))
    (func (export "t:resources/counters@1.2.0#[method]counter.add") (param $self i32) (param $n i32) (result i32)
        (i32.store (local.get $self) (i32.add (i32.load (local.get $self)) (local.get $n)))
        (i32.load (local.get $self)))
    (func (export "t:resources/counters@1.2.0#[static]counter.sum") (param $a i32) (param $b i32) (result i32)
        (i32.add (i32.load (local.get $a)) (i32.load (local.get $b))))
    (func (export "t:resources/counters@1.2.0#[dtor]counter") (param $rep i32)
        (global.set $dropped (i32.add (global.get $dropped) (i32.const 1))))
    (func $take (export "t:resources/counters@1.2.0#take") (param $counter i32) (result i32)
        (local $n i32)
        (local.set $n (i32.load (call $rep (local.get $counter))))
        (call $drop_counter (local.get $counter))
        (local.get $n))
    (func (export "t:resources/counters@1.2.0#give") (result i32)
        (i32.store (i32.const 16) (call $counter (i32.const 77)))
        (i32.store8 (i32.const 20) (i32.const 5))
        (i32.const 16))
    (func (export "t:resources/counters@1.2.0#take-named") (param $counter i32) (param $number i32) (result i32)
        (i32.add (call $take (local.get $counter)) (local.get $number)))
    (func (export "t:resources/counters@1.2.0#dropped") (result i32) (global.get $dropped))
    (func (export "t:resources/more@1.2.0#count") (param $self i32) (result i32) (i32.load (local.get $self)))
    (func (export "t:resources/more@1.2.0#measure") (param $file i32) (result i32)
        (local $size i32)
        (local.set $size (call $size (local.get $file)))
        (call $drop (local.get $file))
        (local.get $size))"#;

fn instantiate(engine: &Engine) -> (Store<Host>, Resources) {
    let component = crate::component(engine, &crate::wit("resources.wit", "resources"), GUEST);
    let mut linker = Linker::<Host>::new(engine);
    Resources::add_to_linker(&mut linker, |host| host).expect("definitions");
    let mut store = Store::new(engine, Host::default());
    let resources = Resources::instantiate(&mut store, &component, &linker).expect("an instance");
    (store, resources)
}

#[test]
fn the_host_has_resources() {
    for engine in crate::engines() {
        let (mut store, resources) = instantiate(&engine);
        // "ab" and "new ab": 2 + 6; 6 + 1000; 2 * 6; and 10000 for one that was closed.
        assert_eq!(resources.call_run(&mut store, "ab").expect("no trap"), Ok(2 + 6 + 1006 + 12 + 10_000));
        assert_eq!(store.data().dropped, ["not ab", "ab", "new ab"]);
        assert_eq!(resources.call_tick(&mut store).expect("no trap"), 1_000);
        assert_eq!(store.data().dropped.last().map(String::as_str), Some("the clock"));
        assert!(store.data().table.is_empty());
    }
}

#[test]
fn the_host_lends_and_gives_its_resources() {
    for engine in crate::engines() {
        let (mut store, resources) = instantiate(&engine);
        let file = store.data_mut().table.push(File { name: "mine".into() }).expect("room");
        let clone = resources.call_clone(&mut store, &file).expect("no trap");
        assert_eq!(store.data().table.get(&clone).expect("a file"), &File { name: "file".into() });
        assert_eq!(store.data().dropped, Vec::<String>::new(), "a borrowed handle was dropped, and no file");
        assert_eq!(resources.t_resources_more().call_measure(&mut store, file).expect("no trap"), 4);
        assert_eq!(store.data().dropped, ["mine"]);
    }
}

#[test]
fn the_guest_has_resources() {
    for engine in crate::engines() {
        let (mut store, resources) = instantiate(&engine);
        let counters = resources.t_resources_counters();
        let (a, b) =
            (counters.counter().call_constructor(&mut store, 1), counters.counter().call_constructor(&mut store, 9));
        let (a, b) = (a.expect("a counter"), b.expect("a counter"));
        assert_eq!(counters.counter().call_add(&mut store, &a, 2).expect("no trap"), 3);
        assert_eq!(counters.counter().call_sum(&mut store, &a, &b).expect("no trap"), 12);
        assert_eq!(resources.t_resources_more().call_count(&mut store, &a).expect("no trap"), 3);
        assert_eq!(counters.call_take(&mut store, a).expect("no trap"), 3);
        assert_eq!(counters.call_dropped(&mut store).expect("no trap"), 1);
        b.resource_drop(&mut store).expect("no trap");
        assert_eq!(counters.call_dropped(&mut store).expect("no trap"), 2);

        let named = counters.call_give(&mut store).expect("no trap");
        assert_eq!(named.number, 5);
        assert_eq!(counters.call_take_named(&mut store, named).expect("no trap"), 82);
    }
}

#[test]
fn failures_are_errors_of_their_own_type_or_of_falkirk() {
    for engine in crate::engines() {
        let (mut store, resources) = instantiate(&engine);
        let error = resources.call_run(&mut store, "folder").expect("no trap").unwrap_err();
        assert_eq!(error, Error::IsFolder);
        assert_eq!(error.to_string(), "is-folder");
        let error: Box<dyn std::error::Error> = error.into();
        assert!(error.is::<Error>());
        let error = resources.call_run(&mut store, "").unwrap_err();
        assert_eq!((error.to_string().as_str(), error.kind()), ("a file without name", &ErrorKind::Host));
    }
}

#[test]
fn a_handle_of_another_instance_is_refused() {
    for engine in crate::engines() {
        let (mut store, first) = instantiate(&engine);
        let component = crate::component(&engine, &crate::wit("resources.wit", "resources"), GUEST);
        let mut linker = Linker::<Host>::new(&engine);
        Resources::add_to_linker(&mut linker, |host| host).expect("definitions");
        let second = Resources::instantiate(&mut store, &component, &linker).expect("an instance");
        let counter = first.t_resources_counters().counter().call_constructor(&mut store, 1).expect("a counter");
        let error = second.t_resources_counters().call_take(&mut store, counter).unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Usage);
        assert!(error.to_string().contains("a handle of another resource"), "{error}");
    }
}

/// Says that `use-file` takes a clock, and that `new-file` gives one.
const LIAR: &str = r#"(component
    (import "file" (type $file (sub resource)))
    (import "clock" (type $clock (sub resource)))
    (import "new-clock" (func $new_clock (result (own $clock))))
    (import "new-file" (func $new_file (result (own $clock))))
    (import "use-file" (func $use_file (param "file" (borrow $clock))))
    (core func $new_clock (canon lower (func $new_clock)))
    (core func $new_file (canon lower (func $new_file)))
    (core func $use_file (canon lower (func $use_file)))
    (core module $M
        (import "host" "new-clock" (func $new_clock (result i32)))
        (import "host" "new-file" (func $new_file (result i32)))
        (import "host" "use-file" (func $use_file (param i32)))
        (func (export "use") (call $use_file (call $new_clock)))
        (func (export "get") (drop (call $new_file))))
    (core instance $m (instantiate $M (with "host" (instance
        (export "new-clock" (func $new_clock)) (export "new-file" (func $new_file))
        (export "use-file" (func $use_file))))))
    (func (export "use") (canon lift (core func $m "use")))
    (func (export "get") (canon lift (core func $m "get"))))"#;

#[test]
fn a_guest_cannot_pass_off_one_resource_as_another() {
    for engine in crate::engines() {
        let mut linker = Linker::<()>::new(&engine);
        let mut root = linker.root();
        root.resource("file", HostResource::of::<File>(), |_, _| Ok(())).expect("a definition");
        root.resource("clock", HostResource::of::<Clock>(), |_, _| Ok(())).expect("a definition");
        root.func_wrap("new-clock", |_, ()| Ok((Resource::<Clock>::new(1),))).expect("a definition");
        root.func_wrap("new-file", |_, ()| Ok((Resource::<File>::new(1),))).expect("a definition");
        let use_file = |_: StoreContextMut<'_, ()>, (file,): (Resource<File>,)| -> Result<()> {
            panic!("a clock came in as {file:?}");
        };
        root.func_wrap("use-file", use_file).expect("a definition");
        let component = Component::new(&engine, LIAR).expect("a valid component");
        let call = |name: &str| {
            let mut store = Store::new(&engine, ());
            let instance = linker.instantiate(&mut store, &component).expect("an instance");
            instance.get_typed_func::<(), ()>(name).expect("a function").call(&mut store, ()).unwrap_err()
        };
        assert!(matches!(call("use").downcast_ref(), Some(abi::Trap::WrongResource { .. })));
        assert!(call("get").to_string().contains("a handle of another resource"), "{}", call("get"));
    }
}
