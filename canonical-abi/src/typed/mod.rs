//! Rust types that are component types: values cross with no [`Val`](crate::Val) between.
//!
//! | file | what |
//! | --- | --- |
//! | `scalars.rs` | numbers, `bool`, `char` |
//! | `bulk.rs` | lists of scalars as bytes |
//! | `text.rs` | strings |
//! | `list.rs` | lists and arrays |
//! | `choice.rs` | `Option` and `Result` |
//! | `tuple.rs` | tuples, and the empty one |
//! | `pointer.rs` | references, `Box`, `Rc`, `Arc`, `Cow`: as what they point to |
//! | `handle.rs` | handles of resources |
//! | `describe.rs` | which type of a component a Rust type is |

mod bulk;
mod choice;
pub(crate) mod describe;
mod handle;
mod list;
mod pointer;
mod scalars;
mod text;
mod tuple;

use crate::context::{LiftContext, LowerContext};
use crate::error::Error;
use crate::guest::Guest;
use crate::observer::{Observer, Part};
use crate::trap::Trap;
use crate::types::{Layout, Mismatch, Type, TypeError, Types};

/// A Rust type that is a type of the component model.
///
/// | WIT | Rust |
/// | --- | --- |
/// | `bool`, `s8` ... `u64`, `f32`, `f64`, `char` | `bool`, `i8` ... `u64`, `f32`, `f64`, `char` |
/// | `string` | `String`, `Box<str>`, `Rc<str>`, `Arc<str>`; to lower also `&str`, `Cow<str>` |
/// | `list<T>` | `Vec<T>`, `Box<[T]>`, `Rc<[T]>`, `Arc<[T]>`; to lower also `&[T]`, `Cow<[T]>` |
/// | `list<T, N>` | `[T; N]` |
/// | `tuple<A, B>` | `(A, B)` |
/// | `option<T>` | `Option<T>` |
/// | `result<T, E>` | `Result<T, E>`, with `()` where there is no payload |
/// | `record`, `variant`, `enum`, `flags` | what derives this trait |
/// | `own<R>`, `borrow<R>` | [`Handle`](crate::Handle) |
pub trait ComponentType {
    /// The type's size, alignment and flat length.
    const LAYOUT: Layout;

    /// Whether there are handles in the type. Only then do lifting and lowering look at the component's type.
    const HANDLES: bool = false;

    /// Whether this is what a component's type asks for.
    fn matches(types: &Types, ty: Type) -> Result<(), Mismatch>;

    /// The component type that this is.
    ///
    /// ```
    /// use falkirk_canonical_abi::{ComponentType, Types};
    ///
    /// let mut types = Types::new();
    /// let ty = <Vec<(u8, Option<String>)>>::describe(&mut types)?;
    /// assert_eq!(types.display(ty).to_string(), "list<tuple<u8, option<string>>>");
    /// # Ok::<(), falkirk_canonical_abi::TypeError>(())
    /// ```
    fn describe(types: &mut Types) -> Result<Type, TypeError>;
}

/// A Rust type whose values can go into a guest.
///
/// ```
/// use falkirk_canonical_abi::{Heap, Lower, LowerContext, Options, Type, TypeEnv};
///
/// let mut guest = Heap::new([0xff; 8]);
/// let mut cx = LowerContext::new(&mut guest, Options::default(), TypeEnv::NONE);
/// (7_u8, "hi").lower_flat(&mut cx, Type::Bool, &mut [0; 3])?;
/// // A string in a record: its address and length in place, its bytes where `realloc` said.
/// (7_u8, 0x1234_u16).store(&mut cx, Type::Bool, 0)?;
/// assert_eq!(guest.bytes, [7, 0xff, 0x34, 0x12, 0xff, 0xff, 0xff, 0xff, b'h', b'i']);
/// # Ok::<(), falkirk_canonical_abi::Error<std::convert::Infallible>>(())
/// ```
///
/// (The type that is given, here `bool`, is only looked at if there are handles in the value.)
///
/// [The book](crate#in-the-book) explains it in chapter 12.
pub trait Lower: ComponentType {
    /// Lowers into core values, exactly as many as the layout says.
    fn lower_flat<G: Guest, O: Observer>(
        &self,
        cx: &mut LowerContext<'_, G, O>,
        ty: Type,
        values: &mut [u64],
    ) -> Result<(), Error<G::Error>>;

    /// Lowers into memory, at an address that was checked.
    fn store<G: Guest, O: Observer>(
        &self,
        cx: &mut LowerContext<'_, G, O>,
        ty: Type,
        at: usize,
    ) -> Result<(), Error<G::Error>>;

    /// Lowers one after the other into memory, at an address that was checked. The type is an element's.
    #[inline]
    fn store_list<G: Guest, O: Observer>(
        items: &[Self],
        cx: &mut LowerContext<'_, G, O>,
        ty: Type,
        at: usize,
    ) -> Result<(), Error<G::Error>>
    where
        Self: Sized,
    {
        let size = Self::LAYOUT.size(cx.ptr_type());
        for (i, item) in items.iter().enumerate() {
            cx.part(Part::Index(i), |cx| item.store(cx, ty, at + i * size))?;
        }
        Ok(())
    }
}

/// A Rust type whose values can come out of a guest.
///
/// ```
/// use falkirk_canonical_abi::{Heap, Lift, LiftContext, Options, Type, TypeEnv};
///
/// let mut guest = Heap::new(b"\x08\0\0\0\x02\0\0\0hi");
/// let mut cx = LiftContext::new(&mut guest, Options::default(), TypeEnv::NONE);
/// assert_eq!(String::load(&mut cx, Type::String, 0)?, "hi");
/// assert_eq!(<Vec<u16>>::lift_flat(&mut cx, Type::Bool, &[8, 1])?, [0x6968]);
/// # Ok::<(), falkirk_canonical_abi::Trap>(())
/// ```
///
/// [The book](crate#in-the-book) explains it in chapter 12.
pub trait Lift: ComponentType + Sized {
    /// Lifts from core values, exactly as many as the layout says.
    fn lift_flat<O: Observer>(cx: &mut LiftContext<'_, O>, ty: Type, values: &[u64]) -> Result<Self, Trap>;

    /// Lifts out of memory, at an address that was checked.
    fn load<O: Observer>(cx: &mut LiftContext<'_, O>, ty: Type, at: usize) -> Result<Self, Trap>;

    /// Lifts one after the other out of memory, at an address that was checked. The type is an element's.
    #[inline]
    fn load_list<O: Observer>(
        cx: &mut LiftContext<'_, O>,
        ty: Type,
        at: usize,
        length: usize,
    ) -> Result<Vec<Self>, Trap> {
        let size = Self::LAYOUT.size(cx.ptr_type());
        let mut items = Vec::with_capacity(length);
        for i in 0..length {
            items.push(cx.part(Part::Index(i), |cx| Self::load(cx, ty, at + i * size))?);
        }
        Ok(items)
    }
}
