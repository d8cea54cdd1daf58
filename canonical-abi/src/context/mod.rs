//! What lifting and lowering need to know (*Lifting and Lowering Context*).

mod budget;
mod lift;
mod lower;

pub use budget::Budget;
pub use lift::LiftContext;
pub use lift::check_discriminant;
pub use lower::LowerContext;

use crate::resources::ResourceType;
use crate::trap::{Trap, What};
use crate::typed::ComponentType;
use crate::types::{Layout, ResourceIndex, Type, Types, primitive_layout};

/// How many bytes a string may take: 2^28 - 1.
pub const MAX_STRING_BYTE_LENGTH: u64 = (1 << 28) - 1;

/// How many bytes the elements of a list may take: 2^28 - 1.
pub const MAX_LIST_BYTE_LENGTH: u64 = (1 << 28) - 1;

/// Types, and what the resources are that they name. The types are a component's; the resources an instance's.
#[derive(Clone, Copy, Debug)]
pub struct TypeEnv<'a> {
    types: Option<&'a Types>,
    resources: &'a [ResourceType],
}

impl<'a> TypeEnv<'a> {
    /// No types but primitive ones. Enough for typed values without handles, which never look at a type.
    pub const NONE: TypeEnv<'static> = TypeEnv { types: None, resources: &[] };

    /// These types, with no resources.
    pub fn new(types: &'a Types) -> TypeEnv<'a> {
        TypeEnv { types: Some(types), resources: &[] }
    }

    /// These types, of which the resource with index `i` is `resources[i]`.
    pub fn with_resources(types: &'a Types, resources: &'a [ResourceType]) -> TypeEnv<'a> {
        TypeEnv { types: Some(types), resources }
    }

    /// The types.
    #[inline]
    pub fn types(&self) -> &'a Types {
        self.types.expect("BUG: a type was asked for that nobody gave")
    }

    pub(crate) fn types_if_any(&self) -> Option<&'a Types> {
        self.types
    }

    /// The layout of a type; of primitives also where no types are given.
    #[inline]
    pub(crate) fn layout(&self, ty: Type) -> Layout {
        match ty {
            Type::Defined(_) => self.types().layout(ty),
            primitive => primitive_layout(primitive),
        }
    }

    /// Whether values can be copied as bytes, unseen.
    pub(crate) fn is_plain(&self, ty: Type) -> bool {
        match ty {
            Type::Bool | Type::Char | Type::String => false,
            Type::Defined(_) => self.types().is_plain(ty),
            _ => true,
        }
    }

    /// The type of a part of a Rust type, if somebody will look at it: see [`Types::part`].
    #[inline]
    pub fn part_of<T: ComponentType>(&self, ty: Type, index: usize) -> Type {
        if T::HANDLES { self.types().part(ty, index) } else { ty }
    }

    /// What a resource is here.
    pub fn resource(&self, index: ResourceIndex) -> ResourceType {
        self.resources[index.0 as usize]
    }
}

// ANCHOR: check_pointer
/// The address of something in a guest's memory, once it is known to lie there.
#[inline]
pub fn check_pointer(what: What, ptr: u64, bytes: u64, align: u32, memory: usize) -> Result<usize, Trap> {
    if !ptr.is_multiple_of(u64::from(align)) {
        return Err(Trap::PointerUnaligned { what, ptr, align });
    }
    if !fits(ptr, bytes, memory) {
        return Err(Trap::PointerOutOfBounds { what, ptr, bytes, memory: memory as u64 });
    }
    Ok(ptr as usize)
}
// ANCHOR_END: check_pointer

/// The same for what `realloc` returned.
#[inline]
pub fn check_realloc(ptr: u64, bytes: u64, align: u32, memory: usize) -> Result<usize, Trap> {
    if !ptr.is_multiple_of(u64::from(align)) {
        return Err(Trap::ReallocUnaligned { ptr, align });
    }
    if !fits(ptr, bytes, memory) {
        return Err(Trap::ReallocOutOfBounds { ptr, bytes, memory: memory as u64 });
    }
    Ok(ptr as usize)
}

// ANCHOR: fits
#[inline]
fn fits(ptr: u64, bytes: u64, memory: usize) -> bool {
    ptr.checked_add(bytes).is_some_and(|end| end <= memory as u64)
}
// ANCHOR_END: fits

// ANCHOR: list
/// The size of a list's elements together, if it is not too long.
#[inline]
pub fn list_byte_length(length: u64, element: usize) -> Result<u64, Trap> {
    match length.checked_mul(element as u64) {
        Some(bytes) if bytes <= MAX_LIST_BYTE_LENGTH => Ok(bytes),
        _ => Err(Trap::ListTooLong { length, element: element as u32 }),
    }
}
// ANCHOR_END: list
