//! Guests whose `realloc` lies, traps, calls out or never returns. Each is tried wherever a value comes to a guest.

use std::time::Duration;

use falkirk::component::abi::{Trap, What};
use falkirk::component::{Instance, Linker, Val};
use falkirk::{Engine, Error, Limit, Store, Trap as CoreTrap};

use crate::support::{LIBC, call, engines, instantiate, is_dead, store};

/// A `realloc`, and what comes of a value that it is to make room for.
struct Case {
    /// The type of the value, which is two core values.
    ty: &'static str,
    encoding: &'static str,
    value: fn() -> Val,
    /// The body of `realloc`, whose parameters are `$old`, `$size`, `$align` and `$new`.
    realloc: String,
    outcome: Outcome,
    typed: Typed,
}

#[derive(Debug)]
enum Outcome {
    /// It is the guest's own loss: nothing traps.
    Fine,
    /// A trap of the canonical ABI.
    Abi(Trap),
    /// The guest's own trap.
    Core(CoreTrap),
    /// A limit of the store or the engine.
    Limit(Limit),
}

/// The same with types that Rust knows.
struct Typed {
    /// Calls `take` with the value.
    take: fn(&mut Store<()>, &Instance) -> Result<(), Error>,
    /// Defines `give`, which returns the value.
    define: fn(&mut Linker<()>),
}

macro_rules! typed {
    ($type:ty, $value:expr) => {
        Typed {
            take: |store, instance| {
                instance.get_typed_func::<($type,), ()>("take").expect("its type").call(store, ($value,))
            },
            define: |linker| {
                linker.root().func_wrap("give", |_, (): ()| Ok(($value,))).expect("a definition");
            },
        }
    };
}

const MEMORY: u64 = 65536;

fn unaligned(ptr: u64, align: u32) -> Outcome {
    Outcome::Abi(Trap::ReallocUnaligned { ptr, align })
}

fn outside(ptr: u64, bytes: u64) -> Outcome {
    Outcome::Abi(Trap::ReallocOutOfBounds { ptr, bytes, memory: MEMORY })
}

/// A `realloc` that gives these answers, one after the other, and traps when it is asked further.
fn answers(answers: &[u32]) -> String {
    let mut body = "(global.set $calls (i32.add (global.get $calls) (i32.const 1)))".to_owned();
    for (call, answer) in (1..).zip(answers) {
        body += &format!("(if (i32.eq (global.get $calls) (i32.const {call})) (then (return (i32.const {answer}))))");
    }
    body + "unreachable"
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    macro_rules! case {
        ($ty:literal, $encoding:literal, $type:ty, $value:expr, $val:expr, $realloc:expr, $outcome:expr) => {
            cases.push(Case {
                ty: $ty,
                encoding: $encoding,
                value: || $val,
                realloc: $realloc,
                outcome: $outcome,
                typed: typed!($type, $value),
            })
        };
    }
    macro_rules! string {
        ($encoding:literal, $text:literal, $realloc:expr, $outcome:expr) => {
            case!("string", $encoding, &'static str, $text, Val::from($text), $realloc, $outcome)
        };
    }
    macro_rules! list {
        ($ty:literal, $element:ty, [$($value:expr),*], $realloc:expr, $outcome:expr) => {
            case!(
                $ty, "utf8", Vec<$element>, vec![$($value),*], Val::List(vec![$(Val::from($value)),*]), $realloc, $outcome
            )
        };
    }
    // Where nothing is, and where not enough is.
    string!("utf8", "hi", answers(&[65535]), outside(65535, 2));
    string!("utf8", "hi", answers(&[u32::MAX]), outside(u32::MAX.into(), 2));
    string!("utf8", "", answers(&[65537]), outside(65537, 0));
    string!("utf16", "hi", answers(&[65534]), outside(65534, 4));
    string!("utf16", "\u{e9}", answers(&[4096, 65536]), outside(65536, 2));
    string!("latin1+utf16", "\u{1ff}", answers(&[0, 65534]), outside(65534, 4));
    list!("(list u64)", u64, [1_u64, 2_u64], answers(&[65528]), outside(65528, 16));
    list!("(list string)", &'static str, ["ab", "cd"], answers(&[4096, 65535]), outside(65535, 2));
    list!("(list string)", &'static str, ["ab", "cd"], answers(&[4096, 0, 65535]), outside(65535, 2));
    // Not aligned.
    string!("utf16", "hi", answers(&[1]), unaligned(1, 2));
    string!("utf16", "\u{e9}", answers(&[2, 1]), unaligned(1, 2));
    string!("latin1+utf16", "hi", answers(&[1]), unaligned(1, 2));
    string!("latin1+utf16", "\u{1ff}", answers(&[2, 1]), unaligned(1, 2));
    string!("latin1+utf16", "\u{1ff}", answers(&[2, 2, 1]), unaligned(1, 2));
    string!("latin1+utf16", "\u{e9}", answers(&[2, 1]), unaligned(1, 2));
    list!("(list u32)", u32, [1_u32], answers(&[2]), unaligned(2, 4));
    list!("(list u64)", u64, [1_u64], answers(&[4]), unaligned(4, 8));
    list!("(list string)", &'static str, ["ab"], answers(&[4095]), unaligned(4095, 4));
    // The same place for everything; one inside the other; null; the end of memory for nothing.
    list!("(list string)", &'static str, ["ab", "cd"], answers(&[4096, 4096, 4096]), Outcome::Fine);
    list!("(list string)", &'static str, ["ab", "cd"], answers(&[4096, 4097, 4095]), Outcome::Fine);
    list!("(list u64)", u64, [1_u64, 2_u64], answers(&[0]), Outcome::Fine);
    string!("utf8", "", answers(&[65536]), Outcome::Fine);
    // It grows the memory, so that whoever keeps its address writes where nothing is.
    string!("utf8", "hi", "(i32.mul (memory.grow (i32.const 1)) (i32.const 65536))".to_owned(), Outcome::Fine);
    list!(
        "(list string)",
        &'static str,
        ["ab", "cd"],
        "(i32.mul (memory.grow (i32.const 100)) (i32.const 65536))".to_owned(),
        Outcome::Fine
    );
    // It traps, at once or later.
    string!("utf8", "hi", "unreachable".to_owned(), Outcome::Core(CoreTrap::Unreachable));
    string!("utf16", "\u{e9}", answers(&[0]), Outcome::Core(CoreTrap::Unreachable));
    list!("(list string)", &'static str, ["ab"], answers(&[0]), Outcome::Core(CoreTrap::Unreachable));
    let endless = "(call $realloc (local.get 0) (local.get 1) (local.get 2) (local.get 3))";
    string!("utf8", "hi", endless.to_owned(), Outcome::Limit(Limit::Stack));
    // It calls out.
    string!("utf8", "hi", "(call $out) (i32.const 0)".to_owned(), Outcome::Abi(Trap::MayNotLeave));
    list!("(list u8)", u8, [1_u8], "(call $out) (i32.const 0)".to_owned(), Outcome::Abi(Trap::MayNotLeave));
    cases
}

/// The guest with the `realloc`: it can `take` the value, and `ask` for it.
fn hostile(case: &Case) -> String {
    let Case { ty, encoding, realloc, .. } = case;
    let options = format!(
        r#"string-encoding={encoding} (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))"#
    );
    format!(
        r#"(component
        (import "give" (func $give (result {ty})))
        (import "out" (func $out))
        (core func $out (canon lower (func $out)))
        (core module $Libc
            (import "" "out" (func $out))
            (memory (export "memory") 1)
            (global $calls (mut i32) (i32.const 0))
            (func $realloc (export "realloc") (param $old i32) (param $size i32) (param $align i32) (param $new i32)
                (result i32) {realloc}))
        (core instance $libc (instantiate $Libc (with "" (instance (export "out" (func $out))))))
        (core func $give (canon lower (func $give) {options}))
        (core module $M
            (import "" "give" (func $give (param i32)))
            (func (export "take") (param i32 i32))
            (func (export "ask") (call $give (i32.const 16))))
        (core instance $m (instantiate $M (with "" (instance (export "give" (func $give))))))
        (func (export "take") (param "x" {ty}) (canon lift (core func $m "take") {options}))
        (func (export "ask") (canon lift (core func $m "ask"))))"#
    )
}

/// What every guest of `hostile` imports, so that it can be had without an honest one.
fn nothing_to_give(engine: &Engine) -> Linker<()> {
    let mut linker = Linker::new(engine);
    linker.root().func_new("give", |_, _| panic!("nobody asks")).expect("a definition");
    out(&mut linker);
    linker
}

fn out(linker: &mut Linker<()>) {
    linker.root().func_new("out", |_, _| panic!("a guest has called out of `realloc`")).expect("a definition");
}

/// An honest guest: it can `keep` a value, and `give` it; or `send` one on.
fn honest(case: &Case, sends: bool) -> String {
    let ty = case.ty;
    let options = r#"(memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))"#;
    let (import, lower, with, core_import, export, lift) = match sends {
        false => Default::default(),
        true => (
            format!(r#"(import "take" (func $take (param "x" {ty})))"#),
            r#"(core func $take (canon lower (func $take) (memory (core memory $libc "memory"))))"#,
            r#"(with "" (instance (export "take" (func $take))))"#,
            r#"(import "" "take" (func $take (param i32 i32)))"#,
            r#"(func (export "send") (param i32 i32) (call $take (local.get 0) (local.get 1)))"#,
            format!(r#"(func (export "send") (param "x" {ty}) (canon lift (core func $m "send") {options}))"#),
        ),
    };
    format!(
        r#"(component
        {import}
        (core module $Libc {LIBC})
        (core instance $libc (instantiate $Libc))
        {lower}
        (core module $M {core_import}
            (import "libc" "memory" (memory 1))
            (func (export "keep") (param i32 i32)
                (i32.store (i32.const 16) (local.get 0)) (i32.store (i32.const 20) (local.get 1)))
            (func (export "give") (result i32) (i32.const 16))
            {export})
        (core instance $m (instantiate $M (with "libc" (instance $libc)) {with}))
        (func (export "keep") (param "x" {ty}) (canon lift (core func $m "keep") {options}))
        (func (export "give") (result {ty}) (canon lift (core func $m "give") {options}))
        {lift})"#
    )
}

#[track_caller]
fn judge(case: &Case, way: &str, result: Result<(), Error>) {
    let Case { ty, encoding, realloc, outcome, .. } = case;
    let what = format!("{ty} {encoding} {realloc} {way}: {result:?}");
    match (outcome, result) {
        (Outcome::Fine, Ok(())) => {}
        (Outcome::Abi(trap), Err(error)) => assert_eq!(error.downcast_ref(), Some(trap), "{what}"),
        (Outcome::Core(trap), Err(error)) => assert_eq!(error.trap(), Some(*trap), "{what}"),
        (Outcome::Limit(limit), Err(error)) => assert_eq!(error.limit(), Some(*limit), "{what}"),
        _ => panic!("{what}"),
    }
}

/// After a trap the instance is dead; otherwise it can be called as before.
fn is_as_it_should_be(case: &Case, store: &mut Store<()>, instance: &Instance, name: &str, params: &[Val]) {
    if !matches!(case.outcome, Outcome::Fine) {
        is_dead(store, instance, name, params);
    }
}

fn each(test: impl Fn(&Engine, &Case)) {
    let cases = cases();
    for engine in engines() {
        cases.iter().for_each(|case| test(&engine, case));
    }
}

#[test]
fn of_the_hosts_arguments() {
    each(|engine, case| {
        let (linker, text, params) = (nothing_to_give(engine), hostile(case), [(case.value)()]);
        let mut store = store(engine, ());
        let instance = instantiate(&mut store, &linker, &text);
        judge(case, "dynamic", call(&mut store, &instance, "take", &params).map(|_| ()));
        is_as_it_should_be(case, &mut store, &instance, "take", &params);
        let instance = instantiate(&mut store, &linker, &text);
        judge(case, "typed", (case.typed.take)(&mut store, &instance));
        is_as_it_should_be(case, &mut store, &instance, "take", &params);
    });
}

#[test]
fn of_the_hosts_results() {
    each(|engine, case| {
        let (mut typed, mut dynamic) = (Linker::new(engine), Linker::new(engine));
        (case.typed.define)(&mut typed);
        let value = case.value;
        dynamic.root().func_new("give", move |_, _| Ok(Some(value()))).expect("a definition");
        for mut linker in [typed, dynamic] {
            out(&mut linker);
            let mut store = store(engine, ());
            let instance = instantiate(&mut store, &linker, &hostile(case));
            judge(case, "result", call(&mut store, &instance, "ask", &[]).map(|_| ()));
            is_as_it_should_be(case, &mut store, &instance, "ask", &[]);
        }
    });
}

#[test]
fn of_another_components_arguments() {
    each(|engine, case| {
        let mut store = store(engine, ());
        let callee = instantiate(&mut store, &nothing_to_give(engine), &hostile(case));
        let mut linker = Linker::new(engine);
        linker.root().exports(&callee).expect("definitions");
        let caller = instantiate(&mut store, &linker, &honest(case, true));
        let params = [(case.value)()];
        judge(case, "argument", call(&mut store, &caller, "send", &params).map(|_| ()));
        is_as_it_should_be(case, &mut store, &caller, "send", &params);
        is_as_it_should_be(case, &mut store, &callee, "take", &params);
    });
}

#[test]
fn of_another_components_results() {
    each(|engine, case| {
        let mut store = store(engine, ());
        let callee = instantiate(&mut store, &Linker::new(engine), &honest(case, false));
        call(&mut store, &callee, "keep", &[(case.value)()]).expect("it keeps the value");
        let mut linker = Linker::new(engine);
        out(&mut linker);
        linker.root().exports(&callee).expect("definitions");
        let caller = instantiate(&mut store, &linker, &hostile(case));
        judge(case, "result", call(&mut store, &caller, "ask", &[]).map(|_| ()));
        is_as_it_should_be(case, &mut store, &caller, "ask", &[]);
    });
}

/// A `realloc` that never returns.
fn endless() -> Case {
    let typed = typed!(&'static str, "hi");
    let realloc = "(loop $again (br $again)) unreachable".to_owned();
    Case { ty: "string", encoding: "utf8", value: || Val::from("hi"), realloc, outcome: Outcome::Fine, typed }
}

#[test]
fn a_realloc_that_never_returns_is_stopped() {
    let case = endless();
    for engine in engines() {
        // By its fuel, where that is counted; by a deadline everywhere.
        let counts_fuel = Store::new(&engine, ()).set_fuel(1).is_ok();
        for with_fuel in [false, true] {
            if with_fuel && !counts_fuel {
                continue;
            }
            let mut store = store(&engine, ());
            let callee = instantiate(&mut store, &nothing_to_give(&engine), &hostile(&case));
            let mut linker = Linker::new(&engine);
            linker.root().exports(&callee).expect("definitions");
            let caller = instantiate(&mut store, &linker, &honest(&case, true));
            let limit = if with_fuel {
                store.set_fuel(100_000).expect("fuel is counted");
                Limit::Fuel
            } else {
                store.set_deadline(Some(Duration::from_millis(50)));
                Limit::Interrupted
            };
            let error = call(&mut store, &caller, "send", &[Val::from("hi")]).expect_err("it is stopped");
            assert_eq!(error.limit(), Some(limit), "{error}");
            store.set_deadline(None);
            let _ = store.set_fuel(1_000_000);
            is_dead(&mut store, &callee, "take", &[Val::from("hi")]);
        }
    }
}

/// Parameters and results that are too many go through memory: `realloc` gives it for parameters, the caller says where it
/// wants results.
#[test]
fn of_what_goes_through_memory() {
    let many = "(tuple u32 u32 u32 u32 u32 u32 u32 u32 u32 u32 u32 u32 u32 u32 u32 u32 u32)";
    let value = || Val::Tuple(vec![Val::U32(7); 17]);
    let text = |answer: u32| {
        format!(
            r#"(component
            (import "give" (func $give (result {many})))
            (core module $Libc (memory (export "memory") 1)
                (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const {answer})))
            (core instance $libc (instantiate $Libc))
            (core func $give (canon lower (func $give) (memory (core memory $libc "memory"))))
            (core module $M
                (import "" "give" (func $give (param i32)))
                (func (export "take") (param i32))
                (func (export "ask") (call $give (i32.const {answer}))))
            (core instance $m (instantiate $M (with "" (instance (export "give" (func $give))))))
            (func (export "take") (param "x" {many})
                (canon lift (core func $m "take") (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
            (func (export "ask") (canon lift (core func $m "ask"))))"#
        )
    };
    let giver = format!(
        r#"(component
        (core module $M (memory (export "memory") 1) (func (export "give") (result i32) (i32.const 64)))
        (core instance $m (instantiate $M))
        (func (export "give") (result {many}) (canon lift (core func $m "give") (memory (core memory $m "memory")))))"#
    );
    let (what, memory) = (What::Result, MEMORY);
    let cases = [
        (2, Trap::ReallocUnaligned { ptr: 2, align: 4 }, Trap::PointerUnaligned { what, ptr: 2, align: 4 }),
        (
            65472,
            Trap::ReallocOutOfBounds { ptr: 65472, bytes: 68, memory },
            Trap::PointerOutOfBounds { what, ptr: 65472, bytes: 68, memory },
        ),
        (
            u32::MAX - 3,
            Trap::ReallocOutOfBounds { ptr: 0xffff_fffc, bytes: 68, memory },
            Trap::PointerOutOfBounds { what, ptr: 0xffff_fffc, bytes: 68, memory },
        ),
    ];
    for engine in engines() {
        for (answer, taken, asked) in cases {
            let mut store = store(&engine, ());
            let mut from_host = Linker::new(&engine);
            from_host.root().func_new("give", move |_, _| Ok(Some(value()))).expect("a definition");
            let giver = instantiate(&mut store, &Linker::new(&engine), &giver);
            let mut from_guest = Linker::new(&engine);
            from_guest.root().exports(&giver).expect("definitions");
            for (linker, name, trap) in
                [(&from_host, "take", taken), (&from_host, "ask", asked), (&from_guest, "ask", asked)]
            {
                let instance = instantiate(&mut store, linker, &text(answer));
                let params = if name == "take" { vec![value()] } else { vec![] };
                let error = call(&mut store, &instance, name, &params).expect_err("a trap");
                assert_eq!(error.downcast_ref(), Some(&trap), "{name} {answer}: {error}");
                is_dead(&mut store, &instance, name, &params);
            }
        }
    }
}
