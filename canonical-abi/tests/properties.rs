//! Random types, random values, random bytes.

use falkirk_canonical_abi::*;
use proptest::prelude::*;

/// A type, as a tree that becomes one of a table.
#[derive(Clone, Debug)]
enum Shape {
    Primitive(usize),
    List(Box<Shape>),
    FixedList(Box<Shape>, u32),
    Record(Vec<Shape>),
    Tuple(Vec<Shape>),
    Variant(Vec<Option<Shape>>),
    Enum(u32),
    Option(Box<Shape>),
    Result(Option<Box<Shape>>, Option<Box<Shape>>),
    Flags(u32),
}

fn shapes() -> impl Strategy<Value = Shape> {
    let leaf = prop_oneof![
        8 => (0..13_usize).prop_map(Shape::Primitive),
        1 => (1..300_u32).prop_map(Shape::Enum),
        1 => (1..70_u32).prop_map(Shape::Flags),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let boxed = inner.clone().prop_map(Box::new);
        let maybe = proptest::option::of(boxed.clone());
        prop_oneof![
            boxed.clone().prop_map(Shape::List),
            (boxed.clone(), 1..4_u32).prop_map(|(element, length)| Shape::FixedList(element, length)),
            prop::collection::vec(inner.clone(), 1..5).prop_map(Shape::Record),
            prop::collection::vec(inner.clone(), 1..5).prop_map(Shape::Tuple),
            prop::collection::vec(proptest::option::of(inner.clone()), 1..5).prop_map(Shape::Variant),
            boxed.prop_map(Shape::Option),
            (maybe.clone(), maybe).prop_map(|(ok, err)| Shape::Result(ok, err)),
        ]
    })
}

/// The name of a part; some are words of WAVE.
fn name(i: u64) -> String {
    ["none", "ok", "inf", "a-B1"].get(i as usize).map_or_else(|| format!("n{i}"), |name| name.to_string())
}

fn names() -> impl Iterator<Item = String> {
    (0..).map(name)
}

impl Shape {
    fn define(&self, types: &mut Types) -> Type {
        let mut of = |shape: &Shape| shape.define(types);
        let ty = match self {
            Shape::Primitive(i) => return Type::PRIMITIVES[*i],
            Shape::List(element) => Kind::List(of(element)),
            Shape::FixedList(element, length) => Kind::FixedList(of(element), *length),
            Shape::Record(fields) => {
                let fields = names().zip(fields).map(|(name, field)| Field { name: name.into(), ty: of(field) });
                Kind::Record(fields.collect())
            }
            Shape::Tuple(parts) => Kind::Tuple(parts.iter().map(of).collect()),
            Shape::Variant(cases) => {
                let case =
                    |(name, case): (String, &Option<Shape>)| Case { name: name.into(), ty: case.as_ref().map(&mut of) };
                Kind::Variant(names().zip(cases).map(case).collect())
            }
            Shape::Enum(count) => Kind::Enum(names().take(*count as usize).map(Name::from).collect()),
            Shape::Option(some) => Kind::Option(of(some)),
            Shape::Result(ok, err) => {
                let mut part = |part: &Option<Box<Shape>>| part.as_ref().map(|part| of(part));
                Kind::Result { ok: part(ok), err: part(err) }
            }
            Shape::Flags(count) => Kind::Flags(names().take(*count as usize).map(Name::from).collect()),
        };
        types.intern(ty).expect("a type")
    }

    /// The type as `wasm-wave` has it.
    fn foreign(&self) -> wasm_wave::value::Type {
        use wasm_wave::value::Type;
        use wasm_wave::wasm::WasmTypeKind::{Bool, Char, F32, F64, S8, S16, S32, S64, String, U8, U16, U32, U64};
        const PRIMITIVES: [wasm_wave::wasm::WasmTypeKind; 13] =
            [Bool, S8, U8, S16, U16, S32, U32, S64, U64, F32, F64, Char, String];
        let made = match self {
            Shape::Primitive(i) => Type::simple(PRIMITIVES[*i]),
            // Its values know no lists of fixed length; the text is the same.
            Shape::List(element) | Shape::FixedList(element, _) => Some(Type::list(element.foreign())),
            Shape::Record(fields) => Type::record(names().zip(fields.iter().map(Shape::foreign))),
            Shape::Tuple(parts) => Type::tuple(parts.iter().map(Shape::foreign).collect::<Vec<_>>()),
            Shape::Variant(cases) => {
                Type::variant(names().zip(cases.iter().map(|case| case.as_ref().map(Shape::foreign))))
            }
            Shape::Enum(count) => Type::enum_ty(names().take(*count as usize)),
            Shape::Option(some) => Some(Type::option(some.foreign())),
            Shape::Result(ok, err) => {
                Some(Type::result(ok.as_deref().map(Shape::foreign), err.as_deref().map(Shape::foreign)))
            }
            Shape::Flags(count) => Type::flags(names().take(*count as usize)),
        };
        made.expect("a type")
    }

    /// A value of the type, made from numbers.
    fn value(&self, next: &mut impl FnMut() -> u64) -> Val {
        let text = |seed: u64| ["", "plain", "caf\u{e9}", "\u{1ff}x", "\u{1f6a2}\u{e9}z"][seed as usize % 5];
        match self {
            Shape::Primitive(i) => match Type::PRIMITIVES[*i] {
                Type::Bool => Val::Bool(next() & 1 == 1),
                Type::S8 => Val::S8(next() as i8),
                Type::U8 => Val::U8(next() as u8),
                Type::S16 => Val::S16(next() as i16),
                Type::U16 => Val::U16(next() as u16),
                Type::S32 => Val::S32(next() as i32),
                Type::U32 => Val::U32(next() as u32),
                Type::S64 => Val::S64(next() as i64),
                Type::U64 => Val::U64(next()),
                Type::F32 => Val::F32(f32::from_bits(next() as u32)),
                Type::F64 => Val::F64(f64::from_bits(next())),
                Type::Char => Val::Char(char::from_u32(next() as u32 % 0x11_0000).unwrap_or('x')),
                _ => Val::from(text(next())),
            },
            Shape::List(element) => Val::List((0..next() % 4).map(|_| element.value(next)).collect()),
            Shape::FixedList(element, length) => Val::List((0..*length).map(|_| element.value(next)).collect()),
            Shape::Record(fields) => Val::record(names().zip(fields.iter().map(|field| field.value(next)))),
            Shape::Tuple(parts) => Val::Tuple(parts.iter().map(|part| part.value(next)).collect()),
            Shape::Variant(cases) => {
                let case = next() as usize % cases.len();
                Val::variant(name(case as u64), cases[case].as_ref().map(|payload| payload.value(next)))
            }
            Shape::Enum(count) => Val::enumeration(name(next() % u64::from(*count))),
            Shape::Option(some) => Val::option((next() & 1 == 1).then(|| some.value(next))),
            Shape::Result(ok, err) => match next() & 1 {
                0 => Val::result(Ok(ok.as_ref().map(|payload| payload.value(next)))),
                _ => Val::result(Err(err.as_ref().map(|payload| payload.value(next)))),
            },
            Shape::Flags(count) => {
                Val::flags(names().take(*count as usize).filter(|_| next() & 1 == 1).collect::<Vec<_>>())
            }
        }
    }
}

fn all_options() -> impl Strategy<Value = Options> {
    const ENCODINGS: [StringEncoding; 3] = [StringEncoding::Utf8, StringEncoding::Utf16, StringEncoding::Latin1Utf16];
    (prop::sample::select(&ENCODINGS[..]), any::<bool>()).prop_map(|(string_encoding, wide)| Options {
        string_encoding,
        ptr_type: if wide { PtrType::I64 } else { PtrType::I32 },
    })
}

/// Numbers that a generator makes from a seed.
fn numbers(mut seed: u64) -> impl FnMut() -> u64 {
    move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        seed.rotate_right(17)
    }
}

/// A guest whose `realloc` returns whatever is next, and traps when nothing is left. Its memory grows and moves.
struct Liar {
    bytes: Vec<u8>,
    instance: InstanceState,
    answers: Vec<u64>,
}

impl Guest for Liar {
    type Error = ();

    fn parts(&mut self) -> (&mut [u8], &mut InstanceState) {
        (&mut self.bytes, &mut self.instance)
    }

    fn realloc(&mut self, _: u64, _: u64, _: u32, _: u64) -> Result<u64, ()> {
        self.bytes = [self.bytes.as_slice(), &[0; 8]].concat();
        self.answers.pop().ok_or(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2048) })]

    #[test]
    fn values_survive_every_crossing(shape in shapes(), seed: u64, from in all_options(), to in all_options(), shift in 0..9_usize) {
        let mut types = Types::new();
        let ty = shape.define(&mut types);
        let val = shape.value(&mut numbers(seed));
        let func = types.func([("x", ty)], Some(ty)).expect("a function type");
        let env = TypeEnv::new(&types);
        let (mut source, mut target) = (Heap::new(vec![1; shift]), Heap::new(vec![2; 8 - shift]));
        let mut values = FlatValues::default();
        let count = LowerContext::new(&mut source, from, env)
            .lower_params_vals(&func, std::slice::from_ref(&val), &mut values)
            .expect("it lowers");
        let lifted = LiftContext::new(&mut source, from, env).lift_params_vals(&func, &values[..count]);
        prop_assert_eq!(lifted, Ok(vec![val.clone()]));
        let mut copied = FlatValues::default();
        let mut pair = Two { source: &mut source, target: &mut target };
        Copier::new(&mut pair, from, to, env).copy_params(&func, &values[..count], &mut copied).expect("it copies");
        let lifted = LiftContext::new(&mut target, to, env).lift_params_vals(&func, &copied[..count]);
        prop_assert_eq!(lifted, Ok(vec![val]));
    }

    #[test]
    fn what_is_printed_is_read(shape in shapes(), seed: u64) {
        let mut types = Types::new();
        let ty = shape.define(&mut types);
        let val = shape.value(&mut numbers(seed));
        prop_assert_eq!(wave::parse(&types, ty, &val.to_string()), Ok(val));
    }

    #[test]
    fn what_is_printed_is_read_by_others_and_the_other_way_round(shape in shapes(), seed: u64) {
        let mut types = Types::new();
        let ty = shape.define(&mut types);
        let val = shape.value(&mut numbers(seed));
        let read: wasm_wave::value::Value = wasm_wave::from_str(&shape.foreign(), &val.to_string()).expect("it is read");
        let printed = wasm_wave::to_string(&read).expect("it is printed");
        prop_assert_eq!(wave::parse(&types, ty, &printed), Ok(val));
    }

    #[test]
    fn random_text_never_panics(shape in shapes(), text in "[a-z0-9%{}()\\[\\],:'\"\\\\ \u{e9}-]{0,12}") {
        let mut types = Types::new();
        let ty = shape.define(&mut types);
        if let Err(error) = wave::parse(&types, ty, &text) {
            prop_assert!(error.point_at(&text).ends_with(error.message()));
        }
    }

    #[test]
    fn realloc_may_answer_anything(shape in shapes(), seed: u64, answers in prop::collection::vec(0..80_u64, 0..12), from in all_options(), to in all_options()) {
        let mut types = Types::new();
        let ty = shape.define(&mut types);
        let val = shape.value(&mut numbers(seed));
        let func = types.func([("x", ty)], Some(ty)).expect("a function type");
        let env = TypeEnv::new(&types);
        let (mut source, mut values) = (Heap::new([]), FlatValues::default());
        LowerContext::new(&mut source, from, env)
            .lower_params_vals(&func, std::slice::from_ref(&val), &mut values)
            .expect("it lowers");
        let mut liar = Liar { bytes: vec![0; 64], instance: InstanceState::new(InstanceId(0)), answers: answers.clone() };
        let lowered = LowerContext::new(&mut liar, to, env).lower_params_vals(&func, &[val], &mut FlatValues::default());
        let mut other = Liar { bytes: vec![0; 64], instance: InstanceState::new(InstanceId(0)), answers };
        let mut pair = Two { source: &mut source, target: &mut other };
        let copied = Copier::new(&mut pair, from, to, env).copy_params(&func, &values, &mut FlatValues::default());
        for result in [lowered, copied] {
            let is_expected = match result {
                Ok(_) | Err(Error::Guest(())) => true,
                Err(Error::Trap(trap)) => matches!(trap, Trap::ReallocUnaligned { .. } | Trap::ReallocOutOfBounds { .. }),
                Err(Error::Mismatch(_)) => false,
            };
            prop_assert!(is_expected, "{:?}", result);
        }
    }

    #[test]
    fn random_bytes_never_panic(shape in shapes(), bytes in prop::collection::vec(any::<u8>(), 0..256), flat: FlatValues, from in all_options(), to in all_options(), small: bool) {
        let mut types = Types::new();
        let ty = shape.define(&mut types);
        let func = types.func([("x", ty)], Some(ty)).expect("a function type");
        let env = TypeEnv::new(&types);
        // Small numbers are more often addresses and lengths.
        let flat = if small { flat.map(|value| value % 16) } else { flat };
        let (mut source, mut target) = (Heap::new(&bytes), Heap::new([]));
        let _ = LiftContext::new(&mut source, from, env).lift_result_val(&func, &flat);
        let lifted = LiftContext::new(&mut source, from, env).lift_params_vals(&func, &flat);
        let mut pair = Two { source: &mut source, target: &mut target };
        let mut copied = FlatValues::default();
        let count = Copier::new(&mut pair, from, to, env).copy_params(&func, &flat, &mut copied);
        // Both find the guest to be right, or both find the same fault.
        match (lifted, count) {
            (Ok(vals), Ok(count)) => {
                let lifted = LiftContext::new(&mut target, to, env).lift_params_vals(&func, &copied[..count]);
                prop_assert_eq!(lifted.as_ref(), Ok(&vals));
                // The host would have lowered the same bytes (but it has its strings in UTF-8).
                if from.string_encoding == StringEncoding::Utf8 {
                    let (mut lowered, mut host) = (Heap::new([]), FlatValues::default());
                    let mut cx = LowerContext::new(&mut lowered, to, env);
                    cx.lower_params_vals(&func, &vals, &mut host).expect("it lowers");
                    prop_assert_eq!((lowered.bytes, lowered.calls, host), (target.bytes, target.calls, copied));
                }
            }
            (Err(trap), Err(Error::Trap(same))) => prop_assert_eq!(trap, same),
            (lifted, copied) => prop_assert!(false, "lifted {:?}, copied {:?}", lifted, copied),
        }
    }
}
