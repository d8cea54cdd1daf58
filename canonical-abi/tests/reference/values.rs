//! Values that are core values: what each of these lifts to.

use falkirk_canonical_abi::*;

use super::check::Case;

/// A type, made by a function so that a table can name it.
type Make = fn(&mut Types) -> Result<Type, TypeError>;

fn lifts(make: Make, cases: &[(&[u64], Val)]) {
    let mut types = Types::new();
    let ty = make(&mut types).expect("a type");
    for (flat, expected) in cases {
        Case { types: &types, ty, flat, memory: &[], options: Options::default() }.is(expected);
    }
}

fn traps(make: Make, flat: &[u64], message: &str) {
    let mut types = Types::new();
    let ty = make(&mut types).expect("a type");
    Case { types: &types, ty, flat, memory: &[], options: Options::default() }.traps(message);
}

const MAX: u64 = u32::MAX as u64;

#[test]
fn bools_are_true_if_they_are_not_zero() {
    let bools = [(0, false), (1, true), (2, true), (MAX, true), (MAX + 1, false)];
    for (flat, expected) in bools {
        lifts(|_| Ok(Type::Bool), &[(&[flat], Val::Bool(expected))]);
    }
}

#[test]
fn small_numbers_are_the_lower_bits() {
    for (flat, unsigned, signed) in [
        (127, 127, 127),
        (128, 128, -128),
        (255, 255, -1),
        (256, 0, 0),
        (MAX, 255, -1),
        (4_294_967_168, 128, -128),
        (4_294_967_167, 127, 127),
    ] {
        lifts(|_| Ok(Type::U8), &[(&[flat], Val::U8(unsigned))]);
        lifts(|_| Ok(Type::S8), &[(&[flat], Val::S8(signed))]);
    }
    for (flat, unsigned, signed) in [
        (32_767, 32_767, 32_767),
        (32_768, 32_768, -32_768),
        (65_535, 65_535, -1),
        (65_536, 0, 0),
        (MAX, 65_535, -1),
        (MAX + 1 - 32_768, 32_768, -32_768),
        (MAX + 1 - 32_769, 32_767, 32_767),
    ] {
        lifts(|_| Ok(Type::U16), &[(&[flat], Val::U16(unsigned))]);
        lifts(|_| Ok(Type::S16), &[(&[flat], Val::S16(signed))]);
    }
}

#[test]
fn large_numbers_are_all_bits() {
    for flat in [0, (1 << 31) - 1, 1 << 31, MAX] {
        lifts(|_| Ok(Type::U32), &[(&[flat], Val::U32(flat as u32))]);
        lifts(|_| Ok(Type::S32), &[(&[flat], Val::S32(flat as i32))]);
    }
    for flat in [0, (1 << 63) - 1, 1 << 63, u64::MAX] {
        lifts(|_| Ok(Type::U64), &[(&[flat], Val::U64(flat))]);
        lifts(|_| Ok(Type::S64), &[(&[flat], Val::S64(flat as i64))]);
    }
}

#[test]
fn floats_keep_their_bits_but_for_nans() {
    for float in [2.71_f32, 0.0, -0.0, f32::INFINITY, f32::MIN_POSITIVE / 2.0, 1.5] {
        lifts(|_| Ok(Type::F32), &[(&[float.to_bits().into()], Val::F32(float))]);
        lifts(|_| Ok(Type::F64), &[(&[f64::from(float).to_bits()], Val::F64(float.into()))]);
    }
    for bits in [0x7fc0_0000, 0x7fc0_0001, 0x7fe0_0000, 0x7fff_ffff, 0xffff_ffff] {
        lifts(|_| Ok(Type::F32), &[(&[bits], Val::F32(f32::NAN))]);
    }
    for bits in [0x7ff8_0000_0000_0000, 0x7ff8_0000_0000_0001, 0x7fff_ffff_ffff_ffff, u64::MAX] {
        lifts(|_| Ok(Type::F64), &[(&[bits], Val::F64(f64::NAN))]);
    }
}

#[test]
fn chars_are_scalar_values() {
    for (flat, expected) in
        [(0, '\0'), (65, 'A'), (0xd7ff, '\u{d7ff}'), (0xe000, '\u{e000}'), (0x10_ffff, '\u{10ffff}')]
    {
        lifts(|_| Ok(Type::Char), &[(&[flat], Val::Char(expected))]);
    }
    traps(|_| Ok(Type::Char), &[0xd800], "a char is 0xd800, wanted none of the surrogates 0xd800 to 0xdfff");
    traps(|_| Ok(Type::Char), &[0xdfff], "a char is 0xdfff, wanted none of the surrogates 0xd800 to 0xdfff");
    traps(|_| Ok(Type::Char), &[0x11_0000], "a char is 0x110000, wanted at most 0x10ffff");
    traps(|_| Ok(Type::Char), &[MAX], "a char is 0xffffffff, wanted at most 0x10ffff");
}

#[test]
fn records_and_tuples_are_their_parts() {
    lifts(
        |types| types.record([("x", Type::U8), ("y", Type::U16), ("z", Type::U32)]),
        &[(&[1, 2, 3], Val::record([("x", Val::U8(1)), ("y", Val::U16(2)), ("z", Val::U32(3))]))],
    );
    let inner = Val::Tuple(vec![Val::U8(1), Val::U8(2)]);
    lifts(
        |types| {
            let inner = types.tuple([Type::U8, Type::U8])?;
            types.tuple([inner, Type::U8])
        },
        &[(&[1, 2, 3], Val::Tuple(vec![inner, Val::U8(3)]))],
    );
}

#[test]
fn fixed_lists_are_their_elements() {
    let list = |items: &[u8]| Val::List(items.iter().map(|item| Val::U8(*item)).collect());
    lifts(|types| types.fixed_list(Type::U8, 3), &[(&[1, 2, 3], list(&[1, 2, 3]))]);
    lifts(
        |types| {
            let inner = types.fixed_list(Type::U8, 2)?;
            types.fixed_list(inner, 3)
        },
        &[(&[1, 2, 3, 4, 5, 6], Val::List(vec![list(&[1, 2]), list(&[3, 4]), list(&[5, 6])]))],
    );
}

fn set(names: &[&str]) -> Val {
    Val::flags(names.iter().copied())
}

#[test]
fn flags_are_bits_and_further_bits_are_ignored() {
    lifts(
        |types| types.flags(["a", "b"]),
        &[(&[0], set(&[])), (&[2], set(&["b"])), (&[3], set(&["a", "b"])), (&[4], set(&[])), (&[7], set(&["b", "a"]))],
    );
    let numbers = |range: std::ops::Range<u32>| Val::flags(range.map(|i| i.to_string()));
    lifts(|types| types.flags((0..32).map(|i| i.to_string())), &[(&[MAX], numbers(0..32)), (&[1], numbers(0..1))]);
    // The specification allows 32; we keep the older rule for more.
    lifts(
        |types| types.flags((0..70).map(|i| i.to_string())),
        &[(&[MAX, MAX, MAX], numbers(0..70)), (&[0, 3, 0], numbers(32..34)), (&[0, 0, 0x40], numbers(0..0))],
    );
}

#[test]
fn variants_share_places() {
    let xyz: Make = |types| types.variant([("x", Some(Type::U8)), ("y", Some(Type::F32)), ("z", None)]);
    lifts(
        xyz,
        &[
            (&[0, 42], Val::variant("x", Some(Val::U8(42)))),
            (&[0, 256], Val::variant("x", Some(Val::U8(0)))),
            (&[1, 0x4048_f5c3], Val::variant("y", Some(Val::F32(f32::from_bits(0x4048_f5c3))))),
            (&[2, MAX], Val::variant("z", None)),
        ],
    );
    traps(xyz, &[3, 0], "a discriminant is 3, wanted one of 3 cases");
    let wide: Make = |types| {
        types.variant([("a", Some(Type::F32)), ("b", Some(Type::U64)), ("c", Some(Type::F64)), ("d", Some(Type::S8))])
    };
    lifts(
        wide,
        &[
            (&[0, 0x4048_f5c3], Val::variant("a", Some(Val::F32(f32::from_bits(0x4048_f5c3))))),
            (&[0, 0xffff_ffff_4048_f5c3], Val::variant("a", Some(Val::F32(f32::from_bits(0x4048_f5c3))))),
            (&[1, u64::MAX], Val::variant("b", Some(Val::U64(u64::MAX)))),
            (&[2, 1.5_f64.to_bits()], Val::variant("c", Some(Val::F64(1.5)))),
            (&[3, 0xffff_ff00_0000_0080], Val::variant("d", Some(Val::S8(-128)))),
        ],
    );
}

#[test]
fn options_results_and_enums_are_variants() {
    let float = 2.71_f32;
    lifts(
        |types| types.option(Type::F32),
        &[
            (&[0, float.to_bits().into()], Val::option(None)),
            (&[1, float.to_bits().into()], Val::option(Some(Val::F32(float)))),
        ],
    );
    traps(|types| types.option(Type::F32), &[2, 0], "a discriminant is 2, wanted one of 2 cases");
    lifts(
        |types| types.result(Some(Type::U8), Some(Type::U32)),
        &[(&[0, 42], Val::result(Ok(Some(Val::U8(42))))), (&[1, 1000], Val::result(Err(Some(Val::U32(1000)))))],
    );
    lifts(|types| types.result(None, None), &[(&[0], Val::result(Ok(None))), (&[1], Val::result(Err(None)))]);
    traps(|types| types.result(None, None), &[MAX], "a discriminant is 4294967295, wanted one of 2 cases");
    lifts(|types| types.enumeration(["a", "b"]), &[(&[0], Val::enumeration("a")), (&[1], Val::enumeration("b"))]);
    traps(|types| types.enumeration(["a", "b"]), &[2], "a discriminant is 2, wanted one of 2 cases");
}

#[test]
fn discriminants_of_all_sizes_are_checked() {
    for cases in [1_u64, 256, 257, 65_536, 65_537] {
        let mut types = Types::new();
        let ty = types.enumeration((0..cases).map(|i| i.to_string())).expect("a type");
        let last = cases - 1;
        let case = Case { types: &types, ty, flat: &[last], memory: &[], options: Options::default() };
        case.is(&Val::enumeration(last.to_string()));
        Case { flat: &[last + 1], ..case }
            .traps(&format!("a discriminant is {}, wanted one of {cases} cases", last + 1));
    }
}
