//! Worlds of several packages, in several versions, with names that Rust has taken.

use falkirk::component::{Component, ComponentType, Lift, Linker, Lower};
use falkirk::{Engine, Store};

mod bindings {
    ::falkirk::bindgen!({
        world: "worlds",
        path: "tests/bindgen/wit/worlds",
        additional_derives: [Hash],
    });
}

mod second {
    ::falkirk::bindgen!({
        world: "t:worlds/second",
        path: "tests/bindgen/wit/worlds",
        with: {
            "t:units/lengths@1.0.0": super::bindings::t::units1_0_0::lengths,
        },
        trappable_imports: true,
        crate: ::falkirk,
    });
}

/// WIT in the macro that uses a file's, and gives a type of it back to the guest that is in the way of nothing.
mod inline {
    ::falkirk::bindgen!({
        path: "tests/bindgen/wit/worlds/deps/units",
        inline: r#"
            package t:inline;

            world inline {
                use t:units/lengths@1.0.0.{length};
                export twice: func(x: length) -> length;
            }
        "#,
        with: { "t:units/lengths/length": super::Inches },
    });
}

/// A record of ours, in place of the WIT's.
#[derive(Clone, Debug, PartialEq, ComponentType, Lift, Lower)]
#[component(record, crate = falkirk::component::abi)]
pub struct Inches {
    meters: u32,
}

/// That this compiles is all there is to try.
mod taken {
    ::falkirk::bindgen!({ world: "taken", path: "tests/bindgen/wit/worlds", features: ["more"] });

    pub use self::t::worlds::names::{Clone, Ok_};
}

use bindings::t::units1_0_0::lengths::Length;
use bindings::t::units2_0_0::lengths;
use bindings::t::worlds::plain;
use bindings::{Meters, Worlds, WorldsImports, clock};

struct Host;

impl plain::Host for Host {
    fn double(&mut self, x: Length) -> Length {
        Length { meters: x.meters * 2 }
    }
}

impl second::t::worlds::plain::Host for Host {
    fn double(&mut self, x: Length) -> falkirk::Result<Length> {
        Ok(plain::Host::double(self, x))
    }
}

impl lengths::Host for Host {
    fn convert(&mut self, x: lengths::Length) -> u32 {
        (x.inches / 39) as u32
    }
}

impl clock::Host for Host {
    fn now(&mut self) -> u64 {
        1_000
    }
}

impl WorldsImports for Host {
    fn measure(&mut self, x: Meters) -> u64 {
        u64::from(x.meters) * 39
    }
}

const GUEST: &str = r#"
    (import "t:worlds/plain" "double" (func $double (param i32) (result i32)))
    (import "t:units/lengths@2.0.0" "convert" (func $convert (param i64) (result i32)))
    (import "clock" "now" (func $now (result i64)))
    (import "$root" "measure" (func $measure (param i32) (result i64)))
    (data (i32.const 32) "a guest")
    (func (export "tell") (result i32)
        (i32.store (i32.const 16) (i32.const 32))
        (i32.store (i32.const 20) (i32.const 7))
        (i32.const 16))
    (func (export "type#match") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
    (func (export "new#f") (result i32) (i32.wrap_i64 (i64.div_u (call $now) (i64.const 10))))
    (func (export "loop") (param i32) (result i32)
        (call $convert (call $measure (call $double (local.get 0)))))"#;

fn instantiate(engine: &Engine) -> (Store<Host>, Worlds) {
    let mut linker = Linker::<Host>::new(engine);
    Worlds::add_to_linker(&mut linker, |host| host).expect("definitions");
    let component = crate::component(engine, &crate::wit("worlds", "worlds"), GUEST);
    let mut store = Store::new(engine, Host);
    let worlds = Worlds::instantiate(&mut store, &component, &linker).expect("an instance");
    (store, worlds)
}

#[test]
fn packages_versions_and_keywords() {
    for engine in crate::engines() {
        let (mut store, worlds) = instantiate(&engine);
        assert_eq!(worlds.call_tell(&mut store).expect("no trap"), "a guest");
        assert_eq!(worlds.call_loop(&mut store, Meters { meters: 4 }).expect("no trap"), Length { meters: 8 });
        assert_eq!(worlds.r#type().call_match(&mut store, 1).expect("no trap"), 2);
        assert_eq!(worlds.new_().call_f(&mut store).expect("no trap"), 100);
    }
}

#[test]
fn one_interface_of_several_bindings_has_one_type() {
    for engine in crate::engines() {
        let mut linker = Linker::<Host>::new(&engine);
        second::Second::add_to_linker(&mut linker, |host| host).expect("definitions");
        // What the world imports is defined now, and cannot be again.
        let error = plain::add_to_linker(&mut linker, |host: &mut Host| host).unwrap_err();
        assert!(error.to_string().contains("double"), "{error}");
        assert_eq!(std::collections::HashSet::from([Length { meters: 1 }, Length { meters: 1 }]).len(), 1);
    }
}

#[test]
fn what_does_not_fit_is_said_when_it_is_instantiated() {
    for engine in crate::engines() {
        let (mut store, _) = instantiate(&engine);
        let empty = Component::new(&engine, "(component)").expect("a valid component");
        let instance = Linker::new(&engine).instantiate(&mut store, &empty).expect("an instance");
        let error = Worlds::new(&instance).unwrap_err();
        assert_eq!(error.to_string(), "there is no export \"loop\"; the component exports no functions");
        let error = instance.interface("t:a/b@1.0.0").unwrap_err().to_string();
        let wanted = "there is no exported interface \"t:a/b@1.0.0\"; the component exports no interfaces";
        assert_eq!(error, wanted);
    }
}

#[test]
fn names_that_are_taken_get_an_underscore() {
    let clone = taken::Clone { ok: taken::Ok_::ERR, debug: Vec::new() };
    assert_eq!(clone.to_string(), "Clone { ok: {err}, debug: [] }", "an error of a function that is switched on");
}

#[test]
fn types_of_ours_stand_for_those_of_the_wit() {
    let text = r#"(component
        (import "t:units/lengths@1.0.0" (instance $lengths
            (type $length (record (field "meters" u32)))
            (export "length" (type (eq $length)))))
        (alias export $lengths "length" (type $length))
        (core module $M (func (export "twice") (param i32) (result i32) (i32.add (local.get 0) (local.get 0))))
        (core instance $m (instantiate $M))
        (func (export "twice") (param "x" $length) (result $length) (canon lift (core func $m "twice"))))"#;
    for engine in crate::engines() {
        let component = Component::new(&engine, text).expect("a valid component");
        // An interface of types alone needs no definition.
        let linker = Linker::new(&engine);
        let mut store = Store::new(&engine, ());
        let inline = inline::Inline::instantiate(&mut store, &component, &linker).expect("an instance");
        assert_eq!(inline.call_twice(&mut store, &Inches { meters: 4 }).expect("no trap"), Inches { meters: 8 });
    }
}
