//! Calls with a thousand parameters and results, long chains, and programs that do not end.

use std::time::{Duration, Instant};

use falkirk::{Engine, Func, FuncType, Instance, Limit, Module, Val, ValType};

use super::Case;
use super::support::{gives, reaches, run, start, store};

pub const CASES: &[Case] = &[
    Case { name: "a_thousand_parameters_and_results", mib: 32, run: thousand_of_each },
    Case { name: "a_host_function_of_a_thousand_parameters_and_results", mib: 32, run: thousand_through_the_host },
    Case { name: "more_parameters_than_a_type_may_have", mib: 32, run: too_many_parameters },
    Case { name: "a_chain_of_ten_thousand_functions", mib: 64, run: long_chain },
    Case { name: "a_start_function_that_does_not_end", mib: 32, run: endless_start },
    Case { name: "loops_that_do_not_end", mib: 32, run: endless_loops },
    Case { name: "loops_that_run_out_of_fuel", mib: 32, run: out_of_fuel },
    Case { name: "interrupted_from_another_thread", mib: 32, run: interrupted },
];

/// `(param i32 ...)` or the like, a thousand times.
fn thousand(what: &str) -> String {
    format!("({what} {})", "i32 ".repeat(1000))
}

/// A thousand values go through a direct call, an indirect call, a tail call, a block and a loop.
fn thousand_of_each(engine: &Engine) {
    let (params, results) = (thousand("param"), thousand("result"));
    let gets: String = (0..1000).map(|number| format!("local.get {number} ")).collect();
    let text = format!(
        r#"(module (type $wide (func {params} {results})) (table funcref (elem $same $tail))
            (func $same (type $wide) {gets})
            (func $tail (type $wide) {gets} (return_call $same))
            (func $tail_indirect (type $wide) {gets} (return_call_indirect (type $wide) (i32.const 1)))
            (func (export "f") (result i32) {ones}
                (call $same) (call $tail) (call $tail_indirect)
                (call_indirect (type $wide) (i32.const 0)) (call_indirect (type $wide) (i32.const 1))
                (block (type $wide) (br 0)) (loop (type $wide))
                {adds}))"#,
        ones = "(i32.const 1) ".repeat(1000),
        adds = "i32.add ".repeat(999),
    );
    gives(run(engine, text), 1000);
}

fn thousand_through_the_host(engine: &Engine) {
    let (params, results) = (thousand("param"), thousand("result"));
    let text = format!(
        r#"(module (import "host" "f" (func $host {params} {results}))
            (func (export "f") (result i32) {ones} (call $host) {adds}))"#,
        ones = "(i32.const 1) ".repeat(1000),
        adds = "i32.add ".repeat(999),
    );
    let module = Module::new(engine, text).unwrap_or_else(|error| panic!("{error}"));
    let mut store = store(engine);
    let wide = || std::iter::repeat_n(ValType::I32, 1000);
    let host = Func::new(&mut store, FuncType::new(wide(), wide()), |_, params: &[Val], results: &mut [Val]| {
        results.copy_from_slice(params);
        Ok(())
    });
    // From the host into the host function directly, too.
    let mut results = vec![Val::I32(0); 1000];
    host.call(&mut store, &vec![Val::I32(5); 1000], &mut results).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(results, vec![Val::I32(5); 1000]);
    let instance = Instance::new(&mut store, &module, &[host.into()]).unwrap_or_else(|error| panic!("{error}"));
    let f = instance.get_typed_func::<(), i32>(&mut store, "f").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(f.call(&mut store, ()).unwrap_or_else(|error| panic!("{error}")), 1000);
}

fn too_many_parameters(engine: &Engine) {
    for what in ["param", "result"] {
        let text = format!("(module (type (func ({what} {}))))", "i32 ".repeat(1001));
        super::support::is_rejected(engine, text);
    }
}

/// Each function calls the next; the last gives 7.
fn long_chain(engine: &Engine) {
    let mut text = String::from("(module (func (export \"f\") (result i32) (call 1))");
    for number in 1..9_999 {
        text.push_str(&format!("(func (result i32) (call {}))", number + 1));
    }
    text.push_str("(func (result i32) (i32.const 7)))");
    gives(run(engine, text), 7);
}

const ENDLESS: [&str; 4] = [
    r#"(module (func $f (export "f") (result i32) (loop $l (br $l)) (unreachable)))"#,
    r#"(module (func $f (export "f") (result i32) (return_call $f)))"#,
    r#"(module (type $t (func (result i32))) (table funcref (elem $f))
        (func $f (export "f") (result i32) (return_call_indirect (type $t) (i32.const 0))))"#,
    r#"(module (func $g) (func (export "f") (result i32) (loop $l (call $g) (br_if $l (i32.const 1)) (br $l))
        (unreachable)))"#,
];

fn endless_start(engine: &Engine) {
    let text = "(module (func $s (loop $l (br $l))) (start $s))";
    let module = Module::new(engine, text).unwrap_or_else(|error| panic!("{error}"));
    let mut store = store(engine);
    store.set_deadline(Some(Duration::from_millis(50)));
    reaches(Instance::new(&mut store, &module, &[]), Limit::Interrupted);
}

fn endless_loops(engine: &Engine) {
    for text in ENDLESS {
        let mut running = start(engine, text).unwrap_or_else(|error| panic!("{error}"));
        let started = Instant::now();
        running.store.set_deadline(Some(Duration::from_millis(50)));
        reaches(running.call("f"), Limit::Interrupted);
        let took = started.elapsed();
        assert!(took >= Duration::from_millis(45) && took < Duration::from_secs(5), "{text}: {took:?}");
        // A passed deadline ends the next call too, until it is taken back.
        reaches(running.call("f"), Limit::Interrupted);
    }
}

fn out_of_fuel(engine: &Engine) {
    for text in ENDLESS {
        let mut running = start(engine, text).unwrap_or_else(|error| panic!("{error}"));
        if running.store.set_fuel(100_000).is_err() {
            return;
        }
        reaches(running.call("f"), Limit::Fuel);
    }
}

fn interrupted(engine: &Engine) {
    for text in ENDLESS {
        let mut running = start(engine, text).unwrap_or_else(|error| panic!("{error}"));
        let handle = running.store.interrupt_handle();
        let other = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(20));
            handle.interrupt();
        });
        reaches(running.call("f"), Limit::Interrupted);
        other.join().unwrap_or_else(|_| panic!("the other thread panicked"));
    }
}
