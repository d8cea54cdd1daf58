//! A call from guest to guest, recorded without WebAssembly: the page of components before there are components.

use falkirk::crossing::{Guests, Recording, Tables};
use falkirk_canonical_abi::{
    Copier, FlatValues, Heap, InstanceId, Options, ResourceIndex, ResourceType, StringEncoding, Two, Type, TypeEnv,
    Types,
};

/// A string that becomes UTF-16, a handle that changes hands, and a list whose bytes are copied.
pub fn recording() -> Recording {
    let mut types = Types::new();
    let own = types.own(ResourceIndex(0)).expect("a type");
    let numbers = types.list(Type::U8).expect("a type");
    let func = types.func([("text", Type::String), ("file", own), ("bytes", numbers)], None).expect("a function type");
    let file = ResourceType { id: 5, implementer: InstanceId::HOST };
    let (mut source, mut target) = (Heap::new(b"hi\x07\x08"), Heap::new([0; 8]));
    let index = source.instance.lower_own(file, 99).expect("there is room");
    let (mut recording, mut tables) = (Recording::new("caller to callee"), Tables::default());
    recording.memories = vec!["the caller".to_owned(), "the callee".to_owned()];
    let mut guests = Guests::new(0, 1, 1, &mut tables, |step| recording.push(step));
    let mut pair = Two { source: &mut source, target: &mut target };
    let utf16 = Options { string_encoding: StringEncoding::Utf16, ..Options::default() };
    let resources = [file];
    let env = TypeEnv::with_resources(&types, &resources);
    let mut copier = Copier::observed(&mut pair, Options::default(), utf16, env, &mut guests);
    copier.copy_params(&func, &[0, 2, index.into(), 2, 2], &mut FlatValues::default()).expect("it copies");
    recording
}
