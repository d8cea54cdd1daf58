//! One world in several languages: whatever toolchain made a component, it gives the same answers, on every engine.
//!
//! Those with a language's engine inside (SpiderMonkey, QuickJS, CPython) are too large to be committed. Where they are
//! not built, the test says how to build them.

use std::path::{Path, PathBuf};

use falkirk::component::{Component, Instance, Linker};
use falkirk::{Engine, Store};
use falkirk_spec_tests::engines;
use libtest_mimic::{Arguments, Failed, Trial};

/// A component, and what it must do.
struct Guest {
    name: &'static str,
    /// Whether `guests/foreign.sh` builds it, and not `guests/rebuild.sh`.
    foreign: bool,
    check: fn(&mut Store<()>, &Instance) -> falkirk::Result<()>,
}

const GUESTS: &[Guest] = &[
    Guest { name: "greet", foreign: false, check: greets },
    Guest { name: "greet-c", foreign: false, check: greets },
    Guest { name: "greet-js", foreign: true, check: greets },
    Guest { name: "greet-qjs", foreign: true, check: greets },
    Guest { name: "adder", foreign: false, check: adds },
    Guest { name: "adder-py", foreign: true, check: adds },
];

/// Names and greetings, by the world `falkirk:greet/greeter`.
const GREETINGS: &[(&str, &str)] = &[
    ("", "Hello, "),
    ("Dan", "Hello, Dan"),
    ("Zoë", "Hello, Zoë"),
    ("e\u{301}", "Hello, e\u{301}"), // an accent of its own: nobody normalizes
    ("😀👩‍🚀", "Hello, 😀👩‍🚀"),
    ("a\0b\u{ffff}\u{10ffff}", "Hello, a\0b\u{ffff}\u{10ffff}"),
    ("`${1 + 1}\\n\"", "Hello, `${1 + 1}\\n\""),
];

/// What names of 100 KiB are made of: characters of one to four bytes.
const LONG: [&str; 4] = ["x", "é", "€", "😀"];

/// Two numbers and their sum, by the world `falkirk:adder/adder`: it wraps around.
const SUMS: &[(u32, u32, u32)] = &[
    (0, 0, 0),
    (1, 2, 3),
    (0x7fff_ffff, 1, 0x8000_0000),
    (0x8000_0000, 0x8000_0000, 0),
    (0xffff_ffff, 0, 0xffff_ffff),
    (0, 0xffff_ffff, 0xffff_ffff),
    (0xffff_ffff, 1, 0),
    (0xffff_ffff, 0xffff_ffff, 0xffff_fffe),
];

fn main() {
    let mut trials = Vec::new();
    for guest in GUESTS {
        let file = guest.file();
        let missing = guest.foreign && !file.exists();
        if missing {
            eprintln!(
                "SKIPPED {0}: {1} is not there; to build it, type: guests/foreign.sh {0}",
                guest.name,
                file.display()
            );
        }
        for subject in engines::all() {
            let file = file.clone();
            let trial =
                Trial::test(format!("{}/{}", subject.name, guest.name), move || run(&subject.engine, guest, &file));
            trials.push(trial.with_ignored_flag(missing));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

impl Guest {
    fn file(&self) -> PathBuf {
        let guests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../guests");
        let folder = match self.foreign {
            true => std::env::var_os("FALKIRK_FOREIGN").map_or_else(|| guests.join("foreign"), PathBuf::from),
            false => guests.join("built/components"),
        };
        folder.join(self.name).with_extension("wasm")
    }
}

fn run(engine: &Engine, guest: &Guest, file: &Path) -> Result<(), Failed> {
    let bytes = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let component = Component::new(engine, bytes)?;
    let mut store = Store::new(engine, ());
    let _ = store.set_fuel(u64::MAX / 4); // an engine that counts none says so
    let instance = Linker::new(engine).instantiate(&mut store, &component)?;
    // Twice, since the first calls are to leave nothing behind.
    (guest.check)(&mut store, &instance)?;
    (guest.check)(&mut store, &instance)?;
    Ok(())
}

fn greets(store: &mut Store<()>, instance: &Instance) -> falkirk::Result<()> {
    let long = LONG.map(|piece| piece.repeat((100 << 10) / piece.len()));
    let greet = instance.get_typed_func::<(&str,), (String,)>("greet")?;
    for (name, greeting) in GREETINGS {
        assert_eq!(greet.call(&mut *store, (name,))?.0, *greeting, "for {name:?}");
    }
    for (name, piece) in long.iter().zip(LONG) {
        let (greeting,) = greet.call(&mut *store, (name,))?;
        assert!(greeting.strip_prefix("Hello, ") == Some(name), "for many {piece:?}");
    }
    Ok(())
}

fn adds(store: &mut Store<()>, instance: &Instance) -> falkirk::Result<()> {
    for function in ["add-directly", "falkirk:adder/add@0.1.0#add"] {
        let add = instance.get_typed_func::<(u32, u32), (u32,)>(function)?;
        for (a, b, sum) in SUMS {
            assert_eq!(add.call(&mut *store, (*a, *b))?.0, *sum, "{function}({a}, {b})");
        }
    }
    Ok(())
}
