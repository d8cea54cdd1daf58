//! Values in memory: bytes, and what a pointer to them and a length lift to.

use PtrType::{I32, I64};
use falkirk_canonical_abi::*;

use super::check::Case;

type Make = fn(&mut Types) -> Result<Type, TypeError>;

/// The list of elements of a type that a guest has at an address in its memory.
fn case(ptr_type: PtrType, element: Make, flat: [u64; 2], memory: &[u8], check: impl Fn(Case<'_>)) {
    let mut types = Types::new();
    let element = element(&mut types).expect("a type");
    let ty = types.list(element).expect("a type");
    check(Case { types: &types, ty, flat: &flat, memory, options: Options { ptr_type, ..Options::default() } });
}

fn lifts<const N: usize>(element: Make, flat: [u64; 2], memory: &[u8], expected: [Val; N]) {
    case(I32, element, flat, memory, |case| case.is(&Val::List(expected.to_vec())));
}

fn lifts64<const N: usize>(element: Make, flat: [u64; 2], memory: &[u8], expected: [Val; N]) {
    case(I64, element, flat, memory, |case| case.is(&Val::List(expected.to_vec())));
}

fn traps(ptr_type: PtrType, element: Make, flat: [u64; 2], memory: &[u8], message: &str) {
    case(ptr_type, element, flat, memory, |case| case.traps(message));
}

fn list<T: Copy + Into<Val>>(items: &[T]) -> Val {
    Val::List(items.iter().map(|item| (*item).into()).collect())
}

fn tuple(parts: &[Val]) -> Val {
    Val::Tuple(parts.to_vec())
}

#[test]
fn lists_of_scalars() {
    let [yes, no] = [true, false].map(Val::Bool);
    for memory in [[1, 0, 1], [1, 0, 2]] {
        lifts(|_| Ok(Type::Bool), [0, 3], &memory, [yes.clone(), no.clone(), yes.clone()]);
    }
    lifts(|_| Ok(Type::Bool), [3, 3], &[0xff, 0xff, 0xff, 1, 0, 1], [yes.clone(), no, yes]);
    lifts(|_| Ok(Type::U8), [0, 3], &[1, 2, 3], [1_u8, 2, 3].map(Val::U8));
    lifts(|_| Ok(Type::U16), [0, 3], &[1, 0, 2, 0, 3, 0], [1_u16, 2, 3].map(Val::U16));
    lifts(|_| Ok(Type::U32), [0, 3], &[1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0], [1_u32, 2, 3].map(Val::U32));
    lifts(|_| Ok(Type::U64), [0, 2], &[1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0], [1_u64, 2].map(Val::U64));
    lifts(|_| Ok(Type::S8), [0, 3], &[0xff, 0xfe, 0xfd], [-1_i8, -2, -3].map(Val::S8));
    lifts(|_| Ok(Type::S16), [0, 3], &[0xff, 0xff, 0xfe, 0xff, 0xfd, 0xff], [-1_i16, -2, -3].map(Val::S16));
    let bytes: Vec<u8> = [-1_i32, -2, -3].iter().flat_map(|item| item.to_le_bytes()).collect();
    lifts(|_| Ok(Type::S32), [0, 3], &bytes, [-1_i32, -2, -3].map(Val::S32));
    let bytes: Vec<u8> = [-1_i64, -2].iter().flat_map(|item| item.to_le_bytes()).collect();
    lifts(|_| Ok(Type::S64), [0, 2], &bytes, [-1_i64, -2].map(Val::S64));
    lifts(|_| Ok(Type::Char), [0, 3], &[65, 0, 0, 0, 66, 0, 0, 0, 99, 0, 0, 0], ['A', 'B', 'c'].map(Val::Char));
    lifts(|_| Ok(Type::Char), [0, 0], &[], []);
}

#[test]
fn lists_of_strings_and_lists() {
    let texts = ["hi", "wat"].map(Val::from);
    let memory = b"\x10\0\0\0\x02\0\0\0\x15\0\0\0\x03\0\0\0hi\x0f\x0f\x0fwat";
    lifts(|_| Ok(Type::String), [0, 2], memory, texts.clone());
    let memory = b"\x20\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0\x25\0\0\0\0\0\0\0\x03\0\0\0\0\0\0\0hi\x0f\x0f\x0fwat";
    lifts64(|_| Ok(Type::String), [0, 2], memory, texts);
    let bytes: Make = |types| types.list(Type::U8);
    let memory = [24, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 27, 0, 0, 0, 2, 0, 0, 0, 3, 4, 5, 6, 7];
    lifts(bytes, [0, 3], &memory, [list(&[3_u8, 4, 5]), list::<u8>(&[]), list(&[6_u8, 7])]);
    let mut memory = [48, 3, 0, 0, 51, 2].map(u64::to_le_bytes).concat();
    memory.extend([3, 4, 5, 6, 7]);
    lifts64(bytes, [0, 3], &memory, [list(&[3_u8, 4, 5]), list::<u8>(&[]), list(&[6_u8, 7])]);
    let words: Make = |types| types.list(Type::U16);
    lifts(words, [0, 1], &[8, 0, 0, 0, 2, 0, 0, 0, 5, 0, 6, 0], [list(&[5_u16, 6])]);
    lifts64(words, [0, 1], &[16, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 5, 0, 6, 0], [list(&[5_u16, 6])]);
}

#[test]
fn pointers_to_lists_are_aligned() {
    let message = "the pointer to a list is 0x1, wanted a multiple of 2";
    traps(I32, |_| Ok(Type::U16), [1, 3], &[0, 1, 0, 2, 0, 3, 0], message);
    let words: Make = |types| types.list(Type::U16);
    let message = "the pointer to a list is 0x9, wanted a multiple of 2";
    traps(I32, words, [0, 1], &[9, 0, 0, 0, 2, 0, 0, 0, 0, 5, 0, 6, 0], message);
    let message = "the pointer to a list is 0x11, wanted a multiple of 2";
    traps(I64, words, [0, 1], &[17, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 6, 0], message);
    let message = "the pointer to a list is 0x1, wanted a multiple of 4";
    traps(I32, |types| types.fixed_list(Type::U32, 2), [1, 2], &[0; 17], message);
}

#[test]
fn lists_of_fixed_lists() {
    lifts(|types| types.fixed_list(Type::U8, 2), [0, 2], &[1, 2, 3, 4], [list(&[1_u8, 2]), list(&[3_u8, 4])]);
    let memory = [1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0];
    lifts(|types| types.fixed_list(Type::U32, 2), [0, 2], &memory, [list(&[1_u32, 2]), list(&[3_u32, 4])]);
}

#[test]
fn lists_of_tuples_have_padding() {
    let (a, b, c) = (|v| Val::U8(v), |v| Val::U16(v), |v| Val::U32(v));
    lifts(
        |types| types.tuple([Type::U8, Type::U8, Type::U16, Type::U32]),
        [0, 2],
        &[6, 7, 8, 0, 9, 0, 0, 0, 4, 5, 6, 0, 7, 0, 0, 0],
        [tuple(&[a(6), a(7), b(8), c(9)]), tuple(&[a(4), a(5), b(6), c(7)])],
    );
    lifts(
        |types| types.tuple([Type::U8, Type::U16, Type::U8, Type::U32]),
        [0, 2],
        &[6, 0xff, 7, 0, 8, 0xff, 0xff, 0xff, 9, 0, 0, 0, 4, 0xff, 5, 0, 6, 0xff, 0xff, 0xff, 7, 0, 0, 0],
        [tuple(&[a(6), b(7), a(8), c(9)]), tuple(&[a(4), b(5), a(6), c(7)])],
    );
    lifts(
        |types| types.tuple([Type::U16, Type::U8]),
        [0, 2],
        &[6, 0, 7, 0xff, 8, 0, 9, 0xff],
        [tuple(&[b(6), a(7)]), tuple(&[b(8), a(9)])],
    );
    lifts(
        |types| {
            let inner = types.tuple([Type::U16, Type::U8])?;
            types.tuple([inner, Type::U8])
        },
        [0, 2],
        &[4, 0, 5, 0xff, 6, 0xff, 7, 0, 8, 0xff, 9, 0xff],
        [tuple(&[tuple(&[b(4), a(5)]), a(6)]), tuple(&[tuple(&[b(7), a(8)]), a(9)])],
    );
    // A map is a list of pairs.
    lifts(
        |types| types.tuple([Type::U8, Type::U16]),
        [0, 2],
        &[42, 0xff, 83, 0, 43, 0xff, 84, 0],
        [tuple(&[a(42), b(83)]), tuple(&[a(43), b(84)])],
    );
}

#[test]
fn lists_of_flags() {
    let two: Make = |types| types.flags(["a", "b"]);
    let set = |names: &[&str]| Val::flags(names.iter().copied());
    lifts(two, [0, 3], &[0, 2, 3], [set(&[]), set(&["b"]), set(&["a", "b"])]);
    lifts(two, [0, 3], &[0, 2, 4], [set(&[]), set(&["b"]), set(&[])]);
    let numbers = |count: u32| Val::flags((0..count).map(|i| i.to_string()));
    let nine: Make = |types| types.flags((0..9).map(|i| i.to_string()));
    lifts(nine, [0, 2], &[0xff, 1, 0, 0], [numbers(9), numbers(0)]);
    lifts(nine, [0, 2], &[0xff, 3, 0, 0], [numbers(9), numbers(0)]);
    let seventeen: Make = |types| types.flags((0..17).map(|i| i.to_string()));
    lifts(seventeen, [0, 2], &[0xff, 0xff, 1, 0, 0, 0, 0, 0], [numbers(17), numbers(0)]);
    lifts(seventeen, [0, 2], &[0xff, 0xff, 3, 0, 0, 0, 0, 0], [numbers(17), numbers(0)]);
    let full: Make = |types| types.flags((0..32).map(|i| i.to_string()));
    lifts(full, [0, 2], &[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0], [numbers(32), numbers(0)]);
    let more: Make = |types| types.flags((0..40).map(|i| i.to_string()));
    lifts(more, [0, 1], &[0xff; 8], [numbers(40)]);
}

#[test]
fn lists_of_variants() {
    let ty: Make = |types| types.variant([("byte", Some(Type::U8)), ("none", None), ("long", Some(Type::U64))]);
    let mut memory = vec![0, 9, 9, 9, 9, 9, 9, 9, 5, 9, 9, 9, 9, 9, 9, 9];
    memory.extend([2, 9, 9, 9, 9, 9, 9, 9, 1, 2, 3, 4, 5, 6, 7, 8]);
    memory.extend([1; 16]);
    let long = Val::variant("long", Some(Val::U64(0x0807_0605_0403_0201)));
    lifts(ty, [0, 3], &memory, [Val::variant("byte", Some(Val::U8(5))), long, Val::variant("none", None)]);
    memory[0] = 3;
    traps(I32, ty, [0, 3], &memory, "a discriminant is 3, wanted one of 3 cases");
}
