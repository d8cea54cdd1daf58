//! What an adapter has to know of a function: how its values look on both sides.

use falkirk_canonical_abi::{FuncType, Kind, Layout, PtrType, StringEncoding, Type, Types, discriminant_size};

use crate::func::View;

/// A function as its adapter sees it. Functions that look alike share one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Signature {
    /// The parameters, each as core values.
    pub params: Vec<Shape>,
    /// The result, if there is one.
    pub result: Option<Shape>,
    /// The size and alignment of a result that goes through memory.
    pub result_in_memory: Option<(u32, u32)>,
    /// Whether the callee is told when its result was taken.
    pub post_return: bool,
}

/// How a value looks, and what has to be done to it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Shape {
    Bool,
    S8,
    U8,
    S16,
    U16,
    /// `s32` and `u32`
    I32,
    /// `s64` and `u64`
    I64,
    F32,
    F64,
    Char,
    /// UTF-8 on both sides.
    String,
    /// A list of plain elements, which have this size and alignment.
    List {
        size: u32,
        align: u32,
    },
    /// Fields, each with its offset in memory.
    Record(Vec<(u32, Shape)>),
    /// A discriminant of so many bytes, and at an offset what each case carries.
    Variant {
        tag: u32,
        payload: u32,
        cases: Vec<Option<Shape>>,
    },
}

/// How many strings and lists may go one way. Each takes at most 2^28 bytes: with more, a call might exceed what one call
/// may copy (`falkirk_canonical_abi::Budget`), which adapters do not count.
const MAX_COPIES: usize = 4;

/// How many values with their parts may go one way: the code for each is written out.
const MAX_VALUES: usize = 200;

impl Signature {
    /// What an adapter has to know, if it can do what this function needs.
    pub fn of(caller: &View, callee: &View, ty: &FuncType, types: &Types) -> Option<Signature> {
        if !two_plain_memories(caller, callee) || ty.params_in_memory() || ty.borrows() {
            return None;
        }
        let params = ty.params().iter().map(|ty| Shape::of(*ty, types)).collect::<Option<Vec<Shape>>>()?;
        let result = match ty.result() {
            Some(ty) => Some(Shape::of(ty, types)?),
            None => None,
        };
        let shape = ty.result_layout().at32;
        let result_in_memory = ty.result_in_memory().then_some((shape.size, shape.align));
        let signature = Signature { params, result, result_in_memory, post_return: callee.post_return.is_some() };
        let values = signature.params.iter().chain(&signature.result).map(Shape::values).sum::<usize>();
        let few = signature.copies_in().max(signature.copies_out()) <= MAX_COPIES && values <= MAX_VALUES;
        // The core values of a variant are of other types in each case.
        let flat = signature.params.iter().all(Shape::is_flat);
        (few && flat && (result_in_memory.is_some() || signature.result.iter().all(Shape::is_flat)))
            .then_some(signature)
    }

    /// How many strings and lists are copied to the callee.
    pub fn copies_in(&self) -> usize {
        self.params.iter().map(Shape::copies).sum()
    }

    /// How many strings and lists are copied to the caller.
    pub fn copies_out(&self) -> usize {
        self.result.iter().map(Shape::copies).sum()
    }

    /// Whether the memories are used.
    pub fn uses_memory(&self) -> bool {
        self.copies_in() > 0 || self.result_in_memory.is_some()
    }
}

/// Both use UTF-8, and what memories they have are two, with addresses of 32 bits.
fn two_plain_memories(caller: &View, callee: &View) -> bool {
    let plain =
        |view: &View| view.options.string_encoding == StringEncoding::Utf8 && view.options.ptr_type == PtrType::I32;
    plain(caller) && plain(callee) && (caller.memory.is_none() || caller.memory != callee.memory)
}

impl Shape {
    fn of(ty: Type, types: &Types) -> Option<Shape> {
        Some(match ty {
            Type::Bool => Shape::Bool,
            Type::S8 => Shape::S8,
            Type::U8 => Shape::U8,
            Type::S16 => Shape::S16,
            Type::U16 => Shape::U16,
            Type::S32 | Type::U32 => Shape::I32,
            Type::S64 | Type::U64 => Shape::I64,
            Type::F32 => Shape::F32,
            Type::F64 => Shape::F64,
            Type::Char => Shape::Char,
            Type::String => Shape::String,
            Type::Defined(defined) => return Shape::of_kind(types.defined(defined), types),
        })
    }

    fn of_kind(kind: &Kind, types: &Types) -> Option<Shape> {
        match kind {
            Kind::List(element) if types.is_plain(*element) => {
                let shape = types.layout(*element).at32;
                Some(Shape::List { size: shape.size, align: shape.align })
            }
            Kind::Record(fields) => Shape::record(fields.iter().map(|field| field.ty), types),
            Kind::Tuple(fields) => Shape::record(fields.iter().copied(), types),
            Kind::Variant(cases) => Shape::variant(&cases.iter().map(|case| case.ty).collect::<Vec<_>>(), types),
            Kind::Enum(names) => Shape::variant(&vec![None; names.len()], types),
            Kind::Option(some) => Shape::variant(&[None, Some(*some)], types),
            Kind::Result { ok, err } => Shape::variant(&[*ok, *err], types),
            Kind::List(_) | Kind::FixedList(..) | Kind::Flags(_) | Kind::Own(_) | Kind::Borrow(_) => None,
        }
    }

    fn record(fields: impl Iterator<Item = Type>, types: &Types) -> Option<Shape> {
        let mut end = Layout::NOTHING;
        let mut place = |ty: Type| {
            let (offset, next) = end.append(types.layout(ty));
            end = next;
            Some((offset.at32, Shape::of(ty, types)?))
        };
        fields.map(&mut place).collect::<Option<_>>().map(Shape::Record)
    }

    fn variant(cases: &[Option<Type>], types: &Types) -> Option<Shape> {
        let tag = discriminant_size(cases.len());
        let align = cases.iter().flatten().map(|ty| types.layout(*ty).at32.align).max().unwrap_or(1);
        let case = |case: &Option<Type>| match case {
            Some(ty) => Shape::of(*ty, types).map(Some),
            None => Some(None),
        };
        let cases = cases.iter().map(case).collect::<Option<_>>()?;
        Some(Shape::Variant { tag, payload: tag.next_multiple_of(align), cases })
    }

    /// Whether the value is the same core values in every case.
    fn is_flat(&self) -> bool {
        match self {
            Shape::Record(fields) => fields.iter().all(|(_, field)| field.is_flat()),
            Shape::Variant { cases, .. } => cases.iter().all(Option::is_none),
            _ => true,
        }
    }

    /// How many values there are, with all parts.
    fn values(&self) -> usize {
        match self {
            Shape::Record(fields) => 1 + fields.iter().map(|(_, field)| field.values()).sum::<usize>(),
            Shape::Variant { cases, .. } => 1 + cases.iter().flatten().map(Shape::values).sum::<usize>(),
            _ => 1,
        }
    }

    /// How many strings and lists there are at most.
    fn copies(&self) -> usize {
        match self {
            Shape::String | Shape::List { .. } => 1,
            Shape::Record(fields) => fields.iter().map(|(_, field)| field.copies()).sum(),
            Shape::Variant { cases, .. } => cases.iter().flatten().map(Shape::copies).max().unwrap_or(0),
            _ => 0,
        }
    }
}
