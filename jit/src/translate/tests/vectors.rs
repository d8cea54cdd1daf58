//! Every vector operator compiles for every machine that the JIT is for, and to code that calls nothing.

use cranelift_codegen::Context;
use cranelift_codegen::ir::Function;
use cranelift_codegen::isa::{self, OwnedTargetIsa};
use cranelift_codegen::settings::{self, Configurable};

use super::{guarded, module, translate};

/// The operators' names and arities as `wasmparser` has them: `visit_i8x16_add` and `(arity 2 -> 1)`.
macro_rules! names_and_arities {
    ($(@$proposal:ident $operator:ident $({ $($field:ident: $ty:ty),* })? => $visit:ident $arity:tt)*) => {
        &[$((stringify!($visit), stringify!($arity))),*]
    };
}

const OPERATORS: &[(&str, &str)] = wasmparser::for_each_visit_simd_operator!(names_and_arities);

/// An operator's name in the text format.
fn text_name(visit: &str) -> String {
    visit.strip_prefix("visit_").expect("a visitor's method").replacen('_', ".", 1)
}

/// The scalar type of the lanes of a shape.
fn scalar(shape: &str) -> &'static str {
    match shape {
        "i64x2" => "i64",
        "f32x4" => "f32",
        "f64x2" => "f64",
        _ => "i32",
    }
}

/// An operator with its immediates, and the types of its parameters and result. It reads or writes a memory with
/// addresses of type `address`.
fn instruction(visit: &str, arity: &str, address: &'static str) -> (String, Vec<&'static str>, &'static str) {
    let name = text_name(visit);
    let (shape, rest) = name.split_once('.').expect("a shape");
    let memory = if address == "i64" { " 1" } else { "" };
    let access = format!("{name}{memory} offset=3");
    match rest {
        "const" => (format!("{name} i32x4 1 2 3 4"), vec![], "v128"),
        "shuffle" => (format!("{name} 0 17 2 19 4 21 6 23 8 25 10 27 12 29 14 31"), vec!["v128"; 2], "v128"),
        "splat" => (name.clone(), vec![scalar(shape)], "v128"),
        "replace_lane" => (format!("{name} 1"), vec!["v128", scalar(shape)], "v128"),
        "shl" | "shr_s" | "shr_u" => (name.clone(), vec!["v128", "i32"], "v128"),
        "any_true" | "all_true" | "bitmask" => (name.clone(), vec!["v128"], "i32"),
        "store" => (access, vec![address, "v128"], ""),
        _ if rest.starts_with("extract_lane") => (format!("{name} 1"), vec!["v128"], scalar(shape)),
        _ if rest.starts_with("load") && rest.ends_with("_lane") => (access + " 1", vec![address, "v128"], "v128"),
        _ if rest.starts_with("store") => (access + " 1", vec![address, "v128"], ""),
        _ if rest.starts_with("load") => (access, vec![address], "v128"),
        _ => {
            let params = (1..=3).find(|count| arity.contains(&format!("{count} -> 1"))).expect("an arity");
            (name, vec!["v128"; params], "v128")
        }
    }
}

/// A module with a function for each operator and each type of address.
fn every_operator() -> String {
    let mut text = String::from("(module (memory 1) (memory i64 1)");
    for (visit, arity) in OPERATORS {
        for address in ["i32", "i64"] {
            let (instruction, params, result) = instruction(visit, arity, address);
            let operands: String = (0..params.len()).map(|param| format!("local.get {param} ")).collect();
            let params = params.join(" ");
            text += &format!("\n(func (param {params}) (result {result}) {operands} {instruction})");
        }
    }
    text + ")"
}

/// A machine with these features of x86_64.
pub(super) fn machine(name: &str, features: &[&str]) -> OwnedTargetIsa {
    let mut builder = isa::lookup_by_name(name).expect("the backend is built for tests");
    for feature in features {
        builder.enable(feature).expect("a feature");
    }
    let mut flags = settings::builder();
    flags.set("enable_multi_ret_implicit_sret", "true").expect("a flag");
    flags.set("is_pic", "false").expect("a flag");
    flags.set("preserve_frame_pointers", "true").expect("a flag");
    builder.finish(settings::Flags::new(flags)).expect("a machine")
}

/// Compiles a function; its code must not need an address of anything else.
fn compile(func: &Function, isa: &OwnedTargetIsa) {
    let mut context = Context::for_function(func.clone());
    let compiled = match context.compile(&**isa, &mut Default::default()) {
        Ok(compiled) => compiled,
        Err(error) => panic!("{}: {:?}\n{func}", isa.triple(), error.inner),
    };
    assert!(compiled.buffer.relocs().is_empty(), "{}: {:?}\n{func}", isa.triple(), compiled.buffer.relocs());
}

#[test]
fn every_operator_compiles_for_every_machine() {
    let oldest = ["has_sse3", "has_ssse3", "has_sse41"];
    let newer = ["has_sse3", "has_ssse3", "has_sse41", "has_sse42", "has_avx", "has_avx2"];
    let machines = [machine("x86_64", &oldest), machine("x86_64", &newer), machine("aarch64", &[])];
    let env = module(every_operator(), guarded());
    assert_eq!(env.info.bodies.len(), 2 * OPERATORS.len());
    for index in 0..env.info.bodies.len() as u32 {
        let func = translate(&env, index).expect("the function is within all limits");
        for machine in &machines {
            compile(&func, machine);
        }
    }
}
