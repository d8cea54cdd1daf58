//! Typed values are the same bytes as dynamic ones.

use std::fmt::Debug;

use falkirk_canonical_abi::*;

use super::check::{all_options, shifted};

/// A Rust value and a dynamic one: the same core values, the same memory, the same calls of `realloc`; and each is lifted
/// from where the other was lowered.
fn agree<T: Lift + Lower + PartialEq + Debug>(value: T, val: Val) {
    let mut types = Types::new();
    let ty = T::describe(&mut types).expect("a type");
    assert_eq!(T::matches(&types, ty), Ok(()));
    assert_eq!(types.layout(ty), T::LAYOUT, "of {}", types.display(ty));
    let env = TypeEnv::new(&types);
    for options in all_options() {
        for shift in 0..9 {
            let (mut ours, mut theirs) = (shifted(shift), shifted(shift));
            if T::LAYOUT.flat as usize <= MAX_FLAT_PARAMS {
                let (mut flat, mut flat_val) = (vec![7; T::LAYOUT.flat as usize], vec![9; T::LAYOUT.flat as usize]);
                value.lower_flat(&mut LowerContext::new(&mut ours, options, env), ty, &mut flat).expect("it lowers");
                val.lower_flat(&mut LowerContext::new(&mut theirs, options, env), ty, &mut flat_val)
                    .expect("it lowers");
                assert_eq!(flat, flat_val);
                assert_eq!(
                    T::lift_flat(&mut LiftContext::new(&mut theirs, options, env), ty, &flat).as_ref(),
                    Ok(&value)
                );
            }
            let shape = T::LAYOUT.shape(options.ptr_type);
            let mut cx = LowerContext::new(&mut ours, options, env);
            let at = cx.allocate(shape.align, shape.size.into()).expect("there is memory");
            value.store(&mut cx, ty, at).expect("it stores");
            let mut cx = LowerContext::new(&mut theirs, options, env);
            assert_eq!(cx.allocate(shape.align, shape.size.into()), Ok(at));
            val.store(&mut cx, ty, at).expect("it stores");
            assert_eq!((&ours.bytes, &ours.calls), (&theirs.bytes, &theirs.calls));
            assert_eq!(T::load(&mut LiftContext::new(&mut theirs, options, env), ty, at).as_ref(), Ok(&value));
            assert_eq!(Val::load(&mut LiftContext::new(&mut ours, options, env), ty, at).as_ref(), Ok(&val));
        }
    }
}

/// A Rust value that is stored as a dynamic one is.
fn lowers_like<T: Lower>(value: &T, val: &Val) {
    let mut types = Types::new();
    let ty = T::describe(&mut types).expect("a type");
    for options in all_options() {
        let shape = T::LAYOUT.shape(options.ptr_type);
        let size = shape.size as usize;
        let (mut ours, mut theirs) = (shifted(size), shifted(size));
        value.store(&mut LowerContext::new(&mut ours, options, TypeEnv::new(&types)), ty, 0).expect("it stores");
        val.store(&mut LowerContext::new(&mut theirs, options, TypeEnv::new(&types)), ty, 0).expect("it stores");
        assert_eq!(ours.bytes, theirs.bytes);
    }
}

#[test]
fn scalars_agree() {
    agree(true, Val::Bool(true));
    agree(-7_i8, Val::S8(-7));
    agree(200_u8, Val::U8(200));
    agree(-700_i16, Val::S16(-700));
    agree(40_000_u16, Val::U16(40_000));
    agree(i32::MIN, Val::S32(i32::MIN));
    agree(u32::MAX, Val::U32(u32::MAX));
    agree(i64::MIN, Val::S64(i64::MIN));
    agree(u64::MAX, Val::U64(u64::MAX));
    agree(1.5_f32, Val::F32(1.5));
    agree(-0.0_f64, Val::F64(-0.0));
    agree('\u{1f6a2}', Val::Char('\u{1f6a2}'));
}

#[test]
fn strings_and_lists_agree() {
    for text in ["", "hi", "h\u{e9}llo", "\u{1ff}\u{1f6a2}"] {
        agree(text.to_string(), Val::from(text));
        agree(Box::<str>::from(text), Val::from(text));
        agree(std::sync::Arc::<str>::from(text), Val::from(text));
    }
    agree(vec![1_u8, 2, 3], Val::List([1, 2, 3].map(Val::U8).to_vec()));
    agree(vec![1_u64, 2, 3], Val::List([1, 2, 3].map(Val::U64).to_vec()));
    agree(vec![1.0_f32, -0.0], Val::List([1.0, -0.0].map(Val::F32).to_vec()));
    agree(Vec::<u16>::new(), Val::List(vec![]));
    agree(vec![true, false], Val::List([true, false].map(Val::Bool).to_vec()));
    agree(vec!['a', '\u{e9}'], Val::List(['a', '\u{e9}'].map(Val::Char).to_vec()));
    agree(vec!["a".to_string(), String::new()], Val::List(["a", ""].map(Val::from).to_vec()));
    agree([1_u16, 2, 3], Val::List([1, 2, 3].map(Val::U16).to_vec()));
    agree(std::rc::Rc::<[u32]>::from([4, 5]), Val::List([4, 5].map(Val::U32).to_vec()));
    agree(vec![["a".to_string()]], Val::List(vec![Val::List(vec![Val::from("a")])]));
}

#[test]
fn tuples_options_and_results_agree() {
    agree((1_u8, 2_u64, 3_u8), Val::Tuple(vec![Val::U8(1), Val::U64(2), Val::U8(3)]));
    agree((1_u8, "a".to_string(), 2_u16), Val::Tuple(vec![Val::U8(1), Val::from("a"), Val::U16(2)]));
    let one = 1_u8;
    let seventeen = (one, one, one, one, one, one, one, one, one, one, one, one, one, one, one, one, "a".to_string());
    let parts = std::iter::repeat_n(Val::U8(1), 16).chain([Val::from("a")]);
    // Tuples of more than twelve are not compared in Rust, so this one is taken apart.
    let val = Val::Tuple(parts.collect());
    lowers_like(&seventeen, &val);
    agree(Some(5_u32), Val::option(Some(Val::U32(5))));
    agree(None::<String>, Val::option(None));
    agree(Some(Some("x".to_string())), Val::option(Some(Val::option(Some(Val::from("x"))))));
    agree(Ok::<u8, String>(9), Val::result(Ok(Some(Val::U8(9)))));
    agree(Err::<u64, f32>(2.5), Val::result(Err(Some(Val::F32(2.5)))));
    agree(Ok::<(), String>(()), Val::result(Ok(None)));
    agree(Err::<(), ()>(()), Val::result(Err(None)));
    agree(Box::new(Some(1_u8)), Val::option(Some(Val::U8(1))));
    agree(
        vec![Some(("answer".to_string(), 42_u16)), None],
        Val::List(vec![Val::option(Some(Val::Tuple(vec![Val::from("answer"), Val::U16(42)]))), Val::option(None)]),
    );
}

#[test]
fn types_that_differ_say_where() {
    let mut types = Types::new();
    let pair = types.tuple([Type::U8, Type::String]).expect("a type");
    let list = types.list(pair).expect("a type");
    let error = <Vec<(u8, u32)>>::matches(&types, list).expect_err("a mismatch");
    assert_eq!(error.to_string(), "in an element, part 1: found Rust's `u32`, wanted string");
    let error = <Vec<u8>>::matches(&types, Type::String).expect_err("a mismatch");
    assert_eq!(error.to_string(), "found a list, wanted string");
    let error = <(u8,)>::matches(&types, pair).expect_err("a mismatch");
    assert_eq!(error.to_string(), "found a tuple of 1, wanted tuple<u8, string>");
    let result = types.result(None, Some(Type::String)).expect("a type");
    let error = <Result<u8, String>>::matches(&types, result).expect_err("a mismatch");
    assert_eq!(error.to_string(), "in `ok`: found a payload, wanted none");
}

#[test]
fn functions_round_trip() {
    let mut types = Types::new();
    let record = types.tuple([Type::U32; 16].into_iter().chain([Type::String])).expect("a type");
    let func = types.func([("x", record)], Some(record)).expect("a function type");
    let numbers = (1..17).map(Val::U32);
    let value = Val::Tuple(numbers.chain([Val::from("wat")]).collect());
    for options in all_options() {
        let env = TypeEnv::new(&types);
        let (mut guest, mut values) = (shifted(3), FlatValues::default());
        let mut cx = LowerContext::new(&mut guest, options, env);
        let count = cx.lower_params_vals(&func, std::slice::from_ref(&value), &mut values).expect("they lower");
        assert_eq!(count, 1, "they go through memory");
        // The guest returns what it got.
        let mut cx = LiftContext::new(&mut guest, options, env);
        assert_eq!(cx.lift_result_val(&func, &values[..1]), Ok(Some(value.clone())));
        // And as a host function it is called with it, and with an address for the result.
        let mut cx = LiftContext::new(&mut guest, options, env);
        assert_eq!(cx.lift_params_vals(&func, &values[..1]), Ok(vec![value.clone()]));
        let mut cx = LowerContext::new(&mut guest, options, env);
        let shape = types.layout(record).shape(options.ptr_type);
        let at = cx.allocate(shape.align, shape.size.into()).expect("there is memory") as u64;
        let pointer = func.result_pointer(&[values[0], at]);
        assert_eq!(cx.lower_result_val(&func, Some(&value), pointer, &mut values), Ok(0));
        let mut cx = LiftContext::new(&mut guest, options, env);
        assert_eq!(cx.lift_result_val(&func, &[at]), Ok(Some(value.clone())));
    }
}
