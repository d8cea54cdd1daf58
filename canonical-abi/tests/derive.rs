//! Derived types: their layouts, names and bytes are those of the component types that they stand for.

use std::fmt::Debug;

use falkirk_canonical_abi::*;

#[derive(ComponentType, Lift, Lower, Clone, Debug, PartialEq)]
#[component(record)]
struct Entry {
    id: u8,
    #[component(name = "display-name")]
    title: String,
    max_size: Option<u64>,
    r#type: Color,
}

#[derive(ComponentType, Lift, Lower, Clone, Copy, Debug, PartialEq)]
#[component(enum)]
enum Color {
    Red,
    DarkGreen,
    #[component(name = "azure")]
    Blue,
}

#[derive(ComponentType, Lift, Lower, Clone, Debug, PartialEq)]
#[component(variant)]
enum Filter {
    All,
    Named(String),
    Between((u32, f64)),
    #[component(name = "any-of")]
    Colors(Vec<Color>),
}

#[derive(ComponentType, Lift, Lower, Clone, Debug, PartialEq)]
#[component(record)]
struct Pair<T, U> {
    first: T,
    second: U,
}

/// Only lowered, so it may borrow.
#[derive(ComponentType, Lower)]
#[component(record)]
struct Borrowed<'a> {
    text: &'a str,
    bytes: &'a [u8],
}

flags! {
    /// What may be done.
    pub Access {
        const READ;
        #[component(name = "write-through")]
        const WRITE;
        const EXECUTE_ALL;
    }
}

flags! {
    Many {
        const A00; const A01; const A02; const A03; const A04; const A05; const A06; const A07; const A08;
        const A09; const A10; const A11; const A12; const A13; const A14; const A15; const A16; const A17;
        const A18; const A19; const A20; const A21; const A22; const A23; const A24; const A25; const A26;
        const A27; const A28; const A29; const A30; const A31; const A32; const A33;
    }
}

mod elsewhere {
    pub use falkirk_canonical_abi as abi;
}

#[derive(ComponentType, Lift, Lower, Debug, PartialEq)]
#[component(record, crate = crate::elsewhere::abi)]
struct Renamed {
    x: u8,
}

/// The Rust value and the dynamic one are the same bytes, and are lifted from each other's.
fn agree<T: Lift + Lower + PartialEq + Debug>(value: T, val: Val, text: &str) {
    let mut types = Types::new();
    let ty = T::describe(&mut types).expect("a type");
    assert_eq!(types.display(ty).to_string(), text);
    assert_eq!((T::matches(&types, ty), types.layout(ty)), (Ok(()), T::LAYOUT));
    let func = types.func([("x", ty)], Some(ty)).expect("a function type");
    for ptr_type in PtrType::ALL {
        let (options, env) = (Options { ptr_type, ..Options::default() }, TypeEnv::new(&types));
        let shape = T::LAYOUT.shape(ptr_type);
        let (mut ours, mut theirs) = (Heap::new([]), Heap::new([]));
        let (mut flat, mut flat_val) = (FlatValues::default(), FlatValues::default());
        let count = LowerContext::new(&mut ours, options, env).lower_params_vals(
            &func,
            std::slice::from_ref(&val),
            &mut flat_val,
        );
        let mut cx = LowerContext::new(&mut theirs, options, env);
        let count = count.expect("it lowers");
        value.lower_flat(&mut cx, ty, &mut flat[..count]).expect("it lowers");
        assert_eq!((flat, &ours.bytes), (flat_val, &theirs.bytes));
        let lifted = T::lift_flat(&mut LiftContext::new(&mut theirs, options, env), ty, &flat[..count]);
        assert_eq!(lifted.as_ref(), Ok(&value));
        let mut cx = LowerContext::new(&mut ours, options, env);
        let at = cx.allocate(shape.align, shape.size.into()).expect("there is memory");
        value.store(&mut cx, ty, at).expect("it stores");
        let mut cx = LiftContext::new(&mut ours, options, env);
        assert_eq!(Val::load(&mut cx, ty, at).as_ref(), Ok(&val));
        assert_eq!(T::load(&mut cx, ty, at).as_ref(), Ok(&value));
    }
}

#[test]
fn records_are_records() {
    let entry = Entry { id: 7, title: "seven".into(), max_size: Some(1 << 40), r#type: Color::DarkGreen };
    let val = Val::record([
        ("id", Val::U8(7)),
        ("display-name", Val::from("seven")),
        ("max-size", Val::option(Some(Val::U64(1 << 40)))),
        ("type", Val::enumeration("dark-green")),
    ]);
    let text = "record { id: u8, display-name: string, max-size: option<u64>, type: enum { red, dark-green, azure } }";
    agree(entry, val, text);
    let val = Val::record([("first", Val::F32(1.5)), ("second", Val::List(vec![Val::U8(1)]))]);
    agree(Pair { first: 1.5_f32, second: vec![1_u8] }, val, "record { first: f32, second: list<u8> }");
    agree(Renamed { x: 1 }, Val::record([("x", Val::U8(1))]), "record { x: u8 }");
}

#[test]
fn enums_and_variants_are_such() {
    let text = "enum { red, dark-green, azure }";
    for (color, name) in [(Color::Red, "red"), (Color::DarkGreen, "dark-green"), (Color::Blue, "azure")] {
        agree(color, Val::enumeration(name), text);
    }
    let text =
        "variant { all, named(string), between(tuple<u32, f64>), any-of(list<enum { red, dark-green, azure }>) }";
    agree(Filter::All, Val::variant("all", None), text);
    agree(Filter::Named("x".into()), Val::variant("named", Some(Val::from("x"))), text);
    let pair = Val::Tuple(vec![Val::U32(3), Val::F64(0.5)]);
    agree(Filter::Between((3, 0.5)), Val::variant("between", Some(pair)), text);
    let colors = Val::List(vec![Val::enumeration("azure"), Val::enumeration("red")]);
    agree(Filter::Colors(vec![Color::Blue, Color::Red]), Val::variant("any-of", Some(colors)), text);
}

#[test]
fn flags_are_flags() {
    let text = "flags { read, write-through, execute-all }";
    agree(Access::READ | Access::EXECUTE_ALL, Val::flags(["read", "execute-all"]), text);
    agree(Access::empty(), Val::Flags(vec![]), text);
    assert_eq!(format!("{:?}", Access::all()), "{read, write-through, execute-all}");
    assert!(Access::all().contains(Access::WRITE) && !Access::READ.contains(Access::WRITE));
    assert_eq!(!Access::READ, Access::WRITE | Access::EXECUTE_ALL);
    let mut access = Access::default();
    access.set(Access::READ, true);
    assert_eq!(access ^ Access::all(), !Access::READ);
    let names: Vec<String> = (0..34).map(|i| format!("a{i:02}")).collect();
    let mut types = Types::new();
    let ty = Many::describe(&mut types).expect("a type");
    assert_eq!(types.kind(ty), Some(&Kind::Flags(names.iter().map(|name| name.as_str().into()).collect())));
    let mut guest = Heap::new([0xff; 8]);
    let mut cx = LiftContext::new(&mut guest, Options::default(), TypeEnv::NONE);
    assert_eq!(Many::load(&mut cx, ty, 0), Ok(Many::all()), "bits that are no flag's are ignored");
    (Many::A33 | Many::A00)
        .store(&mut LowerContext::new(&mut guest, Options::default(), TypeEnv::NONE), ty, 0)
        .unwrap();
    assert_eq!(guest.bytes, [1, 0, 0, 0, 2, 0, 0, 0]);
}

#[test]
fn what_borrows_is_lowered() {
    let mut guest = Heap::new([0; 16]);
    let mut cx = LowerContext::new(&mut guest, Options::default(), TypeEnv::NONE);
    Borrowed { text: "hi", bytes: &[1, 2] }.store(&mut cx, Type::Bool, 0).expect("it stores");
    assert_eq!(guest.bytes, *b"\x10\0\0\0\x02\0\0\0\x12\0\0\0\x02\0\0\0hi\x01\x02");
}

#[test]
fn what_does_not_match_says_where() {
    let mut types = Types::new();
    let color = types.enumeration(["red", "green"]).expect("a type");
    let error = Color::matches(&types, color).expect_err("a mismatch");
    assert_eq!(error.to_string(), "found an enum { red, dark-green, azure }, wanted { red, green }");
    let record = types.record([("first", Type::U8), ("second", Type::String)]).expect("a type");
    let error = Pair::<u8, u8>::matches(&types, record).expect_err("a mismatch");
    assert_eq!(error.to_string(), "in `second`: found Rust's `u8`, wanted string");
    let record = types.record([("first", Type::U8), ("third", Type::U8)]).expect("a type");
    let error = Pair::<u8, u8>::matches(&types, record).expect_err("a mismatch");
    assert_eq!(error.to_string(), "found `second`, wanted `third`");
    let error = Access::matches(&types, record).expect_err("a mismatch");
    assert_eq!(error.to_string(), "found 3 flags, wanted record { first: u8, third: u8 }");
}

#[test]
fn invalid_discriminants_trap() {
    let mut guest = Heap::new([4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let mut cx = LiftContext::new(&mut guest, Options::default(), TypeEnv::NONE);
    assert_eq!(Filter::load(&mut cx, Type::Bool, 0), Err(Trap::InvalidDiscriminant { found: 4, cases: 4 }));
    assert_eq!(Color::lift_flat(&mut cx, Type::Bool, &[3]), Err(Trap::InvalidDiscriminant { found: 3, cases: 3 }));
}

/// A record of seventeen numbers goes through memory.
#[test]
fn large_records_go_through_memory() {
    let mut types = Types::new();
    let list = <[u32; 17]>::describe(&mut types).expect("a type");
    let func = types.func([("x", list)], None).expect("a function type");
    let mut guest = Heap::new([]);
    let mut cx = LowerContext::new(&mut guest, Options::default(), TypeEnv::NONE);
    let mut values = FlatValues::default();
    let numbers: [u32; 17] = std::array::from_fn(|i| i as u32);
    assert_eq!(cx.lower_params(&func, &(numbers,), &mut values), Ok(1));
    assert_eq!(guest.calls, [([0, 0, 4, 68], 0)]);
    let mut cx = LiftContext::new(&mut guest, Options::default(), TypeEnv::NONE);
    assert_eq!(cx.lift_params::<([u32; 17],)>(&func, &values[..1]), Ok((numbers,)));
}
