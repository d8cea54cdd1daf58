//! Strings from one component to another: of every short length, with something that is not ASCII at every place.
//!
//! Where functions become machine code this goes through adapters, elsewhere through the host. The outcome is the same.

use falkirk::component::{Component, Instance, Linker, TypedFunc};
use falkirk::{Store, StoreLimitsBuilder};

use crate::support::{engines, instantiate, store};

/// `relay` hands bytes to another component as a string, at an address of its choice, and returns what comes back.
const RELAY: &str = r#"(component
    (core module $Memory
        (memory (export "memory") 4)
        (global $next (mut i32) (i32.const 1027))
        (func (export "realloc") (param i32 i32 i32 i32) (result i32)
            (local $at i32)
            (local.set $at (i32.and
                (i32.add (global.get $next) (i32.sub (local.get 2) (i32.const 1)))
                (i32.sub (i32.const 0) (local.get 2))))
            (global.set $next (i32.add (local.get $at) (local.get 3)))
            (local.get $at))
        (func (export "free") (param i32) (global.set $next (i32.const 1027)))
        (func (export "echo") (param i32 i32) (result i32)
            (i32.store (i32.const 16) (local.get 0))
            (i32.store (i32.const 20) (local.get 1))
            (i32.const 16)))
    (component $Echo
        (import "memory" (core module $M
            (export "memory" (memory 4))
            (export "realloc" (func (param i32 i32 i32 i32) (result i32)))
            (export "free" (func (param i32)))
            (export "echo" (func (param i32 i32) (result i32)))))
        (core instance $m (instantiate $M))
        (func (export "echo") (param "text" string) (result string)
            (canon lift (core func $m "echo") (memory (core memory $m "memory")) (realloc (core func $m "realloc"))
                (post-return (core func $m "free")))))
    (component $Relay
        (import "memory" (core module $M
            (export "memory" (memory 4))
            (export "realloc" (func (param i32 i32 i32 i32) (result i32)))
            (export "free" (func (param i32)))))
        (import "echo" (func $echo (param "text" string) (result string)))
        (core instance $m (instantiate $M))
        (core func $lowered (canon lower (func $echo)
            (memory (core memory $m "memory")) (realloc (core func $m "realloc"))))
        (core module $R
            (import "" "echo" (func $echo (param i32 i32 i32)))
            (func (export "relay") (param i32 i32) (result i32)
                (call $echo (local.get 0) (local.get 1) (i32.const 8))
                (i32.const 8))
            (func (export "at") (param i32 i32) (result i32)
                (call $echo (local.get 0) (local.get 1) (i32.const 8))
                (i32.const 8)))
        (core instance $r (instantiate $R (with "" (instance (export "echo" (func $lowered))))))
        (func (export "relay") (param "bytes" (list u8)) (result (list u8))
            (canon lift (core func $r "relay") (memory (core memory $m "memory")) (realloc (core func $m "realloc"))
                (post-return (core func $m "free"))))
        (func (export "at") (param "address" u32) (param "length" u32) (result (list u8))
            (canon lift (core func $r "at") (memory (core memory $m "memory")) (realloc (core func $m "realloc"))
                (post-return (core func $m "free")))))
    (instance $echo (instantiate $Echo (with "memory" (core module $Memory))))
    (instance $relay (instantiate $Relay (with "memory" (core module $Memory)) (with "echo" (func $echo "echo"))))
    (export "relay" (func $relay "relay"))
    (export "at" (func $relay "at")))"#;

type Relay = TypedFunc<(&'static [u8],), (Vec<u8>,)>;

fn relay(instance: &Instance) -> Relay {
    instance.get_typed_func("relay").expect("an export of this type")
}

#[test]
fn strings_arrive_as_they_were() {
    for engine in engines() {
        let mut store = store(&engine, ());
        let instance = instantiate(&mut store, &Linker::new(&engine), RELAY);
        let relay = relay(&instance);
        for length in (0..100usize).chain([127, 128, 129, 1000, 65_000]) {
            let ascii: String = (0..length).map(|i| char::from(b' ' + (i % 90) as u8)).collect();
            let (back,) = relay.call(&mut store, (ascii.as_bytes(),)).expect("a string");
            assert!(back == ascii.as_bytes(), "{length} bytes");
            for place in (0..length.saturating_sub(1)).filter(|place| *place < 100 || length - *place < 70) {
                let text = format!("{}ë{}", &ascii[..place], &ascii[place + 2..]);
                let (back,) = relay.call(&mut store, (text.as_bytes(),)).expect("a string");
                assert!(back == text.as_bytes(), "{length} bytes, ë at {place}");
            }
        }
    }
}

#[test]
fn a_limit_on_instances_counts_those_of_guests() {
    for engine in engines() {
        for (allowed, fits) in [(2, false), (3, true)] {
            let limits = StoreLimitsBuilder::new().instances(allowed).build();
            let mut store = store(&engine, limits);
            store.limiter(|limits| limits);
            let component = Component::new(&engine, RELAY).expect("a component");
            let instance = Linker::new(&engine).instantiate(&mut store, &component);
            assert_eq!(instance.is_ok(), fits, "{allowed} instances: {:?}", instance.err());
        }
    }
}

/// After a trap an instance is lost, so each of these has one of its own.
#[track_caller]
fn trap_of<R: std::fmt::Debug>(call: impl Fn(&mut Store<()>, &Instance) -> falkirk::Result<R>, wanted: &str) {
    for engine in engines() {
        let mut store = store(&engine, ());
        let instance = instantiate(&mut store, &Linker::new(&engine), RELAY);
        let error = call(&mut store, &instance).expect_err(wanted);
        assert!(error.to_string().contains(wanted), "found {error}, wanted {wanted}");
        let again = relay(&instance).call(&mut store, (b"",)).expect_err("the instance has trapped");
        assert!(again.to_string().contains("while it may not be entered"), "{again}");
    }
}

#[test]
fn bytes_that_are_no_text_trap() {
    for length in [1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 80, 81, 130] {
        for place in [0, length / 2, length - 1] {
            let mut bytes = vec![b'x'; length];
            bytes[place] = 0xff;
            let wanted = format!("a string is not UTF-8 after its first {place} bytes");
            trap_of(|store, instance| relay(instance).call(store, (&bytes,)), &wanted);
        }
    }
}

#[test]
fn strings_outside_of_the_memory_trap() {
    let end = 4 << 16;
    let cases = [
        (end, 1, "the pointer to a string is 0x40000 with 1 bytes, but the memory has 262144"),
        (end - 7, 8, "the pointer to a string is 0x3fff9 with 8 bytes, but the memory has 262144"),
        (u32::MAX, 1, "the pointer to a string is 0xffffffff with 1 bytes, but the memory has 262144"),
        (u32::MAX, 0, "the pointer to a string is 0xffffffff with 0 bytes, but the memory has 262144"),
        (8, (1 << 28) - 1, "the pointer to a string is 0x8 with 268435455 bytes, but the memory has 262144"),
        (8, 1 << 28, "a string has 268435456 bytes, wanted at most 268435455"),
        (8, u32::MAX, "a string has 4294967295 bytes, wanted at most 268435455"),
    ];
    for (address, length, wanted) in cases {
        let at = |store: &mut Store<()>, instance: &Instance| {
            let at = instance.get_typed_func::<(u32, u32), (Vec<u8>,)>("at").expect("an export of this type");
            at.call(store, (address, length))
        };
        trap_of(at, wanted);
    }
}

#[test]
fn an_empty_string_may_lie_at_the_end() {
    for engine in engines() {
        let mut store = store(&engine, ());
        let instance = instantiate(&mut store, &Linker::new(&engine), RELAY);
        let at = instance.get_typed_func::<(u32, u32), (Vec<u8>,)>("at").expect("an export of this type");
        assert_eq!(at.call(&mut store, (4 << 16, 0)).expect("a string"), (Vec::new(),));
    }
}
