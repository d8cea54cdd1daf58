//! The core signatures of functions.

use CoreType::{F32, F64, I32, I64};
use falkirk_canonical_abi::*;

fn check(
    params: &[Type],
    result: Option<Type>,
    types: &mut Types,
    lifted: (&[CoreType], &[CoreType]),
    lowered: (&[CoreType], &[CoreType]),
    ptr_type: PtrType,
) {
    let names = (0..).map(|i: u32| i.to_string());
    let func = types.func(names.zip(params.iter().copied()), result).expect("a function type");
    for (side, (params, results)) in [(Side::Lift, lifted), (Side::Lower, lowered)] {
        let expected = CoreFuncType { params: params.to_vec(), results: results.to_vec() };
        assert_eq!(func.flatten(types, ptr_type, side), expected, "{side:?}");
    }
}

#[test]
fn functions_flatten() {
    let three = [Type::U8, Type::F32, Type::F64];
    let flat = [I32, F32, F64];
    let types = &mut Types::new();
    let one = types.tuple([Type::F32]).expect("a type");
    let two = types.tuple([Type::F32, Type::F32]).expect("a type");
    for (result, core) in [(Type::F32, F32), (Type::U8, I32), (one, F32)] {
        check(&three, Some(result), types, (&flat, &[core]), (&flat, &[core]), PtrType::I32);
    }
    check(&three, None, types, (&flat, &[]), (&flat, &[]), PtrType::I32);
    for (ptr_type, pointer) in [(PtrType::I32, I32), (PtrType::I64, I64)] {
        check(&three, Some(two), types, (&flat, &[pointer]), (&[I32, F32, F64, pointer], &[]), ptr_type);
        check(&[Type::U8; 16], None, types, (&[I32; 16], &[]), (&[I32; 16], &[]), ptr_type);
        check(&[Type::U8; 17], None, types, (&[pointer], &[]), (&[pointer], &[]), ptr_type);
        check(&[Type::U8; 17], Some(two), types, (&[pointer], &[pointer]), (&[pointer; 2], &[]), ptr_type);
        check(&[Type::String], Some(Type::String), types, (&[pointer; 2], &[pointer]), (&[pointer; 3], &[]), ptr_type);
    }
}

#[test]
fn cases_join() {
    let types = &mut Types::new();
    let ty = |types: &mut Types, cases: &[Type]| {
        let names = (0..).map(|i: u32| i.to_string());
        types.variant(names.zip(cases.iter().map(|ty| Some(*ty)))).expect("a type")
    };
    for (cases, expected) in [
        (vec![Type::U8, Type::S32], I32),
        (vec![Type::F32, Type::F32], F32),
        (vec![Type::F32, Type::U32], I32),
        (vec![Type::F64, Type::U32], I64),
        (vec![Type::F64, Type::F32], I64),
        (vec![Type::F64, Type::F64], F64),
        (vec![Type::U64, Type::F32, Type::U8], I64),
    ] {
        let variant = ty(types, &cases);
        assert_eq!(types.flatten(variant, PtrType::I32), Some(vec![I32, expected]), "{cases:?}");
    }
    // A pointer of 64 bits shares its place with a float.
    let text = ty(types, &[Type::String, Type::F32]);
    assert_eq!(types.flatten(text, PtrType::I32), Some(vec![I32, I32, I32]));
    assert_eq!(types.flatten(text, PtrType::I64), Some(vec![I32, I64, I64]));
}
