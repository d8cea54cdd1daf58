//! Numbers, `bool` and `char`.

use super::bulk;
use super::describe::primitive;
use super::{ComponentType, Lift, Lower};
use crate::context::{LiftContext, LowerContext};
use crate::error::Error;
use crate::guest::Guest;
use crate::observer::Observer;
use crate::trap::Trap;
use crate::types::{Layout, Mismatch, Type, TypeError, Types};
use crate::val::convert_i32_to_char;

/// A number: its type, what it is as a core value, and what a core value is as this number.
macro_rules! number {
    ($($rust:ident $ty:ident, |$value:ident| $lower:expr, |$core:ident| $lift:expr;)*) => {
        $(
            impl ComponentType for $rust {
                const LAYOUT: Layout = Layout::scalar(size_of::<$rust>() as u32);

                fn matches(types: &Types, ty: Type) -> Result<(), Mismatch> {
                    primitive(stringify!($rust), Type::$ty, types, ty)
                }

                fn describe(_: &mut Types) -> Result<Type, TypeError> {
                    Ok(Type::$ty)
                }
            }

            impl Lower for $rust {
                #[inline]
                fn lower_flat<G: Guest, O: Observer>(
                    &self,
                    _: &mut LowerContext<'_, G, O>,
                    _: Type,
                    values: &mut [u64],
                ) -> Result<(), Error<G::Error>> {
                    let $value = *self;
                    values[0] = $lower;
                    Ok(())
                }

                #[inline]
                fn store<G: Guest, O: Observer>(
                    &self,
                    cx: &mut LowerContext<'_, G, O>,
                    _: Type,
                    at: usize,
                ) -> Result<(), Error<G::Error>> {
                    cx.write(at, self.to_le_bytes());
                    Ok(())
                }

                #[inline]
                fn store_list<G: Guest, O: Observer>(
                    items: &[$rust],
                    cx: &mut LowerContext<'_, G, O>,
                    _: Type,
                    at: usize,
                ) -> Result<(), Error<G::Error>> {
                    match bulk::as_bytes(items) {
                        Some(bytes) => cx.write_bytes(at, bytes),
                        None => {
                            let bytes: Vec<u8> = items.iter().flat_map(|item| item.to_le_bytes()).collect();
                            cx.write_bytes(at, &bytes);
                        }
                    }
                    Ok(())
                }
            }

            impl Lift for $rust {
                #[inline]
                fn lift_flat<O: Observer>(_: &mut LiftContext<'_, O>, _: Type, values: &[u64]) -> Result<$rust, Trap> {
                    let $core = values[0];
                    Ok($lift)
                }

                #[inline]
                fn load<O: Observer>(cx: &mut LiftContext<'_, O>, _: Type, at: usize) -> Result<$rust, Trap> {
                    Ok($rust::from_le_bytes(cx.read(at)))
                }

                #[inline]
                fn load_list<O: Observer>(
                    cx: &mut LiftContext<'_, O>,
                    _: Type,
                    at: usize,
                    length: usize,
                ) -> Result<Vec<$rust>, Trap> {
                    let bytes = cx.read_bytes(at, length * size_of::<$rust>());
                    Ok(bulk::from_bytes(bytes).unwrap_or_else(|| {
                        let (items, _) = bytes.as_chunks();
                        items.iter().map(|item| $rust::from_le_bytes(*item)).collect()
                    }))
                }
            }
        )*
    };
}

number! {
    i8 S8, |value| u64::from(value as u32), |core| core as i8;
    u8 U8, |value| u64::from(value), |core| core as u8;
    i16 S16, |value| u64::from(value as u32), |core| core as i16;
    u16 U16, |value| u64::from(value), |core| core as u16;
    i32 S32, |value| u64::from(value as u32), |core| core as i32;
    u32 U32, |value| u64::from(value), |core| core as u32;
    i64 S64, |value| value as u64, |core| core as i64;
    u64 U64, |value| value, |core| core;
    f32 F32, |value| u64::from(value.to_bits()), |core| f32::from_bits(core as u32);
    f64 F64, |value| value.to_bits(), |core| f64::from_bits(core);
}

/// A type that crosses as a number and is checked on the way out.
macro_rules! checked {
    ($($rust:ident $ty:ident as $number:ident, |$value:ident| $lower:expr, |$core:ident| $lift:expr;)*) => {
        $(
            impl ComponentType for $rust {
                const LAYOUT: Layout = Layout::scalar(size_of::<$number>() as u32);

                fn matches(types: &Types, ty: Type) -> Result<(), Mismatch> {
                    primitive(stringify!($rust), Type::$ty, types, ty)
                }

                fn describe(_: &mut Types) -> Result<Type, TypeError> {
                    Ok(Type::$ty)
                }
            }

            impl Lower for $rust {
                #[inline]
                fn lower_flat<G: Guest, O: Observer>(
                    &self,
                    _: &mut LowerContext<'_, G, O>,
                    _: Type,
                    values: &mut [u64],
                ) -> Result<(), Error<G::Error>> {
                    let $value = self;
                    values[0] = u64::from($lower);
                    Ok(())
                }

                #[inline]
                fn store<G: Guest, O: Observer>(
                    &self,
                    cx: &mut LowerContext<'_, G, O>,
                    _: Type,
                    at: usize,
                ) -> Result<(), Error<G::Error>> {
                    let $value = self;
                    cx.write(at, $lower.to_le_bytes());
                    Ok(())
                }

                #[inline]
                fn store_list<G: Guest, O: Observer>(
                    items: &[$rust],
                    cx: &mut LowerContext<'_, G, O>,
                    _: Type,
                    at: usize,
                ) -> Result<(), Error<G::Error>> {
                    match bulk::as_bytes(items) {
                        Some(bytes) => cx.write_bytes(at, bytes),
                        None => {
                            let bytes: Vec<u8> = items.iter().flat_map(|$value| $lower.to_le_bytes()).collect();
                            cx.write_bytes(at, &bytes);
                        }
                    }
                    Ok(())
                }
            }

            impl Lift for $rust {
                #[inline]
                fn lift_flat<O: Observer>(_: &mut LiftContext<'_, O>, _: Type, values: &[u64]) -> Result<$rust, Trap> {
                    let $core = values[0] as u32;
                    $lift
                }

                #[inline]
                fn load<O: Observer>(cx: &mut LiftContext<'_, O>, _: Type, at: usize) -> Result<$rust, Trap> {
                    let $core = u32::from($number::from_le_bytes(cx.read(at)));
                    $lift
                }

                #[inline]
                fn load_list<O: Observer>(
                    cx: &mut LiftContext<'_, O>,
                    _: Type,
                    at: usize,
                    length: usize,
                ) -> Result<Vec<$rust>, Trap> {
                    let (items, _) = cx.read_bytes(at, length * size_of::<$number>()).as_chunks();
                    let lift = |item: &[u8; size_of::<$number>()]| {
                        let $core = u32::from($number::from_le_bytes(*item));
                        $lift
                    };
                    // `collect` into a `Result` would not know how many there will be.
                    let mut lifted = Vec::with_capacity(length);
                    for item in items {
                        lifted.push(lift(item)?);
                    }
                    Ok(lifted)
                }
            }
        )*
    };
}

checked! {
    bool Bool as u8, |value| u8::from(*value), |core| Ok(core != 0);
    char Char as u32, |value| u32::from(*value), |core| convert_i32_to_char(core);
}
