//! What programs give: results, steps, times, and what goes wrong with its place.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::server::Server;

fn order(text: &str, function: &str, arguments: &[&str]) -> Value {
    json!({ "text": text, "function": function, "arguments": arguments, "write": null, "engine": "interp" })
}

fn ask(server: &Server, what: &str, order: &Value) -> Value {
    let answer = server.post(what, &order.to_string());
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).expect("JSON")
}

fn sample(server: &Server, name: &str) -> Value {
    let info: Value = serde_json::from_str(&server.get("info").body).expect("JSON");
    let mut samples = info["samples"].as_array().expect("samples").iter();
    let sample = samples.find(|sample| sample["name"] == name).unwrap_or_else(|| panic!("no sample {name}"));
    let mut order = sample.clone();
    order["engine"] = json!("interp");
    order
}

fn texts(values: &Value) -> Vec<&str> {
    values.as_array().expect("values").iter().map(|value| value[1].as_str().expect("text")).collect()
}

#[test]
fn each_sample_runs() {
    let server = Server::start(&["--timeout", "300ms"]);
    let info: Value = serde_json::from_str(&server.get("info").body).expect("JSON");
    let expected: [(&str, Result<&[&str], &str>); 10] = [
        ("add", Ok(&["5"])),
        ("fib", Ok(&["6765"])),
        ("factorial", Ok(&["120"])),
        ("greet", Ok(&[])),
        ("memory", Ok(&[])),
        ("host", Ok(&[])),
        ("several results", Ok(&["3", "2"])),
        ("vectors", Ok(&["10"])),
        ("a trap", Err("integer divide by zero")),
        ("an endless loop", Err("its time was up, or it was stopped")),
    ];
    let names: Vec<&str> =
        info["samples"].as_array().expect("samples").iter().filter_map(|one| one["name"].as_str()).collect();
    assert_eq!(names, expected.map(|(name, _)| name));
    for (name, expected) in expected {
        let answer = ask(&server, "run", &sample(&server, name));
        match expected {
            Ok(results) => assert_eq!(texts(&answer["results"]), results, "{name}: {answer}"),
            Err(message) => assert_eq!(answer["problem"]["message"], message, "{name}: {answer}"),
        }
        assert_eq!(answer["engine"], "interp");
    }
    assert_eq!(ask(&server, "run", &sample(&server, "host"))["printed"], "hello from the guest\n");
    let memory = &ask(&server, "run", &sample(&server, "greet"))["memory"];
    // The name itself was there before.
    assert_eq!((&memory["bytes"], &memory["changed"]), (&json!(262_144), &json!(10)));
    assert_eq!(memory["rows"][0]["before"], "0000000000000000000000000044616e");
    assert_eq!(memory["rows"][0]["after"], "48656c6c6f2c2044616e00000044616e");
    let memory = &ask(&server, "run", &sample(&server, "memory"))["memory"];
    assert!(memory["rows"][0]["after"].as_str().expect("digits").starts_with("6b72696b6c6166"), "{memory}");
}

/// The first sample of a playground that was started with this file.
fn opened(file: &str) -> Value {
    let server = Server::start(&[file]);
    let info: Value = serde_json::from_str(&server.get("info").body).expect("JSON");
    info["samples"][0].clone()
}

#[test]
fn a_file_comes_first() {
    let fib = opened("../guests/wat/fib.wat");
    assert_eq!(fib["name"], "../guests/wat/fib.wat");
    assert_eq!(fib["text"], include_str!("../../../guests/wat/fib.wat"));
    assert_eq!(fib["function"], Value::Null);
    // A binary is shown as text, and a text that is wrong as it is.
    let greet = opened("../guests/built/greet.wasm");
    assert!(greet["text"].as_str().expect("text").contains("(export \"greet\" (func"), "{greet}");
    let wrong = opened("tests/files/invalid.wat");
    assert_eq!(wrong["text"], include_str!("../files/invalid.wat"));
}

#[test]
fn what_does_not_end_is_ended() {
    let server = Server::start(&["--timeout", "30s"]);
    let endless = sample(&server, "an endless loop");
    let start = Instant::now();
    std::thread::scope(|scope| {
        let answer = scope.spawn(|| ask(&server, "run", &endless));
        while !answer.is_finished() {
            std::thread::sleep(Duration::from_millis(50));
            assert_eq!(server.post("stop", "{}").status, 200);
        }
        let answer = answer.join().expect("an answer");
        assert_eq!(answer["problem"]["what"], "A limit was reached", "{answer}");
        assert_eq!(answer["problem"]["at"]["line"], 9, "{answer}");
    });
    assert!(start.elapsed() < Duration::from_secs(25), "long before its time was up");
    // The fuel ends it too, and a start function has no more than a call.
    let server = Server::start(&["--timeout", "60s", "--fuel", "10000"]);
    let answer = ask(&server, "run", &endless);
    assert_eq!(answer["problem"]["message"], "it had run too many instructions", "{answer}");
    let start = order("(module (func $f (loop (br 0))) (func (export \"g\")) (start $f))", "g", &[]);
    assert_eq!(ask(&server, "run", &start)["problem"]["what"], "A limit was reached");
    let times = ask(&Server::start(&["--timeout", "200ms"]), "times", &endless);
    assert_eq!(times["problem"]["what"], "A limit was reached", "{times}");
}

#[test]
fn a_new_order_ends_the_one_before() {
    let server = Server::start(&["--timeout", "30s"]);
    let endless = sample(&server, "an endless loop");
    std::thread::scope(|scope| {
        let first = scope.spawn(|| ask(&server, "run", &endless));
        std::thread::sleep(Duration::from_millis(300));
        let second = ask(&server, "run", &sample(&server, "add"));
        assert_eq!(texts(&second["results"]), ["5"]);
        assert!(first.join().expect("an answer")["problem"].is_object());
    });
}

#[test]
fn memory_is_bounded() {
    let server = Server::start(&["--max-memory", "1MiB"]);
    let large = order("(module (memory 17) (func (export \"f\")))", "f", &[]);
    let answer = ask(&server, "run", &large);
    assert_eq!(answer["problem"]["what"], "A limit was reached", "{answer}");
    let grows = "(module (memory 1) (func (export \"f\") (result i32 i32) (memory.grow (i32.const 15)) (memory.grow (i32.const 1))))";
    assert_eq!(texts(&ask(&server, "run", &order(grows, "f", &[]))["results"]), ["1", "-1"]);
    // Without the option there is a bound too.
    let server = Server::start(&[]);
    let large = order("(module (memory 65536) (func (export \"f\")))", "f", &[]);
    assert_eq!(ask(&server, "run", &large)["problem"]["what"], "A limit was reached");
    let many = order("(module (table 2000000 funcref) (func (export \"f\")))", "f", &[]);
    assert_eq!(ask(&server, "run", &many)["problem"]["what"], "A limit was reached");
}

#[test]
fn what_is_wrong_has_its_place() {
    let server = Server::start(&[]);
    let place = |what: &str, order: &Value| {
        let problem = ask(&server, what, order)["problem"].take();
        let at = &problem["at"];
        let text: Vec<u16> = order["text"].as_str().expect("text").encode_utf16().collect();
        let slice =
            at["start"].as_u64().map(|start| &text[start as usize..at["end"].as_u64().expect("an end") as usize]);
        let slice = slice.map_or_else(String::new, String::from_utf16_lossy);
        let heading = problem["what"].as_str().expect("a heading").to_owned();
        (heading, at["line"].as_u64(), at["column"].as_u64(), slice)
    };
    let unread =
        |line, column, slice: &str| ("The text cannot be read".to_owned(), Some(line), Some(column), slice.to_owned());
    assert_eq!(place("check", &order("(module\n  (fnuc))", "", &[])), unread(2, 4, "fnuc"));
    assert_eq!(place("check", &order("(module (func\n  ;; \u{1d11e}\n\u{e9}", "", &[])).1, Some(3));
    assert_eq!(place("check", &order("(func (local.get $x))", "", &[])), unread(1, 18, "$x"));
    let invalid = "(module\n (func (result i32)\n  ;; \u{e9}\n  (i32.add (i64.const 1) (i32.const 2))))";
    let expected = ("The module is not valid".to_owned(), Some(4), Some(4), "i32.add".to_owned());
    assert_eq!(place("check", &order(invalid, "", &[])), expected);
    assert_eq!(place("run", &order(invalid, "", &[])), expected);
    let trap = ask(&server, "run", &sample(&server, "a trap"))["problem"].take();
    let frames: Vec<String> = trap["frames"]
        .as_array()
        .expect("frames")
        .iter()
        .map(|frame| {
            format!(
                "{} {}:{}",
                frame["function"].as_str().unwrap_or_default(),
                frame["at"]["line"],
                frame["at"]["column"]
            )
        })
        .collect();
    assert_eq!(frames, ["divide 5:6", "middle 9:8", "start_trap 13:6"]);
    assert_eq!(trap["at"]["line"], 5);
    // What has no place in the text says so.
    let link = order("(module (import \"a\" \"b\" (func)) (func (export \"f\")))", "f", &[]);
    assert_eq!(place("run", &link), ("The module cannot be linked".to_owned(), None, None, String::new()));
    let add = |arguments: &[&str]| order("(module (func (export \"f\") (param i32)))", "f", arguments);
    assert_eq!(place("run", &add(&[])).0, "The arguments do not fit");
    assert_eq!(place("run", &add(&["one"])).0, "The arguments do not fit");
    assert_eq!(place("run", &order("(module)", "f", &[])).0, "There is nothing to call");
    let mut write = add(&["1"]);
    write["write"] = json!({ "address": 0, "text": "a" });
    assert_eq!(place("run", &write).0, "The host cannot write");
    assert_eq!(place("check", &order("(component)", "", &[])).0, "The text cannot be read");
}

#[test]
fn a_check_tells_what_can_be_called() {
    let server = Server::start(&[]);
    let answer = ask(
        &server,
        "check",
        &order("(module (func (export \"f\") (param i32 f64)) (memory (export \"m\") 1))", "", &[]),
    );
    assert_eq!(answer["functions"], json!([{ "name": "f", "type": "(i32, f64) -> ()", "params": ["i32", "f64"] }]));
}

#[test]
fn steps_show_stack_locals_and_memory() {
    let server = Server::start(&[]);
    let text = "(module (memory (export \"m\") 1) (data (i32.const 0) \"\\01\\02\")\n\
                (func $f (export \"f\") (param $a i32) (local $b i64)\n\
                  (local.set $b (i64.const 7))\n\
                  (i64.store16 offset=2 (local.get $a) (local.get $b))))";
    let answer = ask(&server, "steps", &order(text, "f", &["1"]));
    assert_eq!(answer["functions"]["0"], json!({ "name": "f", "locals": ["$a", "$b"] }));
    let places = answer["places"].as_array().expect("places");
    let steps = answer["steps"].as_array().expect("steps");
    let shown: Vec<(&str, Vec<&str>, Vec<&str>)> = steps
        .iter()
        .map(|step| {
            let place = &places[step["place"].as_u64().expect("a place") as usize];
            (place["text"].as_str().expect("text"), texts(&step["stack"]), texts(&step["locals"]))
        })
        .collect();
    let expected: Vec<(&str, Vec<&str>, Vec<&str>)> = vec![
        ("i64.const 7", vec![], vec!["1", "0"]),
        ("local.set $b", vec!["7"], vec!["1", "0"]),
        ("local.get $a", vec![], vec!["1", "7"]),
        ("local.get $b", vec!["1"], vec!["1", "7"]),
        ("i64.store16 offset=2", vec!["1", "7"], vec!["1", "7"]),
        ("end", vec![], vec!["1", "7"]),
    ];
    assert_eq!(shown, expected);
    assert_eq!(steps[4]["touch"], json!([{ "memory": 0, "how": "write", "at": 3, "length": 2, "hex": "0700" }]));
    assert_eq!(places[4]["at"]["line"], 4);
    assert!(answer["start"][0]["hex"].as_str().expect("digits").starts_with("01020000"), "{}", answer["start"]);
    assert_eq!((&answer["cut"], &answer["results"]), (&json!(false), &json!([])));
}

#[test]
fn steps_go_through_calls_traps_and_the_host() {
    let server = Server::start(&[]);
    let answer = ask(&server, "steps", &sample(&server, "a trap"));
    assert_eq!(answer["problem"]["message"], "integer divide by zero");
    let last = answer["steps"].as_array().and_then(|steps| steps.last()).expect("a step");
    assert_eq!((&last["depth"], texts(&last["stack"])), (&json!(3), vec!["10", "0"]));
    let answer = ask(&server, "steps", &sample(&server, "host"));
    let host =
        answer["steps"].as_array().expect("steps").iter().find(|step| step["host"].is_string()).expect("the host");
    assert_eq!((&host["host"], &host["depth"]), (&json!("env.log(16, 20)"), &json!(2)));
    assert_eq!(host["touch"][0]["at"], 16);
    let answer = ask(&server, "steps", &sample(&server, "greet"));
    let touches: Vec<&Value> =
        answer["steps"].as_array().expect("steps").iter().flat_map(|step| step["touch"].as_array()).flatten().collect();
    assert_eq!(touches[0], &json!({ "memory": 0, "how": "read", "at": 13, "length": 3, "hex": "44616e" }));
    assert_eq!(touches[1], &json!({ "memory": 0, "how": "write", "at": 7, "length": 3, "hex": "44616e" }));
    assert_eq!(touches[2], &json!({ "memory": 0, "how": "write", "at": 0, "length": 7, "hex": "48656c6c6f2c20" }));
}

#[test]
fn steps_know_which_memory_they_touch() {
    let server = Server::start(&[]);
    let text = "(module (memory 1) (memory 1) (func (export \"f\")
        (i32.store8 1 offset=2 (i32.const 3) (i32.const 4)) (memory.copy 0 1 (i32.const 0) (i32.const 5) (i32.const 1))))";
    let answer = ask(&server, "steps", &order(text, "f", &[]));
    let steps = answer["steps"].as_array().expect("steps").iter();
    let touches: Vec<String> = steps
        .flat_map(|step| step["touch"].as_array())
        .flatten()
        .map(|touch| format!("{} {} {} {}", touch["how"], touch["memory"], touch["at"], touch["hex"]))
        .collect();
    assert_eq!(touches, ["\"write\" 1 5 \"04\"", "\"read\" 1 5 \"04\"", "\"write\" 0 0 \"04\""]);
}

#[test]
fn a_long_trace_is_cut_and_says_so() {
    let server = Server::start(&["--timeout", "60s"]);
    let answer = ask(&server, "steps", &sample(&server, "an endless loop"));
    assert_eq!((&answer["cut"], answer["steps"].as_array().map(Vec::len)), (&json!(true), Some(5000)));
    assert!(answer["problem"].is_null(), "{}", answer["problem"]);
    // Many bytes are as much as many steps.
    let fill = "(module (memory 4) (func (export \"f\") (loop (memory.fill (i32.const 0) (i32.const 7) (i32.const 262144)) (br 0))))";
    let answer = ask(&server, "steps", &order(fill, "f", &[]));
    assert_eq!(answer["cut"], true);
    let (steps, start) =
        (answer["steps"].as_array().expect("steps").len(), answer["start"].as_array().expect("rows").len());
    assert!(steps <= 5000 && start < 100, "{steps} steps, {start} rows");
    let touch = &answer["steps"][4]["touch"][0];
    assert_eq!((&touch["length"], touch["hex"].as_str().map(str::len)), (&json!(262_144), Some(2048)));
    let answer = ask(&server, "steps", &order(&deep(), "f", &[]));
    assert_eq!(answer["cut"], true);
}

/// A function that calls itself for ever, with many locals.
fn deep() -> String {
    format!("(module (func $f (export \"f\") {} (call $f)))", "(local i64)".repeat(200))
}

#[test]
fn both_engines_are_timed_where_there_are_both() {
    let server = Server::start(&[]);
    let mut order = sample(&server, "fib");
    order["arguments"] = json!(["12"]);
    let answer = ask(&server, "times", &order);
    let info: Value = serde_json::from_str(&server.get("info").body).expect("JSON");
    for engine in ["interp", "jit"] {
        let times = &answer[engine];
        if !info["engines"][engine].is_null() {
            assert!(times.is_null() && engine == "jit", "{answer}");
            continue;
        }
        assert_eq!(texts(&times["results"]), ["144"], "{answer}");
        for what in ["call", "compile"] {
            let number = |name: &str| times[what][name].as_u64().expect("a number");
            assert!(number("least") <= number("median") && number("median") <= number("most"), "{answer}");
            assert!((1..=15).contains(&number("runs")) && number("least") > 0, "{answer}");
        }
    }
    let jit = info["engines"]["jit"].as_str();
    assert_eq!(jit.is_some_and(|why| why.starts_with("The JIT is not in this build")), !cfg!(feature = "jit"));
}
