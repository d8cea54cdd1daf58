//! Lifting allocates what the result needs and no more; lowering and copying allocate nothing.
//!
//! # Safety
//!
//! The allocator below is the system's, with a counter before it.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, System};
use std::cell::Cell;
use std::convert::Infallible;

use falkirk_canonical_abi::*;

struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: both functions do what the system's allocator does, which keeps the rules.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: std::alloc::Layout) -> *mut u8 {
        COUNT.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller keeps the rules of this function, which are the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: std::alloc::Layout) {
        // SAFETY: the caller keeps the rules of this function, which are the same.
        unsafe { System.dealloc(ptr, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How many allocations something makes.
fn allocations<T>(run: impl FnOnce() -> T) -> (T, usize) {
    let before = COUNT.with(Cell::get);
    let result = run();
    (result, COUNT.with(Cell::get) - before)
}

/// A guest with a memory of fixed size, who gives the same place each time.
struct Fixed {
    bytes: [u8; 256],
    instance: InstanceState,
}

fn fixed() -> Fixed {
    Fixed { bytes: [b'a'; 256], instance: InstanceState::new(InstanceId(0)) }
}

impl Guest for Fixed {
    type Error = Infallible;

    fn parts(&mut self) -> (&mut [u8], &mut InstanceState) {
        (&mut self.bytes, &mut self.instance)
    }

    fn realloc(&mut self, _: u64, _: u64, _: u32, _: u64) -> Result<u64, Infallible> {
        Ok(64)
    }
}

fn lift<T: Lift>(flat: &[u64]) -> usize {
    let mut guest = fixed();
    let (lifted, count) = allocations(|| {
        let mut cx = LiftContext::new(&mut guest, Options::default(), TypeEnv::NONE);
        T::lift_flat(&mut cx, Type::Bool, flat)
    });
    assert!(lifted.is_ok());
    count
}

#[test]
fn lifting_allocates_the_result() {
    assert_eq!(lift::<(u8, f64, Option<char>, Result<u64, ()>)>(&[1, 2, 1, 65, 0, 7]), 0);
    assert_eq!(lift::<[u32; 4]>(&[1, 2, 3, 4]), 0);
    assert_eq!(lift::<String>(&[0, 100]), 1);
    assert_eq!(lift::<Vec<u32>>(&[0, 50]), 1);
    assert_eq!(lift::<Vec<bool>>(&[0, 50]), 1);
    assert_eq!(lift::<Vec<(u8, u16)>>(&[0, 50]), 1);
    assert_eq!(lift::<Box<[u8]>>(&[0, 50]), 1);
}

#[test]
fn lowering_allocates_nothing() {
    let mut guest = fixed();
    for string_encoding in [StringEncoding::Utf8, StringEncoding::Utf16, StringEncoding::Latin1Utf16] {
        let options = Options { string_encoding, ..Options::default() };
        let (text, numbers, pairs) = ("h\u{e9}llo \u{1ff}", [1_u32, 2, 3], [(1_u8, 'x'), (2, 'y')]);
        let (lowered, count) = allocations(|| {
            let mut cx = LowerContext::new(&mut guest, options, TypeEnv::NONE);
            (text, numbers.as_slice(), pairs.as_slice(), Some(1_u8)).lower_flat(&mut cx, Type::Bool, &mut [0; 8])
        });
        assert_eq!((lowered, count), (Ok(()), 0), "{string_encoding:?}");
    }
}

#[test]
fn copying_allocates_nothing() {
    let mut types = Types::new();
    let words = types.list(Type::U16).expect("a type");
    let texts = types.list(Type::String).expect("a type");
    let func = types.func([("a", Type::String), ("b", words), ("c", texts)], None).expect("a function type");
    let (mut source, mut target) = (fixed(), fixed());
    source.bytes[32..48].copy_from_slice(b"\0\0\0\0\x05\0\0\0\x08\0\0\0\x03\0\0\0");
    for string_encoding in [StringEncoding::Utf8, StringEncoding::Utf16, StringEncoding::Latin1Utf16] {
        let options = Options { string_encoding, ..Options::default() };
        let (copied, count) = allocations(|| {
            let mut pair = Two { source: &mut source, target: &mut target };
            let mut copier = Copier::new(&mut pair, Options::default(), options, TypeEnv::new(&types));
            copier.copy_params(&func, &[0, 20, 0, 10, 32, 2], &mut FlatValues::default())
        });
        assert_eq!((copied, count), (Ok(6), 0), "{string_encoding:?}");
    }
}
