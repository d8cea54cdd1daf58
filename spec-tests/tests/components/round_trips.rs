//! Random values of random types, which go through guests and come back; and guests that return random bytes. The same with
//! types that Rust knows.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use falkirk::Engine;
use falkirk::component::Linker;
use falkirk_spec_tests::crossings::{Case, Outcome};
use falkirk_spec_tests::engines::{self, Subject};
use proptest::prelude::*;

use crate::support::{LIBC, instantiate, store};

fn subjects() -> &'static [Subject] {
    static SUBJECTS: OnceLock<Vec<Subject>> = OnceLock::new();
    SUBJECTS.get_or_init(engines::all)
}

static CASES: AtomicUsize = AtomicUsize::new(0);
static TRAPS: AtomicUsize = AtomicUsize::new(0);

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, max_shrink_iters: 500, ..ProptestConfig::with_cases(128) })]

    fn cases_are_as_they_should_be(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        match Case::from_bytes(&bytes).check(subjects()) {
            Ok(outcome) => {
                CASES.fetch_add(1, Ordering::Relaxed);
                TRAPS.fetch_add(usize::from(outcome == Outcome::Trapped), Ordering::Relaxed);
            }
            Err(problem) => prop_assert!(false, "{problem}"),
        }
    }
}

/// What goes through memory, and what goes flat.
type Deep = Vec<(u32, String, Option<u8>, Result<Vec<i16>, char>)>;
type Flat = (u8, i64, f64, bool, Option<char>);

/// A guest that hands both on to `next`, and returns what comes back.
fn passing(encoding: &str) -> String {
    let deep = "(list (tuple u32 string (option u8) (result (list s16) (error char))))";
    let flat = "(tuple u8 s64 f64 bool (option char))";
    let (core, args) =
        ("i32 i32 i32 i64 f64 i32 i32 i32", (0..8).map(|i| format!("(local.get {i})")).collect::<String>());
    let ty = format!(r#"(param "deep" {deep}) (param "flat" {flat}) (result (tuple {deep} {flat}))"#);
    let options = format!(
        r#"string-encoding={encoding} (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))"#
    );
    format!(
        r#"(component
        (import "next" (func $next {ty}))
        (core module $Libc {LIBC})
        (core instance $libc (instantiate $Libc))
        (core func $next (canon lower (func $next) {options}))
        (core module $M
            (import "" "next" (func $next (param {core} i32)))
            (func (export "next") (param {core}) (result i32) (call $next {args} (i32.const 1024)) (i32.const 1024)))
        (core instance $m (instantiate $M (with "" (instance (export "next" (func $next))))))
        (func (export "next") {ty} (canon lift (core func $m "next") {options})))"#
    )
}

fn typed_journey(engine: &Engine, deep: &Deep, flat: &Flat) {
    let mut linker = Linker::new(engine);
    linker.root().func_wrap("next", |_, both: (Deep, Flat)| Ok((both,))).expect("a definition");
    let mut store = store(engine, ());
    for encoding in ["utf8", "utf16", "latin1+utf16", "utf8"] {
        let instance = instantiate(&mut store, &linker, &passing(encoding));
        let next = instance.get_typed_func::<(Deep, Flat), ((Deep, Flat),)>("next").expect("its type");
        let (found,) = next.call(&mut store, (deep.clone(), *flat)).expect("it returns");
        assert_eq!(found, (deep.clone(), *flat), "{encoding}");
        linker = Linker::new(engine);
        linker.root().exports(&instance).expect("definitions");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(32) })]

    #[test]
    fn typed_values_come_back_as_they_went(deep in any::<Deep>(), flat in any::<Flat>()) {
        let deep: Deep = deep.into_iter().take(8).collect();
        subjects().iter().for_each(|subject| typed_journey(&subject.engine, &deep, &flat));
    }
}

#[test]
fn values_come_back_as_they_went() {
    cases_are_as_they_should_be();
    let (cases, traps) = (CASES.load(Ordering::Relaxed), TRAPS.load(Ordering::Relaxed));
    eprintln!("{traps} traps in {cases} cases");
    // Guests that were all found out, or all told the truth, would show nothing.
    assert!(cases < 100 || (cases / 10..cases * 9 / 10).contains(&traps), "{traps} traps in {cases} cases");
}

/// What a fuzzer begins with.
#[test]
fn any_bytes_make_a_case() {
    for bytes in [&[][..], &[0; 1000], &[0xff; 1000], &[0x55; 37]] {
        Case::from_bytes(bytes).check(subjects()).unwrap_or_else(|problem| panic!("{problem}"));
    }
}
