//! Modules to start with: the repository's own.

use serde_json::{Value, json};

use super::opened::Opened;

/// A module, and a call that shows what it does.
struct Sample {
    name: &'static str,
    /// What there is to see.
    about: &'static str,
    text: &'static str,
    function: &'static str,
    arguments: &'static [&'static str],
    /// What the host writes into memory before the call.
    write: Option<(usize, &'static str)>,
}

impl Sample {
    const fn new(
        name: &'static str,
        text: &'static str,
        function: &'static str,
        arguments: &'static [&'static str],
        about: &'static str,
    ) -> Sample {
        Sample { name, about, text, function, arguments, write: None }
    }
}

macro_rules! wat {
    ($path:literal) => {
        include_str!(concat!("../../../guests/", $path))
    };
}

/// All of them, the easiest first.
const SAMPLES: [Sample; 10] = [
    Sample::new(
        "add",
        wat!("wat/add.wat"),
        "add",
        &["2", "3"],
        "Two numbers go onto the stack, and their sum takes their place.",
    ),
    Sample::new(
        "fib",
        wat!("wat/fib.wat"),
        "fib",
        &["20"],
        "Calls that call twice: one function, many frames. The engines' times are worth comparing here.",
    ),
    Sample::new("factorial", wat!("wat/fac.wat"), "fac", &["5"], "A recursion, and what happens to the stack with -1."),
    Sample {
        write: Some((13, "Dan")),
        ..Sample::new(
            "greet",
            wat!("greet/greet.wat"),
            "greet",
            &["13", "3"],
            "The host writes a name into memory; the guest copies it behind a greeting.",
        )
    },
    Sample::new(
        "memory",
        wat!("wat/bytes.wat"),
        "reverse",
        &["0", "7"],
        "Loads and stores, byte by byte: a word is turned around in place.",
    ),
    Sample::new(
        "host",
        wat!("wat/host.wat"),
        "run",
        &[],
        "A call out to the host, which reads the text that it is told of.",
    ),
    Sample::new(
        "several results",
        wat!("wat/multi.wat"),
        "div_rem",
        &["17", "5"],
        "A function may leave several values on the stack.",
    ),
    Sample::new("vectors", wat!("wat/simd.wat"), "sum", &["i32x4:1,2,3,4"], "One value of 128 bits, four lanes."),
    Sample::new(
        "a trap",
        wat!("wat/trap.wat"),
        "start_trap",
        &[],
        "A division by zero, three calls deep: the backtrace leads to it.",
    ),
    Sample::new(
        "an endless loop",
        wat!("wat/loop.wat"),
        "spin",
        &[],
        "It never returns. The host ends it when its time is up.",
    ),
];

/// As the page takes them, behind the reader's own.
pub fn json(opened: Option<&Opened>) -> Value {
    let show = |sample: &Sample| {
        let Sample { name, about, text, function, arguments, write } = sample;
        let write = write.map(|(address, text)| json!({ "address": address, "text": text }));
        json!({ "name": name, "about": about, "text": text, "function": function, "arguments": arguments, "write": write })
    };
    opened.map(Opened::json).into_iter().chain(SAMPLES.iter().map(show)).collect()
}
