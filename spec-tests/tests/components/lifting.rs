//! Guests that say what is not so: pointers, lengths, discriminants, characters, strings. Each is tried wherever a value
//! leaves a guest, and ends in the same trap everywhere.

use falkirk::component::abi::{Trap, What};
use falkirk::component::{Instance, Lift, Linker, Lower, Val};
use falkirk::{Engine, Error, Store, StoreContextMut};

use crate::support::{LIBC, call, engines, instantiate, is_dead, store};

/// A lie.
struct Lie {
    /// The type of the value.
    ty: &'static str,
    /// How strings are encoded.
    encoding: &'static str,
    /// What the guest says: the core values, which are the bytes in memory too.
    words: &'static [u32],
    /// What is in its memory, from 1024.
    data: &'static str,
    trap: Trap,
    typed: Typed,
}

/// The same with a type that Rust knows.
struct Typed {
    /// Calls `give`.
    result: fn(&mut Store<()>, &Instance) -> Result<(), Error>,
    /// Defines `take`.
    define: fn(&mut Linker<()>),
}

impl Typed {
    const fn of<A: Lift + Lower + Send + 'static>() -> Typed {
        Typed {
            result: |store, instance| {
                instance.get_typed_func::<(), (A,)>("give").expect("its type").call(store, ()).map(|_| ())
            },
            define: |linker| {
                let take = |_: StoreContextMut<'_, ()>, (_,): (A,)| panic!("the host was given what is not a value");
                linker.root().func_wrap::<(A,), (), _>("take", take).expect("a definition");
            },
        }
    }
}

const MEMORY: u64 = 65536;
const STRING: Typed = Typed::of::<String>();
const BYTES: Typed = Typed::of::<Vec<u8>>();
const LONGS: Typed = Typed::of::<Vec<u64>>();
const CHAR: Typed = Typed::of::<char>();

const fn string(encoding: &'static str, words: &'static [u32], data: &'static str, trap: Trap) -> Lie {
    Lie { ty: "string", encoding, words, data, trap, typed: STRING }
}

const fn value(ty: &'static str, words: &'static [u32], trap: Trap, typed: Typed) -> Lie {
    Lie { ty, encoding: "utf8", words, data: "", trap, typed }
}

const fn outside(what: What, ptr: u64, bytes: u64) -> Trap {
    Trap::PointerOutOfBounds { what, ptr, bytes, memory: MEMORY }
}

const MAX: u32 = u32::MAX;

const LIES: &[Lie] = &[
    string("utf8", &[65535, 2], "", outside(What::String, 65535, 2)),
    string("utf8", &[65537, 0], "", outside(What::String, 65537, 0)),
    string("utf8", &[MAX, 1], "", outside(What::String, MAX as u64, 1)),
    string("utf8", &[0, MAX], "", Trap::StringTooLong { bytes: MAX as u64 }),
    string("utf8", &[0, 1 << 28], "", Trap::StringTooLong { bytes: 1 << 28 }),
    string("utf8", &[1024, 4], "abc\\ff", Trap::InvalidUtf8 { valid: 3 }),
    string("utf8", &[1024, 3], "\\ed\\a0\\80", Trap::InvalidUtf8 { valid: 0 }),
    string("utf8", &[1024, 4], "\\f4\\90\\80\\80", Trap::InvalidUtf8 { valid: 0 }),
    string("utf8", &[1024, 2], "\\c0\\80", Trap::InvalidUtf8 { valid: 0 }),
    string("utf8", &[1024, 2], "a\\e2\\82\\ac", Trap::InvalidUtf8 { valid: 1 }),
    string("utf16", &[1025, 1], "", Trap::PointerUnaligned { what: What::String, ptr: 1025, align: 2 }),
    string("utf16", &[65534, 2], "", outside(What::String, 65534, 4)),
    string("utf16", &[0, 1 << 31], "", Trap::StringTooLong { bytes: 1 << 32 }),
    string("utf16", &[1024, 2], "a\\00\\00\\d8", Trap::InvalidUtf16 { valid: 1 }),
    string("utf16", &[1024, 2], "\\00\\dca\\00", Trap::InvalidUtf16 { valid: 0 }),
    string("utf16", &[1024, 2], "\\00\\d8\\00\\d8", Trap::InvalidUtf16 { valid: 0 }),
    string("latin1+utf16", &[1025, 1], "", Trap::PointerUnaligned { what: What::String, ptr: 1025, align: 2 }),
    string("latin1+utf16", &[65534, 3], "", outside(What::String, 65534, 3)),
    string("latin1+utf16", &[65534, 0x8000_0002], "", outside(What::String, 65534, 4)),
    string("latin1+utf16", &[0, MAX], "", Trap::StringTooLong { bytes: 2 * (MAX as u64 >> 1) }),
    string("latin1+utf16", &[1024, 0x8000_0001], "\\00\\df", Trap::InvalidUtf16 { valid: 0 }),
    value("(list u8)", &[65535, 2], outside(What::List, 65535, 2), BYTES),
    value("(list u8)", &[0, MAX], Trap::ListTooLong { length: MAX as u64, element: 1 }, BYTES),
    value("(list u64)", &[4, 1], Trap::PointerUnaligned { what: What::List, ptr: 4, align: 8 }, LONGS),
    value("(list u64)", &[65528, 2], outside(What::List, 65528, 16), LONGS),
    value("(list u64)", &[65544, 0], outside(What::List, 65544, 0), LONGS),
    value("(list u64)", &[0, MAX], Trap::ListTooLong { length: MAX as u64, element: 8 }, LONGS),
    value("(list u64)", &[0, 1 << 29], Trap::ListTooLong { length: 1 << 29, element: 8 }, LONGS),
    value(
        "(list (list string))",
        &[0, MAX],
        Trap::ListTooLong { length: MAX as u64, element: 8 },
        Typed::of::<Vec<Vec<String>>>(),
    ),
    value("(list bool)", &[0, MAX], Trap::ListTooLong { length: MAX as u64, element: 1 }, Typed::of::<Vec<bool>>()),
    value("char", &[0x11_0000], Trap::CharOutOfRange { found: 0x11_0000 }, CHAR),
    value("char", &[MAX], Trap::CharOutOfRange { found: MAX }, CHAR),
    value("char", &[0xd800], Trap::CharIsSurrogate { found: 0xd800 }, CHAR),
    value("char", &[0xdfff], Trap::CharIsSurrogate { found: 0xdfff }, CHAR),
    value("(option u8)", &[2, 0], Trap::InvalidDiscriminant { found: 2, cases: 2 }, Typed::of::<Option<u8>>()),
    value("(option u8)", &[255, 0], Trap::InvalidDiscriminant { found: 255, cases: 2 }, Typed::of::<Option<u8>>()),
    value("(result)", &[2], Trap::InvalidDiscriminant { found: 2, cases: 2 }, Typed::of::<Result<(), ()>>()),
    value(
        "(result u32 (error string))",
        &[77, 0, 0],
        Trap::InvalidDiscriminant { found: 77, cases: 2 },
        Typed::of::<Result<u32, String>>(),
    ),
    value("(tuple u32 string)", &[0, 65536, 1], outside(What::String, 65536, 1), Typed::of::<(u32, String)>()),
    value("(enum \"a\" \"b\" \"c\")", &[3], Trap::InvalidDiscriminant { found: 3, cases: 3 }, Typed::of::<Letter>()),
];

#[derive(falkirk::component::ComponentType, falkirk::component::Lift, falkirk::component::Lower)]
#[component(enum, crate = falkirk::component::abi)]
enum Letter {
    A,
    B,
    C,
}

/// The liar: `give` returns the value. If there is a `take`, `flat` calls it with the value, and `wide` calls `take-wide`,
/// whose parameters go through memory.
fn liar(lie: &Lie, calls: bool) -> String {
    let Lie { ty, encoding, words, data, .. } = lie;
    let flat: String = words.iter().map(|word| format!("(i32.const {word}) ")).collect();
    let given = if words.len() == 1 { flat.clone() } else { "(i32.const 16)".to_owned() };
    let bytes: String = words.iter().flat_map(|word| word.to_le_bytes()).map(|byte| format!("\\{byte:02x}")).collect();
    let params = "(param i32) ".repeat(words.len());
    let (imports, lowered, args, exports, lifted) = match calls {
        false => Default::default(),
        true => (
            format!(r#"(import "" "take" (func $take {params})) (import "" "take-wide" (func $wide (param i32)))"#),
            format!(
                r#"(core func $take (canon lower (func $take) string-encoding={encoding} (memory (core memory $libc "memory"))))
                (core func $wide (canon lower (func $take-wide) string-encoding={encoding} (memory (core memory $libc "memory"))))"#
            ),
            r#"(with "" (instance (export "take" (func $take)) (export "take-wide" (func $wide))))"#,
            format!(r#"(func (export "flat") (call $take {flat})) (func (export "wide") (call $wide (i32.const 16)))"#),
            r#"(func (export "flat") (canon lift (core func $m "flat")))
               (func (export "wide") (canon lift (core func $m "wide")))"#,
        ),
    };
    let imported = if calls { takes(ty) } else { String::new() };
    format!(
        r#"{imported}
        (core module $Libc {LIBC} (data (i32.const 16) "{bytes}") (data (i32.const 1024) "{data}"))
        (core instance $libc (instantiate $Libc))
        {lowered}
        (core module $M {imports} (func (export "give") (result i32) {given}) {exports})
        (core instance $m (instantiate $M {args}))
        (func (export "give") (result {ty}) (canon lift (core func $m "give") string-encoding={encoding}
            (memory (core memory $libc "memory"))))
        {lifted}"#
    )
}

/// The imports of `take` and `take-wide`. Types with names must be defined and exported to be used, so the enum has one.
fn takes(ty: &str) -> String {
    let pad = "u8 ".repeat(16);
    format!(
        r#"(import "take" (func $take (param "x" {ty})))
           (import "take-wide" (func $take-wide (param "x" {ty}) (param "pad" (tuple {pad}))))"#
    )
}

/// Enums and records are types of their own, which have a name where they are imported or exported.
fn named(lie: &Lie, body: &str) -> String {
    if !lie.ty.starts_with("(enum") {
        return body.replace("$letter", lie.ty);
    }
    format!(
        "(type $letter' {}) (import \"letter\" (type $letter (eq $letter'))) {}",
        lie.ty,
        body.replace(lie.ty, "$letter")
    )
}

/// An honest guest with `take` and `take-wide`, and `ask`, which calls the liar's `give`. In each of the encodings.
fn honest(lie: &Lie, encoding: &str) -> String {
    let (ty, pad, params) = (lie.ty, "u8 ".repeat(16), "(param i32) ".repeat(lie.words.len()));
    let (result, ask) = match lie.words.len() {
        1 => ("(result i32)", "(drop (call $give))"),
        _ => ("(param i32)", "(call $give (i32.const 64))"),
    };
    let options = format!(
        r#"string-encoding={encoding} (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))"#
    );
    format!(
        r#"(import "give" (func $give (result {ty})))
        (core module $Libc {LIBC})
        (core instance $libc (instantiate $Libc))
        (core func $give (canon lower (func $give) {options}))
        (core module $M
            (import "" "give" (func $give {result}))
            (func (export "take") {params} unreachable)
            (func (export "take-wide") (param i32) unreachable)
            (func (export "ask") {ask} unreachable))
        (core instance $m (instantiate $M (with "" (instance (export "give" (func $give))))))
        (func (export "take") (param "x" {ty}) (canon lift (core func $m "take") {options}))
        (func (export "take-wide") (param "x" {ty}) (param "pad" (tuple {pad}))
            (canon lift (core func $m "take-wide") {options}))
        (func (export "ask") (canon lift (core func $m "ask")))"#
    )
}

/// An instance of a component with this in it.
fn start(store: &mut Store<()>, linker: &Linker<()>, lie: &Lie, body: &str) -> Instance {
    let text = format!("(component {})", named(lie, body));
    instantiate(store, linker, &text)
}

#[track_caller]
fn traps(lie: &Lie, way: &str, result: Result<(), Error>) {
    let error = result.expect_err("a trap");
    assert_eq!(error.downcast_ref(), Some(&lie.trap), "{} {:x?} {way}: {error}", lie.ty, lie.words);
    assert_eq!(error.to_string(), format!("trap: {}", lie.trap));
}

/// Calls a function that must trap, as often as it likes.
fn trap_and_die(store: &mut Store<()>, instance: &Instance, lie: &Lie, name: &str) {
    let result = call(store, instance, name, &[]).map(|_| ());
    traps(lie, name, result);
    is_dead(store, instance, name, &[]);
}

fn each(test: impl Fn(&Engine, &Lie)) {
    for engine in engines() {
        LIES.iter().for_each(|lie| test(&engine, lie));
    }
}

#[test]
fn in_a_result_for_the_host() {
    each(|engine, lie| {
        let mut store = store(engine, ());
        let liar = liar(lie, false);
        let instance = start(&mut store, &Linker::new(engine), lie, &liar);
        trap_and_die(&mut store, &instance, lie, "give");
        let instance = start(&mut store, &Linker::new(engine), lie, &liar);
        traps(lie, "typed", (lie.typed.result)(&mut store, &instance));
        is_dead(&mut store, &instance, "give", &[]);
    });
}

#[test]
fn in_arguments_for_the_host() {
    each(|engine, lie| {
        let liar = liar(lie, true);
        let (mut typed, mut dynamic) = (Linker::new(engine), Linker::new(engine));
        (lie.typed.define)(&mut typed);
        dynamic.root().func_new("take", |_, _| panic!("the host was given what is not a value")).expect("a definition");
        for mut linker in [typed, dynamic] {
            linker.root().func_new("take-wide", |_, _| panic!("as above")).expect("a definition");
            for name in ["flat", "wide"] {
                let mut store = store(engine, ());
                let instance = start(&mut store, &linker, lie, &liar);
                trap_and_die(&mut store, &instance, lie, name);
            }
        }
    });
}

/// The encodings that the other component may have. Without strings, it makes no difference.
fn encodings(lie: &Lie) -> &'static [&'static str] {
    if lie.ty == "string" { &["utf8", "utf16", "latin1+utf16"] } else { &["utf8"] }
}

#[test]
fn in_arguments_for_another_component() {
    each(|engine, lie| {
        for encoding in encodings(lie) {
            for name in ["flat", "wide"] {
                let mut store = store(engine, ());
                let mut linker = Linker::new(engine);
                linker.root().func_new("give", |_, _| Ok(Some(Val::Bool(false)))).expect("a definition");
                let honest = start(&mut store, &linker, lie, &honest(lie, encoding));
                let mut linker = Linker::new(engine);
                linker.root().exports(&honest).expect("definitions");
                let liar = start(&mut store, &linker, lie, &liar(lie, true));
                trap_and_die(&mut store, &liar, lie, name);
            }
        }
    });
}

#[test]
fn in_a_result_for_another_component() {
    each(|engine, lie| {
        for encoding in encodings(lie) {
            let mut store = store(engine, ());
            let liar = start(&mut store, &Linker::new(engine), lie, &liar(lie, false));
            let mut linker = Linker::new(engine);
            linker.root().exports(&liar).expect("definitions");
            let honest = start(&mut store, &linker, lie, &honest(lie, encoding));
            trap_and_die(&mut store, &honest, lie, "ask");
            is_dead(&mut store, &liar, "give", &[]);
        }
    });
}
