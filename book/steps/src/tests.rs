//! Every step computes the same, and so does Falkirk's interpreter.

use falkirk::{Engine, Instance, Module, Store};

use crate::programs::{COLLATZ, PROGRAMS, Program, SUM};
use crate::{STEPS, tail};

/// What Falkirk makes of the module.
fn falkirk(program: &Program, n: i32) -> i32 {
    let engine = Engine::default();
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(program.file);
    let module = Module::from_file(&engine, file).expect("a valid module");
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[]).expect("it imports nothing");
    let function = instance.get_typed_func::<i32, i32>(&store, program.name).expect("the export");
    function.call(&mut store, n).expect("no trap")
}

#[test]
fn every_step_computes_the_same() {
    for program in &PROGRAMS {
        for n in [0, 1, 2, 3, 10, 27, 1000] {
            let expected = falkirk(program, n);
            for step in &STEPS {
                assert_eq!((step.run)(program, n), expected, "{} of {}({n})", step.name, program.name);
            }
        }
    }
}

#[test]
fn no_step_executes_more_than_the_one_before() {
    for program in &PROGRAMS {
        let counts: Vec<u64> = STEPS.iter().map(|step| (step.count)(program, 100)).collect();
        assert!(counts.is_sorted_by(|a, b| a >= b), "{}: {counts:?}", program.name);
        assert!(counts[0] > 2 * counts[STEPS.len() - 1], "{}: {counts:?}", program.name);
    }
}

/// As the chapter says.
#[test]
fn instructions_become_smaller() {
    assert_eq!(size_of::<crate::places::Instr>(), 20);
    assert_eq!(size_of::<crate::forms::Instr>(), 8);
}

/// Calls that stay calls would need some hundred megabytes.
#[test]
fn handlers_need_no_stack() {
    let run = || [&SUM, &COLLATZ].map(|program| tail::run(&tail::assemble(program.fused), 10_000));
    let thread = std::thread::Builder::new().stack_size(64 * 1024).spawn(run).expect("a thread");
    assert_eq!(thread.join().expect("no overflow"), [50_005_000, 849_666]);
}
