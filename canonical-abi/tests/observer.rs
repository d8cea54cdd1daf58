//! What an observer sees is what happens, whoever lowers.

use falkirk_canonical_abi::*;

#[derive(ComponentType, Lift, Lower)]
#[component(record)]
struct Greeting {
    loud: bool,
    name: String,
    codes: Vec<u16>,
    note: Option<char>,
}

fn greeting() -> (Greeting, Val) {
    let val = Val::record([
        ("loud", Val::Bool(true)),
        ("name", Val::from("Dan")),
        ("codes", Val::List(vec![Val::U16(0x4241), Val::U16(0x4443)])),
        ("note", Val::option(Some(Val::Char('x')))),
    ]);
    (Greeting { loud: true, name: "Dan".into(), codes: vec![0x4241, 0x4443], note: Some('x') }, val)
}

/// The lines, of which all that is said of elements is left out: typed lists of numbers are one copy.
fn without_elements(lines: Vec<String>) -> Vec<String> {
    lines.into_iter().filter(|line| !line.contains(".codes[")).filter(|line| !line.contains(".codes: store")).collect()
}

#[test]
fn lowering_is_seen() {
    let mut types = Types::new();
    let ty = Greeting::describe(&mut types).expect("a type");
    let func = types.func([("greeting", ty)], None).expect("a function type");
    let (typed, val) = greeting();
    let env = TypeEnv::new(&types);
    let (mut guest, mut recorder, mut values) = (Heap::new([0; 8]), Recorder::default(), FlatValues::default());
    let mut cx = LowerContext::observed(&mut guest, Options::default(), env, &mut recorder);
    cx.lower_params(&func, &(typed,), &mut values).expect("it lowers");
    assert_eq!(
        recorder.lines,
        [
            "LowerParams",
            "[0].name: realloc(0, 0, 1, 3) = 8",
            "[0].name: store 0x8: 44 61 6e |Dan|",
            "[0].codes: realloc(0, 0, 2, 4) = 12",
            "[0].codes: store 0xc: 41 42 43 44 |ABCD|",
            "LowerParams = [1, 8, 3, c, 2, 1, 78]",
        ]
    );
    let (mut other, mut dynamic) = (Heap::new([0; 8]), Recorder::default());
    let mut cx = LowerContext::observed(&mut other, Options::default(), env, &mut dynamic);
    cx.lower_params_vals(&func, &[val], &mut values).expect("it lowers");
    assert!(dynamic.lines.contains(&"[0].codes[1]: store 0xe: 43 44 |CD|".to_string()));
    assert_eq!(without_elements(dynamic.lines), without_elements(recorder.lines));
}

#[test]
fn lifting_is_seen() {
    let mut types = Types::new();
    let ty = Greeting::describe(&mut types).expect("a type");
    let func = types.func([("greeting", ty)], Some(ty)).expect("a function type");
    let mut guest = Heap::new(b"\x01\0\0\0\x1c\0\0\0\x03\0\0\0\x20\0\0\0\x01\0\0\0\x01\0\0\0x\0\0\0Dan\0AB");
    let mut recorder = Recorder::default();
    let mut cx = LiftContext::observed(&mut guest, Options::default(), TypeEnv::new(&types), &mut recorder);
    let lifted: Greeting = cx.lift_result(&func, &[0]).expect("it lifts");
    assert_eq!((lifted.name.as_str(), lifted.codes.as_slice(), lifted.note), ("Dan", &[0x4241][..], Some('x')));
    post_return(&mut guest, &[0], &mut recorder).expect("it returns");
    assert_eq!(
        recorder.lines,
        [
            "LiftResult",
            "LiftResult = [0]",
            ".loud: load 0x0: 01 |.|",
            ".name: load 0x4: 1c 00 00 00 |....|",
            ".name: load 0x8: 03 00 00 00 |....|",
            ".name: load 0x1c: 44 61 6e |Dan|",
            ".codes: load 0xc: 20 00 00 00 |....|",
            ".codes: load 0x10: 01 00 00 00 |....|",
            ".codes: load 0x20: 41 42 |AB|",
            ".note: load 0x14: 01 |.|",
            ".note.some(): load 0x18: 78 00 00 00 |x...|",
            "post-return([0])",
        ]
    );
}

#[test]
fn copying_is_seen() {
    let mut types = Types::new();
    let own = types.own(ResourceIndex(0)).expect("a type");
    let numbers = types.list(Type::U8).expect("a type");
    let func = types.func([("text", Type::String), ("file", own), ("bytes", numbers)], None).expect("a function type");
    let file = ResourceType { id: 1, implementer: InstanceId::HOST };
    let (mut source, mut target) = (Heap::new(b"hi\x07\x08"), Heap::new([0; 8]));
    let index = source.instance.lower_own(file, 99).expect("there is room");
    let (resources, mut recorder) = ([file], Recorder::default());
    let env = TypeEnv::with_resources(&types, &resources);
    let mut pair = Two { source: &mut source, target: &mut target };
    let utf16 = Options { string_encoding: StringEncoding::Utf16, ..Options::default() };
    let mut copier = Copier::observed(&mut pair, Options::default(), utf16, env, &mut recorder);
    let args = [0, 2, index.into(), 2, 2];
    copier.copy_params(&func, &args, &mut FlatValues::default()).expect("it copies");
    assert_eq!(
        recorder.lines,
        [
            "LiftParams",
            "LiftParams = [0, 2, 1, 2, 2]",
            "[0]: realloc(0, 0, 2, 4) = 8",
            "[0]: store 0x8: 68 00 69 00 |h.i.|",
            "[1]: LiftOwn: handle 1 is 99",
            "[1]: LowerOwn: handle 1 is 99",
            "[2]: realloc(0, 0, 1, 2) = 12",
            "[2]: copy 0x2 to 0xc: 07 08 |..|",
            "LowerParams = [8, 2, 1, c, 2]",
        ]
    );
}
