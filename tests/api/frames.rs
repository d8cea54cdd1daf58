//! What an observer is shown of a function's frame at each instruction.

use std::sync::{Arc, Mutex};

use falkirk::{Config, Engine, EngineKind, Event, Instance, Module, Observer, Store, Val};

/// Writes a line for each instruction: its text, the locals, the stack, the first byte of memory, the first global.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

impl Observer for Lines {
    fn event(&mut self, event: Event<'_>) {
        let Event::Instruction { text, operands, frame, .. } = event else { return };
        let show = |values: &[Val]| values.iter().map(Val::to_string).collect::<Vec<_>>().join(" ");
        let stack = frame.stack();
        assert!(show(&stack).ends_with(&show(operands)), "{text}: {operands:?} of {stack:?}");
        let byte = frame.memory(0).map(|memory| memory[0]);
        let line = format!("{text} | {} | {} | {byte:?} {:?}", show(&frame.locals()), show(&stack), frame.global(0));
        self.0.lock().expect("nobody panicked").push(line);
        assert!(frame.memory(1).is_none() && frame.global(1).is_none());
    }
}

/// The lines of a call of `f`, and how high the stack was at most.
fn lines(text: &str, arguments: &[Val]) -> Vec<String> {
    let engine = Engine::new(Config::new().engine(EngineKind::Interp).tracing(true)).expect("it traces");
    let mut store = Store::new(&engine, ());
    let module = Module::new(&engine, text).expect("a module");
    let instance = Instance::new(&mut store, &module, &[]).expect("an instance");
    let lines = Lines::default();
    store.set_observer(Some(Box::new(lines.clone())));
    instance.get_func(&store, "f").expect("a function").call(&mut store, arguments, &mut []).expect("it runs");
    std::mem::take(&mut lines.0.lock().expect("nobody panicked"))
}

#[test]
fn locals_stack_memory_and_globals_are_shown() {
    let text = r#"(module (memory 1) (global (mut i64) (i64.const 5))
        (func (export "f") (param i32) (local f64 i32)
            local.get 0
            i64.const -1
            global.set 0
            f64.const 2.5
            local.set 1
            i32.const 7
            i32.store8
            i32.const 3
            local.tee 2
            drop))"#;
    let expected = [
        "local.get 0 | 0 0 0 |  | Some(0) Some(I64(5))",
        "i64.const -1 | 0 0 0 | 0 | Some(0) Some(I64(5))",
        "global.set 0 | 0 0 0 | 0 -1 | Some(0) Some(I64(5))",
        "f64.const 2.5 | 0 0 0 | 0 | Some(0) Some(I64(-1))",
        "local.set 1 | 0 0 0 | 0 2.5 | Some(0) Some(I64(-1))",
        "i32.const 7 | 0 2.5 0 | 0 | Some(0) Some(I64(-1))",
        "i32.store8 | 0 2.5 0 | 0 7 | Some(0) Some(I64(-1))",
        "i32.const 3 | 0 2.5 0 |  | Some(7) Some(I64(-1))",
        "local.tee 2 | 0 2.5 0 | 3 | Some(7) Some(I64(-1))",
        "drop | 0 2.5 3 | 3 | Some(7) Some(I64(-1))",
        "end | 0 2.5 3 |  | Some(7) Some(I64(-1))",
    ];
    assert_eq!(lines(text, &[Val::I32(0)]), expected);
}

/// What earlier calls have left on the value stack does not show, and references among it would be dangling.
#[test]
fn locals_that_were_not_set_are_zero_or_null() {
    let text = r#"(module
        (func $dirty (local i64 i64 i64 i64)
            (local.set 0 (i64.const -1)) (local.set 1 (i64.const -1))
            (local.set 2 (i64.const -1)) (local.set 3 (i64.const -1)))
        (func $clean (local i64 funcref externref i32)
            (local.set 0 (i64.const 1)) (local.set 1 (ref.null func)) (local.set 2 (ref.null extern)) (local.set 3 (i32.const 1)))
        (func (export "f") (call $dirty) (call $clean)))"#;
    let lines = lines(text, &[]);
    let clean: Vec<&String> = lines.iter().filter(|line| line.contains("null")).collect();
    assert!(clean[0].starts_with("i64.const 1 | 0 null null 0 |"), "{}", clean[0]);
    assert!(clean.iter().all(|line| !line.contains("-1")), "{clean:?}");
}

#[test]
fn of_many_locals_and_a_high_stack_a_part_is_shown() {
    let text = format!(
        "(module (func (export \"f\") {} {} {}))",
        "(local i32)".repeat(1000),
        "i32.const 1 ".repeat(100),
        "drop ".repeat(100)
    );
    let lines = lines(&text, &[]);
    let parts: Vec<Vec<usize>> =
        lines.iter().map(|line| line.split('|').map(|part| part.split_whitespace().count()).collect()).collect();
    assert!(parts.iter().all(|part| part[1] == 64), "locals");
    assert_eq!(parts.iter().map(|part| part[2]).max(), Some(32));
}
