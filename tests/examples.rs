//! The examples print what they should. Each is compiled into this test, and writes into a buffer instead of the terminal.
//! `cache` and `dynamic` have their tests in them, which run here as well.
#![cfg(any(feature = "interp", feature = "jit"))]
#![allow(dead_code, reason = "an example's `main` is not called here")]

use std::io::Write;

use falkirk::Result;

#[path = "../examples/adder.rs"]
mod adder;
#[path = "../examples/cache/main.rs"]
mod cache;
#[path = "../examples/content-store.rs"]
mod content_store;
#[path = "../examples/dynamic.rs"]
mod dynamic;
#[path = "../examples/greet-component.rs"]
mod greet_component;
#[path = "../examples/kv-host.rs"]
mod kv_host;

/// The part of an example that its `main` calls.
type Run = fn(&mut dyn Write) -> Result<()>;

/// Each example, and what it prints.
const EXAMPLES: &[(&str, Run, &str)] = &[
    ("greet-component", greet_component::run, "Hello, Dan\nHello, Zoë\n"),
    (
        "adder",
        adder::run,
        "directly: 1 + 2 = 3\n\
         through the interface: 3 + 4 = 7\n\
         with the host's addition: 5 + 6 + 7 = 18\n\
         the host was asked 2 times\n",
    ),
    (
        "content-store",
        content_store::run,
        "Welcome to this site, visitor 1\n\
         Welcome to this site, visitor 2\n\
         Welcome to the Falkirk Wheel, visitor 3\n\
         kept: {\"site\": \"the Falkirk Wheel\", \"visits\": \"3\"}\n",
    ),
    // ANCHOR: kv
    (
        "kv-host",
        kv_host::run,
        "  the guest says: adding colour: red\n\
         \x20 connection 1 sets colour\n\
         \x20 connection 1 is closed\n\
         before red: None\n\
         \x20 the guest says: replacing colour: red becomes blue\n\
         \x20 connection 2 sets colour\n\
         \x20 connection 2 is closed\n\
         before blue: Some(\"red\")\n\
         \x20 connection 3 is closed\n\
         was there a shape? false\n\
         \x20 the guest says: forgetting everything\n\
         \x20 connection 4 is closed\n\
         values: 0, connections: 0\n",
    ),
    // ANCHOR_END: kv
];

#[test]
fn examples_print_what_they_should() {
    for (name, run, expected) in EXAMPLES {
        let mut out = Vec::new();
        run(&mut out).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(String::from_utf8(out).expect("UTF-8"), *expected, "{name}");
    }
}

#[test]
fn every_example_says_how_to_run_it() {
    for (name, ..) in EXAMPLES {
        let path = format!("{}/examples/{name}.rs", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).expect("a file");
        assert!(text.contains(&format!("`cargo run -p falkirk --example {name}`")), "{name}");
    }
}
