//! Whether functions and modules are of the types that an import wants.

use std::collections::{HashMap, HashSet};

use falkirk_canonical_abi::{FuncType, Kind, ResourceIndex, ResourceType, Type, Types};
use falkirk_runtime::ExternType;

use crate::func::FuncInner;
use crate::types::{FuncLine, ModuleType};

/// The types of an import, with those resources that are known so far.
pub(super) struct Wanted<'a> {
    pub types: &'a Types,
    pub resources: &'a [Option<ResourceType>],
}

/// Whether a function of a component's is of the type that another imports: the same types, names and resources.
pub(super) fn check_func(found: &FuncInner, wanted: &Wanted<'_>, ty: &FuncType) -> Result<(), String> {
    let resources =
        |a: ResourceIndex, b: ResourceIndex| Some(found.resources[a.0 as usize]) == wanted.resources[b.0 as usize];
    if Comparison::new(&found.types, wanted.types, &resources).same_func(&found.ty, ty) {
        return Ok(());
    }
    Err(FuncLine { types: &found.types, ty: &found.ty }.to_string())
}

/// Two tables of types that are compared.
pub(super) struct Comparison<'a> {
    found: &'a Types,
    wanted: &'a Types,
    /// Whether a resource of the one table is a resource of the other.
    resources: &'a dyn Fn(ResourceIndex, ResourceIndex) -> bool,
    /// What was compared before. Types share their parts, and comparing them again and again could take years.
    equal: HashSet<(Type, Type)>,
}

impl<'a> Comparison<'a> {
    pub fn new(
        found: &'a Types,
        wanted: &'a Types,
        resources: &'a dyn Fn(ResourceIndex, ResourceIndex) -> bool,
    ) -> Comparison<'a> {
        Comparison { found, wanted, resources, equal: HashSet::new() }
    }

    /// Whether two functions have the same names and types.
    pub fn same_func(&mut self, a: &FuncType, b: &FuncType) -> bool {
        a.names() == b.names()
            && a.params().len() == b.params().len()
            && a.params().iter().zip(b.params()).all(|(a, b)| self.same(*a, *b))
            && self.same_optional(a.result(), b.result())
    }

    /// Whether two types are the same.
    pub fn same(&mut self, a: Type, b: Type) -> bool {
        match (self.found.kind(a), self.wanted.kind(b)) {
            (None, None) => a == b,
            (Some(_), Some(_)) if self.equal.contains(&(a, b)) => true,
            (Some(x), Some(y)) if self.same_kind(x, y) => {
                self.equal.insert((a, b));
                true
            }
            _ => false,
        }
    }

    fn same_optional(&mut self, a: Option<Type>, b: Option<Type>) -> bool {
        match (a, b) {
            (Some(a), Some(b)) => self.same(a, b),
            (a, b) => a.is_none() && b.is_none(),
        }
    }

    fn same_kind(&mut self, a: &Kind, b: &Kind) -> bool {
        match (a, b) {
            (Kind::List(a), Kind::List(b)) | (Kind::Option(a), Kind::Option(b)) => self.same(*a, *b),
            (Kind::FixedList(a, n), Kind::FixedList(b, m)) => n == m && self.same(*a, *b),
            (Kind::Record(a), Kind::Record(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.name == b.name && self.same(a.ty, b.ty))
            }
            (Kind::Tuple(a), Kind::Tuple(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.same(*a, *b)),
            (Kind::Variant(a), Kind::Variant(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.name == b.name && self.same_optional(a.ty, b.ty))
            }
            (Kind::Enum(a), Kind::Enum(b)) | (Kind::Flags(a), Kind::Flags(b)) => a == b,
            (Kind::Result { ok: a, err: x }, Kind::Result { ok: b, err: y }) => {
                self.same_optional(*a, *b) && self.same_optional(*x, *y)
            }
            (Kind::Own(a), Kind::Own(b)) | (Kind::Borrow(a), Kind::Borrow(b)) => (self.resources)(*a, *b),
            _ => false,
        }
    }
}

/// Whether a module exports what is wanted, and needs no more imports than it will get.
pub(super) fn check_module(found: &ModuleType, wanted: &ModuleType) -> Result<(), String> {
    let exports: HashMap<&str, &ExternType> = found.exports.iter().map(|(name, ty)| (&**name, ty)).collect();
    for (name, wanted) in &wanted.exports {
        match exports.get(&**name) {
            None => return Err(format!("a module without the export \"{name}\", wanted as {wanted}")),
            Some(found) if !fits(found, wanted) => {
                return Err(format!("a module whose export \"{name}\" is {found}, wanted as {wanted}"));
            }
            Some(_) => {}
        }
    }
    let given: HashMap<(&str, &str), &ExternType> =
        wanted.imports.iter().map(|(module, name, ty)| ((&**module, &**name), ty)).collect();
    for (module, name, ty) in &found.imports {
        match given.get(&(&**module, &**name)) {
            None => return Err(format!("a module that imports \"{module}\" \"{name}\", which it will not get")),
            Some(given) if !fits(given, ty) => {
                return Err(format!("a module that imports \"{module}\" \"{name}\" as {ty}, and will get {given}"));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Whether something of one type can stand where another is wanted (section 3.4 of the core specification).
fn fits(found: &ExternType, wanted: &ExternType) -> bool {
    let limits = |min: u64, max: Option<u64>, wanted_min: u64, wanted_max: Option<u64>| {
        min >= wanted_min && wanted_max.is_none_or(|wanted| max.is_some_and(|max| max <= wanted))
    };
    match (found, wanted) {
        (ExternType::Memory(a), ExternType::Memory(b)) => {
            a.memory64 == b.memory64 && limits(a.min, a.max, b.min, b.max)
        }
        (ExternType::Table(a), ExternType::Table(b)) => {
            a.element == b.element && a.table64 == b.table64 && limits(a.min, a.max, b.min, b.max)
        }
        (a, b) => a == b,
    }
}
