//! Guests that lie: each condition traps with its own message, the host is unharmed, and nothing is left behind.

use std::collections::VecDeque;

use falkirk_canonical_abi::*;

/// A guest whose `realloc` returns what the test wants, whatever it is asked for.
struct Liar {
    bytes: Vec<u8>,
    instance: InstanceState,
    answers: VecDeque<Result<u64, &'static str>>,
    may_leave_seen: Vec<bool>,
}

fn liar<const N: usize>(answers: [Result<u64, &'static str>; N]) -> Liar {
    Liar {
        bytes: vec![0; 32],
        instance: InstanceState::new(InstanceId(0)),
        answers: answers.into(),
        may_leave_seen: Vec::new(),
    }
}

impl Guest for Liar {
    type Error = &'static str;

    fn parts(&mut self) -> (&mut [u8], &mut InstanceState) {
        (&mut self.bytes, &mut self.instance)
    }

    fn realloc(&mut self, _: u64, _: u64, _: u32, _: u64) -> Result<u64, &'static str> {
        self.may_leave_seen.push(self.instance.flags.may_leave());
        self.answers.pop_front().expect("no more calls of realloc than expected")
    }

    fn post_return(&mut self, _: &[u64]) -> Result<(), &'static str> {
        self.may_leave_seen.push(self.instance.flags.may_leave());
        Ok(())
    }
}

fn options(string_encoding: StringEncoding) -> Options {
    Options { string_encoding, ptr_type: PtrType::I32 }
}

/// What lowering a string into a lying guest comes to; from the host, and from another guest.
fn lower<const N: usize>(encoding: StringEncoding, text: &str, answers: [Result<u64, &'static str>; N]) -> String {
    let mut guest = liar(answers);
    let mut cx = LowerContext::new(&mut guest, options(encoding), TypeEnv::NONE);
    let from_host = text.lower_flat(&mut cx, Type::String, &mut [0; 2]).map_err(|error| error.to_string());

    let mut types = Types::new();
    let func = types.func([("text", Type::String)], None).expect("a function type");
    let (mut source, mut target) = (Heap::new(text), liar(answers));
    let mut pair = Two { source: &mut source, target: &mut target };
    let mut copier = Copier::new(&mut pair, Options::default(), options(encoding), TypeEnv::new(&types));
    let flat = [0, text.len() as u64];
    let copied = copier.copy_params(&func, &flat, &mut FlatValues::default()).map_err(|error| error.to_string());
    assert_eq!(copied.map(|_| ()), from_host, "the same from a guest as from the host");
    for seen in [&guest.may_leave_seen, &target.may_leave_seen] {
        assert!(seen.iter().all(|may_leave| !may_leave), "nobody calls out of realloc");
    }
    assert!(target.answers.is_empty() && guest.answers.is_empty(), "as many calls of realloc as expected");
    from_host.expect_err("an error")
}

#[test]
fn realloc_returns_what_is_not_aligned() {
    let message = "`realloc` returned 0x1, wanted a multiple of 2";
    assert_eq!(lower(StringEncoding::Utf16, "hi", [Ok(1)]), message);
    assert_eq!(lower(StringEncoding::Utf16, "\u{e9}", [Ok(2), Ok(1)]), message);
    assert_eq!(lower(StringEncoding::Latin1Utf16, "hi", [Ok(1)]), message);
    assert_eq!(lower(StringEncoding::Latin1Utf16, "\u{1ff}", [Ok(2), Ok(1)]), message);
    assert_eq!(lower(StringEncoding::Latin1Utf16, "\u{1ff}", [Ok(2), Ok(2), Ok(1)]), message);
    assert_eq!(lower(StringEncoding::Latin1Utf16, "\u{e9}", [Ok(2), Ok(1)]), message);
    let mut guest = liar([Ok(2)]);
    let mut cx = LowerContext::new(&mut guest, Options::default(), TypeEnv::NONE);
    let error = [1_u32].as_slice().lower_flat(&mut cx, Type::Bool, &mut [0; 2]).expect_err("an error");
    assert_eq!(error.to_string(), "`realloc` returned 0x2, wanted a multiple of 4");
}

#[test]
fn realloc_returns_what_is_not_in_memory() {
    let message =
        |ptr: u64, bytes| format!("`realloc` returned {ptr:#x}, wanted {bytes} bytes there, but the memory has 32");
    assert_eq!(lower(StringEncoding::Utf8, "hi", [Ok(31)]), message(31, 2));
    assert_eq!(lower(StringEncoding::Utf8, "hi", [Ok(u64::MAX)]), message(u64::MAX, 2));
    assert_eq!(lower(StringEncoding::Utf8, "", [Ok(33)]), message(33, 0));
    assert_eq!(lower(StringEncoding::Utf16, "hi", [Ok(30)]), message(30, 4));
    assert_eq!(lower(StringEncoding::Utf16, "\u{e9}", [Ok(28), Ok(32)]), message(32, 2));
    assert_eq!(lower(StringEncoding::Latin1Utf16, "\u{1ff}", [Ok(0), Ok(30)]), message(30, 4));
}

#[test]
fn realloc_returns_the_same_place_again_and_again() {
    // The second string overwrites the first, and the list in which its address was. That is the guest's own loss.
    let mut guest = liar([Ok(0), Ok(0), Ok(0)]);
    let mut cx = LowerContext::new(&mut guest, Options::default(), TypeEnv::NONE);
    let mut flat = [0; 2];
    ["ab", "cd"].as_slice().lower_flat(&mut cx, Type::Bool, &mut flat).expect("it lowers");
    assert_eq!(flat, [0, 2]);
    assert_eq!(guest.bytes[..16], *b"cd\0\0\x02\0\0\0\0\0\0\0\x02\0\0\0");
    let mut cx = LiftContext::new(&mut guest, Options::default(), TypeEnv::NONE);
    let trap = <Vec<String>>::lift_flat(&mut cx, Type::Bool, &flat).expect_err("a trap");
    assert_eq!(trap.to_string(), "the pointer to a string is 0x6463 with 2 bytes, but the memory has 32");
}

#[test]
fn a_guests_own_trap_passes_through() {
    assert_eq!(lower(StringEncoding::Utf8, "hi", [Err("unreachable")]), "unreachable");
    assert_eq!(lower(StringEncoding::Utf16, "\u{e9}", [Ok(0), Err("unreachable")]), "unreachable");
}

#[test]
fn realloc_and_post_return_may_not_call_out() {
    let mut guest = liar([Ok(0), Err("trap")]);
    let mut cx = LowerContext::new(&mut guest, Options::default(), TypeEnv::NONE);
    cx.allocate(1, 1).expect("there is memory");
    assert_eq!((guest.may_leave_seen.as_slice(), guest.instance.flags.may_leave()), (&[false][..], true));
    post_return(&mut guest, &[], &mut ()).expect("it returns");
    assert_eq!((guest.may_leave_seen.as_slice(), guest.instance.flags.may_leave()), (&[false, false][..], true));
    let mut cx = LowerContext::new(&mut guest, Options::default(), TypeEnv::NONE);
    assert_eq!(cx.allocate(1, 1), Err(Error::Guest("trap")));
    assert!(!guest.instance.flags.may_leave(), "after a trap, an instance is as it was left");
}

fn lift(ty: Type, types: &Types, options: Options, flat: &[u64], memory: &[u8]) -> String {
    let mut guest = Heap::new(memory);
    let mut cx = LiftContext::new(&mut guest, options, TypeEnv::new(types));
    let trap = Val::lift_flat(&mut cx, ty, flat).expect_err("a trap");
    let mut types = types.clone();
    let func = types.func([("x", ty)], None).expect("a function type");
    let (mut source, mut target) = (Heap::new(memory), Heap::new([]));
    let mut pair = Two { source: &mut source, target: &mut target };
    let mut copier = Copier::new(&mut pair, options, Options::default(), TypeEnv::new(&types));
    let error = copier.copy_params(&func, flat, &mut FlatValues::default()).expect_err("a trap");
    assert_eq!(error, Error::Trap(trap), "the same into a guest as into the host");
    trap.to_string()
}

#[test]
fn strings_lie_in_memory_and_are_not_too_long() {
    let types = Types::new();
    let lift = |encoding, flat: [u64; 2]| lift(Type::String, &types, options(encoding), &flat, &[b'a'; 16]);
    let utf8 = |flat| lift(StringEncoding::Utf8, flat);
    assert_eq!(utf8([14, 3]), "the pointer to a string is 0xe with 3 bytes, but the memory has 16");
    assert_eq!(utf8([17, 0]), "the pointer to a string is 0x11 with 0 bytes, but the memory has 16");
    assert_eq!(utf8([0xffff_ffff, 1]), "the pointer to a string is 0xffffffff with 1 bytes, but the memory has 16");
    assert_eq!(utf8([0, 1 << 28]), "a string has 268435456 bytes, wanted at most 268435455");
    assert_eq!(utf8([0, 0xffff_ffff]), "a string has 4294967295 bytes, wanted at most 268435455");
    let utf16 = |flat| lift(StringEncoding::Utf16, flat);
    assert_eq!(utf16([1, 1]), "the pointer to a string is 0x1, wanted a multiple of 2");
    assert_eq!(utf16([14, 2]), "the pointer to a string is 0xe with 4 bytes, but the memory has 16");
    assert_eq!(utf16([0, 1 << 27]), "a string has 268435456 bytes, wanted at most 268435455");
    let mixed = |flat| lift(StringEncoding::Latin1Utf16, flat);
    assert_eq!(mixed([1, 1]), "the pointer to a string is 0x1, wanted a multiple of 2");
    assert_eq!(mixed([0, 17]), "the pointer to a string is 0x0 with 17 bytes, but the memory has 16");
    assert_eq!(mixed([0, 0x8000_0009]), "the pointer to a string is 0x0 with 18 bytes, but the memory has 16");
    let wide = |flat: [u64; 2]| {
        let options = Options { ptr_type: PtrType::I64, ..Options::default() };
        self::lift(Type::String, &types, options, &flat, &[b'a'; 16])
    };
    assert_eq!(wide([0, u64::MAX]), "a string has 18446744073709551615 bytes, wanted at most 268435455");
    assert_eq!(
        wide([u64::MAX, 2]),
        "the pointer to a string is 0xffffffffffffffff with 2 bytes, but the memory has 16"
    );
}

#[test]
fn lists_lie_in_memory_and_are_not_too_long() {
    let mut types = Types::new();
    let bytes = types.list(Type::U8).expect("a type");
    let longs = types.list(Type::U64).expect("a type");
    let lift = |ty, flat: [u64; 2]| lift(ty, &types, Options::default(), &flat, &[0; 16]);
    assert_eq!(lift(bytes, [8, 9]), "the pointer to a list is 0x8 with 9 bytes, but the memory has 16");
    assert_eq!(lift(longs, [8, 2]), "the pointer to a list is 0x8 with 16 bytes, but the memory has 16");
    assert_eq!(lift(longs, [24, 0]), "the pointer to a list is 0x18 with 0 bytes, but the memory has 16");
    assert_eq!(lift(longs, [4, 1]), "the pointer to a list is 0x4, wanted a multiple of 8");
    let message = |length: u64, element| {
        format!("a list has {length} elements of {element} bytes, wanted at most 268435455 bytes")
    };
    assert_eq!(lift(bytes, [0, 1 << 28]), message(1 << 28, 1));
    assert_eq!(lift(bytes, [0, 0xffff_ffff]), message(0xffff_ffff, 1));
    assert_eq!(lift(longs, [0, 0xffff_ffff]), message(0xffff_ffff, 8));
    let wide = Options { ptr_type: PtrType::I64, ..Options::default() };
    assert_eq!(self::lift(longs, &types, wide, &[0, u64::MAX], &[0; 16]), message(u64::MAX, 8));
}

#[test]
fn typed_lists_are_checked_too() {
    let mut guest = Heap::new([2, 0, 255, 1, 0, 0xd8, 0, 0]);
    let mut cx = LiftContext::new(&mut guest, Options::default(), TypeEnv::NONE);
    assert_eq!(<Vec<bool>>::lift_flat(&mut cx, Type::Bool, &[0, 4]), Ok(vec![true, false, true, true]));
    let trap = Trap::CharIsSurrogate { found: 0xd800 };
    assert_eq!(<Vec<char>>::lift_flat(&mut cx, Type::Bool, &[4, 1]), Err(trap));
    assert_eq!(<Vec<char>>::lift_flat(&mut cx, Type::Bool, &[0, 1]), Err(Trap::CharOutOfRange { found: 0x1ff_0002 }));
    assert_eq!(<[char; 1]>::load(&mut cx, Type::Bool, 4), Err(trap));
}

#[test]
fn parameters_and_results_lie_in_memory() {
    let mut types = Types::new();
    let many = types.tuple([Type::U32; 17]).expect("a type");
    let func = types.func([("x", many)], Some(many)).expect("a function type");
    let mut guest = Heap::new([0; 80]);
    let mut cx = LiftContext::new(&mut guest, Options::default(), TypeEnv::new(&types));
    let trap = |result: Result<Val, Trap>| result.expect_err("a trap").to_string();
    let params = |cx: &mut LiftContext<'_>, ptr| cx.lift_params_vals(&func, &[ptr]).map(|mut vals| vals.remove(0));
    assert_eq!(trap(params(&mut cx, 2)), "the pointer to the parameters is 0x2, wanted a multiple of 4");
    let message = "the pointer to the parameters is 0x10 with 68 bytes, but the memory has 80";
    assert_eq!(trap(params(&mut cx, 16)), message);
    let message = "the pointer to the result is 0xfffffffc with 68 bytes, but the memory has 80";
    assert_eq!(trap(cx.lift_result_val(&func, &[0xffff_fffc]).map(Option::unwrap)), message);
    let value = Val::Tuple(vec![Val::U32(0); 17]);
    let mut cx = LowerContext::new(&mut guest, Options::default(), TypeEnv::new(&types));
    let mut lower = |ptr| cx.lower_result_val(&func, Some(&value), Some(ptr), &mut FlatValues::default());
    let message = "the pointer to the result is 0x6, wanted a multiple of 4";
    assert_eq!(lower(6).expect_err("an error").to_string(), message);
    let message = "the pointer to the result is 0x10 with 68 bytes, but the memory has 80";
    assert_eq!(lower(16).expect_err("an error").to_string(), message);
}

#[test]
fn lists_of_the_same_list_do_not_fill_the_host() {
    // 4096 lists of 4096 lists of 4096 bytes, all of them in the same 64 KiB.
    let mut types = Types::new();
    let inner = types.list(Type::U8).expect("a type");
    let middle = types.list(inner).expect("a type");
    let outer = types.list(middle).expect("a type");
    let memory: Vec<u8> = std::iter::repeat_n([0_u32, 4096].map(u32::to_le_bytes).concat(), 8192).flatten().collect();
    let trap = Trap::BudgetExceeded { limit: 1 << 20 };
    let mut guest = Heap::new(&memory);
    let mut cx = LiftContext::new(&mut guest, Options::default(), TypeEnv::new(&types));
    cx.budget = Budget::new(1 << 20);
    assert_eq!(Val::lift_flat(&mut cx, outer, &[0, 4096]), Err(trap));
    cx.budget = Budget::new(1 << 20);
    assert_eq!(<Vec<Vec<Vec<u8>>>>::lift_flat(&mut cx, outer, &[0, 4096]), Err(trap));
    let func = types.clone().func([("x", outer)], None).expect("a function type");
    let mut target = Heap::new([]);
    let mut pair = Two { source: &mut guest, target: &mut target };
    let mut copier = Copier::new(&mut pair, Options::default(), Options::default(), TypeEnv::new(&types));
    copier.budget = Budget::new(1 << 20);
    assert_eq!(copier.copy_params(&func, &[0, 4096], &mut FlatValues::default()), Err(Error::Trap(trap)));
    assert!(target.bytes.len() <= 1 << 21, "the target was asked for little more");
    let message = "one call lifts or copies more than 1048576 bytes, which is a limit of the host's";
    assert_eq!(trap.to_string(), message);
    let mut guest = Heap::new(&memory);
    let mut cx = LiftContext::new(&mut guest, Options::default(), TypeEnv::NONE);
    cx.budget = Budget::new(4000);
    let trap = <Vec<u8>>::lift_flat(&mut cx, Type::Bool, &[0, 4001]).expect_err("a trap");
    assert_eq!(trap, Trap::BudgetExceeded { limit: 4000 });
    assert_eq!(String::lift_flat(&mut cx, Type::Bool, &[0, 4001]), Err(trap));
    let func = types.clone().func([("x", Type::String)], None).expect("a function type");
    let mut source = Heap::new([b'a'; 8]);
    let mut pair = Two { source: &mut source, target: &mut target };
    let mut copier = Copier::new(&mut pair, Options::default(), Options::default(), TypeEnv::new(&types));
    copier.budget = Budget::new(7);
    let trap = Trap::BudgetExceeded { limit: 7 };
    assert_eq!(copier.copy_params(&func, &[0, 8], &mut FlatValues::default()), Err(Error::Trap(trap)));
    assert_eq!(copier.copy_params(&func, &[0, 7], &mut FlatValues::default()), Ok(2));
    let mut guest = Heap::new(&memory);
    let mut cx = LiftContext::new(&mut guest, Options::default(), TypeEnv::NONE);
    cx.budget = Budget::new(4000);
    assert_eq!(<Vec<u8>>::lift_flat(&mut cx, Type::Bool, &[0, 4000]).map(|list| list.len()), Ok(4000));
}

#[test]
fn every_part_of_a_value_is_charged() {
    let size = |count: usize| Budget::new((count * size_of::<Val>()) as u64);
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let charge = |make: fn(&mut Types, [&'static str; 8]) -> Result<Type, TypeError>| {
        let mut types = Types::new();
        let element = make(&mut types, names).expect("a type");
        let ty = types.list(element).expect("a type");
        let mut guest = Heap::new([1; 4096]);
        let mut cx = LiftContext::new(&mut guest, Options::default(), TypeEnv::new(&types));
        // The elements alone would fit; what is in them does not.
        cx.budget = size(40);
        Val::lift_flat(&mut cx, ty, &[0, 32]).map(|_| ())
    };
    let trap = Err(Trap::BudgetExceeded { limit: 40 * size_of::<Val>() as u64 });
    assert_eq!(charge(|_, _| Ok(Type::U8)), Ok(()));
    assert_eq!(charge(|types, names| types.record(names.map(|name| (name, Type::U8)))), trap);
    assert_eq!(charge(|types, _| types.tuple([Type::U8; 8])), trap);
    assert_eq!(charge(|types, _| types.fixed_list(Type::U8, 8)), trap);
    assert_eq!(charge(|types, _| types.option(Type::U8)), trap);
    assert_eq!(charge(|types, names| types.flags(names.into_iter().chain(["i", "j", "k", "l"]))), trap);
}

#[test]
fn values_of_the_host_that_do_not_fit_are_no_traps() {
    let mut types = Types::new();
    let record = types.record([("a", Type::U8), ("b", Type::String)]).expect("a type");
    let color = types.enumeration(["red", "green"]).expect("a type");
    let flags = types.flags(["r", "w"]).expect("a type");
    let pair = types.fixed_list(Type::U8, 2).expect("a type");
    let maybe = types.variant([("none", None), ("some", Some(Type::U8))]).expect("a type");
    let check = |ty, val: Val, message: &str| {
        let mut guest = Heap::new([0; 64]);
        let mut cx = LowerContext::new(&mut guest, Options::default(), TypeEnv::new(&types));
        let flat = &mut vec![0; types.layout(ty).flat as usize];
        assert_eq!(val.lower_flat(&mut cx, ty, flat).expect_err("an error").to_string(), message);
        assert_eq!(val.store(&mut cx, ty, 0).expect_err("an error").to_string(), message);
    };
    check(Type::U8, Val::U16(1), "found a u16, wanted u8");
    check(Type::String, Val::Char('a'), "found a char, wanted string");
    check(record, Val::U8(1), "found a u8, wanted record { a: u8, b: string }");
    let swapped = Val::record([("b", Val::from("")), ("a", Val::U8(1))]);
    check(record, swapped, "found a record of the fields b, a, wanted record { a: u8, b: string }");
    let inside = Val::record([("a", Val::U8(1)), ("b", Val::U8(1))]);
    check(record, inside, "in .b: found a u8, wanted string");
    check(color, Val::enumeration("blue"), "found the case `blue`, wanted enum { red, green }");
    check(flags, Val::flags(["x"]), "found the flag `x`, wanted flags { r, w }");
    check(pair, Val::List(vec![Val::U8(1)]), "found a list of 1, wanted list<u8, 2>");
    check(maybe, Val::variant("some", None), "found a case without its payload, wanted variant { none, some(u8) }");
    let surplus = Val::variant("none", Some(Val::U8(1)));
    check(maybe, surplus, "found a case with a payload too many, wanted variant { none, some(u8) }");
}

#[test]
fn handles_cross_and_are_checked() {
    let file = ResourceType { id: 3, implementer: InstanceId::HOST };
    let other = ResourceType { id: 4, implementer: InstanceId::HOST };
    let mut types = Types::new();
    let own = types.own(ResourceIndex(0)).expect("a type");
    let borrow = types.borrow(ResourceIndex(0)).expect("a type");
    let func = types.func([("a", own), ("b", borrow)], None).expect("a function type");
    let resources = [file];
    let env = TypeEnv::with_resources(&types, &resources);

    let (mut source, mut target) = (Heap::new([]), Heap::new([]));
    source.instance.id = InstanceId(1);
    target.instance.id = InstanceId(2);
    let mut cx = LowerContext::new(&mut source, Options::default(), env);
    let indices = [7, 8].map(|rep| cx.lower_handle(own, Handle { ty: file, rep }).expect("there is room"));
    let error = cx.lower_handle(own, Handle { ty: other, rep: 1 }).expect_err("an error");
    assert_eq!(error.to_string(), "found a handle of another resource, wanted own<resource 0>");

    // One is given away, the other lent.
    let task = target.instance.begin_task();
    let mut pair = Two { source: &mut source, target: &mut target };
    let mut copier = Copier::new(&mut pair, Options::default(), Options::default(), env);
    copier.task = Some(task);
    let mut values = FlatValues::default();
    copier.copy_params(&func, &indices.map(u64::from), &mut values).expect("handles are copied");
    let lends = copier.lends;
    assert_eq!(values[..2], [1, 2]);
    assert_eq!(source.instance.handles.len(), 1);
    let trap = source.instance.resource_drop(file, indices[1]).expect_err("a trap");
    assert_eq!(trap, Trap::HandleLent { index: 2, lends: 1 });
    // The callee gets at both, drops what it borrowed, and returns.
    let mut cx = LiftContext::new(&mut target, Options::default(), env);
    assert_eq!(Handle::lift_flat(&mut cx, own, &[1]), Ok(Handle { ty: file, rep: 7 }));
    assert_eq!(Val::lift_flat(&mut cx, own, &[2]), Err(Trap::NotOwned { index: 2 }));
    assert_eq!(Val::lift_flat(&mut cx, own, &[1]), Err(Trap::UnknownHandle { index: 1 }));
    assert_eq!(target.instance.resource_drop(file, 2), Ok(None));
    assert_eq!(target.instance.end_task(task), Ok(()));
    source.instance.end_lends(lends);
    assert_eq!(source.instance.resource_drop(file, indices[1]), Ok(Some(8)));
    assert!(source.instance.handles.is_empty() && target.instance.handles.is_empty());
}

#[test]
fn handles_cross_inside_of_typed_values() {
    type Typed = (u8, Vec<Option<Handle>>, Result<Handle, ()>, [Handle; 1]);
    let resource = |id| ResourceType { id, implementer: InstanceId::HOST };
    let resources = [resource(5), resource(6)];
    let mut types = Types::new();
    let [first, second] = [0, 1].map(|index| types.own(ResourceIndex(index)).expect("a type"));
    let maybe = types.option(first).expect("a type");
    let list = types.list(maybe).expect("a type");
    let result = types.result(Some(second), None).expect("a type");
    let array = types.fixed_list(first, 1).expect("a type");
    let ty = types.tuple([Type::U8, list, result, array]).expect("a type");
    assert_eq!(Typed::matches(&types, ty), Ok(()));
    let handle = |resource: usize, rep| Handle { ty: resources[resource], rep };
    let value: Typed = (1, vec![Some(handle(0, 10)), None], Ok(handle(1, 11)), [handle(0, 12)]);
    let (env, mut guest) = (TypeEnv::with_resources(&types, &resources), Heap::new([0; 64]));
    let mut flat = [0; 6];
    value.lower_flat(&mut LowerContext::new(&mut guest, Options::default(), env), ty, &mut flat).expect("it lowers");
    assert_eq!(flat, [1, 64, 2, 0, 2, 3]);
    let lifted = Typed::lift_flat(&mut LiftContext::new(&mut guest, Options::default(), env), ty, &flat);
    assert_eq!(lifted, Ok(value.clone()));
    value.store(&mut LowerContext::new(&mut guest, Options::default(), env), ty, 0).expect("it stores");
    assert_eq!(Typed::load(&mut LiftContext::new(&mut guest, Options::default(), env), ty, 0), Ok(value));
    assert!(guest.instance.handles.is_empty());
    let wrong: Typed = (1, vec![], Ok(handle(0, 11)), [handle(0, 12)]);
    let mut cx = LowerContext::new(&mut guest, Options::default(), env);
    let error = wrong.lower_flat(&mut cx, ty, &mut flat).expect_err("an error");
    assert_eq!(error.to_string(), "in [2], .ok(): found a handle of another resource, wanted own<resource 1>");
}
