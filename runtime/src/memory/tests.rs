//! Tests of memories as an embedder sees them.

use super::*;
use crate::engine::Config;
use crate::limits::{StoreLimits, StoreLimitsBuilder};
use crate::store::Store;
use crate::testing::{engine, engine_with, store};

fn ty(min: u64, max: Option<u64>) -> MemoryType {
    MemoryType { min, max, memory64: false }
}

#[test]
fn reads_and_writes_stay_within_bounds() {
    let mut store = store();
    let memory = Memory::new(&mut store, ty(1, None)).unwrap();
    memory.write(&mut store, 65530, b"falkir").unwrap();
    let mut buffer = [0; 6];
    memory.read(&store, 65530, &mut buffer).unwrap();
    assert_eq!(&buffer, b"falkir");
    assert_eq!(memory.slice(&store, 65531, 3).unwrap(), b"alk");
    assert_eq!(memory.data(&store)[65535], b'r');
    assert_eq!(memory.slice(&store, 65536, 0).unwrap(), b"");

    let error = memory.write(&mut store, 65531, b"falkir").unwrap_err();
    assert_eq!(error, MemoryAccessError { offset: 65531, len: 6, size: 65536 });
    assert_eq!(error.to_string(), "out of bounds memory access: 6 bytes at 0xfffb of a memory of 0x10000 bytes");
    assert!(memory.read(&store, usize::MAX, &mut buffer).is_err());
    assert!(memory.slice(&store, 65537, 0).is_err());
    assert!(memory.slice_mut(&mut store, 65536, 1).is_err());
    memory.slice_mut(&mut store, 0, 2).unwrap().fill(3);
    assert_eq!(memory.data_mut(&mut store)[..3], [3, 3, 0]);
}

#[test]
fn growing_in_both_ways() {
    for reservation in [0, 1 << 32] {
        let engine = engine_with(Config::new().memory_reservation(reservation));
        let mut store = Store::new(&engine, ());
        let memory = Memory::new(&mut store, ty(1, Some(5))).unwrap();
        memory.write(&mut store, 100, &[42]).unwrap();
        assert_eq!(memory.grow(&mut store, 3).unwrap(), 1);
        assert_eq!((memory.size(&store), memory.data_size(&store)), (4, 4 << 16));
        assert_eq!(memory.ty(&store), ty(4, Some(5)));
        assert_eq!(memory.data(&store)[100], 42);
        assert_eq!(memory.grow(&mut store, 0).unwrap(), 4);
        let error = memory.grow(&mut store, 2).unwrap_err();
        assert_eq!(error.limit(), Some(Limit::Memory));
        assert_eq!(error.to_string(), "memory limit exceeded: cannot grow by 2 pages from 4 (its type allows 5)");
        assert!(memory.grow(&mut store, u64::MAX).is_err());
    }
}

#[test]
fn memories_of_64_bits_are_limited_by_the_configuration() {
    let engine = engine_with(Config::new().memory64_reservation(4 << 16));
    let mut store = Store::new(&engine, ());
    let wide = |min| MemoryType { min, max: Some(1 << 40), memory64: true };
    let memory = Memory::new(&mut store, wide(1)).unwrap();
    assert_eq!(memory.grow(&mut store, 3).unwrap(), 1);
    assert!(memory.grow(&mut store, 1).is_err());
    let error = Memory::new(&mut store, wide(5)).unwrap_err();
    assert_eq!(error.to_string(), "memory limit exceeded: there is no room for a memory of 5 pages of 64 KiB");
}

#[test]
fn a_limiter_is_asked_first() {
    let limits = StoreLimitsBuilder::new().memory_size(2 << 16).memories(1).build();
    let mut store: Store<StoreLimits> = Store::new(&engine(), limits);
    store.limiter(|limits| limits);
    assert_eq!(Memory::new(&mut store, ty(3, None)).unwrap_err().limit(), Some(Limit::Memory));
    let memory = Memory::new(&mut store, ty(1, None)).unwrap();
    assert_eq!(memory.grow(&mut store, 1).unwrap(), 1);
    assert!(memory.grow(&mut store, 1).is_err());
    let error = Memory::new(&mut store, ty(0, None)).unwrap_err();
    assert_eq!(error.limit(), Some(Limit::Instances));
}

#[test]
fn types_of_the_host_are_checked() {
    let mut store = store();
    let error = Memory::new(&mut store, ty(2, Some(1))).unwrap_err();
    assert_eq!(error.to_string(), "memory type with a maximum of 1 below the minimum, 2");
    assert!(Memory::new(&mut store, ty(65537, None)).is_err());
    assert!(Memory::new(&mut store, ty(0, Some(65537))).is_err());
}

#[test]
#[should_panic(expected = "this memory belongs to another store")]
fn a_memory_of_another_store() {
    let mut a = store();
    let memory = Memory::new(&mut a, ty(1, None)).unwrap();
    memory.size(store());
}
