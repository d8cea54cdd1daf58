//! Tests of what only this crate can see: that dispatch needs no stack, whatever the instructions.

use std::fmt::Write;
use std::sync::Arc;

use falkirk_runtime::engine::Settings;
use falkirk_runtime::{Config, Engine, Instance, Module, Store};

use crate::Interpreter;
use crate::exec::rare::{METERED, MemoryFill};
use crate::exec::state::handler;
use crate::translate::Translator;
use crate::vector_ops::for_each_vector_op;

/// Runs the export `run` of a module, `turns` times round its loop, on a thread with a stack of 64 KiB: a handler that
/// called the next instead of jumping to it would soon overflow that.
fn run_on_a_small_stack(name: String, text: String, turns: i32) {
    let run = move || {
        let engine = Engine::with_backend(&Config::new(), Arc::new(Interpreter)).expect("an engine");
        let module = Module::new(&engine, &text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        (engine, module)
    };
    let (engine, module) = run();
    let thread = std::thread::Builder::new().name(name).stack_size(64 << 10).spawn(move || {
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[]).expect("an instance");
        let run = instance.get_typed_func::<i32, ()>(&mut store, "run").expect("the export");
        run.call(&mut store, turns).expect("it runs");
    });
    thread.expect("a thread").join().expect("dispatch needs no stack");
}

/// A module whose `run` goes round a loop with this body.
fn looped(body: &str) -> String {
    format!(
        "(module (memory 1) (global $g (mut i32) (i32.const 0)) (global $v (mut v128) (v128.const i64x2 1 2))
           (table 2 funcref) (func $f) (elem declare func $f)
           (func (export \"run\") (param $n i32) (local $i i32) (local $a i32) (local $b i64) (local $c f32)
             (local $d f64) (local $v v128) (local $w v128)
             (loop $again
               {body}
               (br_if $again (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))))"
    )
}

#[test]
fn ten_million_dispatches_fit_a_small_stack() {
    let body = "(local.set $a (i32.mul (i32.add (local.get $a) (local.get $i)) (i32.const 31)))
        (local.set $b (i64.xor (local.get $b) (i64.extend_i32_u (local.get $a))))
        (local.set $d (f64.add (local.get $d) (f64.convert_i32_s (local.get $a))))
        (i32.store (i32.const 8) (i32.load (i32.const 4)))
        (global.set $g (i32.add (global.get $g) (i32.const 1)))";
    run_on_a_small_stack("scalars".into(), looped(body), 1_000_000);
}

#[test]
fn rare_instructions_fit_a_small_stack() {
    let body = "(memory.fill (i32.const 16) (i32.const 7) (i32.const 9))
        (memory.copy (i32.const 32) (i32.const 16) (i32.const 9))
        (drop (memory.grow (i32.const 0)))
        (table.set (i32.const 1) (ref.func $f))
        (table.copy (i32.const 0) (i32.const 1) (i32.const 1))
        (table.fill (i32.const 0) (ref.null func) (i32.const 1))
        (drop (ref.is_null (table.get (i32.const 0))))
        (call $f)
        (call_indirect (i32.const 1))";
    run_on_a_small_stack("rare".into(), looped(body), 20_000);
}

macro_rules! names {
    (
        binary { $($b:ident $bf:ident,)* }
        unary { $($u:ident $uf:ident,)* }
        ternary { $($t:ident $tf:ident,)* }
        shift { $($s:ident $sf:ident,)* }
        test { $($q:ident $qf:ident,)* }
        splat { $($p:ident $pf:ident $pt:ty,)* }
        extract { $($e:ident $ef:ident $et:ty,)* }
        replace { $($r:ident $rf:ident $rt:ty,)* }
    ) => {
        const BINARY: &[&str] = &[$(stringify!($bf)),*];
        const UNARY: &[&str] = &[$(stringify!($uf)),*];
        const TERNARY: &[&str] = &[$(stringify!($tf)),*];
        const SHIFT: &[&str] = &[$(stringify!($sf)),*];
        const TEST: &[&str] = &[$(stringify!($qf)),*];
        const SPLAT: &[(&str, &str)] = &[$((stringify!($pf), stringify!($pt))),*];
        const EXTRACT: &[&str] = &[$(stringify!($ef)),*];
        const REPLACE: &[(&str, &str)] = &[$((stringify!($rf), stringify!($rt))),*];
    };
}
for_each_vector_op!(names);

/// The name in the text format.
fn mnemonic(name: &str) -> String {
    name.replacen('_', ".", 1)
}

/// A local of the type that a lane of this Rust type comes from.
fn scalar(ty: &str) -> &'static str {
    match ty {
        "u32" => "(local.get $a)",
        "u64" => "(local.get $b)",
        "f32" => "(local.get $c)",
        _ => "(local.get $d)",
    }
}

#[test]
fn every_vector_instruction_fits_a_small_stack() {
    let (v, w) = ("(local.get $v)", "(local.get $w)");
    let mut body = String::new();
    let mut vector = |line: String| writeln!(body, "(local.set $w {line})").expect("a string takes everything");
    for name in BINARY {
        vector(format!("({} {v} {w})", mnemonic(name)));
    }
    for name in UNARY {
        vector(format!("({} {v})", mnemonic(name)));
    }
    for name in TERNARY {
        vector(format!("({} {v} {w} {v})", mnemonic(name)));
    }
    for name in SHIFT {
        vector(format!("({} {v} (local.get $a))", mnemonic(name)));
    }
    for (name, ty) in SPLAT {
        vector(format!("({} {})", mnemonic(name), scalar(ty)));
    }
    for (name, ty) in REPLACE {
        vector(format!("({} 1 {v} {})", mnemonic(name), scalar(ty)));
    }
    for load in ["", "8x8_s", "16x4_u", "32x2_s", "8_splat", "16_splat", "32_splat", "64_splat", "32_zero", "64_zero"] {
        vector(format!("(v128.load{load} (i32.const 16))"));
    }
    for lane in [8, 16, 32, 64] {
        vector(format!("(v128.load{lane}_lane 1 (i32.const 16) {v})"));
    }
    vector(format!("(i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 31 {v} {w})"));
    vector(format!("(select {v} {w} (local.get $a))"));
    vector("(global.get $v)".into());
    for name in TEST.iter().chain(EXTRACT) {
        let lane = if EXTRACT.contains(name) { "1" } else { "" };
        writeln!(body, "(drop ({} {lane} {v}))", mnemonic(name)).expect("a string takes everything");
    }
    for lane in [8, 16, 32, 64] {
        writeln!(body, "(v128.store{lane}_lane 1 (i32.const 16) {v})").expect("a string takes everything");
    }
    body.push_str("(v128.store (i32.const 32) (local.get $w)) (global.set $v (local.get $w))");
    run_on_a_small_stack("vectors".into(), looped(&body), 5_000);
}

#[test]
fn only_metered_code_pays() {
    let engine = Engine::with_backend(&Config::new(), Arc::new(Interpreter)).expect("an engine");
    let text = "(module (memory i64 1)
        (func (memory.fill (i64.const 0) (i32.const 0) (i64.const -1))))";
    let module = Module::new(&engine, text).expect("a module");
    for fuel in [false, true] {
        let settings = Settings { fuel, lazy_above: None, ..*Config::new().settings() };
        let mut translator = Translator::default();
        let code = translator.translate(module.info(), 0, settings).expect("it translates");
        assert_eq!(code.words[code.entry - 2] != 0, fuel, "the price of the call");
        let fill = handler::<MemoryFill> as *const () as u64;
        let at = code.words.iter().position(|word| *word == fill).expect("the fill");
        assert_eq!((code.words[at + 1] >> 16) as u16 & METERED != 0, fuel, "the price of the fill");
    }
}
