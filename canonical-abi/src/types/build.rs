//! Making types, with the checks that keep hostile ones harmless.

use std::collections::HashSet;
use std::fmt;

use super::flat::FlatPlan;
use super::layout::discriminant_size;
use super::{
    Case, Defined, Field, Kind, Layout, Name, Node, Offset, Plan, ResourceIndex, Slot, Type, Types, VariantPlan,
};

/// How many types may lie inside one another. Values are lifted and lowered by recursion.
const MAX_DEPTH: u32 = 100;

/// How many bytes a value may take in place. It is the specification's limit for lists and strings.
const MAX_SIZE: u32 = (1 << 28) - 1;

/// Why a type cannot be made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TypeError {
    /// A record, tuple, variant, enum, fixed-length list or flags type without parts.
    Empty {
        /// What it would be.
        what: &'static str,
    },
    /// Two parts have the same name.
    DuplicateName {
        /// The name.
        name: Name,
    },
    /// Too many types lie inside one another.
    TooDeep {
        /// How many may.
        limit: u32,
    },
    /// The result of a function has borrowed handles in it.
    BorrowInResult,
    /// A Rust type holds handles, which do not say of which resource they are.
    UnknownResource,
    /// A value would take too much memory.
    TooLarge {
        /// How many bytes it may take.
        limit: u32,
    },
}

impl fmt::Display for TypeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TypeError::Empty { what } => write!(f, "{what} needs at least one part"),
            TypeError::DuplicateName { name } => write!(f, "the name `{name}` is used twice in one type"),
            TypeError::TooDeep { limit } => write!(f, "more than {limit} types lie inside one another"),
            TypeError::BorrowInResult => f.write_str("a result has no borrowed handles"),
            TypeError::UnknownResource => f.write_str("a handle does not say of which resource it is"),
            TypeError::TooLarge { limit } => write!(f, "a value of this type would take more than {limit} bytes"),
        }
    }
}

impl std::error::Error for TypeError {}

impl Types {
    /// `list<T>`
    pub fn list(&mut self, element: Type) -> Result<Type, TypeError> {
        self.intern(Kind::List(element))
    }

    /// `list<T, N>`
    pub fn fixed_list(&mut self, element: Type, length: u32) -> Result<Type, TypeError> {
        self.intern(Kind::FixedList(element, length))
    }

    /// `record { name: T, ... }`
    pub fn record<N: Into<Name>>(&mut self, fields: impl IntoIterator<Item = (N, Type)>) -> Result<Type, TypeError> {
        self.intern(Kind::Record(fields.into_iter().map(|(name, ty)| Field { name: name.into(), ty }).collect()))
    }

    /// `tuple<T, ...>`
    pub fn tuple(&mut self, types: impl IntoIterator<Item = Type>) -> Result<Type, TypeError> {
        self.intern(Kind::Tuple(types.into_iter().collect()))
    }

    /// `variant { name, name(T), ... }`
    pub fn variant<N: Into<Name>>(
        &mut self,
        cases: impl IntoIterator<Item = (N, Option<Type>)>,
    ) -> Result<Type, TypeError> {
        self.intern(Kind::Variant(cases.into_iter().map(|(name, ty)| Case { name: name.into(), ty }).collect()))
    }

    /// `enum { name, ... }`
    pub fn enumeration<N: Into<Name>>(&mut self, names: impl IntoIterator<Item = N>) -> Result<Type, TypeError> {
        self.intern(Kind::Enum(names.into_iter().map(Into::into).collect()))
    }

    /// `option<T>`
    pub fn option(&mut self, some: Type) -> Result<Type, TypeError> {
        self.intern(Kind::Option(some))
    }

    /// `result<T, E>`
    pub fn result(&mut self, ok: Option<Type>, err: Option<Type>) -> Result<Type, TypeError> {
        self.intern(Kind::Result { ok, err })
    }

    /// `flags { name, ... }`
    pub fn flags<N: Into<Name>>(&mut self, names: impl IntoIterator<Item = N>) -> Result<Type, TypeError> {
        self.intern(Kind::Flags(names.into_iter().map(Into::into).collect()))
    }

    /// `own<R>`
    pub fn own(&mut self, resource: ResourceIndex) -> Result<Type, TypeError> {
        self.intern(Kind::Own(resource))
    }

    /// `borrow<R>`
    pub fn borrow(&mut self, resource: ResourceIndex) -> Result<Type, TypeError> {
        self.intern(Kind::Borrow(resource))
    }

    /// The type of this kind: the one that is there, or a new one.
    pub fn intern(&mut self, kind: Kind) -> Result<Type, TypeError> {
        if let Some(ty) = self.numbers.get(&kind) {
            return Ok(*ty);
        }
        check_names(&kind)?;
        let node = self.compute(kind.clone())?;
        let number = u32::try_from(self.nodes.len()).map_err(|_| TypeError::TooLarge { limit: u32::MAX })?;
        self.nodes.push(node);
        let ty = Type::Defined(Defined(number));
        self.numbers.insert(kind, ty);
        Ok(ty)
    }

    /// All that follows from a type's kind.
    fn compute(&self, kind: Kind) -> Result<Node, TypeError> {
        let (plan, layout) = self.lay_out(&kind);
        if layout.at64.size > MAX_SIZE {
            return Err(TypeError::TooLarge { limit: MAX_SIZE });
        }
        let depth = 1 + parts(&plan).map(|part| self.depth(part)).max().unwrap_or(0);
        if depth > MAX_DEPTH {
            return Err(TypeError::TooDeep { limit: MAX_DEPTH });
        }
        let flat = FlatPlan::new(self, &plan, layout);
        let plain = self.plan_is_plain(&plan, layout);
        let borrows = matches!(plan, Plan::Borrow(_)) || parts(&plan).any(|part| self.contains_borrow(part));
        Ok(Node { kind, layout, plan, flat, depth, plain, borrows })
    }

    fn lay_out(&self, kind: &Kind) -> (Plan, Layout) {
        match kind {
            Kind::List(element) => (Plan::List(*element), Layout::POINTER_PAIR),
            Kind::FixedList(element, length) => {
                (Plan::FixedList(*element, *length), Layout::fixed_list(self.layout(*element), *length))
            }
            Kind::Record(fields) => self.record_plan(fields.iter().map(|field| field.ty)),
            Kind::Tuple(types) => self.record_plan(types.iter().copied()),
            Kind::Variant(cases) => self.variant_plan(cases.iter().map(|case| case.ty).collect()),
            Kind::Enum(names) => self.variant_plan(names.iter().map(|_| None).collect()),
            Kind::Option(some) => self.variant_plan(Box::new([None, Some(*some)])),
            Kind::Result { ok, err } => self.variant_plan(Box::new([*ok, *err])),
            Kind::Flags(names) => (Plan::Flags(names.len()), Layout::flags(names.len())),
            Kind::Own(resource) => (Plan::Own(*resource), Layout::HANDLE),
            Kind::Borrow(resource) => (Plan::Borrow(*resource), Layout::HANDLE),
        }
    }

    fn record_plan(&self, types: impl Iterator<Item = Type>) -> (Plan, Layout) {
        let (mut slots, mut layouts) = (Vec::new(), Vec::new());
        let mut end = Layout::NOTHING;
        for ty in types {
            let layout = self.layout(ty);
            let offset: Offset;
            (offset, end) = end.append(layout);
            slots.push(Slot { ty, offset });
            layouts.push(layout);
        }
        (Plan::Record(slots.into()), Layout::record(&layouts))
    }

    fn variant_plan(&self, cases: Box<[Option<Type>]>) -> (Plan, Layout) {
        let layouts: Vec<Option<Layout>> = cases.iter().map(|case| case.map(|ty| self.layout(ty))).collect();
        let tag = discriminant_size(cases.len());
        let payload = Layout::payload_offset(&layouts);
        (Plan::Variant(VariantPlan { tag, payload, cases }), Layout::variant(&layouts))
    }

    fn depth(&self, ty: Type) -> u32 {
        match ty {
            Type::Defined(defined) => self.node(defined).depth,
            _ => 0,
        }
    }

    /// Whether a record or fixed-length list consists of nothing but numbers, with no gaps between them.
    fn plan_is_plain(&self, plan: &Plan, layout: Layout) -> bool {
        match plan {
            Plan::FixedList(element, _) => self.is_plain(*element),
            Plan::Record(slots) => {
                let sizes: u64 = slots.iter().map(|slot| u64::from(self.layout(slot.ty).at32.size)).sum();
                sizes == u64::from(layout.at32.size) && slots.iter().all(|slot| self.is_plain(slot.ty))
            }
            _ => false,
        }
    }
}

/// The types directly inside one.
fn parts(plan: &Plan) -> impl Iterator<Item = Type> {
    let (element, slots, cases): (_, &[Slot], &[Option<Type>]) = match plan {
        Plan::List(element) | Plan::FixedList(element, _) => (Some(*element), &[], &[]),
        Plan::Record(slots) => (None, slots, &[]),
        Plan::Variant(variant) => (None, &[], &variant.cases),
        Plan::Flags(_) | Plan::Own(_) | Plan::Borrow(_) => (None, &[], &[]),
    };
    element.into_iter().chain(slots.iter().map(|slot| slot.ty)).chain(cases.iter().copied().flatten())
}

/// There are parts, and no two have the same name.
fn check_names(kind: &Kind) -> Result<(), TypeError> {
    match kind {
        Kind::FixedList(_, 0) => Err(TypeError::Empty { what: "a fixed-length list" }),
        Kind::Tuple(types) if types.is_empty() => Err(TypeError::Empty { what: "a tuple" }),
        Kind::Record(fields) => check_distinct("a record", fields.iter().map(|field| &field.name)),
        Kind::Variant(cases) => check_distinct("a variant", cases.iter().map(|case| &case.name)),
        Kind::Enum(names) => check_distinct("an enum", names.iter()),
        Kind::Flags(names) => check_distinct("a flags type", names.iter()),
        _ => Ok(()),
    }
}

fn check_distinct<'a>(what: &'static str, names: impl ExactSizeIterator<Item = &'a Name>) -> Result<(), TypeError> {
    if names.len() == 0 {
        return Err(TypeError::Empty { what });
    }
    let mut seen = HashSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(TypeError::DuplicateName { name: name.clone() });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_types_are_refused() {
        let mut types = Types::new();
        let mut bomb = Type::U64;
        let error = loop {
            match types.tuple([bomb; 8]) {
                Ok(ty) => bomb = ty,
                Err(error) => break error,
            }
        };
        assert_eq!(error.to_string(), "a value of this type would take more than 268435455 bytes");
        let mut nest = Type::U8;
        let error = loop {
            match types.list(nest) {
                Ok(ty) => nest = ty,
                Err(error) => break error,
            }
        };
        assert_eq!(error.to_string(), "more than 100 types lie inside one another");
        let error = types.fixed_list(Type::U64, u32::MAX).unwrap_err();
        assert_eq!(error, TypeError::TooLarge { limit: MAX_SIZE });
    }

    #[test]
    fn borrowed_handles_are_found_wherever_they_are() {
        let mut types = Types::new();
        let borrow = types.borrow(ResourceIndex(0)).expect("a type");
        let own = types.own(ResourceIndex(0)).expect("a type");
        let deep = types.option(borrow).and_then(|ty| types.tuple([Type::U8, ty])).and_then(|ty| types.list(ty));
        let deep = deep.expect("a type");
        assert!(types.contains_borrow(deep) && !types.contains_borrow(own));
        assert!(types.func([("x", deep)], Some(own)).expect("a function type").borrows());
        assert!(!types.func([("x", own)], None).expect("a function type").borrows());
        let error = types.func([("x", own)], Some(deep)).unwrap_err();
        assert_eq!(error.to_string(), "a result has no borrowed handles");
    }

    #[test]
    fn types_have_parts_with_names_of_their_own() {
        let mut types = Types::new();
        let none: [(&str, Type); 0] = [];
        assert_eq!(types.record(none).unwrap_err().to_string(), "a record needs at least one part");
        assert_eq!(types.tuple([]).unwrap_err().to_string(), "a tuple needs at least one part");
        assert_eq!(
            types.fixed_list(Type::U8, 0).unwrap_err().to_string(),
            "a fixed-length list needs at least one part"
        );
        let error = types.flags(["a", "b", "a"]).unwrap_err();
        assert_eq!(error.to_string(), "the name `a` is used twice in one type");
    }
}
