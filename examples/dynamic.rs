//! A host that knows nothing of a component beforehand: `cargo run -p falkirk --example dynamic -- FILE [CALL...]`.
//!
//! Without calls it lists what the component imports and exports, with types as WIT writes them. A call is a name with
//! its arguments in WAVE, the text form of the component model's values, and so is what is printed of its result:
//!
//! ```console
//! $ cargo run -p falkirk --example dynamic -- guests/built/components/greet.wasm 'greet("Zoë")'
//! "Hello, Zoë"
//! ```

use std::io::Write;
use std::process::ExitCode;

use falkirk::component::{Component, Instance, ItemType, Linker, Types, Val, wave};
use falkirk::{Engine, Error, Result, Store};

const USAGE: &str = "usage: dynamic FILE [CALL...], where a CALL is NAME(ARGUMENTS), as in 'greet(\"Zoë\")'";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&Engine::default(), &arguments, &mut std::io::stdout()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(engine: &Engine, arguments: &[String], out: &mut impl Write) -> Result<()> {
    let [file, calls @ ..] = arguments else { return Err(Error::msg(USAGE)) };
    let component = Component::from_file(engine, file)?;
    if calls.is_empty() {
        return list(&component, out);
    }
    let mut store = Store::new(engine, ());
    let instance = Linker::new(engine).instantiate(&mut store, &component)?;
    for text in calls {
        match call(&mut store, &instance, text)? {
            Some(result) => writeln!(out, "{result}")?,
            None => writeln!(out, "()")?,
        }
    }
    Ok(())
}

/// Writes a line for everything that the component imports and exports.
fn list(component: &Component, out: &mut impl Write) -> Result<()> {
    let component = component.types();
    for (word, items) in [("import", component.imports), ("export", component.exports)] {
        for (name, ty) in items {
            item(word, name, ty, component.types, out)?;
        }
    }
    Ok(())
}

/// Writes a line for an item, or for each that is in an instance, under the name that a call would use.
fn item(word: &str, name: &str, ty: &ItemType, types: &Types, out: &mut impl Write) -> Result<()> {
    match ty {
        ItemType::Instance(items) => {
            for (inner, ty) in items {
                item(word, &format!("{name}#{inner}"), ty, types, out)?;
            }
        }
        ty => writeln!(out, "{word} {name}: {}", ty.display(types))?,
    }
    Ok(())
}

/// Makes a call that is written down; its result, if the function has one.
fn call(store: &mut Store<()>, instance: &Instance, text: &str) -> Result<Option<Val>> {
    let (name, arguments) = wave::split_call(text).ok_or_else(|| Error::msg(format!("found `{text}`; {USAGE}")))?;
    let func = instance.get_func(name).ok_or_else(|| Error::msg(instance.no_function(name)))?;
    let (ty, types) = func.ty();
    let arguments = wave::parse_args(types, ty, arguments)
        .map_err(|error| Error::msg(format!("{name} is a {func:?}\n{}", error.point_at(arguments))))?;
    // What a result's place holds before the call does not matter.
    let mut results = vec![Val::Bool(false); usize::from(ty.result().is_some())];
    func.call(store, &arguments, &mut results)?;
    Ok(results.pop())
}

#[cfg(test)]
mod tests {
    //! What is printed, on every engine that is built in.

    use super::*;
    use falkirk::{Config, EngineKind};

    /// What is printed, or said.
    type Answer = std::result::Result<&'static str, &'static str>;

    /// A component that is checked in, calls, and the answer.
    const CASES: &[(&str, &[&str], Answer)] = &[
        ("greet", &[], Ok("export greet: func(name: string) -> string\n")),
        ("greet", &["greet(\"Zoë\")"], Ok("\"Hello, Zoë\"\n")),
        ("greet-c", &["greet(\"\\u{1F600} \\\"\")", "greet(\"\")"], Ok("\"Hello, 😀 \\\"\"\n\"Hello, \"\n")),
        (
            "adder",
            &[],
            Ok("export add-directly: func(a: u32, b: u32) -> u32\n\
                export falkirk:adder/add@0.1.0#add: func(a: u32, b: u32) -> u32\n"),
        ),
        ("adder", &["add-directly(4294967295, 2)", "falkirk:adder/add@0.1.0#add(1, 2)"], Ok("1\n3\n")),
        (
            "calculator",
            &[],
            Ok("import falkirk:adder/add@0.1.0#add: func(a: u32, b: u32) -> u32\n\
                export add-three: func(a: u32, b: u32, c: u32) -> u32\n"),
        ),
        (
            "calculator",
            &["add-three(1, 2, 3)"],
            Err(
                "missing import: the component imports \"falkirk:adder/add@0.1.0\", wanted as an instance that exports \
                 \"add\"; nothing is defined there: define it with Linker::instance or Linker::root",
            ),
        ),
        ("greet", &["greet(1)"], Err("greet is a func(name: string) -> string\n(1)\n ^ found `1`, wanted string")),
        ("greet", &["great(1)"], Err("there is no export \"great\"; exported functions are \"greet\"")),
        (
            "greet",
            &["greet"],
            Err(
                "found `greet`; usage: dynamic FILE [CALL...], where a CALL is NAME(ARGUMENTS), as in 'greet(\"Zoë\")'",
            ),
        ),
    ];

    #[track_caller]
    fn check(file: &str, calls: &[&str], expected: Answer) {
        for (built_in, kind) in
            [(cfg!(feature = "interp"), EngineKind::Interp), (cfg!(feature = "jit"), EngineKind::Jit)]
        {
            if !built_in {
                continue;
            }
            let engine = Engine::new(Config::new().engine(kind)).expect("an engine");
            let arguments: Vec<String> = [&[file], calls].concat().into_iter().map(str::to_owned).collect();
            let mut out = Vec::new();
            let result = run(&engine, &arguments, &mut out).map(|()| String::from_utf8(out).expect("UTF-8"));
            let result = result.map_err(|error| error.to_string());
            assert_eq!(result.as_deref().map_err(String::as_str), expected, "{kind:?}: {arguments:?}");
        }
    }

    #[test]
    fn prints_what_it_finds() {
        for (name, calls, expected) in CASES {
            let file = format!("{}/guests/built/components/{name}.wasm", env!("CARGO_MANIFEST_DIR"));
            check(&file, calls, *expected);
        }
    }

    /// A component that gives back what it is given.
    const ECHO: &str = r#"(component
        (type $color' (enum "red" "green"))
        (export $color "color" (type $color'))
        (type $rights' (flags "read" "write"))
        (export $rights "rights" (type $rights'))
        (core module $M
            (memory (export "memory") 1)
            (data (i32.const 16) "two")
            (func (export "echo") (param i32) (result i32) (local.get 0))
            (func (export "place") (result i32)
                (i32.store (i32.const 0) (i32.const 16)) (i32.store (i32.const 4) (i32.const 3))
                (i32.const 0))
            (func (export "nothing")))
        (core instance $m (instantiate $M))
        (func (export "same-color") (param "c" $color) (result $color) (canon lift (core func $m "echo")))
        (func (export "same-rights") (param "r" $rights) (result $rights) (canon lift (core func $m "echo")))
        (func (export "bytes") (result (list u8)) (canon lift (core func $m "place") (memory (core memory $m "memory"))))
        (func (export "nothing") (canon lift (core func $m "nothing"))))"#;

    #[test]
    #[cfg(feature = "wat")]
    fn knows_all_types() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("echo.wat");
        std::fs::write(&file, ECHO).expect("it is written");
        let file = file.to_str().expect("UTF-8");
        let listed = "export color: type enum { red, green }\n\
                      export rights: type flags { read, write }\n\
                      export same-color: func(c: enum { red, green }) -> enum { red, green }\n\
                      export same-rights: func(r: flags { read, write }) -> flags { read, write }\n\
                      export bytes: func() -> list<u8>\n\
                      export nothing: func()\n";
        check(file, &[], Ok(listed));
        let calls = ["same-color(green)", "same-rights({write, read})", "bytes()", "nothing()"];
        check(file, &calls, Ok("green\n{read, write}\n[116, 119, 111]\n()\n"));
        check(
            file,
            &["same-color(blue)"],
            Err("same-color is a func(c: enum { red, green }) -> enum { red, green }\n\
            (blue)\n ^^^^ found `blue`, wanted enum { red, green }"),
        );
    }

    #[test]
    fn what_is_no_component_is_refused() {
        check("no-file", &[], Err("cannot read the component no-file: No such file or directory (os error 2)"));
        let module = concat!(env!("CARGO_MANIFEST_DIR"), "/guests/built/greet.wasm");
        check(
            module,
            &[],
            Err(
                "malformed module at offset 0x0: this is a core module, not a component: instantiate it as a module, or \
                 make a component of it",
            ),
        );
    }
}
