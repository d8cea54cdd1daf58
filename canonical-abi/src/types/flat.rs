//! The core values that a type flattens to (*Flattening*).

use std::fmt;

use super::{Layout, MAX_FLAT_PARAMS, Plan, Type, Types};
use crate::options::PtrType;

/// A type of core WebAssembly that values flatten to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CoreType {
    /// `i32`
    I32,
    /// `i64`
    I64,
    /// `f32`
    F32,
    /// `f64`
    F64,
}

impl CoreType {
    /// The type of addresses.
    pub const fn pointer(ptr_type: PtrType) -> CoreType {
        match ptr_type {
            PtrType::I32 => CoreType::I32,
            PtrType::I64 => CoreType::I64,
        }
    }

    // ANCHOR: join
    /// The type that can carry either of two, where two cases of a variant share a place.
    pub fn join(self, other: CoreType) -> CoreType {
        match (self, other) {
            (a, b) if a == b => a,
            (CoreType::I32, CoreType::F32) | (CoreType::F32, CoreType::I32) => CoreType::I32,
            _ => CoreType::I64,
        }
    }
    // ANCHOR_END: join
}

impl fmt::Display for CoreType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CoreType::I32 => "i32",
            CoreType::I64 => "i64",
            CoreType::F32 => "f32",
            CoreType::F64 => "f64",
        })
    }
}

/// The flat form of a type for both types of addresses. It is empty for what is too long to be passed flat, so that a
/// type of a few bytes cannot make a list of a billion.
#[derive(Clone, Debug, Default)]
pub(crate) struct FlatPlan {
    at32: Box<[CoreType]>,
    at64: Box<[CoreType]>,
}

impl FlatPlan {
    pub fn new(types: &Types, plan: &Plan, layout: Layout) -> FlatPlan {
        if layout.flat as usize > MAX_FLAT_PARAMS {
            return FlatPlan::default();
        }
        let flatten = |ptr_type| {
            let mut flat = Vec::with_capacity(layout.flat as usize);
            types.flatten_plan(plan, ptr_type, &mut flat);
            flat.into_boxed_slice()
        };
        FlatPlan { at32: flatten(PtrType::I32), at64: flatten(PtrType::I64) }
    }

    fn get(&self, ptr_type: PtrType) -> &[CoreType] {
        match ptr_type {
            PtrType::I32 => &self.at32,
            PtrType::I64 => &self.at64,
        }
    }
}

impl Types {
    /// The core values that a value of a type flattens to, if there are at most 16 of them.
    ///
    /// ```
    /// use falkirk_canonical_abi::{CoreType, PtrType, Type, Types};
    ///
    /// let mut types = Types::new();
    /// // The discriminant, then a place that holds a u32 or the bits of an f32.
    /// let either = types.variant([("whole", Some(Type::U32)), ("broken", Some(Type::F32)), ("none", None)])?;
    /// assert_eq!(types.flatten(either, PtrType::I32), Some(vec![CoreType::I32, CoreType::I32]));
    /// # Ok::<(), falkirk_canonical_abi::TypeError>(())
    /// ```
    pub fn flatten(&self, ty: Type, ptr_type: PtrType) -> Option<Vec<CoreType>> {
        let mut flat = Vec::new();
        if self.layout(ty).flat as usize > MAX_FLAT_PARAMS {
            return None;
        }
        self.flatten_into(ty, ptr_type, &mut flat);
        Some(flat)
    }

    /// Appends the flat form of a type, which is not too long.
    pub(super) fn flatten_into(&self, ty: Type, ptr_type: PtrType, flat: &mut Vec<CoreType>) {
        match ty {
            Type::S64 | Type::U64 => flat.push(CoreType::I64),
            Type::F32 => flat.push(CoreType::F32),
            Type::F64 => flat.push(CoreType::F64),
            Type::String => flat.extend([CoreType::pointer(ptr_type); 2]),
            Type::Defined(defined) => flat.extend_from_slice(self.node(defined).flat.get(ptr_type)),
            _ => flat.push(CoreType::I32),
        }
    }

    fn flatten_plan(&self, plan: &Plan, ptr_type: PtrType, flat: &mut Vec<CoreType>) {
        match plan {
            Plan::List(_) => flat.extend([CoreType::pointer(ptr_type); 2]),
            Plan::FixedList(element, length) => {
                (0..*length).for_each(|_| self.flatten_into(*element, ptr_type, flat));
            }
            Plan::Record(slots) => slots.iter().for_each(|slot| self.flatten_into(slot.ty, ptr_type, flat)),
            Plan::Variant(variant) => {
                flat.push(CoreType::I32);
                flat.extend(self.flatten_cases(&variant.cases, ptr_type));
            }
            Plan::Flags(labels) => flat.extend(vec![CoreType::I32; labels.div_ceil(32)]),
            Plan::Own(_) | Plan::Borrow(_) => flat.push(CoreType::I32),
        }
    }

    /// The places that the payloads of all cases share.
    fn flatten_cases(&self, cases: &[Option<Type>], ptr_type: PtrType) -> Vec<CoreType> {
        let mut joined: Vec<CoreType> = Vec::new();
        for ty in cases.iter().flatten() {
            let mut flat = Vec::new();
            self.flatten_into(*ty, ptr_type, &mut flat);
            for (i, core) in flat.into_iter().enumerate() {
                match joined.get_mut(i) {
                    Some(place) => *place = place.join(core),
                    None => joined.push(core),
                }
            }
        }
        joined
    }
}
