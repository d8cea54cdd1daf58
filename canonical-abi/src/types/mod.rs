//! The types of the component model (*value types*), each with its layout, computed once.
//!
//! [`Types`] is the table of the types that a component uses. A [`Type`] is a number into it (or a primitive), equal
//! types have equal numbers, and behind each stands its [`Layout`] and the plan along which values are copied.

mod build;
mod display;
mod flat;
mod func;
mod layout;
mod mismatch;

use std::collections::HashMap;
use std::sync::Arc;

pub use build::TypeError;
pub use display::DisplayType;
pub use flat::CoreType;
pub(crate) use flat::FlatPlan;
pub use func::{CoreFuncType, FuncType, MAX_FLAT_PARAMS, MAX_FLAT_RESULTS, Side};
pub use layout::{Layout, Offset, Shape, discriminant_size};
pub use mismatch::Mismatch;

/// The name of a field, a case or a flag.
pub type Name = Arc<str>;

/// A value type: a primitive, or one that [`Types`] defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// `bool`
    Bool,
    /// `s8`
    S8,
    /// `u8`
    U8,
    /// `s16`
    S16,
    /// `u16`
    U16,
    /// `s32`
    S32,
    /// `u32`
    U32,
    /// `s64`
    S64,
    /// `u64`
    U64,
    /// `f32`
    F32,
    /// `f64`
    F64,
    /// `char`
    Char,
    /// `string`
    String,
    /// A type with parts, or a handle.
    Defined(Defined),
}

impl Type {
    /// Every primitive type.
    pub const PRIMITIVES: [Type; 13] = [
        Type::Bool,
        Type::S8,
        Type::U8,
        Type::S16,
        Type::U16,
        Type::S32,
        Type::U32,
        Type::S64,
        Type::U64,
        Type::F32,
        Type::F64,
        Type::Char,
        Type::String,
    ];
}

/// The layout of a type that needs no table.
#[inline]
pub(crate) fn primitive_layout(ty: Type) -> Layout {
    match ty {
        Type::Bool | Type::S8 | Type::U8 => const { Layout::scalar(1) },
        Type::S16 | Type::U16 => const { Layout::scalar(2) },
        Type::S32 | Type::U32 | Type::F32 | Type::Char => const { Layout::scalar(4) },
        Type::S64 | Type::U64 | Type::F64 => const { Layout::scalar(8) },
        Type::String => Layout::POINTER_PAIR,
        Type::Defined(_) => panic!("BUG: a defined type has its layout in a table"),
    }
}

/// The number of a type in the [`Types`] that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Defined(u32);

/// The number of a resource type among those that a component's types name. Which resource that is, is decided when the
/// component is instantiated: see [`TypeEnv`](crate::TypeEnv).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ResourceIndex(pub u32);

/// What a defined type is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `list<T>`
    List(Type),
    /// `list<T, N>`: as many elements each time, in place.
    FixedList(Type, u32),
    /// `record { name: T, ... }`
    Record(Box<[Field]>),
    /// `tuple<T, ...>`
    Tuple(Box<[Type]>),
    /// `variant { name, name(T), ... }`
    Variant(Box<[Case]>),
    /// `enum { name, ... }`
    Enum(Box<[Name]>),
    /// `option<T>`
    Option(Type),
    /// `result<T, E>`, of which either may be missing.
    Result {
        /// What `ok` carries.
        ok: Option<Type>,
        /// What `err` carries.
        err: Option<Type>,
    },
    /// `flags { name, ... }`
    Flags(Box<[Name]>),
    /// `own<R>`
    Own(ResourceIndex),
    /// `borrow<R>`
    Borrow(ResourceIndex),
}

/// A field of a record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Field {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: Type,
}

/// A case of a variant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Case {
    /// Its name.
    pub name: Name,
    /// What it carries, if anything.
    pub ty: Option<Type>,
}

/// A type without its names (*Despecialization*): tuples are records, enums, options and results are variants.
#[derive(Clone, Debug)]
pub(crate) enum Plan {
    List(Type),
    FixedList(Type, u32),
    Record(Box<[Slot]>),
    Variant(VariantPlan),
    Flags(usize),
    Own(ResourceIndex),
    Borrow(ResourceIndex),
}

/// Where a field stands in its record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    pub ty: Type,
    pub offset: Offset,
}

/// Where the parts of a variant stand.
#[derive(Clone, Debug)]
pub(crate) struct VariantPlan {
    /// The size of the discriminant.
    pub tag: u32,
    /// Where the payload begins.
    pub payload: Offset,
    /// What each case carries.
    pub cases: Box<[Option<Type>]>,
}

/// A defined type with all that is computed from it.
#[derive(Clone, Debug)]
struct Node {
    kind: Kind,
    layout: Layout,
    plan: Plan,
    flat: FlatPlan,
    /// How many types lie inside one another.
    depth: u32,
    /// Whether any bytes are a value, and every byte counts: no padding, no pointer, nothing to check.
    plain: bool,
    /// Whether there are borrowed handles inside.
    borrows: bool,
}

/// The types that a component uses, each once.
///
/// ```
/// use falkirk_canonical_abi::{PtrType, Type, Types};
///
/// let mut types = Types::new();
/// let names = types.list(Type::String)?;
/// let entry = types.record([("id", Type::U8), ("names", names)])?;
/// assert_eq!(types.list(Type::String)?, names);
/// assert_eq!(types.display(entry).to_string(), "record { id: u8, names: list<string> }");
/// // The byte, three bytes of padding, a pointer and a length.
/// assert_eq!(types.layout(entry).size(PtrType::I32), 12);
/// # Ok::<(), falkirk_canonical_abi::TypeError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Types {
    nodes: Vec<Node>,
    numbers: HashMap<Kind, Type>,
}

impl Types {
    /// No types but the primitive ones.
    pub fn new() -> Types {
        Types::default()
    }

    /// The size, alignment and flat length of a type.
    #[inline]
    pub fn layout(&self, ty: Type) -> Layout {
        match ty {
            Type::Defined(defined) => self.node(defined).layout,
            primitive => primitive_layout(primitive),
        }
    }

    /// What a type is, if it is not a primitive.
    pub fn kind(&self, ty: Type) -> Option<&Kind> {
        match ty {
            Type::Defined(defined) => Some(self.defined(defined)),
            _ => None,
        }
    }

    /// What a defined type is.
    pub fn defined(&self, defined: Defined) -> &Kind {
        &self.node(defined).kind
    }

    /// The type of a part: of a field by its index, of a case by its index, of an element by any.
    ///
    /// Typed code asks this where a Rust type holds handles, so what it asks for is there, or the type was never
    /// matched.
    pub fn part(&self, ty: Type, index: usize) -> Type {
        let Type::Defined(defined) = ty else { panic!("BUG: {ty:?} has no parts") };
        let part = match self.plan(defined) {
            Plan::List(element) | Plan::FixedList(element, _) => Some(*element),
            Plan::Record(slots) => slots.get(index).map(|slot| slot.ty),
            Plan::Variant(variant) => variant.cases.get(index).copied().flatten(),
            Plan::Flags(_) | Plan::Own(_) | Plan::Borrow(_) => None,
        };
        part.unwrap_or_else(|| panic!("BUG: {} has no part {index}", self.display(ty)))
    }

    /// Whether there are borrowed handles in a type (`contains_borrow`).
    pub fn contains_borrow(&self, ty: Type) -> bool {
        match ty {
            Type::Defined(defined) => self.node(defined).borrows,
            _ => false,
        }
    }

    pub(crate) fn plan(&self, defined: Defined) -> &Plan {
        &self.node(defined).plan
    }

    /// Whether any bytes are a value of the type, so that they can be copied without a look at them.
    pub fn is_plain(&self, ty: Type) -> bool {
        match ty {
            Type::Bool | Type::Char | Type::String => false,
            Type::Defined(defined) => self.node(defined).plain,
            _ => true,
        }
    }

    #[inline]
    fn node(&self, defined: Defined) -> &Node {
        &self.nodes[defined.0 as usize]
    }
}
