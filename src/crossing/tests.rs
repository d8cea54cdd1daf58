//! Tests: lines of JSON, pages, bounds, names that want out, and a crossing from guest to guest.

use std::borrow::Cow;
use std::sync::{Arc, Mutex};

use falkirk_canonical_abi::{
    Copier, FlatValues, Heap, InstanceId, LiftContext, LowerContext, Options, ResourceIndex, ResourceType,
    StringEncoding, Two, Type, TypeEnv, Types, post_return,
};
use falkirk_runtime::{Event, V128, Val};

use super::*;

fn function(name: &str) -> Function {
    Function { host: false, module: None, name: Some(name.to_owned()), index: Some(0) }
}

fn call(name: &str, values: &[Val]) -> Step<'static> {
    let arguments = values.iter().map(Value::from).collect();
    Step { depth: 0, path: String::new(), what: What::Call { caller: None, function: function(name), arguments } }
}

fn write(address: u64, bytes: &[u8]) -> Step<'_> {
    Step { depth: 0, path: String::new(), what: What::Write(Access::new(0, address, bytes)) }
}

/// A step's sentence with the code in backticks.
fn sentence(recording: &Recording, step: &Step<'_>) -> String {
    let parts = recording.sentence(step).0;
    parts.iter().enumerate().map(|(at, part)| if at % 2 == 1 { format!("`{part}`") } else { part.clone() }).collect()
}

/// A line of JSON, read again.
fn parsed(step: &Step<'_>) -> serde_json::Value {
    let line = step.json().to_string();
    assert!(!line.contains('\n'), "{line}");
    serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

/// The data in a page.
fn data(recording: &Recording) -> serde_json::Value {
    let page = recording.html();
    let (_, rest) = page.split_once("id=\"data\">").expect("the data begins");
    let (data, _) = rest.split_once("</script>").expect("the data ends");
    serde_json::from_str(data).expect("JSON")
}

#[test]
fn numbers_in_lines_are_exact() {
    let values = [
        Val::I32(-1),
        Val::I64(i64::MIN),
        Val::F32(0x7fa0_0001),
        Val::F64((-0.0_f64).to_bits()),
        Val::V128(V128::from(u128::MAX - 1)),
        Val::ExternRef(None),
    ];
    let line = parsed(&call("f", &values));
    assert_eq!(line["function"], serde_json::json!({ "host": false, "module": null, "name": "f", "index": 0 }));
    let expected = serde_json::json!([
        { "type": "i32", "value": -1 },
        { "type": "i64", "value": "-9223372036854775808" },
        { "type": "f32", "value": "nan:0x200001", "bits": "0x7fa00001" },
        { "type": "f64", "value": "-0", "bits": "0x8000000000000000" },
        { "type": "v128", "value": "i32x4 0xfffffffe 0xffffffff 0xffffffff 0xffffffff",
          "bits": "0xfffffffffffffffffffffffffffffffe" },
        { "type": "externref", "value": "null" },
    ]);
    assert_eq!(line["arguments"], expected);
}

#[test]
fn a_line_has_all_bytes() {
    let bytes: Vec<u8> = (0..5000).map(|number| number as u8).collect();
    let line = parsed(&write(7, &bytes));
    assert_eq!((&line["event"], &line["address"], &line["length"]), (&"write".into(), &7.into(), &5000.into()));
    let digits = line["bytes"].as_str().expect("digits");
    assert_eq!((digits.len(), &digits[..8], &digits[512..516]), (10_000, "00010203", "0001"));
}

#[test]
fn sentences_say_what_happens() {
    let recording = Recording::new("a test");
    let cases = [
        (call("greet", &[Val::I32(13), Val::I32(3)]), "The host calls `greet` with `13` and `3`."),
        (call("run", &[]), "The host calls `run`, which takes no arguments."),
        (write(13, b"Dan"), "The host writes the 3 bytes of `Dan` at address 13."),
        (write(13, "Zoë".as_bytes()), "The host writes the 4 bytes of `Zoë` at address 13."),
        (write(0, &[0]), "The host writes 1 byte at address 0: a zero."),
        (write(0, &[1, 0xff]), "The host writes 2 bytes at address 0: `01 ff`."),
        (write(0, &[]), "The host writes 0 bytes at address 0."),
        (write(0, &[7; 2000]), "The host writes 2,000 bytes at address 0."),
    ];
    for (step, expected) in cases {
        assert_eq!(sentence(&recording, &step), expected);
    }
}

#[test]
fn callers_are_known() {
    let mut steps = Steps::new();
    let recording = Recording::new("a test");
    let events = [
        Event::HostEnter { module: "env", name: "log", args: &[] },
        Event::MemoryGrow { memory: 0, before: 1, after: 3 },
        Event::HostEnter { module: "env", name: "deep", args: &[Val::I32(1)] },
        Event::HostExit { module: "env", name: "deep", results: &[Val::I64(2)] },
        Event::Stopped { error: "no" },
    ];
    let found = events.map(|event| {
        let step = steps.step(event, false).expect("a step");
        (step.depth, sentence(&recording, &step))
    });
    let expected = [
        (0, "The host calls the host's `env.log`, which takes no arguments."),
        (1, "Memory 0 grows from 1 page to 3 pages of 64 KiB. The new bytes are zero."),
        (1, "The host's `env.log` calls the host's `env.deep` with `1`."),
        (1, "The host's `env.deep` returns `2` to the host's `env.log`."),
        (0, "The call from the host ends here: `no`."),
    ];
    assert_eq!(found.each_ref().map(|(depth, text)| (*depth, text.as_str())), expected);
}

#[test]
fn a_recording_is_bounded() {
    let mut recording = Recording::new("x".repeat(100));
    let (bytes, name) = (vec![b'x'; 1 << 20], "n".repeat(1 << 20));
    for _ in 0..100_000 {
        recording.push(Step {
            what: What::Write(Access { bytes: Cow::Borrowed(&bytes), ..access(1 << 20) }),
            ..write(0, &[])
        });
    }
    recording.push(call(&name, &[]));
    recording.push(Step { what: What::Stopped { error: name.clone() }, ..write(0, &[]) });
    assert_eq!((recording.len(), recording.left_out()), (4000, 96_002));
    let page = recording.html();
    assert!(page.len() < 4 << 20, "{}", page.len());
    assert!(page.contains("Here are the first 4,000 steps. 96,002 more are left out"));
    assert!(page.contains("In the end it stopped: <code>nnn"));
    let data = data(&recording);
    assert_eq!((&data["steps"][0]["touch"][0]["length"]), &(1 << 20));
    let mut names = Recording::new("names");
    for _ in 0..4000 {
        names.push(call(&name, &vec![Val::F64(1); 1000]));
    }
    let page = names.html();
    assert!(page.len() < 16 << 20 && page.contains("... 968 more"), "{}", page.len());
}

fn access(length: usize) -> Access<'static> {
    Access { memory: 0, address: 0, length, bytes: Cow::Borrowed(&[]) }
}

#[test]
fn names_cannot_leave_their_place() {
    let harm = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\" onmouseover=\"a ' & &lt; ]]> \u{1b}[31m\u{202e}\u{2028}`";
    let mut recording = Recording::new(harm);
    recording.memories = vec![harm.to_owned()];
    recording.push(call(harm, &[]));
    recording.push(write(0, harm.as_bytes()));
    recording.push(write(0, b"</script><b>"));
    recording.push(Step { path: harm.to_owned(), what: What::Stopped { error: harm.to_owned() }, ..write(0, &[]) });
    let text = harm.to_owned();
    let operands = vec![Value {
        ty: harm.to_owned(),
        text: harm.to_owned(),
        bits: Some(harm.to_owned()),
        part: Some(harm.to_owned()),
    }];
    let what = What::Instruction { function: function(harm), offset: 0, text, operands };
    recording.push(Step { what, ..write(0, &[]) });
    let page = recording.html();
    assert_eq!((page.matches("<script").count(), page.matches("</script>").count()), (2, 2));
    for harm in ["<img", "<b>", "\" onmouseover", "' onmouse"] {
        assert!(!page.contains(harm), "{harm}");
    }
    let moves = |char: char| char != '\n' && (char.is_control() || ('\u{2028}'..='\u{202e}').contains(&char));
    let found = page.find(moves).map(|at| &page[at.saturating_sub(40)..at]);
    assert_eq!(found, None);
    data(&recording);
    // Programs read the names as they are.
    let line = call(harm, &[]);
    assert_eq!(parsed(&line)["function"]["name"], harm);
    assert!(!line.json().to_string().contains(moves));
}

#[test]
fn a_page_is_whole() {
    let mut recording = Recording::new("a test");
    recording.push(call("greet", &[Val::I32(1)]));
    for page in [recording.html(), Recording::new("empty").html()] {
        for tag in ["html", "head", "body", "header", "main", "section", "div", "ol", "li", "button", "p", "noscript"] {
            let opened = page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
            assert_eq!(opened, page.matches(&format!("</{tag}>")).count(), "{tag}");
        }
        assert!(!page.contains("http:") && !page.contains("https:"), "a page needs no network");
    }
}

/// Takes steps of crossings for a recording with two guests.
struct Watch {
    recording: Arc<Mutex<Recording>>,
    tables: Tables,
}

impl Watch {
    fn new() -> Watch {
        let mut recording = Recording::new("two guests");
        recording.memories = vec!["the caller".to_owned(), "the callee".to_owned()];
        Watch { recording: Arc::new(Mutex::new(recording)), tables: Tables::default() }
    }

    fn guests(&mut self, source: usize, target: usize) -> Guests<'_, impl FnMut(Step<'_>) + use<>> {
        let recording = self.recording.clone();
        let sink = move |step: Step<'_>| {
            parsed(&step);
            recording.lock().expect("no panic before").push(step);
        };
        Guests::new(source, target, 1, &mut self.tables, sink)
    }

    fn sentences(&self) -> Vec<String> {
        let recording = self.recording.lock().expect("no panic before");
        recording.steps.iter().map(|step| sentence(&recording, step)).collect()
    }
}

#[test]
fn a_crossing_from_guest_to_guest_fits_the_page() {
    let mut types = Types::new();
    let own = types.own(ResourceIndex(0)).expect("a type");
    let numbers = types.list(Type::U8).expect("a type");
    let func = types.func([("text", Type::String), ("file", own), ("bytes", numbers)], None).expect("a function type");
    let file = ResourceType { id: 5, implementer: InstanceId::HOST };
    let (mut source, mut target) = (Heap::new(b"hi\x07\x08"), Heap::new([0; 8]));
    let index = source.instance.lower_own(file, 99).expect("there is room");
    let resources = [file];
    let env = TypeEnv::with_resources(&types, &resources);
    let mut watch = Watch::new();
    let mut guests = watch.guests(0, 1);
    let mut pair = Two { source: &mut source, target: &mut target };
    let utf16 = Options { string_encoding: StringEncoding::Utf16, ..Options::default() };
    let mut copier = Copier::observed(&mut pair, Options::default(), utf16, env, &mut guests);
    copier.copy_params(&func, &[0, 2, index.into(), 2, 2], &mut FlatValues::default()).expect("it copies");
    let expected = [
        "The parameters are lifted out of the guest that calls.",
        "As core values, that is `0`, `2`, `1`, `2` and `2`.",
        "For `[0]`: the callee is asked for 4 bytes (alignment 2) by its `realloc(0, 0, 2, 4)`, which returns `8`.",
        "For `[0]`: Falkirk writes 4 bytes at address 8 of the callee: `68 00 69 00`.",
        "For `[1]`: handle `1` leaves the table of the caller; it stands for the resource with the representation `99`.",
        "For `[1]`: handle `1` comes into the table of the callee; it stands for the resource with the representation `99`.",
        "For `[2]`: the callee is asked for 2 bytes (alignment 1) by its `realloc(0, 0, 1, 2)`, which returns `12`.",
        "For `[2]`: Falkirk copies 2 bytes from address 2 of the caller to address 12 of the callee, unchanged: `07 08`.",
        "As core values, that is `8`, `2`, `1`, `12` and `2`.",
    ];
    assert_eq!(watch.sentences(), expected);
    let data = data(&watch.recording.lock().expect("no panic before"));
    assert_eq!(data["memories"], serde_json::json!(["the caller", "the callee"]));
    let copy = &data["steps"][7];
    assert_eq!(copy["path"], "[2]");
    let touches = serde_json::json!([
        { "memory": 0, "how": "read", "at": 2, "length": 2, "hex": "0708" },
        { "memory": 1, "how": "write", "at": 12, "length": 2, "hex": "0708" },
    ]);
    assert_eq!(copy["touch"], touches);
    let handle = serde_json::json!({ "index": 1, "resource": 5, "rep": 99, "own": true, "lent": 0 });
    let leaves = serde_json::json!({ "of": "the caller", "index": 1, "before": [handle], "after": [] });
    let comes = serde_json::json!({ "of": "the callee", "index": 1, "before": [], "after": [handle] });
    assert_eq!((&data["steps"][4]["table"], &data["steps"][5]["table"]), (&leaves, &comes));
    assert_eq!(watch.tables.of(1).len(), 1);
}

#[test]
fn a_greeting_through_the_canonical_abi_fits_the_page() {
    let greet = Types::new().func([("name", Type::String)], Some(Type::String)).expect("a function type");
    let (mut guest, mut watch) = (Heap::new([0; 16]), Watch::new());
    let mut guests = watch.guests(0, 0);
    let mut cx = LowerContext::observed(&mut guest, Options::default(), TypeEnv::NONE, &mut guests);
    cx.lower_params(&greet, &("Dan",), &mut FlatValues::default()).expect("it lowers");
    guest.bytes.extend(b"Hi Dan\0\0\0\x13\0\0\0\x06\0\0\0");
    let mut guests = watch.guests(0, 0);
    let mut cx = LiftContext::observed(&mut guest, Options::default(), TypeEnv::NONE, &mut guests);
    let answer: String = cx.lift_result(&greet, &[28]).expect("it lifts");
    post_return(&mut guest, &[28], &mut guests).expect("it returns");
    assert_eq!(answer, "Hi Dan");
    let sentences = watch.sentences();
    for expected in [
        "For `[0]`: the caller is asked for 3 bytes (alignment 1) by its `realloc(0, 0, 1, 3)`, which returns `16`.",
        "For `[0]`: Falkirk writes the 3 bytes of `Dan` at address 16 of the caller.",
        "Falkirk reads the 6 bytes of `Hi Dan` at address 19 of the caller.",
        "The result has been read: the caller may free it in its `post-return`.",
    ] {
        assert!(sentences.iter().any(|sentence| sentence == expected), "{expected} in {sentences:#?}");
    }
    let data = data(&watch.recording.lock().expect("no panic before"));
    let room = serde_json::json!({ "memory": 0, "how": "room", "at": 16, "length": 3, "hex": "" });
    assert!(data["steps"].as_array().expect("steps").iter().any(|step| step["touch"][0] == room));
}
