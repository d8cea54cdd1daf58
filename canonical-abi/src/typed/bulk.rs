//! Scalars as bytes, many at once.
//!
//! # Safety
//!
//! On a little-endian host, scalars stand in Rust's memory as they stand in a guest's. [`Scalar`] is implemented for types
//! without padding, so that a slice of them may be seen as bytes. [`Number`] is implemented for those of which any bytes
//! are a value, so that bytes may be copied to where such a slice is.
#![allow(unsafe_code)]

use std::mem::MaybeUninit;

/// A type that has no padding.
///
/// # Safety
///
/// That is what is promised by implementing it.
pub(super) unsafe trait Scalar: Copy {}

/// A scalar of which any bytes are a value.
///
/// # Safety
///
/// That is what is promised by implementing it.
pub(super) unsafe trait Number: Scalar {}

macro_rules! implement {
    ($name:ident for $($ty:ty),*) => {
        $(
            // SAFETY: of the types listed below, all have no padding, and of those that are numbers any bytes are a value.
            unsafe impl $name for $ty {}
        )*
    };
}

implement!(Scalar for i8, u8, i16, u16, i32, u32, i64, u64, f32, f64, bool, char);
implement!(Number for i8, u8, i16, u16, i32, u32, i64, u64, f32, f64);

/// The bytes of scalars, as a guest has them. None on a big-endian host, where they have to be turned around.
#[inline]
pub(super) fn as_bytes<T: Scalar>(items: &[T]) -> Option<&[u8]> {
    if cfg!(target_endian = "big") {
        return None;
    }
    // SAFETY: the slice is `size_of_val` initialised bytes, without padding as `Scalar` promises, and u8 has no
    // alignment. The lifetime is that of the slice.
    Some(unsafe { std::slice::from_raw_parts(items.as_ptr().cast(), size_of_val(items)) })
}

/// Numbers from the bytes that a guest has for them. None on a big-endian host.
#[inline]
pub(super) fn from_bytes<T: Number>(bytes: &[u8]) -> Option<Vec<T>> {
    if cfg!(target_endian = "big") {
        return None;
    }
    let length = bytes.len() / size_of::<T>();
    let mut items: Vec<T> = Vec::with_capacity(length);
    let bytes = &bytes[..length * size_of::<T>()];
    let target = items.spare_capacity_mut().as_mut_ptr().cast::<MaybeUninit<u8>>();
    // SAFETY: the new vector has room for `length` items, which are as many bytes as `bytes`; and any bytes are valid
    // numbers, so the items are initialised when the length is set.
    unsafe {
        crate::bytes::copy_to(bytes, std::slice::from_raw_parts_mut(target, bytes.len()));
        items.set_len(length);
    }
    Some(items)
}
